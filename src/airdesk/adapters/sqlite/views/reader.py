"""Reads `views.db`, in any process of the machine, on threads beside the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from airdesk.adapters.sqlite.views import lists, schema
from airdesk.adapters.sqlite.views.search import search
from airdesk.adapters.text import searched_words
from airdesk.core.conversation import FeedEvent
from airdesk.core.kernel import (
    AccountId,
    AgentId,
    ConversationId,
    DependencyError,
    FileId,
    Identity,
    ViewsBehind,
    limits,
)
from airdesk.ports.conversation_views import (
    ConversationFilter,
    ConversationView,
    EventsWanted,
    Item,
    ListCounts,
    SearchWanted,
    ViewPage,
    WordsFound,
    check_limit,
    check_searcher,
)
from airdesk.ports.segmenter import Segmenter

THREADS: Final = 2
"""Reads that run at the same time: a slow search does not hold up a list."""

LOOK_S: Final = 0.005
"""How often a waiting read looks how far the views have come."""

Found = TypeVar("Found")
_Read = Callable[[sqlite3.Connection], lists.Found[Item]]


class _Reached(NamedTuple):
    """How far the views have come."""

    position: int
    is_whole: bool


_NOWHERE: Final = _Reached(0, is_whole=False)


class SqliteConversationViews:
    """`ConversationViews` over a `views.db` that another object, or process, fills.

    While there is no file, or one of another version, every read finds nothing and says that it
    is not whole.

    Args:
        path: the file.
        segmenter: the one it is filled with.
        hurry: tells whoever fills it that somebody waits; called again while he does.
    """

    def __init__(
        self, path: Path, segmenter: Segmenter, hurry: Callable[[], None] | None = None
    ) -> None:
        self._path = path
        self._segmenter = segmenter
        self._hurry = hurry
        self._version = schema.version(segmenter.version)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="views-read")
        self._own = threading.local()
        self._opened: list[sqlite3.Connection] = []

    def close(self) -> None:
        """End the threads and close the file; blocks until running reads are done."""
        self._threads.shutdown()
        for connection in self._opened:
            connection.close()

    async def conversations(
        self,
        account_id: AccountId,
        wanted: ConversationFilter,
        before: int = 0,
        limit: int = 50,
        min_position: int = 0,
    ) -> ViewPage[ConversationView]:
        """See `ConversationViews.conversations`."""
        check_limit(limit, wanted.visitor_ids)
        return await self._page(
            lambda db: lists.conversations(db, account_id, wanted, before, limit), min_position
        )

    async def counts(
        self,
        account_id: AccountId,
        agent_id: AgentId,
        wanted: ConversationFilter,
        min_position: int = 0,
    ) -> ViewPage[ListCounts]:
        """See `ConversationViews.counts`."""
        return await self._page(
            lambda db: lists.counts(db, account_id, agent_id, wanted), min_position
        )

    async def conversation(
        self, account_id: AccountId, conversation_id: ConversationId, min_position: int = 0
    ) -> ViewPage[ConversationView]:
        """See `ConversationViews.conversation`."""
        return await self._page(
            lambda db: lists.conversation(db, account_id, conversation_id), min_position
        )

    async def reach(self, account_id: AccountId, conversation_id: ConversationId, seq: int) -> int:
        """See `ConversationViews.reach`."""

        def is_there(page: ViewPage[ConversationView]) -> bool:
            return any(view.state.last_seq >= seq for view in page.items)

        page = await self._until(
            lambda db: lists.conversation(db, account_id, conversation_id),
            is_there,
            wanted=f"event {seq}",
        )
        return page.position

    async def events(
        self,
        account_id: AccountId,
        conversation_id: ConversationId,
        wanted: EventsWanted,
        min_position: int = 0,
    ) -> ViewPage[FeedEvent]:
        """See `ConversationViews.events`."""
        check_limit(wanted.limit)
        return await self._page(
            lambda db: lists.events(db, account_id, conversation_id, wanted), min_position
        )

    async def sent_files(
        self, account_id: AccountId, file_ids: Sequence[FileId], min_position: int = 0
    ) -> ViewPage[FileId]:
        """See `ConversationViews.sent_files`."""
        check_limit(max(1, len(file_ids)))
        return await self._page(lambda db: lists.sent_files(db, account_id, file_ids), min_position)

    async def search(
        self, identity: Identity, wanted: SearchWanted, min_position: int = 0
    ) -> ViewPage[WordsFound]:
        """See `ConversationViews.search`."""
        check_searcher(identity)
        check_limit(wanted.limit)
        words = searched_words(self._segmenter, wanted.text)
        return await self._page(
            lambda db: search(db, identity.account_id, wanted, words), min_position
        )

    async def _page(self, read: _Read[Item], min_position: int) -> ViewPage[Item]:
        def is_there(page: ViewPage[Item]) -> bool:
            return page.position >= min_position

        return await self._until(read, is_there, str(min_position), min_position)

    async def _until(
        self,
        read: _Read[Item],
        is_there: Callable[[ViewPage[Item]], bool],
        wanted: str,
        min_position: int = 0,
    ) -> ViewPage[Item]:
        loop = asyncio.get_running_loop()
        until_s = time.monotonic() + limits.VIEWS_WAIT_MS_MAX / 1000
        while True:
            page = await loop.run_in_executor(self._threads, self._read, read, min_position)
            if is_there(page):
                return page
            if time.monotonic() >= until_s:
                raise ViewsBehind(position=page.position, wanted=wanted)
            if self._hurry is not None:
                self._hurry()
            await asyncio.sleep(LOOK_S)

    # On a reading thread -------------------------------------------------------------------

    def _read(self, read: _Read[Item], min_position: int) -> ViewPage[Item]:
        """Read a page at one moment of the log, or only how far that is."""
        try:
            connection = self._connection()
            if connection is None:
                return ViewPage((), None, *_NOWHERE)
            with _one_moment(connection):
                reached = self._reached(connection)
                if reached is _NOWHERE or reached.position < min_position:
                    return ViewPage((), None, *reached)
                found = read(connection)
        except sqlite3.Error as error:
            self._forget()
            raise DependencyError(name="views.db", reason=str(error)) from error
        return ViewPage(tuple(found.items), found.next_key, *reached)

    def _connection(self) -> sqlite3.Connection | None:
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None and self._path.exists():
            connection = schema.connect(self._path, for_writing=False)
            self._opened.append(connection)
            self._own.connection = connection
        return connection

    def _forget(self) -> None:
        """Open the file anew next time: it may have been replaced."""
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is not None:
            self._own.connection = None
            self._opened.remove(connection)
            connection.close()

    def _reached(self, connection: sqlite3.Connection) -> _Reached:
        known = schema.meta(connection)
        position, whole_at = known.get("position"), known.get("whole_at")
        if known.get("version") != self._version:
            return _NOWHERE
        if not isinstance(position, int) or not isinstance(whole_at, int):
            return _NOWHERE
        return _Reached(position, position >= whole_at)


@contextmanager
def _one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()
