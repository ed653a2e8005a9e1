"""Who is acting: the identity that a credential gives to a connection."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import msgspec

from airdesk.core.kernel.ids import NO_ID, AccountId, InboxId


class Role(IntEnum):
    """What an identity is to its account. The numbers are stored and sent; they never change."""

    VISITOR = 0
    AGENT = 1
    SUPERVISOR = 2
    OWNER = 3
    BOT = 4
    SYSTEM = 5


# Names of the module, because a member is looked up anew at each use, several times a message.
_VISITOR: Final = Role.VISITOR
_STAFF: Final = frozenset({Role.AGENT, Role.SUPERVISOR, Role.OWNER})
_KINDS: Final = tuple(bytes((Role.AGENT if role in _STAFF else role,)) for role in Role)


class Identity(msgspec.Struct, frozen=True, array_like=True):
    """One visitor of one inbox, one user of one account, its bot, or AirDesk itself.

    `account_id` comes only from the credential, never from a message.
    """

    account_id: AccountId
    role: Role
    person_id: bytes
    """visitor_id or agent_id; NO_ID for bot and system."""
    inbox_id: InboxId = InboxId(NO_ID)
    """The door of a visitor; NO_ID for everybody else."""

    @property
    def is_visitor(self) -> bool:
        """True for the public class of readers."""
        return self.role == _VISITOR

    @property
    def is_staff(self) -> bool:
        """True for people with a seat in the account."""
        return self.role in _STAFF

    @property
    def may_supervise(self) -> bool:
        """True for those who may step into a conversation that somebody else holds."""
        return Role.SUPERVISOR <= self.role <= Role.OWNER or self.role == Role.SYSTEM

    @property
    def person_key(self) -> bytes:
        """What stands for a person among sessions: a visitor is one person per inbox."""
        return (self.inbox_id if self.is_visitor else self.account_id) + self.person_id

    @property
    def actor(self) -> bytes:
        """Kind byte and id: the scope of operation ids, 17 bytes.

        An agent who becomes a supervisor stays the same actor, so the kinds are four.
        """
        return _KINDS[self.role] + self.person_id


def system_identity(account_id: AccountId) -> Identity:
    """Give the identity under which the home itself acts in an account."""
    return Identity(account_id, Role.SYSTEM, NO_ID)
