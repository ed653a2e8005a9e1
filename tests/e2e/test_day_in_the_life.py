"""A shop's day through the screens only, in Chinese and in English."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.day.scenario import Day
from tests.e2e.day.stage import Stage
from tests.e2e.day.words import Language
from tests.kit.log_messages import messages


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_day_in_the_life(tmp_path: Path, browser: Browser, language: Language) -> None:
    with Stage(tmp_path, browser, language) as stage:
        day = Day(stage)
        day.play()
        logged = sorted([one.text for one in said] for said in messages(stage.server.data).values())
        shown = sorted(guest.texts() for guest in (day.clara, day.ben, day.ines))
        assert logged == shown
