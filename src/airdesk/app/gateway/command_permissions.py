"""What each message of a client asks of a member of staff: the socket's half of the permissions.

A person's own session has all that his role grants; an API token is narrowed by its scopes, on
the socket as in REST. Visitors have no permissions: `core.conversation.decide` says what is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from airdesk.core.kernel import Identity, Permission, require
from airdesk.core.wire import messages as m

_READ: Final = Permission.CONVERSATIONS_READ
_WRITE: Final = Permission.CONVERSATIONS_WRITE

COMMANDS: Final[Mapping[type, Permission]] = MappingProxyType(
    {
        m.Hello: _READ,
        m.Send: _WRITE,
        m.Note: _WRITE,
        m.Start: _WRITE,
        m.Assign: _WRITE,
        m.Transfer: _WRITE,
        m.Resolve: _WRITE,
        m.Reopen: _WRITE,
        m.Snooze: _WRITE,
        m.Rate: _WRITE,
        m.HandOff: _WRITE,
        m.SetAvailability: _WRITE,
        m.SetLabels: _WRITE,
        m.SetPriority: _WRITE,
        m.ReturnToBot: _WRITE,
        m.Follow: _READ,
        m.Unfollow: _READ,
        m.Receipt: _WRITE,
        m.Typing: _WRITE,
        m.Refresh: _READ,
        m.History: _READ,
        m.Alive: _READ,
        m.Viewing: _READ,
    }
)
"""Every message of a client. Who may step into somebody else's conversation is told by the role
that the token carries: without `conversations:supervise` it is an agent's."""


def check_message(message: Any, identity: Identity, scopes: tuple[str, ...] | None) -> None:
    """Let a message pass if the credential grants what it asks.

    Args:
        message: of a client.
        identity: whose.
        scopes: what an API token is limited to; None for all that the role grants.

    Raises:
        PermissionMissing: it does not.
    """
    if scopes is not None and identity.is_staff:
        require(identity.role, COMMANDS[type(message)], scopes)
