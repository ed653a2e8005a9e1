"""Search in what was said."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import ApiRoute
from airdesk.app.api.models import Answer, IdText
from airdesk.app.api.paging import After, Limit, Page, read_number, write_cursor
from airdesk.core.conversation import NoteAdded
from airdesk.core.kernel import NO_ID, ConversationId, InboxId, Permission, id_text, parse_id
from airdesk.ports.conversation_views import SearchWanted, WordsFound

router = APIRouter(prefix="/api/v1/search", route_class=ApiRoute, tags=["search"])

SEARCH_ITEMS = 20

Query_ = Annotated[str, Query(min_length=1, max_length=300)]


class MessageFound(Answer):
    """A message or note that holds what was looked for."""

    conversation_id: str
    inbox_id: str
    visitor_id: str
    seq: int
    at_ms: int
    is_note: bool
    text: str
    """The part around what was found; plain text."""
    marks: list[tuple[int, int]]
    """Where it was found in `text`: from, to, in code points."""
    is_cut_before: bool
    is_cut_after: bool


@router.get("/messages")
async def search_messages(
    request: Request,
    caller: Annotated[Caller, requires(Permission.CONVERSATIONS_READ)],
    q: Query_,
    inbox_id: IdText | None = None,
    conversation_id: IdText | None = None,
    after: After = "",
    limit: Limit = SEARCH_ITEMS,
) -> Page[MessageFound]:
    """Find messages and notes, newest first."""
    api = api_of(request)
    wanted = SearchWanted(
        q,
        read_number(after),
        limit,
        InboxId(NO_ID if inbox_id is None else parse_id(inbox_id)),
        ConversationId(NO_ID if conversation_id is None else parse_id(conversation_id)),
    )
    page = await api.views.search(caller.identity, wanted, api.log_head())
    cursor = None if page.next_key is None else write_cursor(str(page.next_key))
    return Page(items=[_found(one) for one in page.items], next=cursor)


def _found(found: WordsFound) -> MessageFound:
    return MessageFound(
        conversation_id=id_text(found.conversation_id),
        inbox_id=id_text(found.inbox_id),
        visitor_id=id_text(found.visitor_id),
        seq=found.event.seq,
        at_ms=found.event.ts_ms,
        is_note=isinstance(found.event.event, NoteAdded),
        text=found.snippet.text,
        marks=list(found.snippet.marks),
        is_cut_before=found.snippet.is_cut_before,
        is_cut_after=found.snippet.is_cut_after,
    )
