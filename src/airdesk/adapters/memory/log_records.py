"""The records of a log in memory, for consumers of it."""

from __future__ import annotations

from collections.abc import Sequence

from airdesk.adapters.memory.event_log import MemoryDisk
from airdesk.ports.event_log import Record


class MemoryLogRecords:
    """`LogRecords` of a virtual disk.

    Args:
        disk: where a `MemoryEventLog` stores.
    """

    def __init__(self, disk: MemoryDisk) -> None:
        self._disk = disk

    @property
    def epoch(self) -> bytes:
        """See `LogRecords.epoch`."""
        return self._disk.epoch

    def head(self) -> int:
        """See `LogRecords.head`."""
        return self._disk.head

    def read(self, after: int, limit: int) -> Sequence[Record]:
        """See `LogRecords.read`."""
        return self._disk.records[after : after + limit]

    def close(self) -> None:
        """See `LogRecords.close`."""
