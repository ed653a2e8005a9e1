"""API tokens: keys for programs, never more than their maker's role."""

from __future__ import annotations

from msgspec.structs import replace

from airdesk.core.kernel import (
    BadCredentials,
    BadToken,
    Permission,
    Role,
    TooManyEntities,
    UnknownEntity,
    ValueRefused,
    limits,
)
from tests.kit.offices import PASSWORD, Office, in_office, refusal

READS = ["contacts:read", "conversations:read"]


@in_office
async def test_a_token_grants_its_scopes_and_no_more(office: Office) -> None:
    owner = await office.set_up()
    _, secret = await office.access.make_token(owner.credential, "Report", READS)
    assert secret.startswith("adt_")
    credential = await office.access.by_api_token(secret)
    assert credential.permissions == {Permission.CONTACTS_READ, Permission.CONVERSATIONS_READ}
    # Without the right to supervise, even an owner's token steps into nobody's conversation.
    assert credential.identity == replace(owner.credential.identity, role=Role.AGENT)
    assert credential.csrf == ""


@in_office
async def test_nobody_makes_a_token_above_his_role(office: Office) -> None:
    owner = await office.set_up()
    ann = await office.hire(owner)
    for scopes in (["audit:read"], ["members:write"], ["no:such"], []):
        made = office.access.make_token(ann.credential, "x", scopes)
        assert isinstance(await refusal(made), ValueRefused)


@in_office
async def test_a_token_makes_no_token_above_its_own_scopes(office: Office) -> None:
    owner = await office.set_up()
    _, secret = await office.access.make_token(
        owner.credential, "x", ["tokens:write", "contacts:read"]
    )
    weak = await office.access.by_api_token(secret)
    made = office.access.make_token(weak, "y", ["members:write"])
    assert isinstance(await refusal(made), ValueRefused)
    await office.access.make_token(weak, "y", ["contacts:read"])


@in_office
async def test_a_token_cannot_change_the_password(office: Office) -> None:
    owner = await office.set_up()
    scopes = [one.value for one in Permission]
    _, secret = await office.access.make_token(owner.credential, "all", scopes)
    token = await office.access.by_api_token(secret)
    changed = office.access.change_password(token, PASSWORD, "another horse entirely")
    assert isinstance(await refusal(changed), BadCredentials)


@in_office
async def test_who_is_demoted_takes_his_tokens_with_him(office: Office) -> None:
    owner = await office.set_up()
    boss = await office.hire(owner, "boss@shop.example", Role.OWNER)
    _, secret = await office.access.make_token(boss.credential, "x", ["audit:read"])
    user_id = boss.credential.user.user_id
    await office.accounts.change_member(owner.credential.by, user_id, {"role": Role.AGENT})
    assert (await office.access.by_api_token(secret)).permissions == frozenset()
    await office.accounts.close_seat(owner.credential.by, user_id)
    assert isinstance(await refusal(office.access.by_api_token(secret)), BadToken)


@in_office
async def test_a_token_taken_back_is_void_and_the_home_hears_of_it(office: Office) -> None:
    owner = await office.set_up()
    token, secret = await office.access.make_token(owner.credential, "x", READS)
    ann = await office.hire(owner)
    foreign = office.access.remove_token(ann.credential, token.token_id)
    assert isinstance(await refusal(foreign), UnknownEntity)
    await office.forget_told()
    await office.access.remove_token(owner.credential, token.token_id)
    assert isinstance(await refusal(office.access.by_api_token(secret)), BadToken)
    assert [type(one).__name__ for one in await office.told()] == ["RevokeAccess"]
    account_id = owner.credential.account.account_id
    assert [one for one in await office.actions(account_id) if "token" in one] == [
        "token.added",
        "token.removed",
    ]


@in_office
async def test_no_session_is_a_token_and_no_token_a_session(office: Office) -> None:
    owner = await office.set_up()
    _, secret = await office.access.make_token(owner.credential, "x", READS)
    assert await refusal(office.access.by_session(secret)) is not None
    for wrong in (owner.secret, f"adt_{owner.secret}", secret.removeprefix("adt_"), "adt_", ""):
        assert isinstance(await refusal(office.access.by_api_token(wrong)), BadToken)


@in_office
async def test_tokens_are_bounded(office: Office) -> None:
    owner = await office.set_up()
    for number in range(limits.TOKENS_MAX):
        await office.access.make_token(owner.credential, f"t{number}", READS)
    one_more = office.access.make_token(owner.credential, "more", READS)
    assert isinstance(await refusal(one_more), TooManyEntities)
