"""Every action of the agents' and supervisors' pages, done with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.json_client import JsonClient
from tests.kit.keyboard import Typist
from tests.kit.rest_desk import COOKIE, Person, RestDesk

PAGES = [
    {"url": f"https://shop.example/{name}", "title": name.title()}
    for name in ("tea", "cups", "paper", "ink", "brushes", "basket")
]


class Shop:
    """A shop with its people, labels, a team and a canned reply, and a browser for them."""

    def __init__(self, browser: Browser, server: AirDeskServer) -> None:
        self.browser = browser
        self.server = server
        self.desk = RestDesk(server)
        self.owner = self.desk.owner
        self.agent = self.desk.join("jonas@shop.example")
        self.other = self.desk.join("mia@shop.example")
        for one in (self.agent, self.other):
            self.owner.http.patch(f"/api/v1/members/{one.id}", json={"capacity": 50})
        self.owner.post("/api/v1/labels", {"name": "Refund", "colour": "#c42b33"})
        self.owner.post("/api/v1/teams", {"name": "Returns", "member_ids": [self.other.id]})
        hello = {"shortcut": "hello", "text": "Hello {{contact.name}}, this is {{agent.name}}."}
        self.owner.post("/api/v1/canned", hello)
        self.bot_inbox = self.desk.new_inbox(name="Bot", has_bot=True)

    def open(self, path: str = "/c/mine", person: Person | None = None) -> Page:
        """Open the console as somebody, in a browser of his own."""
        context = self.browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce"
        )
        context.add_init_script("localStorage['airdesk.language'] ??= 'en'")
        session = str((person or self.agent).http.cookies[COOKIE])
        context.add_cookies([{"name": COOKIE, "value": session, "url": self.desk.address}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{self.desk.address}/console{path}")
        page.locator("[data-testid=connection][data-state=live]").wait_for(state="attached")
        return page

    def write(self, name: str, *texts: str, inbox: dict[str, Any] | None = None) -> Person:
        """Be a visitor of that name, who looks around and writes."""
        visitor = self.desk.visitor(inbox)
        email = f"{name.split()[0].lower()}@example.com"
        visitor.post("/api/widget/contact", {"name": name, "email": email})
        visitor.post("/api/widget/pages", {"views": PAGES})
        with JsonClient(self.server.port, visitor.token) as socket:
            for text in texts:
                assert socket.command("send", where=0, text=text)["type"] == "accepted"
        return visitor

    def conversation(self, visitor: Person) -> str:
        """Give the newest conversation of a visitor."""
        found = self.owner.get("/api/v1/conversations", list="all", limit=100).json()["items"]
        return str(next(o["conversation_id"] for o in found if o["visitor_id"] == visitor.id))

    def do(self, visitor: Person, deed: str, **fields: object) -> None:
        """Do something with a visitor's conversation as its owner may."""
        place = f"/api/v1/conversations/{self.conversation(visitor)}/{deed}"
        assert self.owner.post(place, fields).is_success

    def end_all(self) -> None:
        """Resolve all that is open, so that the next test begins with empty lists."""
        found = self.owner.get("/api/v1/conversations", list="all", limit=100).json()["items"]
        for one in found:
            self.owner.post(f"/api/v1/conversations/{one['conversation_id']}/resolve")


@pytest.fixture(scope="module")
def whole_shop(running_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One server and one browser for all."""
    folder = tmp_path_factory.mktemp("keyboard")
    with AirDeskServer(folder, options=("--agents", "0")) as server:
        made = Shop(running_browser, server)
        yield made
        made.desk.close()


@pytest.fixture
def shop(whole_shop: Shop) -> Iterator[Shop]:
    """Begin with nobody waiting, and leave no page behind."""
    yield whole_shop
    for context in whole_shop.browser.contexts:
        context.close()
    whole_shop.end_all()


def row(page: Page, text: str) -> Locator:
    """Give the line of a list that says a text."""
    return page.get_by_test_id("conversation").filter(has_text=text)


def message(page: Page, text: str) -> Locator:
    """Give the message with a text."""
    return page.get_by_test_id("messages").get_by_test_id("message").filter(has_text=text)


def title(page: Page) -> Locator:
    """Give the title of the open list or page."""
    return page.locator("h1").first


def go_online(page: Page) -> None:
    """Be ready for conversations, by a key."""
    page.keyboard.press("Shift+O")
    page.locator("[data-testid=self][data-presence=online]").wait_for()


def test_everywhere(shop: Shop) -> None:
    page = shop.open(person=shop.owner)
    me = Typist(page, "Everywhere")
    me.press("Tab")
    me.focus_is_at(page.locator(".skip"))
    me.press("Enter")
    me.focus_is_at(page.locator("#page"))
    me.did("Skip the bar")
    for key, words in (
        ("v", "Visitors online"),
        ("l", "Live board"),
        ("t", "Settings"),
        ("p", "Profile"),
    ):
        me.press("g", key)
        title(page).filter(has_text=words).wait_for()
    me.press("g", "m")
    page.get_by_test_id("lists").wait_for()
    me.did("Go to a page")
    # The help, and back.
    me.press("?")
    page.get_by_test_id("help").wait_for()
    me.look_with_axe(".ant-modal")
    me.press("Escape")
    page.get_by_test_id("help").wait_for(state="detached")
    me.did("See all keys")
    # The command bar does what has no key.
    me.press("Control+k")
    me.focus_is_at(page.locator(".command-bar input"))
    me.look_with_axe(".ant-modal")
    me.type("dark")
    me.press("Enter")
    page.locator("html[data-look=dark]").wait_for()
    me.press("Control+k")
    me.focus_is_at(page.locator(".command-bar input"))
    me.type("waiting")
    me.press("Enter")
    title(page).filter(has_text="Waiting").wait_for()
    me.did("Find anything that can be done")
    # One's own status.
    me.press("Shift+O")
    page.locator("[data-testid=self][data-presence=online]").wait_for()
    me.did("Go online")
    me.press("Shift+H")
    page.locator("[data-testid=self][data-presence=busy]").wait_for()
    me.did("Take nothing new")
    me.press("u")
    page.get_by_test_id("availability-offline").wait_for()
    me.look_with_axe(".ant-dropdown")
    me.press("Escape")
    me.focus_is_at(page.get_by_test_id("self"))
    me.did("Open one's own menu")
    choose_in_menu(me, page, "Offline")
    page.locator("[data-testid=self][data-presence=offline]").wait_for()
    me.did("Go offline")
    choose_in_menu(me, page, "中文")
    page.locator("html[lang^=zh]").wait_for()
    choose_in_menu(me, page, "English")
    page.locator("html[lang^=en]").wait_for()
    me.did("Change the language")
    choose_in_menu(me, page, "Appearance", "Light")
    page.locator("html[data-look=light]").wait_for()
    me.did("Change the look")
    # A session of its own, so that the owner's stays.
    own = shop.desk.log_in("olga@shop.example")
    leaving = shop.open(person=own)
    one = Typist(leaving, "Everywhere")
    choose_in_menu(one, leaving, "Log out")
    leaving.wait_for_url("**/login")
    me.did("Log out")
    me.did_all()


def choose_in_menu(me: Typist, page: Page, *names: str, key: str = "u") -> None:
    """Open a menu by its key and go to an item, and to one of the menu beside it, by arrows."""
    me.press(key)
    for place, name in enumerate(names):
        item = page.get_by_role("menuitem", name=name).last
        item.wait_for()
        for _ in range(20):
            if item.evaluate("one => one === document.activeElement"):
                break
            me.press("ArrowDown")
        me.focus_is_at(item)
        me.press("ArrowRight" if place < len(names) - 1 else "Enter")
