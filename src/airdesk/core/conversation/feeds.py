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
    sender: bytes = b""
    """For words: the actor who said them; the one who gets the operation id back."""
    operation_id: bytes = b""
    """For words: the operation that said them."""
    options: tuple[str, ...] = ()
    """Answers that the bot offers with its words."""


class RecordHeader(NamedTuple):
    """What numbering takes from a record besides its events and words."""

    first_seq: int
    """`seq` of its first event."""
    public_before: int
    """`seq` of the last public event before it, 0 if none."""
    ts_ms: int
    actor: bytes
    operation_id: bytes


def number_events(
    events: Sequence[e.ConversationEvent], bodies: Sequence[str], header: RecordHeader
) -> list[FeedEvent]:
    """Number one record's events.

    Args:
        events: the record's events.
        bodies: the words beside them; empty when they were erased.
        header: where the record stands and who made it.
    """
    seq, public_before, ts_ms, actor, operation_id = header
    numbered = []
    for event in events:
        prev = -1
        if is_public(event):
            prev, public_before = public_before, seq
        if isinstance(event, (e.MessageSent, e.NoteAdded)):
            text = bodies[event.body] if event.body < len(bodies) else ""
            options: tuple[str, ...] = ()
            if isinstance(event, e.MessageSent) and event.options:
                options = tuple(bodies[event.body + 1 : event.body + 1 + event.options])
            numbered.append(FeedEvent(seq, prev, ts_ms, event, text, actor, operation_id, options))
        else:
            numbered.append(FeedEvent(seq, prev, ts_ms, event, ""))
        seq += 1
    return numbered
