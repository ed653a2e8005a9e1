"""A disk that is really full, as people see it: told in words, nothing lost, and on it goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.json_client import JsonClient
from tests.kit.rest_desk import COOKIE, RestDesk
from tests.kit.small_disk import fill, small_disk

DISK_MB = 24
LONG = "long " * 700
"""A message that needs new pages of the disk, whatever was left in the last one."""

SECONDS = 20_000
"""For what is told after some seconds, on a busy machine; in milliseconds."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", DISK_MB) as mounted:
        yield mounted


def page_of(context: BrowserContext, address: str) -> Page:
    context.add_init_script("localStorage['airdesk.language'] ??= 'en'")
    page = context.new_page()
    page.goto(address)
    page.locator("[data-testid=connection][data-state=live]").wait_for(state="attached")
    return page


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def test_visitor_and_agent_are_told_that_nothing_can_be_stored_and_lose_nothing(
    browser: Browser, disk: Path, tmp_path: Path
) -> None:
    server = AirDeskServer(tmp_path / "server", agents=0)
    server.data = disk / "data"
    with server:
        desk = RestDesk(server)
        agent = desk.join("jonas@shop.example")
        token = agent.post("/api/auth/socket-token").json()["token"]
        with JsonClient(server.port, token) as socket:
            socket.command("set_availability", availability=2)
            visitor = page_of(
                browser.new_context(locale="en-US"),
                f"{desk.address}/chat/{desk.inbox['inbox_id']}?lang=en",
            )
            say(visitor, "before")
            staff = browser.new_context(locale="en-US", viewport={"width": 1440, "height": 900})
            session = str(agent.http.cookies[COOKIE])
            staff.add_cookies([{"name": COOKIE, "value": session, "url": desk.address}])
            console = page_of(staff, f"{desk.address}/console/c/mine")
            console.get_by_test_id("conversation").click()
            console.get_by_test_id("message").filter(has_text="before").wait_for()
            ballast = fill(disk)
            say(visitor, LONG + "asked")
            wait_until(lambda: "the log failed" in server.stderr, "the log to fail")
            say(console, LONG + "answered")
            told = visitor.get_by_test_id("connection")
            expect(told).to_contain_text("Your message is kept", timeout=SECONDS)
            strip = console.locator("[data-testid=connection][data-state=overdue]")
            expect(strip).to_contain_text("cannot store anything", timeout=SECONDS)
            expect(strip).to_contain_text("1 waiting to be sent; nothing is lost")
            refused = desk.owner.post("/api/v1/labels", {"name": "Refund", "colour": "#c42b33"})
            assert refused.status_code == 503, refused.text
            ballast.unlink()
            expect(strip).to_have_count(0, timeout=SECONDS)
            expect(told).to_have_text("", timeout=SECONDS)
            for page in (visitor, console):
                for text in ("before", "asked", "answered"):
                    said = page.get_by_test_id("message").filter(has_text=text)
                    expect(said).to_have_count(1, timeout=SECONDS)
            answer = desk.owner.post("/api/v1/labels", {"name": "Refund", "colour": "#c42b33"})
            assert answer.status_code == 200, answer.text
        desk.close()
