"""What a server's log says of the conversations: the truth that screens are compared with."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from airdesk.adapters.sqlite.log_check import open_to_read
from airdesk.adapters.sqlite.log_schema import SELECT_RECORD
from airdesk.core import conversation as conv
from airdesk.core.conversation.stored import decode_bodies, decode_events
from airdesk.ports.event_log import Record


class Said(NamedTuple):
    """One public message."""

    seq: int
    text: str
    operation: str
    """Operation id in hexadecimal."""


def messages(data: Path) -> dict[bytes, list[Said]]:
    """Give the public messages of each conversation, in the log's order."""
    said: dict[bytes, list[Said]] = {}
    with closing(open_to_read(data / "log.db")) as connection:
        rows = connection.execute(f"{SELECT_RECORD} ORDER BY r.position").fetchall()
    for record in (Record(*row) for row in rows):
        if record.last_seq < record.first_seq:
            continue
        bodies = decode_bodies(record.bodies)
        for index, event in enumerate(decode_events(record.events)):
            if isinstance(event, conv.MessageSent):
                one = Said(record.first_seq + index, bodies[event.body], record.operation_id.hex())
                said.setdefault(record.conversation_id, []).append(one)
    return said
