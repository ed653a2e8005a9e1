"""The places where the contract of the directory is tried."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.directory.places import PLACES, DirectoryPlace
from tests.contract.directory.scene import Play


@pytest.fixture(params=PLACES, ids=lambda kind: kind.__name__.removesuffix("Place").lower())
def play(request: pytest.FixtureRequest, tmp_path: Path) -> Play:
    """Give what plays a scene in a fresh place."""
    kind: Callable[[Path], DirectoryPlace] = request.param
    return lambda scene: asyncio.run(scene(kind(tmp_path)))
