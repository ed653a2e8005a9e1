"""The tables of `log.db`, their settings, and how a connection to them is opened."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from airdesk.core.kernel import NO_ID, LogUnavailable

SCHEMA_VERSION: Final = 1
"""Raised with every change of the tables; another version is refused, never guessed at."""

EPOCH_BYTES: Final = 8
"""Length of an epoch."""

NO_ID_SQL: Final = f"x'{NO_ID.hex()}'"
"""`NO_ID` as SQL; the tables hold NULL instead, so that partial indexes leave it out."""

PRAGMAS: Final = {
    # Readers never wait for the writer, and a commit is one append to one file.
    "journal_mode": "WAL",
    # The write-ahead log is synced before a commit returns: acknowledged means durable.
    "synchronous": "FULL",
    # Pages are moved into the database by a thread of its own; see log_checkpointer.py.
    "wal_autocheckpoint": "0",
    # A burst may make the write-ahead log large; at its next turn it is cut to this many bytes.
    # It is not cut to nothing, because overwriting is synced faster than growing.
    "journal_size_limit": str(64 * 1024 * 1024),
    # What was erased is overwritten, so that erased words are gone from the file too.
    "secure_delete": "ON",
    # The late index is built in memory; see log_index.py.
    "temp_store": "MEMORY",
    # Nothing in the schema may call functions; a file from elsewhere stays harmless.
    "trusted_schema": "OFF",
}
"""Settings of every connection, the defaults of SQLite apart."""

BUSY_S: Final = 5.0
"""How long one statement waits for another connection's lock; only a rival holds one for long."""

TABLES: Final = """
CREATE TABLE records (
    position INTEGER PRIMARY KEY,
    account_id BLOB NOT NULL,
    conversation_id BLOB,          -- NULL for NO_ID
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    public_before INTEGER NOT NULL,
    ts_ms INTEGER NOT NULL,
    actor BLOB NOT NULL,
    operation_id BLOB,             -- NULL for NO_ID
    command_hash BLOB NOT NULL,
    answer BLOB NOT NULL,
    events BLOB NOT NULL,
    bodies BLOB NOT NULL
);
-- Operation ids are nearly ordered by time: with them in front the index grows at its right edge.
CREATE UNIQUE INDEX records_by_operation ON records (operation_id, account_id, actor)
    WHERE operation_id IS NOT NULL;
-- An index by hand, filled later than the records; log_index.py says why.
CREATE TABLE conversation_index (
    conversation_id BLOB NOT NULL,
    first_seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, first_seq, position)
) WITHOUT ROWID;
CREATE TABLE states (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL,
    visitor_key BLOB NOT NULL,
    is_open INTEGER NOT NULL,
    position INTEGER NOT NULL,
    state BLOB NOT NULL
);
CREATE INDEX states_by_visitor ON states (account_id, visitor_key, key);
CREATE INDEX states_open ON states (key) WHERE is_open;
CREATE TABLE consumers (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) WITHOUT ROWID;
"""
"""The schema. `meta` holds schema_version, epoch, checkpoint and indexed_to."""

SELECT_RECORD: Final = (
    f"SELECT r.position, r.account_id, ifnull(r.conversation_id, {NO_ID_SQL}), r.first_seq,"
    " r.last_seq, r.public_before, r.ts_ms, r.actor,"
    f" ifnull(r.operation_id, {NO_ID_SQL}), r.command_hash, r.answer, r.events, r.bodies"
    " FROM records r"
)
"""Reads rows that are a `Record` field by field."""


def connect(path: Path, *, cache_bytes: int, any_thread: bool = False) -> sqlite3.Connection:
    """Open a connection with the settings of PRAGMAS; transactions are begun by hand.

    Args:
        any_thread: the connection may be used on another thread than the one that opened it.
    """
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=not any_thread
    )
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    connection.execute(f"PRAGMA cache_size = {-cache_bytes // 1024}")
    return connection


def create_or_check(path: Path, connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file; in another one check their version.

    Raises:
        LogUnavailable: see `check_version`.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _tables(connection):
            _create(connection)
        check_version(path, connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def refuse_foreign(path: Path) -> None:
    """Make sure, before any setting touches it, that a file is empty or has a log's tables.

    Raises:
        LogUnavailable: it is another program's database.
        sqlite3.Error: it is no database.
    """
    connection = sqlite3.connect(path, timeout=BUSY_S)
    try:
        tables = _tables(connection)
    finally:
        connection.close()
    if tables and not {"meta", "records"} <= tables:
        raise LogUnavailable(reason=f"{path} is a database of another program")


def check_version(path: Path, connection: sqlite3.Connection) -> None:
    """Make sure that the tables are those of this program.

    Raises:
        LogUnavailable: they are older or newer, or there are none.
    """
    if not _tables(connection):
        raise LogUnavailable(reason=f"{path} is empty")
    version = meta_position(connection, "schema_version")
    if version != SCHEMA_VERSION:
        age = "newer" if version > SCHEMA_VERSION else "older"
        raise LogUnavailable(
            reason=f"{path} has schema {version}, {age} than this program's {SCHEMA_VERSION}"
        )


def meta(connection: sqlite3.Connection, name: str) -> int | bytes | None:
    """Read one value of `meta`; None if it was never written."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else row[0]


def set_meta(connection: sqlite3.Connection, name: str, value: int | bytes) -> None:
    """Write one value of `meta` within the open transaction."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def meta_position(connection: sqlite3.Connection, name: str) -> int:
    """Read a position or a version from `meta`; 0 if it was never written."""
    value = meta(connection, name)
    return value if isinstance(value, int) else 0


def last_position(connection: sqlite3.Connection) -> int:
    """Read the position of the last record; 0 if there is none."""
    row = connection.execute("SELECT max(position) FROM records").fetchone()
    return int(row[0] or 0)


def create_private(path: Path) -> None:
    """Create the file, readable by its owner alone; SQLite gives its companions the same mode."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    os.close(descriptor)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}


def _create(connection: sqlite3.Connection) -> None:
    for statement in TABLES.split(";\n"):
        connection.execute(statement)
    set_meta(connection, "schema_version", SCHEMA_VERSION)
    set_meta(connection, "epoch", os.urandom(EPOCH_BYTES))
