"""Looks for damage in `log.db`, whatever its indexes claim, in bounded memory.

All checks read the rows of `records` themselves, in the order that SQLite's sorter gives them
(it spills to temporary files), never an index that may be damaged too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from airdesk.adapters.sqlite.log_schema import (
    check_version,
    connect,
    last_position,
    meta_position,
    refuse_foreign,
)
from airdesk.core.kernel import LogUnavailable

CACHE_BYTES: Final = 8 * 1024 * 1024
"""Rows pass by once."""

FINDINGS_MAX: Final = 20
"""Findings of one kind; a broken disk may have millions."""

_CHAIN: Final = "SELECT position, ts_ms FROM records NOT INDEXED ORDER BY position"
_CONVERSATIONS: Final = (
    "SELECT conversation_id, first_seq, last_seq, position FROM records NOT INDEXED"
    " WHERE conversation_id IS NOT NULL ORDER BY conversation_id, position"
)
_OPERATIONS: Final = (
    "SELECT operation_id, account_id, actor, position FROM records NOT INDEXED"
    " WHERE operation_id IS NOT NULL ORDER BY operation_id, account_id, actor, position"
)
_NOT_IN_INDEX: Final = (
    "SELECT r.position FROM records r NOT INDEXED WHERE r.position <= ?"
    " AND r.conversation_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM conversation_index i"
    " WHERE i.conversation_id = r.conversation_id AND i.first_seq = r.first_seq"
    " AND i.position = r.position) LIMIT ?"
)
_INDEX_ONLY: Final = (
    "SELECT i.position FROM conversation_index i LEFT JOIN records r ON r.position = i.position"
    " WHERE r.conversation_id IS NOT i.conversation_id OR r.first_seq IS NOT i.first_seq LIMIT ?"
)


class Damage(NamedTuple):
    """One finding."""

    position: int
    """Where it shows; 0 if it is nowhere in particular."""
    reason: str


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open an existing log for reading, also while a server uses it.

    Raises:
        LogUnavailable: there is no log, or none of this version.
    """
    if not path.is_file():
        raise LogUnavailable(reason=f"{path} does not exist")
    try:
        refuse_foreign(path)
        connection = connect(path, cache_bytes=CACHE_BYTES)
    except sqlite3.Error as error:
        raise LogUnavailable(reason=f"{path}: {error}") from error
    try:
        check_version(path, connection)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA temp_store = FILE")
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise LogUnavailable(reason=f"{path}: {error}") from error
        raise
    return connection


def find_damage(connection: sqlite3.Connection) -> Iterator[Damage]:
    """Give everything that is wrong, at most FINDINGS_MAX of each kind.

    Reads one moment of the log: the connection must be in a transaction if others write.
    """
    for check in (_chain, _conversations, _operations, _index, _pages):
        found = 0
        try:
            for damage in check(connection):
                yield damage
                found += 1
                if found == FINDINGS_MAX:
                    break
        except sqlite3.DatabaseError as error:
            yield Damage(0, f"the file cannot be read: {error}")


def _chain(connection: sqlite3.Connection) -> Iterator[Damage]:
    expected, last_ts_ms = 1, 0
    for position, ts_ms in connection.execute(_CHAIN):
        if position != expected:
            yield Damage(expected, f"missing; the next record has position {position}")
        if ts_ms < last_ts_ms:
            yield Damage(position, f"its time {ts_ms} is before {last_ts_ms}")
        expected, last_ts_ms = position + 1, ts_ms
    checkpoint = meta_position(connection, "checkpoint")
    if checkpoint >= expected:
        yield Damage(checkpoint, f"the checkpoint is behind the last record {expected - 1}")


def _conversations(connection: sqlite3.Connection) -> Iterator[Damage]:
    conversation, seq = b"", 0
    for conversation_id, first_seq, last_seq, position in connection.execute(_CONVERSATIONS):
        if conversation_id != conversation:
            conversation, seq = conversation_id, 0
        if first_seq != seq + 1 or last_seq < seq:
            name = conversation_id.hex()
            reason = f"seq {first_seq} to {last_seq} after {seq} in conversation {name}"
            yield Damage(position, reason)
        seq = last_seq


def _operations(connection: sqlite3.Connection) -> Iterator[Damage]:
    last: list[object] = []
    used_at = 0
    for *name, position in connection.execute(_OPERATIONS):
        if name == last:
            yield Damage(position, f"its operation id was used at position {used_at} already")
        last, used_at = name, position


def _index(connection: sqlite3.Connection) -> Iterator[Damage]:
    indexed_to = meta_position(connection, "indexed_to")
    if indexed_to > last_position(connection):
        yield Damage(indexed_to, "the index of conversations goes beyond the last record")
    for (position,) in connection.execute(_NOT_IN_INDEX, (indexed_to, FINDINGS_MAX)):
        yield Damage(position, "it is missing in the index of conversations")
    for (position,) in connection.execute(_INDEX_ONLY, (FINDINGS_MAX,)):
        yield Damage(position, "the index of conversations has it otherwise than the records")


def _pages(connection: sqlite3.Connection) -> Iterator[Damage]:
    for (line,) in connection.execute(f"PRAGMA integrity_check({FINDINGS_MAX})"):
        if line != "ok":
            yield Damage(0, f"SQLite says: {line}")
