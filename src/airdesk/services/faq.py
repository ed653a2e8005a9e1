"""Accounts' FAQs, ready to be asked and at most a second old."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from typing import Final, NamedTuple

import structlog

from airdesk.core.dialogue import (
    ANSWER_SCORE,
    Effect,
    Faq,
    Match,
    Talk,
    Turn,
)
from airdesk.core.kernel import AccountId, DependencyError, InboxId, limits
from airdesk.ports.bot import Bot, FaqSource, FaqSources
from airdesk.ports.segmenter import Segmenter

TRIAL_MATCHES_MAX: Final = 5
"""Entries that a trial shows."""

logger = structlog.get_logger()


class FaqTrial(NamedTuple):
    """What the bot would do about a question, and why."""

    effects: tuple[Effect, ...]
    matches: tuple[Match, ...]
    """The nearest entries, best first."""
    answer_score: float
    """From this score on an entry's answer is given."""


class _Known(NamedTuple):
    source: FaqSource
    faq: Faq
    read_s: float


class Faqs:
    """Reads each account's FAQ when its bot needs it, and anew when that was a second ago.

    Args:
        sources: where the FAQ comes from.
        segmenter: cuts texts into words.
    """

    def __init__(self, sources: FaqSources, segmenter: Segmenter) -> None:
        self._sources = sources
        self._segmenter = segmenter
        self._known: OrderedDict[AccountId, _Known] = OrderedDict()
        self._reading: dict[AccountId, asyncio.Task[Faq]] = {}

    async def faq(self, account_id: AccountId) -> Faq:
        """Give an account's FAQ, as it was at most FAQ_FRESH_MS ago.

        Where it cannot be read, the one of before is given.

        Raises:
            DependencyError: it cannot be read and never was.
        """
        known = self._known.get(account_id)
        if known is not None and time.monotonic() - known.read_s < limits.FAQ_FRESH_MS / 1000:
            self._known.move_to_end(account_id)
            return known.faq
        reading = self._reading.get(account_id)
        if reading is None:
            # One reading for all who ask meanwhile; it goes on when one of them stops waiting.
            reading = asyncio.ensure_future(self._read(account_id))
            self._reading[account_id] = reading
            reading.add_done_callback(lambda done: self._reading.pop(account_id, None))
        return await asyncio.shield(reading)

    async def trial(
        self, bot: Bot, account_id: AccountId, inbox_id: InboxId, question: str
    ) -> FaqTrial:
        """Say what a bot would do about a question in the middle of a fresh talk.

        Raises:
            DependencyError: see `faq`.
        """
        faq = await self.faq(account_id)
        turn = Turn(Talk(inbox_id), is_new=False, said=question)
        matches = faq.matches(question, inbox_id, TRIAL_MATCHES_MAX)
        return FaqTrial(bot.effects(turn, faq), tuple(matches), ANSWER_SCORE)

    async def _read(self, account_id: AccountId) -> Faq:
        before = self._known.get(account_id)
        started_s = time.monotonic()
        try:
            source = await self._sources.faq_source(account_id)
        except DependencyError as error:
            if before is None:
                raise
            logger.warning("the FAQ cannot be read", error=str(error))
            source = before.source
        source = FaqSource(source.language, tuple(source.entries))
        if before is not None and before.source == source:
            faq = before.faq
        else:
            # In a thread: thousands of entries take longer than a socket loop may be held.
            faq = await asyncio.to_thread(
                Faq, source.entries, self._segmenter.words, source.language
            )
        self._known[account_id] = _Known(source, faq, started_s)
        self._known.move_to_end(account_id)
        while len(self._known) > limits.FAQS_MAX:
            self._known.popitem(last=False)
        return faq
