"""Commands about an account's facts: who is available, what seats and doors there are."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from airdesk.core import conversation as conv
from airdesk.core.conversation import AccountState
from airdesk.core.kernel import AgentId, Identity, NotPermitted, Role, UnknownSubject, ValueRefused

ACCOUNT_COMMANDS: Final = (
    conv.SetAvailability,
    conv.LoseAgent,
    conv.ConfigureAgent,
    conv.ConfigureInbox,
    conv.AdvanceReads,
)
"""Commands that concern the account, not one conversation."""


def decide(
    command: conv.AccountCommand, actor: Identity, account: AccountState
) -> tuple[conv.AccountEvent, ...]:
    """Say what a command does to an account's facts; no event where it is true already.

    Raises:
        CommandRejected: only an agent speaks for himself, only AirDesk for the directory.
    """
    if isinstance(command, conv.SetAvailability):
        if not actor.is_staff:
            raise NotPermitted(command="SetAvailability")
        return _available(
            account, AgentId(actor.person_id), command.availability, conv.Cause.BY_HAND
        )
    if actor.role != Role.SYSTEM:
        raise NotPermitted(command=type(command).__name__)
    if isinstance(command, conv.LoseAgent):
        left = conv.Availability.OFFLINE
        return _available(account, command.agent_id, left, conv.Cause.AGENT_LEFT)
    if isinstance(command, conv.ConfigureAgent):
        return _agent(command.facts, account)
    if isinstance(command, conv.ConfigureInbox):
        known_inbox = account.inboxes.get(command.facts.inbox_id)
        return () if known_inbox == command.facts else (conv.InboxConfigured(command.facts),)
    return (conv.ReadsAdvanced(command.marks),)


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
