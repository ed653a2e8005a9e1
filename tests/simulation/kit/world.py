"""Time and chance: one clock, one queue of events, one seeded source of random numbers."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from random import Random

from airdesk.core.kernel import uuid7

BEGINNING_MS = 1_800_000_000_000
"""When every scenario begins."""


class World:
    """The only clock of a scenario. Nothing happens but by its queue.

    Args:
        seed: the same seed gives the same scenario, to the byte.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.now = 0
        self._queue: list[tuple[int, int, Callable[..., None], tuple[object, ...]]] = []
        self._count = 0
        self.trace: list[str] | None = None
        """Lines of what happened; None where nobody wants them."""

    def note(self, line: str) -> None:
        """Write a line of the trace."""
        if self.trace is not None:
            self.trace.append(f"{self.now:>7} {line}")

    def after(self, delay_ms: int, action: Callable[..., None], *arguments: object) -> None:
        """Do something later; things of the same moment happen in the order they were wished."""
        self._count += 1
        heapq.heappush(self._queue, (self.now + delay_ms, self._count, action, arguments))

    def run_until(self, end_ms: int) -> None:
        """Let time pass."""
        queue = self._queue
        while queue and queue[0][0] <= end_ms:
            self.now, _, action, arguments = heapq.heappop(queue)
            action(*arguments)
        self.now = end_ms

    def chance(self, probability: float) -> bool:
        """Throw the dice."""
        return self.random.random() < probability

    def between(self, low: int, high: int) -> int:
        """Give a random whole number, both ends included."""
        return low + int(self.random.random() * (high - low + 1))


class WallClock:
    """A process's wall clock: the world's time and an error that jumps."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.error_ms = 0

    def now_ms(self) -> int:
        """See Clock."""
        return BEGINNING_MS + self._world.now + self.error_ms


class RandomIds:
    """Ids by a wall clock and the world's dice."""

    def __init__(self, world: World, clock: WallClock) -> None:
        self._world = world
        self._clock = clock

    def new_id(self) -> bytes:
        """See IdSource."""
        return uuid7(self._clock.now_ms(), self._world.random.randbytes(10))
