"""Consumers of the log in the home's own process: bot, views, the directory's outbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from airdesk.core.conversation import ConversationState, Event
from airdesk.ports.event_log import Record


class Committed(NamedTuple):
    """A durable record, decoded, with the conversation before and after it."""

    record: Record
    before: ConversationState | None
    """None at a conversation's start, for a record of an account's facts, and where nobody knows
    it because the record was read from the log."""
    after: ConversationState | None
    """None for a record of an account's facts, and where nobody knows it."""
    events: tuple[Event, ...]
    bodies: tuple[str, ...]


class LogFollower(Protocol):
    """Hears that there is something to do, and does it at his own pace.

    The calls come on the loop of the home, from inside its work: they note what they hear, wake a
    task and return at once. They neither read, nor wait, nor call the home. A follower keeps his
    own durable position and has a reader of his own for the records that he was not told of, so
    he misses nothing where he was not there to hear of it; what he wants done he asks of
    HomeCommands, with operation ids from `derived_operation_id`.
    """

    def home_started(self, head: int) -> None:
        """A home takes commands; the log is durable up to `head`."""

    def log_moved(self, head: int, committed: Sequence[Committed] = ()) -> None:
        """Every record up to `head` is durable.

        Args:
            committed: the records since the call before, in order. Where one is missing in front
                or all are, the log has them.
        """

    def facts_written(self) -> None:
        """Somebody wrote facts into the directory's outbox."""

    def views_wanted(self) -> None:
        """Somebody waits for lists and search to hold what is durable."""

    def home_ended(self) -> None:
        """The home is void or stops; `home_started` comes with the next one."""
