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
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.system import SystemIds
from airdesk.app.office import parts
from airdesk.app.settings import Settings
from airdesk.core import conversation as conv
from airdesk.core.kernel import ConversationId, DeviceId, InstanceId
from airdesk.core.wire import BINARY, ClientSession, Outbox
from airdesk.core.wire import messages as m
from airdesk.core.wire.client import EventArrived, Happening, ListChanged, ViewReset
from tests.kit.airdesk_server import free_port
from tests.kit.command_line import COMMAND, environment

RECONNECT_S = 0.05
ROUNDS = 5
WORDS_A_TALK = 16
"""Of both together; twice a round. So few that no rate limit ends a connection."""

SUBPROTOCOLS = [Subprotocol(BINARY.subprotocol)]
IDS = SystemIds()


def settings_of(data: Path) -> Settings:
    """Give the settings of all processes of a data folder."""
    return Settings.model_validate({"data": data, "agents": 2})


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
            *(*COMMAND, "role", self.name),
            *("--parent", str(os.getpid()), "--data", str(self._data), "--port", str(self.port)),
            *("--agents", "2"),
            stderr=asyncio.subprocess.DEVNULL,
            env=environment(),
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


class Person:
    """Somebody with a page at one gateway: the real session machine over a real socket."""

    def __init__(self, token: str, port: int) -> None:
        self._uri = f"ws://127.0.0.1:{port}/socket"
        self._socket: ClientConnection | None = None
        self._moved = asyncio.Event()
        self.session = ClientSession(
            BINARY, token, DeviceId(IDS.new_id()), InstanceId(IDS.new_id()), Outbox()
        )
        self.shown: dict[ConversationId, list[m.Event]] = {}
        self.mine: tuple[ConversationId, ...] = ()
        self.connects = 0

    async def live(self) -> None:
        """Stay connected until cancelled, as a page does."""
        while True:
            try:
                async with connect(
                    self._uri, subprotocols=[Subprotocol(BINARY.subprotocol)]
                ) as opened:
                    await self._converse(opened)
            except (OSError, WebSocketException):
                pass  # The gateway is away: that is what is tried here.
            self._socket = None
            self.session.disconnected()
            await asyncio.sleep(RECONNECT_S)  # A page pauses, too.

    async def _converse(self, opened: ClientConnection) -> None:
        self._socket = opened
        self.connects += 1
        self.session.connected()
        await self._write()
        async for payload in opened:
            assert isinstance(payload, bytes)
            self.session.receive(payload)
            for happening in self.session.take_happenings():
                self._show(happening)
            await self._write()
            self._moved.set()

    def _show(self, happening: Happening) -> None:
        if isinstance(happening, ViewReset):
            self.shown[happening.conversation] = []
        elif isinstance(happening, EventArrived):
            self.shown[happening.conversation].append(happening.event)
        elif isinstance(happening, ListChanged):
            self.mine = happening.mine

    async def _write(self) -> None:
        for payload in self.session.take_outgoing():
            if self._socket is not None:
                await self._socket.send(payload)

    async def do(self, command: m.CommandMessage) -> None:
        """Wish something through the outbox, connected or not."""
        self.session.submit(command)
        try:
            await self._write()
        except WebSocketException:
            pass  # It stays in the outbox.

    async def settled(self, words: int) -> None:
        """Wait until every wish is answered and so many words are on the screen."""
        while len(self.session.outbox) or len(self.words()) < words:
            self._moved.clear()
            await self._moved.wait()

    def words(self) -> list[str]:
        """Give the words on the screen."""
        return [event.text for events in self.shown.values() for event in events if event.text]


@asynccontextmanager
async def desk(data: Path) -> AsyncIterator[tuple[list[Role], Person, Person]]:
    """Give home and two gateways, a visitor at one and an agent at the other."""
    made = parts(settings_of(data))
    roles = [Role("home", data), Role("gateway", data), Role("gateway", data)]
    visitor = Person(made.tokens.sign(made.builtin.visitor(IDS.new_id())), roles[1].port)
    agent = Person(made.tokens.sign(made.builtin.agents()[0]), roles[2].port)
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


async def talk(round_number: int, visitor: Person, agent: Person) -> None:
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
