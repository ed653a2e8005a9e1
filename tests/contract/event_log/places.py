"""Where the contract of the event log is tried: one place for each adapter."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from pathlib import Path

from airdesk.adapters.memory.event_log import MemoryDisk, MemoryEventLog
from airdesk.adapters.sqlite.event_log import SqliteEventLog
from airdesk.adapters.sqlite.log_index import TAIL_RECORDS
from airdesk.ports.event_log import EventLog


class Witness:
    """A listener that remembers what it was told, and can be waited for."""

    def __init__(self) -> None:
        self.positions: list[int] = []
        self.errors: list[Exception] = []
        self._told = asyncio.Event()

    def log_durable(self, position: int) -> None:
        """Remember a durable position."""
        self.positions.append(position)
        self._told.set()

    def log_failed(self, error: Exception) -> None:
        """Remember a failure."""
        self.errors.append(error)
        self._told.set()

    async def durable(self, position: int) -> None:
        """Wait until a position is durable."""
        while not self.errors and (not self.positions or self.positions[-1] < position):
            self._told.clear()
            await self._told.wait()
        assert not self.errors, self.errors

    async def failed(self) -> Exception:
        """Wait for the failure."""
        while not self.errors:
            self._told.clear()
            await self._told.wait()
        return self.errors[0]


class LogPlace(ABC):
    """Somewhere that a log can be stored, closed and opened again."""

    @abstractmethod
    def open(self) -> EventLog:
        """Open the log of this place, not started yet."""

    @abstractmethod
    def open_rival(self) -> EventLog:
        """Open the log once more while the first is in use, past any lock."""

    @abstractmethod
    def push(self, log: EventLog) -> None:
        """Let what was handed over reach the disk, for logs that wait to be told."""

    def open_started(self) -> tuple[EventLog, Witness]:
        """Open the log and start it with a witness."""
        log, witness = self.open(), Witness()
        log.start(witness)
        return log, witness


class MemoryPlace(LogPlace):
    """A virtual disk."""

    def __init__(self) -> None:
        self.disk = MemoryDisk()

    def open(self) -> EventLog:
        """See `LogPlace.open`."""
        return MemoryEventLog(self.disk)

    def open_rival(self) -> EventLog:
        """See `LogPlace.open_rival`."""
        return MemoryEventLog(self.disk)

    def push(self, log: EventLog) -> None:
        """See `LogPlace.push`."""
        assert isinstance(log, MemoryEventLog)
        log.commit()


class SqlitePlace(LogPlace):
    """A folder on disk.

    Args:
        tail_records: a small number makes the index of conversations merge often.
    """

    def __init__(self, directory: Path, tail_records: int = TAIL_RECORDS) -> None:
        self.path = directory / "log.db"
        self._tail_records = tail_records

    def open(self) -> EventLog:
        """See `LogPlace.open`."""
        loop = asyncio.get_running_loop()
        return SqliteEventLog(self.path, loop, tail_records=self._tail_records)

    def open_rival(self) -> EventLog:
        """See `LogPlace.open_rival`. A lock on a removed file no longer holds anybody off."""
        self.path.with_suffix(".lock").unlink()
        return self.open()

    def push(self, log: EventLog) -> None:
        """See `LogPlace.push`. The writing thread needs no push."""
