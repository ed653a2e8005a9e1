"""Accounts, users, seats, doors and contacts in SQL, as far as they are more than entities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from airdesk.adapters.sql import tables
from airdesk.adapters.sql.columns import words_within
from airdesk.adapters.sql.entities import SqlEntities, field_values, refuse_write
from airdesk.core.accounts import (
    Account,
    Contact,
    Device,
    Inbox,
    Member,
    PageView,
    StoredFile,
    User,
)
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    AlreadyTaken,
    ConversationId,
    InboxId,
    Role,
    UnknownEntity,
    VisitorId,
    limits,
)


class SqlAccounts:
    """See `ports.directory.Accounts`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, account_id: AccountId) -> Account | None:
        """See Accounts."""
        query = select(tables.accounts).where(tables.accounts.c.account_id == account_id)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Account(**row._mapping)

    async def all(self) -> list[Account]:
        """See Accounts."""
        query = select(tables.accounts).order_by(tables.accounts.c.account_id)
        return [Account(**row._mapping) for row in await self._connection.execute(query)]

    async def is_empty(self) -> bool:
        """See Accounts."""
        return not (
            await self._connection.execute(select(exists(tables.accounts.select())))
        ).scalar()

    async def add(self, account: Account) -> None:
        """See Accounts."""
        try:
            await self._connection.execute(insert(tables.accounts).values(field_values(account)))
        except IntegrityError as error:
            refuse_write(error)

    async def replace(self, account: Account) -> None:
        """See Accounts."""
        key = tables.accounts.c.account_id == account.account_id
        done = await self._connection.execute(
            update(tables.accounts).where(key).values(field_values(account))
        )
        if not done.rowcount:
            raise UnknownEntity(name="account")


class SqlUsers:
    """See `ports.directory.Users`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, user_id: AgentId) -> User | None:
        """See Users."""
        return await self._one(tables.users.c.user_id == user_id)

    async def by_email(self, email: str) -> User | None:
        """See Users."""
        return await self._one(tables.users.c.email == email)

    async def _one(self, condition: Any) -> User | None:
        row = (await self._connection.execute(select(tables.users).where(condition))).one_or_none()
        return None if row is None else User(**row._mapping)

    async def add(self, user: User) -> None:
        """See Users."""
        try:
            await self._connection.execute(insert(tables.users).values(field_values(user)))
        except IntegrityError as error:
            refuse_write(error)

    async def replace(self, user: User) -> None:
        """See Users."""
        key = tables.users.c.user_id == user.user_id
        try:
            done = await self._connection.execute(
                update(tables.users).where(key).values(field_values(user))
            )
        except IntegrityError as error:
            refuse_write(error)
        if not done.rowcount:
            raise UnknownEntity(name="user")


class SqlMembers(SqlEntities[Member]):
    """See `ports.directory.Members`."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, Member, tables.members)

    async def of_user(self, user_id: AgentId) -> list[Member]:
        """See Members."""
        table = tables.members
        query = select(table).where(table.c.user_id == user_id)
        rows = await self._connection.execute(
            query.order_by(table.c.created_ms, table.c.account_id)
        )
        return [self._entity(row) for row in rows]

    async def with_users(
        self, account_id: AccountId, after: bytes = NO_ID, limit: int = limits.PAGE_ITEMS_MAX
    ) -> list[tuple[Member, User]]:
        """See Members."""
        found = await self.page(account_id, after, limit)
        ids = [one.user_id for one in found]
        query = select(tables.users).where(tables.users.c.user_id.in_(ids))
        rows = await self._connection.execute(query)
        users = {row.user_id: User(**row._mapping) for row in rows}
        return [(one, users[one.user_id]) for one in found]

    async def active_owners(self, account_id: AccountId) -> int:
        """See Members."""
        of_account = tables.members.c.account_id == account_id
        may_own = and_(tables.members.c.role == Role.OWNER, tables.members.c.is_active.is_(True))
        query = select(func.count()).select_from(tables.members).where(of_account, may_own)
        return int((await self._connection.execute(query)).scalar_one())


class SqlInboxes(SqlEntities[Inbox]):
    """See `ports.directory.Inboxes`."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, Inbox, tables.inboxes)

    async def find(self, inbox_id: InboxId) -> Inbox | None:
        """See Inboxes."""
        return await self._one(tables.inboxes.c.inbox_id == inbox_id)

    async def proof_required(self) -> frozenset[InboxId]:
        """See Inboxes."""
        inboxes = tables.inboxes.c
        wanted = select(inboxes.inbox_id).where(inboxes.identify_required)
        return frozenset((await self._connection.execute(wanted)).scalars())

    async def visitor_key_epochs(self) -> dict[InboxId, int]:
        """See Inboxes."""
        inboxes = tables.inboxes.c
        query = select(inboxes.inbox_id, inboxes.visitor_key_epoch)
        rows = await self._connection.execute(query.where(inboxes.visitor_key_epoch > 0))
        return {InboxId(row.inbox_id): row.visitor_key_epoch for row in rows}


class SqlContacts(SqlEntities[Contact]):
    """See `ports.directory.Contacts`."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, Contact, tables.contacts)

    async def add(self, entity: Contact) -> None:
        """See Entities."""
        await super().add(entity)
        await self._link(entity)

    async def replace(self, entity: Contact) -> None:
        """See Entities."""
        await super().replace(entity)
        table = tables.contact_visitors
        mine = and_(
            table.c.account_id == entity.account_id, table.c.contact_id == entity.contact_id
        )
        await self._connection.execute(delete(table).where(mine))
        await self._link(entity)

    async def _link(self, contact: Contact) -> None:
        links = [
            {
                "account_id": contact.account_id,
                "visitor_id": visitor_id,
                "contact_id": contact.contact_id,
            }
            for visitor_id in contact.visitor_ids
        ]
        if links:
            try:
                await self._connection.execute(insert(tables.contact_visitors), links)
            except IntegrityError:
                raise AlreadyTaken(name="visitor") from None

    async def by_visitor(self, account_id: AccountId, visitor_id: VisitorId) -> Contact | None:
        """See Contacts."""
        table = tables.contact_visitors
        query = select(table.c.contact_id).where(
            table.c.account_id == account_id, table.c.visitor_id == visitor_id
        )
        found = (await self._connection.execute(query)).scalar_one_or_none()
        return None if found is None else await self.get(account_id, found)

    async def by_visitors(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId]
    ) -> dict[VisitorId, Contact]:
        """See Contacts."""
        links, contacts = tables.contact_visitors, tables.contacts
        same = and_(
            contacts.c.account_id == links.c.account_id,
            contacts.c.contact_id == links.c.contact_id,
        )
        query = select(links.c.visitor_id.label("_visitor"), contacts).join(contacts, same)
        mine = and_(links.c.account_id == account_id, links.c.visitor_id.in_(list(visitor_ids)))
        found: dict[VisitorId, Contact] = {}
        for row in await self._connection.execute(query.where(mine)):
            fields = dict(row._mapping)
            visitor_id = fields.pop("_visitor")
            found[VisitorId(visitor_id)] = Contact(**fields)
        return found

    async def by_external_id(self, account_id: AccountId, external_id: str) -> Contact | None:
        """See Contacts."""
        table = tables.contacts
        return await self._one(
            and_(table.c.account_id == account_id, table.c.external_id == external_id)
        )

    async def search(
        self, account_id: AccountId, words: str, after: bytes = NO_ID, limit: int = 50
    ) -> list[Contact]:
        """See Contacts."""
        query = self._page_query(account_id, after, limit, newest_first=True)
        searched = (
            tables.contacts.c.name,
            tables.contacts.c.email,
            tables.contacts.c.phone,
            tables.contacts.c.external_id,
        )
        for pattern in words_within(words):
            query = query.where(or_(*(column.ilike(pattern, escape="\\") for column in searched)))
        return [self._entity(row) for row in await self._connection.execute(query)]

    async def blocked(
        self, account_id: AccountId, after: bytes = NO_ID, limit: int = 50
    ) -> list[Contact]:
        """See Contacts."""
        query = self._page_query(account_id, after, limit, newest_first=True)
        query = query.where(tables.contacts.c.is_blocked)
        return [self._entity(row) for row in await self._connection.execute(query)]


class SqlFiles(SqlEntities[StoredFile]):
    """See `ports.directory.Files`."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection, StoredFile, tables.files)

    async def of_conversation(
        self, account_id: AccountId, conversation_id: ConversationId
    ) -> list[StoredFile]:
        """See Files."""
        table = tables.files
        return await self._all(
            and_(table.c.account_id == account_id, table.c.conversation_id == conversation_id)
        )


class SqlPageViews:
    """See `ports.directory.PageViews`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, account_id: AccountId, visitor_id: VisitorId, views: Sequence[PageView]
    ) -> None:
        """See PageViews."""
        if not views:
            return
        table = tables.page_views
        rows = [
            {"account_id": account_id, "visitor_id": visitor_id, **field_values(view)}
            for view in views
        ]
        await self._connection.execute(insert(table), rows)
        mine = and_(table.c.account_id == account_id, table.c.visitor_id == visitor_id)
        newest = select(table.c.number).where(mine).order_by(table.c.number.desc())
        bound = newest.offset(limits.PAGE_VIEWS_MAX).limit(1)
        last_too_old = (await self._connection.execute(bound)).scalar_one_or_none()
        if last_too_old is not None:
            await self._connection.execute(
                delete(table).where(mine, table.c.number <= last_too_old)
            )

    async def newest(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId], limit: int
    ) -> list[PageView]:
        """See PageViews."""
        table = tables.page_views
        query = select(table.c.url, table.c.title, table.c.at_ms).where(
            table.c.account_id == account_id, table.c.visitor_id.in_(list(visitor_ids))
        )
        newest = query.order_by(table.c.number.desc()).limit(limit)
        return [PageView(*row) for row in await self._connection.execute(newest)]

    async def newest_of_each(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId], each: int
    ) -> dict[VisitorId, list[PageView]]:
        """See PageViews."""
        table = tables.page_views
        newest = table.c.number.desc()
        place = func.row_number().over(partition_by=table.c.visitor_id, order_by=newest)
        mine = and_(table.c.account_id == account_id, table.c.visitor_id.in_(list(visitor_ids)))
        placed = select(table, place.label("place")).where(mine).subquery()
        columns = (placed.c.visitor_id, placed.c.url, placed.c.title, placed.c.at_ms)
        query = select(*columns).where(placed.c.place <= each).order_by(placed.c.number.desc())
        found: dict[VisitorId, list[PageView]] = {}
        for visitor_id, *view in await self._connection.execute(query):
            found.setdefault(VisitorId(visitor_id), []).append(PageView(*view))
        return found


class SqlDevices:
    """See `ports.directory.Devices`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, account_id: AccountId, visitor_id: VisitorId, device: Device) -> None:
        """See Devices."""
        table = tables.devices
        mine = and_(table.c.account_id == account_id, table.c.visitor_id == visitor_id)
        fields = field_values(device)
        done = await self._connection.execute(update(table).where(mine).values(fields))
        if not done.rowcount:
            whose = {"account_id": account_id, "visitor_id": visitor_id}
            await self._connection.execute(insert(table).values(whose | fields))

    async def of(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId]
    ) -> dict[VisitorId, Device]:
        """See Devices."""
        table = tables.devices
        columns = (table.c.visitor_id, table.c.browser, table.c.system, table.c.kind)
        query = select(*columns, table.c.seen_ms).where(
            table.c.account_id == account_id, table.c.visitor_id.in_(list(visitor_ids))
        )
        rows = await self._connection.execute(query)
        return {VisitorId(visitor_id): Device(*device) for visitor_id, *device in rows}
