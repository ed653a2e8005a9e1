"""What the home says, as one class of readers gets it: rows and events become messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airdesk.core import conversation as conv
from airdesk.core.conversation import FeedEvent
from airdesk.core.kernel import ID_BYTES, NO_ID, AgentId
from airdesk.core.wire import Encoding, EventBody, messages
from airdesk.ports.link import RowFacts


def row_message(row: RowFacts, ref: int, public: bool) -> messages.Row:
    """Give a conversation's line. A visitor's shows no private note's number, no snooze, nothing
    by which the staff sorts."""
    status = row.status
    if public and status == conv.Status.SNOOZED:
        status = conv.Status.ASSIGNED
    assigned = _id(row.assignee_id)
    participants = row.participants
    if public and row.hidden:
        # Author numbers count all of them; who only whispered is nobody to the visitor.
        participants = tuple(AgentId(NO_ID) if one in row.hidden else one for one in participants)
    # By position: names would cost as much again, for each reader of each row.
    if public:
        return messages.Row(
            ref,
            row.conversation_id,
            row.opened_ms,
            row.version,
            int(status),
            row.visitor_id,
            row.public_seq,
            row.last_ms,
            row.unread_by_visitor,
            row.place,
            assigned,
            participants,
            row.staff_delivered,
            row.staff_read,
        )
    return messages.Row(
        ref,
        row.conversation_id,
        row.opened_ms,
        row.version,
        int(status),
        row.visitor_id,
        row.last_seq,
        row.last_ms,
        row.unread_by_staff,
        row.place,
        assigned,
        participants,
        row.visitor_delivered,
        row.visitor_read,
        row.label_ids,
        row.priority,
        row.snoozed_until_ms,
        row.visitor_key[:ID_BYTES],
    )


def page_event(event: FeedEvent, opened_ms: int, public: bool) -> messages.PageEvent:
    """Give an event's fields with `prev` for the class of the reader."""
    kind, author, subject, value = _FIELDS[type(event.event)](event.event)
    said = event.event
    if isinstance(said, conv.MessageSent) and (said.file is not None or event.options):
        return _rich(event, said, max(0, event.ts_ms - opened_ms), public)
    if isinstance(said, conv.LabelsSet | conv.NoteAdded):
        return _about_several(event, said, max(0, event.ts_ms - opened_ms), public)
    return messages.PageEvent(
        event.seq,
        event.public_prev if public else event.seq - 1,
        max(0, event.ts_ms - opened_ms),
        kind,
        author,
        event.text,
        subject,
        value,
    )


def _rich(event: FeedEvent, said: conv.MessageSent, dt_ms: int, public: bool) -> messages.PageEvent:
    """Give a message with a file or with answers to choose from."""
    file = said.file
    return messages.PageEvent(
        event.seq,
        event.public_prev if public else event.seq - 1,
        dt_ms,
        3,
        said.author,
        event.text,
        file=None
        if file is None
        else messages.File(file.file_id, file.bytes, file.media_type, file.width, file.height),
        options=event.options,
    )


def _about_several(
    event: FeedEvent, said: conv.LabelsSet | conv.NoteAdded, dt_ms: int, public: bool
) -> messages.PageEvent:
    """Give what is about several ids: labels, or the agents whom a note mentions."""
    return messages.PageEvent(
        event.seq,
        event.public_prev if public else event.seq - 1,
        dt_ms,
        _FIELDS[type(said)](said)[0],
        said.author,
        event.text,
        subjects=said.label_ids if isinstance(said, conv.LabelsSet) else said.mentions,
    )


class SharedBodies:
    """One event's bytes, made at most once for each encoding, class and side of the sender."""

    __slots__ = ("_bodies", "event")

    def __init__(self, event: FeedEvent) -> None:
        self.event = event
        self._bodies: dict[tuple[str, bool, bool], EventBody] = {}

    def body(self, encoding: Encoding, opened_ms: int, public: bool, is_sender: bool) -> EventBody:
        """Give the bytes for one kind of connection; only the sender gets the operation id."""
        key = (encoding.subprotocol, public, is_sender)
        body = self._bodies.get(key)
        if body is None:
            op = self.event.operation_id if is_sender else b""
            fields = page_event(self.event, opened_ms, public)
            body = self._bodies[key] = encoding.event_body(fields, op)
        return body


_Fields = tuple[int, int, bytes, int]
"""kind, author, subject, value."""


def _id(value: bytes) -> bytes:
    return b"" if value == NO_ID else value


_FIELDS: Mapping[type, Callable[[Any], _Fields]] = {
    conv.ConversationStarted: lambda e: (1, conv.AUTHOR_VISITOR, b"", 0),
    conv.ParticipantJoined: lambda e: (2, conv.AUTHOR_SYSTEM, e.agent_id, 0),
    conv.MessageSent: lambda e: (3, e.author, b"", 0),
    conv.NoteAdded: lambda e: (4, e.author, b"", 0),
    conv.ConversationQueued: lambda e: (5, conv.AUTHOR_SYSTEM, _id(e.team_id), int(e.cause)),
    conv.AgentAssigned: lambda e: (6, conv.AUTHOR_SYSTEM, e.agent_id, int(e.cause)),
    conv.ConversationSnoozed: lambda e: (7, e.author, b"", e.until_ms),
    conv.ConversationResolved: lambda e: (8, e.author, b"", 0),
    conv.ConversationReopened: lambda e: (9, e.author, b"", int(e.cause)),
    conv.ConversationRated: lambda e: (10, conv.AUTHOR_VISITOR, b"", e.score),
    conv.LabelsSet: lambda e: (11, e.author, b"", 0),
    conv.PrioritySet: lambda e: (12, e.author, b"", e.priority),
    conv.ConversationReturned: lambda e: (13, e.author, b"", 0),
}
