"""Fills a new `log.db` with the records of another log, all or nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Final, Self

from airdesk.adapters.sqlite.log_check import Damage, find_damage
from airdesk.adapters.sqlite.log_rows import RECORD_INSERTS
from airdesk.adapters.sqlite.log_schema import (
    connect,
    create_or_check,
    create_private,
    last_position,
    set_meta,
)
from airdesk.ports.event_log import Record

CACHE_BYTES: Final = 64 * 1024 * 1024
"""Indexes are made in one go."""

_PAGE: Final = 10_000
_COMPANIONS: Final = ("", "-wal", "-shm", "-journal")


class LogRestore:
    """A new log that comes to be under a temporary name, until `finish`.

    Use it in a `with` statement: whatever ends it early leaves nothing behind. The new log has
    an epoch of its own, since cursors into the old one may lie beyond its end.

    Args:
        path: where the log shall be; it must not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_name(path.name + ".unfinished")
        create_private(self._unfinished)
        self._connection = connect(self._unfinished, cache_bytes=CACHE_BYTES)
        # Nothing needs to survive before it is whole; `finish` syncs once.
        self._connection.execute("PRAGMA synchronous = OFF")
        create_or_check(self._unfinished, self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self._connection.close()
        for companion in _COMPANIONS:
            self._unfinished.with_name(self._unfinished.name + companion).unlink(missing_ok=True)

    def add(self, records: Iterable[Record]) -> None:
        """Store records.

        Raises:
            sqlite3.IntegrityError: a position or an operation id came twice.
        """
        rest = iter(records)
        while page := list(islice(rest, _PAGE)):
            self._connection.execute("BEGIN")
            for sql, values in RECORD_INSERTS.cut(page):
                self._connection.execute(sql, values)
            self._connection.execute("COMMIT")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def index(self, consumers: Mapping[str, int]) -> None:
        """Make the index of conversations and note where the consumers are."""
        connection = self._connection
        connection.execute("BEGIN")
        connection.execute(
            "INSERT INTO conversation_index SELECT conversation_id, first_seq, position"
            " FROM records WHERE conversation_id IS NOT NULL"
            " ORDER BY conversation_id, first_seq, position"
        )
        set_meta(connection, "indexed_to", last_position(connection))
        connection.executemany("INSERT INTO consumers VALUES (?, ?)", consumers.items())
        connection.execute("COMMIT")

    def first_damage(self) -> Damage | None:
        """Check what was stored as `airdesk log verify` does."""
        return next(find_damage(self._connection), None)

    def finish(self) -> None:
        """Bring everything to the disk and give the log its name."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._connection.close()
        for path in (self._unfinished, self._path.parent):
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        # link, not rename: it never replaces a file that appeared meanwhile.
        os.link(self._unfinished, self._path)
        descriptor = os.open(self._path.parent, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


RestoreError = sqlite3.Error
"""What `LogRestore` raises for rows that SQLite refuses."""
