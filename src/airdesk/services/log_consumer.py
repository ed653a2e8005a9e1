"""What every consumer of the log that runs on the home's loop has in common: it follows."""

from __future__ import annotations

import asyncio
import contextlib
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from airdesk.core.kernel import AirDeskError
from airdesk.ports.consumer_positions import ConsumerPositions
from airdesk.ports.event_log import Record
from airdesk.ports.log_records import LogRecords

RETRY_S: Final = 1.0
"""Between two tries after log, home or directory failed."""

SAVE_S: Final = 1.0
"""Between two notes of how far a consumer has come: each costs the log a commit."""

logger = structlog.get_logger()


class LogConsumer(ABC):
    """Reads the log in pages, in order, from where it was. A `LogFollower`.

    A page that failed, or was not noted before a crash, is read again: what is done with it must
    do nothing twice.

    Args:
        name: among the log's consumers; it never changes.
        page_records: records read at once.
        positions: keep how far it has come.
        open_records: opens the log's records; called, like their reads, in a thread.
    """

    def __init__(
        self,
        name: str,
        page_records: int,
        positions: ConsumerPositions,
        open_records: Callable[[], LogRecords],
    ) -> None:
        self._name = name
        self._page_records = page_records
        self._positions = positions
        self._open_records = open_records
        self._is_up = asyncio.Event()
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._taken = asyncio.Event()
        self._saved_s = 0.0
        self.position = 0
        """The last record that is done with."""

    @abstractmethod
    async def take(self, page: Sequence[Record]) -> None:
        """Do what a page asks for.

        Raises:
            AirDeskError: something outside failed; the page comes again.
        """

    @abstractmethod
    def forget(self) -> None:
        """Drop what is remembered: it may be ahead of the position that comes next."""

    def start(self) -> None:
        """Begin to follow, on the running loop."""
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """End; what was begun and not done is begun again after the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def reached(self, position: int) -> None:
        """Wait until everything up to a position is done with."""
        while self.position < position:
            self._taken.clear()
            await self._taken.wait()

    # LogFollower ---------------------------------------------------------------------------

    def home_started(self, head: int) -> None:
        """See `LogFollower.home_started`."""
        self._is_up.set()
        self._moved.set()

    def log_moved(self, head: int) -> None:
        """See `LogFollower.log_moved`."""
        self._moved.set()

    def facts_written(self) -> None:
        """See `LogFollower.facts_written`: a look at the log does no harm."""
        self._moved.set()

    def home_ended(self) -> None:
        """See `LogFollower.home_ended`."""
        self._is_up.clear()

    # Following -----------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            await self._is_up.wait()
            try:
                await self._follow()
            except AirDeskError as error:
                logger.warning("a consumer of the log waits", name=self._name, error=str(error))
            except Exception:
                # A defect: it stays at this page, loudly, and everything else goes on.
                logger.exception("a consumer of the log failed", name=self._name)
            self.forget()
            await asyncio.sleep(RETRY_S)

    async def _follow(self) -> None:
        self.position = self._positions.consumer_position(self._name)
        records = await asyncio.to_thread(self._open_records)
        try:
            while True:
                self._moved.clear()
                page = await asyncio.to_thread(records.read, self.position, self._page_records)
                if page:
                    await self.take(page)
                    self.position = page[-1].position
                    self._save_now_and_then()
                    self._taken.set()
                if len(page) < self._page_records:
                    await self._moved.wait()
        finally:
            await asyncio.to_thread(records.close)

    def _save_now_and_then(self) -> None:
        """Note how far it has come: seldom, since what is read again does nothing twice."""
        if time.monotonic() - self._saved_s >= SAVE_S:
            self._positions.save_consumer_position(self._name, self.position)
            self._saved_s = time.monotonic()
