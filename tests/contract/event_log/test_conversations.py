"""What every event log promises of conversations: their records, forward and back."""

from __future__ import annotations

import pytest

from airdesk.core.kernel import NO_ID, ConversationId
from airdesk.ports.event_log import Record

from .places import LogPlace
from .records import CHAT, OTHER_CHAT, record, run, stored


def conversation_records() -> list[Record]:
    """Two conversations, an account's record between, records of many events and of none."""
    return [
        record(1, first_seq=1, last_seq=3),
        record(2, conversation_id=OTHER_CHAT, first_seq=1, last_seq=1),
        record(3, first_seq=4, last_seq=3),
        record(4, first_seq=4, last_seq=4),
        record(5, conversation_id=ConversationId(NO_ID), first_seq=0, last_seq=-1),
        record(6, first_seq=5, last_seq=8),
        record(7, conversation_id=OTHER_CHAT, first_seq=2, last_seq=2),
        record(8, first_seq=9, last_seq=9),
        record(9, first_seq=10, last_seq=9),
        record(10, first_seq=10, last_seq=9),
    ]


@pytest.mark.parametrize(
    ("after_seq", "limit", "positions"),
    [
        (0, 100, [1, 3, 4, 6, 8, 9, 10]),
        (0, 2, [1, 3]),
        (1, 100, [1, 3, 4, 6, 8, 9, 10]),
        (2, 1, [1]),
        (3, 100, [4, 6, 8, 9, 10]),
        (4, 1, [6]),
        (7, 2, [6, 8]),
        (8, 100, [8, 9, 10]),
        (9, 100, []),
        (1_000, 100, []),
    ],
)
def test_a_conversation_is_read_forward(
    place: LogPlace, after_seq: int, limit: int, positions: list[int]
) -> None:
    async def scenario() -> None:
        log = await stored(place, conversation_records())
        page = log.read_conversation(CHAT, after_seq, limit)
        assert [each.position for each in page] == positions
        log.close()

    run(scenario())


@pytest.mark.parametrize(
    ("before_seq", "limit", "positions"),
    [
        (1_000, 100, [1, 3, 4, 6, 8, 9, 10]),
        (1_000, 3, [8, 9, 10]),
        (10, 2, [6, 8]),
        (9, 1, [6]),
        (6, 2, [4, 6]),
        (5, 2, [3, 4]),
        (4, 5, [1]),
        (1, 5, []),
    ],
)
def test_a_conversation_is_read_back(
    place: LogPlace, before_seq: int, limit: int, positions: list[int]
) -> None:
    async def scenario() -> None:
        log = await stored(place, conversation_records())
        page = log.read_conversation_back(CHAT, before_seq, limit)
        assert [each.position for each in page] == positions
        log.close()

    run(scenario())


def test_an_unknown_conversation_has_no_records(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, conversation_records())
        stranger = ConversationId(b"conversation-009")
        assert list(log.read_conversation(stranger, 0, 10)) == []
        assert list(log.read_conversation_back(stranger, 100, 10)) == []
        log.close()

    run(scenario())
