"""What follows the log in the home's process: the views, and the bot."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from airdesk.adapters.sqlite.log_records import SqliteLogRecords
from airdesk.adapters.sqlite.views import SqliteConversationViews, SqliteViewStore
from airdesk.app.home.runner import HomeRunner
from airdesk.core.dialogue import FaqBot
from airdesk.ports.home_commands import HomeCommands
from airdesk.ports.segmenter import Segmenter
from airdesk.services.bot import BotService
from airdesk.services.faq import Faqs
from airdesk.services.views import ViewsFollower


class ConsumerPaths(NamedTuple):
    """The files that consumers read and write."""

    log: Path
    views: Path


class Consumers:
    """Views and bot of one home. Made before the runner starts, started after it.

    Args:
        runner: keeps the home; it tells them of the log.
        home: takes the bot's commands.
        faqs: what the bot knows.
        segmenter: cuts words for the search index.
        paths: the files.
    """

    def __init__(
        self,
        runner: HomeRunner,
        home: HomeCommands,
        faqs: Faqs,
        segmenter: Segmenter,
        paths: ConsumerPaths,
    ) -> None:
        def records() -> SqliteLogRecords:
            return SqliteLogRecords(paths.log)

        self._views = SqliteConversationViews(paths.views, segmenter)
        self._follower = ViewsFollower(records, lambda: SqliteViewStore(paths.views, segmenter))
        self._bot = BotService(FaqBot(), faqs, home, self._views, runner, records)
        runner.followers.extend((self._follower, self._bot))

    @property
    def views(self) -> SqliteConversationViews:
        """The views, for reading."""
        return self._views

    def start(self) -> None:
        """Begin to follow, on the running loop."""
        self._follower.start()
        self._bot.start()

    async def stop(self) -> None:
        """End; before the runner stops, so that the log still takes the bot's position."""
        await self._bot.stop()
        self._follower.stop()
        self._views.close()
