"""`airdesk bench bytes`: what real dialogues take on the wire, and would take in other forms.

Visitors and agents, our own clients, say the dialogues to a real server over real sockets in the
binary encoding. The visitor tells what he types once a second, the agent that he types every three,
as the pages do; each message is acknowledged, delivered, marked as received and read, and the other
side is told of it before the next one is said. Every frame that passes from a visitor's welcome to
the end of his conversation is counted with its WebSocket header, in both directions and at both
sides, and written a second time in each other form: JSON of the protocol, terse JSON (`sizes.py`)
and the same maps in msgpack. The hello with its token and the welcome are left out: they are the
same in every form, once a connection.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, TypedDict, TypeVar

import msgspec
import uvloop

from airdesk.adapters.system import SystemIds
from airdesk.app.stress.bench_log import machine
from airdesk.app.stress.crowd.page import Page
from airdesk.app.stress.crowd.plan import Load
from airdesk.app.stress.crowd.sizes import Sizes, header_bytes, terse_json
from airdesk.app.stress.dialogues import SETS, Dialogue, read
from airdesk.app.stress.disk_folder import folder_on_disk
from airdesk.app.stress.processes import commit
from airdesk.app.stress.run.credentials import Crowd, own_crowd
from airdesk.app.stress.run.server import OwnServer
from airdesk.core.conversation import Availability
from airdesk.core.kernel import AirDeskError, ConversationId, OperationId, limits
from airdesk.core.wire import BINARY, JSON, client, messages

AGENT_TYPING_S: Final = 3.0
VISITOR_TYPING_S: Final = 1.0
"""Between two signals that somebody types, as the pages send them."""

TOGETHER: Final = 20
"""Dialogues at once, and agents: a single one would be cut off for talking too fast."""

PACE_S: Final = 1.1 * limits.RATE_WINDOW_MS / limits.MESSAGES_PER_WINDOW_MAX / 1_000
"""Of one page, from one message to the next: faster ones are cut off."""

ANSWER_S: Final = 30.0
TYPING_SIGNALS_MAX: Final = 60
"""Of one message: who writes for longer than a minute pastes."""

T = TypeVar("T")
Form: TypeAlias = Literal["frames", "binary", "terse_json", "json", "msgpack"]

_FORMS: Final[tuple[Form, ...]] = ("frames", "binary", "terse_json", "json", "msgpack")
_GREETINGS: Final = (messages.Hello, messages.Welcome)
_KINDS: Final[dict[type, str]] = {
    messages.Send: "message",
    messages.Event: "message",
    messages.Accepted: "ack",
    messages.Typing: "typing",
    messages.SomebodyTyping: "typing",
}
"""Whose frames have bounds."""


class DialogueStuck(AirDeskError):
    """The server did not do what was expected, so nothing can be said."""

    template = "a dialogue got stuck: {reason}"


class Forms(TypedDict):
    """Bytes with headers."""

    frames: int
    binary: int
    terse_json: int
    json: int
    msgpack: int


class SetBytes(Forms):
    """What the dialogues of one set take."""

    dialogues: int
    messages: int
    text: int
    """Of the messages alone, in UTF-8, once."""
    ratio: float
    """Binary by terse JSON."""
    kinds: dict[str, Forms]


class FrameBytes(TypedDict):
    """A frame without its text and its WebSocket header."""

    p50: int
    max: int


class Result(TypedDict):
    """What the benchmark prints as JSON."""

    sets: dict[str, SetBytes]
    frame_bytes: dict[str, FrameBytes]
    machine: dict[str, str | int | float]
    commit: str


class Book(Sizes):
    """Writes down every frame, in all forms."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: dict[str, Forms] = {}
        self.bare: dict[str, list[int]] = {kind: [] for kind in set(_KINDS.values())}
        """Of each kind with a bound: lengths of its frames without text and header."""

    def add(self, payload: bytes, mask: int) -> None:
        """See Sizes."""
        message: Any = (BINARY.decode_client if mask else BINARY.decode_server)(payload)
        if isinstance(message, _GREETINGS):
            return
        plain = JSON.encode(message)
        forms = (payload, terse_json(message), plain, _msgpack(plain))
        sizes = [len(one) + header_bytes(len(one)) + mask for one in forms]
        kind = self.kinds.setdefault(
            type(message).__name__, Forms(frames=0, binary=0, terse_json=0, json=0, msgpack=0)
        )
        binary, terse, verbose, packed = sizes
        _add(kind, Forms(frames=1, binary=binary, terse_json=terse, json=verbose, msgpack=packed))
        bounded = _KINDS.get(type(message))
        if bounded is not None:
            text = getattr(message, "text", "")
            self.bare[bounded].append(len(payload) - len(text.encode()))


class Table:
    """The agents, and the visitors who talk with them.

    Args:
        url: of the socket.
        crowd: credentials of the agents, and of a visitor for each dialogue.
    """

    def __init__(self, url: str, crowd: Crowd) -> None:
        self._url = url
        self._crowd = crowd
        self._ids = SystemIds()
        self._heard = asyncio.Event()
        self._marks: dict[tuple[Page, ConversationId], int] = {}
        """By page and conversation, up to where the other side has read."""
        self.sizes: Sizes = Book()
        self._answers: dict[OperationId, int] = {}
        """The numbers of the events that came of commands; 0 for none."""
        self._refusal = ""
        self._due_s: dict[Page, float] = {}
        """When a page may speak again."""
        self.agents = [Page(one, True, "", self._ids.new_id, self) for one in crowd.agents]

    def begin_book(self) -> Book:
        """Count into a new book from now on."""
        self.sizes = book = Book()
        return book

    @staticmethod
    def now_ns() -> int:
        """See PageOwner."""
        return time.monotonic_ns()

    def happened(self, page: Page, happenings: Sequence[client.Happening], now_ns: int) -> None:
        """See PageOwner."""
        for one in happenings:
            if isinstance(one, client.OtherSide) and isinstance(one.message, messages.Mark):
                self._marks[page, one.conversation] = one.message.read
            elif isinstance(one, client.CommandDone):
                self._answers[one.op] = one.answer.seq
            elif isinstance(one, client.CommandRefused | client.Ended):
                self._refusal = f"the server says {one.number} {one.text}"
        self._heard.set()
        self._heard = asyncio.Event()

    def hole(self, page: Page) -> None:
        """See PageOwner."""

    def went(self, page: Page) -> None:
        """See PageOwner."""

    async def begin(self) -> None:
        """Let the agents come online."""
        for agent in self.agents:
            await self._connect(agent)
            online = messages.SetAvailability(self._new_op(), int(Availability.ONLINE))
            await self._do(agent, online)

    async def play(self, number: int, dialogue: Dialogue) -> None:
        """Let a visitor and an agent say a dialogue, and end it."""
        visitor = Page(self._crowd.visitors[number], False, "", self._ids.new_id, self)
        await self._connect(visitor)
        first, *rest = dialogue.lines
        seq = await self._say(visitor, 0, first.text)
        agent, held = await self._until(
            lambda: self._agent_of(visitor.person.person_id), "nobody came"
        )
        await self._read(visitor, agent, held, seq)
        for line in rest:
            author, reader = (visitor, agent) if line.by_visitor else (agent, visitor)
            await self._type(author, held, line.text, dialogue.chars_per_s)
            seq = await self._say(author, held if author is agent else 0, line.text)
            await self._read(author, reader, held, seq)
        await self._do(agent, messages.Resolve(self._new_op(), held))
        visitor.hang_up()

    # One step ---------------------------------------------------------------------------------

    async def _connect(self, page: Page) -> None:
        if not await page.connect(self._url):
            raise DialogueStuck(reason="no connection")
        await self._until(lambda: page.is_live or None, "no welcome")

    async def _type(self, page: Page, where: ConversationId, text: str, chars_per_s: float) -> None:
        pause_s = AGENT_TYPING_S if page.is_agent else VISITOR_TYPING_S
        signals = 1 + int(len(text) / chars_per_s / pause_s)
        for signal in range(min(TYPING_SIGNALS_MAX, signals)):
            typed = "" if page.is_agent else text[: 1 + int(signal * pause_s * chars_per_s)]
            await self._pause(page)
            page.session.typing(where, True, typed)
            page.send_waiting(self.now_ns())

    async def _pause(self, page: Page) -> None:
        now_s = time.monotonic()
        due_s = max(now_s, self._due_s.get(page, 0.0))
        self._due_s[page] = due_s + PACE_S
        await asyncio.sleep(due_s - now_s)

    async def _say(self, page: Page, where: int | ConversationId, text: str) -> int:
        text = text.encode()[: limits.TEXT_BYTES_MAX].decode(errors="ignore")
        return await self._do(page, messages.Send(self._new_op(), where, text))

    async def _do(self, page: Page, command: messages.CommandMessage) -> int:
        op = OperationId(command.op)
        await self._pause(page)
        page.session.submit(command)
        page.send_waiting(self.now_ns())
        return await self._until(lambda: self._answers.pop(op, None), "a command has no answer")

    async def _read(self, author: Page, reader: Page, where: ConversationId, seq: int) -> None:
        """Let the reader have what was said, and the author hear of that."""

        def has_come() -> bool | None:
            view = reader.session.views.get(where)
            return (view is not None and view.last_seq >= seq) or None

        await self._until(has_come, "a message did not arrive")
        await self._pause(reader)
        reader.session.read(where, seq)
        reader.session.flush_receipts()
        reader.send_waiting(self.now_ns())
        marks = self._marks
        await self._until(
            lambda: marks.get((author, where), 0) >= seq or None, "nobody tells that it was read"
        )

    def _agent_of(self, visitor: bytes) -> tuple[Page, ConversationId] | None:
        """Give who has the visitor's conversation, and which it is, once somebody has."""
        for agent in self.agents:
            for conversation, view in agent.session.views.items():
                row = view.row
                if (
                    row is not None
                    and row.visitor == visitor
                    and row.assignee == agent.person.person_id
                ):
                    return agent, conversation
        return None

    async def _until(self, seen: Callable[[], T | None], reason: str) -> T:
        try:
            async with asyncio.timeout(ANSWER_S):
                while (found := seen()) is None:
                    if self._refusal:
                        raise DialogueStuck(reason=self._refusal)
                    await self._heard.wait()
                return found
        except TimeoutError:
            raise DialogueStuck(reason=reason) from None

    def _new_op(self) -> OperationId:
        return OperationId(self._ids.new_id())


def main(json_path: str, data: Path, directory: Path | None, dialogues: int) -> None:
    """Run the benchmark and write its result as one JSON object.

    Args:
        json_path: a file, or `-` for the standard output.
        data: holds the sets.
        directory: where a temporary folder is made; `.cache/bench` if None.
        dialogues: of each set, at most.

    Raises:
        NoDialogues: a set is not there.
        DialogueStuck: the server did not do what was expected.
    """
    sets = {name: read(data, name, dialogues) for name in SETS}
    with folder_on_disk(directory or Path(".cache/bench"), "bytes-") as folder:
        result = uvloop.run(_measure(folder, sets))
    text = json.dumps(result, indent=2) + "\n"
    if json_path == "-":
        sys.stdout.write(text)
    else:
        Path(json_path).write_text(text)


async def _measure(folder: Path, sets: dict[str, list[Dialogue]]) -> Result:
    logging.getLogger("picows").setLevel(logging.WARNING)
    count = sum(map(len, sets.values()))
    together = min(TOGETHER, count)
    server = OwnServer(folder, agents=together)
    await server.start()
    try:
        crowd = own_crowd(server.data, Load(count, 0, together, 1.0, 0.0, 0.0))
        table = Table(f"ws://127.0.0.1:{server.port}/socket", crowd)
        await table.begin()
        told: dict[str, SetBytes] = {}
        bare: dict[str, list[int]] = {}
        number = 0
        for name, dialogues in sets.items():
            book = table.begin_book()
            lanes = asyncio.Semaphore(together)
            async with asyncio.TaskGroup() as playing:
                for dialogue in dialogues:
                    playing.create_task(_in_lane(lanes, table.play(number, dialogue)))
                    number += 1
            told[name] = _set_bytes(dialogues, book)
            for kind, lengths in book.bare.items():
                bare.setdefault(kind, []).extend(lengths)
    except ExceptionGroup as stuck:
        raise stuck.exceptions[0] from None
    finally:
        await server.stop()
    return Result(
        sets=told,
        frame_bytes={kind: _frame_bytes(sorted(lengths)) for kind, lengths in bare.items()},
        machine=machine(),
        commit=commit(),
    )


async def _in_lane(lanes: asyncio.Semaphore, work: Coroutine[None, None, None]) -> None:
    async with lanes:
        await work


def _set_bytes(dialogues: Sequence[Dialogue], book: Book) -> SetBytes:
    total = Forms(frames=0, binary=0, terse_json=0, json=0, msgpack=0)
    for forms in book.kinds.values():
        _add(total, forms)
    lines = [line for dialogue in dialogues for line in dialogue.lines]
    return SetBytes(
        **total,
        dialogues=len(dialogues),
        messages=len(lines),
        text=sum(len(line.text.encode()) for line in lines),
        ratio=round(total["binary"] / total["terse_json"], 3),
        kinds=dict(sorted(book.kinds.items(), key=lambda one: -one[1]["binary"])),
    )


def _frame_bytes(lengths: list[int]) -> FrameBytes:
    return FrameBytes(p50=lengths[len(lengths) // 2], max=lengths[-1])


def _add(total: Forms, more: Forms) -> None:
    for form in _FORMS:
        total[form] += more[form]


def _msgpack(message: bytes) -> bytes:
    """Write a message's JSON as the same maps in msgpack."""
    return msgspec.msgpack.encode(msgspec.json.decode(message))
