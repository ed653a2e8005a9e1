"""The judge is judged: every deliberate fault is found, and by what it breaks."""

from __future__ import annotations

import re

import pytest

from tests.simulation.deliberate import FAULTS
from tests.simulation.kit.scenario import make_scenario
from tests.simulation.kit.simulation import simulate

SEEDS_MAX = 60
"""A fault is found within so many seeds, or the simulator does not deserve its name."""


@pytest.mark.parametrize("name", FAULTS)
def test_the_checker_finds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault, complaint = FAULTS[name]
    fault(monkeypatch)
    found = _first_seed_with(complaint)
    monkeypatch.undo()
    assert found is not None
    assert simulate(make_scenario(found)).violations == ()


def _first_seed_with(complaint: str) -> int | None:
    for seed in range(SEEDS_MAX):
        violations = simulate(make_scenario(seed)).violations
        if any(re.search(complaint, line) for line in violations):
            return seed
    return None
