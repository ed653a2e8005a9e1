"""One page of AirDesk in a real browser, used as a person uses it: by what is on the screen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocket, sync_playwright

ACKNOWLEDGED = ("sent", "delivered", "read")
"""States of an own message that the server has."""

CHROMIUM = "/usr/bin/chromium"
_PLAYWRIGHT_WITHOUT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"),
    *("TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled"),
    *("PreconnectToSearch",),
)
"""What Playwright switches off; said anew, because a browser heeds the last such option alone."""
_ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
"""Lists below the address bar, which nobody sees here. They are pages themselves, loaded for each
window: two thirds of the processor's time that a page of a test costs."""
CHROMIUM_OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    f"--disable-features={','.join((*_PLAYWRIGHT_WITHOUT, *_ADDRESS_BAR))}",
)
TIMEOUT_MS = 30_000

_BUBBLES = """
list => Array.from(list.querySelectorAll('[data-testid=message]'), bubble => [
  Number(bubble.dataset.seq ?? 0),
  bubble.dataset.author ?? '',
  bubble.dataset.op ?? '',
  bubble.dataset.state ?? '',
  bubble.querySelector('.text')?.textContent ?? '',
])
"""

_TYPIST = """
name => globalThis.typist ??= {
  sent: [],
  timer: 0,
  next() {
    const text = `${name} ${String(this.sent.length + 1).padStart(4, '0')}`;
    this.sent.push(text);
    return text;
  },
  say() {
    const composer = document.querySelector('[data-testid=composer]');
    const button = document.querySelector('[data-testid=send]');
    if (composer.value !== '' || button.disabled) return; // as a person: one after the other
    composer.value = this.next();
    composer.dispatchEvent(new InputEvent('input', {bubbles: true, inputType: 'insertText'}));
    if (this.sent.length % 2) return button.click();
    const key = {key: 'Enter', code: 'Enter', bubbles: true, cancelable: true};
    composer.dispatchEvent(new KeyboardEvent('keydown', key));
  },
}
"""
"""Types by the composer's own events: input, then in turns a click on the button or Enter."""


class Bubble(NamedTuple):
    """A message as a page shows it."""

    seq: int
    author: str
    op: str
    state: str
    text: str


class ChatPage:
    """A visitor's or an agent's page.

    Args:
        page: an empty page.
        name: what it is called in reports.
    """

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.loads = 0
        """How often a document was loaded, by whoever wished it."""
        self.errors: list[str] = []
        """Exceptions that nobody caught."""
        self.frames: list[str | bytes] = []
        """Everything that came over its sockets."""
        page.set_default_timeout(TIMEOUT_MS)
        page.on("domcontentloaded", self._loaded)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("websocket", self._watch)

    def _loaded(self, page: Page) -> None:
        self.loads += 1

    def _watch(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)

    def _received(self, frame: str | bytes) -> None:
        self.frames.append(frame)

    # What is on the screen --------------------------------------------------------------------

    def part(self, name: str) -> Locator:
        """Give the part of the page with this test id."""
        return self.page.get_by_test_id(name)

    @property
    def connection(self) -> str:
        """State of the connection, as shown."""
        return self.part("connection").get_attribute("data-state") or ""

    def bubbles(self) -> list[Bubble]:
        """Give the messages, from top to bottom."""
        return [Bubble(*bubble) for bubble in self.part("messages").evaluate(_BUBBLES)]

    def texts(self) -> list[str]:
        """Give the messages' texts, from top to bottom."""
        return [bubble.text for bubble in self.bubbles()]

    def pending(self) -> set[str]:
        """Give the texts that are not acknowledged yet."""
        return {bubble.text for bubble in self.bubbles() if bubble.state == "pending"}

    # What a person does -----------------------------------------------------------------------

    def open(self, address: str) -> None:
        """Go to an address, and wait until the page is connected."""
        self.page.goto(address)
        self.wait_for_connection("live")

    def wait_for_connection(self, state: str, timeout_ms: float = TIMEOUT_MS) -> None:
        """Wait until the page shows this state."""
        self.page.locator(f'[data-testid=connection][data-state="{state}"]').wait_for(
            state="attached", timeout=timeout_ms
        )

    def say(self, text: str) -> None:
        """Type a message on the keyboard and send it."""
        self.part("composer").fill(text)
        self.part("composer").press("Enter")

    def wait_for_text(self, text: str, *states: str, timeout_ms: float = TIMEOUT_MS) -> None:
        """Wait until a message with this text is on the screen, in one of these states if given."""
        names = [f'[data-testid=message][data-state="{state}"]' for state in states]
        self.part("messages").locator(", ".join(names) or "[data-testid=message]").filter(
            has=self.page.locator(".text", has_text=re.compile(f"^{re.escape(text)}$"))
        ).first.wait_for(timeout=timeout_ms)

    def wait_until_settled(self, count: int, timeout_ms: float = TIMEOUT_MS) -> None:
        """Wait until so many messages are on the screen, and the server has told of each."""
        self.page.wait_for_function(
            """count => {
              const all = document.querySelectorAll('[data-testid=message]');
              return all.length === count && [...all].every(bubble => bubble.dataset.seq);
            }""",
            arg=count,
            timeout=timeout_ms,
        )

    # Numbered messages ------------------------------------------------------------------------

    def say_numbered(self) -> str:
        """Type the next numbered message on the keyboard, send it, and give its text."""
        text = str(self._typist("typist.next()"))
        self.say(text)
        return text

    def say_at_once(self, count: int) -> None:
        """Send numbered messages without a pause between them."""
        self._typist(f"{{ for (let n = 0; n < {count}; n += 1) typist.say(); }}")

    def start_typing(self, every_ms: int) -> None:
        """Send numbered messages one after the other from now on."""
        self._typist(f"typist.timer = setInterval(() => typist.say(), {every_ms})")

    def stop_typing(self, count_min: int = 0) -> None:
        """Send no more numbered messages, once there are so many."""
        self.page.wait_for_function("count => typist.sent.length >= count", arg=count_min)
        self._typist("clearInterval(typist.timer)")

    @property
    def sent(self) -> list[str]:
        """The numbered messages that were sent since the page was loaded, in order."""
        return list(self._typist("typist.sent"))

    def _typist(self, script: str) -> Any:
        self.page.evaluate(f"void ({_TYPIST})({json.dumps(self.name)})")
        return self.page.evaluate(f"() => {script}" if script[0] == "{" else script)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=CHROMIUM_OPTIONS,
        )
        try:
            yield browser
        finally:
            browser.close()


def new_page(place: Browser | BrowserContext, name: str) -> ChatPage:
    """Open an empty page: of a device of its own in a browser, of the same device in a context."""
    context = place.new_context() if isinstance(place, Browser) else place
    return ChatPage(context.new_page(), name)
