"""The generators of a run: started, told what to do, listened to, added up."""

from __future__ import annotations

import asyncio
import multiprocessing
from array import array
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Final

from airdesk.app.stress.crowd.checker import Checker, hear_all
from airdesk.app.stress.crowd.generator import main
from airdesk.app.stress.crowd.histogram import Histogram
from airdesk.app.stress.crowd.pipe import Broken, HungUp, Places, Setup, Stop, Tick, Wish

END_S: Final = 10.0
"""How long a generator may take to stop after it was told to."""


class GeneratorBroken(Exception):
    """A generator ended by a defect of its own: nothing was measured."""


class Totals:
    """What all generators have told until now."""

    def __init__(self) -> None:
        self.latency, self.ack, self.late, self.back = (Histogram() for _ in range(4))
        self.hung_up: list[HungUp] = []
        self.refused: dict[int, int] = {}
        self.last: dict[int, Tick] = {}
        """The last tick of each generator."""

    def sum(self, field: Callable[[Tick], int]) -> int:
        """Add up a field of the last ticks."""
        return sum(field(tick) for tick in self.last.values())

    @property
    def failures(self) -> dict[int, int]:
        """Ends with a reason, by the error's number."""
        counts: dict[int, int] = {}
        for tick in self.last.values():
            for number, count in tick.failures.items():
                counts[number] = counts.get(number, 0) + count
        return counts


class Generators:
    """All generators of a run.

    Args:
        setups: one for each.
        checker: hears every message.
        on_tick: told of each tick, after it was added up.
    """

    def __init__(
        self,
        setups: Sequence[Setup],
        checker: Checker,
        on_tick: Callable[[int, Tick], None] = lambda index, tick: None,
    ) -> None:
        self._checker = checker
        self._on_tick = on_tick
        self.totals = Totals()
        self._broken: str = ""
        self.places: list[Places] = []
        """What was told of where people are, of each generator."""
        self._is_stopping = False
        self._moved = asyncio.Event()
        context = multiprocessing.get_context("spawn")
        self._processes: list[SpawnProcess] = []
        self._pipes: list[Connection] = []
        for setup in setups:
            ours, theirs = context.Pipe()
            process = context.Process(target=main, args=(theirs, setup), daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
            self._pipes.append(ours)
        loop = asyncio.get_running_loop()
        for index, pipe in enumerate(self._pipes):
            loop.add_reader(pipe.fileno(), self._readable, index)

    def __len__(self) -> int:
        return len(self._processes)

    @property
    def pids(self) -> list[int]:
        """The processes."""
        return [process.pid for process in self._processes if process.pid is not None]

    def tell(self, wish: Wish) -> None:
        """Tell all of them."""
        for pipe in self._pipes:
            pipe.send(wish)

    async def until(self, is_so: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is so after a tick; False if it does not become so in time.

        Raises:
            GeneratorBroken: a generator ended.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while not is_so():
            self._moved.clear()
            left_s = deadline - asyncio.get_running_loop().time()
            if left_s <= 0:
                return False
            try:
                await asyncio.wait_for(self._moved.wait(), left_s)
            except TimeoutError:
                return is_so()
            finally:
                self.check()
        return True

    def check(self) -> None:
        """Make sure that all are there.

        Raises:
            GeneratorBroken: one is not.
        """
        if self._broken:
            raise GeneratorBroken(self._broken)

    async def stop(self) -> None:
        """Let all end, and end those that do not."""
        self._is_stopping = True
        loop = asyncio.get_running_loop()
        for pipe in self._pipes:
            try:
                pipe.send(Stop())
            except OSError:
                continue  # It has ended already.
        deadline = loop.time() + END_S
        for process, pipe in zip(self._processes, self._pipes, strict=True):
            await loop.run_in_executor(None, process.join, max(0.1, deadline - loop.time()))
            if process.is_alive():
                process.kill()
                process.join()
            loop.remove_reader(pipe.fileno())
            pipe.close()

    def _readable(self, index: int) -> None:
        try:
            message = self._pipes[index].recv()
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(self._pipes[index].fileno())
            message = Broken("a generator ended without a word")
        if isinstance(message, Broken):
            if not self._is_stopping:
                self._broken = self._broken or message.reason
        elif isinstance(message, Places):
            self.places.append(message)
        else:
            self._add(index, message)
        self._moved.set()

    def _add(self, index: int, tick: Tick) -> None:
        totals = self.totals
        totals.last[index] = tick
        for mine, counted in (
            (totals.latency, tick.latency),
            (totals.ack, tick.ack),
            (totals.late, tick.late),
            (totals.back, tick.back),
        ):
            mine.add_all(counted)
        totals.hung_up += tick.hung_up
        totals.refused |= tick.refused
        for number in tick.refused:
            self._checker.refused(number)
        hear_all(self._checker, *(array("q", rows) for rows in _rows(tick)))
        self._on_tick(index, tick)


def _rows(tick: Tick) -> tuple[bytes, bytes, bytes]:
    return tick.said, tick.answered, tick.shown
