"""What the agent does all day, by mouse, wheel and keyboard, in a browser without a window."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Browser, CDPSession, Locator, Page, ViewportSize

from benchmarks.agent_strain.crowd import Crowd
from benchmarks.agent_strain.office import Office
from tests.kit.rest_desk import COOKIE

SIZE = ViewportSize(width=1440, height=900)
LETTER_MS = 70
"""From key to key: somebody who types well."""
REST_MS = 1_500
"""The pointer lies still and the agent reads."""
TURN_PX = 420
"""One turn of the wheel."""
TURNS = 6
PAGES_A_ROUND = 45
"""How often a round goes to the top of what is loaded of the long conversation: the whole of 20,000
messages in five rounds."""
DRIFT_PX_MAX = 2

_PROBE = Path(__file__).with_name("probe.js")
_ANSWERS = (
    "I am looking at your order now, one moment please.",
    "That is no problem at all: I have changed the address.",
    "您好，我马上为您查询。",
    "We send a new cup today. You need not send back the broken one.",
)


class Agent:
    """An agent with the console open.

    Args:
        browser: a profile of his own is made in it.
        office: where he works.
        crowd: who writes to him.
        seed: of what he does.
    """

    def __init__(self, browser: Browser, office: Office, crowd: Crowd, seed: int) -> None:
        self._office = office
        self._crowd = crowd
        self._random = Random(seed)
        self.context = browser.new_context(viewport=SIZE, locale="en-US")
        self.context.add_init_script("localStorage['airdesk.language'] ??= 'en'")
        self.context.add_init_script(path=_PROBE)
        session = str(office.agent.http.cookies[COOKIE])
        self.context.add_cookies([{"name": COOKIE, "value": session, "url": office.desk.address}])
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.devtools: CDPSession = self.context.new_cdp_session(self.page)
        self.drifts: list[float] = []
        """How far a line stood from where the wheel should have brought it."""
        self.said = 0
        self.resolved = 0

    def begin(self) -> None:
        """Open the console and be ready."""
        self.page.goto(f"{self._office.desk.address}/console/c/mine")
        live = "[data-testid=connection][data-state=live]"
        self.page.locator(live).wait_for(state="attached")
        if self.page.locator("[data-testid=self][data-presence=online]").count() == 0:
            self.page.keyboard.press("Shift+O")
        self.page.locator("[data-testid=self][data-presence=online]").wait_for()

    def measured(self) -> dict[str, Any]:
        """Give what the probe has seen so far."""
        found: dict[str, Any] = self.page.evaluate(
            "(({keys, timed, switches, jumps, frames, samples}) => "
            "({keys, timed, switches, jumps, frames, samples}))(strain)"
        )
        return found

    def heap_mb(self) -> float:
        """Collect garbage, and give what JavaScript still uses."""
        self.devtools.send("HeapProfiler.collectGarbage")
        used: float = self.devtools.send("Runtime.getHeapUsage")["usedSize"]
        return used / 1e6

    # A round of work --------------------------------------------------------------------------

    def work(self) -> None:
        """Do a bit of everything."""
        self._look_over_the_list()
        self._answer_by_mouse()
        self._go_on_by_keyboard()
        self._resolve_and_reopen()
        self._read_years()

    def _look_over_the_list(self) -> None:
        """Lay the pointer on lines of the list, and think; meanwhile somebody new comes."""
        rows = self._box("[data-testid=mine]")
        for part in (0.12, 0.35, 0.6):
            self.page.mouse.move(rows["x"] + 120, rows["y"] + rows["height"] * part, steps=4)
            self._rest()
        self._crowd.come()
        self._rest()
        self.page.mouse.wheel(0, TURN_PX)
        self._rest()
        # He goes on writing while it lies there.
        if self._composer.is_visible():
            self._composer.focus()
            self._type("Just a moment. ")
            for _ in range(15):
                self._press("Backspace")
        self.page.mouse.wheel(0, -TURN_PX)
        self._rest()

    def _answer_by_mouse(self) -> None:
        rows = self._box("[data-testid=mine]")
        for _ in range(3):
            y = rows["y"] + self._random.uniform(90, rows["height"] - 40)
            self.page.mouse.move(rows["x"] + 150, y, steps=4)
            self.page.wait_for_timeout(200)
            self.page.mouse.click(rows["x"] + 150, y)
            self._opened()
            self._answer(self._random.choice(_ANSWERS))

    def _go_on_by_keyboard(self) -> None:
        thread = self._box(".messages")
        self.page.mouse.move(thread["x"] + 200, thread["y"] + 100)
        for number in range(6):
            self.page.keyboard.press("Alt+ArrowUp" if number < 2 else "Alt+ArrowDown")
            self._opened()
        if self._is_writable():
            self._composer.focus()
            self._press("Control+A")
            self._type("/than")
            self.page.get_by_test_id("canned").get_by_text("/thanks").wait_for()
            self._press("Enter")
            self.page.wait_for_function(
                "document.querySelector('[data-testid=composer]').value.includes('patience')"
            )
            self._press("Enter")
            self.said += 1

    def _resolve_and_reopen(self) -> None:
        """It is done; and then it is not. A visitor who writes on takes it up again, too."""
        self._press("Escape")
        self._press("e")
        self._rest(500)
        self._press("Escape")
        self._press("z")
        self._rest(500)
        self.resolved += 1

    def _read_years(self) -> None:
        """Go back in the long conversation, by page and by wheel, while more comes in."""
        rows = self._box("[data-testid=mine]")
        self.page.mouse.move(rows["x"] + 150, rows["y"] + 40, steps=4)
        self.page.mouse.wheel(0, -10_000)
        path = f"/console/c/mine/{self._office.long_id}"
        self.page.locator(f'[data-testid=conversation][href="{path}"]').click()
        self._opened()
        thread = self._box("[data-testid=messages]")
        self.page.mouse.move(thread["x"] + 120, thread["y"] + thread["height"] * 0.5, steps=3)
        self.page.get_by_test_id("messages").focus()
        self.page.evaluate("strain.travel(true)")
        for _ in range(PAGES_A_ROUND):
            if self.page.locator('.messages-all [data-seq="1"]').count() > 0:
                break
            self.page.keyboard.press("Home")
            self.page.wait_for_timeout(60)
        self.page.evaluate("strain.still()")
        self.page.mouse.wheel(0, 6 * TURN_PX)
        self.page.evaluate("strain.still()")
        self.page.evaluate("strain.travel(false)")
        for _ in range(TURNS):
            self._turn(-TURN_PX)
        self._rest()
        self._answer("As I said before: it is on its way.")
        self.page.get_by_test_id("messages").focus()
        self.page.keyboard.press("End")
        self._rest(300)

    def _turn(self, by_px: int) -> None:
        """Turn the wheel; the line under the pointer has to go exactly so far."""
        before = self.page.evaluate("strain.mark()")
        self.page.mouse.wheel(0, by_px)
        self.page.evaluate("strain.still()")
        if before is None or before["scroll"] + by_px < 0:
            return
        drift = self._drift(before, by_px)
        if drift is not None and drift > DRIFT_PX_MAX:
            # On a busy machine the turn may begin late; a line that jumped stays there.
            self.page.evaluate("strain.still()")
            drift = self._drift(before, by_px)
        if drift is not None:
            self.drifts.append(drift)

    def _drift(self, before: Any, by_px: int) -> float | None:
        after = self.page.evaluate("mark => strain.placeOfMark(mark)", before)
        return None if after is None else abs(float(after) - before["top"] + by_px)

    # Hands ------------------------------------------------------------------------------------

    @property
    def _composer(self) -> Locator:
        return self.page.get_by_test_id("composer")

    def _is_writable(self) -> bool:
        tab = self.page.locator("[data-testid=message-tab]:enabled")
        return self._composer.is_visible() and tab.count() > 0

    def _answer(self, words: str) -> None:
        if not self._is_writable():
            return  # It was resolved, and nobody has written on.
        self._composer.focus()
        self._type(words)
        self._press("Enter")
        self.said += 1

    def _type(self, words: str) -> None:
        for letter in words:
            # `type` gives letters without a key on this keyboard as an input method does.
            self.page.keyboard.type(letter)
            self.page.wait_for_timeout(LETTER_MS)

    def _press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(LETTER_MS)

    def _opened(self) -> None:
        self.page.locator("[data-testid=messages] [data-testid=message]").first.wait_for()
        self.page.wait_for_timeout(250)

    def _rest(self, for_ms: int = REST_MS) -> None:
        self.page.wait_for_timeout(for_ms)

    def _box(self, selector: str) -> Any:
        return self.page.locator(selector).first.bounding_box()

    # Looking back -----------------------------------------------------------------------------

    def shown(self, conversation: str) -> tuple[dict[int, str], int]:
        """Go through a conversation and give what stood on the screen, and how often twice."""
        path = f"/console/c/all/{conversation}"
        self.page.evaluate("path => history.pushState(null, '', path)", path)
        self.page.evaluate("dispatchEvent(new Event('popstate'))")
        self.page.locator(f'[data-testid=chat][data-id="{conversation}"]').wait_for()
        self._opened()
        read = self.page.evaluate("strain.read()")
        return {int(seq): str(text) for seq, text in read["seen"]}, int(read["twice"])


def minutes_since(started: float) -> float:
    """Give the minutes that went by since a moment of the monotonic clock."""
    return (time.monotonic() - started) / 60
