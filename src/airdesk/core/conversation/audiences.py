"""Who may see an event: the public class (the visitor too) or the account's staff alone."""

from __future__ import annotations

from typing import Final

from airdesk.core.conversation import events as e

INTERNAL_EVENTS: Final = frozenset(
    {
        e.NoteAdded,
        e.ConversationSnoozed,
        e.LabelsSet,
        e.PrioritySet,
        e.ConversationReturned,
    }
)
"""Kinds of events that a visitor never sees. Waking is internal by its cause, and so
is the joining of somebody who only whispers."""


def is_public(event: e.ConversationEvent) -> bool:
    """True if the visitor may see the event. `evolve` moves `public_seq` for just these."""
    if isinstance(event, e.ConversationReopened):
        return event.cause != e.Cause.WOKEN
    if isinstance(event, e.ParticipantJoined):
        return not event.hidden
    return type(event) not in INTERNAL_EVENTS
