"""What the bot does in a talk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airdesk.adapters.text import JiebaSegmenter
from airdesk.core.dialogue import (
    Answerable,
    Effect,
    Faq,
    HandOver,
    Phrase,
    Say,
    Talk,
    Turn,
    heard,
    phrase_of,
    reply,
    said_in,
    spoke,
)
from airdesk.core.kernel import InboxId, limits

INBOX, OTHER = InboxId(b"inbox".ljust(16)), InboxId(b"other".ljust(16))
ENTRIES = (
    Answerable(b"1", "怎么退款", "七天内可退。", ("退款流程",), is_suggested=True, language="zh"),
    Answerable(b"2", "运费多少钱", "满 99 包邮。", is_suggested=True, language="zh"),
    Answerable(
        b"3", "How do I return an item?", "Within 7 days.", is_suggested=True, language="en"
    ),
    Answerable(b"4", "Where is your shop?", "In Harbin.", inbox_id=OTHER, is_suggested=True),
)
FAQ = Faq(ENTRIES, JiebaSegmenter().words, "zh")
PERSON = {language: said_in(language, Phrase.ASK_A_PERSON) for language in ("zh", "en")}


class Visitor:
    """Somebody who talks with the bot."""

    def __init__(self, faq: Faq = FAQ, inbox_id: InboxId = INBOX) -> None:
        self.faq = faq
        self.talk = Talk(inbox_id)

    def comes(self, said: str = "") -> tuple[Effect, ...]:
        return self._turn(Turn(self.talk, is_new=True, said=said))

    def says(self, said: str, is_file: bool = False) -> tuple[Effect, ...]:
        return self._turn(Turn(self.talk, is_new=False, said=said, is_file=is_file))

    def _turn(self, turn: Turn) -> tuple[Effect, ...]:
        effects = reply(turn, self.faq)
        self.talk = heard(self.talk, turn.said)
        for effect in effects:
            if isinstance(effect, Say):
                self.talk = spoke(self.talk, effect.text)
        return effects


def only(effects: tuple[Effect, ...]) -> Say:
    (effect,) = effects
    assert isinstance(effect, Say)
    return effect


def test_who_comes_in_hears_who_answers_with_questions_to_click() -> None:
    greeting = only(Visitor().comes())
    assert greeting.text == said_in("zh", Phrase.INTRODUCTION)
    assert greeting.options == ("怎么退款", "运费多少钱", PERSON["zh"])


def test_a_greeting_is_in_the_visitors_language() -> None:
    greeting = only(Visitor().comes("hello"))
    assert greeting.text == said_in("en", Phrase.INTRODUCTION)
    assert greeting.options == ("How do I return an item?", PERSON["en"])


def test_the_inbox_has_greeted_already_so_the_bot_greets_only_who_says_hello_later() -> None:
    for language, hello in (("zh", "您好"), ("en", "Hello")):
        assert hello not in said_in(language, Phrase.INTRODUCTION)
    visitor = Visitor()
    visitor.comes("运费是多少")
    assert only(visitor.says("你好")).text == said_in("zh", Phrase.GREETING)


def test_who_comes_with_a_question_hears_who_answers_and_the_answer() -> None:
    greeting, answer = Visitor().comes("运费是多少")
    assert greeting == Say(said_in("zh", Phrase.INTRODUCTION))
    assert answer == Say("满 99 包邮。")


def test_a_clicked_question_is_answered() -> None:
    visitor = Visitor()
    for option in only(visitor.comes()).options[:2]:
        assert only(visitor.says(option)).text in ("七天内可退。", "满 99 包邮。")


def test_a_variant_is_as_good_as_the_question() -> None:
    assert only(Visitor().says("退款流程？")).text == "七天内可退。"


def test_an_entry_of_another_inbox_is_not_used() -> None:
    assert only(Visitor().says("Where is your shop?")).text != "In Harbin."
    assert only(Visitor(inbox_id=OTHER).says("Where is your shop?")).text == "In Harbin."


def test_the_unsure_bot_offers_what_is_near() -> None:
    unsure = only(Visitor().says("退款要等到什么时候才会到我的银行账户里"))
    assert unsure.text == said_in("zh", Phrase.UNSURE)
    assert "怎么退款" in unsure.options
    assert unsure.options[-1] == PERSON["zh"]


def test_the_lost_bot_offers_what_is_often_asked() -> None:
    unsure = only(Visitor().says("blue elephants"))
    assert unsure.options == ("How do I return an item?", PERSON["en"])


def test_two_misunderstandings_in_a_row_bring_people() -> None:
    visitor = Visitor()
    assert phrase_of(only(visitor.says("blue elephants")).text) is Phrase.UNSURE
    assert visitor.says("green elephants") == (
        Say(said_in("en", Phrase.GIVING_UP)),
        HandOver(),
    )


def test_an_answer_between_them_begins_the_count_anew() -> None:
    visitor = Visitor()
    visitor.says("blue elephants")
    visitor.says("运费多少钱")
    assert phrase_of(only(visitor.says("green elephants")).text) is Phrase.UNSURE


@pytest.mark.parametrize(("said", "language"), [("转人工", "zh"), ("agent please", "en")])
def test_people_come_on_request(said: str, language: str) -> None:
    handing_over = (Say(said_in(language, Phrase.HANDING_OVER)), HandOver())
    assert Visitor().says(said) == handing_over
    assert Visitor().comes(said)[1:] == handing_over


def test_the_bot_says_that_it_is_one() -> None:
    assert only(Visitor().says("你是真人吗")) == Say(
        said_in("zh", Phrase.I_AM_A_BOT), (PERSON["zh"],)
    )


def test_an_owner_may_answer_in_the_bots_place() -> None:
    entry = Answerable(b"5", "你是机器人吗", "我是小航。")
    faq = Faq((*ENTRIES, entry), JiebaSegmenter().words)
    assert only(Visitor(faq).says("你是机器人吗？")).text == "我是小航。"


def test_the_same_answer_is_not_given_again_without_a_word() -> None:
    visitor = Visitor()
    first = only(visitor.says("怎么退款"))
    again = only(visitor.says("怎么退款呢"))
    third = only(visitor.says("怎么退款啊"))
    assert again.text != first.text
    assert again.text.startswith(said_in("zh", Phrase.SAME_AGAIN))
    assert first.text in again.text
    assert third == again
    assert PERSON["zh"] in again.options


def test_thanks_get_a_kind_word() -> None:
    assert only(Visitor().says("谢谢")).text == said_in("zh", Phrase.YOU_ARE_WELCOME)


def test_a_file_is_not_looked_up() -> None:
    assert phrase_of(only(Visitor().says("怎么退款", is_file=True)).text) is Phrase.UNSURE


def test_signs_keep_the_language_of_before() -> None:
    visitor = Visitor()
    visitor.says("hello")
    assert only(visitor.says("???")).text == said_in("en", Phrase.UNSURE)


def test_without_any_entry_the_bot_still_brings_people() -> None:
    visitor = Visitor(Faq((), JiebaSegmenter().words))
    assert only(visitor.comes()).options == (PERSON["en"],)
    visitor.says("anything")
    assert visitor.says("anything else")[-1] == HandOver()


@given(st.text(max_size=80), st.booleans(), st.booleans())
def test_every_sentence_gets_something_that_may_be_sent(
    said: str, is_new: bool, is_file: bool
) -> None:
    turn = Turn(Talk(INBOX), is_new, said, is_file)
    effects = reply(turn, FAQ)
    assert effects == reply(turn, FAQ)
    assert effects or not said
    for effect in effects:
        if isinstance(effect, Say):
            assert effect.text.strip()
            assert len(effect.options) <= limits.OPTIONS_MAX
            assert all(0 < len(one.encode()) <= limits.OPTION_BYTES_MAX for one in effect.options)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_is_told_to_wait_where_nobody_is_there(language: str) -> None:
    person = PERSON[language]
    alone = Turn(Talk(INBOX), is_new=False, said=person, is_attended=False)
    to_nobody = said_in(language, Phrase.HANDING_OVER_TO_NOBODY)
    assert reply(alone, FAQ) == (Say(to_nobody), HandOver())
    said = {"zh": "蓝色大象", "en": "a purple elephant"}[language]
    lost = Turn(Talk(INBOX, language, misunderstandings=1), is_new=False, said=said)
    given_up = said_in(language, Phrase.GIVING_UP_TO_NOBODY)
    assert reply(lost._replace(is_attended=False), FAQ) == (Say(given_up), HandOver())
    assert reply(lost, FAQ) == (Say(said_in(language, Phrase.GIVING_UP)), HandOver())
    for words in (to_nobody, given_up):
        assert "请稍候" not in words and "wait" not in words
        assert "邮箱" in words or "e-mail" in words
