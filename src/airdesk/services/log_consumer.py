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
from airdesk.ports.log_followers import Committed
from airdesk.ports.log_records import LogRecords
from airdesk.services.heard_records import Heard, HeardRecords, decoded

RETRY_S: Final = 1.0
"""Between two tries after log, home or directory failed."""

SAVE_S: Final = 1.0
"""Between two notes of how far a consumer has come: each costs the log a commit."""

logger = structlog.get_logger()


class LogConsumer(ABC):
    """Takes the log's records in pages, in order, from where it was. A `LogFollower`.

    At the log's head it takes what the home tells it, and sleeps through what does not concern
    it; elsewhere it reads the log. A page that failed, or was not noted before a crash, comes
    again: what is done with it must do nothing twice.

    Args:
        name: among the log's consumers; it never changes.
        page_records: records taken at once.
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
        self._heard = HeardRecords(self.concerns)
        self._is_up = asyncio.Event()
        self._moved = asyncio.Event()
        self._is_idle = False
        self._task: asyncio.Task[None] | None = None
        self._taken = asyncio.Event()
        self._saved_s = 0.0
        self._saved = 0
        self.position = 0
        """The last record that is done with."""

    @abstractmethod
    def concerns(self, committed: Committed) -> bool:
        """True where a record that the home tells of gives it something to do.

        Cost: called for every record, inside the home's work.
        """

    @abstractmethod
    async def take(self, page: Sequence[Committed]) -> None:
        """Do what a page asks for. It may hold records that do not concern it.

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
        self._heard.begin(head)
        self._is_up.set()
        self._moved.set()

    def log_moved(self, head: int, committed: Sequence[Committed] = ()) -> None:
        """See `LogFollower.log_moved`."""
        self._heard.hear(head, committed)
        if not self._is_idle or self._heard.has_more(self.position):
            self._moved.set()
            return
        self._advance(head)
        if self._has_to_save():
            self._moved.set()

    def facts_written(self) -> None:
        """See `LogFollower.facts_written`: a look at what was heard does no harm."""
        self._moved.set()

    def views_wanted(self) -> None:
        """See `LogFollower.views_wanted`: what was heard is taken at once anyway."""
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
        self.position = self._saved = self._positions.consumer_position(self._name)
        while True:
            self._moved.clear()
            heard = self._heard.take(self.position, self._page_records)
            if heard is None:
                await self._catch_up()
                continue
            await self._handle(heard)
            if not self._moved.is_set() and not self._heard.has_more(self.position):
                await self._rest()

    async def _catch_up(self) -> None:
        """Read the log until it has nothing more, or what was heard goes on from there."""
        records = await asyncio.to_thread(self._open_records)
        try:
            while not self._heard.goes_on_from(self.position):
                self._moved.clear()
                page = await asyncio.to_thread(records.read, self.position, self._page_records)
                if page:
                    await self._handle(Heard(list(map(decoded, page)), page[-1].position))
                else:
                    await self._rest()
        finally:
            await asyncio.to_thread(records.close)

    async def _rest(self) -> None:
        self._is_idle = True
        try:
            await self._moved.wait()
        finally:
            self._is_idle = False

    async def _handle(self, heard: Heard) -> None:
        if heard.records:
            await self.take(heard.records)
        self._advance(heard.position)
        if self._has_to_save():
            self._positions.save_consumer_position(self._name, self.position)
            self._saved_s = time.monotonic()
            self._saved = self.position

    def _advance(self, position: int) -> None:
        if position > self.position:
            self.position = position
            self._taken.set()

    def _has_to_save(self) -> bool:
        """Seldom, since what comes again does nothing twice."""
        return self.position > self._saved and time.monotonic() - self._saved_s >= SAVE_S
