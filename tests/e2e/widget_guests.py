"""An owner's desk, somebody's site with the widget on it, and a visitor who looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import BrowserContext, Frame, FrameLocator, Page

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.host_site import HostSite, proof
from tests.kit.json_client import JsonClient
from tests.kit.staff import Account, set_up

MESSAGE, ASSIGNED, RESOLVED, REOPENED, STARTED = 3, 6, 8, 9, 1


class Desk(NamedTuple):
    """A running AirDesk with one account, and a site with its widget."""

    server: AirDeskServer
    account: Account
    site: HostSite

    @property
    def address(self) -> str:
        """AirDesk's address, which is another site than the shop's."""
        return f"http://localhost:{self.server.port}"

    def identity(self, user_id: str, **more: Any) -> dict[str, Any]:
        """Give what a shop's page says of its customer, signed by the shop's server."""
        path = f"/api/v1/inboxes/{self.account.inbox_id}"
        secret = self.account.owner.get(path)["identify_secret"]
        return {"userId": user_id, "hmac": proof(secret, user_id), **more}

    def conversations(self, visitor_id: str = "") -> list[dict[str, Any]]:
        """Give all conversations, or a visitor's."""
        path = "/api/v1/conversations" + (visitor_id and f"?visitor_id={visitor_id}")
        found: list[dict[str, Any]] = self.account.owner.get(path)["items"]
        return found

    def events(self, visitor_id: str = "") -> list[dict[str, Any]]:
        """Give the events of the only conversation, as the desk stored them."""
        (conversation,) = self.conversations(visitor_id)
        name = conversation["conversation_id"]
        path = f"/api/v1/conversations/{name}/messages?limit=100"
        found: list[dict[str, Any]] = self.account.owner.get(path)["items"]
        return found

    def texts(self) -> list[str]:
        """Give the stored texts of the only conversation's messages."""
        return [one["text"] for one in self.events() if one["kind"] == MESSAGE]

    @contextmanager
    def agent_online(self) -> Iterator[JsonClient]:
        """Let the agent be there, at a socket."""
        with JsonClient(self.server.port, self.account.agent.socket_token()) as client:
            answer = client.command("set_availability", availability=2)
            assert answer["type"] == "accepted", answer
            yield client

    def wait_for_texts(self, count: int) -> list[str]:
        """Wait until so many messages are stored."""

        def is_so() -> bool:
            return len(self.conversations()) == 1 and len(self.texts()) >= count

        wait_until(is_so, f"{count} stored messages")
        return self.texts()


@contextmanager
def open_desk(folder: Path, port: int | None = None, through: int = 0) -> Iterator[Desk]:
    """Start AirDesk and a shop that may show its widget.

    Args:
        folder: where data go.
        port: AirDesk's; None for a free one.
        through: the port at which the shop reaches AirDesk; 0 for its own.
    """
    with AirDeskServer(folder, port=port, agents=0) as server:
        account = set_up(server, "tea")
        address = f"http://localhost:{through or server.port}"
        with HostSite(address, account.inbox_id) as site:
            allow(account, site.origin)
            yield Desk(server, account, site)


def allow(account: Account, *origins: str) -> None:
    """Let sites show the widget."""
    path = f"/api/v1/inboxes/{account.inbox_id}"
    answer = account.owner.call("PATCH", path, {"allowed_origins": list(origins)})
    assert answer.is_good, answer.content


class Guest:
    """A visitor at a page with the widget.

    Args:
        context: his browser.
        address: the page.
    """

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(address)

    @property
    def chat(self) -> FrameLocator:
        """What is in the panel."""
        return self.page.frame_locator("airdesk-widget iframe")

    @property
    def frame(self) -> Frame:
        """The panel's document."""
        return next(one for one in self.page.frames if "/widget/frame" in one.url)

    def open(self) -> None:
        """Click the bubble, and wait until the chat is connected."""
        self.page.locator("airdesk-widget button").first.click()
        self.wait_until_live()

    def wait_until_live(self) -> None:
        """Wait until the chat is connected."""
        self.chat.locator('[data-testid=connection][data-state="live"]').wait_for(state="attached")

    def say(self, text: str) -> None:
        """Type a message and send it."""
        composer = self.chat.get_by_test_id("composer")
        composer.fill(text)
        composer.press("Enter")

    def wait_for_text(self, text: str) -> None:
        """Wait until a message with this text is shown, and the server has it."""
        self.chat.locator("[data-testid=message][data-seq] .text").get_by_text(
            text, exact=True
        ).first.wait_for()

    def texts(self) -> list[str]:
        """Give the messages on the screen."""
        return self.chat.locator("[data-testid=message] .text").all_inner_texts()
