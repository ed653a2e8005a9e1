"""What a consumer of the log hears of it: the newest durable records, still in memory."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final, NamedTuple

from airdesk.core import conversation as conv
from airdesk.core.kernel import limits
from airdesk.ports.event_log import Record
from airdesk.ports.log_followers import Committed

_NOTHING: Final[tuple[Committed, ...]] = ()


class Heard(NamedTuple):
    """Some records, and how far one is with them."""

    records: Sequence[Committed]
    """Those that concern the consumer, in order."""
    position: int
    """Once these are done, everything up to here is."""


class HeardRecords:
    """Keeps what the home tells of its log until one consumer has come to it.

    The home decodes and evolves each record anyway, so a consumer that stands at the log's head
    reads nothing from the disk. It is a shortcut and no more: it holds HEARD_RECORDS_MAX at the
    most, begins anew wherever a record is missing in what is told, and says when the log itself
    has to be read: at the start, after an overflow, and when a consumer goes back.

    The home tells from the loop's thread; the consumer may be on another one.

    Args:
        concerns: says of a record whether the consumer has anything to do with it. Called for
            every record, on the loop's thread; all concern it if None.
        records_max: records that are kept.
    """

    def __init__(
        self,
        concerns: Callable[[Committed], bool] | None = None,
        records_max: int = limits.HEARD_RECORDS_MAX,
    ) -> None:
        self._concerns = concerns
        self._records_max = records_max
        self._lock = threading.Lock()
        self._kept: deque[Committed] = deque()
        self._from: int | None = None
        """Behind this position nothing is missing here; None while nothing was heard."""
        self._head = 0

    def begin(self, head: int) -> None:
        """Hear that the log is durable up to `head`; what comes next follows it."""
        with self._lock:
            self._begin(head)

    def hear(self, head: int, committed: Sequence[Committed]) -> None:
        """Hear what has become durable, up to `head`."""
        with self._lock:
            if self._from is not None and head <= self._head:
                return
            if self._from is None or not _follow(self._head, head, committed):
                self._begin(head)
                return
            concerns = self._concerns
            self._kept.extend(committed if concerns is None else filter(concerns, committed))
            self._head = head
            while len(self._kept) > self._records_max:
                self._from = self._kept.popleft().record.position

    def take(self, after: int, limit: int) -> Heard | None:
        """Give the records behind a position, at most `limit`; None where the log must be read.

        Whatever comes before that position is done with, and is forgotten.
        """
        with self._lock:
            if self._from is None or after < self._from:
                return None
            kept = self._kept
            while kept and kept[0].record.position <= after:
                kept.popleft()
            self._from = after
            if len(kept) <= limit:
                return Heard(tuple(kept) if kept else _NOTHING, max(after, self._head))
            some = tuple(islice(kept, limit))
            return Heard(some, some[-1].record.position)

    def goes_on_from(self, after: int) -> bool:
        """True where nothing is missing here behind a position."""
        with self._lock:
            return self._from is not None and after >= self._from

    def has_more(self, after: int) -> bool:
        """True unless the position is known to be the last one that concerns the consumer."""
        with self._lock:
            if self._from is None or after < self._from:
                return True
            return bool(self._kept) and self._kept[-1].record.position > after

    def forget(self) -> None:
        """Let the log be read for everything up to now."""
        with self._lock:
            self._begin(self._head)

    def _begin(self, head: int) -> None:
        self._kept.clear()
        self._from = self._head = head


def _follow(before: int, head: int, committed: Sequence[Committed]) -> bool:
    """True if these are the records from one position up to another, none missing."""
    if not committed:
        return False
    first, last = committed[0].record.position, committed[-1].record.position
    return first == before + 1 and last == head and len(committed) == head - before


def decoded(record: Record) -> Committed:
    """Give a record that was read from the log as the home tells it, without its conversation."""
    return Committed(
        record,
        None,
        None,
        conv.decode_events(record.events),
        conv.decode_bodies(record.bodies),
    )
