"""Numbers of a link: every short history of frames, against a plain model."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airdesk.adapters.unix.numbering import LINKS_REMEMBERED, Numberer, Sequence, Verdict

DELIVER, DUPLICATE, HOLE = Verdict.DELIVER, Verdict.DUPLICATE, Verdict.HOLE
LINK, NEXT_LINK = 71, 5

Frame = tuple[int, int]


def verdicts(*frames: Frame) -> list[Verdict]:
    sequence = Sequence()
    return [sequence.accept(link_id, number) for link_id, number in frames]


def model(frames: tuple[Frame, ...]) -> list[Verdict]:
    """Judge each frame by looking through all that came before."""
    judged = []
    for index, (link_id, number) in enumerate(frames):
        earlier = frames[:index]
        links = list(dict.fromkeys(link for link, _ in earlier))
        numbers = [0, *(one for link, one in earlier if link == link_id)]
        if (link_id in links and link_id != links[-1]) or number <= max(numbers):
            judged.append(DUPLICATE)
        else:
            judged.append(DELIVER if number == max(numbers) + 1 else HOLE)
    return judged


def test_a_numberer_counts_from_one() -> None:
    numberer = Numberer(LINK)
    assert (numberer.link_id, numberer.last_number) == (LINK, 0)
    assert [numberer.next_number() for _ in range(3)] == [1, 2, 3]
    assert numberer.last_number == 3


def test_messages_in_order_are_delivered() -> None:
    assert verdicts((LINK, 1), (LINK, 2), (LINK, 3)) == [DELIVER] * 3


def test_a_repeat_is_a_duplicate() -> None:
    assert verdicts((LINK, 1), (LINK, 1), (LINK, 2), (LINK, 1)) == [
        DELIVER,
        DUPLICATE,
        DELIVER,
        DUPLICATE,
    ]


def test_a_missing_message_is_a_hole_once() -> None:
    assert verdicts((LINK, 1), (LINK, 3), (LINK, 4)) == [DELIVER, HOLE, DELIVER]


def test_a_message_that_comes_after_its_hole_was_told_is_ignored() -> None:
    assert verdicts((LINK, 1), (LINK, 3), (LINK, 2)) == [DELIVER, HOLE, DUPLICATE]


def test_a_missing_first_message_is_a_hole() -> None:
    assert verdicts((LINK, 2)) == [HOLE]


def test_a_new_link_starts_anew() -> None:
    assert verdicts((LINK, 1), (LINK, 2), (NEXT_LINK, 1), (NEXT_LINK, 2)) == [DELIVER] * 4


def test_a_late_message_of_an_ended_link_is_ignored() -> None:
    assert verdicts((LINK, 1), (NEXT_LINK, 1), (LINK, 2), (NEXT_LINK, 2)) == [
        DELIVER,
        DELIVER,
        DUPLICATE,
        DELIVER,
    ]


def test_as_many_ended_links_as_promised_are_remembered() -> None:
    sequence = Sequence()
    for link_id in range(LINKS_REMEMBERED + 1):
        assert sequence.accept(link_id, 1) is DELIVER
    assert {sequence.accept(link_id, 2) for link_id in range(LINKS_REMEMBERED)} == {DUPLICATE}


@pytest.mark.parametrize("length", range(1, 5))
def test_every_short_history_is_judged_like_the_model(length: int) -> None:
    alphabet = list(product((LINK, NEXT_LINK, 9), (1, 2, 3)))
    for frames in product(alphabet, repeat=length):
        assert verdicts(*frames) == model(frames), frames


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 12)), max_size=60))
def test_any_history_is_judged_like_the_model(frames: list[Frame]) -> None:
    assert verdicts(*frames) == model(tuple(frames))


@given(st.lists(st.booleans(), max_size=50))
def test_each_dropped_run_is_one_hole(kept: list[bool]) -> None:
    numberer, sequence = Numberer(LINK), Sequence()
    was_dropped = False
    for is_kept in kept:
        number = numberer.next_number()
        if is_kept:
            assert sequence.accept(LINK, number) is (HOLE if was_dropped else DELIVER)
        was_dropped = not is_kept
    assert sequence.is_behind(LINK, numberer.last_number) is was_dropped
    assert sequence.is_behind(LINK, numberer.last_number) is False


def test_a_hole_told_without_a_message_is_not_told_again() -> None:
    sequence = Sequence()
    assert sequence.accept(LINK, 1) is DELIVER
    assert sequence.is_behind(LINK, 3)
    assert sequence.accept(LINK, 3) is DUPLICATE
    assert sequence.accept(LINK, 4) is DELIVER


def test_the_last_number_of_an_ended_link_tells_nothing() -> None:
    sequence = Sequence()
    assert sequence.accept(LINK, 1) is DELIVER
    assert sequence.accept(NEXT_LINK, 1) is DELIVER
    assert not sequence.is_behind(LINK, 9)
    assert sequence.accept(NEXT_LINK, 2) is DELIVER
