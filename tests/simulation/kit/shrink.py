"""Makes a failing scenario smaller: leaves steps out while it still fails."""

from __future__ import annotations

import time

from tests.simulation.kit.scenario import Scenario
from tests.simulation.kit.simulation import Verdict, simulate


def shrink(scenario: Scenario, seconds_max: float) -> tuple[Scenario, Verdict]:
    """Leave out as many steps as the time allows.

    Big pieces first, then smaller ones; what still fails, in whatever way, is kept.

    Args:
        scenario: one that fails.
        seconds_max: how long to try, by this machine's clock.

    Returns:
        The smallest failing scenario found, and its verdict with a trace.
    """
    end = time.monotonic() + seconds_max
    size = len(scenario.steps) // 2
    while size:
        start = 0
        while start < len(scenario.steps) and time.monotonic() < end:
            steps = scenario.steps[:start] + scenario.steps[start + size :]
            smaller = scenario._replace(steps=steps)
            if simulate(smaller).violations:
                scenario = smaller
            else:
                start += size
        size //= 2
    return scenario, simulate(scenario, tracing=True)


def describe(scenario: Scenario, verdict: Verdict) -> str:
    """Tell a failure: what was promised, the steps that break it, and how to play it again."""
    steps = [f"  {step.at_ms:>6} {step.kind} ({step.dice})" for step in scenario.steps]
    return "\n".join(
        (
            f"seed {scenario.seed} breaks its promises:",
            *(f"  {line}" for line in verdict.violations),
            f"with {len(steps)} steps:",
            *steps,
            "what happened:",
            *(f"  {line}" for line in verdict.trace[-200:]),
            f"play it in full: python -m tests.simulation.run --seed {scenario.seed} --trace",
        )
    )
