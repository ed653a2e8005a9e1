"""Play one seed and show what happened: python -m tests.simulation.run --seed 7 --trace"""

from __future__ import annotations

import argparse
import logging
import sys

import structlog

from tests.simulation.kit.scenario import make_scenario
from tests.simulation.kit.simulation import simulate


def main() -> int:
    """Play the seeds that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--count", type=int, default=1, help="how many seeds")
    parser.add_argument("--trace", action="store_true", help="print everything that happened")
    options = parser.parse_args()
    # The product's own log has the machine's time: a seed must print the same everywhere.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    failed = 0
    for seed in range(options.seed, options.seed + options.count):
        verdict = simulate(make_scenario(seed), tracing=options.trace)
        for line in verdict.trace:
            sys.stdout.write(line + "\n")
        for line in verdict.violations:
            sys.stdout.write(f"seed {seed}: {line}\n")
        failed += bool(verdict.violations)
    sys.stdout.write(f"{options.count} played, {failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
