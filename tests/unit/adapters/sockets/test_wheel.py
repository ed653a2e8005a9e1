from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airdesk.adapters.sockets import TimingWheel


class Calls:
    """Notes what was due, and answers with the next delay."""

    def __init__(self) -> None:
        self.made: list[tuple[str, int]] = []
        self.next_ms: dict[str, int] = {}

    def __call__(self, item: str, now_ms: int) -> int:
        self.made.append((item, now_ms))
        return self.next_ms.get(item, 0)


def wheel(calls: Calls, now_ms: int = 0) -> TimingWheel[str]:
    return TimingWheel(calls, tick_ms=100, delay_ms_max=30_000, now_ms=now_ms)


def test_an_item_is_due_once_and_not_before_its_time() -> None:
    calls = Calls()
    timing = wheel(calls, 50)
    timing.place("a", 1_000)
    timing.advance(1_049)
    assert calls.made == []
    timing.advance(1_150)
    timing.advance(40_000)
    assert calls.made == [("a", 1_150)]
    assert len(timing) == 0


def test_the_answer_is_the_next_delay() -> None:
    calls = Calls()
    calls.next_ms["a"] = 25_000
    timing = wheel(calls)
    timing.place("a", 10_000)
    for now_ms in range(0, 90_000, 100):
        timing.advance(now_ms)
    assert calls.made == [("a", 10_000), ("a", 35_000), ("a", 60_000), ("a", 85_000)]
    assert "a" in timing


def test_placing_again_moves_an_item() -> None:
    calls = Calls()
    timing = wheel(calls)
    timing.place("a", 1_000)
    timing.place("a", 2_000)
    timing.advance(1_500)
    assert calls.made == []
    timing.advance(2_000)
    assert calls.made == [("a", 2_000)]


def test_a_removed_item_is_never_due() -> None:
    calls = Calls()
    timing = wheel(calls)
    timing.place("a", 1_000)
    timing.remove("a")
    timing.remove("never placed")
    timing.advance(60_000)
    assert calls.made == []


def test_a_long_pause_makes_everything_due_once() -> None:
    calls = Calls()
    timing = wheel(calls)
    for index in range(300):
        timing.place(str(index), 100 * (index + 1))
    timing.advance(1_000_000)
    assert sorted(calls.made) == sorted((str(index), 1_000_000) for index in range(300))


def test_a_call_may_remove_another_item_that_is_due_now() -> None:
    made: list[str] = []

    def due(item: str, now_ms: int) -> int:
        made.append(item)
        timing.remove("b" if item == "a" else "a")
        return 0

    timing = TimingWheel(due, tick_ms=100, delay_ms_max=1_000, now_ms=0)
    timing.place("a", 500)
    timing.place("b", 500)
    timing.advance(500)
    assert len(made) == 1
    assert len(timing) == 0


def test_an_exception_lets_its_item_go_and_the_others_come_with_the_next_call() -> None:
    made: list[str] = []

    def due(item: str, now_ms: int) -> int:
        made.append(item)
        if len(made) == 1:
            raise RuntimeError(item)
        return 0

    timing = TimingWheel(due, tick_ms=100, delay_ms_max=1_000, now_ms=0)
    for item in "abc":
        timing.place(item, 100)
    with pytest.raises(RuntimeError):
        timing.advance(100)
    timing.advance(100)
    assert sorted(made) == ["a", "b", "c"]


@pytest.mark.parametrize("delay_ms", [0, -1, 30_001])
def test_a_delay_outside_the_wheel_is_refused(delay_ms: int) -> None:
    with pytest.raises(ValueError, match="delay"):
        wheel(Calls()).place("a", delay_ms)


@given(seed=st.integers(0, 2**32), start_ms=st.integers(0, 10_000))
def test_no_item_is_early_and_none_is_later_than_a_tick(seed: int, start_ms: int) -> None:
    chance = random.Random(seed)
    expected: dict[int, int] = {}
    now_ms = start_ms

    def due(item: int, at_ms: int) -> int:
        due_ms = expected.pop(item)
        assert due_ms <= at_ms
        assert due_ms > before_ms - 100
        if chance.random() < 0.5:
            delay_ms = chance.randint(1, 1_000)
            expected[item] = at_ms + delay_ms
            return delay_ms
        return 0

    timing = TimingWheel(due, tick_ms=100, delay_ms_max=1_000, now_ms=start_ms)
    for item in range(50):
        if chance.random() < 0.5:
            delay_ms = chance.randint(1, 1_000)
            timing.place(item, delay_ms)
            expected[item] = now_ms + delay_ms
        before_ms = now_ms
        now_ms += chance.choice((1, 50, 100, 250, 5_000))
        timing.advance(now_ms)
    assert len(timing) == len(expected)
