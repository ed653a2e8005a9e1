"""Reads `log.db` beside its writer, on a thread or in a process of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from airdesk.adapters.sqlite.log_schema import (
    SELECT_RECORD,
    check_version,
    connect,
    last_position,
    meta,
)
from airdesk.core.kernel import LogCorrupt, LogUnavailable
from airdesk.ports.event_log import Record

CACHE_BYTES: Final = 1024 * 1024
"""Pages are read once, in order."""

_PAGE: Final = f"{SELECT_RECORD} WHERE r.position > ? ORDER BY r.position LIMIT ?"


class SqliteLogRecords:
    """`LogRecords` of a `log.db` that a home has made.

    What a commit shows is on disk already: the write-ahead log is synced before.

    Raises:
        LogUnavailable: there is no log, or one of another schema.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise LogUnavailable(reason=f"{path} is missing")
        self._connection = connect(path, cache_bytes=CACHE_BYTES, any_thread=True)
        try:
            with _reading():
                self._connection.execute("PRAGMA query_only = ON")
                check_version(path, self._connection)
                epoch = meta(self._connection, "epoch")
        except BaseException:
            self._connection.close()
            raise
        if not isinstance(epoch, bytes):
            raise LogCorrupt(position=0, reason="it has no epoch")
        self._epoch = epoch

    @property
    def epoch(self) -> bytes:
        """See `LogRecords.epoch`."""
        return self._epoch

    def head(self) -> int:
        """See `LogRecords.head`."""
        with _reading():
            return last_position(self._connection)

    def read(self, after: int, limit: int) -> Sequence[Record]:
        """See `LogRecords.read`."""
        with _reading():
            rows = self._connection.execute(_PAGE, (after, limit)).fetchall()
        return [Record._make(row) for row in rows]

    def close(self) -> None:
        """See `LogRecords.close`."""
        self._connection.close()


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LogUnavailable(reason=str(error)) from error
