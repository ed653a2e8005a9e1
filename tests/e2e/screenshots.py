"""Takes pictures of the plain pages in every look, for people to judge.

    python -m tests.e2e.screenshots [FOLDER]

Two sizes, two languages, light and dark: a visitor who waits, chats, is offline and is done, and
the agent's desk beside. The pictures are named after what they show.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser, ViewportSize

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.chat_page import ACKNOWLEDGED, ChatPage, chromium
from tests.kit.faulty_network import FaultyNetwork

SIZES = {"desk": ViewportSize(width=1440, height=900), "phone": ViewportSize(width=390, height=844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SAYINGS = {
    "en": (
        "Hello! My order 20931 was to come on Monday, and nothing has arrived yet.",
        "Good morning! I am looking it up for you, one moment please.",
        "Thank you. It is a present, so I would need it by Friday at the latest.",
        "It left our warehouse in Hamburg yesterday and will be with you tomorrow before noon.\n"
        "Here is the parcel: https://example.com/tracking/00340434161094042557-00340434161094042557",
        "Great 👍",
    ),
    "zh": (
        "您好！我的订单 20931 本来周一应该送到，可是到现在还没有收到。",
        "早上好！我马上为您查询，请稍等。",
        "谢谢。这是一份礼物，最晚周五之前需要收到。",
        "包裹昨天已经从汉堡仓库发出，明天中午之前会送到。\n"
        "物流单号：00340434161094042557-00340434161094042557-00340434161094042557",
        "太好了 👍",
    ),
}


class Look(NamedTuple):
    """How a page is looked at."""

    size: str
    language: str
    scheme: Literal["light", "dark"]

    @property
    def name(self) -> str:
        """The look in a file's name."""
        return f"{self.size}-{self.language}-{self.scheme}"

    def open(self, browser: Browser, address: str, name: str) -> ChatPage:
        """Open an address in this look."""
        context = browser.new_context(
            viewport=SIZES[self.size], locale=self.language, color_scheme=self.scheme
        )
        page = ChatPage(context.new_page(), name)
        page.open(address)
        return page


def take(folder: Path) -> Iterator[Path]:
    """Take all pictures into a folder, and give their places."""
    with chromium() as browser:
        for look in (Look(*one) for one in product(SIZES, SAYINGS, SCHEMES)):
            with (
                tempfile.TemporaryDirectory() as data,
                AirDeskServer(Path(data)) as server,
                FaultyNetwork(server.port) as network,
            ):
                for what, page in scenes(browser, look, server, network):
                    place = folder / f"plain-{what}-{look.name}.png"
                    page.page.screenshot(path=place)
                    yield place
            for context in browser.contexts:
                context.close()


def scenes(
    browser: Browser, look: Look, server: AirDeskServer, network: FaultyNetwork
) -> Iterator[tuple[str, ChatPage]]:
    """Play a conversation, and give a page whenever it is worth a picture."""
    sayings = SAYINGS[look.language]
    visitor = look.open(browser, f"{network.address}/visitor", "visitor")
    yield "visitor-empty", visitor
    visitor.say(sayings[0])
    visitor.wait_for_text(sayings[0], *ACKNOWLEDGED)
    yield "visitor-waiting", visitor
    agent = look.open(browser, server.agent_addresses()[0], "agent")
    agent.part("queue").get_by_test_id("conversation").wait_for()
    yield "agent-waiting", agent
    agent.part("availability").select_option("online")
    agent.part("mine").get_by_test_id("conversation").click()
    for number, saying in enumerate(sayings[1:], 1):
        speaker, listener = (agent, visitor) if number % 2 else (visitor, agent)
        speaker.say(saying)
        listener.part("messages").get_by_text(saying[:12]).wait_for()
    agent.part("note").check()
    agent.say(sayings[2])
    agent.part("note").uncheck()
    visitor.part("composer").press_sequentially(sayings[0])
    agent.part("typing").filter(has_text="…").wait_for()
    agent.part("messages").locator('[data-state="read"]').first.wait_for()
    yield "agent-chatting", agent
    yield "visitor-chatting", visitor
    network.cut()
    visitor.part("composer").press("Enter")
    visitor.wait_for_connection("offline")
    yield "visitor-offline", visitor
    network.mend()
    visitor.wait_for_connection("live")
    agent.part("resolve").click()
    visitor.part("rating").wait_for()
    yield "visitor-resolved", visitor
    agent.page.locator('[data-testid=status][data-status="resolved"]').wait_for()
    yield "agent-resolved", agent
    if look.size == "phone":
        agent.part("back").click()
        yield "agent-lists", agent


def main() -> None:
    """Take pictures into the folder of the command line, or into a new one."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    for place in take(folder):
        sys.stdout.write(f"{place}\n")


if __name__ == "__main__":
    main()
