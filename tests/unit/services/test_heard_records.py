"""What a consumer hears of the log: a shortcut that never leaves a record out."""

from __future__ import annotations

from airdesk.ports.log_followers import Committed
from airdesk.services.heard_records import HeardRecords
from tests.kit.told_records import message

LIMIT = 100


def told(first: int, last: int) -> list[Committed]:
    return [message(position) for position in range(first, last + 1)]


def taken(heard: HeardRecords, after: int, limit: int = LIMIT) -> tuple[list[int], int] | None:
    found = heard.take(after, limit)
    if found is None:
        return None
    return [one.record.position for one in found.records], found.position


def test_nothing_is_known_before_a_home_has_started() -> None:
    heard = HeardRecords()
    assert taken(heard, 0) is None
    assert heard.has_more(0)


def test_what_comes_behind_the_head_is_given_in_order_and_in_pages() -> None:
    heard = HeardRecords()
    heard.begin(10)
    heard.hear(12, told(11, 12))
    heard.hear(15, told(13, 15))
    assert taken(heard, 10, limit=2) == ([11, 12], 12)
    assert taken(heard, 12) == ([13, 14, 15], 15)
    assert taken(heard, 15) == ([], 15)
    assert not heard.has_more(15)


def test_a_page_that_failed_is_given_again() -> None:
    heard = HeardRecords()
    heard.begin(10)
    heard.hear(12, told(11, 12))
    assert taken(heard, 10) == taken(heard, 10) == ([11, 12], 12)


def test_whoever_is_behind_what_was_heard_has_to_read_the_log() -> None:
    heard = HeardRecords()
    heard.begin(10)
    assert taken(heard, 9) is None
    heard.hear(12, told(11, 12))
    assert taken(heard, 11) == ([12], 12)
    assert taken(heard, 10) is None, "what is done with is forgotten"


def test_a_record_that_is_missing_makes_everything_before_it_the_logs() -> None:
    heard = HeardRecords()
    heard.begin(10)
    heard.hear(11, told(11, 11))
    heard.hear(14, told(13, 14))
    assert taken(heard, 11) is None
    assert taken(heard, 14) == ([], 14)
    heard.hear(15, told(15, 15))
    assert taken(heard, 14) == ([15], 15)


def test_a_head_without_its_records_is_the_logs() -> None:
    heard = HeardRecords()
    heard.begin(10)
    heard.hear(12, ())
    assert taken(heard, 10) is None
    assert heard.has_more(10)


def test_a_head_that_is_behind_changes_nothing() -> None:
    heard = HeardRecords()
    heard.begin(10)
    heard.hear(12, told(11, 12))
    heard.hear(11, told(11, 11))
    assert taken(heard, 10) == ([11, 12], 12)


def test_the_oldest_go_when_there_are_too_many() -> None:
    heard = HeardRecords(records_max=3)
    heard.begin(0)
    heard.hear(5, told(1, 5))
    assert taken(heard, 1) is None
    assert taken(heard, 2) == ([3, 4, 5], 5)


def test_what_does_not_concern_is_passed_over() -> None:
    heard = HeardRecords(lambda one: one.record.position % 2 == 0)
    heard.begin(0)
    heard.hear(3, told(1, 3))
    assert heard.has_more(0)
    assert taken(heard, 0) == ([2], 3)
    heard.hear(5, [message(4), message(5)])
    assert taken(heard, 3) == ([4], 5)
    heard.hear(7, [message(6), message(7)])
    assert not heard.has_more(6)
    assert taken(heard, 6) == ([], 7)


def test_a_consumer_that_read_further_by_itself_goes_on_from_there() -> None:
    heard = HeardRecords()
    heard.begin(10)
    assert taken(heard, 12) == ([], 12)
    heard.hear(13, told(11, 13))
    assert taken(heard, 12) == ([13], 13)


def test_after_forgetting_everything_up_to_now_is_the_logs() -> None:
    heard = HeardRecords()
    heard.begin(10)
    heard.hear(12, told(11, 12))
    heard.forget()
    assert taken(heard, 10) is None
    heard.hear(13, told(13, 13))
    assert taken(heard, 12) == ([13], 13)
