"""Pictures of the console for the documentation: the day in the life, with a camera.

    python -m tests.e2e.screenshots_console [folder] [--only zh-light en-light en-dark]

The scenario is that of `test_day_in_the_life.py`; a picture that it takes is one that it tested.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Browser

from tests.e2e.day.scenario import Day
from tests.e2e.day.stage import Screen, Stage
from tests.e2e.day.words import Language
from tests.e2e.screenshots_widget import PICTURES, keep_small
from tests.kit.chat_page import chromium


class Look(NamedTuple):
    """How the day looks, and which of its moments the documentation shows."""

    language: Language
    scheme: Literal["light", "dark"]
    moments: frozenset[str]

    @property
    def name(self) -> str:
        """The look in a file's name."""
        return f"{self.language}-{self.scheme}"


LOOKS = (
    Look(
        "en",
        "light",
        frozenset(
            (
                *("set-up-done", "owner-install", "owner-texts", "owner-faq", "owner-hours"),
                *("owner-routing", "owner-members", "owner-audit"),
                *("supervisor-waiting", "supervisor-board", "supervisor-visitors"),
                *("agent-canned", "agent-working", "agent-transfer", "agent-whispered"),
                *("agent-snooze", "agent-search", "phone-agent", "visitor-assistant"),
            )
        ),
    ),
    Look(
        "zh",
        "light",
        frozenset(
            (
                *("owner-texts", "owner-faq", "supervisor-board", "agent-working"),
                *("agent-whispered", "agent-search", "phone-agent", "visitor-assistant"),
            )
        ),
    ),
    Look("en", "dark", frozenset(("agent-working", "supervisor-board"))),
)


def take(browser: Browser, folder: Path, look: Look) -> Iterator[Path]:
    """Play the day in a look, and give where its pictures are."""
    taken: dict[str, bytes] = {}

    def camera(screen: Screen, name: str) -> None:
        if name in look.moments:
            taken[name] = screen.page.screenshot()

    with (
        tempfile.TemporaryDirectory() as data,
        Stage(Path(data), browser, look.language, camera, look.scheme) as stage,
    ):
        Day(stage).play()
    assert set(taken) == look.moments
    context = browser.new_context()
    for name, picture in taken.items():
        place = folder / f"console-{name}-{look.name}.png"
        keep_small(context, picture, place)
        yield place
    context.close()


def main() -> None:
    """Take pictures as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    names = [look.name for look in LOOKS]
    parser.add_argument("--only", nargs="*", choices=names, default=names)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for look in LOOKS:
            if look.name not in options.only:
                continue
            for place in take(browser, options.folder, look):
                sys.stdout.write(f"{place.stat().st_size:>8}  {place}\n")


if __name__ == "__main__":
    main()
