"""The virtual disk of the log in memory: crashes and failures at chosen moments."""

from __future__ import annotations

import pytest

from airdesk.adapters.memory.event_log import MemoryEventLog
from airdesk.core.kernel import LogUnavailable

from .places import MemoryPlace, Witness
from .records import append_all, record, run


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
