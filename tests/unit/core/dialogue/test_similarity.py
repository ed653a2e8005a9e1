"""Questions are known by what they are about, however they are put."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from airdesk.adapters.text import JiebaSegmenter
from airdesk.core.dialogue import ANSWER_SCORE, QuestionIndex, normal_text

QUESTIONS = (
    "怎么退款",
    "运费多少钱",
    "可以修改收货地址吗",
    "退货",
    "How do I return an item?",
    "How long does shipping take?",
    "Where is my order?",
    "vip",
)
CUT = JiebaSegmenter().words
INDEX = QuestionIndex(QUESTIONS, CUT)


def best(said: str) -> tuple[str, float]:
    number, score = INDEX.nearest(said)[0]
    return QUESTIONS[number], score


def test_the_same_question_scores_one_whatever_its_signs_width_and_case() -> None:
    assert best("ＨＯＷ do I return an item") == ("How do I return an item?", 1.0)
    assert best("怎么退款？！") == ("怎么退款", 1.0)


def test_nothing_but_the_same_scores_one() -> None:
    assert best("How do I return an item there")[1] < 1.0


def test_other_words_around_it_do_no_harm() -> None:
    for said, question in (
        ("你好我想退款可以吗", "怎么退款"),
        ("运费是多少", "运费多少钱"),
        ("how long is the shipping", "How long does shipping take?"),
        ("where's my order??", "Where is my order?"),
    ):
        found, score = best(said)
        assert found == question
        assert score >= ANSWER_SCORE


def test_a_short_question_is_a_keyword() -> None:
    found, score = best("我买的东西想退货")
    assert found == "退货"
    assert ANSWER_SCORE <= score < 1.0


def test_a_keyword_begins_and_ends_with_words() -> None:
    assert best("is there a vip club for me and my friends")[0] == "vip"
    assert best("vipers")[1] < ANSWER_SCORE


def test_what_has_nothing_in_common_is_not_near() -> None:
    assert INDEX.nearest("zebra") == []
    assert INDEX.nearest("") == []
    assert INDEX.nearest("???") == []


def test_an_empty_faq_is_near_to_nothing() -> None:
    assert QuestionIndex((), CUT).nearest("退款") == []


def test_a_question_without_words_is_met_by_nothing_else() -> None:
    index = QuestionIndex(("???", "退款"), CUT)
    assert [one.number for one in index.nearest("退款")] == [1]


@given(st.text(max_size=60))
def test_scores_lie_between_nothing_and_the_same_best_first(said: str) -> None:
    scores = [score for _, score in INDEX.nearest(said)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@given(st.text(max_size=60))
def test_normal_text_is_normal(text: str) -> None:
    assert normal_text(normal_text(text)) == normal_text(text)
