"""A busy loop rests, an idle one does not."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from airdesk.adapters.sockets.pace import BUSY_TURNS, WINDOW_S, Pace
from airdesk.core.kernel.limits import LOOP_REST_MS_MAX

REST_S = LOOP_REST_MS_MAX / 1000


class Loop:
    """Turns of a loop, by hand, with a clock that moves by sleeping and by working."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.slept: list[float] = []
        self._ready: deque[tuple[Callable[..., object], tuple[Any, ...]]] = deque()
        self.pace = Pace(lambda: self.now_s, self._sleep, self._soon)

    def _sleep(self, pause_s: float) -> None:
        self.slept.append(pause_s)
        self.now_s += pause_s

    def _soon(self, call: Callable[..., object], *arguments: Any) -> None:
        self._ready.append((call, arguments))

    def turn(self, work_s: float, reads: int = 1) -> None:
        """Read something, work, and come to rest."""
        for _ in range(reads):
            self.pace.stir()
        self.now_s += work_s
        while self._ready:
            call, arguments = self._ready.popleft()
            call(*arguments)


def test_a_busy_loop_rests_until_its_turns_are_far_enough_apart() -> None:
    loop = Loop()
    for _ in range(400):
        loop.turn(REST_S / 4)
    assert loop.slept[-50:] == pytest.approx([REST_S * 3 / 4] * 50)


def test_a_loop_with_few_turns_never_rests() -> None:
    loop = Loop()
    for _ in range(200):
        loop.turn(0.001)
        loop.now_s += 1.5 * WINDOW_S / BUSY_TURNS
    assert loop.slept == []


def test_one_message_after_a_silence_does_not_wait() -> None:
    loop = Loop()
    for _ in range(400):
        loop.turn(REST_S / 4)
    loop.now_s += 3 * WINDOW_S
    rests = len(loop.slept)
    loop.turn(REST_S / 4)
    assert len(loop.slept) == rests


def test_turns_that_take_long_are_followed_by_no_rest() -> None:
    loop = Loop()
    for _ in range(400):
        loop.turn(REST_S * 1.5)
    assert loop.slept == []


def test_many_reads_of_a_turn_are_one_turn() -> None:
    loop = Loop()
    for _ in range(BUSY_TURNS):
        loop.turn(WINDOW_S / 5, reads=20)
    assert loop.slept == []
