"""The load of the bare echo server: as many sockets and as many messages, nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final, cast

PAYLOAD: Final = bytes(range(60))
"""About what a message of median length takes on the wire."""

CONNECTING: Final = 100
DRAIN_S: Final = 10.0
REQUEST: Final = (
    b"GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari\r\n"
    b"Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n"
    b"Accept-Encoding: gzip, deflate, br\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Protocol: airdesk.v1.bin\r\n\r\n"
)
"""An opening request with the headers that a browser sends."""

_FRAME: Final = bytes((0x82, 0x80 | len(PAYLOAD))) + bytes(4) + PAYLOAD
"""A whole binary message as a client sends it (RFC 6455, section 5.2). The mask is four zero bytes:
the server takes it off like any other, and the client is spared the work of putting it on."""

_ECHO_BYTES: Final = len(PAYLOAD) + 2
_SWITCHED: Final = b"HTTP/1.1 101"


class _EchoSocket(asyncio.Protocol):
    """Counts the bytes that come back."""

    __slots__ = ("_client", "_is_open", "transport")

    transport: asyncio.Transport

    def __init__(self, client: EchoClient) -> None:
        self._client = client
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(REQUEST)

    def connection_lost(self, exc: Exception | None) -> None:
        self._client.lost += 1

    def data_received(self, data: bytes) -> None:
        if self._is_open:
            self._client.received_bytes += len(data)
            return
        if not data.startswith(_SWITCHED):
            raise ConnectionError(data.decode("latin-1"))
        self._is_open = True
        self._client.opened += 1


class EchoClient:
    """Sockets to an echo server.

    Args:
        port: where it listens, on this machine.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._sockets: list[_EchoSocket] = []
        self.opened = 0
        """Sockets whose handshake is done."""
        self.received_bytes = 0
        """What came back."""
        self.lost = 0
        """Sockets that have ended."""

    async def connect(self, count: int) -> None:
        """Open sockets."""
        loop = asyncio.get_running_loop()
        while len(self._sockets) < count:
            group = min(CONNECTING, count - len(self._sockets))
            made = await asyncio.gather(
                *(
                    loop.create_connection(lambda: _EchoSocket(self), "127.0.0.1", self._port)
                    for _ in range(group)
                )
            )
            self._sockets += [socket for _, socket in made]
            await self._until(lambda: self.opened == len(self._sockets))

    async def echo(self, rate: float, seconds: float) -> int:
        """Send messages on one socket after the other, and wait for all of them.

        Returns:
            How many came back.
        """
        self.received_bytes = 0
        start_s, sent = time.perf_counter(), 0
        while (elapsed_s := time.perf_counter() - start_s) < seconds:
            while sent < elapsed_s * rate:
                # Neighbours were opened together; a stride spreads them over the server's memory.
                self._sockets[sent * 7919 % len(self._sockets)].transport.write(_FRAME)
                sent += 1
            await asyncio.sleep(max(0.0, (sent + 1) / rate - elapsed_s))
        await self._until(lambda: self.received_bytes == sent * _ECHO_BYTES)
        return sent

    async def close(self) -> None:
        """Drop all sockets."""
        for socket in self._sockets:
            socket.transport.abort()
        await self._until(lambda: self.lost == len(self._sockets))

    @staticmethod
    async def _until(is_true: Callable[[], bool]) -> None:
        end_s = time.monotonic() + DRAIN_S
        while not is_true():
            if time.monotonic() > end_s:
                raise TimeoutError("the echo server does not answer")
            await asyncio.sleep(0.01)
