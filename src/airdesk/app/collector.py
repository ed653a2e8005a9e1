"""The garbage collector by plan: never in the middle of a message."""

from __future__ import annotations

import asyncio
import gc
from typing import Final

YOUNG_S: Final = 1.0
"""Between two collections of young objects; a second's garbage is collected in a millisecond."""

FREEZE_EVERY: Final = 30
"""Young collections between two freezes: what lived that long is looked at no more."""


class PlannedCollector:
    """Switches automatic collection off and collects young objects once a second.

    Sessions and states are freed by their reference counts; cycles are broken where they are
    made. So old objects are never walked: on 15,000 connections a full collection would hold
    the loop for longer than 5 ms.
    """

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        self._rounds = 0

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

    def _schedule(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(YOUNG_S, self._collect)

    def _collect(self) -> None:
        gc.collect(0)
        self._rounds += 1
        if self._rounds % FREEZE_EVERY == 0:
            gc.collect(1)
            gc.freeze()
        self._schedule()
