"""Operation ids that were stored lately, so that the disk is not asked about new ones.

Nearly every command is no repeat, and its id says so: ids are UUIDv7, made when a draft was
begun, a moment ago. Each commit makes the reader's pages void, so to look a new id up in the index
of a large log costs several system calls, four times as much as on pages that are still there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nlargest
from typing import Final

from airdesk.core.kernel import NO_ID
from airdesk.ports.event_log import Record

GENERATION_IDS: Final = 16_384
"""Ids that are dropped together; at 1,000 commands a second a quarter of a minute's, 1.5 MB."""

AHEAD_IDS: Final = 64
"""The highest ids of a generation live on, so that the few devices whose clocks are ahead do not
make everybody else's ids look old."""


class RecentOperations:
    """Remembers every stored id above a floor, whatever order they came in.

    So an id above the floor that is not remembered was never stored. Below the floor, and for an
    id that is remembered, the log has to be asked.

    Args:
        newest: the highest stored ids, in any order: all there are, or `generation_ids`.
        generation_ids: see GENERATION_IDS.
        ahead_ids: see AHEAD_IDS; fewer than `generation_ids`.
    """

    def __init__(
        self,
        newest: Sequence[bytes],
        *,
        generation_ids: int = GENERATION_IDS,
        ahead_ids: int = AHEAD_IDS,
    ) -> None:
        self._generation_ids = generation_ids
        self._ahead_ids = ahead_ids
        self._floor = min(newest) if len(newest) >= generation_ids else b""
        self._old: set[bytes] = set()
        self._young: set[bytes] = set(newest)

    def is_new(self, operation_id: bytes) -> bool:
        """True if the id was certainly never stored; False if the log has to be asked."""
        return (
            operation_id > self._floor
            and operation_id not in self._young
            and operation_id not in self._old
        )

    def add(self, records: Iterable[Record]) -> None:
        """Take in records that became durable."""
        young = self._young
        for record in records:
            if record.operation_id != NO_ID:
                young.add(record.operation_id)
        if len(young) >= self._generation_ids:
            self._drop()

    def _drop(self) -> None:
        """Let the older generation go, and raise the floor above all of it but the highest."""
        highest = nlargest(self._ahead_ids + 1, self._old)
        if len(highest) > self._ahead_ids:
            self._floor = max(self._floor, highest.pop())
        self._old = self._young
        self._young = set(highest)
