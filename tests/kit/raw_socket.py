"""A real server with an echo receiver, and a client that writes and reads bytes."""

from __future__ import annotations

import asyncio
import base64
import logging
import os
import queue
import socket
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, NamedTuple

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from airdesk.adapters.sockets import AllowOrigin, server_config, socket_protocol
from airdesk.ports.sockets import SocketConnection, SocketFactory

TIMEOUT_S = 10
TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 1, 2, 8, 9, 10, 0
MASK = b"\x37\xfa\x21\x3d"


class EchoReceiver:
    """Sends messages back, and obeys a few that tell it to misbehave."""

    def __init__(self, connection: SocketConnection, server: EchoServer) -> None:
        self.connection = connection
        self.closed: queue.SimpleQueue[int] = queue.SimpleQueue()
        server.opened.put(self)

    def socket_message(self, payload: bytes, binary: bool) -> None:
        if payload == b"raise":
            raise RuntimeError("the receiver is broken")
        if payload == b"flood":
            for _ in range(400):
                self.connection.send(bytes(64 * 1024), binary)
        elif payload == b"close":
            self.connection.close(4010, "敬" * 100)
        elif payload == b"abort":
            self.connection.abort()
        elif payload == b"ping":
            self.connection.ping()
        else:
            self.connection.send(payload, binary)

    def socket_closed(self, code: int) -> None:
        self.closed.put(code)

    def code(self) -> int:
        """Wait for the code that was heard."""
        return self.closed.get(timeout=TIMEOUT_S)


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class EchoServer:
    """The real adapter on a real port, in a thread; a context manager.

    Attributes:
        opened: the receivers, as their connections open.
        defects: exceptions that reached the event loop, which must stay empty.
    """

    def __init__(
        self,
        *,
        allow_origin: AllowOrigin | None = None,
        connections_max: int = 1_000,
        factory: SocketFactory | None = None,
    ) -> None:
        self.opened: queue.SimpleQueue[EchoReceiver] = queue.SimpleQueue()
        self.defects: list[dict[str, Any]] = []
        self.log = _Records()
        self.protocol = socket_protocol(
            factory or (lambda connection: EchoReceiver(connection, self)),
            allow_origin=allow_origin,
            connections_max=connections_max,
        )
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: uvloop.run(self._serve()))

    def __enter__(self) -> EchoServer:
        logging.getLogger("airdesk.sockets").addHandler(self.log)
        self._thread.start()
        assert self._ready.wait(TIMEOUT_S)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(TIMEOUT_S)
        logging.getLogger("airdesk.sockets").removeHandler(self.log)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self.defects.append(context))
        app = Starlette(routes=[Route("/health", _health)])
        self._uvicorn = uvicorn.Server(server_config(app, self.protocol, host="127.0.0.1", port=0))
        self._loop = loop
        # Listening before uvicorn does, so that nobody has to wait for it.
        listening = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = listening.getsockname()[1]
        self._ready.set()
        await self._uvicorn.serve(sockets=[listening])

    def protocols(self) -> list[Any]:
        """Give the protocols of the open sockets."""
        return list(self._uvicorn.server_state.connections)

    def call(self, function: Any, *arguments: object) -> None:
        """Call on the server's loop, and wait until it was called."""
        done = threading.Event()

        def run() -> None:
            function(*arguments)
            done.set()

        self._loop.call_soon_threadsafe(run)
        assert done.wait(TIMEOUT_S)

    def stop(self) -> None:
        """Ask uvicorn to stop; it closes the connections first."""
        self._uvicorn.should_exit = True

    def drain(self) -> None:
        """Forget the receivers that nobody asked for, and what was logged."""
        self.log.records.clear()
        while not self.opened.empty():
            self.opened.get()

    def receiver(self) -> EchoReceiver:
        """Give the receiver of the connection that opened next."""
        return self.opened.get(timeout=TIMEOUT_S)


async def _health(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


class Frame(NamedTuple):
    """One frame as a server sends it: whole and unmasked."""

    opcode: int
    payload: bytes


def masked(payload: bytes) -> bytes:
    """Apply the client's mask."""
    return bytes(byte ^ MASK[index & 3] for index, byte in enumerate(payload))


_MASKED: dict[bytes, bytes] = {}


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, length: int | None = None
) -> bytes:
    """Write a client's frame.

    Args:
        length: what the head claims, if it is not the payload's.
    """
    body = _MASKED.get(payload)
    if body is None:
        body = masked(payload)
        if len(payload) > 1024:
            _MASKED[payload] = body
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    claimed = len(payload) if length is None else length
    if claimed <= 125:
        head = bytes((first, 0x80 | claimed))
    elif claimed < 1 << 16:
        head = bytes((first, 0xFE)) + claimed.to_bytes(2, "big")
    else:
        head = bytes((first, 0xFF)) + claimed.to_bytes(8, "big")
    return head + MASK + body


def close_frame(code: int | None = 1000, reason: bytes = b"") -> bytes:
    """Write a client's close frame."""
    return frame(CLOSE, b"" if code is None else code.to_bytes(2, "big") + reason)


def handshake(
    *,
    path: str = "/socket",
    method: str = "GET",
    replace: dict[str, str | None] | None = None,
    extra: Iterable[str] = (),
) -> bytes:
    """Write an opening handshake; `replace` changes or (None) leaves out headers."""
    headers: dict[str, str | None] = {
        "Host": "localhost",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Protocol": "airdesk.v1.json",
    }
    headers.update(replace or {})
    lines = [f"{method} {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([*lines, *extra, "", ""]).encode()


class RawClient:
    """A TCP connection; a context manager."""

    def __init__(self, port: int, *, receive_bytes: int | None = None) -> None:
        self.socket = socket.socket()
        self._stack = ExitStack()
        self._stack.enter_context(self.socket)
        if receive_bytes is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(TIMEOUT_S)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def __enter__(self) -> RawClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def send(self, data: bytes, chop: int = 0) -> None:
        """Write bytes, in pieces of `chop` if given."""
        if not chop:
            self.socket.sendall(data)
            return
        for start in range(0, len(data), chop):
            self.socket.sendall(data[start : start + chop])

    def read_head(self) -> bytes:
        """Read the head of an HTTP response."""
        while b"\r\n\r\n" not in self._buffer:
            data = self.socket.recv(4096)
            assert data, f"the server hung up after {self._buffer!r}"
            self._buffer += data
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        return head

    def open(self, subprotocol: str = "airdesk.v1.json") -> RawClient:
        """Become a WebSocket."""
        self.send(handshake(replace={"Sec-WebSocket-Protocol": subprotocol}))
        head = self.read_head()
        assert head.startswith(b"HTTP/1.1 101 "), head
        return self

    def read_frame(self) -> Frame | None:
        """Read one frame; None at the end of the stream."""
        head = self._read(2)
        if head is None:
            return None
        assert head[0] & 0x70 == 0, "the server set a reserved bit"
        assert head[0] & 0x80, "the server fragmented"
        length = head[1]
        assert length < 128, "the server masked"
        if length >= 126:
            extended = self._read(2 if length == 126 else 8)
            assert extended is not None
            length = int.from_bytes(extended, "big")
        payload = self._read(length)
        assert payload is not None
        return Frame(head[0] & 15, payload)

    def read_to_end(self) -> list[Frame]:
        """Read every frame until the server has closed the stream."""
        frames: list[Frame] = []
        while True:
            try:
                got = self.read_frame()
            except ConnectionResetError:
                assert frames, "the server reset the connection without a word"
                return frames
            if got is None:
                return frames
            frames.append(got)

    def read(self, count: int) -> bytes:
        """Read exactly so many bytes; fewer only at the end of the stream."""
        while len(self._buffer) < count and (data := self.socket.recv(4096)):
            self._buffer += data
        got, self._buffer = self._buffer[:count], self._buffer[count:]
        return got

    def wait_for_the_end(self) -> None:
        """Wait until the server has dropped the connection, in whatever way."""
        try:
            assert self.socket.recv(1) == b""
        except ConnectionResetError:
            return

    def hang_up(self) -> None:
        """Say that nothing more will be sent."""
        self.socket.shutdown(socket.SHUT_WR)

    def _read(self, count: int) -> bytes | None:
        pieces, missing = [self._buffer[:count]], count - len(self._buffer)
        self._buffer = self._buffer[count:]
        while missing > 0:
            data = self.socket.recv(missing)
            if not data:
                assert missing == count and count, "the stream ended inside a frame"
                return None
            pieces.append(data)
            missing -= len(data)
        return b"".join(pieces)
