"""The relay from the directory's outbox to the home."""

from __future__ import annotations

import asyncio
from typing import Any

from airdesk.adapters.memory import MemoryHomeCommands
from airdesk.core import conversation as conv
from airdesk.core.accounts import OutboxRow
from airdesk.core.kernel import AccountId, DirectoryUnavailable, HomeUnavailable, OperationId
from airdesk.ports.directory import Directory
from airdesk.services.account_facts import AccountFacts
from tests.kit.offices import Office, in_office, refusal


class ForgetfulDirectory:
    """A directory of a process that dies before it has noted what it did."""

    def __init__(self, inner: Directory) -> None:
        self._inner = inner

    def transaction(self) -> object:
        """See Directory."""
        raise DirectoryUnavailable(reason="the process is dead")

    def reading(self) -> object:
        """See Directory."""
        return self._inner.reading()


class WatchedHome(MemoryHomeCommands):
    """A home that tells when it was asked twice."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_twice = asyncio.Event()

    async def execute(self, *words: Any) -> Any:
        """See HomeCommands."""
        answer = await super().execute(*words)
        if len(self.asked) == 2:
            self.asked_twice.set()
        return answer


def agents_of(home: MemoryHomeCommands, account_id: AccountId) -> list[int]:
    """Give the capacities that a home knows, in the order of agents."""
    return [one.capacity for one in home.accounts[account_id].agents.values()]


@in_office
async def test_facts_reach_the_home_in_the_order_of_their_transactions(office: Office) -> None:
    owner = await office.set_up()
    by, user_id = owner.credential.by, owner.credential.user.user_id
    for capacity in (9, 3, 7):
        await office.accounts.change_member(by, user_id, {"capacity": capacity})
    told = await office.told()
    home = MemoryHomeCommands()
    relay = AccountFacts(office.directory, home)
    while await relay.relay():
        pass
    assert [one.command for one in home.asked] == told
    assert agents_of(home, by.account_id) == [7]
    assert await office.told() == []


@in_office
async def test_a_crash_between_doing_and_noting_has_one_effect(office: Office) -> None:
    await office.set_up()
    told = await office.told()
    home = MemoryHomeCommands()
    dying = AccountFacts(ForgetfulDirectory(office.directory), home)  # type: ignore[arg-type]
    assert isinstance(await refusal(dying.relay()), DirectoryUnavailable)
    assert await office.told() == told
    await AccountFacts(office.directory, home).relay()
    operations = [one.operation_id for one in home.asked]
    assert operations[: len(told)] == operations[len(told) :]
    assert len(set(operations)) == len(home._answers) == len(told)
    assert await office.told() == []


@in_office
async def test_a_home_that_is_away_loses_nothing(office: Office) -> None:
    await office.set_up()
    told = await office.told()
    home = MemoryHomeCommands()
    home.is_away = True
    relay = AccountFacts(office.directory, home)
    assert isinstance(await refusal(relay.relay()), HomeUnavailable)
    assert await office.told() == told
    home.is_away = False
    assert await relay.relay() == len(told)


@in_office
async def test_a_row_that_can_never_be_accepted_does_not_stop_the_others(office: Office) -> None:
    owner = await office.set_up()
    account_id = owner.credential.account.account_id
    await office.forget_told()
    good = conv.ConfigureAgent(conv.AgentFacts(owner.credential.user.user_id))
    async with office.directory.transaction() as tx:
        await tx.outbox.add(OutboxRow(account_id, OperationId(b"o" * 16), b"no command at all"))
        await tx.outbox.add(OutboxRow(account_id, OperationId(bytes(16)), b"\x92\x2c\x91"))
        await office.changes.tell_home(tx, account_id, good)
    home = MemoryHomeCommands()
    assert await AccountFacts(office.directory, home).relay() == 3
    assert [one.command for one in home.asked] == [good]


@in_office
async def test_a_word_from_the_home_wakes_the_relay(office: Office) -> None:
    home = WatchedHome()
    relay = AccountFacts(office.directory, home)
    running = asyncio.ensure_future(relay.run())
    await asyncio.sleep(0)
    await office.set_up()
    relay.facts_written()
    await home.asked_twice.wait()
    running.cancel()


@in_office
async def test_the_relay_finds_what_nobody_told_it(office: Office) -> None:
    """Other processes write into the same directory, and their word may get lost."""
    home = WatchedHome()
    running = asyncio.ensure_future(AccountFacts(office.directory, home).run())
    await asyncio.sleep(0)
    await office.set_up()
    await home.asked_twice.wait()
    running.cancel()
