"""Contacts that follow the log."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from airdesk.adapters.memory import MemoryDisk, MemoryLogRecords
from airdesk.core import conversation as conv
from airdesk.core.accounts import ActorKind, Contact
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    ConversationId,
    DirectoryUnavailable,
    InboxId,
    OperationId,
    VisitorId,
)
from airdesk.ports.directory import Directory, Transaction
from airdesk.ports.event_log import Record
from airdesk.ports.log_followers import Committed
from airdesk.services import log_consumer
from airdesk.services.heard_records import decoded
from airdesk.services.visitor_contacts import VisitorContacts
from tests.kit.offices import Office

INBOX = InboxId(b"inbox.inbox.inb.")
GUEST, NAMED, OTHER = (VisitorId(f"visitor {name:8}".encode()) for name in ("g", "n", "o"))


class NotedPositions:
    """Positions that are there at once."""

    def __init__(self) -> None:
        self.noted: dict[str, int] = {}

    def consumer_position(self, name: str) -> int:
        """See ConsumerPositions."""
        return self.noted.get(name, 0)

    def save_consumer_position(self, name: str, position: int) -> None:
        """See ConsumerPositions."""
        self.noted[name] = position


class Scene:
    """An account whose log is written by hand, and what follows it."""

    def __init__(self, office: Office, account_id: AccountId) -> None:
        self.office = office
        self.account_id = account_id
        self.disk = MemoryDisk()
        self.positions = NotedPositions()
        self._numbers = itertools.count(1)

    def consumer(self, directory: Directory | None = None) -> VisitorContacts:
        """Make the consumer as a process that starts would."""
        return VisitorContacts(
            directory or self.office.directory,
            self.office.changes,
            self.office.ids,
            self.positions,
            lambda: MemoryLogRecords(self.disk),
        )

    def came(self, visitor_id: VisitorId, account_id: AccountId | None = None) -> Committed:
        """A visitor begins a conversation."""
        event = conv.ConversationStarted(INBOX, visitor_id, with_bot=False)
        conversation_id = ConversationId(self.office.ids.new_id())
        return self._record(account_id or self.account_id, conversation_id, event)

    def joined(self, from_id: VisitorId, to_id: VisitorId) -> Committed:
        """A visitor turns out to be another one."""
        event = conv.VisitorAliased(INBOX, from_id, to_id)
        return self._record(self.account_id, ConversationId(NO_ID), event)

    def _record(
        self, account_id: AccountId, conversation_id: ConversationId, event: conv.Event
    ) -> Committed:
        record = Record(
            position=next(self._numbers),
            account_id=account_id,
            conversation_id=conversation_id,
            first_seq=1,
            last_seq=1,
            public_before=0,
            ts_ms=1_700_000_000_000,
            actor=b"\x00" + GUEST,
            operation_id=OperationId(self.office.ids.new_id()),
            command_hash=b"........",
            answer=b"",
            events=conv.encode_events((event,)),
            bodies=b"",
        )
        self.disk.records.append(record)
        return decoded(record)

    async def contacts(self, account_id: AccountId | None = None) -> list[Contact]:
        """Give the account's contacts, oldest first."""
        async with self.office.directory.reading() as tx:
            return await tx.contacts.page(account_id or self.account_id)

    async def visitors(self) -> list[set[VisitorId]]:
        """Give the visitors of each contact."""
        return [set(contact.visitor_ids) for contact in await self.contacts()]

    async def add(self, contact: Contact) -> None:
        """Store a contact, as a form or a person does."""
        async with self.office.directory.transaction() as tx:
            await tx.contacts.add(contact)

    def contact(self, **fields: Any) -> Contact:
        """Make a contact."""
        return Contact(self.account_id, self.office.ids.new_id(), **fields)  # type: ignore[arg-type]


def scene(play: Callable[[Scene], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    async def run() -> None:
        office = Office()
        owner = await office.set_up()
        await play(Scene(office, owner.credential.by.account_id))

    def test() -> None:
        asyncio.run(run())

    test.__name__ = play.__name__
    return test


async def follow(consumer: VisitorContacts, head: int) -> None:
    consumer.start()
    consumer.home_started(head)
    await consumer.reached(head)
    await consumer.stop()


@scene
async def test_a_visitor_who_begins_a_conversation_is_a_contact(scene: Scene) -> None:
    came = scene.came(GUEST)
    await scene.consumer().take([came])
    (contact,) = await scene.contacts()
    assert contact.visitor_ids == (GUEST,)
    assert (contact.name, contact.is_verified) == ("", False)
    assert (contact.created_ms, contact.last_seen_ms) == (came.record.ts_ms, came.record.ts_ms)


@scene
async def test_a_second_conversation_and_a_replay_make_no_second_contact(scene: Scene) -> None:
    page = [scene.came(GUEST), scene.came(GUEST), scene.came(OTHER)]
    for _ in range(3):
        await scene.consumer().take(page)
    assert await scene.visitors() == [{GUEST}, {OTHER}]


@scene
async def test_what_somebody_said_of_himself_is_left_as_it_is(scene: Scene) -> None:
    told = scene.contact(name="Ann", visitor_ids=(GUEST,), last_seen_ms=7)
    await scene.add(told)
    await scene.consumer().take([scene.came(GUEST)])
    assert await scene.contacts() == [told]


@scene
async def test_an_alias_gives_the_named_contact_the_guests_visitor_id(scene: Scene) -> None:
    named = scene.contact(name="Ann", external_id="u1", is_verified=True, visitor_ids=(NAMED,))
    await scene.add(named)
    page = [scene.came(GUEST), scene.joined(GUEST, NAMED)]
    for _ in range(2):
        await scene.consumer().take(page)
    (contact,) = await scene.contacts()
    assert contact.contact_id == named.contact_id
    assert set(contact.visitor_ids) == {NAMED, GUEST}
    rows = [row for row in await scene.office.audit(scene.account_id) if row.before]
    assert [row.action for row in rows][-2:] == ["contact.removed", "contact.changed"]
    assert rows[-1].actor_kind == ActorKind.SYSTEM


@scene
async def test_an_alias_is_kept_where_only_the_guest_is_known(scene: Scene) -> None:
    await scene.consumer().take([scene.came(GUEST), scene.joined(GUEST, NAMED), scene.came(NAMED)])
    assert await scene.visitors() == [{GUEST, NAMED}]


@scene
async def test_two_whom_the_customer_names_differently_stay_two(scene: Scene) -> None:
    await scene.add(scene.contact(external_id="u1", visitor_ids=(NAMED,)))
    await scene.add(scene.contact(external_id="u2", visitor_ids=(GUEST,)))
    await scene.consumer().take([scene.joined(GUEST, NAMED)])
    assert await scene.visitors() == [{NAMED}, {GUEST}]


@scene
async def test_accounts_that_the_directory_does_not_know_are_skipped(scene: Scene) -> None:
    stranger = AccountId(b"no such account.")
    await scene.consumer().take([scene.came(OTHER, stranger), scene.came(GUEST)])
    assert await scene.visitors() == [{GUEST}]
    assert await scene.contacts(stranger) == []


class DyingDirectory:
    """A directory of a process that dies at one of its transactions."""

    def __init__(self, inner: Directory, lives: int, is_committed: bool) -> None:
        self._inner = inner
        self._lives = lives
        self._is_committed = is_committed
        self.died = asyncio.Event()

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """See Directory."""
        return self._inner.reading()

    @asynccontextmanager
    async def transaction(self) -> Any:
        """See Directory."""
        self._lives -= 1
        if self._lives < 0:
            self.died.set()
            if not self._is_committed:
                raise DirectoryUnavailable(reason="the process is dead")
        async with self._inner.transaction() as tx:
            yield tx
        if self._lives < 0:
            raise DirectoryUnavailable(reason="the process died behind the commit")

    async def close(self) -> None:
        """See Directory."""


@pytest.mark.parametrize("lives", range(3))
@pytest.mark.parametrize("is_committed", [False, True])
def test_a_consumer_that_died_at_any_step_makes_each_contact_once(
    lives: int, is_committed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("airdesk.core.kernel.limits.CONTACT_RECORDS", 2)

    async def play(scene: Scene) -> None:
        for visitor_id in (GUEST, OTHER, NAMED, GUEST):
            scene.came(visitor_id)
        scene.joined(GUEST, NAMED)
        dying = DyingDirectory(scene.office.directory, lives, is_committed)
        consumer = scene.consumer(dying)
        consumer.start()
        consumer.home_started(scene.disk.head)
        await dying.died.wait()
        await consumer.stop()
        await follow(scene.consumer(), scene.disk.head)
        found = await scene.visitors()
        assert sorted(map(len, found)) == [1, 2]
        assert {GUEST, NAMED} in found

    _run(play)


def test_a_directory_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_consumer, "RETRY_S", 0)

    async def play(scene: Scene) -> None:
        scene.came(GUEST)
        consumer = scene.consumer(Away(scene.office.directory, times=3))
        await follow(consumer, scene.disk.head)
        assert await scene.visitors() == [{GUEST}]

    _run(play)


def test_a_defect_does_not_end_the_consumer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_consumer, "RETRY_S", 0)

    async def play(scene: Scene) -> None:
        scene.came(GUEST)
        consumer = scene.consumer()
        take = consumer.take
        faults = [ZeroDivisionError(), ZeroDivisionError()]

        async def broken(page: Sequence[Committed]) -> None:
            if faults:
                raise faults.pop()
            await take(page)

        monkeypatch.setattr(consumer, "take", broken)
        await follow(consumer, scene.disk.head)
        assert await scene.visitors() == [{GUEST}]

    _run(play)


class Away:
    """A directory that cannot be read a few times."""

    def __init__(self, inner: Directory, times: int) -> None:
        self._inner = inner
        self._times = times

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """See Directory."""
        self._times -= 1
        if self._times >= 0:
            raise DirectoryUnavailable(reason="away")
        return self._inner.reading()

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """See Directory."""
        return self._inner.transaction()

    async def close(self) -> None:
        """See Directory."""


def _run(play: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    scene(play)()
