"""A temporary folder that lies on a disk: a server whose log is in memory proves nothing."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from airdesk.app.stress.bench_log import NotOnDisk, filesystem

_NOT_A_DISK: Final = frozenset({"tmpfs", "ramfs", "devtmpfs"})


@contextmanager
def folder_on_disk(directory: Path, prefix: str) -> Iterator[Path]:
    """Give a temporary folder below a directory, and remove it afterwards.

    Raises:
        NotOnDisk: the directory is in memory.
    """
    kind = filesystem(directory)
    if kind in _NOT_A_DISK:
        raise NotOnDisk(f"{directory} is on {kind}, in memory: choose a directory on a disk")
    directory.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=directory))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
