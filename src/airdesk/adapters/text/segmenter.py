"""Words by rjieba for Chinese, by letters and digits for all scripts that use spaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib import metadata
from typing import Final

from airdesk.core.kernel import folded_text

RULES_VERSION: Final = 1
"""Raised when the rules of this module give other words for some text."""

HAN: Final = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, as part of a regular expression."""

SPACELESS: Final = "\u3040-\u30ff\u31f0-\u31ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Kana, Thai, Lao, Burmese, Khmer: each character is a word here."""

LETTER: Final = f"[^\\W_{HAN}{SPACELESS}]"
"""A letter or digit of a script that uses spaces, as a regular expression."""

_RUNS: Final = re.compile(f"([{HAN}]+)|([{SPACELESS}])|({LETTER}+)")
_SPACELESS: Final = re.compile(f"[{HAN}{SPACELESS}]")


def is_spaceless(word: str) -> bool:
    """True for a word of a script that puts no spaces between words."""
    return _SPACELESS.match(word) is not None


class JiebaSegmenter:
    """A `Segmenter` with rjieba's dictionary.

    Cost: some µs for a short message. The dictionary is loaded by the first call with Chinese,
    which takes some 0.1 s: a process that cuts none is without its 34 MB.
    """

    @property
    def version(self) -> str:
        """See `Segmenter.version`."""
        return f"rjieba-{metadata.version('rjieba')}-{RULES_VERSION}"

    def words(self, text: str) -> Sequence[str]:
        """See `Segmenter.words`."""
        found: list[str] = []
        for han, other in _runs(text):
            if han:
                found.extend(_cut(han))
            else:
                found.append(other)
        return found

    def index_words(self, text: str) -> Sequence[str]:
        """See `Segmenter.index_words`. Each word comes once."""
        found: dict[str, None] = {}
        for han, other in _runs(text):
            if han:
                found.update(dict.fromkeys(han))
                found.update(dict.fromkeys(map(str.__add__, han, han[1:])))
            else:
                found[other] = None
        return list(found)


def _cut(han: str) -> Sequence[str]:
    import rjieba

    return rjieba.cut(han)


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Give runs of Han characters, and words of other scripts, one of the two empty."""
    for han, spaceless, word in _RUNS.findall(folded_text(text)):
        yield han, spaceless or word
