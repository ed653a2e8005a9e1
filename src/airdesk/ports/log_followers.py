"""Consumers of the log in the home's own process: bot, views, the directory's outbox."""

from __future__ import annotations

from typing import Protocol


class LogFollower(Protocol):
    """Hears that there is something to do; reads it by himself, at his own pace.

    The calls come on the loop of the home, from inside its work: they note what they hear, wake a
    task and return at once. They neither read, nor wait, nor call the home. A follower keeps his
    own durable position and reads records from a reader of his own, so he misses nothing where
    he was not there to hear of it; what he wants done he asks of HomeCommands, with operation
    ids from `derived_operation_id`.
    """

    def home_started(self, head: int) -> None:
        """A home takes commands; the log is durable up to `head`."""

    def log_moved(self, head: int) -> None:
        """Every record up to `head` is durable."""

    def facts_written(self) -> None:
        """Somebody wrote facts into the directory's outbox."""

    def home_ended(self) -> None:
        """The home is void or stops; `home_started` comes with the next one."""
