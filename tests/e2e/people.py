"""Visitors and agents at their pages, and what they do in every test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.chat_page import TIMEOUT_MS, ChatPage, new_page
from tests.kit.log_messages import messages


@dataclass
class Pair:
    """A visitor and the agent who holds the visitor's conversation."""

    visitor: ChatPage
    agent: ChatPage
    first_text: str

    @property
    def pages(self) -> tuple[ChatPage, ChatPage]:
        """Both pages."""
        return self.visitor, self.agent

    def wait_until_settled(self, timeout_ms: float = TIMEOUT_MS) -> None:
        """Wait until both screens show all that both have sent, and nothing is on its way."""
        count = sum(len(page.sent) for page in self.pages)
        for page in self.pages:
            page.wait_until_settled(count, timeout_ms)


def open_agent(place: Browser, address: str, name: str) -> ChatPage:
    """Let an agent sit down at the desk, ready for conversations."""
    agent = new_page(place, name)
    agent.open(address)
    agent.part("availability").select_option("online")
    agent.page.locator('[data-testid=availability][data-value="online"]').wait_for()
    return agent


def open_mine(agent: ChatPage) -> None:
    """Open the only conversation that an agent holds."""
    agent.part("mine").get_by_test_id("conversation").click()
    agent.part("messages").get_by_test_id("message").first.wait_for()


def start_pair(browser: Browser, server: AirDeskServer, address: str | None = None) -> Pair:
    """Let one visitor write to one agent. See start_pairs."""
    (pair,) = start_pairs(browser, server, 1, address)
    return pair


def start_pairs(
    browser: Browser, server: AirDeskServer, count: int, address: str | None = None
) -> list[Pair]:
    """Let visitors write to agents, each in a browser of his own, until every one has an agent.

    Args:
        browser: where the pages are opened.
        server: a fresh server.
        count: pairs, at most two.
        address: where visitors reach the server, if not directly.
    """
    pairs = []
    for number, agent_address in enumerate(server.agent_addresses()[:count], 1):
        agent = open_agent(browser, agent_address, f"agent{number}")
        visitor = new_page(browser, f"visitor{number}")
        visitor.open(f"{address or server.address}/visitor")
        # With one more agent at a time who holds nothing, it is clear who gets the visitor.
        first = visitor.say_numbered()
        open_mine(agent)
        visitor.wait_for_text(first)
        pairs.append(Pair(visitor, agent, first))
    return pairs


def logged_texts(server: AirDeskServer) -> list[str]:
    """Give the messages of the only conversation, as the log has them."""
    (said,) = messages(server.data).values()
    return [one.text for one in said]


def check_screens(server: AirDeskServer, pages: Sequence[ChatPage], texts: Sequence[str]) -> None:
    """Wait until the screens show these messages and nothing else; the log must agree."""
    for page in pages:
        page.wait_until_settled(len(texts))
        assert page.texts() == list(texts), page.name
        assert page.errors == []
    assert logged_texts(server) == list(texts)
