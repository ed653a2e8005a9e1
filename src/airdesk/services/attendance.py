"""Whether somebody is there for an inbox: by the home's word, within the owner's hours."""

from __future__ import annotations

from typing import NamedTuple

from airdesk.core.accounts import Hours
from airdesk.core.kernel import AccountId, ConversationId, InboxId
from airdesk.ports.clock import Clock
from airdesk.ports.directory import Directory
from airdesk.ports.home_commands import NO_CONVERSATION, HomeCommands
from airdesk.services.opening_hours import is_open


class Presence(NamedTuple):
    """Whether somebody is there."""

    online: int
    waiting: int
    place: int = 0
    """Of the conversation that was asked about: 1 for the next one; 0 if it does not wait."""


def presence_at(hours: Hours | None, presence: Presence, now_ms: int) -> Presence:
    """Give what visitors are told of who is there: outside of the hours nobody is.

    Args:
        hours: of the inbox; None if it is always attended.
        presence: who is there indeed.
        now_ms: Unix milliseconds.
    """
    if hours is None or is_open(hours, now_ms):
        return presence
    return presence._replace(online=0)


class Attendance:
    """Tells visitors and bots whether somebody is there: the same to both.

    Args:
        home: knows who is online and who waits.
        directory: holds the hours.
        clock: the wall clock.
    """

    def __init__(self, home: HomeCommands, directory: Directory, clock: Clock) -> None:
        self._home = home
        self._directory = directory
        self._clock = clock

    async def presence(
        self,
        account_id: AccountId,
        inbox_id: InboxId,
        conversation_id: ConversationId = NO_CONVERSATION,
    ) -> Presence:
        """Tell who is there for an inbox, who waits, and where one conversation stands.

        Raises:
            CapacityError, HomeUnavailable: nobody knows.
            DependencyError: the hours cannot be read.
        """
        told = await self._home.inbox_presence(account_id, inbox_id, conversation_id)
        async with self._directory.reading() as tx:
            hours = await tx.hours.get(account_id, inbox_id)
        found = Presence(told.online, told.waiting, told.place)
        return presence_at(hours, found, self._clock.now_ms())
