"""Log-in by e-mail and password, and its limits."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from airdesk.core.kernel import (
    AgentId,
    BadCredentials,
    Role,
    SessionEnded,
    TooManyAttempts,
    UnknownEntity,
    ValueRefused,
    id_text,
    limits,
)
from airdesk.services.access import Place
from airdesk.services.changes import NO_CREDENTIAL
from tests.kit.offices import HERE, PASSWORD, Office, in_office, refusal

OWNER = "owner@shop.example"


@in_office
async def test_the_right_password_opens_a_session(office: Office) -> None:
    await office.set_up()
    logged_in = await office.log_in(" Owner@Shop.Example ")
    credential = await office.who(logged_in)
    assert credential.user.email == OWNER
    assert credential.member.role == Role.OWNER
    assert credential.csrf
    assert credential.csrf != logged_in.secret


@in_office
async def test_no_secret_is_stored(office: Office) -> None:
    logged_in = await office.set_up()
    async with office.directory.reading() as tx:
        sessions = await tx.sessions.of_user(logged_in.credential.user.user_id)
    assert logged_in.secret.encode() not in repr(sessions).encode()
    assert len(sessions[0].secret_hash) == 32


@in_office
async def test_an_unknown_email_costs_the_same_check_and_gets_the_same_answer(
    office: Office,
) -> None:
    await office.set_up()
    before = office.passwords.looked
    errors = [
        await refusal(office.log_in(email, "wrong wrong wrong"))
        for email in (OWNER, "nobody@shop.example", "no address at all", "x" * 10_000)
    ]
    assert [type(error) for error in errors] == [BadCredentials] * 4
    assert len({str(error) for error in errors}) == 1
    assert office.passwords.looked == before + 4


@in_office
async def test_nobody_has_a_password_before_he_sets_one(office: Office) -> None:
    await office.set_up()
    await office.links.create_account("Two", "new@two.example")
    for password in ("", "hash of ", PASSWORD):
        assert isinstance(await refusal(office.log_in("new@two.example", password)), BadCredentials)


@in_office
async def test_too_many_wrong_passwords_close_an_email_even_to_the_right_one(
    office: Office,
) -> None:
    await office.set_up()
    for number in range(limits.ATTEMPTS_BY_ACCOUNT_MAX):
        place = Place(f"198.51.100.{number}")
        assert isinstance(await refusal(office.log_in(OWNER, "wrong", place)), BadCredentials)
    error = await refusal(office.log_in(OWNER))
    assert isinstance(error, TooManyAttempts)
    assert error.fields["wait_s"] == limits.ATTEMPT_WINDOW_MS // 1000
    office.clock.ms += limits.ATTEMPT_WINDOW_MS + 1
    await office.log_in(OWNER)


@in_office
async def test_an_email_that_nobody_has_is_closed_as_well(office: Office) -> None:
    await office.set_up()
    for number in range(limits.ATTEMPTS_BY_ACCOUNT_MAX):
        await refusal(office.log_in("nobody@shop.example", "wrong", Place(f"198.51.100.{number}")))
    error = await refusal(office.log_in("Nobody@shop.example", "wrong"))
    assert isinstance(error, TooManyAttempts)


@in_office
async def test_too_many_wrong_passwords_close_an_address_for_every_email(office: Office) -> None:
    await office.set_up()
    for number in range(limits.ATTEMPTS_BY_ADDRESS_MAX):
        await refusal(office.log_in(f"guess{number}@shop.example", "wrong"))
    assert isinstance(await refusal(office.log_in(OWNER)), TooManyAttempts)
    await office.log_in(OWNER, place=Place("198.51.100.1"))


@in_office
async def test_one_network_of_ipv6_is_one_address(office: Office) -> None:
    await office.set_up()
    for number in range(limits.ATTEMPTS_BY_ADDRESS_MAX):
        place = Place(f"2001:db8::{number:x}")
        await refusal(office.log_in(f"guess{number}@shop.example", "wrong", place))
    error = await refusal(office.log_in(OWNER, place=Place("2001:db8::ffff")))
    assert isinstance(error, TooManyAttempts)


@in_office
async def test_a_hundred_guesses_at_once_are_counted_one_by_one(office: Office) -> None:
    await office.set_up()
    before = office.passwords.looked
    guesses = [
        refusal(office.log_in(OWNER, f"guess {number}", Place(f"198.51.100.{number}")))
        for number in range(100)
    ]
    errors = await asyncio.gather(*guesses)
    tried = office.passwords.looked - before
    assert tried == limits.ATTEMPTS_BY_ACCOUNT_MAX
    assert sum(isinstance(error, TooManyAttempts) for error in errors) == 100 - tried


@in_office
async def test_those_who_know_their_password_are_never_shut_out(office: Office) -> None:
    await office.set_up()
    for _ in range(3 * limits.ATTEMPTS_BY_ADDRESS_MAX):
        await office.log_in(OWNER)


@in_office
async def test_a_right_password_does_not_wash_away_guesses_at_others(office: Office) -> None:
    """Whoever has one account must not use it to guess at the others' without end."""
    await office.set_up()
    for number in range(limits.ATTEMPTS_BY_ADDRESS_MAX):
        await refusal(office.log_in(f"guess{number}@shop.example", "wrong"))
        if number < limits.ATTEMPTS_BY_ADDRESS_MAX - 1:
            await office.log_in(OWNER)
    assert isinstance(await refusal(office.log_in(OWNER)), TooManyAttempts)


@in_office
async def test_a_closed_seat_is_no_way_in(office: Office) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    await office.accounts.close_seat(owner.credential.by, ann.credential.user.user_id)
    assert isinstance(await refusal(office.log_in("ann@shop.example")), BadCredentials)
    assert isinstance(await refusal(office.who(ann)), SessionEnded)


@in_office
async def test_an_old_hash_is_renewed_by_the_way(office: Office) -> None:
    owner = await office.set_up()
    user = owner.credential.user
    async with office.directory.transaction() as tx:
        await tx.users.replace(replace(user, password_hash=f"old {PASSWORD}"))
    await office.log_in(OWNER)
    async with office.directory.reading() as tx:
        renewed = await tx.users.get(user.user_id)
    assert renewed is not None
    assert renewed.password_hash == f"hash of {PASSWORD}"


@in_office
async def test_a_log_in_is_in_the_audit(office: Office) -> None:
    owner = await office.set_up()
    row = (await office.audit(owner.credential.account.account_id))[-1]
    assert row.action == "session.opened"
    assert row.actor_name == "Olive"
    assert row.subject_id == owner.credential.credential_id


@in_office
async def test_a_new_password_ends_every_other_session(office: Office) -> None:
    here = await office.set_up()
    there = await office.log_in(OWNER, place=Place("198.51.100.9"))
    await office.access.change_password(here.credential, PASSWORD, "another horse entirely")
    await office.who(here)
    assert isinstance(await refusal(office.who(there)), SessionEnded)
    assert isinstance(await refusal(office.log_in(OWNER)), BadCredentials)
    await office.log_in(OWNER, "another horse entirely")


@in_office
async def test_a_new_password_needs_the_old_one(office: Office) -> None:
    here = await office.set_up()
    wrong = office.access.change_password(here.credential, "wrong", "another horse entirely")
    assert isinstance(await refusal(wrong), BadCredentials)
    easy = office.access.change_password(here.credential, PASSWORD, "short")
    assert isinstance(await refusal(easy), ValueRefused)
    await office.log_in(OWNER)


@in_office
async def test_the_old_password_cannot_be_guessed_by_a_stolen_session(office: Office) -> None:
    here = await office.set_up()
    for _ in range(limits.ATTEMPTS_BY_ACCOUNT_MAX):
        await refusal(office.access.change_password(here.credential, "wrong", "another horse"))
    error = await refusal(office.access.change_password(here.credential, PASSWORD, "other horse"))
    assert isinstance(error, TooManyAttempts)


@pytest.mark.parametrize("idle_ms", [limits.SESSION_IDLE_MS_MAX + 1, limits.SESSION_MS_MAX + 1])
def test_a_session_that_nobody_uses_ends(idle_ms: int) -> None:
    async def scene(office: Office) -> None:
        owner = await office.set_up()
        office.clock.ms += idle_ms
        assert isinstance(await refusal(office.who(owner)), SessionEnded)

    in_office(scene)()


@in_office
async def test_a_session_in_use_lives_on_until_its_last_day(office: Office) -> None:
    owner = await office.set_up()
    day_ms = 24 * 3_600_000
    for _ in range(limits.SESSION_MS_MAX // day_ms):
        await office.who(owner)
        office.clock.ms += day_ms
    office.clock.ms += 1
    assert isinstance(await refusal(office.who(owner)), SessionEnded)


@in_office
async def test_nobody_ends_or_sees_another_persons_session(office: Office) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    other = await office.second_account()
    for stranger in (ann, other):
        ended = office.access.end_session(stranger.credential, owner.credential.credential_id)
        assert await refusal(ended) is not None
        seen = await office.access.sessions(stranger.credential)
        assert owner.credential.credential_id not in {one.session_id for one in seen}
    await office.who(owner)


@in_office
async def test_an_owner_ends_one_session_of_a_member_and_the_log_says_which(
    office: Office,
) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    by, ann_id = owner.credential.by, ann.credential.user.user_id
    await office.forget_told()
    (session,) = await office.access.sessions_of(by.account_id, ann_id)
    await office.access.end_session_of(by, ann_id, session.session_id)
    assert isinstance(await refusal(office.who(ann)), SessionEnded)
    assert [type(one).__name__ for one in await office.told()] == ["RevokeAccess"]
    async with office.directory.reading() as tx:
        row = (await tx.audit.page(by.account_id))[0]
    assert (row.action, row.subject_id) == ("member.session_ended", ann_id)
    assert (row.actor_id, row.after) == (by.actor.id, "")
    assert id_text(session.session_id) in row.before
    assert "secret" not in row.before and "csrf" not in row.before
    await office.who(owner)


@in_office
async def test_all_sessions_of_a_member_are_ended_but_the_one_that_asks(office: Office) -> None:
    owner = await office.set_up()
    by, me = owner.credential.by, owner.credential
    ended = await office.access.end_sessions_of(by, me.user.user_id, me.credential_id)
    assert ended == 0
    ann = await office.hire(owner)
    assert await office.access.end_sessions_of(by, ann.credential.user.user_id, NO_CREDENTIAL) == 1
    assert await office.access.sessions_of(by.account_id, ann.credential.user.user_id) == []
    await office.who(owner)


@in_office
async def test_sessions_of_another_account_are_nobodys_to_see_or_end(office: Office) -> None:
    owner = await office.set_up()
    other = (await office.second_account()).credential
    by, his = owner.credential.by, (other.user.user_id, other.credential_id)
    for tried in (
        office.access.sessions_of(by.account_id, his[0]),
        office.access.end_session_of(by, *his),
        office.access.end_sessions_of(by, his[0], NO_CREDENTIAL),
    ):
        assert isinstance(await refusal(tried), UnknownEntity)
    # Nor is a session ended by the id of another seat.
    wrong = office.access.end_session_of(by, AgentId(bytes(16)), owner.credential.credential_id)
    assert isinstance(await refusal(wrong), UnknownEntity)


@in_office
async def test_a_log_out_reaches_the_home(office: Office) -> None:
    owner = await office.set_up()
    await office.forget_told()
    nudges = office.nudges
    await office.access.log_out(owner.credential)
    assert isinstance(await refusal(office.who(owner)), SessionEnded)
    assert [type(one).__name__ for one in await office.told()] == ["RevokeAccess"]
    assert office.nudges == nudges + 1


@in_office
async def test_a_browsers_name_is_cut_and_harmless(office: Office) -> None:
    await office.set_up()
    place = Place("203.0.113.5", "x\r\n\x00" + "y" * 1_000)
    logged_in = await office.log_in(OWNER, place=place)
    sessions = await office.access.sessions(logged_in.credential)
    assert sessions[-1].browser == "x" + "y" * (limits.BROWSER_CHARS_MAX - 1)


def test_the_place_is_only_what_the_server_knows() -> None:
    assert HERE.address.startswith("203.")
