"""Audit, outbox and first answers in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, and_, delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from airdesk.adapters.sql import tables
from airdesk.adapters.sql.entities import SqlEntities, field_values
from airdesk.core.accounts import (
    EVERY_ROW,
    Actor,
    ActorKind,
    AuditFilter,
    AuditRow,
    OutboxRow,
)
from airdesk.core.kernel import NO_ID, AccountId, AlreadyTaken, limits
from airdesk.ports.directory import CLAIMED


class SqlAudit:
    """See `ports.directory.Audit`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._rows = SqlEntities(connection, AuditRow, tables.audit)

    async def add(self, row: AuditRow) -> None:
        """See Audit."""
        await self._rows.add(row)

    async def page(
        self,
        account_id: AccountId,
        after: bytes = NO_ID,
        limit: int = limits.PAGE_ITEMS_MAX,
        *,
        wanted: AuditFilter = EVERY_ROW,
    ) -> list[AuditRow]:
        """See Audit."""
        table = tables.audit
        query = select(table).where(table.c.account_id == account_id, *_conditions(wanted))
        if after != NO_ID:
            query = query.where(table.c.audit_id < after)
        query = query.order_by(table.c.audit_id.desc()).limit(limit)
        return [AuditRow(**row._mapping) for row in await self._connection.execute(query)]

    async def actors(self, account_id: AccountId) -> list[Actor]:
        """See Audit."""
        row = tables.audit.c
        name = func.max(row.actor_name)
        query = (
            select(row.actor_kind, row.actor_id, name)
            .where(
                row.account_id == account_id,
                row.actor_kind.in_((ActorKind.USER, ActorKind.TOKEN)),
            )
            .group_by(row.actor_kind, row.actor_id)
            .order_by(name, row.actor_id, row.actor_kind)
            .limit(limits.AUDIT_ACTORS_MAX)
        )
        return [Actor(*found) for found in await self._connection.execute(query)]


def _conditions(wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    row = tables.audit.c
    if wanted.actor_kind is not None:
        yield row.actor_kind == wanted.actor_kind
    if wanted.actor_id != NO_ID:
        yield row.actor_id == wanted.actor_id
    if wanted.subject_kind:
        yield row.subject_kind == wanted.subject_kind
    if wanted.from_ms:
        yield row.at_ms >= wanted.from_ms
    if wanted.to_ms:
        yield row.at_ms < wanted.to_ms


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
