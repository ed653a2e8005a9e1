"""Reads a page of `log.db`, on the thread of the event loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from airdesk.adapters.sqlite.log_index import LogTail
from airdesk.adapters.sqlite.log_operations import GENERATION_IDS, RecentOperations
from airdesk.adapters.sqlite.log_schema import (
    NO_ID_SQL,
    SELECT_RECORD,
    connect,
    create_or_check,
    last_position,
    meta,
    meta_position,
    refuse_foreign,
)
from airdesk.core.kernel import AccountId, LogCorrupt, OperationId
from airdesk.ports.event_log import Record, StoredOperation, StoredState

CACHE_BYTES: Final = 4 * 1024 * 1024
"""Each commit makes this cache void, so it only serves pages of one moment."""

STATES_PAGE: Final = 500
"""States read at once, so that no read stays open while they are worked on."""

_OPERATION: Final = (
    f"SELECT position, ifnull(conversation_id, {NO_ID_SQL}), command_hash, answer"
    " FROM records WHERE operation_id = ? AND account_id = ? AND actor = ?"
)
_NEWEST_OPERATIONS: Final = (
    "SELECT operation_id FROM records WHERE operation_id IS NOT NULL"
    " ORDER BY operation_id DESC LIMIT ?"
)
_PAGE: Final = (
    f"{SELECT_RECORD} WHERE r.position > ? AND r.position <= ? ORDER BY r.position LIMIT ?"
)
# The record that begins last at or before after_seq may reach beyond it, and only that one.
_FORWARD: Final = (
    f"{SELECT_RECORD.replace('FROM records r', 'FROM conversation_index i CROSS JOIN records r')}"
    " ON r.position = i.position WHERE i.conversation_id = ? AND i.first_seq >= ifnull("
    "(SELECT first_seq FROM conversation_index WHERE conversation_id = ? AND first_seq <= ?"
    " ORDER BY first_seq DESC LIMIT 1), 0)"
    " AND i.position <= ? AND r.last_seq > ? ORDER BY i.first_seq, i.position LIMIT ?"
)
_BACK: Final = (
    f"{SELECT_RECORD.replace('FROM records r', 'FROM conversation_index i CROSS JOIN records r')}"
    " ON r.position = i.position WHERE i.conversation_id = ? AND i.first_seq < ?"
    " AND i.position <= ? ORDER BY i.first_seq DESC, i.position DESC LIMIT ?"
)
_STATE: Final = "SELECT key, account_id, visitor_key, is_open, position, state FROM states"
_OPEN_STATES: Final = (
    f"{_STATE} INDEXED BY states_open WHERE is_open AND key > ? AND (key = account_id) = ?"
    " ORDER BY key LIMIT ?"
)
_TAIL_PAGE: Final = 1_000


class LogReader:
    """The reading connection of one log.

    Raises:
        sqlite3.Error: the file cannot be opened or read.
        LogUnavailable: see `create_or_check`.
    """

    def __init__(self, path: Path, tail_records: int) -> None:
        refuse_foreign(path)
        # Closed on whatever thread takes the process down.
        self._connection = connect(path, cache_bytes=CACHE_BYTES, any_thread=True)
        try:
            create_or_check(path, self._connection)
            self._look_around(tail_records)
        except BaseException:
            self._connection.close()
            raise

    def _look_around(self, tail_records: int) -> None:
        self._connection.execute("PRAGMA query_only = ON")
        epoch = meta(self._connection, "epoch")
        if not isinstance(epoch, bytes):
            raise LogCorrupt(position=0, reason="it has no epoch")
        self.epoch = epoch
        self.head = last_position(self._connection)
        self._tail = LogTail(meta_position(self._connection, "indexed_to"), tail_records)
        self._load_tail()
        newest = self._connection.execute(_NEWEST_OPERATIONS, (GENERATION_IDS,)).fetchall()
        self._operations = RecentOperations([operation_id for (operation_id,) in newest])

    def _load_tail(self) -> None:
        after = self._tail.indexed_to
        while page := self.read(after, _TAIL_PAGE):
            self._tail.add(page)
            after = page[-1].position

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def advance(self, records: Sequence[Record], indexed_to: int) -> None:
        """Show records that became durable."""
        if records:
            self.head = records[-1].position
            self._tail.add(records)
            self._operations.add(records)
        self._tail.forget(indexed_to)

    # Records -------------------------------------------------------------------------------

    def find_operation(
        self, account_id: AccountId, actor: bytes, operation_id: OperationId
    ) -> StoredOperation | None:
        """See `EventLog.find_operation`."""
        if self._operations.is_new(operation_id):
            return None
        row = self._connection.execute(_OPERATION, (operation_id, account_id, actor)).fetchone()
        if row is None or row[0] > self.head:
            return None
        return StoredOperation._make(row)

    def read(self, after: int, limit: int) -> Sequence[Record]:
        """See `EventLog.read`."""
        return self._records(_PAGE, (after, self.head, limit))

    def read_conversation(
        self, conversation_id: bytes, after_seq: int, limit: int
    ) -> Sequence[Record]:
        """See `EventLog.read_conversation`."""
        indexed_to = self._tail.indexed_to
        name = (conversation_id, conversation_id)
        page = self._records(_FORWARD, (*name, after_seq, indexed_to, after_seq, limit))
        return page + self._at(self._tail.after(conversation_id, after_seq, limit - len(page)))

    def read_conversation_back(
        self, conversation_id: bytes, before_seq: int, limit: int
    ) -> Sequence[Record]:
        """See `EventLog.read_conversation_back`."""
        newest = self._at(self._tail.before(conversation_id, before_seq, limit))
        left = limit - len(newest)
        values = (conversation_id, before_seq, self._tail.indexed_to, left)
        return self._records(_BACK, values)[::-1] + newest if left > 0 else newest

    def _at(self, positions: Iterable[int]) -> list[Record]:
        sql = f"{SELECT_RECORD} WHERE r.position = ?"
        return [record for position in positions for record in self._records(sql, (position,))]

    def _records(self, sql: str, values: tuple[object, ...]) -> list[Record]:
        return list(map(Record._make, self._connection.execute(sql, values).fetchall()))

    # Checkpoints and consumers -------------------------------------------------------------

    @property
    def checkpoint(self) -> int:
        """See `EventLog.checkpoint`."""
        return meta_position(self._connection, "checkpoint")

    def open_states(self) -> Iterator[StoredState]:
        """See `EventLog.open_states`."""
        for accounts_own in (1, 0):
            after = b""
            while page := self._states(_OPEN_STATES, (after, accounts_own, STATES_PAGE)):
                yield from page
                after = page[-1].key

    def find_state(self, key: bytes) -> StoredState | None:
        """See `EventLog.find_state`."""
        return next(iter(self._states(f"{_STATE} WHERE key = ?", (key,))), None)

    def find_latest_of_visitor(
        self, account_id: AccountId, visitor_key: bytes
    ) -> StoredState | None:
        """See `EventLog.find_latest_of_visitor`."""
        sql = f"{_STATE} WHERE account_id = ? AND visitor_key = ? ORDER BY key DESC LIMIT 1"
        return next(iter(self._states(sql, (account_id, visitor_key))), None)

    def consumer_position(self, name: str) -> int:
        """See `EventLog.consumer_position`."""
        sql = "SELECT position FROM consumers WHERE name = ?"
        row = self._connection.execute(sql, (name,)).fetchone()
        return 0 if row is None else int(row[0])

    def _states(self, sql: str, values: tuple[object, ...]) -> list[StoredState]:
        rows = self._connection.execute(sql, values).fetchall()
        return [
            StoredState(key, account_id, visitor_key, bool(is_open), position, state)
            for key, account_id, visitor_key, is_open, position, state in rows
        ]
