"""The state of one conversation: all that decisions, rows and routing need of it."""

from __future__ import annotations

from enum import IntEnum

import msgspec

from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    ConversationId,
    InboxId,
    LabelId,
    TeamId,
    VisitorId,
)

UNREAD_MAX = 99
"""Unread messages that are counted exactly; a person reads more as "99+"."""


PRIORITY_MAX = 2
"""Urgent; 1 is high, 0 normal."""


class Status(IntEnum):
    """Where a conversation stands. Stored and sent; the numbers never change."""

    BOT = 0
    QUEUED = 1
    ASSIGNED = 2
    SNOOZED = 3
    RESOLVED = 4


class ConversationState(msgspec.Struct, frozen=True, array_like=True):
    """What the events of one conversation add up to. It holds no text.

    Fields are only appended: states are stored by checkpoints.
    """

    conversation_id: ConversationId
    account_id: AccountId
    inbox_id: InboxId
    visitor_id: VisitorId
    status: Status
    opened_ms: int
    position: int
    """The last record that changed it."""
    last_seq: int = 0
    public_seq: int = 0
    """`seq` of the last event that the visitor may see."""
    last_ms: int = 0
    participants: tuple[AgentId, ...] = ()
    assignee_id: AgentId = AgentId(NO_ID)
    team_id: TeamId = TeamId(NO_ID)
    priority: int = 0
    """0 normal, 1 high, 2 urgent."""
    waiting_since_ms: int = 0
    """When the visitor began to wait for an agent; kept when he is queued again, so that he
    keeps his place; 0 once an agent answered."""
    assigned_ms: int = 0
    answer_due_ms: int = 0
    """By then the assignee has to write; 0 while nothing is owed."""
    snoozed_until_ms: int = 0
    resolved_ms: int = 0
    sticky_agent_id: AgentId = AgentId(NO_ID)
    silent_agent_ids: tuple[AgentId, ...] = ()
    """Agents who lost it because they did not answer; routing prefers others."""
    visitor_read_seq: int = 0
    staff_read_seq: int = 0
    unread_by_staff: tuple[int, ...] = ()
    """`seq` of the visitor's messages that the staff has not read, UNREAD_MAX + 1 at most."""
    unread_by_visitor: tuple[int, ...] = ()
    """The same for messages of agents and bot."""
    score: int = 0
    answer_ms_max: int = 0
    """How long an assignee may leave the visitor without a word; 0 for no bound."""
    hidden: tuple[AgentId, ...] = ()
    """Participants of whom the visitor must not know: they have only whispered."""
    label_ids: tuple[LabelId, ...] = ()

    @property
    def is_open(self) -> bool:
        """True for all but resolved conversations: they are kept in memory."""
        return self.status != Status.RESOLVED

    @property
    def visitor_key(self) -> bytes:
        """The inbox and the visitor: he has one open conversation there."""
        return self.inbox_id + self.visitor_id
