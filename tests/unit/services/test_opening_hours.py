"""When an inbox is attended."""

from __future__ import annotations

from datetime import UTC, datetime

from airdesk.core.accounts import Hours
from airdesk.core.kernel import AccountId, InboxId
from airdesk.services.attendance import Presence, presence_at
from airdesk.services.opening_hours import is_open

OFFICE = (((540, 1080),),) * 5 + ((),) * 2
LUNCH_BREAK = (((540, 720), (780, 1080)),) * 7


def hours(zone: str = "UTC", holidays: tuple[str, ...] = ()) -> Hours:
    return Hours(AccountId(b"a" * 16), InboxId(b"i" * 16), zone, OFFICE, holidays)


def at(day: int, hour: int, minute: int = 0) -> int:
    """Milliseconds in the week of Monday, 2 November 2026, by UTC."""
    return int(datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp()) * 1000


def test_it_opens_with_the_first_minute_and_closes_with_the_last() -> None:
    assert not is_open(hours(), at(2, 8, 59))
    assert is_open(hours(), at(2, 9))
    assert is_open(hours(), at(2, 17, 59))
    assert not is_open(hours(), at(2, 18))


def test_a_day_off_is_closed_all_day() -> None:
    assert not is_open(hours(), at(7, 12))
    assert not is_open(hours(holidays=("2026-11-03",)), at(3, 12))
    assert is_open(hours(holidays=("2026-11-03",)), at(4, 12))


def test_a_break_is_closed_from_its_first_minute_to_its_last() -> None:
    with_break = Hours(AccountId(b"a" * 16), InboxId(b"i" * 16), week=LUNCH_BREAK)
    told = [is_open(with_break, at(2, *moment)) for moment in ((11, 59), (12,), (12, 59), (13,))]
    assert told == [True, False, False, True]


def test_the_clock_of_the_place_counts() -> None:
    assert is_open(hours("Asia/Shanghai"), at(2, 1))
    assert not is_open(hours("Asia/Shanghai"), at(2, 12))
    sunday_there = at(1, 12)
    assert not is_open(hours("Asia/Shanghai"), sunday_there)


def test_a_holiday_is_a_day_of_the_place() -> None:
    closed = hours("Asia/Shanghai", ("2026-11-03",))
    assert not is_open(closed, at(3, 2))
    assert is_open(closed, at(4, 2))


def test_a_zone_that_nobody_knows_counts_as_utc() -> None:
    assert is_open(hours("Nowhere/Atlantis"), at(2, 9))


def test_an_inbox_that_never_closes_is_open_to_the_last_minute() -> None:
    always = Hours(AccountId(b"a" * 16), InboxId(b"i" * 16))
    assert is_open(always, at(7, 23, 59))


def test_visitors_are_told_that_nobody_is_there_while_it_is_closed() -> None:
    there = Presence(online=2, waiting=3)
    assert presence_at(hours(), there, at(2, 8)) == Presence(online=0, waiting=3)
    assert presence_at(hours(), there, at(2, 10)) == there
    assert presence_at(None, there, at(7, 3)) == there
