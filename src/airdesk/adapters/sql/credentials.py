"""Sessions, tokens, invitations, links and counted attempts in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from airdesk.adapters.sql import tables
from airdesk.adapters.sql.entities import EntityT, SqlEntities, field_values
from airdesk.core.accounts import ApiToken, Invitation, OneTimeLink, Session
from airdesk.core.kernel import AccountId, AgentId


class _Credentials(SqlEntities[EntityT]):
    """Entities that belong to a user and are found by the hash of a secret."""

    async def by_hash(self, secret_hash: bytes) -> EntityT | None:
        """See Sessions."""
        return await self._one(self._table.c.secret_hash == secret_hash)

    async def of_user(self, user_id: AgentId, account_id: AccountId | None = None) -> list[EntityT]:
        """See Sessions."""
        his = self._table.c.user_id == user_id
        return await self._all(
            his if account_id is None else and_(his, self._account == account_id)
        )


class SqlSessions(_Credentials[Session]):
    """See `ports.directory.Sessions`."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, Session, tables.sessions)

    async def purge(self, seen_before_ms: int, made_before_ms: int) -> int:
        """See Sessions."""
        table = tables.sessions
        ended = or_(table.c.last_seen_ms < seen_before_ms, table.c.created_ms < made_before_ms)
        return int((await self._connection.execute(delete(table).where(ended))).rowcount)


class SqlApiTokens(_Credentials[ApiToken]):
    """See `ports.directory.ApiTokens`."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, ApiToken, tables.api_tokens)


class SqlInvitations(SqlEntities[Invitation]):
    """See `ports.directory.Invitations`."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, Invitation, tables.invitations)

    async def by_hash(self, secret_hash: bytes) -> Invitation | None:
        """See Invitations."""
        return await self._one(tables.invitations.c.secret_hash == secret_hash)


class SqlOneTimeLinks:
    """See `ports.directory.OneTimeLinks`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._table = tables.one_time_links

    async def add(self, link: OneTimeLink) -> None:
        """See OneTimeLinks."""
        await self._connection.execute(insert(self._table).values(field_values(link)))

    async def get(self, secret_hash: bytes) -> OneTimeLink | None:
        """See OneTimeLinks."""
        query = select(self._table).where(self._table.c.secret_hash == secret_hash)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else OneTimeLink(**row._mapping)

    async def take(self, secret_hash: bytes) -> OneTimeLink | None:
        """See OneTimeLinks."""
        link = await self.get(secret_hash)
        await self._remove(self._table.c.secret_hash == secret_hash)
        return link

    async def remove_of_user(self, user_id: AgentId) -> None:
        """See OneTimeLinks."""
        await self._remove(self._table.c.user_id == user_id)

    async def remove_expired(self, now_ms: int) -> None:
        """See OneTimeLinks."""
        await self._remove(self._table.c.expires_ms < now_ms)

    async def _remove(self, condition: Any) -> None:
        await self._connection.execute(delete(self._table).where(condition))


class SqlAttempts:
    """See `ports.directory.Attempts`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._table = tables.attempts

    async def count(self, key: str, since_ms: int) -> tuple[int, int]:
        """See Attempts."""
        query = select(self._table.c.count, self._table.c.began_ms).where(
            self._table.c.key == key, self._table.c.began_ms >= since_ms
        )
        row = (await self._connection.execute(query)).one_or_none()
        return (0, 0) if row is None else (row[0], row[1])

    async def add(self, key: str, now_ms: int, since_ms: int) -> None:
        """See Attempts."""
        is_old = self._table.c.began_ms < since_ms
        counted = (
            update(self._table)
            .where(self._table.c.key == key)
            .values(
                count=case((is_old, 1), else_=self._table.c.count + 1),
                began_ms=case((is_old, now_ms), else_=self._table.c.began_ms),
            )
        )
        if not (await self._connection.execute(counted)).rowcount:
            first = insert(self._table).values(key=key, began_ms=now_ms, count=1)
            await self._connection.execute(first)
            await self._connection.execute(delete(self._table).where(is_old))

    async def take_back(self, key: str) -> None:
        """See Attempts."""
        less = update(self._table).where(self._table.c.key == key, self._table.c.count > 0)
        await self._connection.execute(less.values(count=self._table.c.count - 1))

    async def clear(self, key: str) -> None:
        """See Attempts."""
        await self._connection.execute(delete(self._table).where(self._table.c.key == key))
