"""Who is acting."""

from __future__ import annotations

import pytest

from airdesk.core.kernel import NO_ID, AccountId, Identity, Role, system_identity

ACCOUNT = AccountId(b"a" * 16)
PERSON = b"p" * 16


@pytest.mark.parametrize("role", Role)
def test_roles_have_their_powers(role: Role) -> None:
    identity = Identity(ACCOUNT, role, PERSON)
    assert identity.is_visitor == (role == Role.VISITOR)
    assert identity.is_staff == (role in {Role.AGENT, Role.SUPERVISOR, Role.OWNER})
    assert identity.may_supervise == (role in {Role.SUPERVISOR, Role.OWNER, Role.SYSTEM})


def test_an_agent_who_rises_stays_the_same_actor() -> None:
    staff = [Identity(ACCOUNT, role, PERSON).actor for role in Role if 1 <= role <= 3]
    assert len(set(staff)) == 1
    others = [Identity(ACCOUNT, role, PERSON).actor for role in Role if not 1 <= role <= 3]
    assert len({*staff, *others}) == 4
    assert all(len(actor) == 17 for actor in (*staff, *others))


def test_airdesk_itself_is_nobody() -> None:
    assert system_identity(ACCOUNT) == Identity(ACCOUNT, Role.SYSTEM, NO_ID)
