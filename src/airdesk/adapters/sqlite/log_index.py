"""The index of conversations, filled later than the records and many at a time.

Every record belongs to some conversation, and busy conversations lie anywhere in the index: kept
up in each commit it would rewrite one 4 KB page for nearly every 300-byte record, three quarters
of all the work of a commit (docs/subsystems/log.md has the figures). So the last records, at most
about twice TAIL_RECORDS, are known in memory only: here in a temporary table that sorts them, and
in `LogTail` for the reader. From time to time they are merged into `conversation_index` in its
order, so that one page takes many entries; `meta.indexed_to` says how far. After a crash both are
made again from the records behind it, and entries merged twice are ignored.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from airdesk.adapters.sqlite.log_schema import meta_position, set_meta
from airdesk.core.kernel import NO_ID
from airdesk.ports.event_log import Record

TAIL_RECORDS: Final = 16_384
"""Records that wait before a merge begins: 3 entries a page at 5,000 busy conversations, 5 MB."""

FEED_RECORDS: Final = 1_000
"""Records sorted into the temporary table at once, about 2 ms of the writer between commits."""

MERGE_ENTRIES: Final = 512
"""Entries merged with one commit, about 2 ms; and as many more as that commit has records, so that
the tail does not grow however fast records come."""

_FEED: Final = (
    "INSERT INTO temp.late SELECT conversation_id, first_seq, position FROM records"
    " WHERE position > ? AND position <= ? AND conversation_id IS NOT NULL"
)
_AFTER: Final = "(conversation_id, first_seq, position) > (?, ?, ?) AND position <= ?"
_ORDER: Final = "ORDER BY conversation_id, first_seq, position"
_SLICE_END: Final = f"SELECT * FROM temp.late WHERE {_AFTER} {_ORDER} LIMIT 1 OFFSET ?"
_MERGE: Final = (
    f"INSERT OR IGNORE INTO conversation_index SELECT * FROM temp.late WHERE {_AFTER}"
    f" AND (conversation_id, first_seq, position) <= (?, ?, ?) {_ORDER}"
)
_MERGE_REST: Final = (
    f"INSERT OR IGNORE INTO conversation_index SELECT * FROM temp.late WHERE {_AFTER} {_ORDER}"
)
_START: Final = (b"", 0, 0)


class LateIndex:
    """The writer's side: sorts new entries and merges them in slices.

    Args:
        connection: the writer's.
        tail_records: how many records wait before a merge begins.
    """

    def __init__(self, connection: sqlite3.Connection, tail_records: int = TAIL_RECORDS) -> None:
        self._connection = connection
        self._tail_records = tail_records
        self.indexed_to = self._fed_to = meta_position(connection, "indexed_to")
        self._merging_to = 0
        self._cursor: tuple[bytes, int, int] = _START
        connection.execute(
            "CREATE TEMP TABLE late (conversation_id BLOB, first_seq INTEGER, position INTEGER,"
            " PRIMARY KEY (conversation_id, first_seq, position)) WITHOUT ROWID"
        )

    @property
    def merging(self) -> bool:
        """True while slices wait to be merged with the next commits."""
        return self._merging_to > 0

    def feed(self, head: int) -> None:
        """Sort in the records up to `head`, if they are enough. Called between commits."""
        feed_records = min(FEED_RECORDS, self._tail_records)
        while head - self._fed_to >= feed_records:
            upto = self._fed_to + feed_records
            self._connection.execute(_FEED, (self._fed_to, upto))
            self._fed_to = upto
        if not self.merging and self._fed_to - self.indexed_to >= self._tail_records:
            self._merging_to, self._cursor = self._fed_to, _START

    def merge_slice(self, entries: int) -> None:
        """Merge the next entries. Called within a transaction, only while `merging`.

        Whoever rolls that transaction back throws this object away with it.
        """
        execute = self._connection.execute
        lower = (*self._cursor, self._merging_to)
        upper = execute(_SLICE_END, (*lower, entries - 1)).fetchone()
        if upper is not None:
            execute(_MERGE, (*lower, *upper))
            self._cursor = upper
            return
        execute(_MERGE_REST, lower)
        set_meta(self._connection, "indexed_to", self._merging_to)
        execute("DELETE FROM temp.late WHERE position <= ?", (self._merging_to,))
        self.indexed_to, self._merging_to = self._merging_to, 0


class TailEntry(NamedTuple):
    """Where one record of a conversation is."""

    first_seq: int
    last_seq: int
    position: int


class _Generation:
    """Entries that are dropped together, once all of them are in the index."""

    def __init__(self) -> None:
        self.conversations: dict[bytes, list[TailEntry]] = {}
        self.records = 0
        self.last_position = 0


class LogTail:
    """The reader's side: where the records behind `indexed_to` are, by conversation."""

    def __init__(self, indexed_to: int, tail_records: int = TAIL_RECORDS) -> None:
        self.indexed_to = indexed_to
        self._tail_records = tail_records
        self._generations = [_Generation()]

    def add(self, records: Sequence[Record]) -> None:
        """Take in records that became durable."""
        youngest = self._generations[-1]
        conversations = youngest.conversations
        for record in records:
            conversation_id = record.conversation_id
            if conversation_id == NO_ID:
                continue
            entry = TailEntry(record.first_seq, record.last_seq, record.position)
            known = conversations.get(conversation_id)
            if known is None:
                conversations[conversation_id] = [entry]
            else:
                known.append(entry)
        youngest.records += len(records)
        youngest.last_position = records[-1].position
        if youngest.records >= self._tail_records:
            self._generations.append(_Generation())

    def forget(self, indexed_to: int) -> None:
        """Drop what is in the index up to a position."""
        self.indexed_to = indexed_to
        while len(self._generations) > 1 and self._generations[0].last_position <= indexed_to:
            self._generations.pop(0)

    def after(self, conversation_id: bytes, after_seq: int, limit: int) -> list[int]:
        """Give positions of the first records with a last_seq above `after_seq`, in order."""
        entries = self._entries(conversation_id)
        start = bisect_right(entries, after_seq, key=lambda entry: entry.first_seq)
        # The record just before may reach beyond after_seq, and only that one.
        wanted = [entry for entry in entries[max(0, start - 1) :] if entry.last_seq > after_seq]
        return [entry.position for entry in wanted[:limit]]

    def before(self, conversation_id: bytes, before_seq: int, limit: int) -> list[int]:
        """Give positions of the newest records with a first_seq below `before_seq`, in order."""
        entries = self._entries(conversation_id)
        end = bisect_right(entries, before_seq - 1, key=lambda entry: entry.first_seq)
        return [entry.position for entry in entries[max(0, end - limit) : end]]

    def _entries(self, conversation_id: bytes) -> list[TailEntry]:
        return [
            entry
            for generation in self._generations
            for entry in generation.conversations.get(conversation_id, ())
            if entry.position > self.indexed_to
        ]
