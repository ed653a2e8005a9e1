"""The one permission table."""

from __future__ import annotations

import pytest

from airdesk.core.kernel import (
    ROLE_PERMISSIONS,
    Permission,
    PermissionMissing,
    Role,
    allowed,
    permissions_of,
    require,
)


def test_each_seat_grants_all_that_the_lower_one_does() -> None:
    agent, supervisor, owner = (
        ROLE_PERMISSIONS[role] for role in (Role.AGENT, Role.SUPERVISOR, Role.OWNER)
    )
    assert agent < supervisor < owner == frozenset(Permission)


@pytest.mark.parametrize("role", [Role.VISITOR, Role.BOT, Role.SYSTEM])
def test_whoever_has_no_seat_has_no_permission(role: Role) -> None:
    assert not any(allowed(role, one) for one in Permission)
    assert permissions_of(role) == frozenset()


@pytest.mark.parametrize(
    "permission",
    ["audit:read", "members:write", "inboxes:write", "account:write", "conversations:supervise"],
)
def test_an_agent_may_not(permission: str) -> None:
    with pytest.raises(PermissionMissing):
        require(Role.AGENT, Permission(permission))


def test_a_scope_above_the_role_grants_nothing() -> None:
    scopes = ("contacts:read", "audit:read", "no:such")
    assert permissions_of(Role.AGENT, scopes) == {Permission.CONTACTS_READ}
    assert not allowed(Role.AGENT, Permission.AUDIT_READ, scopes)
    assert not allowed(Role.OWNER, Permission.FAQ_READ, scopes)
