"""What the planned collector frees, and when."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from airdesk.app.collector import FREEZE_LOOKS, FREEZE_OBJECTS, YOUNG_OBJECTS, PlannedCollector


class Ring:
    """An object that only the collector can free."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture(autouse=True)
def _collector_off() -> Iterator[None]:
    """Leave collecting to the test."""
    gc.collect()
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


def ring() -> weakref.ref[Ring]:
    return weakref.ref(Ring())


def test_garbage_is_freed_once_there_are_many_new_objects() -> None:
    collector = PlannedCollector()
    garbage = ring()
    kept = [[number] for number in range(YOUNG_OBJECTS)]
    collector.look()
    assert garbage() is None
    assert len(kept) == YOUNG_OBJECTS


def test_a_few_new_objects_are_left_alone_until_the_freeze() -> None:
    collector = PlannedCollector()
    garbage = ring()
    collector.look()
    assert garbage() is not None
    for _ in range(FREEZE_LOOKS):
        collector.look()
    assert garbage() is None


def test_after_a_crowd_the_old_are_frozen_unseen() -> None:
    collector = PlannedCollector()
    crowd: list[list[int]] = []
    while len(crowd) <= FREEZE_OBJECTS:
        crowd += [[number] for number in range(YOUNG_OBJECTS)]
        collector.look()
    garbage = ring()
    for _ in range(FREEZE_LOOKS):
        collector.look()
    assert garbage() is not None
    assert gc.get_freeze_count() > FREEZE_OBJECTS
