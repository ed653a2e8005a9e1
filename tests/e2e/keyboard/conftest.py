"""One shop for a file of tests, each of which begins with nobody waiting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.keyboard.shop import KeyboardShop
from tests.kit.airdesk_server import AirDeskServer


@pytest.fixture(scope="module")
def whole_shop(
    running_browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KeyboardShop]:
    """One server and one browser for all."""
    folder = tmp_path_factory.mktemp("keyboard")
    with AirDeskServer(folder, options=("--agents", "0")) as server:
        made = KeyboardShop(running_browser, server)
        yield made
        made.desk.close()


@pytest.fixture
def shop(whole_shop: KeyboardShop) -> Iterator[KeyboardShop]:
    """Begin with nobody waiting, and leave no page behind."""
    yield whole_shop
    for context in whole_shop.browser.contexts:
        context.close()
    for one in (whole_shop.owner, whole_shop.agent, whole_shop.other):
        with whole_shop.is_there(one) as socket:
            socket.command("set_availability", availability=0)
    whole_shop.end_all()
