"""The garbage collector by plan: never in the middle of a message, never for long."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Iterator
from typing import Final

LOOK_S: Final = 0.1
"""Between two looks at how many objects are new."""

YOUNG_OBJECTS: Final = 5_000
"""New objects that are worth a collection, well below a millisecond. A crowd that connects makes
that many in a look or two, steady traffic in seconds."""

FREEZE_LOOKS: Final = 300
"""Looks between two freezes: what lived through them is looked at no more."""

FREEZE_OBJECTS: Final = 40_000
"""Objects that are looked at a last time before they are frozen, 1 ms while they are in the caches
of the processor and some when not. After a crowd there are more: those are frozen unseen."""


class PlannedCollector:
    """Switches automatic collection off and collects young objects in portions.

    Sessions and states are freed by their reference counts; cycles are broken where they are
    made. So old objects are never walked: on 15,000 connections a full collection would hold
    the loop for longer than 5 ms. The price: a cycle that forms late, from objects that were
    frozen, is never freed.
    """

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        self._looks = 0
        self._survivors = 0

    def start(self) -> None:
        """Freeze what exists and take over."""
        gc.collect()
        gc.freeze()
        gc.disable()
        self._schedule()

    def stop(self) -> None:
        """Give the collector back."""
        if self._timer is not None:
            self._timer.cancel()
        gc.enable()
        gc.unfreeze()

    def look(self) -> None:
        """Collect young objects if they are many, and freeze what is old enough."""
        young = gc.get_count()[0]
        self._looks += 1
        if young >= YOUNG_OBJECTS:
            gc.collect(0)
            self._survivors += young
        if self._looks >= FREEZE_LOOKS:
            if self._survivors <= FREEZE_OBJECTS:
                gc.collect(1)
            gc.freeze()
            self._looks = self._survivors = 0

    def _schedule(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(LOOK_S, self._turn)

    def _turn(self) -> None:
        self.look()
        self._schedule()


@contextlib.contextmanager
def planned_collection() -> Iterator[None]:
    """Collect by plan for as long as something serves."""
    collector = PlannedCollector()
    collector.start()
    try:
        yield
    finally:
        collector.stop()
