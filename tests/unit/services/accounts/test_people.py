"""Seats, teams and what the home is told of them."""

from __future__ import annotations

import asyncio

import pytest

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    AlreadyTaken,
    LastOwner,
    Role,
    SessionEnded,
    StillUsed,
    UnknownEntity,
    ValueRefused,
)
from tests.kit.offices import Office, in_office, refusal


@pytest.mark.parametrize("change", [{"role": Role.SUPERVISOR}, {"is_active": False}])
def test_the_last_owner_can_be_neither_demoted_nor_removed(change: dict[str, object]) -> None:
    async def scene(office: Office) -> None:
        owner = await office.set_up()
        by, user_id = owner.credential.by, owner.credential.user.user_id
        await office.hire(owner)
        changed = office.accounts.change_member(by, user_id, change)
        assert isinstance(await refusal(changed), LastOwner)
        assert (await office.who(owner)).member.role == Role.OWNER
        second = await office.hire(owner, "second@shop.example", Role.OWNER)
        await office.accounts.change_member(by, user_id, change)
        last = second.credential.user.user_id
        changed = office.accounts.change_member(second.credential.by, last, change)
        assert isinstance(await refusal(changed), LastOwner)

    in_office(scene)()


@in_office
async def test_two_owners_who_demote_each_other_at_once_leave_one(office: Office) -> None:
    first = await office.set_up()
    second = await office.hire(first, "second@shop.example", Role.OWNER)
    ids = (first.credential.user.user_id, second.credential.user.user_id)
    demoted = {"role": Role.AGENT}
    errors = await asyncio.gather(
        refusal(office.accounts.change_member(first.credential.by, ids[1], demoted)),
        refusal(office.accounts.change_member(second.credential.by, ids[0], demoted)),
    )
    assert [type(one) for one in errors].count(LastOwner) == 1
    seats = [await office.seat(first.credential.by.account_id, one) for one in ids]
    assert [seat.role for seat in seats].count(Role.OWNER) == 1


@in_office
async def test_another_role_ends_the_sessions_of_the_old_one(office: Office) -> None:
    owner = await office.set_up()
    boss = await office.hire(owner, "boss@shop.example", Role.OWNER)
    await office.forget_told()
    user_id = boss.credential.user.user_id
    await office.accounts.change_member(owner.credential.by, user_id, {"role": Role.AGENT})
    assert isinstance(await refusal(office.who(boss)), SessionEnded)
    told = await office.told()
    assert conv.RevokeAccess(credential_id=boss.credential.credential_id) in told
    again = await office.log_in("boss@shop.example")
    assert again.credential.member.role == Role.AGENT


@in_office
async def test_a_closed_seat_is_told_to_the_home_whole(office: Office) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    await office.forget_told()
    user_id = ann.credential.user.user_id
    await office.accounts.close_seat(owner.credential.by, user_id)
    assert await office.told() == [
        conv.RevokeAccess(agent_id=user_id),
        conv.RevokeAccess(credential_id=ann.credential.credential_id),
        conv.RemoveAgent(user_id),
    ]


@in_office
async def test_what_a_seat_can_do_is_told_in_the_order_of_changes(office: Office) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    await office.forget_told()
    by, user_id = owner.credential.by, ann.credential.user.user_id
    team = (await office.accounts.add_team(by, "Sales", [user_id])).team
    await office.accounts.change_member(by, user_id, {"capacity": 9, "skills": ["Zh", "fr"]})
    await office.accounts.change_member(by, user_id, {"capacity": 9})
    await office.accounts.remove_team(by, team.team_id)
    assert await office.told() == [
        conv.ConfigureAgent(conv.AgentFacts(user_id, 5, (team.team_id,))),
        conv.ConfigureAgent(conv.AgentFacts(user_id, 9, (team.team_id,), ("fr", "zh"))),
        conv.ConfigureAgent(conv.AgentFacts(user_id, 9, (), ("fr", "zh"))),
    ]
    assert await office.accounts.skills(by.account_id) == ["fr", "zh"]


@in_office
async def test_an_owner_reaches_nobody_of_another_account(office: Office) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    other = await office.second_account()
    by, user_id = other.credential.by, ann.credential.user.user_id
    team = await office.accounts.add_team(owner.credential.by, "Sales", [user_id])
    for action in (
        office.accounts.change_member(by, user_id, {"role": Role.OWNER}),
        office.accounts.close_seat(by, user_id),
        office.accounts.member(by.account_id, user_id),
        office.accounts.add_team(by, "Mine", [user_id]),
        office.accounts.change_team(by, team.team.team_id, "Mine"),
        office.accounts.remove_team(by, team.team.team_id),
        office.accounts.change_member(
            by, other.credential.user.user_id, {"team_ids": (team.team.team_id,)}
        ),
    ):
        assert isinstance(await refusal(action), UnknownEntity)
    ours = await office.accounts.teams(owner.credential.by.account_id, bytes(16), 9)
    assert [one.team.name for one in ours] == ["Sales"]


@in_office
async def test_a_seats_owner_and_account_are_no_fields_to_change(office: Office) -> None:
    owner = await office.set_up()
    other = await office.second_account()
    by, user_id = owner.credential.by, owner.credential.user.user_id
    for name in ("account_id", "user_id", "created_ms"):
        changed = office.accounts.change_member(by, user_id, {name: other.credential.by.account_id})
        assert isinstance(await refusal(changed), ValueRefused)


@in_office
async def test_every_change_has_its_row_with_before_and_after(office: Office) -> None:
    owner = await office.set_up()
    by = owner.credential.by
    made = await office.accounts.add_team(by, "Sales")
    await office.accounts.change_team(by, made.team.team_id, "Support")
    await office.accounts.change_team(by, made.team.team_id, "Support")
    await office.accounts.remove_team(by, made.team.team_id)
    rows = [row for row in await office.audit(by.account_id) if row.subject_kind == "team"]
    assert [(row.action, row.before, row.after) for row in rows] == [
        ("team.added", "", as_json(made.team.team_id, "Sales")),
        (
            "team.changed",
            as_json(made.team.team_id, "Sales"),
            as_json(made.team.team_id, "Support"),
        ),
        ("team.removed", as_json(made.team.team_id, "Support"), ""),
    ]
    assert {row.actor_name for row in rows} == {"Olive"}
    assert {row.actor_id for row in rows} == {owner.credential.user.user_id}


def as_json(team_id: bytes, name: str) -> str:
    hexed = team_id.hex()
    parts = (hexed[:8], hexed[8:12], hexed[12:16], hexed[16:20], hexed[20:])
    return f'{{"team_id":"{"-".join(parts)}","name":"{name}"}}'


@in_office
async def test_no_audit_row_holds_a_secret(office: Office) -> None:
    owner = await office.set_up()
    by = owner.credential.by
    (inbox,) = await office.accounts.doors.inboxes(by.account_id, bytes(16), 9)
    secret = await office.accounts.doors.new_secret(by, inbox.inbox_id)
    _, token = await office.access.make_token(owner.credential, "t", ["faq:read"])
    _, link = await office.links.invite(owner.credential, "x@shop.example", Role.AGENT)
    said = repr(await office.audit(by.account_id))
    for hidden in (secret.hex(), inbox.identify_secret.hex(), token, link, owner.secret, "hash of"):
        assert hidden not in said


@in_office
async def test_a_change_that_is_refused_leaves_neither_row(office: Office) -> None:
    owner = await office.set_up()
    by = owner.credential.by
    await office.accounts.add_team(by, "Sales")
    await office.forget_told()
    before = await office.audit(by.account_id)
    stranger = [by.account_id]
    again = office.accounts.add_team(by, "Sales", stranger)  # type: ignore[arg-type]
    assert isinstance(await refusal(again), AlreadyTaken)
    unknown = office.accounts.add_team(by, "Other", stranger)  # type: ignore[arg-type]
    assert isinstance(await refusal(unknown), UnknownEntity)
    assert await office.audit(by.account_id) == before
    assert await office.told() == []


@in_office
async def test_a_team_that_answers_an_inbox_stays(office: Office) -> None:
    owner = await office.set_up()
    by = owner.credential.by
    made = await office.accounts.add_team(by, "Sales")
    inbox = await office.accounts.doors.add(by, {"name": "Two", "team_id": made.team.team_id})
    removed = office.accounts.remove_team(by, made.team.team_id)
    assert isinstance(await refusal(removed), StillUsed)
    await office.accounts.doors.remove(by, inbox.inbox_id)
    await office.accounts.remove_team(by, made.team.team_id)


@in_office
async def test_a_member_says_himself_who_he_is_and_how_much_he_takes(office: Office) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    await office.forget_told()
    by, user_id = ann.credential.by, ann.credential.user.user_id
    seat, user = await office.accounts.change_own(by, user_id, " Anna ", "zh", 9)
    assert (user.name, user.language, seat.capacity) == ("Anna", "zh", 9)
    (told,) = await office.told()
    assert isinstance(told, conv.ConfigureAgent) and told.facts.capacity == 9
    actions = [row.action for row in await office.audit(by.account_id)]
    assert actions[-2:] == ["user.changed", "member.changed"]
    assert await office.accounts.change_own(by, user_id) == (seat, user)
    assert len(await office.audit(by.account_id)) == len(actions)


@pytest.mark.parametrize(
    "wish", [{"capacity": 0}, {"capacity": 101}, {"language": "fr"}, {"name": " "}]
)
def test_what_cannot_be_is_refused_and_changes_nothing(wish: dict[str, object]) -> None:
    async def scene(office: Office) -> None:
        owner = await office.set_up()
        by, user_id = owner.credential.by, owner.credential.user.user_id
        before = await office.accounts.member(by.account_id, user_id)
        wanted = {"name": "Other", "capacity": 7, **wish}
        changed = office.accounts.change_own(by, user_id, **wanted)  # type: ignore[arg-type]
        assert isinstance(await refusal(changed), ValueRefused)
        assert await office.accounts.member(by.account_id, user_id) == before

    in_office(scene)()


@in_office
async def test_an_owners_bound_holds_for_the_holder_and_not_for_the_owner(office: Office) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    by, user_id = ann.credential.by, ann.credential.user.user_id
    await office.accounts.change_own(by, user_id, capacity=50)
    bound = {"capacity_max": 8}
    seat, _ = await office.accounts.change_member(owner.credential.by, user_id, bound)
    assert (seat.capacity, seat.capacity_max) == (8, 8)
    too_many = office.accounts.change_own(by, user_id, capacity=9)
    assert isinstance(await refusal(too_many), ValueRefused)
    seat, _ = await office.accounts.change_own(by, user_id, capacity=2)
    assert seat.capacity == 2
    unbound = {"capacity_max": 0, "capacity": 300}
    seat, _ = await office.accounts.change_member(owner.credential.by, user_id, unbound)
    assert seat.capacity == 300
