"""The owner's questions and answers, ready to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from airdesk.core.dialogue.similarity import CutWords, QuestionIndex
from airdesk.core.kernel import NO_ID, InboxId

ANSWER_SCORE: Final = 0.55
"""From this resemblance on the bot answers. On banking77 (51 intents of 5 questions each, as many
again unknown) 73 % of its answers are right and it answers 13 % of what it cannot know; on JDDC's
82 intents 70 % and 3 %. At 0.45 it would be 62 % and 30 %, at 0.6 78 % and 7 %
(docs/subsystems/bot.md)."""

NEAR_SCORE: Final = 0.2
"""From this resemblance on a question is worth offering when the bot is unsure: the right one is
among the three nearest for 79 % (banking77) and 58 % (JDDC) of what it could know."""


class Answerable(msgspec.Struct, frozen=True):
    """One entry of the FAQ."""

    faq_id: bytes
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    inbox_id: InboxId = InboxId(NO_ID)
    """Where it is used; NO_ID for every inbox."""
    is_suggested: bool = False
    """Offered before anybody asks."""
    language: str = ""
    """"zh", "en", …; "" for any."""


class Match(NamedTuple):
    """An entry, the one of its questions that is nearest to what was said, and how near."""

    entry: Answerable
    question: str
    score: float


class Faq:
    """The entries of one account, ready to be asked. It never changes.

    Args:
        entries: all of them, in the owner's order.
        cut: cuts texts into words.
        language: of the account, for visitors who have said nothing yet.

    Cost: see `QuestionIndex`.
    """

    def __init__(self, entries: Sequence[Answerable], cut: CutWords, language: str = "en") -> None:
        self.entries = tuple(entries)
        self.language = language
        asked = [
            (entry, question)
            for entry in self.entries
            for question in (entry.question, *entry.variants)
        ]
        self._asked = asked
        self._index = QuestionIndex([question for _, question in asked], cut)

    def matches(self, said: str, inbox_id: InboxId, limit: int) -> list[Match]:
        """Give the entries that resemble a sentence most, each once, best first."""
        found: dict[bytes, Match] = {}
        for number, score in self._index.nearest(said):
            entry, question = self._asked[number]
            if entry.inbox_id in (NO_ID, inbox_id) and entry.faq_id not in found:
                found[entry.faq_id] = Match(entry, question, score)
                if len(found) == limit:
                    break
        return list(found.values())

    def suggested(self, inbox_id: InboxId, language: str, limit: int) -> list[Answerable]:
        """Give the entries to offer before anybody asks, in the owner's order."""
        return [
            entry
            for entry in self.entries
            if entry.is_suggested
            and entry.inbox_id in (NO_ID, inbox_id)
            and entry.language in ("", language)
        ][:limit]
