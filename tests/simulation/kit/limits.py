"""Bounds small enough that a scenario of a minute meets all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airdesk.app.gateway import gateway
from airdesk.app.home import places
from airdesk.core.kernel import limits

SMALL = {
    "PAGE_EVENTS_MAX": 4,
    "OPENING_EVENTS": 6,
    "RESUME_EVENTS_MAX": 16,
    "QUEUE_ROWS_MAX": 3,
    "HOT_RESOLVED_MAX": 1,
    "CHECKPOINT_RECORDS": 12,
    "CHECKPOINT_SLICE": 2,
    "PRESENCE_GRACE_MS": 3_000,
    "RETRY_ROUTE_MS": 2_000,
    "APPENDS_IN_FLIGHT_MAX": 25,
    "COMMANDS_PENDING_MAX": 16,
    "BEAT_MS": 5_000,
    "SILENCE_MS_MAX": 7_000,
    "SWEEP_MS": 1_000,
    "ATTACHING_MAX": 3,
    "HELLO_MS_MAX": 3_000,
}


@contextmanager
def small_limits() -> Iterator[None]:
    """Run a scenario under SMALL bounds, then put the real ones back."""
    known = {name: getattr(limits, name) for name in SMALL}
    derived = (gateway.ROUNDS, gateway.SILENT_ROUNDS_MAX, places.PLACE_MS)
    try:
        for name, value in SMALL.items():
            setattr(limits, name, value)
        setattr(gateway, "ROUNDS", 5)  # noqa: B010 -- a constant to everybody else
        setattr(gateway, "SILENT_ROUNDS_MAX", 7)  # noqa: B010
        setattr(places, "PLACE_MS", 500)  # noqa: B010
        yield
    finally:
        for name, value in known.items():
            setattr(limits, name, value)
        gateway_rounds, silent_rounds, place_ms = derived
        setattr(gateway, "ROUNDS", gateway_rounds)  # noqa: B010
        setattr(gateway, "SILENT_ROUNDS_MAX", silent_rounds)  # noqa: B010
        setattr(places, "PLACE_MS", place_ms)  # noqa: B010
