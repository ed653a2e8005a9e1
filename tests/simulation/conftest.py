"""Prints the coverage table of the simulation after its tests."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.simulation.kit import coverage
from tests.simulation.kit.crashes import Cell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Add up the crashes of all chunks, wherever they ran."""
    covered: Counter[Cell] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "crashes" and report.when == "call":
                for point, status, count in json.loads(str(value)):
                    covered[point, status] += count
    if covered:
        terminalreporter.write_sep("-", "crashes by point and status")
        terminalreporter.write_line(coverage.table(covered))
