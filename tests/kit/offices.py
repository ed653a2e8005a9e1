"""An installation's directory and the services over it, in memory, with people in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import msgspec

from airdesk.adapters.memory import MemoryDirectory
from airdesk.core.accounts import AuditRow
from airdesk.core.conversation import AccountCommand
from airdesk.core.kernel import AccountId, AgentId, Role, limits
from airdesk.ports.directory import Directory
from airdesk.services.access import Access, Links, LoggedIn, Place, SetUp, StaffCredential
from airdesk.services.accounts import Accounts
from airdesk.services.changes import Changes
from tests.kit.house import CountedIds, VirtualClock

PASSWORD = "correct horse battery"
HERE = Place("203.0.113.5", "a browser")


class QuickPasswords:
    """Hashes that take no time; `looked` counts the checks, whoever they were for."""

    def __init__(self) -> None:
        self.looked = 0
        self.outdated: set[str] = set()

    async def hash(self, password: str) -> str:
        """See Passwords."""
        return f"hash of {password}"

    async def verify(self, password_hash: str, password: str) -> bool:
        """See Passwords."""
        self.looked += 1
        await asyncio.sleep(0)
        return password_hash == f"hash of {password}" or password_hash == f"old {password}"

    def is_outdated(self, password_hash: str) -> bool:
        """See Passwords."""
        return password_hash.startswith("old ")


class Office:
    """Services over one directory, on a clock that stands until it is moved."""

    def __init__(self, directory: Directory | None = None) -> None:
        self.clock = VirtualClock()
        self.ids = CountedIds(self.clock)
        self.directory = directory or MemoryDirectory()
        self.passwords = QuickPasswords()
        self.nudges = 0
        self.changes = Changes(self.clock, self.ids, self._nudge)
        self.access = Access(self.directory, self.passwords, self.changes, self.clock, self.ids)
        self.accounts = Accounts(self.directory, self.changes, self.clock, self.ids)
        self.links = Links(
            self.directory,
            self.passwords,
            self.access,
            self.accounts,
            self.changes,
            self.clock,
            self.ids,
        )

    def _nudge(self) -> None:
        self.nudges += 1

    async def set_up(self, email: str = "owner@shop.example") -> LoggedIn:
        """Let the first owner come in."""
        said = SetUp("Shop", "Olive", email, PASSWORD, "en", "https://shop.example")
        return await self.links.set_up(await self.links.setup_link(), said, HERE)

    async def second_account(self, email: str = "other@two.example") -> LoggedIn:
        """Make another account by the command line, and let its owner in."""
        link = await self.links.create_account("Two", email)
        return await self.links.enter(link, HERE, PASSWORD)

    async def hire(
        self, owner: LoggedIn, email: str = "ann@shop.example", role: Role = Role.AGENT
    ) -> LoggedIn:
        """Invite somebody, who accepts."""
        _, secret = await self.links.invite(owner.credential, email, role)
        return await self.links.accept(secret, email.partition("@")[0].title(), PASSWORD, HERE)

    async def log_in(self, email: str, password: str = PASSWORD, place: Place = HERE) -> LoggedIn:
        """Log in by password."""
        return await self.access.log_in(email, password, place)

    async def who(self, logged_in: LoggedIn) -> StaffCredential:
        """Give who a session's secret stands for now."""
        return await self.access.by_session(logged_in.secret)

    async def seat(self, account_id: AccountId, user_id: AgentId) -> Any:
        """Give a seat."""
        return (await self.accounts.member(account_id, user_id))[0]

    async def told(self) -> list[AccountCommand]:
        """Give what the home has to hear, in order."""
        async with self.directory.reading() as tx:
            rows = await tx.outbox.waiting(10_000)
        return [msgspec.msgpack.decode(row.command, type=AccountCommand) for row in rows]

    async def forget_told(self) -> None:
        """Empty the outbox."""
        async with self.directory.transaction() as tx:
            await tx.outbox.done([row.number for row in await tx.outbox.waiting(10_000)])

    async def audit(self, account_id: AccountId) -> list[AuditRow]:
        """Give an account's audit, oldest first."""
        async with self.directory.reading() as tx:
            return (await tx.audit.page(account_id, limit=limits.ENTITIES_MAX))[::-1]

    async def actions(self, account_id: AccountId) -> list[str]:
        """Give what an account's audit says was done, oldest first."""
        return [row.action for row in await self.audit(account_id)]


def in_office(scene: Callable[[Office], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Make a test of a scene that plays in a fresh office."""

    def play() -> None:
        asyncio.run(scene(Office()))

    play.__name__ = scene.__name__
    return play


async def refusal(action: Awaitable[object]) -> BaseException | None:
    """Give the error that something ends with; None if it goes well."""
    try:
        await action
    except Exception as error:
        return error
    return None
