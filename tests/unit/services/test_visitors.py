"""What a visitor changes in his contact, and what is written of it."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from airdesk.adapters.memory import MemoryConversationViews, MemoryHomeCommands
from airdesk.core.accounts import ActorKind, AuditRow, Device, Inbox, PageView
from airdesk.core.kernel import Identity, Role, ValueRefused, VisitorId
from airdesk.services.access import Tokens
from airdesk.services.visitors import DEVICE_SEEN_MS, Claim, Visitors, proof_of
from tests.kit.offices import Office, in_office, refusal

KEY = b"k" * 32


class Door:
    """An office with one inbox, and visitors before it."""

    def __init__(self, office: Office, inbox: Inbox) -> None:
        self.office = office
        self.inbox = inbox
        self.visitors = Visitors(
            office.directory,
            office.changes,
            Tokens(KEY, office.clock),
            KEY,
            MemoryHomeCommands(),
            MemoryConversationViews(),
            lambda: 0,
            office.clock,
            office.ids,
        )

    def guest(self) -> Identity:
        """Give somebody without a name."""
        inbox = self.inbox
        visitor_id = VisitorId(self.office.ids.new_id())
        return Identity(inbox.account_id, Role.VISITOR, visitor_id, inbox.inbox_id)

    async def says(self, guest: Identity, **fields: Any) -> None:
        """Let a visitor fill in the form."""
        words = {"name": None, "email": None, "phone": None, "attributes": {}, **fields}
        await self.visitors.keep_contact(guest, **words)

    async def identified(
        self, user_id: str, guest: Identity | None = None, **said: Any
    ) -> Identity:
        """Let the customer's server vouch for a visitor."""
        token = "" if guest is None else Tokens(KEY, self.office.clock).sign(guest)
        claim = Claim(user_id, proof_of(self.inbox.identify_secret, user_id), **said)
        return (await self.visitors.enter(self.inbox, token, claim, lambda: None)).identity

    async def rows(self) -> list[AuditRow]:
        """Give the audit of contacts, oldest first."""
        rows = await self.office.audit(self.inbox.account_id)
        return [row for row in rows if row.subject_kind == "contact"]


async def opened(office: Office) -> Door:
    owner = await office.set_up()
    account_id = owner.credential.by.account_id
    async with office.directory.reading() as tx:
        (inbox,) = await tx.inboxes.page(account_id)
    return Door(office, inbox)


@in_office
async def test_what_the_form_changes_is_in_the_audit_as_the_visitors(office: Office) -> None:
    door = await opened(office)
    guest = door.guest()
    await door.says(guest, email="ann@example.org")
    await door.says(guest, name="Ann")
    added, changed = await door.rows()
    assert (added.action, changed.action) == ("contact.added", "contact.changed")
    assert (added.before, added.actor_kind, added.actor_id) == (
        "",
        ActorKind.VISITOR,
        guest.person_id,
    )
    assert (json.loads(changed.before)["name"], json.loads(changed.after)["name"]) == ("", "Ann")
    assert json.loads(changed.after)["email"] == "ann@example.org"


@in_office
async def test_a_form_that_is_refused_leaves_neither_contact_nor_row(office: Office) -> None:
    door = await opened(office)
    guest = door.guest()
    error = await refusal(door.says(guest, email="no address"))
    assert isinstance(error, ValueRefused)
    assert await door.rows() == []
    assert await door.visitors.contact_of(guest) is None


@in_office
async def test_saying_the_same_again_is_no_change_but_he_was_seen(office: Office) -> None:
    door = await opened(office)
    guest = door.guest()
    await door.says(guest, name="Ann")
    await door.identified("u1", name="Una")
    office.clock.ms += 60_000
    await door.says(guest, name="Ann")
    named = await door.identified("u1", name="Una")
    assert len(await door.rows()) == 2
    for visitor in (guest, named):
        contact = await door.visitors.contact_of(visitor)
        assert contact is not None and contact.last_seen_ms == office.clock.ms


@in_office
async def test_identify_writes_what_became_of_the_guest_and_of_the_contact(office: Office) -> None:
    door = await opened(office)
    guest = door.guest()
    await door.says(guest, email="ann@example.org")
    named = await door.identified("u1", guest, name="Ann")
    _, removed, added = await door.rows()
    assert (removed.action, added.action) == ("contact.removed", "contact.added")
    assert {removed.actor_id, added.actor_id} == {named.person_id}
    after = json.loads(added.after)
    assert (after["external_id"], after["email"], after["is_verified"]) == (
        "u1",
        "ann@example.org",
        True,
    )


@in_office
async def test_a_device_is_kept_once_and_again_when_it_is_another_one(office: Office) -> None:
    door = await opened(office)
    guest = door.guest()
    phone = Device("Safari 18", "iOS", "phone")
    computer = Device("Firefox 140", "Linux", "computer")

    async def kept() -> Device | None:
        async with office.directory.reading() as tx:
            visitor_id = VisitorId(guest.person_id)
            return (await tx.devices.of(guest.account_id, [visitor_id])).get(visitor_id)

    await door.visitors.add_pages(guest, (), Device())
    assert await kept() is None
    first_ms = office.clock.now_ms()
    await door.visitors.add_pages(guest, (), phone)
    assert await kept() == replace(phone, seen_ms=first_ms)
    office.clock.ms += DEVICE_SEEN_MS
    page = PageView("https://shop.example/", "Shop", first_ms)
    await door.visitors.add_pages(guest, [page], phone)
    assert await kept() == replace(phone, seen_ms=first_ms)
    office.clock.ms += 1
    await door.visitors.add_pages(guest, (), phone)
    assert await kept() == replace(phone, seen_ms=office.clock.now_ms())
    await door.visitors.add_pages(guest, (), computer)
    assert await kept() == replace(computer, seen_ms=office.clock.now_ms())
