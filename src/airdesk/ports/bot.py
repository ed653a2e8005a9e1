"""The bot that answers visitors first, and where it knows the answers from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from airdesk.core.dialogue import Answerable, Effect, Faq, Turn
from airdesk.core.kernel import AccountId


class Bot(Protocol):
    """Decides what is answered. Pure: the same turn and FAQ give the same effects.

    It is called on the event loop and must return within a millisecond or two.
    """

    def effects(self, turn: Turn, faq: Faq) -> tuple[Effect, ...]:
        """Give what is to be done, in order; nothing where the bot keeps silent."""


class FaqSource(NamedTuple):
    """An account's FAQ as its owner wrote it."""

    language: str
    """Of the account: for visitors who have said nothing yet."""
    entries: Sequence[Answerable]


class FaqSources(Protocol):
    """Where the FAQ comes from.

    Raises:
        DependencyError: it cannot be read now.
    """

    async def faq_source(self, account_id: AccountId) -> FaqSource:
        """Read an account's FAQ as it is now; no entries where there is none.

        It is asked about once a second for each account whose bot is talking.
        """
