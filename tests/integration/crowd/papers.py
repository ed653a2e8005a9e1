"""What the crowd's companies have in the directory: seats, sessions, doors and their secrets."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from airdesk.adapters.sql import open_sqlite_directory
from airdesk.adapters.system import SystemClock
from airdesk.core import accounts as acc
from airdesk.core.kernel import AccountId, AgentId, CredentialId, InboxId, Role
from airdesk.ports.directory import Transaction
from airdesk.services.access.secrets import secret_hash
from tests.kit.companies import Company

SESSIONS = 12
"""Browsers that each seat has logged in with; a session that was lost is not used again."""

OWNER = AgentId(b"owner...........")
"""Owns every company, and answers nobody."""


class Login(NamedTuple):
    """What a browser has that logged in."""

    cookie: str
    csrf: str


def logins(company: Company, agent_id: AgentId) -> list[Login]:
    """Give the sessions of a seat."""
    return [
        Login(_digest("cookie", company.account_id, agent_id, number), "csrf")
        for number in range(SESSIONS)
    ]


def proof_of(inbox_id: InboxId, user_id: str) -> str:
    """Sign a customer's id as the site's server does."""
    secret = _secret(inbox_id).hex().encode()
    return hmac.new(secret, user_id.encode(), hashlib.sha256).hexdigest()


def furnish(path: Path, companies: Sequence[Company]) -> None:
    """Write companies into the directory of an installation that does not run."""
    asyncio.run(_furnish(path, companies))


async def _furnish(path: Path, companies: Sequence[Company]) -> None:
    directory = await open_sqlite_directory(path)
    try:
        async with directory.transaction() as tx:
            people = {seat.agent_id: None for one in companies for seat in one.agents}
            for number, agent_id in enumerate((OWNER, *people)):
                await tx.users.add(acc.User(agent_id, f"{number}@crowd.example", f"P{number}"))
            for company in companies:
                await _add(tx, company)
    finally:
        await directory.close()


async def _add(tx: Transaction, company: Company) -> None:
    account_id = company.account_id
    await tx.accounts.add(acc.Account(account_id, "Company"))
    for team_id in company.team_ids:
        await tx.teams.add(acc.Team(account_id, team_id, "Team"))
    for facts in company.inboxes:
        await tx.inboxes.add(
            acc.Inbox(
                account_id,
                facts.inbox_id,
                "Door",
                _secret(facts.inbox_id),
                team_id=facts.team_id,
                answer_ms_max=facts.answer_ms_max,
                reopen_ms_max=facts.reopen_ms_max,
            )
        )
    await _add_seat(tx, company, acc.Member(account_id, OWNER, Role.OWNER))
    for index, seat in enumerate(company.agents):
        role = Role.SUPERVISOR if index == 0 else Role.AGENT
        member = acc.Member(account_id, seat.agent_id, role, seat.capacity, seat.team_ids)
        await _add_seat(tx, company, member)


async def _add_seat(tx: Transaction, company: Company, member: acc.Member) -> None:
    await tx.members.add(member)
    now_ms = SystemClock().now_ms()
    for number, login in enumerate(logins(company, member.user_id)):
        session_id = CredentialId(
            hashlib.sha256(company.account_id + member.user_id + bytes([number])).digest()[:16]
        )
        await tx.sessions.add(
            acc.Session(
                company.account_id,
                session_id,
                member.user_id,
                secret_hash(login.cookie),
                login.csrf,
                now_ms,
                now_ms,
            )
        )


def _secret(inbox_id: InboxId) -> bytes:
    return hashlib.sha256(b"secret" + inbox_id).digest()


def _digest(purpose: str, account_id: AccountId, agent_id: AgentId, number: int) -> str:
    return hashlib.sha256(f"{purpose}{number}".encode() + account_id + agent_id).hexdigest()
