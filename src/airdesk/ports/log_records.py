"""The log's records for those who follow it on a thread of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from airdesk.ports.event_log import Record


class LogRecords(Protocol):
    """Reads durable records of one shard's log, beside whoever appends to it.

    Guarantees:
        Only durable records are seen, in order, without a gap.
        Calls block, and are all made on one thread.
        They do not delay an append.

    Raises:
        LogUnavailable: the log cannot be read.
    """

    @property
    def epoch(self) -> bytes:
        """See `EventLog.epoch`."""

    def head(self) -> int:
        """Position of the last record that can be read now; 0 for an empty log."""

    def read(self, after: int, limit: int) -> Sequence[Record]:
        """Give at most `limit` records with a position above `after`, in order."""

    def close(self) -> None:
        """Stop."""
