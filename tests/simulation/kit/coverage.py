"""Which crash point struck in which status: the table, and the cells that must not be empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.simulation.kit.crashes import Cell
from tests.simulation.kit.faults import GATEWAY_POINTS, HOME_POINTS, PAGE_POINTS, START_POINTS

GATEWAY_PHASES = ("linked", "unlinked")
PAGE_PHASES = ("offline", "greeting", "live")

NEVER = frozenset(
    {
        ("before a message goes to the home", "unlinked"),
        ("after a message went to the home", "unlinked"),
        ("after the home's message was taken", "unlinked"),
        ("before the home's message is taken", "unlinked"),
        ("before a page takes a message", "offline"),
        ("after a page took a message, before it stores", "offline"),
        ("after a page took a message, before it stores", "greeting"),
        ("after a page sent a message", "offline"),
    }
)
"""Cells that nothing can reach: without a link nothing comes or goes, without a connection a page
neither gets nor sends, and the first message that a page takes makes it live."""


def expected() -> Iterator[Cell]:
    """Give every cell that must have been struck."""
    for point, statuses in HOME_POINTS.items():
        for status in statuses:
            yield point, status
    for point in START_POINTS:
        yield point, "starting"
    for points, phases in ((GATEWAY_POINTS, GATEWAY_PHASES), (PAGE_POINTS, PAGE_PHASES)):
        for point in points:
            for phase in phases:
                if (point, phase) not in NEVER:
                    yield point, phase


def missing(covered: Counter[Cell]) -> list[Cell]:
    """Give the expected cells that were never struck."""
    return [cell for cell in expected() if not covered[cell]]


def table(covered: Counter[Cell]) -> str:
    """Draw the table: a crash point a line, with how often it struck in each status."""
    rows: dict[str, list[str]] = {}
    for point, status in expected():
        rows.setdefault(point, []).append(f"{status} {covered[point, status]}")
    width = max(map(len, rows))
    return "\n".join(f"{point:<{width}}  {', '.join(cells)}" for point, cells in rows.items())
