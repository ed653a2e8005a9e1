"""Set-up, one-time links, invitations."""

from __future__ import annotations

import asyncio

from airdesk.core.accounts import LinkPurpose
from airdesk.core.kernel import (
    AlreadyTaken,
    BadCredentials,
    LinkExpired,
    PermissionMissing,
    Role,
    SessionEnded,
    TeamId,
    TooManyAttempts,
    UnknownEntity,
    ValueRefused,
    limits,
)
from airdesk.services.access import Place, SetUp
from tests.kit.offices import HERE, PASSWORD, Office, in_office, refusal

SAID = SetUp("Shop", "Olive", "owner@shop.example", PASSWORD)


@in_office
async def test_the_first_owner_finds_an_account_and_an_inbox(office: Office) -> None:
    assert await office.links.needs_owner()
    owner = await office.set_up()
    assert not await office.links.needs_owner()
    account_id = owner.credential.account.account_id
    (inbox,) = await office.accounts.doors.inboxes(account_id, bytes(16), 9)
    assert inbox.allowed_origins == ("https://shop.example",)
    assert len(inbox.identify_secret) == 32
    told = [type(one).__name__ for one in await office.told()]
    assert told == ["ConfigureAgent", "ConfigureInbox"]


@in_office
async def test_an_installation_is_set_up_once(office: Office) -> None:
    """There is no default password, and whoever comes second finds the door closed."""
    links = [await office.links.setup_link() for _ in range(2)]
    await office.links.set_up(links[0], SAID, HERE)
    for link in (links[0], links[1], "", "guess"):
        assert isinstance(await refusal(office.links.set_up(link, SAID, HERE)), LinkExpired)


@in_office
async def test_of_two_who_set_up_at_once_one_is_owner(office: Office) -> None:
    links = [await office.links.setup_link() for _ in range(5)]
    errors = await asyncio.gather(
        *(refusal(office.links.set_up(link, SAID, HERE)) for link in links)
    )
    assert [type(one) for one in errors].count(type(None)) == 1
    async with office.directory.reading() as tx:
        assert len(await tx.accounts.all()) == 1


@in_office
async def test_a_refused_password_leaves_the_link_good(office: Office) -> None:
    link = await office.links.setup_link()
    easy = SAID._replace(password="short")
    assert isinstance(await refusal(office.links.set_up(link, easy, HERE)), ValueRefused)
    bad_site = SAID._replace(site_origin="javascript:alert(1)")
    assert isinstance(await refusal(office.links.set_up(link, bad_site, HERE)), ValueRefused)
    await office.links.set_up(link, SAID, HERE)


@in_office
async def test_a_link_is_good_once_and_for_ten_minutes(office: Office) -> None:
    await office.set_up()
    used = await office.links.login_link("owner@shop.example")
    assert await office.links.purpose(used, HERE) == LinkPurpose.LOGIN
    await office.links.enter(used, HERE)
    assert isinstance(await refusal(office.links.enter(used, HERE)), LinkExpired)
    old = await office.links.login_link("owner@shop.example")
    office.clock.ms += limits.LINK_MS_MAX + 1
    assert isinstance(await refusal(office.links.enter(old, HERE)), LinkExpired)


@in_office
async def test_a_link_taken_by_two_at_once_lets_one_in(office: Office) -> None:
    await office.set_up()
    link = await office.links.login_link("owner@shop.example")
    errors = await asyncio.gather(*(refusal(office.links.enter(link, HERE)) for _ in range(5)))
    assert [type(one) for one in errors].count(type(None)) == 1


@in_office
async def test_a_reset_sets_a_password_and_ends_what_the_old_one_opened(office: Office) -> None:
    before = await office.set_up()
    link = await office.links.reset_link("Owner@shop.example")
    spare = await office.links.reset_link("owner@shop.example")
    assert isinstance(await refusal(office.links.enter(link, HERE)), ValueRefused)
    await office.links.enter(link, HERE, "a wholly new secret")
    assert isinstance(await refusal(office.who(before)), SessionEnded)
    assert isinstance(await refusal(office.log_in("owner@shop.example")), BadCredentials)
    assert isinstance(await refusal(office.links.enter(spare, HERE, PASSWORD)), LinkExpired)
    await office.log_in("owner@shop.example", "a wholly new secret")


@in_office
async def test_only_an_owner_is_reset_by_the_command_line(office: Office) -> None:
    owner = await office.set_up()
    await office.hire(owner)
    for email in ("ann@shop.example", "nobody@shop.example"):
        assert isinstance(await refusal(office.links.reset_link(email)), UnknownEntity)


@in_office
async def test_a_set_up_link_opens_nothing_else(office: Office) -> None:
    spare = await office.links.setup_link()
    await office.set_up()
    assert isinstance(await refusal(office.links.enter(spare, HERE, PASSWORD)), LinkExpired)


@in_office
async def test_guessing_links_closes_the_address(office: Office) -> None:
    await office.set_up()
    for number in range(limits.ATTEMPTS_BY_ADDRESS_MAX):
        error = await refusal(office.links.enter(f"guess {number}", HERE))
        assert isinstance(error, LinkExpired)
    assert isinstance(await refusal(office.links.enter("guess", HERE)), TooManyAttempts)
    assert isinstance(await refusal(office.links.invitation("guess", HERE)), TooManyAttempts)


# Invitations --------------------------------------------------------------------------------


@in_office
async def test_an_invited_person_takes_the_seat_he_was_offered(office: Office) -> None:
    owner = await office.set_up()
    account_id = owner.credential.account.account_id
    made = await office.accounts.add_team(owner.credential.by, "Sales")
    _, secret = await office.links.invite(
        owner.credential, "Ann@shop.example", Role.SUPERVISOR, [made.team.team_id]
    )
    shown = await office.links.invitation(secret, HERE)
    assert (shown.email, shown.role, shown.has_user) == ("ann@shop.example", Role.SUPERVISOR, False)
    ann = await office.links.accept(secret, "Ann", PASSWORD, HERE)
    seat = await office.seat(account_id, ann.credential.user.user_id)
    assert (seat.role, seat.team_ids) == (Role.SUPERVISOR, (made.team.team_id,))
    assert isinstance(await refusal(office.links.invitation(secret, HERE)), LinkExpired)


@in_office
async def test_an_invitation_is_taken_once(office: Office) -> None:
    owner = await office.set_up()
    _, secret = await office.links.invite(owner.credential, "ann@shop.example", Role.AGENT)
    accepted = [refusal(office.links.accept(secret, "Ann", PASSWORD, HERE)) for _ in range(5)]
    errors = await asyncio.gather(*accepted)
    assert [type(one) for one in errors].count(type(None)) == 1


@in_office
async def test_an_invitation_is_no_way_into_somebodys_account(office: Office) -> None:
    """An owner who invites another's e-mail must not learn of its password or set one."""
    await office.set_up("victim@shop.example")
    evil = await office.second_account("evil@two.example")
    _, secret = await office.links.invite(evil.credential, "victim@shop.example", Role.AGENT)
    assert (await office.links.invitation(secret, HERE)).has_user
    taken = office.links.accept(secret, "Evil", "the evil password", HERE)
    assert isinstance(await refusal(taken), BadCredentials)
    victim = await office.links.accept(secret, "ignored", PASSWORD, HERE)
    assert victim.credential.user.name == "Olive"
    assert victim.credential.account.account_id == evil.credential.account.account_id
    await office.log_in("victim@shop.example")


@in_office
async def test_an_invitation_gives_no_password_to_who_waits_for_his_first_link(
    office: Office,
) -> None:
    """He owns an account already, though he has not come in yet."""
    await office.set_up()
    evil = await office.second_account("evil@two.example")
    await office.links.create_account("Three", "new@three.example")
    _, secret = await office.links.invite(evil.credential, "new@three.example", Role.AGENT)
    for password in ("the evil password", ""):
        taken = office.links.accept(secret, "Evil", password, HERE)
        assert isinstance(await refusal(taken), BadCredentials)
    assert isinstance(
        await refusal(office.log_in("new@three.example", "the evil password")), BadCredentials
    )


@in_office
async def test_who_took_an_email_before_does_not_own_what_is_made_for_it(office: Office) -> None:
    await office.set_up()
    evil = await office.second_account("evil@two.example")
    squatter = await office.hire(evil, "boss@big.example")
    link = await office.links.create_account("Big", "boss@big.example")
    assert isinstance(await refusal(office.who(squatter)), SessionEnded)
    assert isinstance(await refusal(office.log_in("boss@big.example")), BadCredentials)
    boss = await office.links.enter(link, HERE, "the true boss's own")
    assert boss.credential.account.name == "Big"
    assert isinstance(await refusal(office.log_in("boss@big.example")), BadCredentials)


@in_office
async def test_only_who_may_invites(office: Office) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    boss = await office.hire(owner, "boss@shop.example", Role.SUPERVISOR)
    for somebody in (ann, boss):
        invited = office.links.invite(somebody.credential, "x@shop.example", Role.OWNER)
        assert isinstance(await refusal(invited), PermissionMissing)
    for role in (Role.SYSTEM, Role.BOT, Role.VISITOR):
        invited = office.links.invite(owner.credential, "x@shop.example", role)
        assert isinstance(await refusal(invited), ValueRefused)


@in_office
async def test_nobody_is_invited_to_a_seat_or_team_that_is_not_free(office: Office) -> None:
    owner = await office.set_up()
    await office.hire(owner)
    again = office.links.invite(owner.credential, "ann@shop.example", Role.AGENT)
    assert isinstance(await refusal(again), AlreadyTaken)
    other = await office.second_account()
    team = await office.accounts.add_team(other.credential.by, "Theirs")
    team_ids = [TeamId(team.team.team_id)]
    foreign = office.links.invite(owner.credential, "x@shop.example", Role.AGENT, team_ids)
    assert isinstance(await refusal(foreign), UnknownEntity)


@in_office
async def test_a_second_invitation_makes_the_first_void(office: Office) -> None:
    owner = await office.set_up()
    _, first = await office.links.invite(owner.credential, "ann@shop.example", Role.OWNER)
    _, second = await office.links.invite(owner.credential, "ann@shop.example", Role.AGENT)
    assert isinstance(await refusal(office.links.accept(first, "A", PASSWORD, HERE)), LinkExpired)
    ann = await office.links.accept(second, "Ann", PASSWORD, HERE)
    assert ann.credential.member.role == Role.AGENT


@in_office
async def test_an_invitation_taken_back_or_old_is_void(office: Office) -> None:
    owner = await office.set_up()
    back, secret = await office.links.invite(owner.credential, "a@shop.example", Role.AGENT)
    other = await office.second_account()
    stolen = office.links.take_back(other.credential, back.invitation_id)
    assert isinstance(await refusal(stolen), UnknownEntity)
    await office.links.take_back(owner.credential, back.invitation_id)
    assert isinstance(await refusal(office.links.accept(secret, "A", PASSWORD, HERE)), LinkExpired)
    _, old = await office.links.invite(owner.credential, "b@shop.example", Role.AGENT)
    office.clock.ms += limits.INVITATION_MS_MAX + 1
    assert isinstance(await refusal(office.links.accept(old, "B", PASSWORD, HERE)), LinkExpired)


@in_office
async def test_a_closed_seat_opens_again_by_invitation(office: Office) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    user_id = ann.credential.user.user_id
    await office.accounts.close_seat(owner.credential.by, user_id)
    _, secret = await office.links.invite(owner.credential, "ann@shop.example", Role.SUPERVISOR)
    again = await office.links.accept(secret, "Ann", PASSWORD, HERE)
    assert again.credential.user.user_id == user_id
    assert again.credential.member.role == Role.SUPERVISOR


@in_office
async def test_an_account_by_the_command_line_has_its_own_owner(office: Office) -> None:
    first = await office.set_up()
    second = await office.second_account()
    assert second.credential.account.account_id != first.credential.account.account_id
    assert second.credential.member.role == Role.OWNER
    place = Place("198.51.100.77")
    await office.log_in("other@two.example", place=place)
