"""A directory in memory: dictionaries of entities, copied when a transaction begins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar

import msgspec

from airdesk.core.accounts import (
    Account,
    ApiToken,
    AuditRow,
    CannedReply,
    Contact,
    Device,
    FaqEntry,
    Hours,
    Inbox,
    Invitation,
    Label,
    Member,
    OneTimeLink,
    OutboxRow,
    PageView,
    Session,
    StoredFile,
    Team,
    User,
)
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    AlreadyTaken,
    ConversationId,
    DirectoryUnavailable,
    InboxId,
    Role,
    StillUsed,
    UnknownEntity,
    VisitorId,
    limits,
)
from airdesk.ports.directory import CLAIMED, Transaction

EntityT = TypeVar("EntityT", bound=msgspec.Struct)
Key = tuple[bytes, bytes]
Uniques = dict[str, Callable[[Any], Iterable[object]]]


class _Entities(Generic[EntityT]):
    """See `ports.directory.Entities`.

    Args:
        key: the fields that make up an entity's key.
        uniques: by name what no two entities may share.
    """

    def __init__(self, key: tuple[str, str], uniques: Uniques | None = None) -> None:
        self.rows: dict[Key, EntityT] = {}
        self._key = key
        self._uniques = uniques or {}
        self.users: list[Callable[[EntityT], str]] = []
        """Each says what still needs an entity; "" for nothing."""
        self.needs: list[Callable[[EntityT], bool]] = []
        """Each says whether what an entity names is there."""
        self.removed: list[Callable[[EntityT], None]] = []
        """Each removes what is only this entity's."""

    async def get(self, account_id: AccountId, entity_id: bytes) -> EntityT | None:
        return self.rows.get((account_id, entity_id))

    async def page(
        self,
        account_id: AccountId,
        after: bytes = NO_ID,
        limit: int = limits.PAGE_ITEMS_MAX,
        newest_first: bool = False,
    ) -> list[EntityT]:
        keys = sorted((key for key in self.rows if key[0] == account_id), reverse=newest_first)
        if after != NO_ID:
            keys = [key for key in keys if (key[1] < after if newest_first else key[1] > after)]
        return [self.rows[key] for key in keys[:limit]]

    async def count(self, account_id: AccountId) -> int:
        return sum(key[0] == account_id for key in self.rows)

    async def add(self, entity: EntityT) -> None:
        if self._key_of(entity) in self.rows:
            raise AlreadyTaken(name="id")
        self._store(entity)

    async def replace(self, entity: EntityT) -> None:
        if self._key_of(entity) not in self.rows:
            raise UnknownEntity(name=self._key[1].removesuffix("_id"))
        self._store(entity)

    async def remove(self, account_id: AccountId, entity_id: bytes) -> bool:
        entity = self.rows.get((account_id, entity_id))
        if entity is None:
            return False
        for user in filter(None, (says(entity) for says in self.users)):
            raise StillUsed(name=self._key[1].removesuffix("_id"), user=user)
        del self.rows[account_id, entity_id]
        for also in self.removed:
            also(entity)
        return True

    def all(self) -> list[EntityT]:
        return [self.rows[key] for key in sorted(self.rows)]

    def keep(self, wanted: Callable[[EntityT], bool]) -> int:
        before = len(self.rows)
        self.rows = {key: entity for key, entity in self.rows.items() if wanted(entity)}
        return before - len(self.rows)

    def _key_of(self, entity: EntityT) -> Key:
        return getattr(entity, self._key[0]), getattr(entity, self._key[1])

    def _store(self, entity: EntityT) -> None:
        key = self._key_of(entity)
        if not all(is_there(entity) for is_there in self.needs):
            raise UnknownEntity(name="thing that it belongs to")
        for name, values in self._uniques.items():
            mine = set(values(entity))
            for other, row in self.rows.items():
                if other != key and mine & set(values(row)):
                    raise AlreadyTaken(name=name)
        self.rows[key] = entity


class _Accounts:
    def __init__(self) -> None:
        self.rows: dict[AccountId, Account] = {}

    async def get(self, account_id: AccountId) -> Account | None:
        return self.rows.get(account_id)

    async def all(self) -> list[Account]:
        return [self.rows[key] for key in sorted(self.rows)]

    async def is_empty(self) -> bool:
        return not self.rows

    async def add(self, account: Account) -> None:
        self.rows[account.account_id] = account

    async def replace(self, account: Account) -> None:
        if account.account_id not in self.rows:
            raise UnknownEntity(name="account")
        self.rows[account.account_id] = account


class _Users:
    def __init__(self) -> None:
        self.rows: dict[AgentId, User] = {}

    async def get(self, user_id: AgentId) -> User | None:
        return self.rows.get(user_id)

    async def by_email(self, email: str) -> User | None:
        return next((user for user in self.rows.values() if user.email == email), None)

    async def add(self, user: User) -> None:
        if await self.by_email(user.email) is not None:
            raise AlreadyTaken(name="email")
        self.rows[user.user_id] = user

    async def replace(self, user: User) -> None:
        if user.user_id not in self.rows:
            raise UnknownEntity(name="user")
        other = await self.by_email(user.email)
        if other is not None and other.user_id != user.user_id:
            raise AlreadyTaken(name="email")
        self.rows[user.user_id] = user


class _Members(_Entities[Member]):
    def __init__(self, users: _Users) -> None:
        super().__init__(("account_id", "user_id"))
        self._users = users

    async def of_user(self, user_id: AgentId) -> list[Member]:
        his = [member for member in self.all() if member.user_id == user_id]
        return sorted(his, key=lambda member: member.created_ms)

    async def with_users(
        self, account_id: AccountId, after: bytes = NO_ID, limit: int = limits.PAGE_ITEMS_MAX
    ) -> list[tuple[Member, User]]:
        found = await self.page(account_id, after, limit)
        return [(member, self._users.rows[member.user_id]) for member in found]

    async def active_owners(self, account_id: AccountId) -> int:
        return sum(
            one.account_id == account_id and one.role == Role.OWNER and one.is_active
            for one in self.all()
        )


class _Inboxes(_Entities[Inbox]):
    async def find(self, inbox_id: InboxId) -> Inbox | None:
        return next((one for one in self.all() if one.inbox_id == inbox_id), None)

    async def proof_required(self) -> frozenset[InboxId]:
        return frozenset(one.inbox_id for one in self.all() if one.identify_required)

    async def visitor_key_epochs(self) -> dict[InboxId, int]:
        epochs = {one.inbox_id: one.visitor_key_epoch for one in self.all()}
        return {inbox_id: epoch for inbox_id, epoch in epochs.items() if epoch}


class _Contacts(_Entities[Contact]):
    async def by_visitor(self, account_id: AccountId, visitor_id: VisitorId) -> Contact | None:
        return self._first(account_id, lambda one: visitor_id in one.visitor_ids)

    async def by_visitors(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId]
    ) -> dict[VisitorId, Contact]:
        found = {one: await self.by_visitor(account_id, one) for one in visitor_ids}
        return {one: contact for one, contact in found.items() if contact is not None}

    async def by_external_id(self, account_id: AccountId, external_id: str) -> Contact | None:
        return self._first(account_id, lambda one: one.external_id == external_id)

    def _first(self, account_id: AccountId, is_it: Callable[[Contact], bool]) -> Contact | None:
        mine = (one for one in self.all() if one.account_id == account_id)
        return next(filter(is_it, mine), None)

    async def search(
        self, account_id: AccountId, words: str, after: bytes = NO_ID, limit: int = 50
    ) -> list[Contact]:
        found = [
            one
            for one in await self.page(account_id, after, len(self.rows), newest_first=True)
            if all(word in _searched(one) for word in words.lower().split())
        ]
        return found[:limit]

    async def blocked(
        self, account_id: AccountId, after: bytes = NO_ID, limit: int = 50
    ) -> list[Contact]:
        everybody = await self.page(account_id, after, len(self.rows), newest_first=True)
        return [one for one in everybody if one.is_blocked][:limit]


def _searched(contact: Contact) -> str:
    return "\n".join((contact.name, contact.email, contact.phone, contact.external_id)).lower()


class _Files(_Entities[StoredFile]):
    async def of_conversation(
        self, account_id: AccountId, conversation_id: ConversationId
    ) -> list[StoredFile]:
        return [
            one
            for one in self.all()
            if (one.account_id, one.conversation_id) == (account_id, conversation_id)
        ]


class _PageViews:
    def __init__(self) -> None:
        self.rows: list[tuple[AccountId, VisitorId, PageView]] = []

    async def add(
        self, account_id: AccountId, visitor_id: VisitorId, views: Sequence[PageView]
    ) -> None:
        whose = (account_id, visitor_id)
        mine = [row for row in self.rows if row[:2] == whose]
        mine += [(account_id, visitor_id, view) for view in views]
        too_old = mine[: -limits.PAGE_VIEWS_MAX]
        self.rows = [row for row in self.rows if row[:2] != whose or row not in too_old]
        self.rows += [row for row in mine[-limits.PAGE_VIEWS_MAX :] if row not in self.rows]

    async def newest(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId], limit: int
    ) -> list[PageView]:
        found = [row[2] for row in self.rows if row[0] == account_id and row[1] in visitor_ids]
        return found[::-1][:limit]

    async def newest_of_each(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId], each: int
    ) -> dict[VisitorId, list[PageView]]:
        found = {one: await self.newest(account_id, [one], each) for one in visitor_ids}
        return {one: views for one, views in found.items() if views}


class _Devices:
    def __init__(self) -> None:
        self.rows: dict[tuple[AccountId, VisitorId], Device] = {}

    async def keep(self, account_id: AccountId, visitor_id: VisitorId, device: Device) -> None:
        self.rows[account_id, visitor_id] = device

    async def of(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId]
    ) -> dict[VisitorId, Device]:
        found = {one: self.rows.get((account_id, one)) for one in visitor_ids}
        return {one: device for one, device in found.items() if device is not None}


class _Credentials(_Entities[EntityT]):
    async def by_hash(self, secret_hash: bytes) -> EntityT | None:
        return next((one for one in self.all() if _hash(one) == secret_hash), None)

    async def of_user(self, user_id: AgentId, account_id: AccountId | None = None) -> list[EntityT]:
        return [
            self.rows[key]
            for key in sorted(self.rows, key=lambda key: key[1])
            if getattr(self.rows[key], "user_id", None) == user_id and account_id in (None, key[0])
        ]


def _hash(entity: msgspec.Struct) -> bytes:
    return bytes(getattr(entity, "secret_hash", b""))


class _Sessions(_Credentials[Session]):
    async def purge(self, seen_before_ms: int, made_before_ms: int) -> int:
        return self.keep(
            lambda one: one.last_seen_ms >= seen_before_ms and one.created_ms >= made_before_ms
        )


class _OneTimeLinks:
    def __init__(self) -> None:
        self.rows: dict[bytes, OneTimeLink] = {}

    async def add(self, link: OneTimeLink) -> None:
        self.rows[link.secret_hash] = link

    async def get(self, secret_hash: bytes) -> OneTimeLink | None:
        return self.rows.get(secret_hash)

    async def take(self, secret_hash: bytes) -> OneTimeLink | None:
        return self.rows.pop(secret_hash, None)

    async def remove_of_user(self, user_id: AgentId) -> None:
        self.rows = {key: one for key, one in self.rows.items() if one.user_id != user_id}

    async def remove_expired(self, now_ms: int) -> None:
        self.rows = {key: one for key, one in self.rows.items() if one.expires_ms >= now_ms}


class _Attempts:
    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, int]] = {}

    async def count(self, key: str, since_ms: int) -> tuple[int, int]:
        count, began_ms = self.rows.get(key, (0, 0))
        return (count, began_ms) if began_ms >= since_ms else (0, 0)

    async def add(self, key: str, now_ms: int, since_ms: int) -> None:
        count, began_ms = await self.count(key, since_ms)
        self.rows[key] = (count + 1, began_ms or now_ms)

    async def take_back(self, key: str) -> None:
        count, began_ms = self.rows.get(key, (0, 0))
        if count:
            self.rows[key] = (count - 1, began_ms)

    async def clear(self, key: str) -> None:
        self.rows.pop(key, None)


class _Audit(_Entities[AuditRow]):
    async def page(
        self,
        account_id: AccountId,
        after: bytes = NO_ID,
        limit: int = limits.PAGE_ITEMS_MAX,
        newest_first: bool = True,
    ) -> list[AuditRow]:
        return await super().page(account_id, after, limit, newest_first)


class _Outbox:
    def __init__(self) -> None:
        self.rows: dict[int, OutboxRow] = {}
        self.last_number = 0

    async def add(self, row: OutboxRow) -> None:
        self.last_number += 1
        self.rows[self.last_number] = msgspec.structs.replace(row, number=self.last_number)

    async def waiting(self, limit: int) -> list[OutboxRow]:
        return [self.rows[number] for number in sorted(self.rows)][:limit]

    async def done(self, numbers: Sequence[int]) -> None:
        self.rows = {number: row for number, row in self.rows.items() if number not in numbers}


class _Answers:
    def __init__(self) -> None:
        self.rows: dict[tuple[bytes, bytes, str], tuple[tuple[bytes, int, bytes], int]] = {}

    async def claim(
        self,
        account_id: AccountId,
        actor: bytes,
        key: str,
        claim: tuple[bytes, bytes],
        now_ms: int,
    ) -> bool:
        found = self.rows.get((account_id, actor, key))
        if found is not None:
            (_, status, _), at_ms = found
            kept_ms = limits.CLAIM_MS_MAX if status == CLAIMED else limits.ANSWERS_MS_MAX
            if at_ms >= now_ms - kept_ms:
                return False
        request_hash, claimer = claim
        self.rows[account_id, actor, key] = ((request_hash, CLAIMED, claimer), now_ms)
        return True

    async def release(self, account_id: AccountId, actor: bytes, key: str, claimer: bytes) -> None:
        found = self.rows.get((account_id, actor, key))
        if found is not None and found[0][1:] == (CLAIMED, claimer):
            del self.rows[account_id, actor, key]

    async def get(
        self, account_id: AccountId, actor: bytes, key: str
    ) -> tuple[bytes, int, bytes] | None:
        found = self.rows.get((account_id, actor, key))
        return None if found is None else found[0]

    async def add(
        self,
        account_id: AccountId,
        actor: bytes,
        key: str,
        answer: tuple[bytes, int, bytes],
        now_ms: int,
    ) -> None:
        since_ms = now_ms - limits.ANSWERS_MS_MAX
        self.rows = {one: row for one, row in self.rows.items() if row[1] >= since_ms}
        found = self.rows.get((account_id, actor, key))
        if found is not None and found[0][1] != CLAIMED:
            raise AlreadyTaken(name="key")
        self.rows[account_id, actor, key] = (answer, now_ms)


def _one(*names: str) -> Callable[[Any], Iterable[object]]:
    """Make a rule: these fields together are unique, unless the last is empty."""

    def values(entity: Any) -> Iterable[object]:
        value = tuple(getattr(entity, name) for name in names)
        return (value,) if value[-1] else ()

    return values


class _Tables:
    """Everything, and what the foreign keys of a real database would hold together."""

    def __init__(self) -> None:
        self.accounts = _Accounts()
        self.users = _Users()
        self.members = _Members(self.users)
        self.teams: _Entities[Team] = _Entities(
            ("account_id", "team_id"), {"name": _one("account_id", "name")}
        )
        self.inboxes = _Inboxes(("account_id", "inbox_id"), {"inbox": _one("inbox_id")})
        self.hours: _Entities[Hours] = _Entities(("account_id", "inbox_id"))
        self.canned: _Entities[CannedReply] = _Entities(
            ("account_id", "canned_id"), {"shortcut": _one("account_id", "shortcut")}
        )
        self.faq: _Entities[FaqEntry] = _Entities(("account_id", "faq_id"))
        self.labels: _Entities[Label] = _Entities(
            ("account_id", "label_id"), {"name": _one("account_id", "name")}
        )
        self.contacts = _Contacts(
            ("account_id", "contact_id"),
            {
                "external": _one("account_id", "external_id"),
                "visitor": lambda one: ((one.account_id, each) for each in one.visitor_ids),
            },
        )
        self.files = _Files(("account_id", "file_id"))
        self.page_views = _PageViews()
        self.devices = _Devices()
        self.sessions = _Sessions(("account_id", "session_id"), {"secret": _one("secret_hash")})
        self.api_tokens: _Credentials[ApiToken] = _Credentials(
            ("account_id", "token_id"), {"secret": _one("secret_hash")}
        )
        self.invitations: _Credentials[Invitation] = _Credentials(
            ("account_id", "invitation_id"), {"email": _one("account_id", "email")}
        )
        self.one_time_links = _OneTimeLinks()
        self.attempts = _Attempts()
        self.audit = _Audit(("account_id", "audit_id"))
        self.outbox = _Outbox()
        self.answers = _Answers()
        self._tie()

    def _tie(self) -> None:
        members, inboxes = self.members, self.inboxes
        tables: list[_Entities[Any]] = [members, self.teams, inboxes, self.canned, self.faq]
        for table in (*tables, self.labels, self.contacts, self.files, self.audit):
            table.needs.append(lambda one: one.account_id in self.accounts.rows)
        members.needs.append(lambda one: one.user_id in self.users.rows)
        inboxes.needs.append(
            lambda one: one.team_id == NO_ID or (one.account_id, one.team_id) in self.teams.rows
        )
        self.faq.needs.append(
            lambda one: one.inbox_id == NO_ID or (one.account_id, one.inbox_id) in inboxes.rows
        )
        self.hours.needs.append(lambda one: (one.account_id, one.inbox_id) in inboxes.rows)
        seated: list[_Entities[Any]] = [self.sessions, self.api_tokens]
        for table in seated:
            table.needs.append(lambda one: (one.account_id, one.user_id) in members.rows)
        self.teams.users.append(
            lambda team: next((one.name for one in inboxes.all() if _answers(one, team)), "")
        )
        inboxes.removed.append(self._inbox_removed)
        members.removed.append(self._member_removed)

    def _inbox_removed(self, inbox: Inbox) -> None:
        key = (inbox.account_id, inbox.inbox_id)
        self.hours.keep(lambda one: (one.account_id, one.inbox_id) != key)
        self.faq.keep(lambda one: (one.account_id, one.inbox_id) != key)

    def _member_removed(self, member: Member) -> None:
        key = (member.account_id, member.user_id)
        self.sessions.keep(lambda one: (one.account_id, one.user_id) != key)
        self.api_tokens.keep(lambda one: (one.account_id, one.user_id) != key)

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Give what would have to be put back to undo everything."""
        return {
            name: {
                field: value.copy() if isinstance(value, dict | list) else value
                for field, value in vars(table).items()
                if field in ("rows", "last_number")
            }
            for name, table in vars(self).items()
        }

    def restore(self, snapshot: dict[str, dict[str, Any]]) -> None:
        """Put back what a snapshot holds."""
        for name, fields in snapshot.items():
            vars(vars(self)[name]).update(fields)


def _answers(inbox: Inbox, team: Team) -> bool:
    return (inbox.account_id, inbox.team_id) == (team.account_id, team.team_id)


class MemoryDirectory:
    """See `ports.directory.Directory`. Readings wait for transactions here; nothing is copied."""

    def __init__(self) -> None:
        self._tables = _Tables()
        self._turn = asyncio.Lock()
        self._is_closed = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """See Directory."""
        async with self._turn:
            self._check_open()
            before = self._tables.snapshot()
            try:
                yield self._tables
            except BaseException:
                self._tables.restore(before)
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """See Directory."""
        async with self._turn:
            self._check_open()
            before = self._tables.snapshot()
            yield self._tables
            if self._tables.snapshot() != before:
                self._tables.restore(before)
                raise DirectoryUnavailable(reason="a reading cannot write")

    async def close(self) -> None:
        """See Directory."""
        self._is_closed = True

    def _check_open(self) -> None:
        if self._is_closed:
            raise DirectoryUnavailable(reason="it is closed")
