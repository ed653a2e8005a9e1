"""Who is there now: the supervisor's board, and visitors, who may be spoken to or blocked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Final

from fastapi import APIRouter, Request

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import ApiRoute, operation_id
from airdesk.app.api.models import Answer, Body, IdText
from airdesk.app.api.rendering import optional_id
from airdesk.app.api.routes.auth import by
from airdesk.app.api.routes.contacts import (
    ContactAnswer,
    DeviceAnswer,
    PageViewAnswer,
    contact_answer,
    contact_answers,
)
from airdesk.app.api.routes.conversations import Accepted, Text
from airdesk.core import conversation as conv
from airdesk.core.accounts import ContactId
from airdesk.core.conversation import Availability
from airdesk.core.kernel import (
    NO_ID,
    ConversationId,
    InboxId,
    OperationId,
    Permission,
    UnknownEntity,
    VisitorId,
    id_text,
    parse_id,
    uuid7,
)
from airdesk.ports.link import BoardAgent

router = APIRouter(prefix="/api/v1", route_class=ApiRoute, tags=["online"])

Supervisor = Annotated[Caller, requires(Permission.CONVERSATIONS_SUPERVISE)]
Reader = Annotated[Caller, requires(Permission.CONVERSATIONS_READ)]
Writer = Annotated[Caller, requires(Permission.CONVERSATIONS_WRITE)]

PAGES_SHOWN: Final = 5
"""The newest pages of each visitor."""

AVAILABILITY_WORDS: Final = tuple(one.name.lower() for one in Availability)


class BoardSeat(Answer):
    """An agent on the board."""

    agent_id: str
    availability: str
    """offline, busy or online."""
    load: int
    """Conversations that he holds."""
    capacity: int
    connections: int
    """His open sockets; 0 for one who is expected back, or gone."""


class PresenceAnswer(Answer):
    """Everybody with a seat, those who are there first."""

    items: list[BoardSeat]


class BoardDoor(Answer):
    """An inbox on the board."""

    inbox_id: str
    waiting: int
    longest_wait_ms: int
    online: int
    """Agents who may answer it and are there."""


class BoardAnswer(Answer):
    """How the account stands at this moment."""

    waiting: int
    longest_wait_ms: int
    with_bot: int
    assigned: int
    snoozed: int
    agents: list[BoardSeat]
    inboxes: list[BoardDoor]


class VisitorAnswer(Answer):
    """A visitor who has the widget open."""

    visitor_id: str
    inbox_id: str
    since_ms: int
    conversation_id: str | None
    """His open conversation."""
    contact: ContactAnswer | None
    """Null for one who said nothing yet, and for whoever may not read contacts."""
    device: DeviceAnswer | None
    pages: list[PageViewAnswer]
    """Where he was on the customer's site, newest first."""


class VisitorsAnswer(Answer):
    """Visitors, the latest first."""

    items: list[VisitorAnswer]


class InviteBody(Body):
    """The first word."""

    text: Text


@router.get("/board")
async def get_board(request: Request, caller: Supervisor) -> BoardAnswer:
    """Tell who waits, who is there and who holds how much, at this moment."""
    board = await api_of(request).home.board(caller.identity.account_id)
    return BoardAnswer(
        waiting=board.waiting,
        longest_wait_ms=board.longest_wait_ms,
        with_bot=board.with_bot,
        assigned=board.assigned,
        snoozed=board.snoozed,
        agents=[_seat(one) for one in board.agents],
        inboxes=[
            BoardDoor(
                inbox_id=id_text(one.inbox_id),
                waiting=one.waiting,
                longest_wait_ms=one.longest_wait_ms,
                online=one.online,
            )
            for one in board.inboxes
        ],
    )


@router.get("/presence")
async def list_presence(request: Request, caller: Writer) -> PresenceAnswer:
    """Tell who is there and how many conversations each has, for whoever hands one on."""
    board = await api_of(request).home.board(caller.identity.account_id)
    return PresenceAnswer(items=[_seat(one) for one in board.agents])


def _seat(agent: BoardAgent) -> BoardSeat:
    return BoardSeat(
        agent_id=id_text(agent.agent_id),
        availability=AVAILABILITY_WORDS[agent.availability],
        load=agent.load,
        capacity=agent.capacity,
        connections=agent.connections,
    )


@router.get("/visitors")
async def list_online_visitors(request: Request, caller: Reader) -> VisitorsAnswer:
    """List the visitors who have the widget open, with their last pages."""
    api = api_of(request)
    account_id = caller.identity.account_id
    online = (await api.home.visitors_online(account_id)).visitors
    visitor_ids = [one.visitor_id for one in online] if _may_know(caller) else []
    contacts = await api.accounts.contacts.of_visitors(account_id, visitor_ids)
    trails = await api.accounts.contacts.trails(account_id, visitor_ids, PAGES_SHOWN)
    devices = await api.accounts.contacts.visitor_devices(account_id, visitor_ids)
    items = []
    for one in online:
        contact, device = contacts.get(one.visitor_id), devices.get(one.visitor_id)
        items.append(
            VisitorAnswer(
                visitor_id=id_text(one.visitor_id),
                inbox_id=id_text(one.inbox_id),
                since_ms=one.since_ms,
                conversation_id=optional_id(one.conversation_id),
                contact=None if contact is None else contact_answer(contact, device),
                device=None if device is None else DeviceAnswer.model_validate(device),
                pages=[
                    PageViewAnswer(url=page.url, title=page.title, at_ms=page.at_ms)
                    for page in trails.get(one.visitor_id, ())
                ],
            )
        )
    return VisitorsAnswer(items=items)


@router.post("/visitors/{inbox_id}/{visitor_id}/invite")
async def invite_visitor(
    request: Request, caller: Writer, inbox_id: IdText, visitor_id: IdText, body: InviteBody
) -> Accepted:
    """Speak first to a visitor who has no open conversation; it is the caller's."""
    inbox = await _inbox(request, caller, inbox_id)
    command = conv.InviteVisitor(inbox, VisitorId(parse_id(visitor_id)), body.text)
    done = await api_of(request).home.execute(
        caller.identity,
        operation_id(request, caller.identity),
        ConversationId(NO_ID),
        command,
    )
    return Accepted(
        conversation_id=optional_id(done.conversation_id), seq=done.seq, ts_ms=done.ts_ms
    )


@router.post("/visitors/{inbox_id}/{visitor_id}/block")
async def block_visitor(
    request: Request, caller: Writer, inbox_id: IdText, visitor_id: IdText
) -> ContactAnswer:
    """Take nothing of a visitor any more, on none of his devices.

    The home hears of it, then it is noted: a repeat of what was broken off between does both again.
    """
    api = api_of(request)
    inbox = await _inbox(request, caller, inbox_id)
    named = VisitorId(parse_id(visitor_id))
    await _tell_home(request, caller, [(inbox, named)], is_blocked=True)
    contact = await api.accounts.contacts.block(by(caller), inbox, named)
    return (await contact_answers(api, caller, [contact]))[0]


@router.delete("/visitors/{inbox_id}/{visitor_id}/block")
async def unblock_visitor(
    request: Request, caller: Writer, inbox_id: IdText, visitor_id: IdText
) -> ContactAnswer:
    """Let a visitor speak again, wherever he was blocked."""
    inbox = await _inbox(request, caller, inbox_id)
    named = VisitorId(parse_id(visitor_id))
    return await _let_in(request, caller, named, also=inbox)


@router.delete("/contacts/{contact_id}/block")
async def unblock_contact(request: Request, caller: Writer, contact_id: IdText) -> ContactAnswer:
    """Let a person speak again, by all that he was and wherever he was blocked."""
    contacts = api_of(request).accounts.contacts
    account_id = caller.identity.account_id
    contact = await contacts.one(account_id, ContactId(parse_id(contact_id)))
    if not contact.visitor_ids:
        raise UnknownEntity(name="visitor of this contact")
    return await _let_in(request, caller, contact.visitor_ids[-1])


async def _let_in(
    request: Request, caller: Caller, visitor_id: VisitorId, also: InboxId | None = None
) -> ContactAnswer:
    """Tell the home, then note it.

    The home blocks a person by any of his visitor ids in an inbox; to let him in, it has to
    forget them all.
    """
    api = api_of(request)
    account_id = caller.identity.account_id
    contacts = api.accounts.contacts
    contact = await contacts.of_visitor(account_id, visitor_id)
    inboxes = [] if contact is None else await contacts.blocked_at(account_id, contact)
    if also is not None and also not in inboxes:
        inboxes.append(also)
    same = await contacts.visitors_of(account_id, visitor_id)
    pairs = [(inbox, one) for inbox in inboxes for one in same]
    await _tell_home(request, caller, pairs, is_blocked=False)
    after = await contacts.unblock(by(caller), visitor_id)
    return (await contact_answers(api, caller, [after]))[0]


async def _tell_home(
    request: Request,
    caller: Caller,
    pairs: Iterable[tuple[InboxId, VisitorId]],
    *,
    is_blocked: bool,
) -> None:
    first = operation_id(request, caller.identity)
    for inbox, visitor_id in pairs:
        await api_of(request).home.execute(
            caller.identity,
            _derived(first, inbox + visitor_id),
            ConversationId(NO_ID),
            conv.BlockVisitor(inbox, visitor_id, is_blocked),
        )


def _derived(operation: OperationId, visitor_key: bytes) -> OperationId:
    """Give the operation id for one of several visitors: the same at each repeat."""
    digest = hashlib.blake2b(operation + visitor_key, digest_size=10).digest()
    return OperationId(uuid7(0, digest))


async def _inbox(request: Request, caller: Caller, inbox_id: str) -> InboxId:
    """Give an inbox of the caller's account.

    Raises:
        UnknownEntity: the account has no such inbox.
    """
    doors = api_of(request).accounts.doors
    wanted = InboxId(parse_id(inbox_id))
    return (await doors.inbox(caller.identity.account_id, wanted)).inbox_id


def _may_know(caller: Caller) -> bool:
    return Permission.CONTACTS_READ in caller.permissions
