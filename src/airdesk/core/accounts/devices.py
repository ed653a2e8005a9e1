"""What a browser says of itself, in a few words of our own: nothing of its text is kept."""

from __future__ import annotations

import re
from typing import Final

from airdesk.core.accounts.contacts import Device

USER_AGENT_CHARS_MAX: Final = 512
"""Looked at; browsers say less, and a longer text is somebody's joke."""

# The first that fits: many name others behind their own name, to be let in where those are.
_BROWSERS: Final = (
    ("WeChat", re.compile(r"MicroMessenger/(\d{1,4})")),
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/(\d{1,4})")),
    ("Opera", re.compile(r"(?:OPR|Opera)/(\d{1,4})")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/(\d{1,4})")),
    ("Huawei Browser", re.compile(r"HuaweiBrowser/(\d{1,4})")),
    ("QQ Browser", re.compile(r"M?QQBrowser/(\d{1,4})")),
    ("UC Browser", re.compile(r"UC?Browser/(\d{1,4})")),
    ("MIUI Browser", re.compile(r"MiuiBrowser/(\d{1,4})")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d{1,4})")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS|Chromium)/(\d{1,4})")),
    ("Safari", re.compile(r"Version/(\d{1,4})[\d.]* (?:Mobile/\S+ )?Safari/")),
)
_SYSTEMS: Final = (
    ("HarmonyOS", re.compile(r"HarmonyOS|OpenHarmony")),
    ("Android", re.compile(r"Android")),
    ("iPadOS", re.compile(r"iPad")),
    ("iOS", re.compile(r"iPhone|iPod")),
    ("Windows", re.compile(r"Windows")),
    ("macOS", re.compile(r"Macintosh|Mac OS X")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Linux", re.compile(r"Linux|X11")),
)
_TABLET: Final = re.compile(r"iPad|Tablet")
_PHONE: Final = re.compile(r"iPhone|iPod|Mobile|Phone")
_COMPUTERS: Final = frozenset({"Windows", "macOS", "ChromeOS", "Linux"})


def device_of(user_agent: str) -> Device:
    """Read the header User-Agent.

    It is a stranger's text. What is given holds names from our own list and digits, nothing else.
    """
    said = user_agent[:USER_AGENT_CHARS_MAX]
    system = next((name for name, pattern in _SYSTEMS if pattern.search(said)), "")
    return Device(_browser(said), system, _kind(said, system))


def _browser(said: str) -> str:
    for name, pattern in _BROWSERS:
        found = pattern.search(said)
        if found is not None:
            return f"{name} {int(found[1])}"
    return ""


def _kind(said: str, system: str) -> str:
    if _TABLET.search(said):
        return "tablet"
    if _PHONE.search(said):
        return "phone"
    if system == "Android":
        return "tablet"  # phones say "Mobile"
    return "computer" if system in _COMPUTERS else "other"
