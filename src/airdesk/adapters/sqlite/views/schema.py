"""The tables of `views.db`, and how connections to it are opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

SCHEMA_VERSION: Final = 2
"""Raised with every change of tables or of what is in them; another one is made anew."""

BUSY_S: Final = 5.0
"""How long a statement waits for another connection's lock."""

WRITER_CACHE_BYTES: Final = 32 * 1024 * 1024
"""The right edges of the indexes and the pages of some thousand busy conversations."""

READER_CACHE_BYTES: Final = 8 * 1024 * 1024

CHECKPOINT_PAGES: Final = 4_000
"""16 MB: pages go from the write-ahead log into the file so seldom that the disk is left to the
event log."""

TABLES: Final = (
    """CREATE TABLE conversations (
        conversation_id BLOB PRIMARY KEY,
        account_id BLOB NOT NULL,
        inbox_id BLOB NOT NULL,
        visitor_id BLOB NOT NULL,
        agent_id BLOB,             -- NULL for nobody
        status INTEGER NOT NULL,
        activity INTEGER NOT NULL,
        state BLOB NOT NULL,
        words_author INTEGER,      -- NULL before the first message
        words_ms INTEGER,
        words_text TEXT
    )""",
    "CREATE INDEX conversations_by_status ON conversations (account_id, status, activity)",
    """CREATE INDEX conversations_by_inbox
        ON conversations (account_id, inbox_id, status, activity)""",
    """CREATE INDEX conversations_by_agent
        ON conversations (account_id, agent_id, status, activity) WHERE agent_id IS NOT NULL""",
    """CREATE INDEX conversations_by_visitor
        ON conversations (account_id, visitor_id, activity)""",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY,    -- position * ROW_EVENTS_MAX + number
        account_id BLOB NOT NULL,
        conversation_id BLOB NOT NULL,
        seq INTEGER NOT NULL,
        public_prev INTEGER NOT NULL,
        ts_ms INTEGER NOT NULL,
        event BLOB NOT NULL,
        text TEXT,                 -- NULL for an event without words
        sender BLOB NOT NULL,
        operation_id BLOB NOT NULL,
        options BLOB               -- NULL where none are offered
    )""",
    "CREATE UNIQUE INDEX events_by_conversation ON events (conversation_id, seq)",
    # Words without places: what a candidate really holds is looked up in its text. The account
    # is a column, so that another's messages are not even candidates.
    """CREATE VIRTUAL TABLE words USING fts5(
        account, word, content='', detail=column, columnsize=0,
        tokenize="unicode61 remove_diacritics 0")""",
    """CREATE TABLE aliases (
        account_id BLOB NOT NULL,
        inbox_id BLOB NOT NULL,
        from_visitor_id BLOB NOT NULL,
        to_visitor_id BLOB NOT NULL,
        PRIMARY KEY (account_id, from_visitor_id, inbox_id, to_visitor_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX aliases_by_to ON aliases (account_id, to_visitor_id, from_visitor_id)",
    """CREATE TABLE sent_files (
        account_id BLOB NOT NULL,
        file_id BLOB NOT NULL,
        PRIMARY KEY (account_id, file_id)
    ) WITHOUT ROWID""",
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) WITHOUT ROWID",
)
"""The schema. `meta` holds version, epoch, position and whole_at."""


def version(segmenter_version: str) -> str:
    """Give the version of tables and words together: when either changes, all is made anew."""
    return f"{SCHEMA_VERSION} {segmenter_version}"


def connect(path: Path, *, for_writing: bool) -> sqlite3.Connection:
    """Open a connection; transactions are begun by hand.

    Args:
        for_writing: the file is made where it is missing; else it must exist.

    Raises:
        sqlite3.Error: there is no such file, or it is no database.
    """
    mode = "rwc" if for_writing else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _settle(connection, for_writing)
    except BaseException:
        connection.close()
        raise
    return connection


def _settle(connection: sqlite3.Connection, for_writing: bool) -> None:
    execute = connection.execute
    cache_bytes = WRITER_CACHE_BYTES if for_writing else READER_CACHE_BYTES
    execute(f"PRAGMA cache_size = {-cache_bytes // 1024}")
    execute("PRAGMA trusted_schema = OFF")
    if not for_writing:
        execute("PRAGMA query_only = ON")
        return
    execute("PRAGMA journal_mode = WAL")
    # What a loss of power takes is read from the log again: rows and position go together.
    execute("PRAGMA synchronous = NORMAL")
    execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    execute(f"PRAGMA journal_size_limit = {64 * 1024 * 1024}")
    execute("PRAGMA secure_delete = ON")  # erased words are gone from the file too


def meta(connection: sqlite3.Connection) -> dict[str, int | bytes | str]:
    """Read all of `meta`; nothing where there are no tables."""
    try:
        return dict(connection.execute("SELECT name, value FROM meta"))
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return {}


def set_meta(connection: sqlite3.Connection, name: str, value: int | bytes | str) -> None:
    """Write one value of `meta` within the open transaction."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def drop_all(connection: sqlite3.Connection) -> None:
    """Drop every table within the open transaction, whatever tables these are."""
    names = connection.execute(
        "SELECT name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_schema WHERE type = 'table'"
    ).fetchall()
    # A virtual table takes its shadow tables with it.
    for name, _ in sorted(names, key=lambda row: not row[1]):
        quoted = '"' + name.replace('"', '""') + '"'
        if not name.startswith("sqlite_"):
            connection.execute(f"DROP TABLE IF EXISTS {quoted}")
