"""Records as a home tells them, for those who follow a log without one."""

from __future__ import annotations

from airdesk.core import conversation as conv
from airdesk.core.kernel import AccountId, ConversationId, OperationId
from airdesk.ports.event_log import Record
from airdesk.ports.log_followers import Committed
from airdesk.services.heard_records import decoded
from tests.kit.house import ACCOUNT, START_MS, visitor


def message(position: int, account_id: AccountId = ACCOUNT) -> Committed:
    """Give a record with one message of a visitor, in a conversation of its own."""
    said = conv.MessageSent(conv.AUTHOR_VISITOR, 0)
    return decoded(
        Record(
            position,
            account_id,
            ConversationId(position.to_bytes(16, "big")),
            2,
            2,
            1,
            START_MS + position,
            b"\x00" + visitor(1),
            OperationId(position.to_bytes(16, "big")),
            b"........",
            b"",
            conv.encode_events((said,)),
            conv.encode_bodies((f"message {position}",)),
        )
    )
