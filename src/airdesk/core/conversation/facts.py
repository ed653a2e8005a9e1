"""Facts about an account that decisions need: its agents, its inboxes."""

from __future__ import annotations

from enum import IntEnum

import msgspec

from airdesk.core.kernel import NO_ID, AccountId, AgentId, InboxId, TeamId, limits


class Availability(IntEnum):
    """What an agent says of himself. Stored and sent; the numbers never change."""

    OFFLINE = 0
    """Gone: his conversations are queued again."""
    BUSY = 1
    """Keeps what he has, gets nothing new."""
    ONLINE = 2
    """May get new conversations up to his capacity."""


class RoutingRule(IntEnum):
    """Who of the eligible agents gets the next visitor of an inbox."""

    MANUAL = 0
    """Nobody: agents take from the queue by hand."""
    LONGEST_IDLE = 1
    LEAST_BUSY = 2
    ROUND_ROBIN = 3


class AgentFacts(msgspec.Struct, frozen=True, array_like=True):
    """A seat, as the directory and its holder say."""

    agent_id: AgentId
    capacity: int = 5
    """Conversations that routing may give him at the same time."""
    team_ids: tuple[TeamId, ...] = ()
    skills: tuple[str, ...] = ()
    availability: Availability = Availability.OFFLINE
    """Changed by the agent and by presence only; a fact from the directory keeps it."""


class InboxFacts(msgspec.Struct, frozen=True, array_like=True):
    """A door through which visitors come, as routing sees it."""

    inbox_id: InboxId
    rule: RoutingRule = RoutingRule.LONGEST_IDLE
    team_id: TeamId = TeamId(NO_ID)
    """The team that answers; NO_ID for everybody."""
    sticky: bool = True
    """Prefer the agent whom the visitor had last time."""
    has_bot: bool = False
    """The bot answers first."""
    answer_ms_max: int = limits.ANSWER_MS_MAX
    """An assigned agent must write by then; 0 for no bound."""
    reopen_ms_max: int = 24 * 3_600_000
    """A visitor's message so long after "resolved" takes the conversation up again."""
    skills: tuple[str, ...] = ()
    """Skills that an agent needs here, all of them."""


class AccountState(msgspec.Struct, frozen=True, array_like=True):
    """What one account's log says about its agents and inboxes."""

    account_id: AccountId
    position: int = 0
    """The last record that changed it."""
    agents: dict[AgentId, AgentFacts] = {}
    inboxes: dict[InboxId, InboxFacts] = {}
    denied: dict[bytes, int] = {}
    """Agents and credentials that may not connect, and until when."""
    aliases: int = 0
    """How many visitors turned out to be others; who they are is stored with each of them."""
    removed_inboxes: tuple[InboxId, ...] = ()
    """Doors that are gone. Their facts stay, for the conversations that are still open."""
    blocked: dict[bytes, int] = {}
    """Visitors who may do nothing, by inbox and visitor, and the record that said so."""

    def entrance(self, inbox_id: InboxId) -> InboxFacts | None:
        """Give the door for somebody who comes in; None where there is none, or none any more."""
        return None if inbox_id in self.removed_inboxes else self.inboxes.get(inbox_id)


def ineligible_because(
    agent: AgentFacts | None, team_id: TeamId, skills: tuple[str, ...], load: int
) -> str | None:
    """Say why routing may not give a conversation to this agent now; None if it may.

    Args:
        agent: the agent's facts, None if the account has no such seat.
        team_id: the team that answers, NO_ID for any.
        skills: skills that the conversation needs.
        load: conversations that the agent holds.
    """
    if agent is None:
        return "no such agent"
    if agent.availability != Availability.ONLINE:
        return "not online"
    if load >= agent.capacity:
        return "at capacity"
    if team_id != NO_ID and team_id not in agent.team_ids:
        return "not in the team"
    if any(skill not in agent.skills for skill in skills):
        return "a skill is missing"
    return None
