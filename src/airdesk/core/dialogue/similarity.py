"""How much a sentence resembles questions that are known, by words and by pieces of words."""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from airdesk.core.kernel import folded_text

CutWords = Callable[[str], Sequence[str]]
"""Gives the folded words of a text; see `ports.segmenter`."""

PIECE_CHARS: Final = 3
"""Letters of one piece of a word: enough to see through endings and slips of the finger."""

LOOKED_UP_MAX: Final = 2_000
"""Places of features that are looked up for one sentence, the rarest features first, so that even
a FAQ whose questions all resemble each other holds nobody up. What is found by them is compared in
full."""

COMPARED_MAX: Final = 40
"""Questions that are compared in full."""

KEYWORD_SCORE: Final = 0.6
"""A sentence that holds a whole question as it stands resembles it so much at least, and up to
KEYWORD_SCORE_MORE more, the larger a part of it the question is. Only where the question is short:
owners write single words for that."""

KEYWORD_SCORE_MORE: Final = 0.3

KEYWORD_CHARS_MAX: Final = 8
"""So long may a question be to count as a keyword."""

_CHINESE_EMPTY: Final = (
    "的 了 吗 呢 啊 吧 呀 哦 嗯 嘛 么 我 你 您 你们 我们 我要 我想 他 她 "
    "它 这 那 是 在 有 就 都 也 还 和 与 请 请问 问 问下 问一下 一下 想 要 "
    "你好 您好 亲 亲亲 帮 帮我 麻烦 谢谢 现在 这个 那个 可以 能 会 给 把 被 让 "
)
_ENGLISH_EMPTY: Final = (
    "a an the i me my you your we our it its is are am be was were do does did have has had can "
    "could would will shall should may might please to of in on at for and or so if with this that "
    "these those there hi hello hey want need like just know tell"
)
EMPTY_WORDS: Final = frozenset((*_CHINESE_EMPTY.split(), *_ENGLISH_EMPTY.split()))
"""Words that say nothing of what a question is about."""

_SIGNS: Final = re.compile(r"[\W_]+")


def normal_text(text: str) -> str:
    """Give a sentence without what does not matter: width, case, signs, spaces at its ends."""
    return _SIGNS.sub(" ", folded_text(text)).strip()


class Resemblance(NamedTuple):
    """One known question and how much it resembles what was said."""

    number: int
    """Its place among the known ones."""
    score: float
    """0 (nothing in common) to 1 (the same)."""


class QuestionIndex:
    """Known questions, ready to be compared.

    Features are words and pieces of words; each counts more the fewer questions have it (inverse
    document frequency); resemblance is the cosine between two sentences' features.

    Args:
        questions: the known ones.
        cut: cuts texts into words.

    Cost: about 25 µs a question to make, 1 KB each; then 50 to 500 µs for a sentence among
    thousands.
    """

    def __init__(self, questions: Iterable[str], cut: CutWords) -> None:
        self._cut = cut
        self._normal = [normal_text(question) for question in questions]
        self._features = [features_of(question, cut).keys() for question in self._normal]
        self._holders: dict[str, list[int]] = {}
        for number, features in enumerate(self._features):
            for feature in features:
                self._holders.setdefault(feature, []).append(number)
        total = len(self._features)
        self._rare = math.log(1 + total) ** 2
        self._weights = {
            feature: math.log(1 + total / len(holders)) ** 2
            for feature, holders in self._holders.items()
        }
        self._lengths = [self._length(features) for features in self._features]
        self._same: dict[str, list[int]] = {}
        for number, question in enumerate(self._normal):
            self._same.setdefault(question, []).append(number)
        self._keywords = self._short_ones()

    def nearest(self, said: str) -> list[Resemblance]:
        """Give the questions that have anything in common with a sentence, best first."""
        normal = normal_text(said)
        features = features_of(normal, self._cut)
        length = self._length(features)
        scores = {
            number: min(0.99, self._shared(features, number) / (length * self._lengths[number]))
            for number in self._candidates(features)
        }
        for number in self._held(normal, features):
            part = len(self._normal[number]) / len(normal)
            score = KEYWORD_SCORE + KEYWORD_SCORE_MORE * part
            scores[number] = max(scores.get(number, 0.0), score)
        for number in self._same.get(normal, ()):
            scores[number] = 1.0
        found = [Resemblance(number, score) for number, score in scores.items()]
        found.sort(key=lambda one: (-one.score, one.number))
        return found

    def _length(self, features: Iterable[str]) -> float:
        weights, rare = self._weights, self._rare
        return math.sqrt(sum(weights.get(feature, rare) for feature in features)) or 1.0

    def _shared(self, features: dict[str, None], number: int) -> float:
        weights = self._weights
        return sum(weights[feature] for feature in features.keys() & self._features[number])

    def _candidates(self, features: Iterable[str]) -> list[int]:
        """Give the questions that share the most telling features."""
        holders = self._holders
        known = sorted(
            (feature for feature in features if feature in holders),
            key=lambda feature: len(holders[feature]),
        )
        shared: dict[int, float] = {}
        left = LOOKED_UP_MAX
        for feature in known:
            weight = self._weights[feature]
            for number in holders[feature][:left]:
                shared[number] = shared.get(number, 0.0) + weight / self._lengths[number]
            left -= len(holders[feature])
            if left <= 0:
                break
        return heapq.nlargest(COMPARED_MAX, shared, key=shared.__getitem__)

    def _short_ones(self) -> dict[str, list[int]]:
        """Give the questions that count as keywords, by the first of their words."""
        short: dict[str, list[int]] = {}
        for number, question in enumerate(self._normal):
            if 2 <= len(question) <= KEYWORD_CHARS_MAX:
                words = self._cut(question)
                if words:
                    short.setdefault(f"w{words[0]}", []).append(number)
        return short

    def _held(self, said: str, features: Iterable[str]) -> Iterable[int]:
        """Give the keywords that a sentence holds, at the borders of words."""
        padded = f" {said} "
        for feature in features:
            for number in self._keywords.get(feature, ()):
                keyword = self._normal[number]
                if keyword in said and (not keyword.isascii() or f" {keyword} " in padded):
                    yield number


def features_of(normal: str, cut: CutWords) -> dict[str, None]:
    """Give the features of a normal sentence: "w…" for words, "p…" for pieces, each once."""
    words = cut(normal)
    telling = [word for word in words if word not in EMPTY_WORDS] or words
    features: dict[str, None] = {}
    before = ""
    for word in telling:
        features[f"w{word}"] = None
        if word.isascii():
            bordered = f"^{word}$"
            for start in range(len(bordered) - PIECE_CHARS + 1):
                features["p" + bordered[start : start + PIECE_CHARS]] = None
            before = ""
        else:
            run = before + word
            for start in range(len(run) - 1):
                features["p" + run[start : start + 2]] = None
            before = word[-1]
    return features
