"""Who a member of staff is, by the credential that he shows."""

from __future__ import annotations

import msgspec

from airdesk.core.accounts import Account, Actor, ActorKind, ApiToken, Member, Session, User
from airdesk.core.kernel import (
    NO_ID,
    CredentialId,
    Identity,
    Permission,
    Role,
    permissions_of,
)
from airdesk.ports.directory import Transaction
from airdesk.services.changes import By


class Place(msgspec.Struct, frozen=True):
    """Where a person is, as far as the server knows."""

    address: str = ""
    browser: str = ""


class StaffCredential(msgspec.Struct, frozen=True):
    """A good session or API token, with whom it belongs to now."""

    account: Account
    user: User
    member: Member
    credential_id: CredentialId
    scopes: tuple[str, ...] | None = None
    """What an API token is limited to; None for a session."""
    csrf: str = ""
    """The session's word; "" for an API token."""
    token_name: str = ""

    @property
    def identity(self) -> Identity:
        """Who acts, as the home knows him: one who may not supervise by this token is an agent."""
        role = self.member.role
        if Permission.CONVERSATIONS_SUPERVISE not in self.permissions:
            role = Role.AGENT
        return Identity(self.account.account_id, role, self.user.user_id)

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the credential grants at this moment."""
        return permissions_of(self.member.role, self.scopes)

    @property
    def by(self) -> By:
        """Who changes something, and where."""
        return By(self.account.account_id, self.actor)

    @property
    def actor(self) -> Actor:
        """Who acts, as the audit names him."""
        if self.scopes is None:
            return Actor(ActorKind.USER, self.user.user_id, self.user.name)
        name = f"{self.user.name} ({self.token_name})"
        return Actor(ActorKind.TOKEN, self.credential_id, name)


class LoggedIn(msgspec.Struct, frozen=True):
    """A session that was just made, with the secret that its cookie holds."""

    secret: str
    credential: StaffCredential


async def by_session(tx: Transaction, session: Session) -> StaffCredential | None:
    """Give whose session it is; None if he may not enter any more."""
    found = await _seat(tx, session)
    if found is None:
        return None
    return StaffCredential(*found, session.session_id, csrf=session.csrf)


async def by_token(tx: Transaction, token: ApiToken) -> StaffCredential | None:
    """Give whose API token it is; None if he may not enter any more."""
    found = await _seat(tx, token)
    if found is None:
        return None
    return StaffCredential(*found, token.token_id, token.scopes, token_name=token.name)


async def _seat(
    tx: Transaction, credential: Session | ApiToken
) -> tuple[Account, User, Member] | None:
    account = await tx.accounts.get(credential.account_id)
    user = await tx.users.get(credential.user_id)
    member = await tx.members.get(credential.account_id, credential.user_id)
    if account is None or user is None or member is None or not member.is_active:
        return None
    return account, user, member


NOBODY = Actor(ActorKind.SYSTEM, NO_ID, "AirDesk")
"""AirDesk itself."""

COMMAND_LINE = Actor(ActorKind.COMMAND_LINE, NO_ID, "command line")
"""Whoever may run commands on the server."""
