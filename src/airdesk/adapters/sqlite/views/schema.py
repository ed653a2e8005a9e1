"""The tables of `views.db`, and how connections to it are opened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

SCHEMA_VERSION: Final = 3
"""Raised with every change of tables or of what is in them; another one is made anew."""

BUSY_S: Final = 5.0
"""How long a statement waits for another connection's lock."""

WRITER_CACHE_BYTES: Final = 32 * 1024 * 1024
"""The right edges of the indexes and the pages of some thousand busy conversations."""

READER_CACHE_BYTES: Final = 8 * 1024 * 1024

CHECKPOINT_PAGES: Final = 4_000
"""16 MB: pages go from the write-ahead log into the file so seldom that the disk is left to the
event log."""

_LABELS_OF: Final = "labelled l WHERE l.conversation_id = {}.conversation_id"
_CONVERSATION_OF: Final = "conversations c WHERE c.conversation_id = {}.conversation_id"


def _tally(label: str, row: str, by: int, source: str = "") -> str:
    """Write what counts a conversation, for a trigger.

    Args:
        label: an expression.
        row: the name of the row with the conversation's columns.
        by: 1 or -1.
        source: where labels or rows come from; "" for the trigger's own row alone.
    """
    return (
        f"INSERT INTO tallies SELECT {row}.account_id, {label}, {row}.inbox_id,"
        f" ifnull({row}.team_id, x''), ifnull({row}.agent_id, x''), {row}.status, {by}"
        f" FROM {source or '(SELECT 1) WHERE true'}"
        " ON CONFLICT DO UPDATE SET number = number + excluded.number"
    )


TABLES: Final = (
    """CREATE TABLE conversations (
        conversation_id BLOB PRIMARY KEY,
        account_id BLOB NOT NULL,
        inbox_id BLOB NOT NULL,
        visitor_id BLOB NOT NULL,
        agent_id BLOB,             -- NULL for nobody
        team_id BLOB,              -- NULL for no team
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
    """CREATE INDEX conversations_by_team
        ON conversations (account_id, team_id, status, activity) WHERE team_id IS NOT NULL""",
    """CREATE INDEX conversations_by_visitor
        ON conversations (account_id, visitor_id, activity)""",
    """CREATE TABLE labelled (
        conversation_id BLOB NOT NULL,
        label_id BLOB NOT NULL,
        account_id BLOB NOT NULL,
        status INTEGER NOT NULL,   -- of the conversation, as is its activity
        activity INTEGER NOT NULL,
        PRIMARY KEY (conversation_id, label_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX labelled_by_label ON labelled (account_id, label_id, status, activity)",
    """CREATE TABLE mentions (
        account_id BLOB NOT NULL,
        agent_id BLOB NOT NULL,
        conversation_id BLOB NOT NULL,
        position INTEGER NOT NULL, -- of the newest note that mentions him there
        PRIMARY KEY (account_id, agent_id, conversation_id)
    ) WITHOUT ROWID""",
    "CREATE INDEX mentions_by_position ON mentions (account_id, agent_id, position)",
    # How many conversations there are of each kind, so that nobody counts them. The triggers keep
    # it: whatever is written, it says what the rows say.
    """CREATE TABLE tallies (
        account_id BLOB NOT NULL,
        label_id BLOB NOT NULL,    -- x'' counts conversations with any labels, or none
        inbox_id BLOB NOT NULL,
        team_id BLOB NOT NULL,     -- x'' for no team
        agent_id BLOB NOT NULL,    -- x'' for nobody
        status INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (account_id, label_id, inbox_id, team_id, agent_id, status)
    ) WITHOUT ROWID""",
    f"""CREATE TRIGGER conversation_came AFTER INSERT ON conversations BEGIN
        {_tally("x''", "new", 1)};
    END""",
    f"""CREATE TRIGGER conversation_moved AFTER UPDATE OF status, team_id, agent_id ON conversations
        WHEN old.status <> new.status OR old.team_id IS NOT new.team_id
            OR old.agent_id IS NOT new.agent_id BEGIN
        {_tally("x''", "old", -1)};
        {_tally("x''", "new", 1)};
        {_tally("l.label_id", "old", -1, _LABELS_OF.format("new"))};
        {_tally("l.label_id", "new", 1, _LABELS_OF.format("new"))};
    END""",
    f"""CREATE TRIGGER label_came AFTER INSERT ON labelled BEGIN
        {_tally("new.label_id", "c", 1, _CONVERSATION_OF.format("new"))};
    END""",
    f"""CREATE TRIGGER label_gone AFTER DELETE ON labelled BEGIN
        {_tally("old.label_id", "c", -1, _CONVERSATION_OF.format("old"))};
    END""",
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
