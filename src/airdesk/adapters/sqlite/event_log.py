"""The event log in one SQLite file: a writing thread, a reading connection, one lock."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from airdesk.adapters.sqlite.commit_times import CommitTimes
from airdesk.adapters.sqlite.log_index import TAIL_RECORDS
from airdesk.adapters.sqlite.log_reader import LogReader
from airdesk.adapters.sqlite.log_schema import create_private
from airdesk.adapters.sqlite.log_writer import (
    CheckpointNote,
    Committed,
    ConsumerNote,
    LogWriter,
    Note,
    StatesNote,
)
from airdesk.core.kernel import (
    AccountId,
    CapacityError,
    ConversationId,
    DependencyError,
    LogFenced,
    LogUnavailable,
    OperationId,
    limits,
)
from airdesk.ports.event_log import LogListener, Record, StoredOperation, StoredState


class SqliteEventLog:
    """An `EventLog` in `log.db`.

    Args:
        path: the database file; made, readable by its owner alone, if it is missing. Beside it
            lie SQLite's own `-wal` and `-shm`, and a lock file that ends in `.lock`.
        loop: the event loop whose thread makes all calls and hears the listener.
        tail_records: records that are not in the index of conversations yet; see `log_index`.
        times: counts the commits; None if nobody watches.

    Raises:
        LogUnavailable: another process has the log open, its schema is another one, or the file
            cannot be read.
    """

    def __init__(
        self,
        path: Path,
        loop: asyncio.AbstractEventLoop,
        *,
        tail_records: int = TAIL_RECORDS,
        times: CommitTimes | None = None,
    ) -> None:
        self._path = path
        self._loop = loop
        self._tail_records = tail_records
        self._times = times
        self._listener: LogListener | None = None
        self._writer: LogWriter | None = None
        self._stopped_by: str | None = None
        self._outgoing: list[Record] = []
        self._states_waiting = 0
        self._lock = _lock(path.with_suffix(".lock"), path)
        try:
            self._reader = self._open_reader()
        except BaseException:
            os.close(self._lock)
            raise
        self._last_appended = self._reader.head

    def _open_reader(self) -> LogReader:
        try:
            create_private(self._path)
            return LogReader(self._path, self._tail_records)
        except (OSError, sqlite3.Error) as error:
            raise LogUnavailable(reason=f"{self._path}: {error}") from error

    @property
    def epoch(self) -> bytes:
        """See `EventLog.epoch`."""
        return self._reader.epoch

    @property
    def head(self) -> int:
        """See `EventLog.head`."""
        return self._reader.head

    def start(self, listener: LogListener) -> None:
        """See `EventLog.start`."""
        self._check_open()
        self._listener = listener
        self._writer = LogWriter(self._path, self.head, self._tell, self._tail_records, self._times)

    # Writing -------------------------------------------------------------------------------

    def append(self, record: Record) -> None:
        """See `EventLog.append`."""
        if self._stopped_by is not None or self._writer is None:
            self._check_takes()
        expected = self._last_appended + 1
        if record.position != expected:
            raise LogFenced(expected=expected)
        if expected - self._reader.head > limits.APPENDS_IN_FLIGHT_MAX:
            raise CapacityError()
        self._last_appended = expected
        if not self._outgoing:
            # Handed over at the end of the loop's turn: one wake-up for all of its records.
            self._loop.call_soon(self._hand_over)
        self._outgoing.append(record)

    def save_states(self, states: Sequence[StoredState]) -> None:
        """See `EventLog.save_states`."""
        self._check_takes()
        if self._states_waiting + len(states) > limits.STATES_IN_FLIGHT_MAX:
            raise CapacityError()
        self._states_waiting += len(states)
        self._note(StatesNote(states))

    def save_checkpoint(self, position: int) -> None:
        """See `EventLog.save_checkpoint`."""
        self._note(CheckpointNote(position))

    def save_consumer_position(self, name: str, position: int) -> None:
        """See `EventLog.save_consumer_position`."""
        self._note(ConsumerNote(name, position))

    def close(self) -> None:
        """See `EventLog.close`."""
        if self._stopped_by == _CLOSED:
            return
        if self._stopped_by is None:
            self._hand_over()
        self._stopped_by = _CLOSED
        if self._writer is not None:
            self._writer.close()
        self._reader.close()
        os.close(self._lock)

    def _check_open(self) -> None:
        if self._stopped_by is not None:
            raise LogUnavailable(reason=self._stopped_by)

    def _check_takes(self) -> LogWriter:
        self._check_open()
        if self._writer is None:
            raise LogUnavailable(reason="it was not started")
        return self._writer

    def _note(self, note: Note) -> None:
        writer = self._check_takes()
        self._hand_over()
        writer.hand_over(note)

    def _hand_over(self) -> None:
        if self._outgoing and self._writer is not None:
            self._writer.hand_over(self._outgoing)
            self._outgoing = []

    # What the writer tells -----------------------------------------------------------------

    def _tell(self, news: Committed | DependencyError) -> None:
        """Take news on the writer's thread to the thread of the loop."""
        try:
            self._loop.call_soon_threadsafe(self._hear, news)
        except RuntimeError:
            # The loop was closed before the log: nobody is left to hear it.
            if self._stopped_by is None:
                self._stopped_by = "its event loop has ended"

    def _hear(self, news: Committed | DependencyError) -> None:
        if self._stopped_by is not None or self._listener is None:
            return
        if isinstance(news, DependencyError):
            self._stopped_by = str(news)
            self._outgoing.clear()
            self._listener.log_failed(news)
            return
        self._states_waiting -= news.states
        self._reader.advance(news.records, news.indexed_to)
        if news.records:
            self._listener.log_durable(self._reader.head)

    # Reading -------------------------------------------------------------------------------

    def find_operation(
        self, account_id: AccountId, actor: bytes, operation_id: OperationId
    ) -> StoredOperation | None:
        """See `EventLog.find_operation`."""
        # Not `_reading`, which costs more than to know that an id is new, once for each command.
        try:
            return self._reader.find_operation(account_id, actor, operation_id)
        except sqlite3.Error as error:
            raise LogUnavailable(reason=str(error)) from error

    def read(self, after: int, limit: int) -> Sequence[Record]:
        """See `EventLog.read`."""
        with self._reading():
            return self._reader.read(after, limit)

    def read_conversation(
        self, conversation_id: ConversationId, after_seq: int, limit: int
    ) -> Sequence[Record]:
        """See `EventLog.read_conversation`."""
        with self._reading():
            return self._reader.read_conversation(conversation_id, after_seq, limit)

    def read_conversation_back(
        self, conversation_id: ConversationId, before_seq: int, limit: int
    ) -> Sequence[Record]:
        """See `EventLog.read_conversation_back`."""
        with self._reading():
            return self._reader.read_conversation_back(conversation_id, before_seq, limit)

    @property
    def checkpoint(self) -> int:
        """See `EventLog.checkpoint`."""
        with self._reading():
            return self._reader.checkpoint

    def open_states(self) -> Iterable[StoredState]:
        """See `EventLog.open_states`."""
        with self._reading():
            yield from self._reader.open_states()

    def find_state(self, key: bytes) -> StoredState | None:
        """See `EventLog.find_state`."""
        with self._reading():
            return self._reader.find_state(key)

    def find_latest_of_visitor(
        self, account_id: AccountId, visitor_key: bytes
    ) -> StoredState | None:
        """See `EventLog.find_latest_of_visitor`."""
        with self._reading():
            return self._reader.find_latest_of_visitor(account_id, visitor_key)

    def consumer_position(self, name: str) -> int:
        """See `EventLog.consumer_position`."""
        with self._reading():
            return self._reader.consumer_position(name)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LogUnavailable(reason=str(error)) from error


_CLOSED = "it is closed"


def _lock(lock_path: Path, path: Path) -> int:
    """Take the log for this process; the system gives it back whenever the process ends."""
    try:
        descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise LogUnavailable(reason=f"{lock_path}: {error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise LogUnavailable(reason=f"{path} is in use by another process") from error
    return descriptor
