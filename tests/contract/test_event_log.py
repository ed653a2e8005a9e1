"""What every event log promises, tried on each adapter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from airdesk.adapters.memory.event_log import MemoryEventLog
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    CapacityError,
    ConversationId,
    LogFenced,
    LogUnavailable,
    OperationId,
    limits,
)
from airdesk.ports.event_log import EventLog, Record, StoredOperation, StoredState

from .log_places import LogPlace, MemoryPlace, SqlitePlace, Witness

ACCOUNT = AccountId(b"account-00000001")
OTHER_ACCOUNT = AccountId(b"account-00000002")
CHAT = ConversationId(b"conversation-001")
OTHER_CHAT = ConversationId(b"conversation-002")
ACTOR = b"vvisitor-0000001"
OTHER_ACTOR = b"vvisitor-0000002"
NOBODY = OperationId(NO_ID)

PLACES: dict[str, Callable[[Path], LogPlace]] = {
    "memory": lambda directory: MemoryPlace(),
    "sqlite": lambda directory: SqlitePlace(directory),
    "sqlite merging often": lambda directory: SqlitePlace(directory, tail_records=3),
}


@pytest.fixture(params=sorted(PLACES))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> LogPlace:
    """Each adapter's own place, empty."""
    return PLACES[request.param](tmp_path)


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


# Order and durability ------------------------------------------------------------------------


def test_an_empty_log_has_nothing(place: LogPlace) -> None:
    async def scenario() -> None:
        log = place.open()
        assert (log.head, log.checkpoint, log.consumer_position("bot")) == (0, 0, 0)
        assert list(log.read(0, 10)) == []
        assert list(log.open_states()) == []
        assert log.find_operation(ACCOUNT, ACTOR, operation(1)) is None
        log.close()

    run(scenario())


def test_records_come_back_whole_and_in_order(place: LogPlace) -> None:
    async def scenario() -> None:
        records = [record(n) for n in range(1, 8)]
        log = await stored(place, records)
        assert list(log.read(0, 100)) == records
        assert all(type(each) is Record for each in log.read(0, 100))
        assert list(log.read(2, 3)) == records[2:5]
        assert list(log.read(7, 3)) == []
        again = reopened(place, log)
        assert again.head == 7
        assert list(again.read(0, 100)) == records
        again.close()

    run(scenario())


def test_durable_positions_only_rise_and_reach_the_last_append(place: LogPlace) -> None:
    async def scenario() -> None:
        log, witness = place.open_started()
        for position in range(1, 3_001):
            log.append(record(position))
            if position % 500 == 0:
                await asyncio.sleep(0)
        place.push(log)
        await witness.durable(3_000)
        assert witness.positions == sorted(set(witness.positions))
        assert witness.positions[-1] == log.head == 3_000
        log.close()

    run(scenario())


def test_nothing_is_durable_before_the_listener_was_told(place: LogPlace) -> None:
    async def scenario() -> None:
        log, witness = place.open_started()
        log.append(record(1))
        assert (log.head, witness.positions, list(log.read(0, 10))) == (0, [], [])
        assert log.find_operation(ACCOUNT, ACTOR, operation(1)) is None
        place.push(log)
        await witness.durable(1)
        assert log.head == 1
        log.close()

    run(scenario())


@pytest.mark.parametrize("position", [1, 2, 4, 5])
def test_a_position_that_is_not_the_next_one_is_refused(place: LogPlace, position: int) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(1)])
        log.append(record(2))
        with pytest.raises(LogFenced):
            log.append(record(position))
        log.append(record(3))
        again = reopened(place, log)
        assert list(again.read(0, 10)) == [record(1), record(2), record(3)]
        again.close()

    run(scenario())


def test_the_next_position_after_reopening_follows_the_head(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(1), record(2)])
        log.close()
        again, witness = place.open_started()
        with pytest.raises(LogFenced):
            again.append(record(2))
        again.append(record(3))
        place.push(again)
        await witness.durable(3)
        again.close()

    run(scenario())


def test_a_log_that_was_not_started_takes_nothing(place: LogPlace) -> None:
    async def scenario() -> None:
        log = place.open()
        with pytest.raises(LogUnavailable, match="not started"):
            log.append(record(1))
        log.close()

    run(scenario())


def test_closing_stores_what_was_handed_over(place: LogPlace) -> None:
    async def scenario() -> None:
        log, _ = place.open_started()
        append_all(log, [record(n) for n in range(1, 2_501)])
        log.save_consumer_position("bot", 9)
        log.save_states([state(b"k%d" % n) for n in range(300)])
        log.save_checkpoint(2_500)
        again = reopened(place, log)
        assert again.head == 2_500
        assert again.consumer_position("bot") == 9
        assert len(list(again.open_states())) == 300
        assert again.checkpoint == 2_500
        again.close()

    run(scenario())


def test_a_closed_log_takes_nothing_and_tells_nothing(place: LogPlace) -> None:
    async def scenario() -> None:
        log, witness = place.open_started()
        log.append(record(1))
        log.close()
        log.close()
        calls: list[Callable[[], None]] = [
            lambda: log.append(record(2)),
            lambda: log.save_states([state(b"k")]),
            lambda: log.save_checkpoint(1),
            lambda: log.save_consumer_position("bot", 1),
        ]
        for call in calls:
            with pytest.raises(LogUnavailable, match="closed"):
                call()
        for _ in range(10):
            await asyncio.sleep(0)
        assert (witness.positions, witness.errors) == ([], [])

    run(scenario())


def test_too_many_appends_in_flight_are_refused_and_can_come_again(place: LogPlace) -> None:
    async def scenario() -> None:
        log, witness = place.open_started()
        maximum = limits.APPENDS_IN_FLIGHT_MAX
        append_all(log, [record(n) for n in range(1, maximum + 1)])
        with pytest.raises(CapacityError):
            log.append(record(maximum + 1))
        place.push(log)
        await witness.durable(maximum)
        log.append(record(maximum + 1))
        again = reopened(place, log)
        assert again.head == maximum + 1
        again.close()

    run(scenario())


def test_too_many_states_in_flight_are_refused_and_can_come_again(place: LogPlace) -> None:
    async def scenario() -> None:
        log, _ = place.open_started()
        many = [state(b"k", state=b"%d" % n) for n in range(limits.STATES_IN_FLIGHT_MAX)]
        log.save_states(many)
        with pytest.raises(CapacityError):
            log.save_states([state(b"one more")])
        log.append(record(1))
        again = reopened(place, log)
        assert [each.state for each in again.open_states()] == [many[-1].state]
        again.close()

    run(scenario())


def test_the_epoch_stays_the_same(place: LogPlace) -> None:
    async def scenario() -> None:
        log = place.open()
        epoch = log.epoch
        assert len(epoch) == 8
        again = reopened(place, log)
        assert again.epoch == epoch
        again.close()

    run(scenario())


# Operations ----------------------------------------------------------------------------------


def test_a_repeat_finds_the_first_answer_also_after_reopening(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(n) for n in range(1, 4)])
        first = StoredOperation(2, CHAT, (2).to_bytes(8, "big"), b"answer 2")
        assert log.find_operation(ACCOUNT, ACTOR, operation(2)) == first
        again = reopened(place, log)
        assert again.find_operation(ACCOUNT, ACTOR, operation(2)) == first
        assert again.find_operation(ACCOUNT, ACTOR, operation(4)) is None
        again.close()

    run(scenario())


def test_the_same_operation_id_of_another_actor_or_account_is_another(place: LogPlace) -> None:
    async def scenario() -> None:
        same = operation(7)
        log = await stored(
            place,
            [
                record(1, operation_id=same),
                record(2, operation_id=same, actor=OTHER_ACTOR),
                record(3, operation_id=same, account_id=OTHER_ACCOUNT),
            ],
        )
        owners = [(ACCOUNT, ACTOR), (ACCOUNT, OTHER_ACTOR), (OTHER_ACCOUNT, ACTOR)]
        found = [log.find_operation(account, actor, same) for account, actor in owners]
        assert [each.position if each else None for each in found] == [1, 2, 3]
        assert log.find_operation(OTHER_ACCOUNT, OTHER_ACTOR, same) is None
        log.close()

    run(scenario())


def test_records_without_operation_id_are_many_and_never_found(place: LogPlace) -> None:
    async def scenario() -> None:
        records = [record(n, operation_id=NOBODY) for n in range(1, 4)]
        log = await stored(place, records)
        assert list(log.read(0, 10)) == records
        assert log.find_operation(ACCOUNT, ACTOR, NOBODY) is None
        log.close()

    run(scenario())


def test_an_operation_id_appended_twice_fails_the_log(place: LogPlace) -> None:
    async def scenario() -> None:
        log, witness = place.open_started()
        log.append(record(1))
        place.push(log)
        await witness.durable(1)
        log.append(record(2, operation_id=operation(1)))
        place.push(log)
        assert isinstance(await witness.failed(), LogUnavailable)
        again = reopened(place, log)
        assert again.head == 1
        again.close()

    run(scenario())


# Conversations -------------------------------------------------------------------------------


def conversation_records() -> list[Record]:
    """Two conversations, an account's record between, records of many events and of none."""
    return [
        record(1, first_seq=1, last_seq=3),
        record(2, conversation_id=OTHER_CHAT, first_seq=1, last_seq=1),
        record(3, first_seq=4, last_seq=3),
        record(4, first_seq=4, last_seq=4),
        record(5, conversation_id=ConversationId(NO_ID), first_seq=0, last_seq=-1),
        record(6, first_seq=5, last_seq=8),
        record(7, conversation_id=OTHER_CHAT, first_seq=2, last_seq=2),
        record(8, first_seq=9, last_seq=9),
        record(9, first_seq=10, last_seq=9),
        record(10, first_seq=10, last_seq=9),
    ]


@pytest.mark.parametrize(
    ("after_seq", "limit", "positions"),
    [
        (0, 100, [1, 3, 4, 6, 8, 9, 10]),
        (0, 2, [1, 3]),
        (1, 100, [1, 3, 4, 6, 8, 9, 10]),
        (2, 1, [1]),
        (3, 100, [4, 6, 8, 9, 10]),
        (4, 1, [6]),
        (7, 2, [6, 8]),
        (8, 100, [8, 9, 10]),
        (9, 100, []),
        (1_000, 100, []),
    ],
)
def test_a_conversation_is_read_forward(
    place: LogPlace, after_seq: int, limit: int, positions: list[int]
) -> None:
    async def scenario() -> None:
        log = await stored(place, conversation_records())
        page = log.read_conversation(CHAT, after_seq, limit)
        assert [each.position for each in page] == positions
        log.close()

    run(scenario())


@pytest.mark.parametrize(
    ("before_seq", "limit", "positions"),
    [
        (1_000, 100, [1, 3, 4, 6, 8, 9, 10]),
        (1_000, 3, [8, 9, 10]),
        (10, 2, [6, 8]),
        (9, 1, [6]),
        (6, 2, [4, 6]),
        (5, 2, [3, 4]),
        (4, 5, [1]),
        (1, 5, []),
    ],
)
def test_a_conversation_is_read_back(
    place: LogPlace, before_seq: int, limit: int, positions: list[int]
) -> None:
    async def scenario() -> None:
        log = await stored(place, conversation_records())
        page = log.read_conversation_back(CHAT, before_seq, limit)
        assert [each.position for each in page] == positions
        log.close()

    run(scenario())


def test_an_unknown_conversation_has_no_records(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, conversation_records())
        stranger = ConversationId(b"conversation-009")
        assert list(log.read_conversation(stranger, 0, 10)) == []
        assert list(log.read_conversation_back(stranger, 100, 10)) == []
        log.close()

    run(scenario())


# Checkpoints and consumers -------------------------------------------------------------------


def test_states_are_replaced_by_key_and_open_ones_listed_accounts_first(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(1)])
        own = state(ACCOUNT, visitor_key=b"", account_id=ACCOUNT)
        early, late, shut = state(b"\x00"), state(b"\xff"), state(b"shut", is_open=False)
        log.save_states([late, early, state(b"shut"), own])
        log.save_states([shut, late._replace(position=2, state=b"newer", visitor_key=b"else")])
        log.save_checkpoint(1)
        again = reopened(place, log)
        newest = late._replace(position=2, state=b"newer", visitor_key=b"else")
        assert list(again.open_states()) == [own, early, newest]
        assert all(type(each.is_open) is bool for each in again.open_states())
        assert again.find_state(b"shut") == shut
        assert again.find_state(b"none") is None
        assert again.checkpoint == 1
        again.close()

    run(scenario())


def test_the_newest_conversation_of_a_visitor_is_found(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(1)])
        newest = state(b"chat 3", is_open=False)
        log.save_states([newest, state(b"chat 1"), state(b"chat 2")])
        log.save_states([state(b"chat 9", visitor_key=b"somebody else")])
        log.save_states([state(b"chat 8", account_id=OTHER_ACCOUNT)])
        again = reopened(place, log)
        assert again.find_latest_of_visitor(ACCOUNT, b"inbox+visitor") == newest
        assert again.find_latest_of_visitor(ACCOUNT, b"nobody") is None
        again.close()

    run(scenario())


def test_more_open_states_than_one_page_are_listed_once_each(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(1)])
        keys = [b"key %05d" % n for n in range(2_345)]
        log.save_states([state(key) for key in keys])
        again = reopened(place, log)
        assert [each.key for each in again.open_states()] == keys
        again.close()

    run(scenario())


def test_states_handed_over_after_records_become_readable_with_them(place: LogPlace) -> None:
    async def scenario() -> None:
        log, witness = place.open_started()
        log.append(record(1))
        log.save_states([state(b"k")])
        log.save_checkpoint(1)
        place.push(log)
        await witness.durable(1)
        assert log.find_state(b"k") == state(b"k")
        assert log.checkpoint == 1
        log.close()

    run(scenario())


def test_consumers_keep_their_own_positions(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(1)])
        log.save_consumer_position("bot", 1)
        log.save_consumer_position("webhooks", 0)
        log.save_consumer_position("bot", 2)
        again = reopened(place, log)
        positions = [again.consumer_position(name) for name in ("bot", "webhooks", "search")]
        assert positions == [2, 0, 0]
        again.close()

    run(scenario())


# Fencing -------------------------------------------------------------------------------------


def test_who_comes_second_to_a_position_is_fenced(place: LogPlace) -> None:
    async def scenario() -> None:
        old, old_witness = place.open_started()
        old.append(record(1))
        place.push(old)
        await old_witness.durable(1)
        new, new_witness = place.open_rival(), Witness()
        new.start(new_witness)
        taken = record(2, answer=b"the new home's")
        new.append(taken)
        place.push(new)
        await new_witness.durable(2)
        old.append(record(2, answer=b"the old home's", operation_id=operation(99)))
        place.push(old)
        assert isinstance(await old_witness.failed(), LogFenced)
        assert (old.head, old_witness.positions) == (1, [1])
        with pytest.raises(LogUnavailable):
            old.append(record(2))
        old.close()
        assert list(reopened(place, new).read(1, 10)) == [taken]

    run(scenario())


def test_a_fenced_writer_cannot_touch_states_either(place: LogPlace) -> None:
    async def scenario() -> None:
        old, old_witness = place.open_started()
        new, new_witness = place.open_rival(), Witness()
        new.start(new_witness)
        new.append(record(1))
        new.save_states([state(b"k", state=b"the new home's")])
        place.push(new)
        await new_witness.durable(1)
        old.save_states([state(b"k", state=b"the old home's")])
        place.push(old)
        assert isinstance(await old_witness.failed(), LogFenced)
        old.close()
        found = reopened(place, new).find_state(b"k")
        assert found is not None and found.state == b"the new home's"

    run(scenario())


# Crashes of the virtual disk -----------------------------------------------------------------


def test_a_crash_in_memory_loses_only_what_was_not_committed() -> None:
    async def scenario() -> None:
        place = MemoryPlace()
        log, witness = place.open_started()
        assert isinstance(log, MemoryEventLog)
        append_all(log, [record(n) for n in range(1, 6)])
        log.commit(3)
        log.save_consumer_position("bot", 5)
        after = log.crash()
        assert witness.positions == [3]
        assert list(after.read(0, 10)) == [record(1), record(2), record(3)]
        assert after.consumer_position("bot") == 0
        log.commit()
        assert (witness.positions, witness.errors, after.disk.head) == ([3], [], 3)
        with pytest.raises(LogUnavailable):
            log.append(record(6))

    run(scenario())


def test_a_failing_disk_in_memory_tells_the_listener_and_stores_nothing() -> None:
    async def scenario() -> None:
        place = MemoryPlace()
        log, witness = place.open_started()
        assert isinstance(log, MemoryEventLog)
        log.append(record(1))
        error = LogUnavailable(reason="disk full")
        log.fail(error)
        assert (witness.positions, witness.errors, place.disk.head) == ([], [error], 0)

    run(scenario())


def test_a_memory_log_can_commit_at_once() -> None:
    async def scenario() -> None:
        log, witness = MemoryEventLog(commit_at_once=True), Witness()
        log.start(witness)
        log.append(record(1))
        log.append(record(2))
        assert (witness.positions, log.head) == ([1, 2], 2)

    run(scenario())
