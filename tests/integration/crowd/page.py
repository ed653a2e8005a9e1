"""A page of somebody in the crowd: it comes, hears, is judged, and comes again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from abc import abstractmethod
from random import Random
from typing import Any, NamedTuple
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from airdesk.core.wire import BINARY, JSON
from tests.integration.crowd.http import Answer, Request, call
from tests.integration.crowd.model import Model, Person
from tests.kit.json_client import new_id

PAUSE_S = (0.3, 1.4)
"""From one action of a person to the next."""

CLOSING_S = 20.0
"""How long a void credential's socket is waited for, on a busy machine."""

SAMPLES = 200
"""Frames kept of each kind."""

KNOWN = 200
"""Conversations, files and tickets that others try."""


class Frame(NamedTuple):
    """What somebody received, kept as a sample."""

    name: str
    frame: dict[str, Any]


class Ticket(NamedTuple):
    """What an upload gave."""

    owner: str
    text: str


class Crowd:
    """What all people of the crowd share: the way in, the judge, chance, and what they overheard.

    Args:
        port: the server's.
        model: the judge.
        chance: decides what people do.
    """

    def __init__(self, port: int, model: Model, chance: Random) -> None:
        self.port = port
        self.uri = f"ws://127.0.0.1:{port}/socket"
        self.model = model
        self.chance = chance
        self.conversations: list[str] = []
        """Ids of conversations that anybody was ever told of, for those who try them."""
        self.files: list[str] = []
        """Of all companies."""
        self.tickets: list[Ticket] = []
        self.agents: list[str] = []
        self.teams: list[str] = []
        self.doors: list[str] = []
        self.samples: dict[str, list[Frame]] = {}

    def keep(self, name: str, frame: dict[str, Any]) -> None:
        """Keep some frames of each kind, and every new conversation's id."""
        kept = self.samples.setdefault(str(frame["type"]), [])
        if len(kept) < SAMPLES:
            kept.append(Frame(name, frame))
        if frame["type"] == "row" and self.chance.random() < 0.2:
            self.conversations.append(str(frame["conversation"]))

    def stolen_ticket(self, person: Person) -> str | None:
        """Give a ticket that is somebody else's."""
        mine = person.names | person.kin
        some = [one.text for one in self.tickets[-KNOWN:] if one.owner not in mine]
        return self.chance.choice(some) if some else None

    def some_file(self) -> str | None:
        """Give a file that anybody sent, whoever may read it."""
        return self.chance.choice(self.files[-KNOWN:]) if self.files else None


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
        self.token = token
        self._binary = binary
        self._device, self._instance = new_id(), new_id()
        self._attempt = 0
        self._socket: ClientConnection | None = None
        self._hearing: asyncio.Task[None] | None = None
        self.leaves = False
        """He wants to go from this connection now."""
        self.rows: dict[str, dict[str, Any]] = {}
        self.last_seq: dict[int, int] = {}
        self.files: list[str] = []
        """Those that he sent or was told of."""
        self.closings: list[int] = []

    async def live(self, until: asyncio.Event) -> None:
        """Come, act, lose the connection, come again, until the end."""
        while not until.is_set():
            await self.prepare()
            await self._visit(until)

    async def prepare(self) -> None:
        """Get what the next connection needs."""

    async def _visit(self, until: asyncio.Event) -> None:
        async with self._connection() as socket:
            self._socket = socket
            self._attempt += 1
            self.leaves = False
            self.crowd.model.connected(self.person)
            self.rows, self.last_seq = {}, {}
            await self._hello(self.token)
            self._hearing = asyncio.create_task(self._hear(socket))
            try:
                await self._act(until, self._hearing)
            finally:
                if self.crowd.chance.random() < 0.3:
                    socket.transport.abort()  # gone without a word
                # Heard to the end: what waits unread would hold up the close frame behind it.
                await socket.close()
                await self._hearing

    def _connection(self) -> connect:
        subprotocol = Subprotocol("airdesk.v1.bin" if self._binary else "airdesk.v1.json")
        return connect(
            self.crowd.uri,
            subprotocols=[subprotocol],
            compression=None,
            open_timeout=60,
            proxy=None,
        )

    async def _hello(self, token: str) -> None:
        await self.say(
            "hello",
            token=token,
            device=self._device,
            instance=self._instance,
            attempt=self._attempt,
        )

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
            if frame.get("file"):
                self.files.append(frame["file"]["file"])
        elif kind == "beat":
            await self.say("alive")

    async def _act(self, until: asyncio.Event, hearing: asyncio.Task[None]) -> None:
        """Do something now and then, until the connection is left or lost."""
        while not until.is_set() and not hearing.done() and not self.leaves:
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

    # The socket -----------------------------------------------------------------------------

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

    async def is_closed(self) -> bool:
        """Wait until the server has closed this connection; False if it does not."""
        assert self._hearing is not None
        done, _ = await asyncio.wait([self._hearing], timeout=CLOSING_S)
        return bool(done)

    async def try_void_token(self, token: str, judged: Person) -> None:
        """Say hello with a credential that is void: it is refused, or put out soon.

        Args:
            token: the credential.
            judged: who he is to the judge; one who is out may hear nothing at all.
        """
        self._attempt += 1
        self.crowd.model.connected(judged)
        try:
            async with asyncio.timeout(CLOSING_S), self._connection() as self._socket:
                await self._hello(token)
                async for payload in self._socket:
                    frame = _decoded(payload)
                    if frame["type"] != "failure":
                        self.crowd.model.heard(judged, frame)
        except ConnectionClosed:
            pass  # refused before the hello was written
        except TimeoutError:
            self.crowd.model.report(judged, "a void token keeps its socket")
        self.crowd.model.seen["hello with a void token"] += 1

    # HTTP -----------------------------------------------------------------------------------

    @property
    def credential(self) -> dict[str, str]:
        """What goes with a request."""
        return {"authorization": f"Bearer {self.token}"}

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        content: bytes = b"",
        forbidden: bool = False,
        person: Person | None = None,
        credential: dict[str, str] | None = None,
    ) -> Answer:
        """Ask by HTTP, and let the answer be judged.

        Args:
            method: of HTTP.
            path: with its query.
            body: sent as JSON.
            content: sent as it is.
            forbidden: nobody may be allowed this.
            person: who he is to the judge in this request; the page's, if None.
            credential: headers; the page's own, if None.
        """
        judged = self.person if person is None else person
        headers = dict(self.credential if credential is None else credential)
        if body is not None:
            headers["content-type"] = "application/json"
            content = json.dumps(body).encode()
        answer = await call(self.crowd.port, Request(method, path, headers, content))
        self.crowd.model.answered(judged, f"{method} {_pattern(path)}", answer, forbidden)
        return answer

    async def upload(self, path: str, text: str) -> tuple[str, str] | None:
        """Upload a file that says where it belongs, in its name too; gives name and ticket."""
        name = f"{text}.txt"
        answer = await self.ask("POST", f"{path}?name={_quoted(name)}", content=text.encode())
        if not answer.is_good:
            return None
        said = answer.json
        self.crowd.model.uploaded(self.person, said["file"]["file_id"])
        self.crowd.files.append(said["file"]["file_id"])
        self.crowd.tickets.append(Ticket(self.person.name, said["ticket"]))
        return name, said["ticket"]

    def foreign(self) -> str | None:
        """Give a conversation that this person may not know of."""
        some = self.crowd.conversations[-KNOWN:]
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


def _pattern(path: str) -> str:
    """Give a path with a word for each id in it, so that it can be counted."""
    return re.sub(r"[0-9a-f-]{36}", "…", path)


def _quoted(name: str) -> str:
    return quote(name, safe="")
