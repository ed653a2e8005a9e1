"""Commands about an account's facts: who is available, what seats and doors there are."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from airdesk.core import conversation as conv
from airdesk.core.conversation import AccountState
from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    Identity,
    NotPermitted,
    Role,
    UnknownSubject,
    ValueRefused,
    limits,
)

ACCOUNT_COMMANDS: Final = (
    conv.SetAvailability,
    conv.LoseAgent,
    conv.ConfigureAgent,
    conv.ConfigureInbox,
    conv.AdvanceReads,
    conv.RemoveAgent,
    conv.RevokeAccess,
    conv.AliasVisitor,
    conv.RemoveInbox,
    conv.BlockVisitor,
)
"""Commands that concern the account, not one conversation."""


def decide(
    command: conv.AccountCommand, actor: Identity, account: AccountState, now_ms: int
) -> tuple[conv.AccountEvent, ...]:
    """Say what a command does to an account's facts; no event where it is true already.

    AliasVisitor is decided where it is known who else the two visitors are.

    Raises:
        CommandRejected: only an agent speaks for himself, only the staff blocks a visitor, only
            AirDesk speaks for the directory.
    """
    if isinstance(command, conv.SetAvailability):
        if not actor.is_staff:
            raise NotPermitted(command="SetAvailability")
        return _available(
            account, AgentId(actor.person_id), command.availability, conv.Cause.BY_HAND
        )
    if isinstance(command, conv.BlockVisitor) and actor.is_staff:
        return _blocked(command, account)
    if actor.role != Role.SYSTEM:
        raise NotPermitted(command=type(command).__name__)
    if isinstance(command, conv.LoseAgent):
        left = conv.Availability.OFFLINE
        return _available(account, command.agent_id, left, conv.Cause.AGENT_LEFT)
    if isinstance(command, conv.ConfigureAgent):
        return _agent(command.facts, account)
    if isinstance(command, conv.ConfigureInbox):
        known_inbox = account.entrance(command.facts.inbox_id)
        return () if known_inbox == command.facts else (conv.InboxConfigured(command.facts),)
    if isinstance(command, conv.AdvanceReads):
        return (conv.ReadsAdvanced(command.marks),)
    return _taken_away(command, account, now_ms + limits.REVOKED_MS)


def _taken_away(
    command: conv.AccountCommand, account: AccountState, until_ms: int
) -> tuple[conv.AccountEvent, ...]:
    if isinstance(command, conv.RemoveAgent):
        if command.agent_id not in account.agents:
            return ()
        return (conv.AgentRemoved(command.agent_id, until_ms),)
    if isinstance(command, conv.RemoveInbox):
        is_there = account.entrance(command.inbox_id) is not None
        return (conv.InboxRemoved(command.inbox_id),) if is_there else ()
    if isinstance(command, conv.RevokeAccess):
        if command.agent_id == NO_ID and command.credential_id == NO_ID:
            raise ValueRefused(name="revoked access", range="an agent's or a credential's")
        return (conv.CredentialRevoked(command.agent_id, command.credential_id, until_ms),)
    raise NotPermitted(command=type(command).__name__)


def _blocked(command: conv.BlockVisitor, account: AccountState) -> tuple[conv.AccountEvent, ...]:
    if command.inbox_id not in account.inboxes:
        raise UnknownSubject(name="inbox")
    key = command.inbox_id + command.visitor_id
    if (key in account.blocked) == command.blocked:
        return ()
    if command.blocked and len(account.blocked) >= limits.BLOCKED_MAX:
        raise ValueRefused(name="blocked visitors", range=f"at most {limits.BLOCKED_MAX}")
    return (conv.VisitorBlocked(command.inbox_id, command.visitor_id, command.blocked),)


def _agent(wanted: conv.AgentFacts, account: AccountState) -> tuple[conv.AccountEvent, ...]:
    if wanted.capacity < 0:
        raise ValueRefused(name="capacity", range="0 or more")
    known = account.agents.get(wanted.agent_id)
    if known is not None:
        wanted = replace(wanted, availability=known.availability)
    return () if known == wanted else (conv.AgentConfigured(wanted),)


def _available(
    account: AccountState,
    agent_id: AgentId,
    availability: conv.Availability,
    cause: conv.Cause,
) -> tuple[conv.AccountEvent, ...]:
    known = account.agents.get(agent_id)
    if known is None:
        raise UnknownSubject(name="agent")
    if known.availability == availability:
        return ()
    return (conv.AvailabilityChanged(agent_id, availability, cause),)
