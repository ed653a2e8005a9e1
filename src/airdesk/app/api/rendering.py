"""Conversations and events as JSON: the fields of the socket protocol, ids as UUID text."""

from __future__ import annotations

import msgspec
from pydantic import Field

from airdesk.app.api.models import Answer
from airdesk.app.gateway.rendering import page_event
from airdesk.core.accounts import Contact, StoredFile
from airdesk.core.conversation import ConversationState, FeedEvent, Status
from airdesk.core.kernel import NO_ID, id_text
from airdesk.ports.conversation_views import ConversationView

STATUS_WORDS = tuple(status.name.lower() for status in Status)


class FileAnswer(Answer):
    """A file, without its bytes."""

    file_id: str
    name: str
    bytes: int
    media_type: str
    width: int
    height: int


class EventFile(Answer):
    """A file that a message carries; its name is the message's text."""

    file: str
    """Its id."""
    bytes: int
    media_type: str
    width: int = 0
    height: int = 0


class EventAnswer(Answer):
    """One event, the fields of `page_event` in the socket protocol."""

    seq: int
    prev: int
    dt_ms: int
    kind: int
    author: int = 1
    text: str = ""
    subject: str = ""
    value: int = 0
    file: EventFile | None = None
    options: list[str] = Field(default_factory=list)
    subjects: list[str] = Field(default_factory=list)
    """Ids of what it is about, where that may be several: labels, mentioned agents."""


class RowAnswer(Answer):
    """A visitor's conversation, the fields of `row` in the socket protocol without `ref`."""

    conversation: str
    opened_ms: int
    version: int
    status: int
    visitor: str
    last_seq: int
    last_ms: int
    unread: int
    place: int
    assignee: str
    participants: list[str]
    delivered: int
    read: int


class ContactName(Answer):
    """Who a visitor is."""

    id: str
    name: str
    """"" for one whom nobody knows by name."""


class ConversationAnswer(Answer):
    """A conversation as staff see it."""

    conversation_id: str
    inbox_id: str
    visitor_id: str
    visitor_ids: list[str]
    status: str
    opened_ms: int
    last_ms: int
    last_seq: int
    assignee_id: str | None
    team_id: str | None
    participants: list[str]
    unread: int
    waiting_since_ms: int
    snoozed_until_ms: int
    resolved_ms: int
    score: int
    last_author: int | None
    """Author number of the newest message; null before the first."""
    last_text: str
    """Its beginning."""
    label_ids: list[str]
    priority: int
    """0 normal, 1 high, 2 urgent."""
    contact: ContactName | None = None
    """Null for a visitor without one, and for whoever may not read contacts."""


def optional_id(value: bytes) -> str | None:
    """Write an id; None for NO_ID."""
    return None if value == NO_ID else id_text(value)


def event_answer(event: FeedEvent, opened_ms: int, public: bool) -> EventAnswer:
    """Write an event for one class of readers."""
    fields = page_event(event, opened_ms, public)
    plain = msgspec.structs.asdict(fields)
    plain["subject"] = id_text(fields.subject) if fields.subject else ""
    file = plain.get("file")
    if file is not None:
        told = msgspec.structs.asdict(file)
        plain["file"] = {**told, "file": id_text(file.file)}
    plain["options"] = list(plain.get("options", ()))
    plain["subjects"] = [id_text(one) for one in plain.get("subjects", ())]
    return EventAnswer.model_validate(plain)


def row_answer(view: ConversationView, place: int = 0) -> RowAnswer:
    """Write a conversation for its visitor: no private note's number, no snooze."""
    state = view.state
    status = Status.ASSIGNED if state.status == Status.SNOOZED else state.status
    return RowAnswer(
        conversation=id_text(state.conversation_id),
        opened_ms=state.opened_ms,
        version=state.position,
        status=int(status),
        visitor=id_text(state.visitor_id),
        last_seq=state.public_seq,
        last_ms=state.last_ms,
        unread=len(state.unread_by_visitor),
        place=place,
        assignee=optional_id(state.assignee_id) or "",
        # Author numbers count all of them; who only whispered is nobody to the visitor.
        participants=[id_text(NO_ID if one in state.hidden else one) for one in state.participants],
        # Deliveries are not stored; what was read was delivered, the socket tells of the rest.
        delivered=_public_read(state),
        read=_public_read(state),
    )


def _public_read(state: ConversationState) -> int:
    return min(state.staff_read_seq, state.public_seq)


def conversation_answer(
    view: ConversationView, contact: Contact | None = None
) -> ConversationAnswer:
    """Write a conversation for staff."""
    state = view.state
    words = view.last_words
    return ConversationAnswer(
        conversation_id=id_text(state.conversation_id),
        inbox_id=id_text(state.inbox_id),
        visitor_id=id_text(state.visitor_id),
        visitor_ids=[id_text(one) for one in view.visitor_ids],
        status=STATUS_WORDS[state.status],
        opened_ms=state.opened_ms,
        last_ms=state.last_ms,
        last_seq=state.last_seq,
        assignee_id=optional_id(state.assignee_id),
        team_id=optional_id(state.team_id),
        participants=[id_text(one) for one in state.participants],
        unread=len(state.unread_by_staff),
        waiting_since_ms=state.waiting_since_ms,
        snoozed_until_ms=state.snoozed_until_ms,
        resolved_ms=state.resolved_ms,
        score=state.score,
        last_author=None if words is None else words.author,
        last_text="" if words is None else words.text,
        label_ids=[id_text(one) for one in state.label_ids],
        priority=state.priority,
        contact=None if contact is None else _contact_name(contact),
    )


def _contact_name(contact: Contact) -> ContactName:
    return ContactName(id=id_text(contact.contact_id), name=contact.name)


def file_answer(file: StoredFile) -> FileAnswer:
    """Write a file's row."""
    return FileAnswer(
        file_id=id_text(file.file_id),
        name=file.name,
        bytes=file.bytes,
        media_type=file.media_type,
        width=file.width,
        height=file.height,
    )
