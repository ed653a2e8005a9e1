"""What follows the log in the home's process: the views, the bot, and the contacts."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from airdesk.adapters.sqlite.log_records import SqliteLogRecords
from airdesk.adapters.sqlite.views import SqliteConversationViews, SqliteViewStore
from airdesk.app.home.runner import HomeRunner
from airdesk.core.dialogue import FaqBot
from airdesk.ports.clock import IdSource
from airdesk.ports.directory import Directory
from airdesk.ports.home_commands import HomeCommands
from airdesk.ports.segmenter import Segmenter
from airdesk.services.attendance import Attendance
from airdesk.services.bot import BotService
from airdesk.services.changes import Changes
from airdesk.services.faq import Faqs
from airdesk.services.views import ViewsFollower
from airdesk.services.visitor_contacts import VisitorContacts


class ConsumerPaths(NamedTuple):
    """The files that consumers read and write."""

    log: Path
    views: Path


class ContactStore(NamedTuple):
    """Where the contacts of visitors are kept."""

    directory: Directory
    changes: Changes
    ids: IdSource


class Consumers:
    """Views, bot and contacts of one home. Made before the runner starts, started after it.

    Args:
        runner: keeps the home; it tells them of the log.
        home: takes the bot's commands.
        faqs: what the bot knows.
        attendance: tells the bot whether people are there.
        segmenter: cuts words for the search index.
        paths: the files.
        store: where contacts are kept.
    """

    def __init__(
        self,
        runner: HomeRunner,
        home: HomeCommands,
        faqs: Faqs,
        attendance: Attendance,
        segmenter: Segmenter,
        paths: ConsumerPaths,
        store: ContactStore,
    ) -> None:
        def records() -> SqliteLogRecords:
            return SqliteLogRecords(paths.log)

        self._follower = ViewsFollower(records, lambda: SqliteViewStore(paths.views, segmenter))
        self._views = SqliteConversationViews(paths.views, segmenter, self._follower.views_wanted)
        self._bot = BotService(FaqBot(), faqs, attendance, home, self._views, runner, records)
        self._contacts = VisitorContacts(*store, runner, records)
        runner.followers.extend((self._follower, self._bot, self._contacts))

    @property
    def contacts(self) -> VisitorContacts:
        """What makes the contacts, for those who wait for it."""
        return self._contacts

    @property
    def views(self) -> SqliteConversationViews:
        """The views, for reading."""
        return self._views

    def start(self) -> None:
        """Begin to follow, on the running loop."""
        self._follower.start()
        self._bot.start()
        self._contacts.start()

    async def stop(self) -> None:
        """End; before the runner stops, so that the log still takes positions."""
        await self._contacts.stop()
        await self._bot.stop()
        self._follower.stop()
        self._views.close()
