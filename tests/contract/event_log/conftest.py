"""Each test of the contract runs at the place of each adapter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .places import LogPlace, MemoryPlace, SqlitePlace

PLACES: dict[str, Callable[[Path], LogPlace]] = {
    "memory": lambda directory: MemoryPlace(),
    "sqlite": lambda directory: SqlitePlace(directory),
    "sqlite merging often": lambda directory: SqlitePlace(directory, tail_records=3),
}


@pytest.fixture(params=sorted(PLACES))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> LogPlace:
    """Each adapter's own place, empty."""
    return PLACES[request.param](tmp_path)
