"""Conversations of the account: lists, messages, and the commands of the socket over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import ApiRoute, operation_id
from airdesk.app.api.models import Answer, Body, IdText
from airdesk.app.api.paging import PAGE_ITEMS, After, Limit, Page, read_number, write_cursor
from airdesk.app.api.rendering import (
    STATUS_WORDS,
    ConversationAnswer,
    EventAnswer,
    conversation_answer,
    event_answer,
    optional_id,
)
from airdesk.core import conversation as conv
from airdesk.core.conversation import Status
from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    ConversationId,
    InboxId,
    Permission,
    TeamId,
    UnknownConversation,
    VisitorId,
    limits,
    parse_id,
)
from airdesk.ports.conversation_views import ConversationFilter, ConversationView, EventsWanted

router = APIRouter(prefix="/api/v1/conversations", route_class=ApiRoute, tags=["conversations"])

Reader = Annotated[Caller, requires(Permission.CONVERSATIONS_READ)]
Writer = Annotated[Caller, requires(Permission.CONVERSATIONS_WRITE)]
StatusWord = Annotated[str, Query(pattern=f"^({'|'.join(STATUS_WORDS)})$")]
Text = Annotated[str, Field(min_length=1, max_length=limits.TEXT_BYTES_MAX)]
_NOT_NEGATIVE = Annotated[int, Query(ge=0, le=2**53 - 1)]


class TextBody(Body):
    """Words to say."""

    text: Text


class MessageBody(Body):
    """Words to say, or the ticket of a file to send."""

    text: Annotated[str, Field(max_length=limits.TEXT_BYTES_MAX)] = ""
    file: Annotated[str, Field(max_length=limits.FILE_TICKET_BYTES_MAX)] = ""


class AssignBody(Body):
    """Whom to give it to; without one, to me."""

    agent_id: IdText | None = None


class TransferBody(Body):
    """Where to hand it."""

    agent_id: IdText | None = None
    team_id: IdText | None = None
    note: Annotated[str, Field(max_length=limits.TEXT_BYTES_MAX)] = ""


class SnoozeBody(Body):
    """Until when to put it aside."""

    until_ms: Annotated[int, Field(ge=0, le=2**53 - 1)]


class Accepted(Answer):
    """The command is durable."""

    conversation_id: str | None
    seq: int
    ts_ms: int


class EventsPage(Answer):
    """Events in order of `seq`."""

    items: list[EventAnswer]
    before: int | None
    """Ask with it for older ones; null where there are none."""


@router.get("")
async def list_conversations(
    request: Request,
    caller: Reader,
    status: StatusWord | None = None,
    inbox_id: IdText | None = None,
    agent_id: IdText | None = None,
    visitor_id: IdText | None = None,
    after: After = "",
    limit: Limit = PAGE_ITEMS,
) -> Page[ConversationAnswer]:
    """List conversations, newest activity first."""
    api = api_of(request)
    wanted = ConversationFilter(
        statuses=() if status is None else (Status(STATUS_WORDS.index(status)),),
        inbox_id=InboxId(_id(inbox_id)),
        agent_id=AgentId(_id(agent_id)),
        visitor_ids=() if visitor_id is None else (VisitorId(parse_id(visitor_id)),),
    )
    page = await api.views.conversations(
        caller.identity.account_id, wanted, read_number(after), limit, api.log_head()
    )
    cursor = None if page.next_key is None else write_cursor(str(page.next_key))
    return Page(items=[conversation_answer(one) for one in page.items], next=cursor)


@router.get("/{conversation_id}")
async def get_conversation(
    request: Request, caller: Reader, conversation_id: IdText
) -> ConversationAnswer:
    """Show one conversation."""
    return conversation_answer(await find_conversation(request, caller, conversation_id))


@router.get("/{conversation_id}/messages")
async def list_messages(
    request: Request,
    caller: Reader,
    conversation_id: IdText,
    before: _NOT_NEGATIVE = 0,
    limit: Limit = PAGE_ITEMS,
) -> EventsPage:
    """Show a page of events, notes too, that ends before a `seq`."""
    api = api_of(request)
    found = await find_conversation(request, caller, conversation_id)
    page = await api.views.events(
        caller.identity.account_id,
        found.state.conversation_id,
        EventsWanted(public=False, before=before, limit=limit),
    )
    opened_ms = found.state.opened_ms
    return EventsPage(
        items=[event_answer(event, opened_ms, public=False) for event in page.items],
        before=page.next_key,
    )


@router.post("/{conversation_id}/messages")
async def send_message(
    request: Request, caller: Writer, conversation_id: IdText, body: MessageBody
) -> Accepted:
    """Say something in public, or send a file that was uploaded before."""
    if not body.file:
        return await _execute(request, caller, conversation_id, conv.SendMessage(body.text))
    ticket = api_of(request).tokens.check_file_ticket(body.file, caller.identity)
    command = conv.SendMessage(ticket.name, ticket.file)
    return await _execute(request, caller, conversation_id, command)


@router.post("/{conversation_id}/notes")
async def add_note(
    request: Request, caller: Writer, conversation_id: IdText, body: TextBody
) -> Accepted:
    """Say something that only staff may see."""
    return await _execute(request, caller, conversation_id, conv.AddNote(body.text))


@router.post("/{conversation_id}/assign")
async def assign_conversation(
    request: Request, caller: Writer, conversation_id: IdText, body: AssignBody
) -> Accepted:
    """Give the conversation to an agent."""
    agent_id = caller.identity.person_id if body.agent_id is None else parse_id(body.agent_id)
    command = conv.AssignAgent(AgentId(agent_id))
    return await _execute(request, caller, conversation_id, command)


@router.post("/{conversation_id}/transfer")
async def transfer_conversation(
    request: Request, caller: Writer, conversation_id: IdText, body: TransferBody
) -> Accepted:
    """Hand the conversation to another agent or to a team's queue."""
    command = conv.TransferConversation(
        AgentId(_id(body.agent_id)), TeamId(_id(body.team_id)), body.note
    )
    return await _execute(request, caller, conversation_id, command)


@router.post("/{conversation_id}/resolve")
async def resolve_conversation(
    request: Request, caller: Writer, conversation_id: IdText
) -> Accepted:
    """Say that it is done."""
    return await _execute(request, caller, conversation_id, conv.ResolveConversation())


@router.post("/{conversation_id}/reopen")
async def reopen_conversation(
    request: Request, caller: Writer, conversation_id: IdText
) -> Accepted:
    """Take the conversation up again."""
    return await _execute(request, caller, conversation_id, conv.ReopenConversation())


@router.post("/{conversation_id}/snooze")
async def snooze_conversation(
    request: Request, caller: Writer, conversation_id: IdText, body: SnoozeBody
) -> Accepted:
    """Put the conversation aside until a time."""
    command = conv.SnoozeConversation(body.until_ms)
    return await _execute(request, caller, conversation_id, command)


async def find_conversation(
    request: Request, caller: Caller, conversation_id: str
) -> ConversationView:
    """Give a conversation of the caller's account.

    Raises:
        UnknownConversation: the account has none with this id.
    """
    api = api_of(request)
    page = await api.views.conversation(
        caller.identity.account_id, ConversationId(parse_id(conversation_id)), api.log_head()
    )
    if not page.items:
        raise UnknownConversation()
    return page.items[0]


async def _execute(
    request: Request, caller: Caller, conversation_id: str, command: conv.ConversationCommand
) -> Accepted:
    done = await api_of(request).home.execute(
        caller.identity,
        operation_id(request, caller.identity),
        ConversationId(parse_id(conversation_id)),
        command,
    )
    return Accepted(
        conversation_id=optional_id(done.conversation_id), seq=done.seq, ts_ms=done.ts_ms
    )


def _id(text: str | None) -> bytes:
    return NO_ID if text is None else parse_id(text)
