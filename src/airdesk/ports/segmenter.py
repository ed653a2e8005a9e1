"""Cuts what people write into words, Chinese too, where no spaces stand between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Segmenter(Protocol):
    """Finds the words of a text.

    Guarantees:
        Words come folded (`kernel.folded_text`: width and case make no difference), in the order
        of the text, letters and digits only: no space, sign or control character survives, so a
        word can be put into any query language between quotes.
        The same text gives the same words for the same `version`, in every process.
        Calls are synchronous and may be made on any thread.
    """

    @property
    def version(self) -> str:
        """Changes whenever the words of some text change; indexes made with another are void."""

    def words(self, text: str) -> Sequence[str]:
        """Give the words, none overlapping another: what a person would name."""

    def index_words(self, text: str) -> Sequence[str]:
        """Give what to find the text by, each once: the words of scripts with spaces; of Chinese
        each character and each pair of neighbours.

        Pairs find a word wherever it stands. Dictionary words would miss it where the words
        around it made the dictionary cut elsewhere.
        """
