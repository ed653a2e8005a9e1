"""Forty clicks of impatient people at two devices: each wish comes true once.

The clicks are the browser's own, at one place of the screen, whatever comes to stand there: a
button that takes the place of the one that was meant must not be pressed by the rest of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.widget_guests import (
    ASSIGNED,
    REOPENED,
    RESOLVED,
    STARTED,
    Desk,
    Guest,
    open_desk,
)
from tests.kit.chat_page import ACKNOWLEDGED, ChatPage, new_page

CLICKS = 40


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


class Spot(NamedTuple):
    """A place on a screen."""

    page: Page
    x: float
    y: float


def spot_of(button: Locator) -> Spot:
    """Give the middle of a button as it stands now."""
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    return Spot(button.page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def click_in_turns(spots: Sequence[Spot]) -> None:
    """Press the mouse at each place in turn, as one presses again and again in a hurry."""
    for spot in spots:
        spot.page.mouse.move(spot.x, spot.y)
    for number in range(CLICKS // len(spots)):
        for spot in spots:
            spot.page.mouse.down(click_count=number + 1)
            spot.page.mouse.up(click_count=number + 1)


def kinds(desk: Desk) -> list[int]:
    """Give the kinds of the only conversation's events."""
    return [one["kind"] for one in desk.events()]


def at_the_desk(browser: Browser, desk: Desk, name: str) -> ChatPage:
    """Open the queue in a browser of its own, logged in by a session of its own."""
    context = browser.new_context(locale="en", viewport={"width": 1440, "height": 900})
    session = desk.account.log_in("supervisor", desk.server.port)
    context.add_cookies([{"name": "airdesk_session", "value": session.cookie, "url": desk.address}])
    page = new_page(context, name)
    page.open(f"{desk.address}/console/c/queue")
    return page


def test_forty_clicks_by_two_devices_start_once_send_a_draft_once_assign_once_and_resolve_once(
    browser: Browser, desk: Desk
) -> None:
    shop = desk.site.page(identify=desk.identity("impatient"))
    guests = [Guest(browser.new_context(locale="en"), shop) for _ in range(2)]
    for number, guest in enumerate(guests):
        guest.open()
        guest.chat.get_by_test_id("composer").fill(f"draft {number}")
    click_in_turns([spot_of(guest.chat.get_by_test_id("send")) for guest in guests])
    for guest in guests:
        for number in range(2):
            guest.wait_for_text(f"draft {number}")
    assert sorted(desk.wait_for_texts(2)) == ["draft 0", "draft 1"]
    assert kinds(desk).count(STARTED) == 1

    pages = [at_the_desk(browser, desk, f"device {number}") for number in range(2)]
    # Busy takes what he likes, and is given nothing by itself.
    pages[0].page.keyboard.press("Shift+H")
    pages[0].page.locator("[data-testid=self][data-presence=busy]").wait_for()
    for page in pages:
        page.part("queue").get_by_test_id("conversation").click()
        page.wait_for_text("draft 1")
    for wish, state in (("take", "assigned"), ("resolve", "resolved")):
        click_in_turns([spot_of(page.part(wish)) for page in pages])
        for page in pages:
            expect(page.part("status")).to_have_attribute("data-status", state)
            # A page's commands are carried out in order: behind its note none is on its way.
            page.part("note").click()
            page.say(f"{wish} is done, says {page.name}")
        for page in pages:
            page.wait_for_text(f"{wish} is done, says {page.name}", *ACKNOWLEDGED)
    found = kinds(desk)
    assert [found.count(kind) for kind in (ASSIGNED, RESOLVED, REOPENED)] == [1, 1, 0], found
    assert [guest.errors for guest in guests] == [page.errors for page in pages] == [[], []]
