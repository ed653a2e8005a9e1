"""The conversation feed: events with `seq`, and `prev` for the reader's class.

`seq` has no gap in a conversation. A visitor does not see every event; so each event tells him
the `seq` of the one before it that he may see. A reader is contiguous when `prev` is the last
`seq` he holds; a private note then leaves no hole that looks like a loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from airdesk.core.conversation import events as e
from airdesk.core.conversation.audiences import is_public


class FeedEvent(NamedTuple):
    """One event as its readers get it."""

    seq: int
    public_prev: int
    """`prev` for the public class, or -1: the public class may not see this event."""
    ts_ms: int
    event: e.ConversationEvent
    text: str
    """The words that belong to it; "" for an event without words, or erased ones."""


def number_events(
    events: Sequence[e.ConversationEvent],
    bodies: Sequence[str],
    first_seq: int,
    public_before: int,
    ts_ms: int,
) -> list[FeedEvent]:
    """Number one record's events.

    Args:
        events: the record's events.
        bodies: the words beside them; empty when they were erased.
        first_seq: `seq` of the first.
        public_before: `seq` of the last public event before the record, 0 if none.
        ts_ms: the record's time.
    """
    numbered = []
    seq = first_seq
    for event in events:
        text = ""
        if isinstance(event, e.MessageSent | e.NoteAdded) and event.body < len(bodies):
            text = bodies[event.body]
        if is_public(event):
            numbered.append(FeedEvent(seq, public_before, ts_ms, event, text))
            public_before = seq
        else:
            numbered.append(FeedEvent(seq, -1, ts_ms, event, text))
        seq += 1
    return numbered
