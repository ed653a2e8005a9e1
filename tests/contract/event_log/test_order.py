"""What every event log promises: one order, and nothing is told before it is durable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from airdesk.core.kernel import CapacityError, LogFenced, LogUnavailable, limits
from airdesk.ports.event_log import Record

from .places import LogPlace
from .records import ACCOUNT, ACTOR, append_all, operation, record, reopened, run, state, stored


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
