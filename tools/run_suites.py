"""Run the suites one after the other, each within its budget, and sum up.

    python tools/run_suites.py [--total-minutes N] [SUITE ...]

A suite over its budget gets a warning, for machines differ. A suite over three times its budget
is stuck: it is killed with all that it started and counts as a failure. The last line is always
`N passed, N failed, N skipped`; the exit code is zero only if nothing failed.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / ".cache" / "tests"

TOTAL_MINUTES_MAX = 30
"""All suites together; CI allows 40 for these and the checks."""

KILL_FACTOR = 3
"""A suite is killed at this many times its budget."""

WORKERS = 2
"""Test processes of a suite: the smallest machine's cores. No test may disturb another one: each
has its ports, folders and servers, or shares them with its file."""

WAITING_WORKERS = 3
"""Of the suite whose tests wait for programs and clocks half of the time."""


@dataclass(frozen=True, slots=True)
class Suite:
    """One row of the table: what to run, where, and how long it should take."""

    name: str
    budget_s: int
    folder: Path
    """Where its tests stand. A suite whose folder does not exist is not run."""
    command: tuple[str, ...]
    """Writes a JUnit report to REPORTS/<name>.xml."""
    directory: Path = ROOT


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a suite."""

    passed: int
    failed: int
    skipped: int
    seconds: float
    remark: str = ""


def pytest_suite(name: str, budget_s: int, *, share: str, workers: int = WORKERS) -> Suite:
    """Give the suite of tests/<name>.

    Args:
        name: the folder.
        budget_s: how long it should take.
        share: what a test process takes at a time: any test (`load`), or a file, whose tests have
            a server or a browser in common (`loadfile`).
        workers: test processes.
    """
    folder = ROOT / "tests" / name
    command = [sys.executable, "-m", "pytest", "--quiet", f"--junitxml={report_path(name)}"]
    command += ["-n", str(workers), f"--dist={share}"]
    if share == "loadfile":
        command.append("--no-loadscope-reorder")  # tests/conftest.py puts the long files first
    return Suite(name, budget_s, folder, (*command, str(folder)))


def report_path(name: str) -> Path:
    """Give the place of a suite's JUnit report."""
    return REPORTS / f"{name}.xml"


SUITES = (
    pytest_suite("unit", 70, share="load"),
    pytest_suite("contract", 55, share="load"),
    pytest_suite("simulation", 125, share="load"),
    pytest_suite("fuzz", 30, share="load"),
    pytest_suite("integration", 300, share="loadfile", workers=WAITING_WORKERS),
    pytest_suite("e2e", 420, share="loadfile", workers=WAITING_WORKERS),
    Suite(
        name="web",
        budget_s=60,
        folder=ROOT / "web" / "node_modules",
        command=(
            "npm",
            "test",
            "--silent",
            "--",
            "--reporter=default",
            "--reporter=junit",
            f"--outputFile.junit={report_path('web')}",
        ),
        directory=ROOT / "web",
    ),
)


def run_suite(suite: Suite, seconds_left: float) -> Outcome:
    """Run one suite and read its report.

    Args:
        suite: what to run.
        seconds_left: what remains of the time for all suites.
    """
    if not suite.folder.is_dir():
        return Outcome(0, 0, 0, 0.0, "none yet")
    report = report_path(suite.name)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    limit_s = min(suite.budget_s * KILL_FACTOR, max(seconds_left, 0.0))
    started = time.monotonic()
    try:
        exit_code = _run_bounded(suite, limit_s)
    except subprocess.TimeoutExpired:
        seconds = time.monotonic() - started
        passed, failed, skipped = _counts(report)
        return Outcome(passed, failed + 1, skipped, seconds, f"killed after {limit_s:.0f} s")
    seconds = time.monotonic() - started
    return judge(suite, exit_code, _counts(report), seconds)


def judge(suite: Suite, exit_code: int, counts: tuple[int, int, int], seconds: float) -> Outcome:
    """Say what a suite that ended by itself amounts to.

    A suite that fails without a failed test (it crashed, or found no test) counts one failure.
    """
    passed, failed, skipped = counts
    if exit_code != 0 and failed == 0:
        return Outcome(passed, 1, skipped, seconds, f"ended with exit code {exit_code}")
    if passed + failed + skipped == 0:
        return Outcome(0, 1, 0, seconds, "found no test")
    remark = "over budget" if seconds > suite.budget_s else ""
    return Outcome(passed, failed, skipped, seconds, remark)


def _run_bounded(suite: Suite, limit_s: float) -> int:
    """Run the suite's command in a process group of its own, which never outlives this call."""
    process = subprocess.Popen(
        suite.command, cwd=suite.directory, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return process.wait(timeout=limit_s)
    finally:
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process group, and reap its leader."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # Everything in it has ended already, as it should.
    process.wait()


def _counts(report: Path) -> tuple[int, int, int]:
    """Read (passed, failed, skipped) from a JUnit report; zeros where there is none."""
    if not report.is_file():
        return 0, 0, 0
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).iter("testcase"):
        children = {child.tag for child in case}
        if children & {"failure", "error"}:
            failed += 1
        elif "skipped" in children:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def table(rows: Sequence[tuple[Suite, Outcome]]) -> Iterator[str]:
    """Give the lines of the table."""
    yield f"{'suite':<12}{'passed':>8}{'failed':>8}{'skipped':>8}{'seconds':>9}{'budget':>8}"
    for suite, outcome in rows:
        yield (
            f"{suite.name:<12}{outcome.passed:>8}{outcome.failed:>8}{outcome.skipped:>8}"
            f"{outcome.seconds:>9.1f}{suite.budget_s:>8}  {outcome.remark}"
        ).rstrip()


def closing_line(outcomes: Sequence[Outcome]) -> str:
    """Give the sum of all suites in the form that machines read."""
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    return f"{passed} passed, {failed} failed, {skipped} skipped"


@contextmanager
def _termination_unwinds() -> Iterator[None]:
    """Turn SIGTERM into an exception, so that a suite's processes end with this one."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    previous = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line names, or all."""
    parser = argparse.ArgumentParser(description="Run the suites and sum up.")
    parser.add_argument("--total-minutes", type=float, default=TOTAL_MINUTES_MAX)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="all if none is named")
    options = parser.parse_args(arguments)
    unknown = set(options.suites) - {suite.name for suite in SUITES}
    if unknown:
        parser.error(f"no such suite: {', '.join(sorted(unknown))}")
    deadline = time.monotonic() + options.total_minutes * 60
    rows: list[tuple[Suite, Outcome]] = []
    with _termination_unwinds():
        for suite in SUITES:
            if options.suites and suite.name not in options.suites:
                continue
            print(f"== {suite.name}", flush=True)
            rows.append((suite, run_suite(suite, deadline - time.monotonic())))
    outcomes = [outcome for _, outcome in rows]
    print("", *table(rows), "", closing_line(outcomes), sep="\n", flush=True)
    return 1 if any(outcome.failed for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
