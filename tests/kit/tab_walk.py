"""A person who has no mouse: keys alone, and what they reach."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

PRESSES_MAX = 150
"""So many presses of Tab are a page that nobody walks through."""

CHOICES_MAX = 20
"""Nobody walks through a longer list: he types."""

_WAY = """target => {
  const here = document.activeElement;
  if (here === target) return 'here';
  // Of a group of radio buttons Tab reaches one, and arrows the others.
  if (here?.type === 'radio' && target.type === 'radio' && here.name === target.name) {
    return 'arrows';
  }
  if (here === null || here === document.body) return 'Tab';
  const place = here.compareDocumentPosition(target);
  return place & Node.DOCUMENT_POSITION_PRECEDING ? 'Shift+Tab' : 'Tab';
}"""


class TabWalk:
    """The keys of one page; it never clicks and never gives the focus by program.

    Args:
        page: on which they are pressed.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press one key after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def reach(self, target: Locator) -> None:
        """Walk to something by Tab, and by arrows within a group of radio buttons.

        Raises:
            AssertionError: Tab does not reach it.
        """
        expect(target).to_have_count(1)
        handle = target.element_handle()
        assert handle is not None
        for _ in range(PRESSES_MAX):
            way = str(handle.evaluate(_WAY))
            if way == "here":
                return
            self.press("ArrowRight" if way == "arrows" else way)
        raise AssertionError(f"the keyboard does not reach {target}")

    def use(self, target: Locator, key: str = "Enter") -> None:
        """Walk to a button or link, and press it."""
        self.reach(target)
        self.press(key)

    def write(self, target: Locator, text: str) -> None:
        """Walk to a field, and write over what stands there."""
        self.reach(target)
        self.press("ControlOrMeta+a", "Delete")
        # As keys, not as a paste: what listens to keys must let them through.
        self.page.keyboard.type(text)

    def choose(self, target: Locator, name: str) -> None:
        """Walk to a list that opens, and choose by name."""
        self.reach(target)
        if target.get_attribute("aria-expanded") != "true":
            self.press("Enter")
        expect(target).to_have_attribute("aria-expanded", "true")
        listed = self.page.locator(
            ".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-active"
        )
        for _ in range(CHOICES_MAX):
            if listed.get_attribute("title") == name:
                self.press("Enter")
                return
            self.press("ArrowDown")
        raise AssertionError(f"the list has no {name}")

    def is_at(self, target: Locator) -> None:
        """Wait until something has the focus, as after a window closed."""
        expect(target).to_be_focused()
