"""One timer for all connections: a wheel of time slots that turns once a tick."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class TimingWheel(Generic[Item]):
    """Calls a function for each item whose time has come; arithmetic only, time comes in.

    The function answers with the milliseconds until it wants to be called for this item again,
    or 0 to let it go. So a connection costs a place in a set, not a timer of the event loop.

    Guarantees:
        An item is due no earlier than its delay and at most one tick (and the lateness of
        `advance`) later. Items of one slot come in no particular order.
        The function may place and remove any items, its own too; if it has placed its own item
        anew, its answer is not used. An exception from it reaches the caller of `advance` after
        the item was let go; the others of the slot come with the next call.

    Cost: constant for each call, and for each item that is due.
    """

    def __init__(
        self, due: Callable[[Item, int], int], *, tick_ms: int, delay_ms_max: int, now_ms: int
    ) -> None:
        """Make an empty wheel.

        Args:
            due: called with the item and the time given to `advance`.
            tick_ms: the grain; what is due within one tick comes together.
            delay_ms_max: the longest delay that can be placed.
            now_ms: any monotonic time, milliseconds.
        """
        self._due = due
        self._tick_ms = tick_ms
        self._delay_ms_max = delay_ms_max
        # One slot more for the part of a tick that has passed, one for the tick that is due.
        self._slots: list[set[Item]] = [set() for _ in range(-(-delay_ms_max // tick_ms) + 2)]
        self._overdue: set[Item] = set()
        self._places: dict[Item, set[Item]] = {}
        self._tick = now_ms // tick_ms
        self._now_ms = now_ms

    def __len__(self) -> int:
        """How many items are placed."""
        return len(self._places)

    def __contains__(self, item: Item) -> bool:
        """Whether the item is placed."""
        return item in self._places

    def place(self, item: Item, delay_ms: int) -> None:
        """Make the item due `delay_ms` after the last `advance`, whatever it was before.

        Args:
            delay_ms: 1 to the wheel's delay_ms_max.
        """
        if not 0 < delay_ms <= self._delay_ms_max:
            raise ValueError(f"a delay of {delay_ms} ms is not in 1 to {self._delay_ms_max}")
        self.remove(item)
        tick = -(-(self._now_ms + delay_ms) // self._tick_ms)
        place = self._slots[tick % len(self._slots)]
        place.add(item)
        self._places[item] = place

    def remove(self, item: Item) -> None:
        """Let the item go; nothing happens if it is not placed."""
        place = self._places.pop(item, None)
        if place is not None:
            place.discard(item)

    def advance(self, now_ms: int) -> None:
        """Call for every item that is due at `now_ms`; a time in the past is taken as now."""
        self._now_ms = max(now_ms, self._now_ms)
        self._collect(self._now_ms // self._tick_ms)
        while self._overdue:
            item = self._overdue.pop()
            del self._places[item]
            next_ms = self._due(item, self._now_ms)
            if next_ms and item not in self._places:
                self.place(item, next_ms)

    def _collect(self, last_tick: int) -> None:
        """Take what is due out of the slots first, since the calls may fill the same slots."""
        # After a pause longer than a turn, one turn empties every slot.
        first_tick = max(self._tick + 1, last_tick - len(self._slots) + 1)
        for tick in range(first_tick, last_tick + 1):
            slot = self._slots[tick % len(self._slots)]
            for item in slot:
                self._places[item] = self._overdue
            self._overdue |= slot
            slot.clear()
        self._tick = last_tick


class WheelTimer(Generic[Item]):
    """Turns a wheel by the event loop's clock: one timer, and none while the wheel is empty."""

    def __init__(self, due: Callable[[Item, int], int], *, tick_ms: int, delay_ms_max: int) -> None:
        """Make a wheel that stands still until something is placed; needs a running loop."""
        self._loop = asyncio.get_running_loop()
        self._tick_s = tick_ms / 1000
        self._handle: asyncio.TimerHandle | None = None
        self._wheel = TimingWheel(
            due, tick_ms=tick_ms, delay_ms_max=delay_ms_max, now_ms=self.now_ms()
        )

    def __len__(self) -> int:
        """How many items are placed."""
        return len(self._wheel)

    def now_ms(self) -> int:
        """The loop's monotonic time in milliseconds."""
        return int(self._loop.time() * 1000)

    def place(self, item: Item, delay_ms: int) -> None:
        """Make the item due after `delay_ms`, whatever it was before."""
        if self._handle is None:
            self._wheel.advance(self.now_ms())
            self._handle = self._loop.call_later(self._tick_s, self._turn)
        self._wheel.place(item, delay_ms)

    def remove(self, item: Item) -> None:
        """Let the item go; nothing happens if it is not placed."""
        self._wheel.remove(item)

    def stop(self) -> None:
        """Stand still until the next `place`."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _turn(self) -> None:
        self._handle = self._loop.call_later(self._tick_s, self._turn)
        self._wheel.advance(self.now_ms())
        if not self._wheel:
            self.stop()
