"""A page of somebody in the crowd: it comes, hears, is judged, and comes again."""

from __future__ import annotations

import asyncio
import contextlib
import json
from abc import abstractmethod
from random import Random
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from airdesk.core.wire import BINARY, JSON
from tests.integration.crowd.model import Model, Person
from tests.kit.json_client import new_id

PAUSE_S = (0.3, 1.4)
"""From one action of a person to the next."""


class Frame(NamedTuple):
    """What somebody received, kept as a sample."""

    name: str
    frame: dict[str, Any]


class Crowd:
    """What all people of the crowd share: the way in, the judge, chance, and what they overheard.

    Args:
        uri: the socket's address.
        model: the judge.
        chance: decides what people do.
    """

    def __init__(self, uri: str, model: Model, chance: Random) -> None:
        self.uri = uri
        self.model = model
        self.chance = chance
        self.conversations: list[str] = []
        """Ids of conversations that anybody was ever told of, for those who try them."""
        self.agents: list[str] = []
        self.teams: list[str] = []
        self.samples: dict[str, list[Frame]] = {}

    def keep(self, name: str, frame: dict[str, Any]) -> None:
        """Keep some frames of each kind, and every new conversation's id."""
        kept = self.samples.setdefault(str(frame["type"]), [])
        if len(kept) < 200:
            kept.append(Frame(name, frame))
        if frame["type"] == "row" and self.chance.random() < 0.2:
            self.conversations.append(str(frame["conversation"]))


class Somebody:
    """One page of a person.

    Args:
        crowd: what is shared.
        person: who he is to the judge.
        token: his credential.
        binary: he speaks the binary encoding.
    """

    def __init__(self, crowd: Crowd, person: Person, token: str, binary: bool) -> None:
        self.crowd = crowd
        self.person = person
        self._token = token
        self._binary = binary
        self._device, self._instance = new_id(), new_id()
        self._attempt = 0
        self._socket: ClientConnection | None = None
        self.rows: dict[str, dict[str, Any]] = {}
        self.last_seq: dict[int, int] = {}
        self.closings: list[int] = []

    async def live(self, until: asyncio.Event) -> None:
        """Come, act, lose the connection, come again, until the end."""
        while not until.is_set():
            await self._visit(until)

    async def _visit(self, until: asyncio.Event) -> None:
        subprotocol = Subprotocol("airdesk.v1.bin" if self._binary else "airdesk.v1.json")
        async with connect(
            self.crowd.uri, subprotocols=[subprotocol], compression=None, open_timeout=60
        ) as socket:
            self._socket = socket
            self._attempt += 1
            self.crowd.model.connected(self.person)
            self.last_seq = {}
            await self.say(
                "hello",
                token=self._token,
                device=self._device,
                instance=self._instance,
                attempt=self._attempt,
            )
            hearing = asyncio.create_task(self._hear(socket))
            try:
                await self._act(until, hearing)
            finally:
                if self.crowd.chance.random() < 0.3:
                    socket.transport.abort()  # gone without a word
                # Heard to the end: what waits unread would hold up the close frame behind it.
                await socket.close()
                await hearing

    async def _hear(self, socket: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for payload in socket:
                await self.take(_decoded(payload))
        self.closings.append(socket.close_code or 0)

    async def take(self, frame: dict[str, Any]) -> None:
        """Take one message, after it was judged."""
        self.crowd.keep(self.person.name, frame)
        self.crowd.model.heard(self.person, frame)
        kind = frame["type"]
        if kind == "row":
            self.rows[str(frame["conversation"])] = frame
        elif kind == "event":
            self.last_seq[int(frame["ref"])] = int(frame["seq"])
        elif kind == "beat":
            await self.say("alive")

    async def _act(self, until: asyncio.Event, hearing: asyncio.Task[None]) -> None:
        """Do something now and then, until the connection is left or lost."""
        while not until.is_set() and not hearing.done():
            await _pause(until, self.crowd.chance.uniform(*PAUSE_S))
            if self.crowd.chance.random() < 0.01:
                return
            try:
                await self.do_something()
            except ConnectionClosed:
                return

    @abstractmethod
    async def do_something(self) -> None:
        """Do what comes to mind."""

    async def say(self, name: str, **fields: Any) -> None:
        """Send one message."""
        assert self._socket is not None
        if name == "follow":
            self.person.asked.add(fields["conversation"])
        await self._socket.send(_encoded(name, fields, self._binary))

    async def command(self, name: str, forbidden: bool = False, **fields: Any) -> None:
        """Send a command with an operation id of one's own."""
        operation = new_id()
        self.crowd.model.operations[operation] = self.person.name
        if forbidden:
            self.crowd.model.forbidden.add(operation)
        await self.say(name, op=operation, **fields)

    def foreign(self) -> str | None:
        """Give a conversation that this person may not know of."""
        some = self.crowd.conversations[-200:]
        known = [one for one in some if self.crowd.model.is_foreign(self.person, one)]
        return self.crowd.chance.choice(known) if known else None


def _encoded(name: str, fields: dict[str, Any], binary: bool) -> str | bytes:
    text = json.dumps({"type": name, **fields}, ensure_ascii=False)
    return BINARY.encode(JSON.decode_client(text.encode())) if binary else text


def _decoded(payload: str | bytes) -> dict[str, Any]:
    text = payload if isinstance(payload, str) else JSON.encode(BINARY.decode_server(payload))
    frame: dict[str, Any] = json.loads(text)
    return frame


async def _pause(until: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(until.wait(), seconds)
