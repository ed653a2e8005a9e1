"""What every process of an installation has, and the directory with the services over it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from airdesk.adapters.sql import open_sqlite_directory
from airdesk.adapters.sqlite.commit_times import CommitTimes
from airdesk.adapters.system import Argon2Passwords, SystemClock, SystemIds, load_or_create_key
from airdesk.app.builtin import Builtin, builtin_account
from airdesk.app.settings import Settings
from airdesk.core.kernel import DependencyError
from airdesk.ports.directory import Directory
from airdesk.services.access import Access, Links, Tokens
from airdesk.services.accounts import Accounts
from airdesk.services.changes import Changes
from airdesk.services.demo import Demo, DemoPerson
from airdesk.services.proofs import ProvenCredentials

AGENT_LINK_S = 12 * 3600
"""How long a printed agent's link is good."""


class Parts(NamedTuple):
    """What every process of an installation has."""

    settings: Settings
    clock: SystemClock
    ids: SystemIds
    tokens: Tokens
    proofs: ProvenCredentials
    builtin: Builtin
    key: bytes
    commits: CommitTimes


class Office(NamedTuple):
    """The directory and the services over it."""

    directory: Directory
    changes: Changes
    access: Access
    accounts: Accounts
    links: Links


def parts(settings: Settings) -> Parts:
    """Make what every process needs; the data folder and its key are made where missing.

    Raises:
        DependencyError: the folder cannot be written.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DependencyError(name=str(settings.data), reason=str(error)) from None
    if settings.restoring_path.exists():
        raise DependencyError(
            name=str(settings.data), reason="a restore was broken off; empty it and restore again"
        )
    key = load_or_create_key(settings.key_path)
    clock = SystemClock()
    builtin = builtin_account(key, settings.agents)
    tokens = Tokens(key, clock)
    proofs = ProvenCredentials(tokens)
    return Parts(settings, clock, SystemIds(), tokens, proofs, builtin, key, CommitTimes())


def nothing() -> None:
    """Do nothing: whoever writes facts in a process of his own is found by looking."""


@contextlib.asynccontextmanager
async def opened_office(
    made: Parts, on_written: Callable[[], None] = nothing
) -> AsyncIterator[Office]:
    """Open the directory, of today's schema afterwards, and make the services over it.

    Args:
        made: the process's parts.
        on_written: called when the home has to hear of something.

    Raises:
        DirectoryUnavailable: it cannot be opened, or was made by a newer AirDesk.
    """
    directory = await open_sqlite_directory(made.settings.directory_path)
    passwords = Argon2Passwords()
    changes = Changes(made.clock, made.ids, on_written)
    access = Access(directory, passwords, changes, made.clock, made.ids)
    accounts = Accounts(directory, changes, made.clock, made.ids)
    links = Links(directory, passwords, access, accounts, changes, made.clock, made.ids)
    try:
        yield Office(directory, changes, access, accounts, links)
    finally:
        passwords.close()
        await directory.close()


async def setup_path(settings: Settings) -> str:
    """Give the page at which the first owner sets up; "" where there is an owner already, or
    the built-in account stands for one. The directory has today's schema afterwards.

    Raises:
        DependencyError: the data folder or the directory cannot be used.
    """
    async with opened_office(parts(settings)) as office:
        if settings.agents or not await office.links.needs_owner():
            return ""
        return f"/setup#link={await office.links.setup_link()}"


async def demo_people(settings: Settings) -> list[DemoPerson]:
    """Make the demo company where there is nobody yet; gives its people with their links.

    Raises:
        DependencyError: the data folder or the directory cannot be used.
    """
    made = parts(settings)
    async with opened_office(made) as office:
        demo = Demo(office.directory, office.accounts, office.links, office.changes, made.ids)
        return await demo.prepare(
            [f"http://{name}:{settings.port}" for name in ("localhost", "127.0.0.1")]
        )


async def owner_reset_address(settings: Settings, email: str) -> str:
    """Give a one-time address at which an owner sets a new password."""
    async with opened_office(parts(settings)) as office:
        return f"{settings.reached_at()}/enter/{await office.links.reset_link(email)}"


async def new_account_address(settings: Settings, name: str, email: str) -> str:
    """Make an account; gives a one-time address at which its owner sets his password."""
    async with opened_office(parts(settings)) as office:
        return f"{settings.reached_at()}/enter/{await office.links.create_account(name, email)}"


def agent_links(made: Parts, address: str) -> list[str]:
    """Give an address for each seat, with a token that opens the agent's page."""
    return [
        f"{address}/agent#token={made.tokens.sign(identity, AGENT_LINK_S)}"
        for identity in made.builtin.agents()
    ]
