"""What a directory promises of people, teams, inboxes and contacts, on every adapter."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from msgspec.structs import replace

from airdesk.core import accounts as acc
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    AirDeskError,
    AlreadyTaken,
    DirectoryUnavailable,
    InboxId,
    OperationId,
    Role,
    StillUsed,
    TeamId,
    UnknownEntity,
    VisitorId,
    limits,
)
from airdesk.ports.directory import Directory
from tests.contract.directory.places import DirectoryPlace
from tests.contract.directory.scene import (
    ANN,
    BOB,
    CONTACT,
    INBOX,
    NOW_MS,
    ONE,
    SESSION,
    TEAM,
    TWO,
    WITH_BREAK,
    Change,
    Play,
    furnished,
    label,
    name,
    stranger,
    twin,
    view,
)


def test_what_was_committed_is_read_again_as_it_was(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place):
            again = await place.open_again()
            async with again.reading() as tx:
                assert await tx.users.by_email("ann@one.example") == ANN
                assert await tx.members.get(ONE, ANN.user_id) == acc.Member(
                    ONE, ANN.user_id, Role.OWNER, 3, (), ("french",)
                )
                assert await tx.teams.get(ONE, TEAM.team_id) == TEAM
                assert await tx.inboxes.find(INBOX.inbox_id) == INBOX
                hours = acc.Hours(ONE, INBOX.inbox_id, "Asia/Shanghai", WITH_BREAK)
                assert await tx.hours.get(ONE, INBOX.inbox_id) == hours
                assert await tx.contacts.get(ONE, CONTACT.contact_id) == CONTACT
                assert await tx.sessions.by_hash(b"h" * 32) == SESSION
            await again.close()

    play(scene)


def test_an_error_leaves_nothing(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory:

            async def fails_at_last() -> None:
                async with directory.transaction() as tx:
                    await tx.outbox.add(acc.OutboxRow(ONE, OperationId(name("op")), b"c"))
                    await tx.labels.add(label(1))
                    await tx.teams.add(replace(TEAM, team_id=TeamId(name("team", 2))))

            with pytest.raises(AlreadyTaken):
                await fails_at_last()
            async with directory.reading() as tx:
                assert await tx.labels.page(ONE) == []
                assert await tx.outbox.waiting(9) == []

    play(scene)


def test_a_cancelled_transaction_leaves_nothing_and_hinders_nobody(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory:
            written = asyncio.Event()

            async def never_ends() -> None:
                async with directory.transaction() as tx:
                    await tx.labels.add(label(1))
                    written.set()
                    await asyncio.Event().wait()

            task = asyncio.ensure_future(never_ends())
            await written.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            async with directory.transaction() as tx:
                assert await tx.labels.page(ONE) == []

    play(scene)


def test_a_reading_cannot_write(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory:
            with pytest.raises(DirectoryUnavailable):
                async with directory.reading() as tx:
                    await tx.labels.add(label(1))
            async with directory.reading() as tx:
                assert await tx.labels.page(ONE) == []

    play(scene)


def test_transactions_of_two_processes_come_one_after_the_other(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory:
            other = await place.open_again()

            async def count_up(where: Directory) -> None:
                for _ in range(10):
                    async with where.transaction() as tx:
                        user = await tx.users.get(ANN.user_id)
                        assert user is not None
                        more = replace(user, created_ms=user.created_ms + 1)
                        await tx.users.replace(more)

            await asyncio.gather(*(count_up(one) for one in (directory, other) * 2))
            async with directory.reading() as tx:
                user = await tx.users.get(ANN.user_id)
                assert user is not None
                assert user.created_ms == 40
            await other.close()

    play(scene)


def test_another_accounts_id_finds_and_changes_nothing(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            assert await tx.inboxes.get(TWO, INBOX.inbox_id) is None
            assert await tx.contacts.by_visitor(TWO, CONTACT.visitor_ids[0]) is None
            assert await tx.contacts.by_external_id(TWO, "c-1") is None
            assert await tx.contacts.search(TWO, "eve") == []
            assert await tx.contacts.page(TWO) == []
            assert await tx.members.get(TWO, ANN.user_id) is None
            assert await tx.sessions.of_user(ANN.user_id, TWO) == []
            assert not await tx.teams.remove(TWO, TEAM.team_id)
            assert not await tx.contacts.remove(TWO, CONTACT.contact_id)
            with pytest.raises(UnknownEntity):
                await tx.contacts.replace(replace(CONTACT, account_id=TWO, visitor_ids=()))
            assert await tx.contacts.get(ONE, CONTACT.contact_id) == CONTACT

    play(scene)


def test_pages_join_without_gap_or_repeat_in_both_directions(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            for number in (5, 3, 1, 4, 2):
                await tx.labels.add(label(number))
                await tx.labels.add(label(number, TWO))
            for newest_first in (False, True):
                seen: list[acc.Label] = []
                after = bytes(16)
                while page := await tx.labels.page(ONE, after, 2, newest_first):
                    seen += page
                    after = page[-1].label_id
                numbers = (5, 4, 3, 2, 1) if newest_first else (1, 2, 3, 4, 5)
                assert seen == [label(number) for number in numbers]
            assert await tx.labels.count(ONE) == 5

    play(scene)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda tx: tx.users.add(replace(BOB, user_id=name("user", 3), email=ANN.email)), "email"),
        (lambda tx: tx.users.replace(replace(BOB, email=ANN.email)), "email"),
        (lambda tx: tx.teams.add(replace(TEAM, team_id=name("team", 2))), "name"),
        (lambda tx: tx.inboxes.add(replace(INBOX, account_id=TWO, team_id=bytes(16))), "inbox"),
        (lambda tx: tx.contacts.add(twin(external_id="c-1", visitor_ids=())), "external"),
        (lambda tx: tx.contacts.add(twin(external_id="c-2")), "visitor"),
        (lambda tx: tx.sessions.add(replace(SESSION, session_id=name("session", 2))), "secret"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_must_be_unique_is_taken_only_once(play: Play, change: Change, error: str) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory:
            with pytest.raises(AlreadyTaken) as refused:
                async with directory.transaction() as tx:
                    await change(tx)
            assert str(refused.value.fields["name"]).startswith(error)

    play(scene)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda tx: tx.inboxes.replace(replace(INBOX, team_id=name("team", 9))), UnknownEntity),
        (lambda tx: tx.members.add(acc.Member(ONE, AgentId(name("user", 9)))), UnknownEntity),
        (lambda tx: tx.sessions.add(stranger(account_id=TWO)), UnknownEntity),
        (lambda tx: tx.labels.add(label(1, AccountId(name("account", 9)))), UnknownEntity),
        (lambda tx: tx.hours.add(acc.Hours(TWO, INBOX.inbox_id)), UnknownEntity),
        (lambda tx: tx.teams.remove(ONE, TEAM.team_id), StillUsed),
    ],
)
def test_nothing_names_what_is_not_there(
    play: Play, change: Change, error: type[AirDeskError]
) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory:
            with pytest.raises(error):
                async with directory.transaction() as tx:
                    await change(tx)

    play(scene)


def test_what_belongs_to_something_goes_with_it(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            question = acc.FaqEntry(ONE, acc.FaqId(name("faq")), "?", "!", INBOX.inbox_id)
            await tx.faq.add(question)
            assert await tx.inboxes.remove(ONE, INBOX.inbox_id)
            assert await tx.hours.get(ONE, INBOX.inbox_id) is None
            assert await tx.faq.page(ONE) == []
            assert await tx.members.remove(ONE, ANN.user_id)
            assert await tx.sessions.by_hash(SESSION.secret_hash) is None
            assert await tx.users.get(ANN.user_id) == ANN

    play(scene)


def test_a_contact_is_found_by_any_of_its_visitors_and_words(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            for visitor_id in CONTACT.visitor_ids:
                assert await tx.contacts.by_visitor(ONE, visitor_id) == CONTACT
            assert await tx.contacts.by_external_id(ONE, "c-1") == CONTACT
            for words in ("EVE", "example script", "c-1", ""):
                assert await tx.contacts.search(ONE, words) == [CONTACT]
            for words in ("%", "_ve", "eve nobody"):
                assert await tx.contacts.search(ONE, words) == []
            fewer = replace(CONTACT, visitor_ids=CONTACT.visitor_ids[:1])
            await tx.contacts.replace(fewer)
            assert await tx.contacts.by_visitor(ONE, CONTACT.visitor_ids[1]) is None

    play(scene)


def test_blocked_contacts_are_listed_newest_first_and_by_pages(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            assert await tx.contacts.blocked(ONE) == []
            some = [
                acc.blocked(
                    acc.Contact(ONE, acc.ContactId(name("contact", number))),
                    INBOX.inbox_id,
                    "Ann",
                    NOW_MS,
                )
                for number in (2, 3, 4)
            ]
            for one in some:
                await tx.contacts.add(one)
            await tx.contacts.replace(acc.let_in(some[1]))
            assert await tx.contacts.blocked(ONE) == [some[2], some[0]]
            assert await tx.contacts.blocked(ONE, limit=1) == [some[2]]
            assert await tx.contacts.blocked(ONE, some[2].contact_id) == [some[0]]
            assert await tx.contacts.blocked(TWO) == []

    play(scene)


def test_doors_tell_what_they_ask_for_over_all_accounts(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            assert await tx.inboxes.proof_required() == frozenset()
            assert await tx.inboxes.visitor_key_epochs() == {}
            other = replace(
                INBOX, account_id=TWO, inbox_id=InboxId(name("inbox", 2)), team_id=TeamId(NO_ID)
            )
            await tx.inboxes.add(replace(other, visitor_key_epoch=3))
            await tx.inboxes.replace(replace(INBOX, identify_required=True))
            assert await tx.inboxes.proof_required() == {INBOX.inbox_id}
            assert await tx.inboxes.visitor_key_epochs() == {other.inbox_id: 3}

    play(scene)


def test_two_contacts_without_an_external_id_are_no_clash(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            for number in (2, 3):
                await tx.contacts.add(acc.Contact(ONE, acc.ContactId(name("contact", number))))
            assert await tx.contacts.count(ONE) == 3

    play(scene)


def test_seats_come_with_their_people(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            await tx.members.add(acc.Member(ONE, BOB.user_id, is_active=False))
            found = await tx.members.with_users(ONE)
            assert [user.name for _, user in found] == ["Ann", "Bob"]
            assert [one.account_id for one in await tx.members.of_user(BOB.user_id)] == [ONE, TWO]
            assert await tx.members.active_owners(ONE) == 1
            retired = replace(found[0][0], is_active=False)
            await tx.members.replace(retired)
            assert await tx.members.active_owners(ONE) == 0

    play(scene)


def test_a_link_is_taken_once(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory:
            other = await place.open_again()
            link = acc.OneTimeLink(b"l" * 32, acc.LinkPurpose.LOGIN, NOW_MS, ONE, ANN.user_id)
            async with directory.transaction() as tx:
                await tx.one_time_links.add(link)

            async def take(where: Directory) -> acc.OneTimeLink | None:
                async with where.transaction() as tx:
                    return await tx.one_time_links.take(b"l" * 32)

            taken = await asyncio.gather(*(take(one) for one in (directory, other) * 5))
            assert [one for one in taken if one is not None] == [link]
            await other.close()

    play(scene)


def test_old_links_and_those_of_a_user_are_forgotten(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            for number, user in ((1, ANN), (2, BOB)):
                link = acc.OneTimeLink(
                    bytes([number]) * 32, acc.LinkPurpose.PASSWORD, number, ONE, user.user_id
                )
                await tx.one_time_links.add(link)
            await tx.one_time_links.remove_expired(2)
            assert await tx.one_time_links.get(b"\x01" * 32) is None
            assert await tx.one_time_links.get(b"\x02" * 32) is not None
            await tx.one_time_links.remove_of_user(BOB.user_id)
            assert await tx.one_time_links.get(b"\x02" * 32) is None

    play(scene)


def test_attempts_are_counted_in_windows(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            for moment in (100, 110, 120):
                await tx.attempts.add("ann", moment, moment - 50)
            assert await tx.attempts.count("ann", 70) == (3, 100)
            assert await tx.attempts.count("ann", 101) == (0, 0)
            await tx.attempts.take_back("ann")
            assert await tx.attempts.count("ann", 70) == (2, 100)
            await tx.attempts.add("ann", 200, 150)
            assert await tx.attempts.count("ann", 150) == (1, 200)
            await tx.attempts.clear("ann")
            assert await tx.attempts.count("ann", 0) == (0, 0)

    play(scene)


def test_the_outbox_keeps_its_order_and_never_gives_a_number_twice(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            for number in (3, 1, 2):
                row = acc.OutboxRow(ONE, OperationId(name("op", number)), bytes([number]))
                await tx.outbox.add(row)
            waiting = await tx.outbox.waiting(2)
            assert [row.command for row in waiting] == [b"\x03", b"\x01"]
            rest = await tx.outbox.waiting(9)
            await tx.outbox.done([row.number for row in rest])
            assert await tx.outbox.waiting(9) == []
            await tx.outbox.add(acc.OutboxRow(ONE, OperationId(name("op", 4)), b"x"))
            assert (await tx.outbox.waiting(9))[0].number > rest[-1].number

    play(scene)


def test_of_a_page_trail_the_newest_are_kept(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            visitor, other = CONTACT.visitor_ids
            numbers = itertools.count()
            for _ in range(3):
                views = [view(next(numbers)) for _ in range(limits.PAGE_VIEWS_MAX // 2)]
                await tx.page_views.add(ONE, visitor, views)
            await tx.page_views.add(ONE, other, [view(9_000)])
            newest = await tx.page_views.newest(ONE, [visitor], 1_000)
            last = 3 * (limits.PAGE_VIEWS_MAX // 2) - 1
            assert newest[0] == view(last)
            assert len(newest) == limits.PAGE_VIEWS_MAX
            assert (await tx.page_views.newest(ONE, [visitor, other], 2))[0] == view(9_000)
            assert await tx.page_views.newest(TWO, [visitor], 2) == []

    play(scene)


def test_trails_of_many_visitors_are_read_at_once(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            one, two = CONTACT.visitor_ids
            nobody = VisitorId(name("visitor", 9))
            for visitor, first in ((one, 0), (two, 10), (one, 20)):
                await tx.page_views.add(ONE, visitor, list(map(view, range(first, first + 4))))
            await tx.page_views.add(TWO, one, [view(99)])
            found = await tx.page_views.newest_of_each(ONE, [one, two, nobody], 5)
            newest = list(map(view, (23, 22, 21, 20, 3)))
            assert found == {one: newest, two: list(map(view, (13, 12, 11, 10)))}
            assert await tx.page_views.newest_of_each(ONE, [], 5) == {}

    play(scene)


def test_a_visitor_has_the_device_that_he_used_last(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            one, two = CONTACT.visitor_ids
            phone = acc.Device("Safari 18", "iOS", "phone", NOW_MS)
            for device in (acc.Device("Firefox 140", "Linux", "computer", 1), phone):
                await tx.devices.keep(ONE, one, device)
            await tx.devices.keep(TWO, two, acc.Device("Edge 140", "Windows", "computer", 1))
            assert await tx.devices.of(ONE, [one, two]) == {one: phone}

    play(scene)


def test_contacts_of_many_visitors_are_read_at_once(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            other = twin(external_id="", visitor_ids=(VisitorId(name("visitor", 7)),))
            await tx.contacts.add(other)
            wanted = [*CONTACT.visitor_ids, *other.visitor_ids, VisitorId(name("visitor", 9))]
            found = await tx.contacts.by_visitors(ONE, wanted)
            whose = dict.fromkeys(CONTACT.visitor_ids, CONTACT)
            assert found == {**whose, other.visitor_ids[0]: other}
            assert await tx.contacts.by_visitors(TWO, wanted) == {}

    play(scene)
