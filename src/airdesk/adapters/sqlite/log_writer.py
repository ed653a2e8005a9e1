"""The thread that commits: gathers what was handed over, stores it, tells the event loop."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Final, NamedTuple

from airdesk.adapters.sqlite.commit_times import CommitTimes
from airdesk.adapters.sqlite.log_checkpointer import LogCheckpointer
from airdesk.adapters.sqlite.log_index import MERGE_ENTRIES, TAIL_RECORDS, LateIndex
from airdesk.adapters.sqlite.log_rows import RECORD_INSERTS, STATE_UPSERTS
from airdesk.adapters.sqlite.log_schema import connect, last_position, set_meta
from airdesk.core.kernel import DependencyError, LogFenced, LogUnavailable, limits
from airdesk.ports.event_log import Record, StoredState

CACHE_BYTES: Final = 32 * 1024 * 1024
"""The right edges and the pages of some thousand busy conversations; more did not help."""

STATES_PER_COMMIT: Final = 128
"""States stored with one commit, about 3 ms, so that records do not wait long for them."""

DELAY_RECORDS_MEAN: Final = (1.2, 64.0)
"""Between these mean sizes of commits a delay saves CPU. Below, records come one by one and each
would only wait; above, a commit's fixed cost is spread thin already."""

_MEAN_WEIGHT: Final = 1 / 16
_RECORD_BYTES: Final = 512
"""An estimate of what a record writes beside its events and bodies."""
_COMMIT_BYTES: Final = 3 * 4096
"""An estimate: the last pages of table and index, written again by every commit."""
_ENTRY_BYTES: Final = 4096 // 3
"""An estimate for an index entry or a small state, whose page is shared with few others."""


class StatesNote(NamedTuple):
    """States to be stored after all records handed over before them."""

    states: Sequence[StoredState]


class CheckpointNote(NamedTuple):
    """A checkpoint to be noted after all states handed over before it."""

    position: int


class ConsumerNote(NamedTuple):
    """A consumer's position."""

    name: str
    position: int


class CloseNote(NamedTuple):
    """The last thing handed over."""


Note = StatesNote | CheckpointNote | ConsumerNote | CloseNote


class Committed(NamedTuple):
    """What one commit made durable."""

    records: Sequence[Record]
    states: int
    indexed_to: int


class LogWriter:
    """Owns the writing connection and its thread.

    Args:
        path: the database, with tables and nobody else writing.
        head: position of its last record.
        tell: called on this thread with `Committed` after each commit, or with the error that
            ended everything.
        tail_records: see `LateIndex`.
        times: counts the commits.
    """

    def __init__(
        self,
        path: Path,
        head: int,
        tell: Callable[[Committed | DependencyError], None],
        tail_records: int = TAIL_RECORDS,
        times: CommitTimes | None = None,
    ) -> None:
        self._path = path
        self._tell = tell
        self._tail_records = tail_records
        self._times = CommitTimes() if times is None else times
        self.durable = head
        self._queue: SimpleQueue[list[Record] | Note] = SimpleQueue()
        self._records: deque[Record] = deque()
        self._notes: deque[tuple[int, Note]] = deque()
        self._last_taken = head
        self._closing = False
        self._mean_records = 0.0
        self._ended_s = 0.0
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def hand_over(self, item: list[Record] | Note) -> None:
        """Take the next records, or a note that is stored after all records before it."""
        self._queue.put(item)

    def close(self) -> None:
        """Store what was handed over and end the thread."""
        self._queue.put(CloseNote())
        self._thread.join()

    # The thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._connection = connect(self._path, cache_bytes=CACHE_BYTES)
            self._checkpointer = LogCheckpointer(self._path)
            self._index = LateIndex(self._connection, self._tail_records)
            self._index.feed(self.durable)
            try:
                self._work()
            finally:
                self._checkpointer.close()
                self._connection.close()
        except DependencyError as error:
            self._tell(error)
        except sqlite3.Error as error:
            self._tell(LogUnavailable(reason=str(error)))

    def _work(self) -> None:
        while True:
            self._gather()
            if self._records or self._notes:
                self._commit()
            elif self._closing:
                return

    def _gather(self) -> None:
        """Take all that was handed over; wait for something, and a little for more under load."""
        if not self._records and not self._notes and not self._closing:
            self._take(self._queue.get())
        self._drain()
        low, high = DELAY_RECORDS_MEAN
        if self._closing or not low < self._mean_records < high or len(self._records) >= high:
            return
        delay_s = self._ended_s + limits.COMMIT_DELAY_MS_MAX / 1000 - time.monotonic()
        if delay_s > 0:
            time.sleep(delay_s)
            self._drain()

    def _drain(self) -> None:
        queue = self._queue
        while not queue.empty():
            self._take(queue.get())

    def _take(self, item: list[Record] | Note) -> None:
        if isinstance(item, list):
            self._records.extend(item)
            self._last_taken = item[-1].position
        elif isinstance(item, CloseNote):
            self._closing = True
        else:
            self._notes.append((self._last_taken, item))

    def _commit(self) -> None:
        taken = min(len(self._records), limits.COMMIT_RECORDS_MAX)
        records = [self._records.popleft() for _ in range(taken)]
        upto = records[-1].position if records else self.durable
        notes = self._due_notes(upto)
        inserts = list(RECORD_INSERTS.cut(records))
        began_s = time.monotonic()
        try:
            if len(inserts) == 1 and not notes and not self._index.merging:
                # One statement is its own transaction: SQLite returns once, not four times.
                self._connection.execute(*inserts[0])
            else:
                self._transaction(inserts, notes, len(records))
        except sqlite3.IntegrityError as error:
            raise _refusal(error, self.durable + 1) from error
        self.durable = upto
        self._times.note(time.monotonic() - began_s, len(records))
        states = sum(len(note.states) for note in notes if isinstance(note, StatesNote))
        self._tell(Committed(records, states, self._index.indexed_to))
        self._mean_records += (len(records) - self._mean_records) * _MEAN_WEIGHT
        self._tidy(records, notes)
        self._ended_s = time.monotonic()

    def _due_notes(self, upto: int) -> list[Note]:
        """Take the notes that may go with a commit up to a position, a slice of states at most."""
        due: list[Note] = []
        room = STATES_PER_COMMIT
        while self._notes and self._notes[0][0] <= upto and room > 0:
            after, note = self._notes.popleft()
            if isinstance(note, StatesNote):
                if len(note.states) > room:
                    self._notes.appendleft((after, StatesNote(note.states[room:])))
                    note = StatesNote(note.states[:room])
                room -= len(note.states)
            due.append(note)
        return due

    def _transaction(
        self, inserts: Sequence[tuple[str, list[object]]], notes: Sequence[Note], records: int
    ) -> None:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            if last_position(self._connection) != self.durable:
                raise LogFenced(expected=self.durable + 1)
            for sql, values in inserts:
                execute(sql, values)
            for note in notes:
                self._store_note(note)
            if self._index.merging:
                self._index.merge_slice(MERGE_ENTRIES + records)
            execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise

    def _store_note(self, note: Note) -> None:
        if isinstance(note, StatesNote):
            for sql, values in STATE_UPSERTS.cut(note.states):
                self._connection.execute(sql, values)
        elif isinstance(note, CheckpointNote):
            set_meta(self._connection, "checkpoint", note.position)
        elif isinstance(note, ConsumerNote):
            self._connection.execute(
                "INSERT OR REPLACE INTO consumers VALUES (?, ?)", (note.name, note.position)
            )

    def _tidy(self, records: Sequence[Record], notes: Sequence[Note]) -> None:
        """Do between commits what need not be done in them."""
        written = _COMMIT_BYTES
        for record in records:
            written += _RECORD_BYTES + len(record.events) + len(record.bodies)
        for note in notes:
            if isinstance(note, StatesNote):
                written += sum(len(state.state) + _ENTRY_BYTES for state in note.states)
        if self._index.merging:
            written += (MERGE_ENTRIES + len(records)) * _ENTRY_BYTES
        self._checkpointer.wrote(written, self._connection)
        self._index.feed(self.durable)


def _refusal(error: sqlite3.IntegrityError, expected: int) -> DependencyError:
    if "records.position" in str(error):
        return LogFenced(expected=expected)
    if "records.operation_id" in str(error):
        return LogUnavailable(reason="an operation id was appended twice")
    return LogUnavailable(reason=str(error))
