"""A browser for a whole module, and a fresh server for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from airdesk.app.settings import WEB_APPS
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.chat_page import CHROMIUM, chromium
from tests.kit.faulty_network import FaultyNetwork


@pytest.fixture(scope="module")
def running_browser() -> Iterator[Browser]:
    """Start a browser once."""
    if not Path(CHROMIUM).is_file():
        pytest.skip(f"Chromium is not installed at {CHROMIUM}")
    assert (WEB_APPS / "plain" / "dist" / "visitor.html").is_file(), (
        "the pages are not built; run make setup"
    )
    with chromium() as running:
        yield running


@pytest.fixture
def browser(running_browser: Browser) -> Iterator[Browser]:
    """Give a browser without a page."""
    yield running_browser
    for context in running_browser.contexts:
        context.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AirDeskServer]:
    """Serve from an empty folder."""
    with AirDeskServer(tmp_path) as running:
        yield running


@pytest.fixture
def network(server: AirDeskServer) -> Iterator[FaultyNetwork]:
    """Give a bad way to the server."""
    with FaultyNetwork(server.port) as running:
        yield running
