"""Several companies in one installation, written into its data folder before it is started."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from airdesk.adapters.memory import DirectHomeLinks
from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.system import SystemClock, SystemIds, load_or_create_key
from airdesk.app.home.home import Home
from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    AccountId,
    AgentId,
    Identity,
    InboxId,
    Role,
    TeamId,
    VisitorId,
    system_identity,
)
from airdesk.services.access import Tokens


class Company(NamedTuple):
    """An account with its inboxes and seats."""

    account_id: AccountId
    inboxes: tuple[conv.InboxFacts, ...]
    agents: tuple[conv.AgentFacts, ...]

    @property
    def team_ids(self) -> tuple[TeamId, ...]:
        """Its teams."""
        return tuple({team: None for one in self.agents for team in one.team_ids})


def company(
    name: str, inboxes: int, agents: int, shared: Sequence[conv.AgentFacts] = ()
) -> Company:
    """Lay out a company; its ids come from its name.

    Args:
        name: at most eight letters.
        inboxes: doors; the second one belongs to a team.
        agents: seats of its own; every second one is in the team.
        shared: seats of people who work for other companies, too.
    """

    def named(what: str) -> bytes:
        return f"{name}.{what}".encode().ljust(16, b".")[:16]

    team_id = TeamId(named("team"))
    doors = [
        conv.InboxFacts(InboxId(named(f"in{number}")), answer_ms_max=5_000)
        for number in range(1, inboxes + 1)
    ]
    if inboxes > 1:
        doors[1] = conv.InboxFacts(doors[1].inbox_id, team_id=team_id, reopen_ms_max=0)
    seats = [
        conv.AgentFacts(AgentId(named(f"ag{number}")), 4, (team_id,) if number % 2 else ())
        for number in range(1, agents + 1)
    ]
    return Company(AccountId(named("co")), tuple(doors), (*seats, *shared))


class Credentials:
    """Signs tokens with the key of an installation."""

    def __init__(self, data: Path) -> None:
        self._tokens = Tokens(load_or_create_key(data / "secret.key"), SystemClock())

    def visitor(self, company: Company, inbox_id: InboxId, visitor_id: bytes) -> str:
        """Give a visitor's token."""
        identity = Identity(company.account_id, Role.VISITOR, VisitorId(visitor_id), inbox_id)
        return self._tokens.sign(identity)

    def agent(self, company: Company, agent_id: AgentId, role: Role = Role.AGENT) -> str:
        """Give a staff member's token."""
        return self._tokens.sign(Identity(company.account_id, role, agent_id), 3_600)


def found(data: Path, companies: Sequence[Company]) -> Credentials:
    """Write companies' facts into the log of an installation that does not run."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    credentials = Credentials(data)
    asyncio.run(_write(data / "log.db", companies))
    return credentials


async def _write(path: Path, companies: Sequence[Company]) -> None:
    loop = asyncio.get_running_loop()
    log = SqliteEventLog(path, loop)
    failures: list[Exception] = []
    written = asyncio.Event()
    home = Home(log, SystemClock(), SystemIds(), DirectHomeLinks(loop.call_soon), failures.append)
    home.start()
    for one in companies:
        system = system_identity(one.account_id)
        for facts in one.inboxes:
            home.execute(conv.ConfigureInbox(facts), system)
        for seat in one.agents:
            home.execute(conv.ConfigureAgent(seat), system)
    home.conversations.when_durable(written.set)
    await asyncio.wait_for(written.wait(), 10)
    home.conversations.checkpoint_now()
    log.close()
    assert failures == []
