"""Records, states and scenarios for the contract of the event log."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from airdesk.core.kernel import NO_ID, AccountId, ConversationId, OperationId
from airdesk.ports.event_log import EventLog, Record, StoredState

from .places import LogPlace

ACCOUNT = AccountId(b"account-00000001")
OTHER_ACCOUNT = AccountId(b"account-00000002")
CHAT = ConversationId(b"conversation-001")
OTHER_CHAT = ConversationId(b"conversation-002")
ACTOR = b"vvisitor-0000001"
OTHER_ACTOR = b"vvisitor-0000002"
NOBODY = OperationId(NO_ID)


def operation(number: int) -> OperationId:
    """Name an operation by a number."""
    return OperationId(b"operation-" + number.to_bytes(6, "big"))


def record(position: int, **changes: Any) -> Record:
    """Make a record with one event; every field differs from record to record."""
    usual = Record(
        position=position,
        account_id=ACCOUNT,
        conversation_id=CHAT,
        first_seq=position,
        last_seq=position,
        public_before=position - 1,
        ts_ms=1_700_000_000_000 + position,
        actor=ACTOR,
        operation_id=operation(position),
        command_hash=position.to_bytes(8, "big"),
        answer=b"answer %d" % position,
        events=b"events %d" % position,
        bodies=b"bodies %d" % position,
    )
    return usual._replace(**changes)


def state(key: bytes, **changes: Any) -> StoredState:
    """Make an open conversation's state."""
    usual = StoredState(
        key=key,
        account_id=ACCOUNT,
        visitor_key=b"inbox+visitor",
        is_open=True,
        position=1,
        state=b"state of " + key,
    )
    return usual._replace(**changes)


def append_all(log: EventLog, records: list[Record]) -> None:
    """Hand over records one by one."""
    for each in records:
        log.append(each)


def run(scenario: Coroutine[Any, Any, None]) -> None:
    """Run a scenario on a loop of its own; it must end, or the test fails."""
    asyncio.run(asyncio.wait_for(scenario, 60))


async def stored(place: LogPlace, records: list[Record]) -> EventLog:
    """Open the place and store records there."""
    log, witness = place.open_started()
    append_all(log, records)
    place.push(log)
    await witness.durable(records[-1].position)
    return log


def reopened(place: LogPlace, log: EventLog) -> EventLog:
    """Close a log and open its place again."""
    log.close()
    return place.open()
