"""Events: what was decided. Stored for ever.

Tags and the order of fields never change; new fields are appended with a default
(`stored.py` tells how). No event holds words that a person wrote: a message's text lies beside
the events, in the record's bodies, and is named by its index there.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TypeAlias

import msgspec

from airdesk.core.conversation.commands import ReadMark
from airdesk.core.conversation.facts import AgentFacts, Availability, InboxFacts
from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    ConversationId,
    CredentialId,
    FileFacts,
    InboxId,
    LabelId,
    TeamId,
    VisitorId,
)

AUTHOR_VISITOR = 0
AUTHOR_SYSTEM = 1
AUTHOR_BOT = 2
AUTHOR_FIRST_PARTICIPANT = 3
"""An author is a small number in his conversation: 3 + the index among its participants."""


class Cause(IntEnum):
    """Why the machine did something by itself."""

    NEW = 0
    HAND_OFF = 1
    NO_ANSWER = 2
    AGENT_LEFT = 3
    TRANSFER = 4
    REOPENED = 5
    WOKEN = 6
    BY_HAND = 7
    ROUTED = 8
    RETURNED = 9
    """To the agent who held it before."""


class _Event(msgspec.Struct, frozen=True, array_like=True):
    """An event's encoding: an array that starts with its tag."""


class ConversationStarted(_Event, tag=1, frozen=True):
    """A visitor came in."""

    inbox_id: InboxId
    visitor_id: VisitorId
    with_bot: bool
    team_id: TeamId = TeamId(NO_ID)
    sticky_agent_id: AgentId = AgentId(NO_ID)
    previous_id: ConversationId = ConversationId(NO_ID)
    answer_ms_max: int = 0


class ParticipantJoined(_Event, tag=2, frozen=True):
    """An agent appears for the first time; he becomes the next author number.

    One who only whispers, by notes, joins hidden from the visitor. When he does something that
    the visitor sees, he joins once more, in public, and keeps his number.
    """

    agent_id: AgentId
    hidden: bool = False


class MessageSent(_Event, tag=3, frozen=True):
    """Somebody said something in public."""

    author: int
    body: int = 0
    file: FileFacts | None = None
    """A file, whose name is the body."""
    options: int = 0
    """How many of the bodies behind the words are offered answers."""


class NoteAdded(_Event, tag=4, frozen=True):
    """Somebody of the staff wrote a private note."""

    author: int
    body: int = 0
    mentions: tuple[AgentId, ...] = ()
    """Agents who are told of it."""


class ConversationQueued(_Event, tag=5, frozen=True):
    """It waits for an agent; whoever held it holds it no longer."""

    cause: Cause
    team_id: TeamId = TeamId(NO_ID)


class AgentAssigned(_Event, tag=6, frozen=True):
    """It is this agent's now, and nobody else's."""

    agent_id: AgentId
    cause: Cause


class ConversationSnoozed(_Event, tag=7, frozen=True):
    """Put aside."""

    author: int
    until_ms: int


class ConversationResolved(_Event, tag=8, frozen=True):
    """Done."""

    author: int


class ConversationReopened(_Event, tag=9, frozen=True):
    """Taken up again after it was resolved or snoozed; where it goes is the next event."""

    author: int
    cause: Cause


class ConversationRated(_Event, tag=10, frozen=True):
    """The visitor's judgement."""

    score: int


class LabelsSet(_Event, tag=11, frozen=True):
    """It has exactly these labels now."""

    author: int
    label_ids: tuple[LabelId, ...]


class PrioritySet(_Event, tag=12, frozen=True):
    """It is as urgent as this now."""

    author: int
    priority: int


class ConversationReturned(_Event, tag=13, frozen=True):
    """People gave it back to the bot; whoever held it holds it no longer."""

    author: int


class AgentConfigured(_Event, tag=40, frozen=True):
    """An account's fact: a seat."""

    facts: AgentFacts


class InboxConfigured(_Event, tag=41, frozen=True):
    """An account's fact: a door."""

    facts: InboxFacts


class AvailabilityChanged(_Event, tag=42, frozen=True):
    """An account's fact: an agent came, went or is busy."""

    agent_id: AgentId
    availability: Availability
    cause: Cause = Cause.BY_HAND


class ReadsAdvanced(_Event, tag=43, frozen=True):
    """Read positions of several conversations; it has no `seq` in any of them."""

    marks: tuple[ReadMark, ...]


class AgentRemoved(_Event, tag=44, frozen=True):
    """An account's fact: a seat is gone, and its holder is refused until a time."""

    agent_id: AgentId
    until_ms: int


class CredentialRevoked(_Event, tag=45, frozen=True):
    """An account's fact: a credential, or all of an agent's, is refused until a time."""

    agent_id: AgentId
    credential_id: CredentialId
    until_ms: int


class VisitorAliased(_Event, tag=46, frozen=True):
    """An account's fact: one visitor of an inbox is another one of it."""

    inbox_id: InboxId
    from_visitor_id: VisitorId
    to_visitor_id: VisitorId


class InboxRemoved(_Event, tag=47, frozen=True):
    """An account's fact: a door is gone."""

    inbox_id: InboxId


class VisitorBlocked(_Event, tag=48, frozen=True):
    """An account's fact: a visitor of an inbox may do nothing more, or may again."""

    inbox_id: InboxId
    visitor_id: VisitorId
    blocked: bool


ConversationEvent: TypeAlias = (
    ConversationStarted
    | ParticipantJoined
    | MessageSent
    | NoteAdded
    | ConversationQueued
    | AgentAssigned
    | ConversationSnoozed
    | ConversationResolved
    | ConversationReopened
    | ConversationRated
    | LabelsSet
    | PrioritySet
    | ConversationReturned
)
AccountEvent: TypeAlias = (
    AgentConfigured
    | InboxConfigured
    | AvailabilityChanged
    | ReadsAdvanced
    | AgentRemoved
    | CredentialRevoked
    | VisitorAliased
    | InboxRemoved
    | VisitorBlocked
)
Event: TypeAlias = ConversationEvent | AccountEvent
