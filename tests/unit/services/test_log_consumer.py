"""Consumers of the log: each record once at the head, none left out anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airdesk.adapters.memory import MemoryDisk, MemoryLogRecords
from airdesk.core.kernel import DependencyError
from airdesk.ports.event_log import Record
from airdesk.ports.log_followers import Committed
from airdesk.services import log_consumer
from airdesk.services.heard_records import HeardRecords
from airdesk.services.log_consumer import LogConsumer
from tests.kit.told_records import message

NAME = "counter"
PAGE = 4


def concerns(position: int) -> bool:
    return position % 3 == 0


class Disk(MemoryDisk):
    """A log's disk that counts how often it is read."""

    reads = 0
    is_away = False


class CountedRecords(MemoryLogRecords):
    """The records of such a disk."""

    def __init__(self, disk: Disk) -> None:
        super().__init__(disk)
        self._counted = disk

    def read(self, after: int, limit: int) -> Sequence[Record]:
        """See LogRecords."""
        self._counted.reads += 1
        return super().read(after, limit)


class Counter(LogConsumer):
    """Writes down what concerns it; fails so many times before."""

    def __init__(self, disk: Disk, positions: dict[str, int]) -> None:
        super().__init__(NAME, PAGE, Positions(positions), lambda: CountedRecords(disk))
        self.took: list[int] = []
        self.pages = 0
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.is_taking = asyncio.Event()

    def concerns(self, committed: Committed) -> bool:
        """See LogConsumer."""
        return concerns(committed.record.position)

    async def take(self, page: Sequence[Committed]) -> None:
        """See LogConsumer."""
        self.pages += 1
        self.is_taking.set()
        await self.gate.wait()
        for committed in page:
            if self.failures:
                self.failures -= 1
                raise DependencyError(name="test", reason="away")
            if concerns(committed.record.position):
                self.took.append(committed.record.position)

    def forget(self) -> None:
        """See LogConsumer."""


class Positions:
    """Where positions are kept; given back as they were noted."""

    def __init__(self, kept: dict[str, int]) -> None:
        self._kept = kept

    def consumer_position(self, name: str) -> int:
        """See ConsumerPositions."""
        return self._kept.get(name, 0)

    def save_consumer_position(self, name: str, position: int) -> None:
        """See ConsumerPositions."""
        self._kept[name] = position


class Scene:
    """A log and its consumer."""

    def __init__(self) -> None:
        self.disk = Disk()
        self.positions: dict[str, int] = {}
        self.start()

    def start(self) -> None:
        """Start a consumer as a process that starts would."""
        self.consumer = Counter(self.disk, self.positions)
        self.consumer.start()
        self.consumer.home_started(self.disk.head)

    def append(self, records: int) -> list[Committed]:
        """Make some records durable; gives them as a home would tell them."""
        first = self.disk.head + 1
        made = [message(position) for position in range(first, first + records)]
        self.disk.records.extend(one.record for one in made)
        return made

    def tell(self, records: Sequence[Committed] = ()) -> None:
        """Tell of the head, and of some records before it."""
        self.consumer.log_moved(self.disk.head, records)

    async def done(self) -> list[int]:
        """Give what the consumer took, once it has come to the head."""
        await self.consumer.reached(self.disk.head)
        return self.consumer.took

    def expected(self, after: int = 0) -> list[int]:
        return [one for one in range(after + 1, self.disk.head + 1) if concerns(one)]


def play(act: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        scene = Scene()
        await act(scene)
        await scene.consumer.stop()

    asyncio.run(run())


async def turns(number: int = 5) -> None:
    """Let the loop turn, so that whoever has something to do does it."""
    for _ in range(number):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for retries here, and every step is noted."""
    monkeypatch.setattr(log_consumer, "RETRY_S", 0)
    monkeypatch.setattr(log_consumer, "SAVE_S", 0)


def test_at_the_head_nothing_is_read_from_the_log() -> None:
    async def act(scene: Scene) -> None:
        for _ in range(5):
            scene.tell(scene.append(3))
            await scene.done()
        assert scene.consumer.took == scene.expected()
        assert scene.disk.reads == 0

    play(act)


def test_what_does_not_concern_it_does_not_wake_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(scene: Scene) -> None:
        scene.tell(scene.append(3))
        await scene.done()
        await turns()
        monkeypatch.setattr(log_consumer, "SAVE_S", 3600)
        scene.tell(scene.append(2))
        assert scene.consumer.position == 5, "without a turn of the loop"
        assert scene.consumer.pages == 1

    play(act)


def test_how_far_it_has_come_is_noted_even_if_nothing_concerned_it() -> None:
    async def act(scene: Scene) -> None:
        scene.tell(scene.append(3))
        await scene.done()
        await turns()
        scene.tell(scene.append(2))
        await turns()
        assert scene.positions[NAME] == 5
        assert scene.consumer.pages == 1

    play(act)


def test_records_from_before_the_start_are_read_and_later_ones_heard() -> None:
    async def run() -> None:
        scene = Scene()
        await scene.consumer.stop()
        scene.append(10)
        scene.start()
        assert await scene.done() == scene.expected()
        reads = scene.disk.reads
        assert reads
        scene.tell(scene.append(10))
        assert await scene.done() == scene.expected()
        assert scene.disk.reads == reads
        await scene.consumer.stop()

    asyncio.run(run())


def test_more_than_can_be_kept_is_read_from_the_log_once_and_in_order() -> None:
    async def act(scene: Scene) -> None:
        scene.consumer._heard = HeardRecords(scene.consumer.concerns, records_max=5)
        scene.consumer._heard.begin(0)
        scene.consumer.gate.clear()
        scene.tell(scene.append(3))
        await scene.consumer.is_taking.wait()
        for _ in range(20):
            scene.tell(scene.append(7))
        scene.consumer.gate.set()
        assert await scene.done() == scene.expected()
        assert scene.disk.reads

    play(act)


def test_a_record_that_nobody_told_of_is_read_from_the_log() -> None:
    async def act(scene: Scene) -> None:
        scene.tell(scene.append(4))
        scene.append(4)
        scene.tell(scene.append(4))
        assert await scene.done() == scene.expected()

    play(act)


def test_a_page_that_failed_comes_again() -> None:
    async def act(scene: Scene) -> None:
        scene.tell(scene.append(3))
        await scene.done()
        scene.consumer.failures = 3
        scene.tell(scene.append(9))
        assert await scene.done() == scene.expected()

    play(act)


def test_the_next_home_is_followed_from_where_the_last_one_ended() -> None:
    async def act(scene: Scene) -> None:
        scene.tell(scene.append(3))
        await scene.done()
        scene.consumer.home_ended()
        scene.append(4)
        scene.consumer.home_started(scene.disk.head)
        scene.tell(scene.append(4))
        assert await scene.done() == scene.expected()

    play(act)


STEPS = st.one_of(
    st.tuples(st.just("told"), st.integers(1, 12)),
    st.tuples(st.just("untold"), st.integers(1, 12)),
    st.tuples(st.just("turns"), st.integers(1, 5)),
    st.tuples(st.just("fail"), st.integers(1, 3)),
    st.tuples(st.just("kill"), st.just(0)),
    st.tuples(st.just("home"), st.just(0)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=25), st.integers(1, 10))
def test_whatever_happens_each_record_is_taken_in_order_and_none_is_left_out(
    steps: list[tuple[str, int]], kept: int
) -> None:
    """Every life of a consumer takes all from its noted position on, and once if nothing failed."""

    async def run() -> None:
        scene = Scene()
        begun, may_repeat = 0, False

        def check() -> None:
            took = scene.consumer.took
            expected = scene.expected(begun)
            if not may_repeat:
                assert took == expected[: len(took)]
            firsts = list(dict.fromkeys(took))
            assert firsts == expected[: len(firsts)]

        for step, number in steps:
            if step == "told":
                scene.tell(scene.append(number))
            elif step == "untold":
                scene.append(number)
            elif step == "turns":
                await turns(number)
            elif step == "fail":
                scene.consumer.failures, may_repeat = number, True
            elif step == "home":
                scene.consumer.home_ended()
                scene.consumer.home_started(scene.disk.head)
            else:
                check()
                await scene.consumer.stop()
                begun, may_repeat = scene.positions.get(NAME, 0), False
                scene.start()
                scene.consumer._heard = HeardRecords(scene.consumer.concerns, kept)
                scene.consumer._heard.begin(scene.disk.head)
        scene.tell(scene.append(1))
        await scene.done()
        check()
        assert set(scene.consumer.took) == set(scene.expected(begun))
        await scene.consumer.stop()

    asyncio.run(run())
