"""The places where the contract of views is tried, for all its suites."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contract.view_places import MemoryViewPlace, SqliteViewPlace, ViewPlace
from tests.contract.view_shop import Shop

VIEW_PLACES = {"memory": lambda directory: MemoryViewPlace(), "sqlite": SqliteViewPlace}


@pytest.fixture(params=VIEW_PLACES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ViewPlace]:
    make: Callable[[Path], ViewPlace] = VIEW_PLACES[request.param]
    made = make(tmp_path)
    yield made
    made.close()


@pytest.fixture
def shop(place: ViewPlace) -> Shop:
    return Shop(place)
