"""When an inbox is attended, by the clock of its place."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from airdesk.core.accounts import Hours


def is_open(hours: Hours, now_ms: int) -> bool:
    """True if the inbox is attended at this moment; in a break it is not.

    Args:
        hours: in normal form; a time zone that this machine does not know counts as UTC.
        now_ms: Unix milliseconds.
    """
    now = datetime.fromtimestamp(now_ms / 1000, _zone(hours.timezone))
    if now.date().isoformat() in hours.holidays:
        return False
    minute = now.hour * 60 + now.minute
    return any(start <= minute < end for start, end in hours.week[now.weekday()])


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return UTC
