"""One socket of the load client: the least that behaves like a page of ours.

It says hello, answers pings, keeps receipts, and checks what `core/wire/client.py`
checks: every event follows the one before it. Unlike a page it never heals: on a server that
loses nothing there is nothing to heal, so a hole ends the benchmark.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, Protocol, cast

import msgspec

from airdesk.app.stress.load_frames import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    REQUEST,
    binary_frame,
    control_frame,
    cut_frames,
)
from airdesk.core.conversation import AUTHOR_VISITOR
from airdesk.core.wire import messages as m

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder().decode


def _number(cls: type) -> int:
    return int(cls.__struct_config__.tag)  # type: ignore[attr-defined]


SEND: Final = _number(m.Send)
RECEIPT: Final = _number(m.Receipt)
MESSAGE_KIND: Final = 3

_PONG: Final = control_frame(PONG, b"")
_SWITCHED: Final = b"HTTP/1.1 101"


class View:
    """A conversation as this socket sees it."""

    __slots__ = ("conversation", "is_opened", "last_seq", "numbers", "ref")

    def __init__(self, conversation: bytes, ref: int) -> None:
        self.conversation = conversation
        self.ref = ref
        self.is_opened = False
        self.last_seq = 0
        self.numbers = [-1, -1]
        """The last numbered message of the other side and of this one: they must grow."""


class LoadListener(Protocol):
    """Who hears what all sockets hear."""

    def accepted(self, op: bytes, now_ns: int) -> None:
        """A command was acknowledged."""

    def arrived(self, session: LoadSession, number: int, is_own: bool, now_ns: int) -> None:
        """A numbered message came, to its sender or to the other side."""

    def assigned(self, session: LoadSession, view: View) -> None:
        """A row says that the conversation has its agent: this session, or some for a visitor."""

    def marked(self, session: LoadSession) -> None:
        """The session has a first receipt to send."""

    def failed(self, reason: str) -> None:
        """The server did what it must not do."""


class LoadSession(asyncio.Protocol):
    """A visitor's or an agent's socket.

    Args:
        hello: its first message, encoded.
        person: the agent's id; b"" for a visitor.
        listener: told what comes.
        live: called once it is welcome.
    """

    __slots__ = (
        "_hello",
        "_is_open",
        "_listener",
        "_live",
        "_person",
        "_rest",
        "marks",
        "transport",
        "views",
    )

    transport: asyncio.Transport

    def __init__(
        self, hello: bytes, person: bytes, listener: LoadListener, live: Callable[[], None]
    ) -> None:
        self._hello = hello
        self._person = person
        self._listener = listener
        self._live: Callable[[], None] | None = live
        self._is_open = False
        self._rest = b""
        self.marks: dict[int, int] | None = None
        self.views: dict[int, View] | None = None

    def __str__(self) -> str:
        who = "a visitor" if self.is_visitor else f"agent {self._person.hex()}"
        refs = sorted(self.views or ())
        return f"{who} with {len(refs)} conversations"

    @property
    def is_visitor(self) -> bool:
        """True for a visitor's socket."""
        return not self._person

    # The socket -----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask to become a WebSocket."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(REQUEST)

    def connection_lost(self, exc: Exception | None) -> None:
        """No connection may end before the client ends it."""
        self._listener.failed(f"a connection ended: {exc}")

    def data_received(self, data: bytes) -> None:
        """Take bytes; the time at which they came is the receipt."""
        now_ns = time.perf_counter_ns()
        if self._rest:
            data = self._rest + data
        if not self._is_open:
            data = self._open(data)
        frames, self._rest = cut_frames(data)
        for opcode, payload in frames:
            if opcode == BINARY:
                message = _decode(payload)
                handler = _HANDLERS.get(message[0])
                if handler is not None:
                    handler(self, message, now_ns)
            elif opcode == PING:
                self.transport.write(_PONG)
            elif opcode == CLOSE:
                self._listener.failed(f"the server closed: {payload[2:].decode()}")

    def _open(self, data: bytes) -> bytes:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            return data
        if not head.startswith(_SWITCHED):
            self._listener.failed(head.decode("latin-1"))
            return b""
        self._is_open = True
        self.send(self._hello)
        self._hello = b""
        return rest

    def send(self, payload: bytes) -> None:
        """Send one encoded message."""
        self.transport.write(binary_frame(payload))

    def say(self, op: bytes, where: int, text: str) -> None:
        """Send words."""
        self.transport.write(binary_frame(_encode((SEND, op, where, text))))

    def flush_marks(self) -> None:
        """Send the receipts that gathered: received and read."""
        marks, self.marks = self.marks, None
        if marks:
            self.send(_encode((RECEIPT, [(ref, seq, seq) for ref, seq in marks.items()])))

    # What the server says -------------------------------------------------------------------

    def _welcome(self, message: list[Any], now_ns: int) -> None:
        live, self._live = self._live, None
        if live is None:
            self._listener.failed("welcome came twice")
        else:
            live()

    def _refused(self, message: list[Any], now_ns: int) -> None:
        self._listener.failed(f"the server refused: {message}")

    def _accepted(self, message: list[Any], now_ns: int) -> None:
        self._listener.accepted(message[1], now_ns)

    def _row(self, message: list[Any], now_ns: int) -> None:
        ref = message[1]
        if self.views is None:
            self.views = {}
        view = self.views.get(ref)
        if view is None:
            view = self.views[ref] = View(message[2], ref)
        assignee = message[11] if len(message) > 11 else b""
        if assignee and self._person in (b"", assignee):
            self._listener.assigned(self, view)

    def _opened(self, message: list[Any], now_ns: int) -> None:
        _, ref, base = message
        view = (self.views or {})[ref]
        if view.is_opened and view.last_seq != base:
            self._listener.failed(f"a view was reset from {view.last_seq} to {base}")
        view.is_opened = True
        view.last_seq = base

    def _event(self, message: list[Any], now_ns: int) -> None:
        view = (self.views or {})[message[1]]
        seq = message[2]
        if message[3] != view.last_seq:
            self._listener.failed(f"event {seq} after {message[3]}, but {view.last_seq} is here")
        view.last_seq = seq
        if message[5] != MESSAGE_KIND:
            return
        # By the author, not by the operation's id, which an event that was read again lacks.
        is_own = (message[6] == AUTHOR_VISITOR) == self.is_visitor
        if not is_own:
            self._mark(view.ref, seq)
        number, _, words = message[7].partition(" ")
        if words and number.isdecimal():
            self._arrived(view, int(number), is_own, now_ns)

    def _arrived(self, view: View, number: int, is_own: bool, now_ns: int) -> None:
        if number <= view.numbers[is_own]:
            self._listener.failed(f"message {number} came after {view.numbers[is_own]}")
        view.numbers[is_own] = number
        self._listener.arrived(self, number, is_own, now_ns)

    def _mark(self, ref: int, seq: int) -> None:
        if self.marks is None:
            self.marks = {}
            self._listener.marked(self)
        self.marks[ref] = seq

    def _beat(self, message: list[Any], now_ns: int) -> None:
        for ref, seq, _ in message[3] if len(message) > 3 else ():
            view = (self.views or {})[ref]
            if view.last_seq != seq:
                self._listener.failed(f"the server stands at {seq}, {view.last_seq} is here")


_HANDLERS: Final[dict[int, Callable[[LoadSession, list[Any], int], None]]] = {
    _number(m.Welcome): LoadSession._welcome,
    _number(m.Failure): LoadSession._refused,
    _number(m.Rejected): LoadSession._refused,
    _number(m.Accepted): LoadSession._accepted,
    _number(m.Row): LoadSession._row,
    _number(m.Opened): LoadSession._opened,
    _number(m.Event): LoadSession._event,
    _number(m.Beat): LoadSession._beat,
}
