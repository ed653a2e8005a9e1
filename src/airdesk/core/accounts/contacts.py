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
    blocked_ms: int = 0
    """Since when; 0 for who is not blocked, or was before that was written down."""
    blocked_by: str = ""
    """Who did it, by his name of then."""
    blocked_inbox_ids: tuple[InboxId, ...] = ()
    """Where the log says so. () for who was blocked before that was written down: anywhere."""


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
    filled = msgspec.structs.replace(
        contact,
        name=contact.name or other.name,
        email=contact.email or other.email,
        phone=contact.phone or other.phone,
        attributes={**other.attributes, **contact.attributes},
    )
    if not other.is_blocked:
        return filled
    inboxes = other.blocked_inbox_ids
    if contact.is_blocked:
        is_anywhere = not contact.blocked_inbox_ids or not inboxes
        both = dict.fromkeys((*contact.blocked_inbox_ids, *inboxes))
        return msgspec.structs.replace(filled, blocked_inbox_ids=() if is_anywhere else tuple(both))
    return msgspec.structs.replace(
        filled,
        is_blocked=True,
        blocked_ms=other.blocked_ms,
        blocked_by=other.blocked_by,
        blocked_inbox_ids=inboxes,
    )


def blocked(contact: Contact, inbox_id: InboxId, by: str, now_ms: int) -> Contact:
    """Give a contact as it is when somebody blocks it in an inbox; who did so first stays."""
    if not contact.is_blocked:
        return msgspec.structs.replace(
            contact,
            is_blocked=True,
            blocked_ms=now_ms,
            blocked_by=by,
            blocked_inbox_ids=(inbox_id,),
        )
    known = contact.blocked_inbox_ids
    if not known or inbox_id in known:
        return contact
    return msgspec.structs.replace(contact, blocked_inbox_ids=(*known, inbox_id))


def let_in(contact: Contact) -> Contact:
    """Give a contact as it is when nobody blocks it any more."""
    return msgspec.structs.replace(
        contact, is_blocked=False, blocked_ms=0, blocked_by="", blocked_inbox_ids=()
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
