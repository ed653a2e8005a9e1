"""Makes a data folder of a backup, all or nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from airdesk.adapters.sqlite.moments import begin_anew, directory_damage, first_damage
from airdesk.app.backup.archive import (
    DIRECTORY,
    KEY,
    LOG,
    MANIFEST,
    BackupError,
    Manifest,
    Part,
    read_archive,
    read_manifest,
    sync,
    write_part,
)
from airdesk.app.settings import Settings

NEEDED: Final = (LOG, DIRECTORY, KEY)
"""What every backup has."""


def restore_backup(path: Path, settings: Settings) -> Manifest:
    """Make a data folder of a backup.

    Every part is checked against the manifest, then the log as `airdesk log verify` does. The log
    gets a new epoch: clients hold more than it does, and start anew from a snapshot.

    Args:
        path: the backup.
        settings: name the data folder, which is empty or does not exist.

    Raises:
        BackupError: the folder is not empty, or the backup is damaged. Nothing was left behind.
        DependencyError: the log is none of this version.
    """
    if not path.exists():
        raise BackupError(reason=f"{path} does not exist")
    try:
        with _empty(settings) as folder:
            manifest = _unpack(path, folder)
            broken = directory_damage(folder / DIRECTORY)
            if broken:
                raise BackupError(reason=f"directory: {broken}")
            begin_anew(folder / LOG)
            damage = first_damage(folder / LOG)
            if damage is not None:
                raise BackupError(reason=f"log, position {damage.position}: {damage.reason}")
            for companion in ("-wal", "-shm"):
                (folder / f"{LOG}{companion}").unlink(missing_ok=True)
            for one in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
                sync(one)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(reason=f"restore of {path} failed: {error}") from None
    return manifest


@contextmanager
def _empty(settings: Settings) -> Iterator[Path]:
    """Give an empty folder that no server starts in until this is done.

    Raises:
        BackupError: it is not empty.
    """
    folder, mark = settings.data, settings.restoring_path
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(reason=f"{folder} is not an empty folder; name a new one with --data")
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        sync(folder)
        yield folder
        mark.unlink()
        sync(folder)
    except BaseException:
        for one in folder.iterdir():
            with contextlib.suppress(OSError):
                shutil.rmtree(one) if one.is_dir() else one.unlink()
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def _unpack(path: Path, folder: Path) -> Manifest:
    """Write every part into the folder, and see that they are those of the manifest."""
    manifest: Manifest | None = None
    found: dict[str, Part] = {}
    for name, source in read_archive(path):
        if name == MANIFEST:
            manifest = read_manifest(source)
        else:
            found[name] = write_part(folder, name, source)
    if manifest is None:
        raise BackupError(reason=f"{path} has no manifest: it was broken off, or is no backup")
    wanted = {part.name: part for part in manifest.parts}
    for name in (*NEEDED, *wanted):
        if name not in found:
            raise BackupError(reason=f"{path} is damaged: {name} is missing")
    for name, part in found.items():
        if wanted.get(name) != part:
            raise BackupError(reason=f"{path} is damaged: {name} is not what was backed up")
    return manifest
