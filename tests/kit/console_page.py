"""The console in a real browser, used by what is on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.kit import screen_words
from tests.kit.chat_page import TIMEOUT_MS

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")

Language = Literal["zh", "en"]

expect.set_options(timeout=TIMEOUT_MS)

_FINDINGS = """async () => (await axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
})).violations.map(({ id, impact, nodes }) => [id, impact, nodes.map(({ html }) => html)])"""


class ConsolePage:
    """A person's console.

    Args:
        browser: a browser of its own context is made in it.
        address: of the server.
        cookie: the person's session.
        language: that the person chose.
        options: further ones of the context.
    """

    def __init__(
        self,
        browser: Browser,
        address: str,
        cookie: str,
        language: Language = "en",
        **options: Any,
    ) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(
            locale="zh-CN" if language == "zh" else "en-GB", reduced_motion="reduce", **options
        )
        session = {"name": "airdesk_session", "value": cookie, "url": address}
        self.context.add_cookies([session])  # type: ignore[list-item]
        self.context.add_init_script(f"localStorage.setItem('airdesk.language', '{language}')")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(TIMEOUT_MS)
        self.errors: list[str] = []
        """Exceptions that nobody caught, and what a policy refused."""
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._said)

    def _said(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)

    def open(self, place: str) -> None:
        """Go to a page, and wait until it is there."""
        self.page.goto(f"{self.address}/console/{place}")
        self.settled()

    def visit(self, place: str) -> None:
        """Go to a page without loading the console anew, as a click on a link does."""
        push = "history.pushState(null, '', path); dispatchEvent(new Event('popstate'));"
        self.page.evaluate(f"path => {{ {push} }}", f"/console/{place}")
        self.settled()

    def settled(self) -> None:
        """Wait until nothing is on its way."""
        self.page.locator("h1").first.wait_for()
        self.page.locator(".state.loading").first.wait_for(state="detached")

    def part(self, testid: str) -> Locator:
        """Give a part of the page by its test id."""
        return self.page.get_by_test_id(testid)

    def field(self, name: str) -> Locator:
        """Give a field by its name."""
        return self.page.locator(f'[data-field="{name}"]').locator("input, textarea").first

    def findings(self) -> list[tuple[str, str, list[str]]]:
        """Give what axe-core finds serious or worse: rule, impact, places."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(_FINDINGS)
        return [tuple(one) for one in found if one[1] in SERIOUS]

    def raw_keys(self) -> list[str]:
        """Give words on the screen that are names in a program."""
        return screen_words.raw_keys(screen_words.lines_on(self.page))

    def chinese(self) -> list[str]:
        """Give lines on the screen that hold Chinese."""
        return screen_words.chinese(screen_words.lines_on(self.page))
