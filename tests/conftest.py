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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the suite (folder) it stands in, so that `-m unit` chooses it."""
    for item in items:
        if TESTS in item.path.parents:
            item.add_marker(item.path.relative_to(TESTS).parts[0])
