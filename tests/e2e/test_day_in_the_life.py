"""A shop's day through the screens only, in Chinese and in English.

The scenario is in `day/scenario.py`; while it is played, every screen that it looks at is read for
names of the program and for words of another language, and the visitors' sockets for notes.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.day.scenario import Day
from tests.e2e.day.stage import Stage
from tests.e2e.day.words import Language, Words
from tests.kit.log_messages import messages


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_day_in_the_life(tmp_path: Path, browser: Browser, language: Language) -> None:
    with Stage(tmp_path, browser, language) as stage:
        day = Day(stage)
        day.play()
        logged = sorted([one.text for one in said] for said in messages(stage.server.data).values())
        shown = sorted(guest.texts() for guest in (day.clara, day.ben, day.ines))
        assert logged == shown
        # What the owner did stands there, each act once, in words and under her name.
        told = Counter(
            (action, subject)
            for action, text in day.audit
            for subject in _acts(stage.words).get(action, ())
            if subject in text and stage.words.owner.name in text
        )
        expected = {(act, one): 1 for act, all_ in _acts(stage.words).items() for one in all_}
        assert told == expected
        assert sum(action == "inbox.changed" for action, _ in day.audit) == 4


def _acts(words: Words) -> dict[str, tuple[str, ...]]:
    """Give what the owner did, by the program's word for it."""
    return {
        "inbox.added": (words.inbox,),
        "hours.added": (words.inbox,),
        "faq.added": tuple(one.asked for one in words.questions),
        "invitation.added": (words.emma.email, words.tom.email, words.supervisor.email),
        "team.added": (words.team,),
        "canned.added": tuple(shortcut for shortcut, _ in words.canned),
        "label.added": words.labels,
    }
