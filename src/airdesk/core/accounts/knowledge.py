"""What an account's people have written down for later: replies, questions, labels."""

from __future__ import annotations

from typing import NewType

import msgspec

from airdesk.core.kernel import NO_ID, AccountId, InboxId, LabelId

CannedId = NewType("CannedId", bytes)
FaqId = NewType("FaqId", bytes)


class CannedReply(msgspec.Struct, frozen=True):
    """An answer that agents need often."""

    account_id: AccountId
    canned_id: CannedId
    shortcut: str
    """What an agent types to get it, without the slash."""
    text: str


class FaqEntry(msgspec.Struct, frozen=True):
    """A question that the bot can answer."""

    account_id: AccountId
    faq_id: FaqId
    question: str
    answer: str
    inbox_id: InboxId = InboxId(NO_ID)
    """Where it is offered; NO_ID for every inbox."""
    variants: tuple[str, ...] = ()
    """Other ways to ask the same."""
    is_suggested: bool = False
    """Offered as a button before anybody asks."""
    language: str = "en"


class Label(msgspec.Struct, frozen=True):
    """A word in a colour that conversations are sorted by."""

    account_id: AccountId
    label_id: LabelId
    name: str
    colour: str
