"""Who may do what: the one table of permissions.

Every REST route and every socket command names one permission. A role grants a set of them; an
API token is narrowed further by its scopes, which are permission names as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from airdesk.core.kernel.errors import PermissionMissing
from airdesk.core.kernel.identity import Role


class Permission(StrEnum):
    """One thing that may be allowed. The names are stored as scopes; they never change."""

    CONVERSATIONS_READ = "conversations:read"
    CONVERSATIONS_WRITE = "conversations:write"
    CONVERSATIONS_SUPERVISE = "conversations:supervise"
    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    CANNED_READ = "canned:read"
    CANNED_WRITE = "canned:write"
    FAQ_READ = "faq:read"
    FAQ_WRITE = "faq:write"
    LABELS_READ = "labels:read"
    LABELS_WRITE = "labels:write"
    TEAMS_READ = "teams:read"
    TEAMS_WRITE = "teams:write"
    MEMBERS_READ = "members:read"
    MEMBERS_WRITE = "members:write"
    INBOXES_READ = "inboxes:read"
    INBOXES_WRITE = "inboxes:write"
    HOURS_READ = "hours:read"
    HOURS_WRITE = "hours:write"
    ACCOUNT_READ = "account:read"
    ACCOUNT_WRITE = "account:write"
    AUDIT_READ = "audit:read"
    TOKENS_WRITE = "tokens:write"
    FILES_WRITE = "files:write"
    PROFILE_WRITE = "profile:write"
    STRESS_RUN = "stress:run"


_AGENT: Final = frozenset(
    one for one in Permission if one.endswith(":read") and one != Permission.AUDIT_READ
) | {
    Permission.CONVERSATIONS_WRITE,
    Permission.CONTACTS_WRITE,
    Permission.CANNED_WRITE,
    Permission.FILES_WRITE,
    Permission.TOKENS_WRITE,
    Permission.PROFILE_WRITE,
}
_SUPERVISOR: Final = _AGENT | {
    Permission.CONVERSATIONS_SUPERVISE,
    Permission.LABELS_WRITE,
    Permission.FAQ_WRITE,
}

ROLE_PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.AGENT: _AGENT,
        Role.SUPERVISOR: _SUPERVISOR,
        Role.OWNER: frozenset(Permission),
    }
)
"""What each seat grants. Visitors, the bot and AirDesk itself have no seat and no row."""


def permissions_of(role: Role, scopes: Collection[str] | None = None) -> frozenset[Permission]:
    """Give what a credential grants.

    Args:
        role: of the person behind it, as it is now.
        scopes: names that an API token is limited to; None for a person's own session. A scope
            above the role grants nothing: whoever is demoted takes his tokens with him.
    """
    granted = ROLE_PERMISSIONS.get(role, frozenset())
    return granted if scopes is None else frozenset(one for one in granted if one in scopes)


def allowed(role: Role, permission: Permission, scopes: Collection[str] | None = None) -> bool:
    """True if a credential grants this permission; for the arguments see `permissions_of`."""
    return permission in ROLE_PERMISSIONS.get(role, frozenset()) and (
        scopes is None or permission in scopes
    )


def require(role: Role, permission: Permission, scopes: Collection[str] | None = None) -> None:
    """Let pass who is allowed.

    Raises:
        PermissionMissing: the credential does not grant it.
    """
    if not allowed(role, permission, scopes):
        raise PermissionMissing(permission=permission.value)
