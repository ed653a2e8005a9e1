"""Audit, outbox and first answers in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from airdesk.adapters.sql import tables
from airdesk.adapters.sql.entities import SqlEntities, field_values
from airdesk.core.accounts import AuditRow, OutboxRow
from airdesk.core.kernel import NO_ID, AccountId, AlreadyTaken, limits


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
            table.c.account_id == account_id, table.c.actor == actor, table.c.key == key
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
        too_old = self._table.c.at_ms < now_ms - limits.ANSWERS_MS_MAX
        await self._connection.execute(delete(self._table).where(too_old))
        request_hash, status, body = answer
        row = {
            "account_id": account_id,
            "actor": actor,
            "key": key,
            "request_hash": request_hash,
            "status": status,
            "body": body,
            "at_ms": now_ms,
        }
        try:
            await self._connection.execute(insert(self._table).values(row))
        except IntegrityError:
            raise AlreadyTaken(name="key") from None
