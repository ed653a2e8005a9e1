"""The directory in SQL: one SQLite file that several processes use at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from airdesk.adapters.sql import tables
from airdesk.adapters.sql.credentials import (
    SqlApiTokens,
    SqlAttempts,
    SqlInvitations,
    SqlOneTimeLinks,
    SqlSessions,
)
from airdesk.adapters.sql.entities import SqlEntities
from airdesk.adapters.sql.people import (
    SqlAccounts,
    SqlContacts,
    SqlDevices,
    SqlFiles,
    SqlInboxes,
    SqlMembers,
    SqlPageViews,
    SqlUsers,
)
from airdesk.adapters.sql.records import SqlAnswers, SqlAudit, SqlOutbox
from airdesk.adapters.sql.schema import migrate_file
from airdesk.core.accounts import CannedReply, FaqEntry, Hours, Label, Team
from airdesk.core.kernel import DirectoryUnavailable, limits
from airdesk.ports.directory import Transaction


class SqlTransaction:
    """See `ports.directory.Transaction`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.accounts = SqlAccounts(connection)
        self.users = SqlUsers(connection)
        self.members = SqlMembers(connection)
        self.teams = SqlEntities(connection, Team, tables.teams)
        self.inboxes = SqlInboxes(connection)
        self.hours = SqlEntities(connection, Hours, tables.hours)
        self.canned = SqlEntities(connection, CannedReply, tables.canned)
        self.faq = SqlEntities(connection, FaqEntry, tables.faq)
        self.labels = SqlEntities(connection, Label, tables.labels)
        self.contacts = SqlContacts(connection)
        self.files = SqlFiles(connection)
        self.page_views = SqlPageViews(connection)
        self.devices = SqlDevices(connection)
        self.sessions = SqlSessions(connection)
        self.api_tokens = SqlApiTokens(connection)
        self.invitations = SqlInvitations(connection)
        self.one_time_links = SqlOneTimeLinks(connection)
        self.attempts = SqlAttempts(connection)
        self.audit = SqlAudit(connection)
        self.outbox = SqlOutbox(connection)
        self.answers = SqlAnswers(connection)


class SqlDirectory:
    """See `ports.directory.Directory`.

    Args:
        writer: its transactions are serializable and take turns.
        readers: its transactions see one moment.
    """

    def __init__(self, writer: AsyncEngine, readers: AsyncEngine) -> None:
        self._writer = writer
        self._readers = readers

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """See Directory."""
        return _unit_of_work(self._writer)

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """See Directory."""
        return _unit_of_work(self._readers)

    async def close(self) -> None:
        """See Directory."""
        await self._writer.dispose()
        await self._readers.dispose()


@asynccontextmanager
async def _unit_of_work(engine: AsyncEngine) -> AsyncIterator[Transaction]:
    try:
        async with engine.connect() as connection, connection.begin():
            yield SqlTransaction(connection)
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise DirectoryUnavailable(reason=str(error.orig)) from None
    except PoolTimeout:
        raise DirectoryUnavailable(reason="too many changes wait for one another") from None


async def open_sqlite_directory(path: Path) -> SqlDirectory:
    """Open the directory in a file, and bring it to today's schema first.

    Raises:
        DirectoryUnavailable: the file cannot be used, or was made by a newer AirDesk.
    """
    await asyncio.to_thread(migrate_file, path)
    writer = _engine(path, "BEGIN IMMEDIATE", connections=1)
    readers = _engine(path, "BEGIN", connections=limits.DIRECTORY_READERS, query_only=True)
    return SqlDirectory(writer, readers)


def _engine(path: Path, begin: str, connections: int, query_only: bool = False) -> AsyncEngine:
    """Give an engine whose transactions begin by these words.

    A transaction that will write takes SQLite's lock at its start: one that began as a reading and
    then wants to write after another's commit could only fail.
    """
    seconds = limits.DIRECTORY_WAIT_MS_MAX / 1000
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=connections,
        max_overflow=0,
        pool_timeout=2 * seconds,
        connect_args={"timeout": seconds},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA query_only={'ON' if query_only else 'OFF'}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
