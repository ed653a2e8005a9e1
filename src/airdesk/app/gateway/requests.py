"""What a client wishes, as a command of the core."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airdesk.app.gateway.credentials import Credentials
from airdesk.core import conversation as conv
from airdesk.core.kernel import NO_ID, AgentId, Identity, LabelId, TeamId, ValueRefused
from airdesk.core.wire import messages as m


def to_command(
    message: m.CommandMessage, identity: Identity, credentials: Credentials
) -> conv.Command:
    """Turn a message with an operation id into its command.

    Raises:
        ValueRefused: a number stands for nothing.
        FileRefused: the ticket is not good, or not this person's.
    """
    if isinstance(message, m.Send) and message.file:
        ticket = credentials.check_file_ticket(message.file, identity)
        return conv.SendMessage(ticket.name, ticket.file)
    return _COMMANDS[type(message)](message, identity)


def _availability(message: m.SetAvailability, identity: Identity) -> conv.SetAvailability:
    try:
        return conv.SetAvailability(conv.Availability(message.availability))
    except ValueError:
        raise ValueRefused(name="availability", range="0, 1 or 2") from None


def _transfer(message: m.Transfer, identity: Identity) -> conv.TransferConversation:
    return conv.TransferConversation(
        AgentId(message.agent or NO_ID), TeamId(message.team or NO_ID), message.note
    )


_COMMANDS: Mapping[type, Callable[[Any, Identity], conv.Command]] = {
    m.Send: lambda message, identity: conv.SendMessage(message.text),
    m.Note: lambda message, identity: conv.AddNote(
        message.text, tuple(AgentId(one) for one in message.mentions)
    ),
    m.Start: lambda message, identity: conv.StartConversation(),
    m.Assign: lambda message, identity: conv.AssignAgent(
        AgentId(message.agent or identity.person_id)
    ),
    m.Transfer: _transfer,
    m.Resolve: lambda message, identity: conv.ResolveConversation(),
    m.Reopen: lambda message, identity: conv.ReopenConversation(),
    m.Snooze: lambda message, identity: conv.SnoozeConversation(message.until_ms),
    m.Rate: lambda message, identity: conv.RateConversation(message.score),
    m.HandOff: lambda message, identity: conv.HandOff(),
    m.SetAvailability: _availability,
    m.SetLabels: lambda message, identity: conv.SetLabels(
        tuple(LabelId(one) for one in message.labels)
    ),
    m.SetPriority: lambda message, identity: conv.SetPriority(message.priority),
    m.ReturnToBot: lambda message, identity: conv.ReturnToBot(),
}
