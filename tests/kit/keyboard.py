"""Somebody at the console who has no mouse, and the list of what he must be able to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from playwright.sync_api import Locator, Page, TimeoutError, expect

from airdesk.app.settings import WEB_APPS

INVENTORY: Final = WEB_APPS.parent.parent / "docs" / "subsystems" / "console-keyboard.md"
AXE: Final = WEB_APPS.parent / "node_modules" / "axe-core" / "axe.min.js"
TABS_MAX: Final = 120
"""More presses of Tab than a page has stops."""

_ROW = re.compile(r"^\| (?P<action>[^|]+?) \| (?P<keys>[^|]+?) \| (?P<where>`[^|]+`) \|$")

_STRANGERS = """
known => {
  const acts = 'a[href], button, input, textarea, select, summary, ' +
    '[tabindex="0"]:not([role=menu]), ' +
    '[role=button], [role=menuitem], [role=option], [role=tab], [role=checkbox], [role=switch]';
  const isSeen = one => one.getClientRects().length > 0 && !one.closest('[aria-hidden=true]');
  return [...document.querySelectorAll(acts)]
    .filter(one => isSeen(one) && !one.disabled && !one.closest(known))
    .map(one => one.outerHTML.slice(0, 180));
}
"""

_FOCUS = """
() => {
  const one = document.activeElement;
  // A radio without a size of its own shows the focus at its label.
  const shown = (one.matches('input[type=radio]') && one.closest('label')) || one;
  const box = shown.getBoundingClientRect();
  const isOnScreen = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  return {
    html: one.outerHTML.slice(0, 160),
    isSomewhere: one !== document.body && isOnScreen,
    isSeen: one.matches(':focus-visible'),
  };
}
"""


_REMEMBER = "() => document.addEventListener('focusin', () => { globalThis.hadFocus = true; })"
"""A page that was just opened may have it nowhere."""

_KEPT = "() => document.activeElement !== document.body || globalThis.hadFocus !== true"


class Action(NamedTuple):
    """A line of the inventory."""

    section: str
    name: str
    where: tuple[str, ...]


def inventory() -> list[Action]:
    """Read every action of the pages from the docs."""
    section, actions = "", []
    for line in INVENTORY.read_text().splitlines():
        if line.startswith("## "):
            section = line[3:]
        elif row := _ROW.match(line):
            where = tuple(re.findall(r"`([^`]+)`", row["where"]))
            actions.append(Action(section, row["action"], where))
    return actions


class Typist:
    """Presses keys at a page, and remembers what was done by them.

    Args:
        page: an open page.
        section: the part of the inventory that is done here.
    """

    def __init__(self, page: Page, section: str) -> None:
        self.page = page
        page.evaluate(_REMEMBER)
        self._actions = inventory()
        self._left = {one.name for one in self._actions if one.section == section}
        assert self._left, section
        self._known = ", ".join({place for one in self._actions for place in one.where})

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Write."""
        self.page.keyboard.type(text)

    def tab_to(self, place: Locator, back: bool = False) -> None:
        """Press Tab until the focus is there; on the way it is never lost."""
        place.first.wait_for(state="attached")
        for _ in range(TABS_MAX):
            self.press("Shift+Tab" if back else "Tab")
            if place.first.evaluate("one => one === document.activeElement"):
                self.sees_focus()
                return
        raise AssertionError(f"Tab does not lead to {place}")

    def enter(self, place: Locator, back: bool = False) -> None:
        """Go there by Tab, and press Enter."""
        self.tab_to(place, back)
        self.press("Enter")

    def sees_focus(self) -> None:
        """Fail where the focus is nowhere, or cannot be seen."""
        focus = self.page.evaluate(_FOCUS)
        assert focus["isSomewhere"], focus["html"]
        assert focus["isSeen"], focus["html"]

    def focus_is_at(self, place: Locator) -> None:
        """Wait until the focus is there."""
        expect(place.first).to_be_focused()

    def did(self, *names: str) -> None:
        """Note actions whose effect was seen; none of them lets the focus fall."""
        for name in names:
            assert name in {one.name for one in self._actions}, name
            self._left.discard(name)
        self.keeps_focus(*names)
        self.look()

    def keeps_focus(self, *after: str) -> None:
        """Fail where the focus fell to the whole page, once it was anywhere."""
        try:
            self.page.wait_for_function(_KEPT)
        except TimeoutError as late:
            raise AssertionError(f"the focus is nowhere after {after}") from late

    def look(self) -> None:
        """Fail for anything to press that the inventory does not have."""
        strangers = self.page.evaluate(_STRANGERS, self._known)
        assert strangers == [], strangers

    def look_with_axe(self, part: str = "body") -> None:
        """Fail for what axe finds serious in a part of the page."""
        self.look()
        if not self.page.evaluate("'axe' in globalThis"):
            self.page.evaluate(Path(AXE).read_text())
        found = self.page.evaluate("part => axe.run(part, {resultTypes: ['violations']})", part)
        serious = [
            (one["id"], [node["html"][:160] for node in one["nodes"]][:4])
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == [], serious

    def did_all(self) -> None:
        """Fail for an action of the section that was not done."""
        assert self._left == set(), self._left
