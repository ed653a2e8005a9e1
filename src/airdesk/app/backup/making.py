"""Makes a backup of a data folder, whether a server uses it or not."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from airdesk import __version__
from airdesk.adapters.objects import FolderObjects
from airdesk.adapters.sqlite.moments import Moment, copy_moment
from airdesk.app.backup.archive import (
    DIRECTORY,
    FORMAT,
    KEY,
    LOG,
    VERSION,
    ArchiveWriter,
    BackupError,
    Manifest,
    new_archive,
    object_name,
)
from airdesk.app.settings import Settings

SPARE_BYTES: Final = 16 * 1024 * 1024
"""Left free on the backup's disk: it may be the server's own."""


class Made(NamedTuple):
    """A backup that was made."""

    manifest: Manifest
    missing: tuple[str, ...]
    """Files that have a row and no bytes: they were lost, or removed in this very second."""


def make_backup(settings: Settings, path: Path) -> Made:
    """Make a backup of everything that cannot be made again.

    The databases are of one moment, see `copy_moment`; files are never changed once they are
    there, so those that the directory names at that moment are copied afterwards. Views are left
    out: a start makes them of the log.

    Args:
        settings: name the data folder.
        path: a tar file, by its ending, or a folder; nothing is there yet.

    Raises:
        BackupError: the place is taken, has no room, or cannot be written.
        DependencyError: a database cannot be read.
    """
    try:
        with new_archive(path) as archive, _beside(path) as folder:
            _check_room(settings, path)
            log, directory = folder / LOG, folder / DIRECTORY
            made_at = datetime.now(UTC)
            moment = copy_moment(settings.log_path, settings.directory_path, log, directory)
            for name, part in ((LOG, log), (DIRECTORY, directory), (KEY, settings.key_path)):
                with part.open("rb") as source:
                    archive.add(name, source)
            missing = _add_files(settings, moment, archive)
            manifest = _manifest(moment, archive, made_at)
            archive.finish(manifest)
    except OSError as error:
        raise BackupError(reason=f"{error.filename or path}: {error.strerror}") from None
    return Made(manifest, missing)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a folder on the backup's own disk for the copies of the databases."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
        yield Path(folder)


def _check_room(settings: Settings, path: Path) -> None:
    """Refuse what cannot fit before anything is written.

    Raises:
        BackupError: there is too little room.
    """
    databases = [settings.log_path, settings.directory_path]
    files = [one for one in settings.files_path.rglob("*") if one.is_file()]
    # Databases are copied twice: as of the moment, then into the backup.
    needed = sum(2 * one.stat().st_size for one in databases if one.exists())
    needed += sum(_size(one) for one in files) + SPARE_BYTES
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise BackupError(
            reason=f"{path.parent} has {free // 2**20} MiB free, the backup needs up to "
            f"{needed // 2**20} MiB"
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # It was swept in between.


def _add_files(settings: Settings, moment: Moment, archive: ArchiveWriter) -> tuple[str, ...]:
    objects = FolderObjects(settings.files_path)
    missing = []
    for file_id in moment.file_ids:
        try:
            with objects.place(file_id).open("rb") as source:
                archive.add(object_name(file_id), source)
        except FileNotFoundError:
            missing.append(file_id.hex())
    return tuple(missing)


def _manifest(moment: Moment, archive: ArchiveWriter, made_at: datetime) -> Manifest:
    return Manifest(
        format=FORMAT,
        version=VERSION,
        airdesk=__version__,
        made_at=made_at.isoformat(timespec="seconds"),
        epoch=moment.epoch.hex(),
        head=moment.head,
        log_schema=moment.log_schema,
        directory_schema=moment.directory_schema,
        parts=tuple(archive.parts),
    )
