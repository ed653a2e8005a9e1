"""What holds for every suite."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).resolve().parent

# Hundreds of tests start the program: it must not compile all its modules anew each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No example has a deadline: a test gates counts, bytes and order, never a time.
settings.register_profile("airdesk", deadline=None, print_blob=True)
settings.load_profile("airdesk")


LONG_FILES = (
    "e2e/test_kill_nine.py",
    "e2e/test_bad_days.py",
    "e2e/test_day_in_the_life.py",
    "e2e/test_console.py",
    "e2e/keyboard/test_lists.py",
    "e2e/test_console_owner.py",
    "e2e/test_owner_keyboard.py",
    "e2e/test_talking.py",
    "e2e/test_widget_elsewhere.py",
    "e2e/keyboard/test_conversation.py",
    "integration/test_cross_talk.py",
    "integration/test_stress.py",
    "integration/test_serve.py",
    "integration/test_backup.py",
    "integration/test_websocket_conformance.py",
)
"""The files that take longest, longest first: of a suite whose processes take a file at a time
(`--dist=loadfile`) they have to begin first, or one process works long after the others are done.
A process takes the next file while it has two tests left: the fourth and the fifth of e2e wait for
the end of the first and the third, which are two tests each, and so are not the longest left."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first, and mark each test with the suite (folder) it stands in.

    The mark lets `-m unit` choose a suite. The other files keep their order.
    """
    rank = {TESTS / name: at for at, name in enumerate(LONG_FILES)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))
    for item in items:
        if TESTS in item.path.parents:
            item.add_marker(item.path.relative_to(TESTS).parts[0])
