"""The words on a screen, and whether somebody forgot to translate them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from playwright.sync_api import Frame, Page

_RAW_KEY = re.compile(r"\b(?:[a-z]+[A-Z][A-Za-z]+|[a-z]+_[a-z_]+|undefined|\[object \w+\]|NaN)\b")
_PLACE = re.compile(r"\{\d\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH = re.compile(r"[A-Za-z]{3,}")

_ADDRESS = re.compile(
    r"https?://\S+|\S+@\S+|(?:[\w-]+\.)+\w+(?::\d+)?(?:/\S*)?|\w+/\w+(?: \(UTC\S*)?"
)

_BRANDS = re.compile(r"\b(?:AirDesk|Android|Chrome|Linux|PHP|Python)\b")

_LINES = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const lines = [];
  for (let node = walk.nextNode(); node !== null; node = walk.nextNode()) {
    const element = node.parentElement;
    if (element.closest('pre, code, .mono, [lang]:not(html), script, style')) continue;
    if (element.checkVisibility()) lines.push(node.data.trim());
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (element.closest('.mono, [lang]:not(html)') || !element.checkVisibility()) continue;
    // A button that has a name of its own hides the names of what is in it.
    if (element.parentElement.closest('button[aria-label]') !== null) continue;
    for (const name of ['aria-label', 'title', 'placeholder']) {
      lines.push((element.getAttribute(name) ?? '').trim());
    }
  }
  return lines.filter(Boolean);
}"""


def lines_on(page: Page | Frame) -> list[str]:
    """Give the lines that are seen or read out, without what is to be copied."""
    lines: list[str] = page.evaluate(_LINES)
    return lines


def raw_keys(lines: Sequence[str]) -> list[str]:
    """Give lines with names of a program, or with places that nothing was put into."""
    return [one for one in lines if _RAW_KEY.search(one) or _PLACE.search(one)]


def chinese(lines: Sequence[str]) -> list[str]:
    """Give lines that hold Chinese; a language may be called by its own name."""
    return [one for one in lines if _HAN.search(one.replace("中文", ""))]


def english(lines: Sequence[str]) -> list[str]:
    """Give lines that hold an English word and nothing Chinese.

    Addresses, time zones and brands are the same in all languages.
    """
    bare = [(one, _BRANDS.sub("", _ADDRESS.sub("", one))) for one in lines]
    return [one for one, rest in bare if _ENGLISH.search(rest) and not _HAN.search(one)]
