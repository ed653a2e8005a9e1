"""What a server under measurement tells of itself: each moment belongs to one stage."""

from __future__ import annotations

import time

from airdesk.app.stress.probe import StageClock
from airdesk.app.stress.probe_stages import STAGES, WRAPPED


def test_every_stage_has_functions_that_exist() -> None:
    for stage, place, name in WRAPPED:
        assert stage in STAGES
        assert callable(getattr(place, name))


def test_time_belongs_to_the_innermost_stage() -> None:
    clock = StageClock(("other", "outer", "inner"))

    def burn() -> None:
        end_ns = time.thread_time_ns() + 20_000_000
        while time.thread_time_ns() < end_ns:
            pass

    inner = clock.wrap("inner", burn)

    def work() -> None:
        inner()
        inner()

    clock.wrap("outer", work)()
    spent = clock.read()
    assert spent["inner"] >= 40_000_000
    assert spent["outer"] < spent["inner"]
