"""Contacts as staff see and correct them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import replace

from airdesk.core.accounts import (
    Contact,
    ContactId,
    Device,
    PageView,
    blocked,
    let_in,
    normal_contact,
)
from airdesk.core.kernel import NO_ID, AccountId, InboxId, VisitorId, limits
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.directory import Directory
from airdesk.services.changes import By, Changes, known, only

CONTACT_FIELDS: Final = ("name", "email", "phone", "attributes")
"""What staff may correct. Who somebody is to the customer's server stays that server's word."""

DEVICES_ASKED_MAX: Final = 20
"""The newest visitors of a contact whose devices are looked at."""


class Contacts:
    """The contacts of accounts.

    Args:
        directory: keeps them.
        changes: writes the audit.
        clock: the wall clock.
        ids: ids of new contacts.
    """

    def __init__(self, directory: Directory, changes: Changes, clock: Clock, ids: IdSource) -> None:
        self._directory = directory
        self._changes = changes
        self._clock = clock
        self._ids = ids

    async def search(
        self, account_id: AccountId, words: str, after: bytes, limit: int
    ) -> list[Contact]:
        """Give a page of those in whose name, e-mail, phone or external id the words are."""
        async with self._directory.reading() as tx:
            if words.strip():
                return await tx.contacts.search(account_id, words, after, limit)
            return await tx.contacts.page(account_id, after, limit, newest_first=True)

    async def of_visitor(self, account_id: AccountId, visitor_id: VisitorId) -> Contact | None:
        """Give the contact of a visitor; None before he said anything of himself."""
        async with self._directory.reading() as tx:
            return await tx.contacts.by_visitor(account_id, visitor_id)

    async def one(self, account_id: AccountId, contact_id: ContactId) -> Contact:
        """Give one.

        Raises:
            UnknownEntity: the account has no such contact.
        """
        async with self._directory.reading() as tx:
            return known(await tx.contacts.get(account_id, contact_id), "contact")

    async def pages(
        self, account_id: AccountId, contact_id: ContactId, limit: int
    ) -> list[PageView]:
        """Give the pages that a contact looked at, newest first.

        Raises:
            UnknownEntity: the account has no such contact.
        """
        async with self._directory.reading() as tx:
            contact = known(await tx.contacts.get(account_id, contact_id), "contact")
            return await tx.page_views.newest(account_id, contact.visitor_ids, limit)

    async def of_visitors(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId]
    ) -> dict[VisitorId, Contact]:
        """Give the contacts of some visitors; who is none yet is left out."""
        async with self._directory.reading() as tx:
            return await tx.contacts.by_visitors(account_id, visitor_ids)

    async def trails(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId], each: int
    ) -> dict[VisitorId, list[PageView]]:
        """Give the newest pages of each of some visitors."""
        async with self._directory.reading() as tx:
            return await tx.page_views.newest_of_each(account_id, visitor_ids, each)

    async def devices(
        self, account_id: AccountId, contacts: Sequence[Contact]
    ) -> dict[ContactId, Device]:
        """Give what each of some contacts used last; for who never did it is left out."""
        recent = {one.contact_id: one.visitor_ids[-DEVICES_ASKED_MAX:] for one in contacts}
        wanted = [visitor_id for ids in recent.values() for visitor_id in ids]
        async with self._directory.reading() as tx:
            known = await tx.devices.of(account_id, wanted)
        used = {
            contact_id: [known[one] for one in ids if one in known]
            for contact_id, ids in recent.items()
        }
        return {
            contact_id: max(devices, key=lambda one: one.seen_ms)
            for contact_id, devices in used.items()
            if devices
        }

    async def visitor_devices(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId]
    ) -> dict[VisitorId, Device]:
        """Give the devices of some visitors; those without one are left out."""
        async with self._directory.reading() as tx:
            return await tx.devices.of(account_id, visitor_ids)

    async def change(self, by: By, contact_id: ContactId, fields: dict[str, Any]) -> Contact:
        """Correct a contact.

        Raises:
            UnknownEntity: the account has no such contact.
            ValueRefused: a value is not possible.
        """
        wanted = only(fields, CONTACT_FIELDS)
        async with self._directory.transaction() as tx:
            before = known(await tx.contacts.get(by.account_id, contact_id), "contact")
            after = normal_contact(replace(before, **wanted))
            await tx.contacts.replace(after)
            await self._changes.change(tx, by.account_id, by.actor, before, after)
        return after

    async def visitors_of(self, account_id: AccountId, visitor_id: VisitorId) -> list[VisitorId]:
        """Give a visitor and all who are the same person, the newest VISITORS_ASKED_MAX."""
        contact = await self.of_visitor(account_id, visitor_id)
        others = () if contact is None else contact.visitor_ids[-limits.VISITORS_ASKED_MAX :]
        return list(dict.fromkeys((visitor_id, *others)))

    # Blocks -------------------------------------------------------------------------------

    async def all_blocked(
        self, account_id: AccountId, after: bytes = NO_ID, limit: int = limits.PAGE_ITEMS_MAX
    ) -> list[Contact]:
        """Give a page of those of whom nothing is taken."""
        async with self._directory.reading() as tx:
            return await tx.contacts.blocked(account_id, after, limit)

    async def blocked_at(self, account_id: AccountId, contact: Contact) -> list[InboxId]:
        """Give the inboxes where the home may hold a contact blocked, of those that are there."""
        known = contact.blocked_inbox_ids
        async with self._directory.reading() as tx:
            if known:
                found = [await tx.inboxes.get(account_id, one) for one in known]
                return [one.inbox_id for one in found if one is not None]
            # Of old blocks nobody wrote where they are.
            everywhere = await tx.inboxes.page(account_id, limit=limits.ENTITIES_MAX)
        return [one.inbox_id for one in everywhere] if contact.is_blocked else []

    async def block(self, by: By, inbox_id: InboxId, visitor_id: VisitorId) -> Contact:
        """Note that nothing of a visitor is taken any more, since when and by whom.

        The home must know already: what is written here is what staff are shown. A visitor
        without a contact gets one.
        """
        now_ms = self._clock.now_ms()
        async with self._directory.transaction() as tx:
            before = await tx.contacts.by_visitor(by.account_id, visitor_id)
            contact = before or self._new(by.account_id, visitor_id, now_ms)
            after = blocked(contact, inbox_id, by.actor.name, now_ms)
            await (tx.contacts.add if before is None else tx.contacts.replace)(after)
            await self._changes.change(tx, by.account_id, by.actor, before, after)
        return after

    async def unblock(self, by: By, visitor_id: VisitorId) -> Contact:
        """Note that a visitor is heard again; for the rest see `block`."""
        async with self._directory.transaction() as tx:
            before = await tx.contacts.by_visitor(by.account_id, visitor_id)
            if before is None:
                after = self._new(by.account_id, visitor_id, self._clock.now_ms())
                await tx.contacts.add(after)
            else:
                after = let_in(before)
                await tx.contacts.replace(after)
            await self._changes.change(tx, by.account_id, by.actor, before, after)
        return after

    def _new(self, account_id: AccountId, visitor_id: VisitorId, now_ms: int) -> Contact:
        return Contact(
            account_id,
            ContactId(self._ids.new_id()),
            created_ms=now_ms,
            last_seen_ms=now_ms,
            visitor_ids=(visitor_id,),
        )
