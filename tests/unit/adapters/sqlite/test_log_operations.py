"""What is known of operation ids without asking the log."""

from __future__ import annotations

import random
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from airdesk.adapters.sqlite.log_operations import GENERATION_IDS, RecentOperations
from airdesk.core.kernel import NO_ID, AccountId, ConversationId, OperationId, uuid7
from airdesk.ports.event_log import Record

DICE = random.Random(1)


def operation_id(unix_ms: int) -> OperationId:
    return OperationId(uuid7(unix_ms, DICE.randbytes(10)))


def records(ids: Iterable[OperationId]) -> list[Record]:
    account_id, conversation_id = AccountId(b"a" * 16), ConversationId(b"c" * 16)
    return [
        Record(1, account_id, conversation_id, 1, 1, 0, 1, b"", one, b"", b"", b"", b"")
        for one in ids
    ]


def test_an_empty_log_has_seen_nothing() -> None:
    assert RecentOperations([]).is_new(operation_id(1))


def test_a_stored_id_is_not_new() -> None:
    operations = RecentOperations([])
    stored = operation_id(1_000)
    operations.add(records([stored]))
    assert not operations.is_new(stored)
    assert operations.is_new(operation_id(999))


def test_of_ids_before_the_newest_the_log_has_to_be_asked() -> None:
    newest = [operation_id(1_000 + number) for number in range(GENERATION_IDS)]
    operations = RecentOperations(newest)
    assert not operations.is_new(operation_id(999))
    assert operations.is_new(operation_id(1_001))
    assert not any(operations.is_new(one) for one in newest)


def test_a_device_whose_clock_is_ahead_makes_nobody_look_old() -> None:
    operations = RecentOperations([])
    ahead = [operation_id(10**12 + number) for number in range(10)]
    operations.add(records(ahead))
    for start in range(0, 4 * GENERATION_IDS, GENERATION_IDS):
        operations.add(records(operation_id(start + number) for number in range(GENERATION_IDS)))
    assert operations.is_new(operation_id(4 * GENERATION_IDS))
    assert not any(operations.is_new(one) for one in ahead)


def test_commands_without_an_id_are_not_remembered() -> None:
    operations = RecentOperations([])
    operations.add(records([OperationId(NO_ID)] * 2 * GENERATION_IDS))
    assert operations.is_new(operation_id(1))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 60), max_size=300), st.integers(0, 2**32))
def test_no_stored_id_is_ever_called_new(times_ms: list[int], seed: int) -> None:
    dice = random.Random(seed)
    operations = RecentOperations([], generation_ids=8, ahead_ids=2)
    stored = [OperationId(uuid7(time_ms, dice.randbytes(10))) for time_ms in times_ms]
    for count, one in enumerate(stored, 1):
        operations.add(records([one]))
        assert not any(operations.is_new(earlier) for earlier in stored[:count])
