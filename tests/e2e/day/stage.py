"""Where the day takes place: one server, one browser, everybody's screens, and a clock."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    ViewportSize,
    WebSocket,
    expect,
)

from tests.e2e.day.words import WORDS, Language, Words
from tests.kit import screen_words
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.chat_page import TIMEOUT_MS
from tests.kit.moved_clock import MovedClock

COMPUTER: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PHONE_BROWSER = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS

PATIENCE_MS = 2 * TIMEOUT_MS
"""Where time jumps, a connection may be taken for dead; it comes back after a pause of up to half a
minute."""

expect.set_options(timeout=PATIENCE_MS)

Camera = Callable[["Screen", str], None]
"""Keeps what a screen shows, under a name."""

_OTHERS = frozenset({"切换到中文", "Switch to English", "English"})
"""The switches for those who read the other language."""

_MOVED_DATE = """
globalThis.aheadMs = 0;
globalThis.Date = class extends Date {
  constructor(...said) {
    if (said.length === 0) super(Date.realNow() + globalThis.aheadMs);
    else super(...said);
  }
  static realNow = Date.now;
  static now() { return Date.realNow() + globalThis.aheadMs; }
};
"""


def no_camera(screen: Screen, name: str) -> None:
    """Keep nothing."""


def next_tuesday_morning(timezone: str) -> int:
    """Give by how many milliseconds the coming Tuesday, twenty to ten, is ahead."""
    now = datetime.now(ZoneInfo(timezone))
    days = (1 - now.weekday()) % 7 or 7
    then = (now + timedelta(days=days)).replace(hour=9, minute=40, second=0, microsecond=0)
    return math.ceil((then - now).total_seconds() * 1000)


class Stage:
    """A server of nobody's yet, and a browser; a context manager.

    The day is a Tuesday, so that pictures and business hours are the same whenever it is played.

    Args:
        folder: where data go.
        browser: every person gets a profile of his own in it.
        language: of everybody.
        camera: is called at the moments that are worth a picture.
        look: of everybody's device.
    """

    def __init__(
        self,
        folder: Path,
        browser: Browser,
        language: Language,
        camera: Camera = no_camera,
        look: Literal["light", "dark"] = "light",
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.language: Language = language
        self.words: Words = WORDS[language]
        self.camera = camera
        self._look = look
        self.clock = MovedClock(folder / "clock", next_tuesday_morning(self.words.timezone))
        self.server = AirDeskServer(folder, wrapper=self.clock.wrapper, agents=0)
        self.screens: list[Screen] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def __enter__(self) -> Stage:
        self.server.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        for context in self._contexts:
            context.close()
        self.server.__exit__(*raised)

    @property
    def address(self) -> str:
        """AirDesk's."""
        return self.server.address

    def device(self, size: ViewportSize = COMPUTER, **options: Any) -> BrowserContext:
        """Give somebody a device with a browser that was never used."""
        context = self._browser.new_context(
            viewport=size,
            locale=self.words.locale,
            timezone_id=self.words.timezone,
            reduced_motion="reduce",
            color_scheme=self._look,
            **options,
        )
        context.add_init_script(_MOVED_DATE + f"globalThis.aheadMs = {self.clock.ahead_ms};")
        self._contexts.append(context)
        return context

    def screen(self, device: BrowserContext, name: str) -> Screen:
        """Open an empty page on a device."""
        screen = Screen(self, device.new_page(), name)
        self.screens.append(screen)
        return screen

    def person(self, name: str, **options: Any) -> Screen:
        """Give somebody a device and an empty page."""
        return self.screen(self.device(**options), name)

    def pass_time(self, minutes: int) -> None:
        """Let time pass at once, for the server and for everybody who looks at a screen."""
        self.clock.move(minutes * MINUTE_MS)
        moved = f"globalThis.aheadMs = {self.clock.ahead_ms};"
        for context in self._contexts:
            context.add_init_script(moved)
            for page in context.pages:
                for frame in page.frames:
                    frame.evaluate(moved)


class Screen:
    """What one person has before him."""

    def __init__(self, stage: Stage, page: Page, name: str) -> None:
        self.stage = stage
        self.page = page
        self.name = name
        self.words = stage.words
        self.errors: list[str] = []
        """Exceptions that nobody caught, and what a policy refused."""
        self.frames: list[bytes] = []
        """Everything that came over its sockets."""
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._heard)
        page.on("websocket", self._opened)

    def _heard(self, said: Any) -> None:
        if "Content Security Policy" in said.text:
            self.errors.append(said.text)

    def _opened(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._received)

    def _received(self, frame: str | bytes) -> None:
        self.frames.append(frame.encode() if isinstance(frame, str) else frame)

    def part(self, testid: str) -> Locator:
        """Give a part of the page by its test id."""
        return self.page.get_by_test_id(testid)

    def field(self, name: str) -> Locator:
        """Give a field of the console by its name; the one of a window lies over others."""
        whole = self.page.locator(f'[data-field="{name}"]').last
        return whole.locator("input, textarea, button[role=switch]").first

    def go(self, place: str) -> None:
        """Load a page of the console by its address, and wait until it is there."""
        self.page.goto(f"{self.stage.address}/console/{place}")
        self.settled()

    def settled(self) -> None:
        """Wait until nothing is on its way."""
        self.page.locator("h1, h2").first.wait_for()
        self.page.locator(".state.loading").first.wait_for(state="detached")

    def look(self, picture: str = "") -> None:
        """Read the screen: nothing on it is untranslated. It may become a picture."""
        for frame in self.page.frames:
            if frame.url.startswith(self.stage.address):
                self._read(screen_words.lines_on(frame))
        if picture and self.stage.camera is not no_camera:
            # What is being read now is read, and the pointer is on nothing.
            self.page.mouse.move(1, 1)
            self.page.locator(".ant-tooltip:not(.ant-tooltip-hidden)").first.wait_for(
                state="hidden"
            )
            self.page.locator("[aria-current=true][data-unread]").wait_for(state="detached")
            self.stage.camera(self, picture)

    def _read(self, lines: list[str]) -> None:
        if self.stage.language == "en":
            foreign = screen_words.chinese(lines)
        else:
            foreign = screen_words.english(lines)
        wrong = [
            *screen_words.raw_keys(lines),
            *(one for one in foreign if one not in _OTHERS),
        ]
        assert not wrong, f"{self.name} reads {wrong}"
