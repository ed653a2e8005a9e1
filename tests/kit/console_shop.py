"""A shop whose people sit at the console, in a real browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.json_client import JsonClient
from tests.kit.rest_desk import COOKIE, Person, RestDesk

SEEN = [
    {"url": f"https://shop.example/{name}", "title": name.title()}
    for name in ("tea", "cups", "paper", "ink", "brushes", "basket")
]
"""Pages of the shop that a visitor looked at before he wrote."""


class ConsoleShop:
    """A shop with two agents, and a browser in which anybody can be logged in.

    Args:
        browser: it runs.
        server: a fresh one, without the built-in account.
        locale: of the browser.
    """

    def __init__(self, browser: Browser, server: AirDeskServer, locale: str = "en-US") -> None:
        self.browser = browser
        self.server = server
        self.desk = RestDesk(server)
        self.owner = self.desk.owner
        self.agent = self.desk.join("jonas@shop.example")
        self.other = self.desk.join("mia@shop.example")
        for one in (self.agent, self.other):
            self.owner.http.patch(f"/api/v1/members/{one.id}", json={"capacity": 50})
        self._locale = locale

    def open(self, path: str = "/c/mine", person: Person | None = None) -> Page:
        """Open the console as somebody, the first agent as a rule."""
        page = self.context(person or self.agent).new_page()
        page.goto(f"{self.desk.address}/console{path}")
        page.get_by_test_id("self").wait_for()
        if "/c/" in path:
            wait_until_live(page)
        return page

    def context(self, person: Person) -> BrowserContext:
        """Make a browser profile in which somebody is logged in."""
        context = self.browser.new_context(
            viewport={"width": 1440, "height": 900}, locale=self._locale, reduced_motion="reduce"
        )
        context.add_init_script("localStorage['airdesk.language'] ??= 'en'")
        session = str(person.http.cookies[COOKIE])
        context.add_cookies([{"name": COOKIE, "value": session, "url": self.desk.address}])
        return context

    def write(
        self,
        *texts: str,
        name: str = "",
        inbox: dict[str, Any] | None = None,
        seen: Sequence[dict[str, str]] = (),
    ) -> Person:
        """Be a visitor who writes.

        Args:
            texts: what he says.
            name: what he says of himself, with an address made of it.
            inbox: where; None for the first one.
            seen: pages of the site that he looked at before.
        """
        visitor = self.desk.visitor(inbox)
        if name:
            email = f"{name.split()[0].lower()}@example.com"
            visitor.post("/api/widget/contact", {"name": name, "email": email})
        if seen:
            visitor.post("/api/widget/pages", {"views": list(seen)})
        with JsonClient(self.server.port, visitor.token) as socket:
            for text in texts:
                assert socket.command("send", where=0, text=text)["type"] == "accepted"
        return visitor

    def is_there(self, person: Person) -> JsonClient:
        """Be an agent who is there, but gets nothing by himself."""
        token = person.post("/api/auth/socket-token").json()["token"]
        socket = JsonClient(self.server.port, token)
        assert socket.command("set_availability", availability=1)["type"] == "accepted"
        return socket

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


def row(page: Page, text: str) -> Locator:
    """Give the line of a list that says a text."""
    return page.get_by_test_id("conversation").filter(has_text=text)


def message(page: Page, text: str) -> Locator:
    """Give the message with a text."""
    return page.get_by_test_id("messages").get_by_test_id("message").filter(has_text=text)


def wait_until_live(page: Page) -> None:
    """Wait for the connection; it is not shown while it is well."""
    page.locator("[data-testid=connection][data-state=live]").wait_for(state="attached")


def go_online(page: Page) -> None:
    """Be ready for conversations, by a key."""
    wait_until_live(page)
    page.keyboard.press("Shift+O")
    page.locator("[data-testid=self][data-presence=online]").wait_for()
