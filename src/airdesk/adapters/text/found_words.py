"""Where the words of a search stand in a message, and the part of it that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from airdesk.adapters.text.segmenter import LETTER, is_spaceless
from airdesk.core.kernel import folded_places, folded_text, limits
from airdesk.ports.conversation_views import Snippet
from airdesk.ports.segmenter import Segmenter

PREFIX_CHARS_MIN: Final = 3
"""A last word so long may go on: a shorter beginning fits nearly everything."""

MARKS_MAX: Final = 16
"""Marks of one snippet; further ones are not shown."""


class SearchedWord(NamedTuple):
    """One word of a search, folded."""

    text: str
    is_spaceless: bool
    """It may stand anywhere; a word of another script begins where a word begins."""
    may_go_on: bool
    """Only its beginning is known: the person may be typing it still."""


def searched_words(segmenter: Segmenter, text: str) -> tuple[SearchedWord, ...]:
    """Give the words that a message must hold to be found; none for a text without any.

    Args:
        text: what a person typed, whatever it is.
    """
    words = list(dict.fromkeys(segmenter.words(text)))[: limits.SEARCH_WORDS_MAX]
    goes_on = text[-1:].isalnum()
    return tuple(
        SearchedWord(
            word,
            is_spaceless(word),
            goes_on and number == len(words) and len(word) >= PREFIX_CHARS_MIN,
        )
        for number, word in enumerate(words, 1)
    )


def found_marks(text: str, words: Sequence[SearchedWord]) -> tuple[tuple[int, int], ...]:
    """Give where the words stand in a text; nothing if one of them is missing.

    Returns:
        from and to (exclusive), in characters of the text, in order, none touching another.
    """
    folded = folded_text(text)
    ranges: list[tuple[int, int]] = []
    for word in words:
        found = list(_places(folded, word))
        if not found:
            return ()
        ranges.extend(found)
    places = folded_places(text)
    return _joined((places[start], places[end - 1] + 1) for start, end in sorted(ranges))


def snippet(text: str, marks: Sequence[tuple[int, int]]) -> Snippet:
    """Cut out the part around the first marks."""
    size = limits.SNIPPET_CHARS_MAX
    first = marks[0][0] if marks else 0
    start = 0 if len(text) <= size else max(0, min(first - size // 4, len(text) - size))
    end = min(len(text), start + size)
    shown = tuple(
        (max(0, left - start), min(end, right) - start)
        for left, right in marks
        if left < end and right > start
    )
    return Snippet(text[start:end], shown[:MARKS_MAX], start > 0, end < len(text))


def _places(folded: str, word: SearchedWord) -> Iterable[tuple[int, int]]:
    pattern = re.escape(word.text)
    if not word.is_spaceless:
        pattern = f"(?<!{LETTER}){pattern}" + ("" if word.may_go_on else f"(?!{LETTER})")
    return (match.span() for match in re.finditer(pattern, folded))


def _joined(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
