"""`airdesk log verify | export | import`, as plain functions.

The export is a stream that any language can read:

    header      one line of JSON, ends with a line feed: {"format": "airdesk-log", "version": 1,
                "epoch": 16 hexadecimal digits, "head": the last position,
                "consumers": {name: position}}
    frames      for each record, in order of position: its length in 4 bytes, big-endian, then a
                msgpack array of its 13 fields in the order of `Record`; ids are 16 bytes
    end         a length of 0, then the SHA-256 of every byte before it, 32 bytes

States and checkpoints are not in it: a start makes them again from the records. What consumers
have done is, so that a restore does not send their e-mails and webhooks once more.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, Final, TextIO

import msgspec

from airdesk.adapters.sqlite.log_check import find_damage, open_to_read
from airdesk.adapters.sqlite.log_restore import LogRestore, RestoreError
from airdesk.adapters.sqlite.log_schema import SELECT_RECORD, last_position, meta
from airdesk.core.kernel import ID_BYTES, AirDeskError
from airdesk.ports.event_log import Record

FORMAT: Final = "airdesk-log"
"""First field of the header."""

VERSION: Final = 1
"""Raised with every change of the format."""

HEADER_BYTES_MAX: Final = 1024 * 1024
"""A longer first line is no header."""

FRAME_BYTES_MAX: Final = 64 * 1024 * 1024
"""A longer record is damage; it keeps a wrong length from taking all memory."""

_PAGE_RECORDS: Final = 500
_DIGEST_BYTES: Final = 32
_PAGE: Final = (
    f"{SELECT_RECORD} WHERE r.position > ? AND r.position <= ? ORDER BY r.position LIMIT ?"
)


class LogCommandError(AirDeskError):
    """A `log` command cannot do what it was asked to. Nothing was changed."""

    template = "{reason}"


class Header(msgspec.Struct, frozen=True):
    """First line of an export."""

    format: str
    version: int
    epoch: str
    head: int
    consumers: dict[str, int]


# verify --------------------------------------------------------------------------------------


def verify(path: Path, report: TextIO = sys.stdout) -> bool:
    """Look through a log for damage and print what was found; others may use it meanwhile.

    Returns:
        False if there is damage. The report names each position.

    Raises:
        LogUnavailable: there is no log of this version at `path`.
    """
    with closing(open_to_read(path)) as connection:
        # One moment of the log, however long the look takes.
        connection.execute("BEGIN")
        findings = 0
        for damage in find_damage(connection):
            findings += 1
            print(f"position {damage.position}: {damage.reason}", file=report)
        head = last_position(connection) if findings == 0 else None
    if findings == 0:
        print(f"{path}: {head} records, no damage", file=report)
    else:
        print(f"{path}: damaged, {findings} findings", file=report)
    return findings == 0


# export --------------------------------------------------------------------------------------


def export_log(path: Path, out: Path) -> int:
    """Write all records into a new file; others may use the log meanwhile.

    Returns:
        How many records were written.

    Raises:
        LogUnavailable: there is no log of this version at `path`.
        LogCommandError: `out` exists or cannot be written, or the log has a gap.
    """
    with closing(open_to_read(path)) as connection:
        try:
            file = out.open("xb")
        except OSError as error:
            raise LogCommandError(reason=f"{out}: {error.strerror}") from error
        try:
            with file:
                return _write_export(connection, file)
        except (OSError, sqlite3.Error, LogCommandError) as error:
            out.unlink()
            raise LogCommandError(reason=f"export of {path} failed: {error}") from error


def _write_export(connection: sqlite3.Connection, file: BinaryIO) -> int:
    digest = hashlib.sha256()

    def write(part: bytes) -> None:
        digest.update(part)
        file.write(part)

    header = _header(connection)
    write(msgspec.json.encode(header) + b"\n")
    encode = msgspec.msgpack.Encoder().encode
    for record in _records(connection, header.head):
        frame = encode(record)
        write(len(frame).to_bytes(4, "big") + frame)
    write(bytes(4))
    file.write(digest.digest())
    return header.head


def _header(connection: sqlite3.Connection) -> Header:
    # The consumers first: records that came meanwhile are only ever behind their positions.
    consumers = dict(connection.execute("SELECT name, position FROM consumers").fetchall())
    epoch = meta(connection, "epoch")
    return Header(
        format=FORMAT,
        version=VERSION,
        epoch=epoch.hex() if isinstance(epoch, bytes) else "",
        head=last_position(connection),
        consumers=consumers,
    )


def _records(connection: sqlite3.Connection, head: int) -> Iterator[Record]:
    """Read page by page: a long reading transaction would hold up the server's checkpoints."""
    position = 0
    while position < head:
        page = connection.execute(_PAGE, (position, head, _PAGE_RECORDS)).fetchall()
        for row in page:
            position += 1
            if row[0] != position:
                raise LogCommandError(reason=f"position {position} is missing")
            yield Record._make(row)
        if not page:
            raise LogCommandError(reason=f"position {position + 1} is missing")


# import --------------------------------------------------------------------------------------


def import_log(file: Path, path: Path) -> int:
    """Make a new log from an export, in a folder that is empty or does not exist.

    The log gets a new epoch, so that every client starts from a snapshot: its cursor may lie
    beyond the end of what was restored. Checksum and chain are verified first; a bad file changes
    nothing.

    Returns:
        How many records the log has.

    Raises:
        LogCommandError: the folder is not empty, or the file is no good export.
    """
    folder = path.parent
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LogCommandError(reason=f"{folder} is not an empty folder")
    made = not folder.exists()
    try:
        with file.open("rb") as source:
            folder.mkdir(parents=True, exist_ok=True)
            return _restore(source, path)
    except (OSError, RestoreError, LogCommandError) as error:
        if made and folder.exists():
            folder.rmdir()
        raise LogCommandError(reason=f"import of {file} failed: {error}") from error


def _restore(source: BinaryIO, path: Path) -> int:
    reader = _ExportReader(source)
    header = reader.read_header()
    with LogRestore(path) as restore:
        restore.add(reader.read_records())
        if reader.records != header.head:
            raise LogCommandError(reason=f"it has {reader.records} records, not {header.head}")
        restore.index(header.consumers)
        damage = restore.first_damage()
        if damage is not None:
            raise LogCommandError(reason=f"position {damage.position}: {damage.reason}")
        restore.finish()
    return header.head


class _ExportReader:
    """Reads an export from its beginning to its end, once."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._digest = hashlib.sha256()
        self.records = 0

    def read_header(self) -> Header:
        line = self._source.readline(HEADER_BYTES_MAX)
        try:
            header = msgspec.json.decode(line, type=Header)
        except msgspec.DecodeError as error:
            raise LogCommandError(reason="it is no export of a log") from error
        if header.format != FORMAT:
            raise LogCommandError(reason="it is no export of a log")
        if header.version != VERSION:
            raise LogCommandError(
                reason=f"it has version {header.version}, this program reads {VERSION}"
            )
        self._digest.update(line)
        return header

    def read_records(self) -> Iterator[Record]:
        decode = msgspec.msgpack.Decoder(Record).decode
        while length := int.from_bytes(self._take(4), "big"):
            if length > FRAME_BYTES_MAX:
                raise self._broken("has an impossible length")
            frame = self._take(length)
            try:
                record = decode(frame)
            except msgspec.DecodeError as error:
                raise self._broken(f"cannot be read: {error}") from error
            self.records += 1
            self._check(record)
            yield record
        self._check_end()

    def _check(self, record: Record) -> None:
        if record.position != self.records:
            raise LogCommandError(
                reason=f"position {self.records} is missing; {record.position} stands there"
            )
        ids = (record.account_id, record.conversation_id, record.operation_id)
        if any(len(each) != ID_BYTES for each in ids):
            raise LogCommandError(reason=f"position {record.position}: an id is not 16 bytes")

    def _check_end(self) -> None:
        expected = self._digest.digest()
        if self._source.read(_DIGEST_BYTES + 1) != expected:
            raise LogCommandError(reason="its checksum does not fit; the file is damaged")

    def _take(self, count: int) -> bytes:
        part = self._source.read(count)
        if len(part) != count:
            raise LogCommandError(reason=f"it ends in the middle, after record {self.records}")
        self._digest.update(part)
        return part

    def _broken(self, reason: str) -> LogCommandError:
        return LogCommandError(reason=f"record {self.records + 1} {reason}")
