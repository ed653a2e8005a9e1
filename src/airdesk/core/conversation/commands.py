"""Commands: wishes to change something, decided by the home.

They are hashed in their encoded form, so that a repeated operation id with another body is
refused. Tags and the order of fields therefore never change; new fields are appended.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

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


class _Command(msgspec.Struct, frozen=True, array_like=True):
    """A command's encoding: an array that starts with its tag."""


class StartConversation(_Command, tag=1, frozen=True):
    """Open the visitor's conversation. Idempotent: an open one is the answer."""


class SendMessage(_Command, tag=2, frozen=True):
    """Say something in public. A visitor needs no conversation: his open one, or a new one."""

    text: str
    """The words; of a file, its name."""
    file: FileFacts | None = None
    options: tuple[str, ...] = ()
    """Answers that the bot offers."""


class AddNote(_Command, tag=3, frozen=True):
    """Say something that only the account's staff may see."""

    text: str
    mentions: tuple[AgentId, ...] = ()
    """Agents who are told of it."""


class AssignAgent(_Command, tag=4, frozen=True):
    """Give the conversation to an agent by a person's wish. Idempotent for its assignee."""

    agent_id: AgentId


class TransferConversation(_Command, tag=5, frozen=True):
    """Hand the conversation to another agent or to a team's queue, with a word to the next."""

    agent_id: AgentId = AgentId(NO_ID)
    team_id: TeamId = TeamId(NO_ID)
    note: str = ""


class ResolveConversation(_Command, tag=6, frozen=True):
    """Say that it is done. Idempotent."""


class ReopenConversation(_Command, tag=7, frozen=True):
    """Take a resolved or snoozed conversation up again."""


class SnoozeConversation(_Command, tag=8, frozen=True):
    """Put the conversation aside until a time or the visitor's next message."""

    until_ms: int


class RateConversation(_Command, tag=9, frozen=True):
    """The visitor's judgement, 1 (bad) to 5 (good)."""

    score: int


class HandOff(_Command, tag=10, frozen=True):
    """From the bot to people."""


class SetAvailability(_Command, tag=11, frozen=True):
    """An agent says whether new conversations may come."""

    availability: Availability


class SetLabels(_Command, tag=12, frozen=True):
    """Let the conversation have exactly these labels. Idempotent; their order says nothing."""

    label_ids: tuple[LabelId, ...]


class SetPriority(_Command, tag=13, frozen=True):
    """Say how urgent it is; the queue goes by it. Idempotent."""

    priority: int
    """0 normal, 1 high, 2 urgent."""


class ReturnToBot(_Command, tag=14, frozen=True):
    """From people back to the bot, where the inbox has one. Idempotent."""


class InviteVisitor(_Command, tag=15, frozen=True):
    """Speak to a visitor who has no open conversation: one begins, and it is the agent's."""

    inbox_id: InboxId
    visitor_id: VisitorId
    text: str


class RouteConversation(_Command, tag=40, frozen=True):
    """The router's choice for a waiting conversation. Eligibility is checked in full."""

    agent_id: AgentId


class RequeueConversation(_Command, tag=41, frozen=True):
    """Back to the queue, at its old place, because its agent is gone or silent."""

    cause: int


class WakeConversation(_Command, tag=42, frozen=True):
    """The snooze is over."""


class LoseAgent(_Command, tag=43, frozen=True):
    """The grace after an agent's last connection is over: he counts as offline."""

    agent_id: AgentId


class ConfigureAgent(_Command, tag=44, frozen=True):
    """A fact from the directory: a seat and what its holder can do."""

    facts: AgentFacts


class ConfigureInbox(_Command, tag=45, frozen=True):
    """A fact from the directory: a door and how its visitors are routed."""

    facts: InboxFacts


class ReadMark(msgspec.Struct, frozen=True, array_like=True):
    """How far one side has read a conversation."""

    conversation_id: ConversationId
    by_visitor: bool
    seq: int


class AdvanceReads(_Command, tag=46, frozen=True):
    """Read positions that gathered since the last such command."""

    marks: tuple[ReadMark, ...]


class RemoveAgent(_Command, tag=47, frozen=True):
    """A fact from the directory: a seat is gone. What its holder had goes back to the queue."""

    agent_id: AgentId


class RevokeAccess(_Command, tag=48, frozen=True):
    """A fact from the directory: a credential, or all of an agent's, is not good any more."""

    agent_id: AgentId = AgentId(NO_ID)
    credential_id: CredentialId = CredentialId(NO_ID)


class AliasVisitor(_Command, tag=49, frozen=True):
    """A visitor turned out to be another one. Idempotent; nothing is moved or renamed."""

    inbox_id: InboxId
    from_visitor_id: VisitorId
    to_visitor_id: VisitorId


class RemoveInbox(_Command, tag=50, frozen=True):
    """A fact from the directory: a door is gone. Nobody comes in; open conversations go on."""

    inbox_id: InboxId


class BlockVisitor(_Command, tag=51, frozen=True):
    """Let a visitor of an inbox do nothing more, or let him again. Idempotent."""

    inbox_id: InboxId
    visitor_id: VisitorId
    blocked: bool


ConversationCommand: TypeAlias = (
    StartConversation
    | SendMessage
    | AddNote
    | AssignAgent
    | TransferConversation
    | ResolveConversation
    | ReopenConversation
    | SnoozeConversation
    | RateConversation
    | HandOff
    | SetLabels
    | SetPriority
    | ReturnToBot
    | InviteVisitor
    | RouteConversation
    | RequeueConversation
    | WakeConversation
)
AccountCommand: TypeAlias = (
    SetAvailability
    | LoseAgent
    | ConfigureAgent
    | ConfigureInbox
    | AdvanceReads
    | RemoveAgent
    | RevokeAccess
    | AliasVisitor
    | RemoveInbox
    | BlockVisitor
)
Command: TypeAlias = ConversationCommand | AccountCommand
