"""Writes `views.db`: one connection, on the thread that follows the log."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from airdesk.adapters.sqlite.log_rows import RowStatements
from airdesk.adapters.sqlite.log_schema import create_private
from airdesk.adapters.sqlite.views import schema
from airdesk.adapters.sqlite.views.rows import (
    CONVERSATION_COLUMNS,
    conversation_row,
    conversation_view,
    event_row,
)
from airdesk.core.conversation import LabelsSet, MessageSent, NoteAdded, encode_state
from airdesk.core.kernel import AccountId, ConversationId, DependencyError
from airdesk.ports.conversation_views import ConversationView, EventRow, ViewChanges
from airdesk.ports.segmenter import Segmenter

PART_ROWS: Final = 64
"""Rows made in one go, about 1 ms of work in Python."""

REST_S: Final = 0.0002
"""Between two parts, so that threads that wait for the interpreter's lock get it at once."""

_LOAD_MAX: Final = 500
_COMPANIONS: Final = ("", "-wal", "-shm")

# OR ROLLBACK: a failure ends the transaction anyway, and SQLite need not keep what each statement
# may have to take back, which is as much writing again.
_UPSERT_CONVERSATIONS: Final = RowStatements(
    12,
    lambda rows: (
        f"INSERT OR ROLLBACK INTO conversations SELECT * {rows}"
        " ON CONFLICT (conversation_id) DO UPDATE SET"
        " agent_id = excluded.agent_id, team_id = excluded.team_id, status = excluded.status,"
        " activity = excluded.activity, state = excluded.state,"
        " words_author = excluded.words_author, words_ms = excluded.words_ms,"
        " words_text = excluded.words_text"
    ),
)
_UPDATE_READS: Final = RowStatements(
    2,
    lambda rows: (
        f"UPDATE OR ROLLBACK conversations SET state = read.column2 FROM (SELECT * {rows}) AS read"
        " WHERE conversation_id = read.column1"
    ),
)
_INSERT_EVENTS: Final = RowStatements(
    11, lambda rows: f"INSERT OR ROLLBACK INTO events SELECT * {rows}"
)
_INSERT_WORDS: Final = RowStatements(
    3, lambda rows: f"INSERT INTO words (rowid, account, word) SELECT * {rows}"
)
_FOLLOW_CONVERSATION: Final = (
    "UPDATE labelled SET status = ?, activity = ? WHERE conversation_id = ?"
)
_MENTION: Final = (
    "INSERT INTO mentions VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET position = excluded.position"
)
_REMOVE_WORDS: Final = "INSERT INTO words (words, rowid, account, word) VALUES ('delete', ?, ?, ?)"


class SqliteViewStore:
    """A `ViewStore` in `views.db`.

    A file of another version, or that is no database, counts as empty: whoever follows the log
    begins anew.

    Args:
        path: the file; made, readable by its owner alone, if it is missing.
        segmenter: cuts words into an index; another version of it makes the file another one.

    Raises:
        DependencyError: the file cannot be opened.
    """

    def __init__(self, path: Path, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._version = schema.version(segmenter.version)
        with _storing():
            self._connection = self._open(path)
            known = schema.meta(self._connection)
        is_ours = known.get("version") == self._version
        epoch, position = known.get("epoch"), known.get("position")
        self._epoch = epoch if is_ours and isinstance(epoch, bytes) else b""
        self._position = position if self._epoch and isinstance(position, int) else 0

    def _open(self, path: Path) -> sqlite3.Connection:
        try:
            create_private(path)
            return schema.connect(path, for_writing=True)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            # It is no database. Nothing in it is missed: all of it is in the log.
            for companion in _COMPANIONS:
                path.with_name(path.name + companion).unlink(missing_ok=True)
            create_private(path)
            return schema.connect(path, for_writing=True)

    @property
    def position(self) -> int:
        """See `ViewStore.position`."""
        return self._position

    @property
    def epoch(self) -> bytes:
        """See `ViewStore.epoch`."""
        return self._epoch

    def begin(self, epoch: bytes, whole_at: int) -> None:
        """See `ViewStore.begin`."""
        with self._transaction() as execute:
            schema.drop_all(self._connection)
            for table in schema.TABLES:
                execute(table)
            schema.set_meta(self._connection, "version", self._version)
            schema.set_meta(self._connection, "epoch", epoch)
            schema.set_meta(self._connection, "whole_at", whole_at)
            schema.set_meta(self._connection, "position", 0)
        self._epoch, self._position = epoch, 0

    def load(self, conversation_ids: Sequence[ConversationId]) -> Sequence[ConversationView]:
        """See `ViewStore.load`."""
        found: list[ConversationView] = []
        for start in range(0, len(conversation_ids), _LOAD_MAX):
            some = conversation_ids[start : start + _LOAD_MAX]
            places = ",".join("?" * len(some))
            with _storing():
                rows = self._connection.execute(
                    f"SELECT {CONVERSATION_COLUMNS} FROM conversations c"
                    f" WHERE conversation_id IN ({places})",
                    some,
                ).fetchall()
            found.extend(map(conversation_view, rows))
        return found

    def write(self, changes: ViewChanges) -> None:
        """See `ViewStore.write`."""
        views = {view.state.conversation_id: view for view in changes.conversations}
        accounts = {own: view.state.account_id for own, view in views.items()}
        moved = {row.conversation_id for row in changes.events}
        # In the order of the table, so that a page is looked for once.
        changed = _rows(conversation_row, [views[own] for own in sorted(moved)])
        read = _rows(_read_row, [views[own] for own in sorted(views.keys() - moved)])
        events = _rows(lambda row: event_row(row, accounts[row.conversation_id]), changes.events)
        words = [row for row in _rows(self._words_row, events) if row]
        with self._transaction() as execute:
            _store(execute, _UPSERT_CONVERSATIONS, changed)
            _store(execute, _UPDATE_READS, read)
            _store(execute, _INSERT_EVENTS, events)
            _store(execute, _INSERT_WORDS, words)
            for alias in changes.aliases:
                execute("INSERT OR IGNORE INTO aliases VALUES (?, ?, ?, ?)", alias)
            self._labels(execute, changes)
            for row in changes.events:
                _beside(execute, row, accounts[row.conversation_id])
            schema.set_meta(self._connection, "position", changes.position)
        self._position = changes.position

    def erase(self, account_id: AccountId, conversation_id: ConversationId) -> None:
        """See `ViewStore.erase`.

        Cost: the whole index is merged, since words that were removed from it are otherwise only
        hidden until later merges: about a second for a million messages.
        """
        own = (account_id, conversation_id)
        with self._transaction() as execute:
            rows = execute(
                "SELECT id, account_id, text FROM events"
                " WHERE account_id = ? AND conversation_id = ? AND text <> ''",
                own,
            ).fetchall()
            for key, account, text in rows:
                execute(_REMOVE_WORDS, (key, account.hex(), self._indexed(text)))
            execute(
                "UPDATE events SET text = '', options = NULL"
                " WHERE account_id = ? AND conversation_id = ? AND text <> ''",
                own,
            )
            execute(
                "UPDATE conversations SET words_text = '' WHERE account_id = ?"
                " AND conversation_id = ? AND words_text <> ''",
                own,
            )
            if rows:
                execute("INSERT INTO words (words) VALUES ('optimize')")

    def close(self) -> None:
        """See `ViewStore.close`."""
        self._connection.close()

    def _labels(self, execute: _Execute, changes: ViewChanges) -> None:
        """Follow the labels of conversations, and the conversations that have some."""
        relabelled = {
            row.conversation_id for row in changes.events if isinstance(row.event.event, LabelsSet)
        }
        for view in changes.conversations:
            state = view.state
            own = state.conversation_id
            if state.label_ids:
                execute(_FOLLOW_CONVERSATION, (int(state.status), view.activity, own))
            if own not in relabelled:
                continue
            places = ",".join("?" * len(state.label_ids))
            execute(
                f"DELETE FROM labelled WHERE conversation_id = ? AND label_id NOT IN ({places})",
                (own, *state.label_ids),
            )
            for label_id in state.label_ids:
                execute(
                    "INSERT OR IGNORE INTO labelled VALUES (?, ?, ?, ?, ?)",
                    (own, label_id, state.account_id, int(state.status), view.activity),
                )

    def _words_row(self, row: _Row) -> _Row:
        """Give what is indexed of an event's row; nothing for one without words."""
        key, account_id, text = row[0], row[1], row[7]
        if isinstance(text, str) and text and isinstance(account_id, bytes):
            return key, account_id.hex(), self._indexed(text)
        return ()

    def _indexed(self, text: str) -> str:
        return " ".join(self._segmenter.index_words(text))

    @contextmanager
    def _transaction(self) -> Iterator[_Execute]:
        with _storing():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection.execute
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.rollback()
                raise


_Execute = Callable[..., sqlite3.Cursor]
_Row = tuple[object, ...]
_Item = TypeVar("_Item")


def _store(execute: _Execute, statements: RowStatements, rows: Sequence[_Row]) -> None:
    for sql, values in statements.cut(rows):
        execute(sql, values)


def _rows(make: Callable[[_Item], _Row], items: Sequence[_Item]) -> list[_Row]:
    """Make rows, with a rest behind each part: no other thread runs meanwhile."""
    rows: list[_Row] = []
    for start in range(0, len(items), PART_ROWS):
        if start:
            time.sleep(REST_S)
        rows.extend(map(make, items[start : start + PART_ROWS]))
    return rows


def _read_row(view: ConversationView) -> _Row:
    """Give what changes of a conversation in which somebody has only read."""
    return view.state.conversation_id, encode_state(view.state)


def _beside(execute: _Execute, row: EventRow, account_id: AccountId) -> None:
    """Store what an event names: a file, or agents."""
    said = row.event.event
    if isinstance(said, MessageSent) and said.file is not None:
        own = (account_id, said.file.file_id)
        execute("INSERT OR IGNORE INTO sent_files VALUES (?, ?)", own)
    elif isinstance(said, NoteAdded):
        for agent_id in said.mentions:
            execute(_MENTION, (account_id, agent_id, row.conversation_id, row.position))


@contextmanager
def _storing() -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise DependencyError(name="views.db", reason=str(error)) from error
