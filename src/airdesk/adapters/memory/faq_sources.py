"""FAQs in a dictionary."""

from __future__ import annotations

from airdesk.core.kernel import AccountId
from airdesk.ports.bot import FaqSource


class MemoryFaqSources:
    """`FaqSources` of accounts whose FAQ somebody put here; the others have none."""

    def __init__(self) -> None:
        self.by_account: dict[AccountId, FaqSource] = {}

    async def faq_source(self, account_id: AccountId) -> FaqSource:
        """See `FaqSources.faq_source`."""
        return self.by_account.get(account_id, FaqSource("en", ()))
