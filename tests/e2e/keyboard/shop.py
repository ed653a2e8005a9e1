"""The shop, and what somebody without a mouse does in many tests."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.console_shop import SEEN, ConsoleShop
from tests.kit.keyboard import Typist
from tests.kit.rest_desk import Person

TIMEOUT_MS = 15_000


class KeyboardShop(ConsoleShop):
    """A shop with labels, a team, a canned reply and an assistant."""

    def __init__(self, browser: Browser, server: AirDeskServer) -> None:
        super().__init__(browser, server, locale="en-GB")
        self.owner.post("/api/v1/labels", {"name": "Refund", "colour": "#c42b33"})
        self.owner.post("/api/v1/teams", {"name": "Returns", "member_ids": [self.other.id]})
        hello = {"shortcut": "hello", "text": "Hello {{contact.name}}, this is {{agent.name}}."}
        self.owner.post("/api/v1/canned", hello)
        self.bot_inbox = self.desk.new_inbox(name="Bot", has_bot=True)

    def open(self, path: str = "/c/mine", person: Person | None = None) -> Page:
        """See ConsoleShop."""
        page = super().open(path, person)
        page.set_default_timeout(TIMEOUT_MS)
        return page

    def come(self, name: str, *texts: str, inbox: dict[str, Any] | None = None) -> Person:
        """Be a visitor of that name, who looks around and writes."""
        return self.write(*texts, name=name, inbox=inbox, seen=SEEN)


def title(page: Page) -> Locator:
    """Give the title of the open list or page."""
    return page.locator("h1").first


def leave_box(me: Typist, page: Page) -> None:
    """Leave the box of a conversation that was just opened, so that single keys do things."""
    me.focus_is_at(page.get_by_test_id("composer"))
    me.press("Escape")
    me.focus_is_at(page.get_by_test_id("messages"))


def choose_in_menu(me: Typist, page: Page, *names: str, key: str = "u") -> None:
    """Open a menu by its key and go to an item, and to one of the menu beside it, by arrows."""
    me.press(key)
    for place, name in enumerate(names):
        item = page.get_by_role("menuitem", name=name).last
        item.wait_for()
        if place > 0:
            # Its first item has the focus once the menu is there; the arrows go on from it.
            expect(page.locator(".ant-dropdown-menu-sub [role=menuitem]:focus")).to_be_visible()
        for _ in range(20):
            if item.evaluate("one => one === document.activeElement"):
                break
            me.press("ArrowDown")
        me.focus_is_at(item)
        if place == len(names) - 1:
            me.press("Enter")
        else:
            unfold(me, item)


def unfold(me: Typist, item: Locator) -> None:
    """Open the menu beside an item; a key that comes while its own one unfolds does nothing."""
    for _ in range(5):
        me.press("ArrowRight")
        try:
            expect(item).to_have_attribute("aria-expanded", "true", timeout=3_000)
        except AssertionError:
            continue
        return
    raise AssertionError(f"ArrowRight opens nothing beside {item}")
