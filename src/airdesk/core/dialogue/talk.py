"""A talk with the bot: what it remembers, and what it does next. A record machine.

`remember` makes the memory from what was said, now and at every replay; `reply` decides from it.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import msgspec
from msgspec.structs import replace

from airdesk.core.dialogue.faq import ANSWER_SCORE, NEAR_SCORE, Faq, Match
from airdesk.core.dialogue.phrases import Phrase, phrase_of, said_in
from airdesk.core.dialogue.wishes import Wish, language_of, wish_of
from airdesk.core.kernel import InboxId, limits

SUGGESTIONS_MAX: Final = 4
"""Questions offered with the greeting: more are not read."""

NEAREST_MAX: Final = 3
"""Questions offered when the bot is unsure."""

MISUNDERSTANDINGS_MAX: Final = 2
"""So many in a row, and people take over: a third try would only annoy."""


class Say(NamedTuple):
    """Say something, with answers to choose from."""

    text: str
    options: tuple[str, ...] = ()


class HandOver(NamedTuple):
    """Give the conversation to people."""


Effect: TypeAlias = Say | HandOver
"""What a bot wants done. No effect at all: it says nothing."""


class Talk(msgspec.Struct, frozen=True):
    """What the bot remembers of one conversation."""

    inbox_id: InboxId
    language: str = ""
    """Of the visitor's last words; "" before them."""
    misunderstandings: int = 0
    """In a row, until now."""
    last_said: str = ""
    """The bot's own last words."""


class Turn(NamedTuple):
    """What the bot is to answer to."""

    talk: Talk
    """Before this turn."""
    is_new: bool
    """The conversation starts with it."""
    said: str = ""
    """The visitor's words; "" where he only came in, or sent what is not words."""
    is_file: bool = False
    is_attended: bool = True
    """Somebody is there who could take the conversation."""


def heard(talk: Talk, said: str) -> Talk:
    """Remember what the visitor said."""
    language = language_of(said)
    return replace(talk, language=language) if language else talk


def spoke(talk: Talk, text: str) -> Talk:
    """Remember what the bot itself said."""
    phrase = phrase_of(text)
    if phrase is Phrase.UNSURE:
        return replace(talk, misunderstandings=talk.misunderstandings + 1, last_said=text)
    if phrase in (Phrase.GREETING, Phrase.INTRODUCTION):
        return replace(talk, last_said=text)
    return replace(talk, misunderstandings=0, last_said=text)


def reply(turn: Turn, faq: Faq) -> tuple[Effect, ...]:
    """Say what the bot does: the same for the same turn and FAQ."""
    talk = turn.talk if turn.is_file else heard(turn.talk, turn.said)
    language = talk.language or faq.language
    wish = wish_of(turn.said) if turn.said and not turn.is_file else None
    greets = wish in (None, Wish.GREETING) and not turn.is_file
    if greets:
        if not turn.is_new and wish is None:
            return ()
        phrase = Phrase.INTRODUCTION if turn.is_new else Phrase.GREETING
        return (_opening(talk, faq, language, phrase, with_options=True),)
    answer = _answer(turn, talk, faq, language)
    if not turn.is_new:
        return answer
    return (_opening(talk, faq, language, Phrase.INTRODUCTION, with_options=False), *answer)


def _opening(talk: Talk, faq: Faq, language: str, phrase: Phrase, with_options: bool) -> Say:
    options: tuple[str, ...] = ()
    if with_options:
        suggested = faq.suggested(talk.inbox_id, language, SUGGESTIONS_MAX)
        options = _offered([entry.question for entry in suggested], language)
    return Say(said_in(language, phrase), options)


def _answer(turn: Turn, talk: Talk, faq: Faq, language: str) -> tuple[Effect, ...]:
    matches = [] if turn.is_file else faq.matches(turn.said, talk.inbox_id, NEAREST_MAX)
    # An entry whose question is just this goes before the bot's own ideas of what is meant.
    if matches and matches[0].score == 1.0:
        return (_told(talk, matches[0].entry.answer, language),)
    match wish_of(turn.said):
        case Wish.A_PERSON:
            return _handed_over(turn, language, Phrase.HANDING_OVER)
        case Wish.ARE_YOU_A_BOT:
            person = said_in(language, Phrase.ASK_A_PERSON)
            return (Say(said_in(language, Phrase.I_AM_A_BOT), (person,)),)
        case Wish.THANKS:
            return (Say(said_in(language, Phrase.YOU_ARE_WELCOME)),)
        case _:
            pass
    if matches and matches[0].score >= ANSWER_SCORE:
        return (_told(talk, matches[0].entry.answer, language),)
    if talk.misunderstandings + 1 >= MISUNDERSTANDINGS_MAX:
        return _handed_over(turn, language, Phrase.GIVING_UP)
    return (_unsure(talk, faq, matches, language),)


_TO_NOBODY: Final = {
    Phrase.HANDING_OVER: Phrase.HANDING_OVER_TO_NOBODY,
    Phrase.GIVING_UP: Phrase.GIVING_UP_TO_NOBODY,
}


def _handed_over(turn: Turn, language: str, phrase: Phrase) -> tuple[Effect, ...]:
    """Bring people: now, or once they are there. Nobody is told to wait for nobody."""
    phrase = phrase if turn.is_attended else _TO_NOBODY[phrase]
    return (Say(said_in(language, phrase)), HandOver())


def _told(talk: Talk, answer: str, language: str) -> Say:
    """Give an answer; say so where it is the one that was just given."""
    again = f"{said_in(language, Phrase.SAME_AGAIN)}\n{answer}"
    if talk.last_said in (answer, again):
        return Say(again, (said_in(language, Phrase.ASK_A_PERSON),))
    return Say(answer)


def _unsure(talk: Talk, faq: Faq, matches: list[Match], language: str) -> Say:
    nearest = [match.entry.question for match in matches if match.score >= NEAR_SCORE]
    if not nearest:
        suggested = faq.suggested(talk.inbox_id, language, NEAREST_MAX)
        nearest = [entry.question for entry in suggested]
    return Say(said_in(language, Phrase.UNSURE), _offered(nearest, language))


def _offered(questions: list[str], language: str) -> tuple[str, ...]:
    """Give the buttons: questions that fit on one, and the way to people."""
    fitting = [one for one in questions if len(one.encode()) <= limits.OPTION_BYTES_MAX]
    return (*dict.fromkeys(fitting), said_in(language, Phrase.ASK_A_PERSON))
