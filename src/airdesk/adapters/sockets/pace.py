"""Lets a busy event loop rest between its turns, so that each turn finds more to do.

At some hundred messages a second an event loop wakes up for nearly every one of them, and the log's
thread, too: each time the processor has left its caches to others, and the same work costs twice as
much as in a row. A rest gathers what arrives in the operating system; meanwhile the log's thread
commits what the turn before has handed over, and nobody contends for the interpreter's lock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from airdesk.core.kernel.limits import LOOP_REST_MS_MAX

BUSY_TURNS: Final = 10
"""Turns that read something in a window; with fewer, nobody waits."""

WINDOW_S: Final = 0.1

SETTLING_TURNS: Final = 3
"""Turns until what was read has become records and frames that are handed over."""


class Pace:
    """Counts the turns that read something, and rests after each of them while they are many.

    Whatever a turn takes counts as rest: a loop that is always busy never sleeps.

    Args:
        clock: monotonic seconds.
        sleep: blocks the thread for some seconds.
        soon: calls a function in the next turn; the running loop's `call_soon` if None.
    """

    __slots__ = (
        "_clock",
        "_is_busy",
        "_is_stirred",
        "_rested_s",
        "_sleep",
        "_soon",
        "_turns",
        "_window_s",
    )

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        soon: Callable[..., object] | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._soon = soon
        self._is_stirred = False
        self._is_busy = False
        self._turns = 0
        self._window_s = self._rested_s = 0.0

    def stir(self) -> None:
        """Note that this turn has read something. Called for each read."""
        if self._is_stirred:
            return
        self._is_stirred = True
        if self._soon is None:
            self._soon = asyncio.get_running_loop().call_soon
        self._soon(self._settle, SETTLING_TURNS)

    def _settle(self, turns: int) -> None:
        if turns and self._soon is not None:
            self._soon(self._settle, turns - 1)
            return
        self._is_stirred = False
        self._rest(self._clock())

    def _rest(self, now_s: float) -> None:
        self._turns += 1
        if now_s - self._window_s >= WINDOW_S:
            # The first turn after a silence closes a window of its own: it is not many.
            self._is_busy = self._turns >= BUSY_TURNS and now_s - self._window_s < 2 * WINDOW_S
            self._turns, self._window_s = 0, now_s
        pause_s = self._rested_s + LOOP_REST_MS_MAX / 1000 - now_s
        if self._is_busy and pause_s > 0:
            self._sleep(pause_s)
            now_s = self._clock()
        self._rested_s = now_s
