"""Entities of one kind in one table."""

from __future__ import annotations

from typing import Any, Generic, NoReturn, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Row, Select, Table, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from airdesk.core.kernel import NO_ID, AccountId, AlreadyTaken, StillUsed, UnknownEntity, limits

EntityT = TypeVar("EntityT", bound=msgspec.Struct)


class SqlEntities(Generic[EntityT]):
    """See `ports.directory.Entities`.

    Args:
        connection: in a transaction.
        kind: the entity's class, whose fields are the table's columns.
        table: its primary key is (account_id, the entity's own id).
    """

    def __init__(self, connection: AsyncConnection, kind: type[EntityT], table: Table) -> None:
        self._connection = connection
        self._kind = kind
        self._table = table
        self._account, self._id = list(table.primary_key.columns)[:2]
        self._name = self._id.name.removesuffix("_id")

    async def get(self, account_id: AccountId, entity_id: bytes) -> EntityT | None:
        """See Entities."""
        return await self._one(self._is(account_id, entity_id))

    async def page(
        self,
        account_id: AccountId,
        after: bytes = NO_ID,
        limit: int = limits.PAGE_ITEMS_MAX,
        newest_first: bool = False,
    ) -> list[EntityT]:
        """See Entities."""
        query = self._page_query(account_id, after, limit, newest_first)
        return [self._entity(row) for row in await self._connection.execute(query)]

    async def count(self, account_id: AccountId) -> int:
        """See Entities."""
        query = select(func.count()).select_from(self._table).where(self._account == account_id)
        return int((await self._connection.execute(query)).scalar_one())

    async def add(self, entity: EntityT) -> None:
        """See Entities."""
        try:
            await self._connection.execute(insert(self._table).values(field_values(entity)))
        except IntegrityError as error:
            refuse_write(error)

    async def replace(self, entity: EntityT) -> None:
        """See Entities."""
        fields = field_values(entity)
        key = self._is(fields[self._account.name], fields[self._id.name])
        try:
            done = await self._connection.execute(update(self._table).where(key).values(fields))
        except IntegrityError as error:
            refuse_write(error)
        if not done.rowcount:
            raise UnknownEntity(name=self._name)

    async def remove(self, account_id: AccountId, entity_id: bytes) -> bool:
        """See Entities."""
        key = self._is(account_id, entity_id)
        try:
            done = await self._connection.execute(delete(self._table).where(key))
        except IntegrityError:
            raise StillUsed(name=self._name, user="something else") from None
        return bool(done.rowcount)

    def _is(self, account_id: AccountId, entity_id: bytes) -> ColumnElement[bool]:
        return and_(self._account == account_id, self._id == entity_id)

    def _page_query(
        self, account_id: AccountId, after: bytes, limit: int, newest_first: bool = False
    ) -> Select[Any]:
        query = select(self._table).where(self._account == account_id).limit(limit)
        if not newest_first:
            return query.where(self._id > after).order_by(self._id)
        if after != NO_ID:
            query = query.where(self._id < after)
        return query.order_by(self._id.desc())

    async def _one(self, condition: ColumnElement[bool]) -> EntityT | None:
        query = select(self._table).where(condition).limit(1)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else self._entity(row)

    async def _all(self, condition: ColumnElement[bool]) -> list[EntityT]:
        query = select(self._table).where(condition).order_by(self._id)
        return [self._entity(row) for row in await self._connection.execute(query)]

    def _entity(self, row: Row[Any]) -> EntityT:
        return self._kind(**row._mapping)


def field_values(entity: msgspec.Struct) -> dict[str, Any]:
    """Give an entity's values by column."""
    return {name: getattr(entity, name) for name in entity.__struct_fields__}


def refuse_write(error: IntegrityError) -> NoReturn:
    """Say which rule a row broke.

    SQLite tells "UNIQUE constraint failed: users.email", PostgreSQL the constraint's name, such as
    "uq_users_email".
    """
    said = str(error.orig)
    if "FOREIGN KEY" in said.upper():
        raise UnknownEntity(name="thing that it belongs to") from None
    constraint = said.partition('unique constraint "')[2].partition('"')[0]
    column = constraint or said.rpartition(".")[2]
    words = column.removesuffix("_id").rpartition("_")[2] if constraint else column
    raise AlreadyTaken(name=words.removesuffix("_id")) from None
