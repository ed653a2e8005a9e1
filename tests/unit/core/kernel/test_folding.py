"""Folding: what looks alike is alike, and can be found again in the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from airdesk.core.kernel import folded_places, folded_text


def test_width_and_case_make_no_difference() -> None:
    assert folded_text("ＡＢＣ１２３　ﾃ") == folded_text("abc123 テ")
    assert folded_text("STRASSE") == folded_text("straße")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded_text(folded_text(text)) == folded_text(text)


@given(st.text())
def test_every_folded_character_has_its_place(text: str) -> None:
    folded, places = folded_text(text), folded_places(text)
    assert len(folded) == len(places)
    assert places == sorted(places)
    assert all(
        character in folded_text(text[place])
        for character, place in zip(folded, places, strict=True)
    )
