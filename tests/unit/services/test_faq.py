"""Accounts' FAQs are read when they are needed, and anew soon after."""

from __future__ import annotations

import asyncio

import pytest

from airdesk.adapters.text import JiebaSegmenter
from airdesk.core.dialogue import ANSWER_SCORE, Answerable, FaqBot, Phrase, Say, said_in
from airdesk.core.kernel import AccountId, DependencyError, InboxId, limits
from airdesk.services import faq as service
from airdesk.services.faq import Faqs
from tests.kit.faq import MemoryFaq

ACCOUNT = AccountId(b"account".ljust(16))
INBOX = InboxId(b"inbox".ljust(16))
REFUND = Answerable(b"1", "怎么退款", "七天内可退。")


class Time:
    """A monotonic clock that stands until it is moved."""

    def __init__(self) -> None:
        self.s = 100.0

    def monotonic(self) -> float:
        """See `time.monotonic`."""
        return self.s


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr(service, "time", made)
    return made


def test_an_owners_change_counts_within_two_seconds(time: Time) -> None:
    source = MemoryFaq(REFUND)
    faqs = Faqs(source, JiebaSegmenter())

    async def run() -> None:
        before = await faqs.faq(ACCOUNT)
        source.entries = ()
        assert await faqs.faq(ACCOUNT) is before
        time.s += limits.FAQ_FRESH_MS / 1000
        assert (await faqs.faq(ACCOUNT)).entries == ()
        assert limits.FAQ_FRESH_MS < 2_000

    asyncio.run(run())


def test_what_did_not_change_is_not_made_again(time: Time) -> None:
    faqs = Faqs(MemoryFaq(REFUND), JiebaSegmenter())

    async def run() -> None:
        before = await faqs.faq(ACCOUNT)
        time.s += 10
        assert await faqs.faq(ACCOUNT) is before

    asyncio.run(run())


def test_many_who_ask_cause_one_reading(time: Time) -> None:
    source = MemoryFaq(REFUND)
    faqs = Faqs(source, JiebaSegmenter())

    async def run() -> None:
        await asyncio.gather(*(faqs.faq(ACCOUNT) for _ in range(20)))
        assert source.reads == 1

    asyncio.run(run())


def test_a_source_that_is_away_leaves_what_was_known(time: Time) -> None:
    source = MemoryFaq(REFUND)
    faqs = Faqs(source, JiebaSegmenter())

    async def run() -> None:
        source.is_away = True
        with pytest.raises(DependencyError):
            await faqs.faq(ACCOUNT)
        source.is_away = False
        known = await faqs.faq(ACCOUNT)
        source.is_away = True
        time.s += 10
        assert await faqs.faq(ACCOUNT) is known

    asyncio.run(run())


def test_accounts_longest_unused_are_forgotten(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FAQS_MAX", 2)
    source = MemoryFaq(REFUND)
    faqs = Faqs(source, JiebaSegmenter())

    async def run() -> None:
        for number in (1, 2, 1, 3, 1, 2):
            await faqs.faq(AccountId(bytes([number] * 16)))
        assert source.reads == 4

    asyncio.run(run())


def test_a_trial_says_what_would_be_answered_and_why(time: Time) -> None:
    faqs = Faqs(MemoryFaq(REFUND), JiebaSegmenter())

    async def run() -> None:
        trial = await faqs.trial(FaqBot(), ACCOUNT, INBOX, "我想退款")
        assert trial.effects == (Say("七天内可退。"),)
        assert trial.matches[0].entry == REFUND
        assert trial.matches[0].score >= trial.answer_score == ANSWER_SCORE
        trial = await faqs.trial(FaqBot(), ACCOUNT, INBOX, "天气")
        assert trial.matches == ()
        assert isinstance(trial.effects[0], Say)
        assert trial.effects[0].text == said_in("zh", Phrase.UNSURE)

    asyncio.run(run())
