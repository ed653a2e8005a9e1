"""A day of 30 agents and 2,000 visitors in the real system, judged at every second of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.simulation.day import faults
from tests.simulation.day.play import Size, play

SEEDS = (2, 3, 5)

SMALL = Size(agents=8, visitors=250, hours=1)

HARD_DAY = {
    "had to wait": 50,
    "longest queue": 5,
    "crashed with chats": 20,
    "went on elsewhere": 20,
    "capacity changed": 20,
    "queued: agent_left": 20,
    "queued: no_answer": 20,
    "queued: transfer": 20,
    "queued: reopened": 5,
    "assigned: returned": 20,
    "assigned: by_hand": 20,
}
"""What a day without any of it would prove nothing about."""


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_is_served_in_turn_on_a_hard_day(seed: int) -> None:
    day = play(seed)
    assert day.violations == (), f"seed {seed}"
    assert day.chats >= 2_000
    missing = [what for what, count in HARD_DAY.items() if day.seen[what] < count]
    assert missing == [], f"seed {seed} is too easy: {dict(day.seen)}"


def test_the_small_day_is_sound_without_a_fault() -> None:
    assert play(1, SMALL).violations == ()


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (faults.serves_the_last_first, "is overtaken by"),
        (faults.forgets_to_stir, "waits beside a free desk"),
        (faults.gives_one_too_many, "is routed to an agent who is full"),
        (faults.asks_for_no_skill, "is routed to an agent who is without the skill"),
        (faults.waits_for_ever_for_who_crashed, "is still held by an agent who is gone"),
        (
            faults.leaves_a_chat_in_the_list_of_who_had_it,
            "stands in the lists of two agents as theirs",
        ),
    ],
)
def test_the_judge_finds_a_deliberate_fault(
    monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None], rule: str
) -> None:
    fault(monkeypatch)
    violations = play(1, SMALL).violations
    assert any(re.search(rule, line) for line in violations), violations
