"""An account's FAQ, read from the directory."""

from __future__ import annotations

from airdesk.core.accounts import FaqEntry
from airdesk.core.dialogue import Answerable
from airdesk.core.kernel import AccountId, limits
from airdesk.ports.bot import FaqSource
from airdesk.ports.directory import Directory


class DirectoryFaqSources:
    """See FaqSources.

    Args:
        directory: holds the questions that owners wrote.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def faq_source(self, account_id: AccountId) -> FaqSource:
        """See FaqSources."""
        entries: list[FaqEntry] = []
        async with self._directory.reading() as tx:
            account = await tx.accounts.get(account_id)
            page = await tx.faq.page(account_id, limit=limits.PAGE_ITEMS_MAX)
            while page:
                entries += page
                page = await tx.faq.page(account_id, entries[-1].faq_id, limits.PAGE_ITEMS_MAX)
        return FaqSource(
            "en" if account is None else account.language, tuple(map(_answerable, entries))
        )


def _answerable(entry: FaqEntry) -> Answerable:
    return Answerable(
        entry.faq_id,
        entry.question,
        entry.answer,
        entry.variants,
        entry.inbox_id,
        entry.is_suggested,
        entry.language,
    )
