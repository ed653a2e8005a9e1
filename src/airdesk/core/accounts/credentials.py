"""What lets somebody in. Secrets are never stored, only their SHA-256."""

from __future__ import annotations

from enum import IntEnum

import msgspec

from airdesk.core.kernel import NO_ID, AccountId, AgentId, CredentialId


class Session(msgspec.Struct, frozen=True):
    """A user who logged in to one account by one browser."""

    account_id: AccountId
    session_id: CredentialId
    user_id: AgentId
    secret_hash: bytes
    csrf: str
    """What our own pages must say with every unsafe request."""
    created_ms: int
    last_seen_ms: int
    address: str = ""
    browser: str = ""


class ApiToken(msgspec.Struct, frozen=True):
    """A user's key for a program. It never grants more than his role does at that moment."""

    account_id: AccountId
    token_id: CredentialId
    user_id: AgentId
    name: str
    secret_hash: bytes
    scopes: tuple[str, ...]
    created_ms: int
    last_used_ms: int = 0


class LinkPurpose(IntEnum):
    """What a one-time link is good for. Stored; the numbers never change."""

    SETUP = 1
    """The first owner of the installation sets up his account."""
    PASSWORD = 2
    """A user sets a new password and is logged in: owner reset, new account."""
    LOGIN = 3
    """A user is logged in: the demo."""


class OneTimeLink(msgspec.Struct, frozen=True):
    """A link that works once and for ten minutes."""

    secret_hash: bytes
    purpose: LinkPurpose
    expires_ms: int
    account_id: AccountId = AccountId(NO_ID)
    user_id: AgentId = AgentId(NO_ID)
