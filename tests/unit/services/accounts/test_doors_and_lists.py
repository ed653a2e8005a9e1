"""Inboxes, hours, canned replies, questions, labels, contacts."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from airdesk.core import accounts as acc
from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    AlreadyTaken,
    TooManyEntities,
    UnknownEntity,
    ValueRefused,
    VisitorId,
    limits,
)
from tests.kit.offices import Office, in_office, refusal


@in_office
async def test_routing_hears_of_an_inbox_only_what_it_needs(office: Office) -> None:
    owner = await office.set_up()
    by = owner.credential.by
    await office.forget_told()
    inbox = await office.accounts.doors.add(by, {"name": "Two", "skills": ["FR"]})
    await office.accounts.doors.change(by, inbox.inbox_id, {"name": "Three"})
    changed = await office.accounts.doors.change(
        by, inbox.inbox_id, {"rule": conv.RoutingRule.ROUND_ROBIN, "has_bot": True}
    )
    assert await office.told() == [
        conv.ConfigureInbox(inbox.facts),
        conv.ConfigureInbox(changed.facts),
    ]
    assert changed.name == "Three"
    assert changed.facts.skills == ("fr",)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"allowed_origins": ["https://*"]},
        {"allowed_origins": ["https://shop.example; script-src *"]},
        {"answer_ms_max": -1},
        {"identify_secret": b"x" * 32},
        {"account_id": b"x" * 16},
        {"settings": acc.InboxSettings(colour="expression(1)")},
    ],
)
def test_an_inbox_that_cannot_be_is_refused(fields: dict[str, Any]) -> None:
    async def scene(office: Office) -> None:
        owner = await office.set_up()
        by = owner.credential.by
        (inbox,) = await office.accounts.doors.inboxes(by.account_id, bytes(16), 9)
        changed = office.accounts.doors.change(by, inbox.inbox_id, fields)
        assert isinstance(await refusal(changed), ValueRefused)
        assert await office.accounts.doors.inbox(by.account_id, inbox.inbox_id) == inbox

    in_office(scene)()


@in_office
async def test_the_home_hears_of_a_door_that_is_removed(office: Office) -> None:
    owner = await office.set_up()
    by = owner.credential.by
    inbox = await office.accounts.doors.add(by, {"name": "Side"})
    await office.forget_told()
    nudges = office.nudges
    await office.accounts.doors.remove(by, inbox.inbox_id)
    assert await office.told() == [conv.RemoveInbox(inbox.inbox_id)]
    assert office.nudges == nudges + 1


@in_office
async def test_another_accounts_doors_and_lists_are_not_there(office: Office) -> None:
    owner = await office.set_up()
    other = await office.second_account()
    by, theirs = owner.credential.by, other.credential.by
    (inbox,) = await office.accounts.doors.inboxes(theirs.account_id, bytes(16), 9)
    doors, lists = office.accounts.doors, office.accounts.catalogue
    reply = await lists.add_canned(theirs, "hi", "Hello")
    team = (await office.accounts.add_team(theirs, "T")).team
    hours = acc.Hours(by.account_id, inbox.inbox_id)
    for action in (
        doors.inbox(by.account_id, inbox.inbox_id),
        doors.change(by, inbox.inbox_id, {"name": "Mine"}),
        doors.remove(by, inbox.inbox_id),
        doors.new_secret(by, inbox.inbox_id),
        doors.hours(by.account_id, inbox.inbox_id),
        doors.set_hours(by, hours),
        doors.add(by, {"name": "x", "team_id": team.team_id}),
        doors.add(
            by, {"name": "x", "settings": acc.InboxSettings(logo_file_id=acc.FileId(b"f" * 16))}
        ),
        lists.canned.one(by.account_id, reply.canned_id),
        lists.canned.change(by, reply.canned_id, {"text": "x"}),
        lists.canned.remove(by, reply.canned_id),
        lists.add_faq(by, "Q", "A", inbox_id=inbox.inbox_id),
    ):
        assert isinstance(await refusal(action), UnknownEntity)
    assert await doors.inbox(theirs.account_id, inbox.inbox_id) == inbox


@in_office
async def test_a_new_secret_makes_the_old_one_void(office: Office) -> None:
    owner = await office.set_up()
    by = owner.credential.by
    (before,) = await office.accounts.doors.inboxes(by.account_id, bytes(16), 9)
    secret = await office.accounts.doors.new_secret(by, before.inbox_id)
    after = await office.accounts.doors.inbox(by.account_id, before.inbox_id)
    assert after.identify_secret == secret != before.identify_secret
    assert (await office.actions(by.account_id))[-1] == "inbox.secret_changed"


@in_office
async def test_hours_are_always_until_somebody_says_otherwise(office: Office) -> None:
    owner = await office.set_up()
    by = owner.credential.by
    (inbox,) = await office.accounts.doors.inboxes(by.account_id, bytes(16), 9)
    doors = office.accounts.doors
    assert await doors.hours(by.account_id, inbox.inbox_id) is None
    usual = acc.Hours(by.account_id, inbox.inbox_id)
    assert usual.week == acc.ALWAYS_OPEN
    for zone in ("Asia/Shanghai", "Europe/Berlin"):
        said = await doors.set_hours(by, replace(usual, timezone=zone))
        assert said.timezone == zone
        assert await doors.hours(by.account_id, inbox.inbox_id) == said


@in_office
async def test_lists_are_kept_in_normal_form_and_without_doubles(office: Office) -> None:
    owner = await office.set_up()
    by, lists = owner.credential.by, office.accounts.catalogue
    reply = await lists.add_canned(by, "/Hi", " Hello \r\nyou ")
    assert (reply.shortcut, reply.text) == ("hi", "Hello \nyou")
    assert isinstance(await refusal(lists.add_canned(by, "HI", "x")), AlreadyTaken)
    label = await lists.add_label(by, "Urgent", "#FF0000")
    assert (await lists.labels.change(by, label.label_id, {"name": "Now"})).colour == "#ff0000"
    entry = await lists.add_faq(by, "Open?", "Yes", variants=("Closed?",), is_suggested=True)
    assert await lists.faq.page(by.account_id, bytes(16), 9) == [entry]
    for fields in ({"faq_id": b"x" * 16}, {"account_id": b"x" * 16}, {"language": "xx"}):
        changed = lists.faq.change(by, entry.faq_id, fields)
        assert isinstance(await refusal(changed), ValueRefused)
    await lists.faq.remove(by, entry.faq_id)
    actions = [one for one in await office.actions(by.account_id) if one.startswith("faq")]
    assert actions == ["faq.added", "faq.removed"]


@in_office
async def test_lists_are_bounded(office: Office) -> None:
    owner = await office.set_up()
    by, lists = owner.credential.by, office.accounts.catalogue
    async with office.directory.transaction() as tx:
        for number in range(limits.ENTITIES_MAX):
            label_id = acc.LabelId(number.to_bytes(16, "big"))
            label = acc.Label(by.account_id, label_id, f"{number}", "#ffffff")
            tx.labels.rows[by.account_id, label_id] = label  # type: ignore[attr-defined]
    assert isinstance(await refusal(lists.add_label(by, "one", "#ffffff")), TooManyEntities)


@in_office
async def test_staff_correct_a_contact_but_not_who_he_is(office: Office) -> None:
    owner = await office.set_up()
    by = owner.credential.by
    contact = acc.Contact(
        by.account_id,
        acc.ContactId(b"contact.contact."),
        external_id="c-1",
        is_verified=True,
        visitor_ids=(VisitorId(b"visitor.visitor."),),
    )
    async with office.directory.transaction() as tx:
        await tx.contacts.add(contact)
        view = acc.PageView("https://shop.example/", "<b>Shop</b>", 1)
        await tx.page_views.add(by.account_id, contact.visitor_ids[0], [view])
    contacts = office.accounts.contacts
    changed = await contacts.change(
        by, contact.contact_id, {"name": "Eve", "email": "Eve@x.example"}
    )
    assert changed.email == "eve@x.example"
    assert await contacts.search(by.account_id, "eve", bytes(16), 9) == [changed]
    assert await contacts.of_visitor(by.account_id, contact.visitor_ids[0]) == changed
    assert await contacts.pages(by.account_id, contact.contact_id, 9) == [view]
    for field in ("external_id", "is_verified", "visitor_ids", "account_id"):
        refused = contacts.change(by, contact.contact_id, {field: "x"})
        assert isinstance(await refusal(refused), ValueRefused)
    other = await office.second_account()
    foreign = contacts.change(other.credential.by, contact.contact_id, {"name": "Mallory"})
    assert isinstance(await refusal(foreign), UnknownEntity)
    pages = contacts.pages(other.credential.by.account_id, contact.contact_id, 9)
    assert isinstance(await refusal(pages), UnknownEntity)
