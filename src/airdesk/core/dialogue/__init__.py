"""The dialogue with a bot: questions and answers, and what it does in a talk."""

from airdesk.core.dialogue.faq import ANSWER_SCORE, NEAR_SCORE, Answerable, Faq, Match
from airdesk.core.dialogue.faq_bot import FaqBot
from airdesk.core.dialogue.phrases import Phrase, phrase_of, said_in
from airdesk.core.dialogue.similarity import CutWords, QuestionIndex, Resemblance, normal_text
from airdesk.core.dialogue.talk import (
    MISUNDERSTANDINGS_MAX,
    NEAREST_MAX,
    SUGGESTIONS_MAX,
    Effect,
    HandOver,
    Say,
    Talk,
    Turn,
    heard,
    reply,
    spoke,
)
from airdesk.core.dialogue.wishes import Wish, language_of, wish_of

__all__ = [
    "ANSWER_SCORE",
    "MISUNDERSTANDINGS_MAX",
    "NEAREST_MAX",
    "NEAR_SCORE",
    "SUGGESTIONS_MAX",
    "Answerable",
    "CutWords",
    "Effect",
    "Faq",
    "FaqBot",
    "HandOver",
    "Match",
    "Phrase",
    "QuestionIndex",
    "Resemblance",
    "Say",
    "Talk",
    "Turn",
    "Wish",
    "heard",
    "language_of",
    "normal_text",
    "phrase_of",
    "reply",
    "said_in",
    "spoke",
    "wish_of",
]
