"""The main path in Firefox, which keeps nothing at all for frames of other sites here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.test_widget_elsewhere import answer
from tests.e2e.widget_guests import open_desk
from tests.kit.firefox import ENTER, FIREFOX, FirefoxPage, firefox

SHOWN = "[...document.querySelectorAll('[data-testid=message][data-seq] .text')]"


def shown(chat: FirefoxPage, count: int) -> list[str]:
    """Wait for so many messages, and give them."""
    chat.wait_for(f"{SHOWN}.length >= {count}")
    texts: list[str] = chat.evaluate(f"{SHOWN}.map(one => one.textContent)")
    return texts


@pytest.mark.skipif(not FIREFOX, reason="Firefox is not installed")
def test_a_visitor_talks_to_an_agent_and_finds_it_again(tmp_path: Path) -> None:
    with open_desk(tmp_path / "desk") as desk, firefox(tmp_path / "firefox") as browser:
        page = browser.new_tab()
        page.go(desk.site.page())
        button = "document.querySelector('airdesk-widget')?.shadowRoot.querySelector('button')"
        page.wait_for(f"!!{button}")
        page.evaluate(f"({button}.click(), true)")
        chat = page.frame("/widget/frame")
        chat.wait_for("document.querySelector('[data-testid=connection]')?.dataset.state==='live'")
        chat.click("[data-testid=composer]")
        chat.type(f"可以退货吗?{ENTER}")
        assert shown(chat, 1) == ["可以退货吗?"]
        with desk.agent_online() as agent:
            answer(agent, "可以")
            assert shown(chat, 2) == ["可以退货吗?", "可以"]
        page.reload()
        assert shown(page.frame("/widget/frame"), 2) == ["可以退货吗?", "可以"]
        assert page.evaluate("violations") == []
        assert desk.texts() == ["可以退货吗?", "可以"]
        assert desk.site.cookies == []
