"""Conversations of the account: lists, messages, and the commands of the socket over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import Api, api_of
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
from airdesk.core.accounts import Contact
from airdesk.core.conversation import PRIORITY_MAX, Status
from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    ConversationId,
    InboxId,
    LabelId,
    Permission,
    TeamId,
    UnknownConversation,
    VisitorId,
    limits,
    parse_id,
)
from airdesk.ports.conversation_views import (
    ConversationFilter,
    ConversationView,
    EventsWanted,
    ListCounts,
)

router = APIRouter(prefix="/api/v1/conversations", route_class=ApiRoute, tags=["conversations"])

Reader = Annotated[Caller, requires(Permission.CONVERSATIONS_READ)]
Writer = Annotated[Caller, requires(Permission.CONVERSATIONS_WRITE)]
LISTS: Final[Mapping[str, tuple[Status, ...]]] = {
    "mine": (Status.ASSIGNED,),
    "queue": (Status.QUEUED,),
    "bot": (Status.BOT,),
    "all": (Status.BOT, Status.QUEUED, Status.ASSIGNED, Status.SNOOZED),
    "snoozed": (Status.SNOOZED,),
    "resolved": (Status.RESOLVED,),
    "mentions": (),
}
"""An agent's lists and the statuses of what is in them; () for any."""

Wanted: TypeAlias = ConversationFilter
ListWord = Annotated[str, Query(pattern=f"^({'|'.join(LISTS)})$")]
StatusWord = Annotated[str, Query(pattern=f"^({'|'.join(STATUS_WORDS)})$")]
Text = Annotated[str, Field(min_length=1, max_length=limits.TEXT_BYTES_MAX)]
_NOT_NEGATIVE = Annotated[int, Query(ge=0, le=2**53 - 1)]


class NoteBody(Body):
    """Words for the staff."""

    text: Text
    mentions: Annotated[list[IdText], Field(max_length=limits.MENTIONS_MAX)] = Field(
        default_factory=list
    )
    """Agents who are told of it."""


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


class LabelsBody(Body):
    """All labels that it is to have."""

    label_ids: Annotated[list[IdText], Field(max_length=limits.LABELS_MAX)]


class PriorityBody(Body):
    """How urgent it is."""

    priority: Annotated[int, Field(ge=0, le=PRIORITY_MAX)]
    """0 normal, 1 high, 2 urgent."""


class CountsAnswer(Answer):
    """How many conversations the caller's lists hold, exactly."""

    mine: int
    queue: int
    bot: int
    all: int
    """All that are open."""
    snoozed: int
    resolved: int
    mentions: int


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


def wanted_conversations(
    inbox_id: IdText | None = None,
    team_id: IdText | None = None,
    label_id: IdText | None = None,
    agent_id: IdText | None = None,
) -> Wanted:
    """Read what narrows a list."""
    return ConversationFilter(
        inbox_id=InboxId(_id(inbox_id)),
        team_id=TeamId(_id(team_id)),
        label_id=LabelId(_id(label_id)),
        agent_id=AgentId(_id(agent_id)),
    )


@router.get("")
async def list_conversations(
    request: Request,
    caller: Reader,
    wanted: Annotated[Wanted, Depends(wanted_conversations)],
    listed: Annotated[ListWord | None, Query(alias="list")] = None,
    status: StatusWord | None = None,
    visitor_id: IdText | None = None,
    after: After = "",
    limit: Limit = PAGE_ITEMS,
) -> Page[ConversationAnswer]:
    """List conversations, newest activity first; `mentions` begin with the newest mention."""
    chosen = _chosen(caller, wanted, listed, status)
    if chosen is None:
        return Page(items=[])
    if visitor_id is not None:
        chosen = chosen._replace(visitor_ids=(VisitorId(parse_id(visitor_id)),))
    return await page_of_conversations(request, caller, chosen, after, limit)


@router.get("/counts")
async def count_conversations(
    request: Request, caller: Reader, wanted: Annotated[Wanted, Depends(wanted_conversations)]
) -> CountsAnswer:
    """Count what the caller's lists hold, narrowed as they are."""
    api = api_of(request)
    identity = caller.identity
    me = AgentId(identity.person_id)
    page = await api.views.counts(identity.account_id, me, wanted, api.log_head())
    # Before the first record there is no file of views yet, and nothing to be counted.
    (counts,) = page.items or (ListCounts(*(0,) * len(ListCounts._fields)),)
    return CountsAnswer(**counts._asdict())


@router.get("/{conversation_id}")
async def get_conversation(
    request: Request, caller: Reader, conversation_id: IdText
) -> ConversationAnswer:
    """Show one conversation."""
    found = await find_conversation(request, caller, conversation_id)
    return (await conversation_answers(api_of(request), caller, [found]))[0]


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
    request: Request, caller: Writer, conversation_id: IdText, body: NoteBody
) -> Accepted:
    """Say something that only staff may see; whom it mentions is told of it."""
    mentions = tuple(AgentId(parse_id(one)) for one in body.mentions)
    return await _execute(request, caller, conversation_id, conv.AddNote(body.text, mentions))


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


@router.post("/{conversation_id}/labels")
async def set_conversation_labels(
    request: Request, caller: Writer, conversation_id: IdText, body: LabelsBody
) -> Accepted:
    """Let the conversation have exactly these labels."""
    label_ids = tuple(LabelId(parse_id(one)) for one in body.label_ids)
    await api_of(request).accounts.catalogue.check_labels(caller.identity.account_id, label_ids)
    return await _execute(request, caller, conversation_id, conv.SetLabels(label_ids))


@router.post("/{conversation_id}/priority")
async def set_conversation_priority(
    request: Request, caller: Writer, conversation_id: IdText, body: PriorityBody
) -> Accepted:
    """Say how urgent it is; the queue goes by it."""
    return await _execute(request, caller, conversation_id, conv.SetPriority(body.priority))


@router.post("/{conversation_id}/bot")
async def return_conversation_to_bot(
    request: Request, caller: Writer, conversation_id: IdText
) -> Accepted:
    """Give the conversation back to the inbox's bot."""
    return await _execute(request, caller, conversation_id, conv.ReturnToBot())


async def page_of_conversations(
    request: Request, caller: Caller, wanted: ConversationFilter, after: str, limit: int
) -> Page[ConversationAnswer]:
    """Give a page of what a filter wants."""
    api = api_of(request)
    page = await api.views.conversations(
        caller.identity.account_id, wanted, read_number(after), limit, api.log_head()
    )
    cursor = None if page.next_key is None else write_cursor(str(page.next_key))
    return Page(items=await conversation_answers(api, caller, page.items), next=cursor)


async def conversation_answers(
    api: Api, caller: Caller, views: Sequence[ConversationView]
) -> list[ConversationAnswer]:
    """Write conversations, with the names of their visitors for whoever may read contacts."""
    known: dict[VisitorId, Contact] = {}
    if Permission.CONTACTS_READ in caller.permissions:
        visitor_ids = list(dict.fromkeys(one for view in views for one in view.visitor_ids))
        contacts = api.accounts.contacts
        known = await contacts.of_visitors(caller.identity.account_id, visitor_ids)
    return [
        conversation_answer(
            view, next((known[one] for one in view.visitor_ids if one in known), None)
        )
        for view in views
    ]


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


def _chosen(
    caller: Caller, wanted: Wanted, listed: str | None, status: str | None
) -> Wanted | None:
    """Narrow to one of the caller's lists, and to a status; None where nothing can be left."""
    me = AgentId(caller.identity.person_id)
    statuses = None if listed is None else LISTS[listed]
    if status is not None:
        asked = Status(STATUS_WORDS.index(status))
        if statuses and asked not in statuses:
            return None
        statuses = (asked,)
    if listed == "mine":
        if wanted.agent_id not in (NO_ID, me):
            return None
        wanted = wanted._replace(agent_id=me)
    elif listed == "mentions":
        wanted = wanted._replace(mentioned_id=me)
    return wanted._replace(statuses=statuses or ())


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
