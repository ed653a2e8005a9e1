"""What the bot itself says, in the visitor's language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Phrase(StrEnum):
    """An occasion to say something."""

    GREETING = "greeting"
    """To who says hello."""
    INTRODUCTION = "introduction"
    """At the beginning, behind the inbox's own greeting, which the widget shows."""
    UNSURE = "unsure"
    HANDING_OVER = "handing over"
    GIVING_UP = "giving up"
    HANDING_OVER_TO_NOBODY = "handing over to nobody"
    """People were asked for, and none is there."""
    GIVING_UP_TO_NOBODY = "giving up to nobody"
    I_AM_A_BOT = "I am a bot"
    YOU_ARE_WELCOME = "you are welcome"
    SAME_AGAIN = "same again"
    ASK_A_PERSON = "ask a person"
    """The button that asks for people."""


CHINESE: Final = "zh"
ENGLISH: Final = "en"

_PHRASES: Final[Mapping[str, Mapping[Phrase, str]]] = {
    CHINESE: {
        Phrase.GREETING: "您好！我是自动客服机器人，请直接输入您的问题，也可以随时转人工客服。",
        Phrase.INTRODUCTION: "我是自动客服机器人，先由我来回答；您可以随时转人工客服。",
        Phrase.UNSURE: "抱歉，我没有完全明白。您可以换个说法，或者选择下面的问题：",
        Phrase.HANDING_OVER: "好的，正在为您转接人工客服，请稍候。",
        Phrase.GIVING_UP: "抱歉，这个问题我答不上来，正在为您转接人工客服，请稍候。",
        Phrase.HANDING_OVER_TO_NOBODY: "现在没有客服在线。您的消息已经保存，客服上线后会看到；"
        "请留下邮箱，方便我们在您离开后联系您。",
        Phrase.GIVING_UP_TO_NOBODY: "抱歉，这个问题我答不上来，现在也没有客服在线。"
        "您的消息已经保存，客服上线后会看到；请留下邮箱，方便我们在您离开后联系您。",
        Phrase.I_AM_A_BOT: "我是自动客服机器人，不是真人。需要时我可以为您转接人工客服。",
        Phrase.YOU_ARE_WELCOME: "不客气！还有其他问题可以继续问我。",
        Phrase.SAME_AGAIN: "我找到的还是刚才的答案：",
        Phrase.ASK_A_PERSON: "转人工客服",
    },
    ENGLISH: {
        Phrase.GREETING: "Hello! I am an automatic assistant. Ask me your question; "
        "you can talk to a person at any time.",
        Phrase.INTRODUCTION: "I am an automatic assistant and answer first; "
        "you can talk to a person at any time.",
        Phrase.UNSURE: "Sorry, I did not quite understand. Could you put it another way, "
        "or choose one of these?",
        Phrase.HANDING_OVER: "All right, I am passing you on to a person. Please wait a moment.",
        Phrase.GIVING_UP: "Sorry, I cannot answer that. I am passing you on to a person. "
        "Please wait a moment.",
        Phrase.HANDING_OVER_TO_NOBODY: "Nobody is here right now. Your message is kept and will be "
        "read when somebody is back. An e-mail address helps us to reach you after you have left.",
        Phrase.GIVING_UP_TO_NOBODY: "Sorry, I cannot answer that, and nobody is here right now. "
        "Your message is kept and will be read when somebody is back. An e-mail address helps us "
        "to reach you after you have left.",
        Phrase.I_AM_A_BOT: "I am an automatic assistant, not a person. "
        "I can pass you on to a person if you like.",
        Phrase.YOU_ARE_WELCOME: "You are welcome! Just ask if there is anything else.",
        Phrase.SAME_AGAIN: "What I find is the same answer as before:",
        Phrase.ASK_A_PERSON: "Talk to a person",
    },
}

_OCCASIONS: Final = {
    text: phrase for phrases in _PHRASES.values() for phrase, text in phrases.items()
}


def said_in(language: str, phrase: Phrase) -> str:
    """Give a phrase in a language; in English where that language is not known."""
    return _PHRASES.get(language, _PHRASES[ENGLISH])[phrase]


def phrase_of(text: str) -> Phrase | None:
    """Give the occasion at which the bot says just this; None for an answer of the FAQ."""
    return _OCCASIONS.get(text)
