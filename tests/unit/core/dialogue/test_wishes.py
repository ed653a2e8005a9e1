"""What a sentence is for: people, the truth about the bot, a greeting, thanks, a question."""

from __future__ import annotations

import pytest

from airdesk.core.dialogue import Phrase, Wish, language_of, said_in, wish_of

PEOPLE = (
    "转人工",
    "人工客服",
    "人工",
    "我要找真人",
    "给我转一下客服",
    "能不能叫个人来",
    "可以转真人吗",
    "human",
    "Agent please",
    "I want to talk to a real person!",
    "can I speak with someone from support",
    "give me a human",
    "connect me to an operator",
    "customer service",
    said_in("zh", Phrase.ASK_A_PERSON),
    said_in("en", Phrase.ASK_A_PERSON),
)
NOT_PEOPLE = (
    "不用转人工",
    "我不需要人工客服",
    "no human please",
    "I don't want an agent",
    "人工智能音箱怎么用",
    "客服几点上班",
    "how do I change the person on my ticket",
    "my user agent is blocked",
    "is the human resources book in stock",
)
BOT_QUESTIONS = (
    "你是机器人吗",
    "你是真人吗？",
    "你是不是人工客服",
    "机器人吗",
    "Are you a bot?",
    "are you human",
    "am I talking to a real person",
    "is this a robot",
)
GREETINGS = ("你好", "您好！", "在吗", "Hi", "hello there", "Good morning!", "你好，在吗")
THANKS = ("谢谢", "好的谢谢你", "Thanks!", "thank you so much", "ok thanks")
QUESTIONS = (
    "怎么退款",
    "你好，怎么退款",
    "where is my order",
    "hello where is my order",
    "谢谢怎么写",
)


@pytest.mark.parametrize("said", PEOPLE)
def test_people_are_asked_for(said: str) -> None:
    assert wish_of(said) is Wish.A_PERSON


@pytest.mark.parametrize("said", NOT_PEOPLE)
def test_people_are_not_asked_for(said: str) -> None:
    assert wish_of(said) is not Wish.A_PERSON


@pytest.mark.parametrize("said", BOT_QUESTIONS)
def test_the_truth_is_asked_for(said: str) -> None:
    assert wish_of(said) is Wish.ARE_YOU_A_BOT


@pytest.mark.parametrize("said", GREETINGS)
def test_greetings(said: str) -> None:
    assert wish_of(said) is Wish.GREETING


@pytest.mark.parametrize("said", THANKS)
def test_thanks(said: str) -> None:
    assert wish_of(said) is Wish.THANKS


@pytest.mark.parametrize("said", QUESTIONS)
def test_everything_else_is_a_question(said: str) -> None:
    assert wish_of(said) is Wish.QUESTION


def test_a_language_shows_in_its_letters() -> None:
    assert language_of("iPhone 坏了") == "zh"
    assert language_of("my phone") == "en"
    assert language_of("123 :-)") == ""
