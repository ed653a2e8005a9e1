"""Where the contract of the directory is tried: one place for each adapter.

A PostgreSQL place opens its database by the same two functions, with a transaction that is
serializable; nothing in the suite knows of SQLite.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from airdesk.adapters.memory import MemoryDirectory
from airdesk.adapters.sql import open_sqlite_directory
from airdesk.ports.directory import Directory


class DirectoryPlace(ABC):
    """Somewhere that a directory can be stored, closed and opened again."""

    @abstractmethod
    async def open(self) -> Directory:
        """Open the directory of this place."""

    @abstractmethod
    async def open_again(self) -> Directory:
        """Open it once more, as another process does, while the first is in use."""


class MemoryPlace(DirectoryPlace):
    """One directory, which is every process's."""

    def __init__(self, folder: Path) -> None:
        self._directory = MemoryDirectory()

    async def open(self) -> Directory:
        """See DirectoryPlace."""
        return self._directory

    async def open_again(self) -> Directory:
        """See DirectoryPlace."""
        return self._directory


class SqlitePlace(DirectoryPlace):
    """A file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "directory.db"

    async def open(self) -> Directory:
        """See DirectoryPlace."""
        return await open_sqlite_directory(self._path)

    async def open_again(self) -> Directory:
        """See DirectoryPlace."""
        return await open_sqlite_directory(self._path)


PLACES = (MemoryPlace, SqlitePlace)
