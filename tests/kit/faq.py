"""A FAQ in memory, as its owner changes it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from airdesk.core.dialogue import Answerable
from airdesk.core.kernel import AccountId, DependencyError
from airdesk.ports.bot import FaqSource


class MemoryFaq:
    """`FaqSources` of one account."""

    def __init__(self, *entries: Answerable, language: str = "zh") -> None:
        self.entries: Sequence[Answerable] = entries
        self.language = language
        self.reads = 0
        self.is_away = False
        self.missed = asyncio.Event()
        """Somebody asked while it was away."""

    async def faq_source(self, account_id: AccountId) -> FaqSource:
        """See `FaqSources.faq_source`."""
        self.reads += 1
        if self.is_away:
            self.missed.set()
            raise DependencyError(name="directory", reason="away")
        return FaqSource(self.language, self.entries)
