"""Accounts, the people in them, and what they are grouped by."""

from __future__ import annotations

from typing import NewType

import msgspec

from airdesk.core.kernel import AccountId, AgentId, Role, TeamId

InvitationId = NewType("InvitationId", bytes)


class Account(msgspec.Struct, frozen=True):
    """One customer of the installation: everything else belongs to exactly one."""

    account_id: AccountId
    name: str
    language: str = "en"
    """What its pages and its bot speak unless somebody says otherwise: "en" or "zh"."""
    created_ms: int = 0


class User(msgspec.Struct, frozen=True):
    """A person who logs in: one e-mail, one password, whatever the accounts."""

    user_id: AgentId
    """Also his agent id in every account."""
    email: str
    """As `normal_email` has it; unique in the installation."""
    name: str
    language: str = "en"
    password_hash: str = ""
    """What the password hasher made; "" for nobody who may log in by password."""
    created_ms: int = 0


class Member(msgspec.Struct, frozen=True):
    """A seat: a user in an account."""

    account_id: AccountId
    user_id: AgentId
    role: Role = Role.AGENT
    capacity: int = 5
    """Conversations that routing may give him at the same time."""
    team_ids: tuple[TeamId, ...] = ()
    skills: tuple[str, ...] = ()
    is_active: bool = True
    """A seat that is not active may not enter; its history stays."""
    created_ms: int = 0
    capacity_max: int = 0
    """Up to here its holder may set his capacity himself; 0 where no owner set a bound."""


class Team(msgspec.Struct, frozen=True):
    """A group of members that an inbox may be answered by. Its members name it."""

    account_id: AccountId
    team_id: TeamId
    name: str


class Invitation(msgspec.Struct, frozen=True):
    """A link by which somebody takes a seat."""

    account_id: AccountId
    invitation_id: InvitationId
    email: str
    role: Role
    team_ids: tuple[TeamId, ...]
    secret_hash: bytes
    """SHA-256 of the link's secret, which only its bearer has."""
    invited_by: AgentId
    created_ms: int
    expires_ms: int
