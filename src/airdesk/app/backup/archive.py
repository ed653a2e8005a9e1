"""What a backup looks like on a disk: a folder, or a tar file of the same parts.

    log.db, directory.db    databases, each in one file
    secret.key              the installation's key
    files/<2>/<32 digits>   files that people sent
    manifest.json           what it is of, and the size and SHA-256 of every part; the last one

A backup without its manifest was broken off and is none.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Literal, Protocol, Self, TypeAlias

import msgspec

from airdesk.core.kernel import AirDeskError

FORMAT: Final = "airdesk-backup"
"""First field of the manifest."""

VERSION: Final = 1
"""Raised with every change of the format."""

MANIFEST: Final = "manifest.json"
LOG: Final = "log.db"
DIRECTORY: Final = "directory.db"
KEY: Final = "secret.key"

TarMode: TypeAlias = Literal["w", "w:gz"]

TAR_ENDINGS: Final[Mapping[str, TarMode]] = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz"}
"""Names that end so are made tar files; everything else is a folder."""

MANIFEST_BYTES_MAX: Final = 512 * 1024 * 1024
"""A longer one is none: three million files."""

_PART: Final = re.compile(r"(log\.db|directory\.db|secret\.key|files/[0-9a-f]{2}/[0-9a-f]{32})")
_CHUNK: Final = 1024 * 1024


class BackupError(AirDeskError):
    """A backup or a restore cannot do what it was asked to. Nothing was left behind."""

    template = "{reason}"


class Part(msgspec.Struct, frozen=True):
    """One file of a backup."""

    name: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is of."""

    format: str
    version: int
    airdesk: str
    """Version of the program that made it."""
    made_at: str
    """Time, ISO 8601 in UTC."""
    epoch: str
    """Of the log, 16 hexadecimal digits."""
    head: int
    """The log's last record."""
    log_schema: int
    directory_schema: str
    parts: tuple[Part, ...]


def tar_mode(path: Path) -> TarMode | None:
    """Give tarfile's mode for a path; None for a folder."""
    for ending, mode in TAR_ENDINGS.items():
        if path.name.endswith(ending):
            return mode
    return None


def object_name(file_id: bytes) -> str:
    """Give the part of a file that people sent."""
    name = file_id.hex()
    return f"files/{name[-2:]}/{name}"


# Writing -------------------------------------------------------------------------------------


class ArchiveWriter(Protocol):
    """Takes the parts of a backup, then its manifest; without it nothing is left."""

    parts: list[Part]

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None: ...

    def add(self, name: str, source: IO[bytes]) -> None:
        """Take one part."""

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest, and give the backup its name."""


def new_archive(path: Path) -> ArchiveWriter:
    """Begin a backup at a place where nothing is.

    Raises:
        BackupError: something is there.
    """
    if path.is_dir() and tar_mode(path) is None:
        if any(path.iterdir()):
            raise BackupError(reason=f"{path} is not an empty folder")
        path.rmdir()
    elif path.exists() or path.is_symlink():
        raise BackupError(reason=f"{path} exists")
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = tar_mode(path)
    return _FolderWriter(path) if mode is None else _TarWriter(path, mode)


class _FolderWriter:
    """A folder that comes to be under another name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unfinished = path.with_name(path.name + ".unfinished")
        self.parts: list[Part] = []

    def __enter__(self) -> Self:
        self._unfinished.mkdir(mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        shutil.rmtree(self._unfinished, ignore_errors=True)

    def add(self, name: str, source: IO[bytes]) -> None:
        """See ArchiveWriter."""
        self.parts.append(write_part(self._unfinished, name, source))

    def finish(self, manifest: Manifest) -> None:
        """See ArchiveWriter."""
        write_part(self._unfinished, MANIFEST, io.BytesIO(encoded(manifest)))
        for folder in [self._unfinished, *(p for p in self._unfinished.rglob("*") if p.is_dir())]:
            sync(folder)
        self._unfinished.rename(self._path)
        sync(self._path.parent)


class _TarWriter:
    """A tar file that comes to be under another name."""

    def __init__(self, path: Path, mode: TarMode) -> None:
        self._path = path
        self._mode = mode
        self._unfinished = path.with_name(path.name + ".unfinished")
        self.parts: list[Part] = []

    def __enter__(self) -> Self:
        self._file = open(
            self._unfinished, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)
        )
        self._tar = tarfile.open(fileobj=self._file, mode=self._mode)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        # Closing writes, and the disk may be full: what matters is that nothing stays open.
        with contextlib.suppress(OSError):
            self._tar.close()
        with contextlib.suppress(OSError):
            self._file.close()
        self._unfinished.unlink(missing_ok=True)

    def add(self, name: str, source: IO[bytes]) -> None:
        """See ArchiveWriter."""
        size = source.seek(0, os.SEEK_END)
        source.seek(0)
        hashed = _Hashed(source)
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, hashed)
        self.parts.append(Part(name, size, hashed.digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """See ArchiveWriter."""
        data = encoded(manifest)
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(data), 0o600
        self._tar.addfile(entry, io.BytesIO(data))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._unfinished.rename(self._path)
        sync(self._path.parent)


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, count: int = -1, /) -> bytes:
        """Read on."""
        data = self._source.read(count)
        self.digest.update(data)
        return data


def write_part(folder: Path, name: str, source: IO[bytes]) -> Part:
    """Write one part under a folder, readable by its owner alone, and sync it."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, count = hashlib.sha256(), 0
    with open(path, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            count += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Part(name, count, digest.hexdigest())


def sync(folder: Path) -> None:
    """Bring a folder's names to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def encoded(manifest: Manifest) -> bytes:
    """Write a manifest as JSON, for people to read, too."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


# Reading -------------------------------------------------------------------------------------


def read_archive(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Give every part of a backup with its name, the manifest among them.

    Raises:
        BackupError: it is no backup, or has a part that no backup has.
    """
    try:
        yield from _folder_parts(path) if path.is_dir() else _tar_parts(path)
    except tarfile.TarError as error:
        raise BackupError(reason=f"{path} is no backup, or it is damaged: {error}") from None
    except EOFError:
        raise BackupError(reason=f"{path} is damaged: it ends early") from None


def _folder_parts(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    for file in sorted(path.rglob("*")):
        if file.is_dir() and not file.is_symlink():
            continue
        name = _checked(file.relative_to(path).as_posix(), file.is_file() and not file.is_symlink())
        with file.open("rb") as source:
            yield name, source


def _tar_parts(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(path, "r:*") as tar:
        for entry in tar:
            source = tar.extractfile(entry)
            name = _checked(entry.name, entry.isfile() and source is not None)
            if source is not None:
                with source:
                    yield name, source


def _checked(name: str, is_file: bool) -> str:
    """Let only names through that a backup has: no word of a stranger becomes a path."""
    if not is_file or (name != MANIFEST and not _PART.fullmatch(name)):
        raise BackupError(reason=f"{name!r} is no part of a backup")
    return name


def read_manifest(source: IO[bytes]) -> Manifest:
    """Read a manifest.

    Raises:
        BackupError: it is none, or of a newer program.
    """
    try:
        known = msgspec.json.decode(source.read(MANIFEST_BYTES_MAX))
        if not isinstance(known, dict) or known.get("format") != FORMAT:
            raise BackupError(reason="its manifest is none of AirDesk's")
        if known.get("version") != VERSION:
            raise BackupError(
                reason=f"it has version {known.get('version')}, this program reads {VERSION}; "
                f"restore it by AirDesk {known.get('airdesk')} or newer"
            )
        return msgspec.convert(known, Manifest)
    except msgspec.MsgspecError as error:
        raise BackupError(reason=f"its manifest cannot be read: {error}") from None
