"""Audit, outbox and first answers in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from airdesk.adapters.sql import tables
from airdesk.adapters.sql.entities import SqlEntities, field_values
from airdesk.core.accounts import AuditRow, OutboxRow
from airdesk.core.kernel import NO_ID, AccountId, AlreadyTaken, limits
from airdesk.ports.directory import CLAIMED


class SqlAudit:
    """See `ports.directory.Audit`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._rows = SqlEntities(connection, AuditRow, tables.audit)

    async def add(self, row: AuditRow) -> None:
        """See Audit."""
        await self._rows.add(row)

    async def page(
        self, account_id: AccountId, after: bytes = NO_ID, limit: int = limits.PAGE_ITEMS_MAX
    ) -> list[AuditRow]:
        """See Audit."""
        return await self._rows.page(account_id, after, limit, newest_first=True)


class SqlOutbox:
    """See `ports.directory.Outbox`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._table = tables.outbox

    async def add(self, row: OutboxRow) -> None:
        """See Outbox."""
        fields = field_values(row)
        del fields["number"]
        await self._connection.execute(insert(self._table).values(fields))

    async def waiting(self, limit: int) -> list[OutboxRow]:
        """See Outbox."""
        query = select(self._table).order_by(self._table.c.number).limit(limit)
        return [OutboxRow(**row._mapping) for row in await self._connection.execute(query)]

    async def done(self, numbers: Sequence[int]) -> None:
        """See Outbox."""
        await self._connection.execute(
            delete(self._table).where(self._table.c.number.in_(list(numbers)))
        )


class SqlAnswers:
    """See `ports.directory.Answers`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._table = tables.answers

    async def get(
        self, account_id: AccountId, actor: bytes, key: str
    ) -> tuple[bytes, int, bytes] | None:
        """See Answers."""
        table = self._table
        query = select(table.c.request_hash, table.c.status, table.c.body).where(
            self._is(account_id, actor, key)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else (row[0], row[1], row[2])

    async def add(
        self,
        account_id: AccountId,
        actor: bytes,
        key: str,
        answer: tuple[bytes, int, bytes],
        now_ms: int,
    ) -> None:
        """See Answers."""
        await self._forget_old(now_ms)
        request_hash, status, body = answer
        table = self._table
        mine = self._is(account_id, actor, key)
        await self._connection.execute(delete(table).where(mine, table.c.status == CLAIMED))
        try:
            await self._insert((account_id, actor, key), (request_hash, status, body), now_ms)
        except IntegrityError:
            raise AlreadyTaken(name="key") from None

    async def claim(
        self,
        account_id: AccountId,
        actor: bytes,
        key: str,
        claim: tuple[bytes, bytes],
        now_ms: int,
    ) -> bool:
        """See Answers."""
        await self._forget_old(now_ms)
        table = self._table
        dead = and_(table.c.status == CLAIMED, table.c.at_ms < now_ms - limits.CLAIM_MS_MAX)
        # By this key alone: those of a day would have to be read for it.
        await self._connection.execute(delete(table).where(self._is(account_id, actor, key), dead))
        if await self.get(account_id, actor, key) is not None:
            return False
        request_hash, claimer = claim
        await self._insert((account_id, actor, key), (request_hash, CLAIMED, claimer), now_ms)
        return True

    async def release(self, account_id: AccountId, actor: bytes, key: str, claimer: bytes) -> None:
        """See Answers."""
        table = self._table
        mine = self._is(account_id, actor, key)
        own_claim = and_(table.c.status == CLAIMED, table.c.body == claimer)
        await self._connection.execute(delete(table).where(mine, own_claim))

    def _is(self, account_id: AccountId, actor: bytes, key: str) -> ColumnElement[bool]:
        table = self._table
        return and_(table.c.account_id == account_id, table.c.actor == actor, table.c.key == key)

    async def _forget_old(self, now_ms: int) -> None:
        too_old = self._table.c.at_ms < now_ms - limits.ANSWERS_MS_MAX
        await self._connection.execute(delete(self._table).where(too_old))

    async def _insert(
        self,
        key: tuple[AccountId, bytes, str],
        answer: tuple[bytes, int, bytes],
        now_ms: int,
    ) -> None:
        names = ("account_id", "actor", "key", "request_hash", "status", "body", "at_ms")
        row = dict(zip(names, (*key, *answer, now_ms), strict=True))
        await self._connection.execute(insert(self._table).values(row))
