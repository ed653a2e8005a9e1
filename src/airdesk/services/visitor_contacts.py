"""Every visitor who began a conversation is a contact: rows of the directory that follow the log.

A visitor who only looks leaves no row. With his first durable command he is somebody who can be
found, looked at and described, though nobody knows his name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

from msgspec.structs import replace

from airdesk.core import conversation as conv
from airdesk.core.accounts import Actor, ActorKind, Contact, ContactId, filled_from
from airdesk.core.kernel import NO_ID, AccountId, VisitorId, limits
from airdesk.ports.clock import IdSource
from airdesk.ports.consumer_positions import ConsumerPositions
from airdesk.ports.directory import Directory, Transaction
from airdesk.ports.log_followers import Committed
from airdesk.ports.log_records import LogRecords
from airdesk.services.changes import Changes
from airdesk.services.log_consumer import LogConsumer

CONSUMER: Final = "contacts"
"""Its name among the log's consumers. It never changes."""

_SYSTEM: Final = Actor(ActorKind.SYSTEM, name="contacts")


class _Came(NamedTuple):
    """A visitor began a conversation."""

    account_id: AccountId
    visitor_id: VisitorId
    at_ms: int


class _Joined(NamedTuple):
    """A visitor turned out to be another one."""

    account_id: AccountId
    from_id: VisitorId
    to_id: VisitorId


_Step: TypeAlias = _Came | _Joined


class VisitorContacts(LogConsumer):
    """Makes the missing contacts of visitors, and joins those of one person.

    It asks the directory what is there and adds what is missing, so that a record that is read
    again, or for the first time after years, changes nothing that people or visitors wrote since.
    Accounts that the directory does not know have no contacts.

    Args:
        directory: keeps contacts.
        changes: writes the audit where two contacts become one.
        ids: ids of new contacts.
        positions: keep how far it has come.
        open_records: opens the log's records; called, like their reads, in a thread.
    """

    def __init__(
        self,
        directory: Directory,
        changes: Changes,
        ids: IdSource,
        positions: ConsumerPositions,
        open_records: Callable[[], LogRecords],
    ) -> None:
        super().__init__(CONSUMER, limits.CONTACT_RECORDS, positions, open_records)
        self._directory = directory
        self._changes = changes
        self._ids = ids

    def concerns(self, committed: Committed) -> bool:
        """See LogConsumer: a conversation's start, and a visitor who is another one."""
        if committed.after is None:
            return any(isinstance(event, conv.VisitorAliased) for event in committed.events)
        return committed.before is None

    async def take(self, page: Sequence[Committed]) -> None:
        """See LogConsumer: one look, and one transaction where rows are missing."""
        steps = [step for committed in page for step in _steps(committed)]
        if not steps:
            return
        async with self._directory.reading() as tx:
            known = {
                account_id
                for account_id in {step.account_id for step in steps}
                if await tx.accounts.get(account_id) is not None
            }
            needed = [
                step for step in steps if step.account_id in known and await _is_needed(tx, step)
            ]
        if not needed:
            return
        async with self._directory.transaction() as tx:
            for step in needed:
                await self._do(tx, step)

    def forget(self) -> None:
        """See LogConsumer: nothing is remembered, the directory is asked each time."""

    async def _do(self, tx: Transaction, step: _Step) -> None:
        # Looked at once more: between the reading and this transaction somebody may have written.
        match step:
            case _Came(account_id, visitor_id, at_ms):
                if await tx.contacts.by_visitor(account_id, visitor_id) is None:
                    await tx.contacts.add(self._new(account_id, visitor_id, at_ms))
            case _Joined():
                await self._join(tx, step)

    def _new(self, account_id: AccountId, visitor_id: VisitorId, at_ms: int) -> Contact:
        return Contact(
            account_id,
            ContactId(self._ids.new_id()),
            created_ms=at_ms,
            last_seen_ms=at_ms,
            visitor_ids=(visitor_id,),
        )

    async def _join(self, tx: Transaction, step: _Joined) -> None:
        """Let the contact of the one he is have the visitor id of the one he was."""
        guest = await tx.contacts.by_visitor(step.account_id, step.from_id)
        contact = await tx.contacts.by_visitor(step.account_id, step.to_id)
        if contact is None and guest is not None:
            after = replace(guest, visitor_ids=(*guest.visitor_ids, step.to_id))
            await self._replace(tx, guest, after)
        elif contact is not None and guest is None:
            after = replace(contact, visitor_ids=(*contact.visitor_ids, step.from_id))
            await self._replace(tx, contact, after)
        elif contact is not None and guest is not None and _may_join(contact, guest):
            after = filled_from(contact, guest)
            ids = dict.fromkeys((*contact.visitor_ids, *guest.visitor_ids))
            await tx.contacts.remove(guest.account_id, guest.contact_id)
            await self._changes.change(tx, guest.account_id, _SYSTEM, guest, None)
            await self._replace(tx, contact, replace(after, visitor_ids=tuple(ids)))

    async def _replace(self, tx: Transaction, before: Contact, after: Contact) -> None:
        await tx.contacts.replace(after)
        await self._changes.change(tx, after.account_id, _SYSTEM, before, after)


def _steps(committed: Committed) -> list[_Step]:
    """Give what a record tells of visitors."""
    record = committed.record
    if record.conversation_id == NO_ID:
        return [
            _Joined(record.account_id, event.from_visitor_id, event.to_visitor_id)
            for event in committed.events
            if isinstance(event, conv.VisitorAliased)
        ]
    if record.first_seq > 1:
        # A conversation starts with its first event.
        return []
    return [
        _Came(record.account_id, event.visitor_id, record.ts_ms)
        for event in committed.events
        if isinstance(event, conv.ConversationStarted)
    ]


async def _is_needed(tx: Transaction, step: _Step) -> bool:
    match step:
        case _Came(account_id, visitor_id, _):
            return await tx.contacts.by_visitor(account_id, visitor_id) is None
        case _Joined(account_id, from_id, to_id):
            guest = await tx.contacts.by_visitor(account_id, from_id)
            contact = await tx.contacts.by_visitor(account_id, to_id)
            if guest is None or contact is None:
                return True
            return _may_join(contact, guest)


def _may_join(contact: Contact, guest: Contact) -> bool:
    """False for the same one, and for one whom the customer's server knows by another name."""
    return contact.contact_id != guest.contact_id and not guest.external_id
