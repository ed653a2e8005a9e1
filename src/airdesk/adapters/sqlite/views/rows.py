"""Between rows of `views.db` and what the port speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from airdesk.core import conversation as conv
from airdesk.core.conversation import FeedEvent
from airdesk.core.kernel import NO_ID
from airdesk.ports.conversation_views import (
    ROW_EVENTS_MAX,
    ConversationView,
    EventRow,
    Words,
    has_words,
    holder,
)

CONVERSATION_COLUMNS: Final = "c.state, c.activity, c.words_author, c.words_ms, c.words_text"
"""What `conversation_view` reads."""

EVENT_COLUMNS: Final = (
    "e.seq, e.public_prev, e.ts_ms, e.event, e.text, e.sender, e.operation_id, e.options"
)
"""What `feed_event` reads."""

_encode: Final = msgspec.msgpack.Encoder().encode


def conversation_row(view: ConversationView) -> tuple[object, ...]:
    """Give the row of a conversation."""
    state = view.state
    agent_id = holder(state)
    return (
        state.conversation_id,
        state.account_id,
        state.inbox_id,
        state.visitor_id,
        None if agent_id == NO_ID else agent_id,
        None if state.team_id == NO_ID else state.team_id,
        int(state.status),
        view.activity,
        conv.encode_state(state),
        *(view.last_words or (None, None, None)),
    )


def conversation_view(row: Sequence[Any]) -> ConversationView:
    """Read CONVERSATION_COLUMNS."""
    state = conv.decode_state(row[0])
    words = None if row[2] is None else Words(row[2], row[3], row[4])
    return ConversationView(state, row[1], words, (state.visitor_id,))


def event_row(row: EventRow, account_id: bytes) -> tuple[object, ...]:
    """Give the row of an event."""
    event = row.event
    return (
        row.position * ROW_EVENTS_MAX + row.number,
        account_id,
        row.conversation_id,
        event.seq,
        event.public_prev,
        event.ts_ms,
        _encode((event.event,)),
        event.text if has_words(event) else None,
        event.sender,
        event.operation_id,
        _encode(event.options) if event.options else None,
    )


def feed_event(row: Sequence[Any]) -> FeedEvent:
    """Read EVENT_COLUMNS."""
    seq, public_prev, ts_ms, encoded, text, sender, operation_id, options = row
    (event,) = conv.decode_events(encoded)
    return FeedEvent(
        seq,
        public_prev,
        ts_ms,
        event,  # type: ignore[arg-type] # only a conversation's events are stored here
        text or "",
        sender,
        operation_id,
        conv.decode_bodies(options) if options else (),
    )
