"""What is known of the people who come through the doors."""

from __future__ import annotations

from typing import NewType

import msgspec

from airdesk.core.kernel import NO_ID, AccountId, ConversationId, FileId, InboxId, VisitorId

ContactId = NewType("ContactId", bytes)


class Contact(msgspec.Struct, frozen=True):
    """A person behind one or several visitors."""

    account_id: AccountId
    contact_id: ContactId
    name: str = ""
    email: str = ""
    phone: str = ""
    external_id: str = ""
    """The name under which the customer's server knows him; "" if it never said."""
    attributes: dict[str, str] = {}
    is_verified: bool = False
    """The customer's server vouched for him."""
    created_ms: int = 0
    last_seen_ms: int = 0
    visitor_ids: tuple[VisitorId, ...] = ()
    is_blocked: bool = False
    """Nothing that he says is taken any more; the log says so for each of his visitors."""


class Device(msgspec.Struct, frozen=True):
    """What a visitor looks at the site with, in our own words: see `device_of`."""

    browser: str = ""
    """Its name and main version, such as "Firefox 140"; "" for one that we do not know."""
    system: str = ""
    kind: str = "other"
    """"computer", "phone", "tablet" or "other"."""
    seen_ms: int = 0


def filled_from(contact: Contact, other: Contact) -> Contact:
    """Give a contact with what another one knows and it does not: both are one person."""
    return msgspec.structs.replace(
        contact,
        name=contact.name or other.name,
        email=contact.email or other.email,
        phone=contact.phone or other.phone,
        attributes={**other.attributes, **contact.attributes},
        is_blocked=contact.is_blocked or other.is_blocked,
    )


class PageView(msgspec.Struct, frozen=True):
    """A page of the customer's site that a visitor looked at."""

    url: str
    title: str
    at_ms: int


class StoredFile(msgspec.Struct, frozen=True):
    """A file that somebody sent; its bytes are in the object store under its id."""

    account_id: AccountId
    file_id: FileId
    name: str
    media_type: str
    width: int = 0
    """Of a picture, else 0."""
    height: int = 0
    conversation_id: ConversationId = ConversationId(NO_ID)
    """Where it was said; NO_ID until then."""
    inbox_id: InboxId = InboxId(NO_ID)
    """The door of the visitor who sent it; NO_ID for staff."""
    person_id: bytes = NO_ID
    """The visitor or user who sent it."""
    created_ms: int = 0
    bytes: int = 0
    """Its size; the last field, since the name hides the type."""
