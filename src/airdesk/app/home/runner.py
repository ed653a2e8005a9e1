"""Runs a home: opens the log, ticks, and begins anew when the log fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from airdesk.app.home.home import Home
from airdesk.core.kernel import AirDeskError, LogUnavailable, limits
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.event_log import EventLog
from airdesk.ports.link import GatewayId, HomeLink, ToHome
from airdesk.ports.log_followers import Committed, LogFollower

REOPEN_S = 1.0
"""Between two tries to open a log that failed: a full disk takes people to mend."""

TICK_PARTS = 5
"""Shares of a tick: at 1,000 messages a second each is some 70 receipts and lists, 2
milliseconds or so, instead of 10 at once that would make everybody wait."""

logger = structlog.get_logger()


class HomeRunner:
    """Keeps one home alive in one process; it is the HomeSide that links speak to, and passes on
    to its followers what a LogFollower hears.

    Args:
        open_log: opens the shard's log.
        clock: the wall clock.
        ids: ids of new conversations.
        seed: called with every new home, to make sure of the account's facts.
        on_up: a home takes commands: links may come up.
        on_down: the home is void: links have to go down, and clients to wait.
    """

    def __init__(
        self,
        open_log: Callable[[], EventLog],
        clock: Clock,
        ids: IdSource,
        seed: Callable[[Home], None],
        on_up: Callable[[], None],
        on_down: Callable[[], None],
    ) -> None:
        self._open_log = open_log
        self._clock = clock
        self._ids = ids
        self._seed = seed
        self._on_up = on_up
        self._on_down = on_down
        self._log: EventLog | None = None
        self._ticking: asyncio.TimerHandle | None = None
        self._reopening: asyncio.TimerHandle | None = None
        self.home: Home | None = None
        self.links: HomeLink | None = None
        """Set before `start`."""
        self.followers: list[LogFollower] = []
        """Consumers in this process; added before `start`."""

    def start(self) -> None:
        """Open the log and build the home.

        Raises:
            AirDeskError: the log cannot be opened.
        """
        if self.links is None:
            raise RuntimeError("links must be set before start")
        log = self._open_log()
        self._log = log
        home = Home(log, self._clock, self._ids, self.links, self._failed, self)
        replayed = home.start()
        self.home = home
        logger.info("home is up", head=log.head, replayed=replayed)
        self._seed(home)
        self._on_up()
        self.home_started(log.head)
        self._tick()

    def stop(self) -> None:
        """Save what is changed, close the log."""
        for timer in (self._ticking, self._reopening):
            if timer is not None:
                timer.cancel()
        if self.home is not None and self._log is not None:
            self.home.conversations.checkpoint_now()
            self.home_ended()
        self.home = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def gateway_message(self, gateway: GatewayId, message: ToHome) -> None:
        """See HomeSide."""
        if self.home is not None:
            self.home.gateway_message(gateway, message)

    def gateway_gone(self, gateway: GatewayId) -> None:
        """See HomeSide."""
        if self.home is not None:
            self.home.gateway_gone(gateway)

    # Followers ----------------------------------------------------------------------------

    def home_started(self, head: int) -> None:
        """See LogFollower."""
        self._tell(lambda follower: follower.home_started(head))

    def log_moved(self, head: int, committed: Sequence[Committed] = ()) -> None:
        """See LogFollower."""
        self._tell(lambda follower: follower.log_moved(head, committed))

    def facts_written(self) -> None:
        """See LogFollower."""
        self._tell(lambda follower: follower.facts_written())

    def views_wanted(self) -> None:
        """See LogFollower."""
        self._tell(lambda follower: follower.views_wanted())

    def home_ended(self) -> None:
        """See LogFollower."""
        self._tell(lambda follower: follower.home_ended())

    # ConsumerPositions --------------------------------------------------------------------

    def consumer_position(self, name: str) -> int:
        """See ConsumerPositions."""
        return self._open_one().consumer_position(name)

    def save_consumer_position(self, name: str, position: int) -> None:
        """See ConsumerPositions."""
        self._open_one().save_consumer_position(name, position)

    def _open_one(self) -> EventLog:
        if self._log is None:
            raise LogUnavailable(reason="it is not open")
        return self._log

    def _tell(self, word: Callable[[LogFollower], None]) -> None:
        """Tell all followers; a defect of one must not stop the home."""
        for follower in self.followers:
            try:
                word(follower)
            except Exception:
                logger.exception("a follower of the log failed", follower=type(follower).__name__)

    def _tick(self) -> None:
        if self.home is not None:
            self.home.tick(TICK_PARTS)
            loop = asyncio.get_running_loop()
            self._ticking = loop.call_later(limits.ROWS_MS / TICK_PARTS / 1000, self._tick)

    def _failed(self, error: Exception) -> None:
        logger.error("the log failed", error=str(error))
        self.home = None
        self.home_ended()
        self._on_down()
        if self._log is not None:
            self._log.close()
            self._log = None
        self._reopen_later()

    def _reopen_later(self) -> None:
        self._reopening = asyncio.get_running_loop().call_later(REOPEN_S, self._reopen)

    def _reopen(self) -> None:
        try:
            self.start()
        except AirDeskError as error:
            logger.error("the log cannot be opened", error=str(error))
            self._reopen_later()
