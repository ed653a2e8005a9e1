"""One direction of a path: what is put in arrives in order, late, or not at all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from tests.simulation.kit.world import World

ItemT = TypeVar("ItemT")


class Pipe(Generic[ItemT]):
    """Bytes in flight in one direction, as TCP keeps them: in order, or lost from some point on.

    Args:
        world: time and chance.
        deliver: takes what arrives.
        delays_ms: the least and the greatest delay.
    """

    __slots__ = (
        "_deliver",
        "_due",
        "_is_awaited",
        "_items",
        "_stalled_until",
        "_world",
        "delays_ms",
        "is_cut",
    )

    def __init__(
        self, world: World, deliver: Callable[[ItemT], None], delays_ms: tuple[int, int]
    ) -> None:
        self._world = world
        self._deliver = deliver
        self.delays_ms = delays_ms
        self._items: deque[tuple[int, ItemT]] = deque()
        self._due = 0
        self._stalled_until = 0
        self._is_awaited = False
        self.is_cut = False

    def __len__(self) -> int:
        return len(self._items)

    @property
    def in_flight(self) -> Sequence[tuple[int, ItemT]]:
        """What is on its way, with when it is due."""
        return self._items

    def put(self, item: ItemT) -> None:
        """Send something; into a cut pipe it falls without a sound."""
        if self.is_cut:
            return
        low, high = self.delays_ms
        self._due = max(self._due, self._world.now + self._world.between(low, high))
        self._items.append((self._due, item))
        if not self._is_awaited:
            self._await()

    def stall(self, delay_ms: int) -> None:
        """Let nothing arrive for a while; then it all arrives."""
        self._stalled_until = max(self._stalled_until, self._world.now + delay_ms)

    def flow(self) -> None:
        """End a stall and slowness."""
        self._stalled_until = 0
        now = self._world.now
        self._due = min(self._due, now)
        self._items = deque((min(due, now), item) for due, item in self._items)
        self._world.after(0, self._arrive)

    def drop(self) -> None:
        """Lose what is in flight."""
        self._items.clear()

    def cut(self, keep: int = 0) -> None:
        """Let nothing more enter, and lose what is in flight but the first few."""
        self.is_cut = True
        while len(self._items) > keep:
            self._items.pop()

    def _await(self) -> None:
        self._is_awaited = True
        due = max(self._items[0][0], self._stalled_until)
        self._world.after(max(0, due - self._world.now), self._awaited)

    def _awaited(self) -> None:
        self._is_awaited = False
        if self._items:
            self._arrive()

    def _arrive(self) -> None:
        now = self._world.now
        items = self._items
        while items and items[0][0] <= now and self._stalled_until <= now:
            self._deliver(items.popleft()[1])
        if items and not self._is_awaited:
            self._await()
