"""One moment of log and directory together, copied while others write, and made a log anew.

Log and directory name each other's things. A message in the log names a file whose row is in the
directory, so the directory must not be older than the log. A row of the directory's outbox is
forgotten once the log has what it asked for, so the log must not be older than the directory. Both
hold only for one moment: the directory's writers are held up, by the lock that they take turns
with, until a reading of each file has begun. That takes a few milliseconds, whatever the sizes. The
readings go on seeing that moment while they are copied.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from airdesk.adapters.sqlite.log_check import Damage, find_damage, open_to_read
from airdesk.adapters.sqlite.log_schema import (
    EPOCH_BYTES,
    SCHEMA_VERSION,
    connect,
    create_private,
    last_position,
    meta,
    set_meta,
)
from airdesk.core.kernel import DirectoryUnavailable, LogUnavailable, limits

CACHE_BYTES: Final = 8 * 1024 * 1024
"""Pages pass by once."""


class Moment(NamedTuple):
    """What was copied."""

    epoch: bytes
    """Of the log."""
    head: int
    """The log's last record."""
    log_schema: int
    directory_schema: str
    """"" where the directory was never opened."""
    file_ids: tuple[bytes, ...]
    """Files that the directory has a row for."""


def copy_moment(log: Path, directory: Path, log_copy: Path, directory_copy: Path) -> Moment:
    """Copy log and directory as they are at one moment; others may write meanwhile.

    Args:
        log: `log.db`.
        directory: `directory.db`.
        log_copy: where the log's copy goes; one file, complete, mode 0600.
        directory_copy: where the directory's copy goes, likewise.

    Raises:
        LogUnavailable: there is no good log.
        DirectoryUnavailable: there is no good directory, or its writers did not make room.
    """
    with closing(open_to_read(log)) as log_reader, _directory(directory) as directory_reader:
        with _held_up(directory):
            directory_reader.execute("BEGIN")
            directory_reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            log_reader.execute("BEGIN")
            head = last_position(log_reader)
        epoch = meta(log_reader, "epoch")
        moment = Moment(
            epoch if isinstance(epoch, bytes) else b"",
            head,
            SCHEMA_VERSION,
            _schema(directory_reader),
            _file_ids(directory_reader),
        )
        try:
            _copy(log_reader, log_copy)
        except sqlite3.Error as error:
            raise LogUnavailable(reason=f"{log}: {error}") from error
        try:
            _copy(directory_reader, directory_copy)
        except sqlite3.Error as error:
            raise DirectoryUnavailable(reason=f"{directory}: {error}") from error
    return moment


@contextmanager
def _directory(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise DirectoryUnavailable(reason=f"{path} does not exist")
    try:
        with closing(_plain(path)) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield connection
    except sqlite3.Error as error:
        raise DirectoryUnavailable(reason=f"{path}: {error}") from error


@contextmanager
def _held_up(path: Path) -> Iterator[None]:
    """Let nobody write into the directory meanwhile; they wait, as they do for one another."""
    with closing(_plain(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.rollback()


def _plain(path: Path) -> sqlite3.Connection:
    wait_s = limits.DIRECTORY_WAIT_MS_MAX / 1000
    return sqlite3.connect(path, timeout=wait_s, isolation_level=None)


def _schema(directory: sqlite3.Connection) -> str:
    if not _has_table(directory, "alembic_version"):
        return ""
    row = directory.execute("SELECT version_num FROM alembic_version").fetchone()
    return "" if row is None else str(row[0])


def _file_ids(directory: sqlite3.Connection) -> tuple[bytes, ...]:
    if not _has_table(directory, "files"):
        return ()
    rows = directory.execute("SELECT file_id FROM files ORDER BY file_id")
    return tuple(bytes(file_id) for (file_id,) in rows)


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    query = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
    return connection.execute(query, (name,)).fetchone() is not None


def _copy(reader: sqlite3.Connection, path: Path) -> None:
    """Copy what a reading sees. Its transaction is open, so SQLite copies that and no other."""
    create_private(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        reader.backup(copy)
        # One file that needs no companion.
        copy.execute("PRAGMA journal_mode = DELETE")


def begin_anew(path: Path) -> bytes:
    """Give a restored log an epoch of its own, so that every client starts from a snapshot.

    What clients hold may lie beyond the log's end, and other records will get those positions.

    Returns:
        The new epoch.

    Raises:
        LogUnavailable: it is no log of this version.
    """
    open_to_read(path).close()
    epoch = os.urandom(EPOCH_BYTES)
    with closing(connect(path, cache_bytes=CACHE_BYTES)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        set_meta(connection, "epoch", epoch)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return epoch


def first_damage(path: Path) -> Damage | None:
    """Give the first thing that is wrong with a log, as `airdesk log verify` finds it."""
    with closing(open_to_read(path)) as connection:
        return next(find_damage(connection), None)


def directory_damage(path: Path) -> str:
    """Give what SQLite finds wrong with a directory; "" for nothing."""
    with closing(_plain(path)) as connection:
        (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return "" if said == "ok" else str(said)
