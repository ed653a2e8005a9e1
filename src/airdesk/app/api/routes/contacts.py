"""Contacts: who the visitors are, where they were, what they talked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import Api, api_of
from airdesk.app.api.idempotency import ApiRoute
from airdesk.app.api.models import Answer, Body, IdText
from airdesk.app.api.paging import (
    PAGE_ITEMS,
    After,
    Limit,
    Page,
    page_of,
    read_id,
)
from airdesk.app.api.rendering import ConversationAnswer
from airdesk.app.api.routes.auth import by
from airdesk.app.api.routes.conversations import page_of_conversations
from airdesk.app.api.routes.widget import Attributes
from airdesk.core.accounts import Contact, ContactId, Device, shown
from airdesk.core.kernel import Permission, VisitorId, limits, parse_id
from airdesk.ports.conversation_views import ConversationFilter

router = APIRouter(prefix="/api/v1", route_class=ApiRoute, tags=["contacts"])

ContactsRead = Annotated[Caller, requires(Permission.CONTACTS_READ)]
ContactsWrite = Annotated[Caller, requires(Permission.CONTACTS_WRITE)]
ConversationsRead = Annotated[Caller, requires(Permission.CONVERSATIONS_READ)]
Line = Annotated[str, Field(max_length=254)]


class DeviceAnswer(Answer):
    """What somebody looks at the customer's site with."""

    browser: str
    system: str
    kind: str
    """computer, phone, tablet or other."""


class ContactAnswer(Answer):
    """A person behind one or several visitors."""

    contact_id: str
    name: str
    email: str
    phone: str
    external_id: str
    attributes: dict[str, str]
    is_verified: bool
    created_ms: int
    last_seen_ms: int
    visitor_ids: list[str]
    is_blocked: bool
    blocked_ms: int
    """Since when; 0 for who is not blocked, or was before that was written down."""
    blocked_by: str
    """Who did it, by his name of then."""
    device: DeviceAnswer | None = None
    """The one he used last; null before he was seen with one that we know."""


class ContactChange(Body):
    """What to correct; what is left out stays."""

    name: Line | None = None
    email: Line | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    attributes: Attributes | None = None


class PageViewAnswer(Answer):
    """A page of the customer's site; plain text of a stranger."""

    url: str
    title: str
    at_ms: int


class PageViews(Answer):
    """Pages, newest first."""

    items: list[PageViewAnswer]


@router.get("/contacts")
async def list_contacts(
    request: Request,
    caller: ContactsRead,
    query: Annotated[str, Query(max_length=300)] = "",
    visitor_id: IdText | None = None,
    after: After = "",
    limit: Limit = PAGE_ITEMS,
) -> Page[ContactAnswer]:
    """List contacts, newest first; `visitor_id` gives the one behind a visitor."""
    if visitor_id is None:
        return await _search(api_of(request), caller, query, after, limit)
    found = await api_of(request).accounts.contacts.of_visitor(
        caller.identity.account_id, VisitorId(parse_id(visitor_id))
    )
    contacts = [] if found is None else [found]
    return Page(items=await contact_answers(api_of(request), caller, contacts))


@router.get("/search/contacts")
async def search_contacts(
    request: Request,
    caller: ContactsRead,
    q: Annotated[str, Query(min_length=1, max_length=300)],
    after: After = "",
    limit: Limit = PAGE_ITEMS,
) -> Page[ContactAnswer]:
    """Find contacts by name, e-mail, phone or external id."""
    return await _search(api_of(request), caller, q, after, limit)


@router.get("/contacts/blocked")
async def list_blocked_contacts(
    request: Request, caller: ContactsRead, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[ContactAnswer]:
    """List those of whom nothing is taken, with since when and by whom."""
    api = api_of(request)
    account_id = caller.identity.account_id
    found = await api.accounts.contacts.all_blocked(account_id, read_id(after), limit)
    items = await contact_answers(api, caller, found)
    return page_of(items, limit, lambda one: one.contact_id)


@router.get("/contacts/{contact_id}")
async def get_contact(request: Request, caller: ContactsRead, contact_id: IdText) -> ContactAnswer:
    """Show one contact."""
    found = await _find(api_of(request), caller, contact_id)
    return (await contact_answers(api_of(request), caller, [found]))[0]


@router.patch("/contacts/{contact_id}")
async def change_contact(
    request: Request, caller: ContactsWrite, contact_id: IdText, body: ContactChange
) -> ContactAnswer:
    """Correct a contact."""
    fields = body.model_dump(exclude_none=True)
    contacts = api_of(request).accounts.contacts
    changed = await contacts.change(by(caller), ContactId(parse_id(contact_id)), fields)
    return (await contact_answers(api_of(request), caller, [changed]))[0]


@router.get("/contacts/{contact_id}/pages")
async def list_contact_pages(
    request: Request, caller: ContactsRead, contact_id: IdText, limit: Limit = PAGE_ITEMS
) -> PageViews:
    """Show where a contact was on the customer's site, newest first."""
    contacts = api_of(request).accounts.contacts
    found = await contacts.pages(caller.identity.account_id, ContactId(parse_id(contact_id)), limit)
    return PageViews(
        items=[PageViewAnswer(url=one.url, title=one.title, at_ms=one.at_ms) for one in found]
    )


@router.get("/contacts/{contact_id}/conversations")
async def list_contact_conversations(
    request: Request,
    caller: ConversationsRead,
    contact_id: IdText,
    after: After = "",
    limit: Limit = PAGE_ITEMS,
) -> Page[ConversationAnswer]:
    """List a contact's conversations, newest activity first."""
    api = api_of(request)
    contact = await _find(api, caller, contact_id)
    visitor_ids = contact.visitor_ids[-limits.VISITORS_ASKED_MAX :]
    if not visitor_ids:
        return Page(items=[])
    wanted = ConversationFilter(visitor_ids=visitor_ids)
    return await page_of_conversations(request, caller, wanted, after, limit)


async def _search(
    api: Api, caller: Caller, words: str, after: str, limit: int
) -> Page[ContactAnswer]:
    found = await api.accounts.contacts.search(
        caller.identity.account_id, words, read_id(after), limit
    )
    items = await contact_answers(api, caller, found)
    return page_of(items, limit, lambda one: one.contact_id)


async def _find(api: Api, caller: Caller, contact_id: str) -> Contact:
    return await api.accounts.contacts.one(
        caller.identity.account_id, ContactId(parse_id(contact_id))
    )


async def contact_answers(
    api: Api, caller: Caller, contacts: Sequence[Contact]
) -> list[ContactAnswer]:
    """Write contacts, each with the device that he used last."""
    devices = await api.accounts.contacts.devices(caller.identity.account_id, contacts)
    return [contact_answer(one, devices.get(one.contact_id)) for one in contacts]


def contact_answer(contact: Contact, device: Device | None) -> ContactAnswer:
    """Write one contact."""
    told = None if device is None else DeviceAnswer.model_validate(device)
    fields = shown(contact)
    assert isinstance(fields, dict)
    return ContactAnswer.model_validate({**fields, "device": told})
