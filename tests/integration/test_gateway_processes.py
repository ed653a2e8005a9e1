"""A home and two gateways, each a process of its own, killed again and again while people talk.

The visitor is at one gateway, the agent at the other, so that every word crosses both links.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.system import SystemIds
from airdesk.app.office import parts
from airdesk.app.settings import Settings
from airdesk.core import conversation as conv
from airdesk.core.wire import messages as m
from tests.kit.airdesk_server import free_port
from tests.kit.command_line import COMMAND
from tests.kit.socket_person import SocketPerson

ROUNDS = 5
WORDS_A_TALK = 16
"""Of both together; twice a round. So few that no rate limit ends a connection."""

IDS = SystemIds()


def settings_of(data: Path, port: int = 0) -> Settings:
    """Give the settings of a process of a data folder."""
    return Settings.model_validate({"data": data, "agents": 2, "port": port})


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder with a short name: a socket's path has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="desk-") as name:
        yield Path(name)


class Role:
    """One process of an installation, started anew whenever it was killed."""

    def __init__(self, name: str, data: Path) -> None:
        self.name = name
        self.port = free_port()
        self._data = data
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; returns before it serves."""
        self._process = await asyncio.create_subprocess_exec(
            *(*COMMAND, "role", self.name, "--parent", str(os.getpid())),
            env=settings_of(self._data, self.port).environment(),
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def kill(self) -> None:
        """Kill it with signal 9 and start it again."""
        await self.end(signal.SIGKILL)
        await self.start()

    async def end(self, number: signal.Signals = signal.SIGKILL) -> int:
        """End it; gives its exit code."""
        assert self._process is not None
        self._process.send_signal(number)
        return await self._process.wait()


@asynccontextmanager
async def desk(data: Path) -> AsyncIterator[tuple[list[Role], SocketPerson, SocketPerson]]:
    """Give home and two gateways, a visitor at one and an agent at the other."""
    made = parts(settings_of(data))
    roles = [Role("home", data), Role("gateway", data), Role("gateway", data)]
    visitor = SocketPerson(made.tokens.sign(made.builtin.visitor(IDS.new_id())), roles[1].port)
    agent = SocketPerson(made.tokens.sign(made.builtin.agents()[0]), roles[2].port)
    async with AsyncExitStack() as stack:
        for role in roles:
            await role.start()
            stack.push_async_callback(role.end)
        async with asyncio.TaskGroup() as group:
            living = [group.create_task(person.live()) for person in (visitor, agent)]
            await agent.do(m.SetAvailability(IDS.new_id(), conv.Availability.ONLINE))
            await agent.settled(0)
            yield roles, visitor, agent
            for task in living:
                task.cancel()


async def talk(round_number: int, visitor: SocketPerson, agent: SocketPerson) -> None:
    """Let both say their words of this round, in turn."""
    (conversation,) = visitor.shown
    for number in range(WORDS_A_TALK // 2):
        await visitor.do(m.Send(IDS.new_id(), 0, f"visitor {round_number}.{number}"))
        await agent.do(m.Send(IDS.new_id(), conversation, f"agent {round_number}.{number}"))
        await asyncio.sleep(0)


def stored_words(data: Path) -> list[str]:
    """Give every word in the log, in order; the home has ended."""
    log = SqliteEventLog(
        Settings.model_validate({"data": data}).log_path, asyncio.get_running_loop()
    )
    words: list[str] = []
    position = 0
    while records := log.read(position, 1000):
        words += (word for record in records for word in conv.decode_bodies(record.bodies))
        position = records[-1].position
    log.close()
    return words


@pytest.mark.parametrize("victim", [0, 1, 2], ids=["home", "visitor's gateway", "agent's gateway"])
def test_nothing_is_lost_or_doubled_while_a_process_is_killed(data: Path, victim: int) -> None:
    async def scenario() -> None:
        async with desk(data) as (roles, visitor, agent):
            await visitor.do(m.Send(IDS.new_id(), 0, "hello"))
            await visitor.settled(1)
            await agent.settled(1)
            for round_number in range(ROUNDS):
                await talk(round_number, visitor, agent)
                await roles[victim].kill()
                await talk(round_number + ROUNDS, visitor, agent)
                everything = 1 + 2 * (round_number + 1) * WORDS_A_TALK
                await visitor.settled(everything)
                await agent.settled(everything)
            said = visitor.words()
            assert len(said) == len(set(said)) == everything
            assert agent.words() == said
            assert (visitor.connects > 1, agent.connects > 1) == (victim == 1, victim == 2)
        assert stored_words(data) == said

    asyncio.run(asyncio.wait_for(scenario(), 120))
