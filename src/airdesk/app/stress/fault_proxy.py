"""A bad network in one process: a TCP proxy that delays, stalls, cuts and lets die unseen.

It is a proxy of bytes, so it cannot lose some of them as a network does: what TCP's receiver sees
of a lost packet is a pause until it was sent again, and all that comes behind it waits. So that is
what "loss" is here.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import time
from typing import Final, NamedTuple

PIECE_BYTES: Final = 16 * 1024
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of a socket whose close is a reset, as from a router that forgot the path."""


class Weather(NamedTuple):
    """What happens to every connection by itself."""

    life_s: float
    """How long it lives on average, by a memoryless law; what is old dies no sooner."""
    half_open_share: float = 0.3
    """Of the deaths: nothing comes through any more and nobody is told. The others are resets."""
    delay_ms: tuple[float, float] = (5.0, 60.0)
    """One way; each connection has a delay of its own between these two."""
    loss: float = 0.01
    """Of the pieces in each direction."""
    loss_pause_ms: float = 250.0
    """Until a lost piece has been sent again."""
    seed: int = 1


class Death(NamedTuple):
    """A connection became half-open."""

    address: str
    """Of the client, `ip:port`."""
    at_ns: int
    """By the monotonic clock."""


class FaultProxy:
    """A port that leads to another one; everything happens on the loop that serves it.

    Args:
        target: the server's port on this machine.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._pairs: dict[_Pair, None] = {}
        self._server: asyncio.Server | None = None
        self._is_cut = False
        self._is_stalled = False
        self._weather: Weather | None = None
        self._dice = random.Random()
        self.bytes_per_s: float | None = None
        """What each direction of each connection lets through; None for all."""
        self.deaths: list[Death] = []
        """Connections that bad weather made half-open."""
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(
            self._accepted, "127.0.0.1", 0, limit=PIECE_BYTES, backlog=4_096
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Listen no longer, and reset every connection."""
        if self._server is not None:
            self._server.close()
        for pair in list(self._pairs):
            pair.reset()

    # Faults -----------------------------------------------------------------------------------

    def cut(self) -> None:
        """Reset every connection, and refuse new ones."""
        self._is_cut = True
        for pair in list(self._pairs):
            pair.reset()

    def stall(self) -> None:
        """Let nothing through, and say nothing of it: half-open, as behind a dead radio.

        Connections that exist now stay deaf and dumb for ever, even after `mend`.
        """
        self._is_stalled = True
        for pair in self._pairs:
            pair.is_dead = True

    def mend(self) -> None:
        """Let new connections through at full speed, and those that live stay alive."""
        self._is_cut = self._is_stalled = False
        self.bytes_per_s = self._weather = None
        for pair in self._pairs:
            pair.spare()

    def begin(self, weather: Weather) -> None:
        """Let every connection live as the weather allows, those that exist among them."""
        self._weather = weather
        self._dice = random.Random(weather.seed)
        for pair in list(self._pairs):
            self._expose(pair, weather)

    @property
    def connections(self) -> int:
        """Connections that are neither closed nor dead."""
        return sum(not pair.is_dead for pair in list(self._pairs))

    def _expose(self, pair: _Pair, weather: Weather) -> None:
        pair.delay_s = self._dice.uniform(*weather.delay_ms) / 1_000
        life_s = self._dice.expovariate(1 / weather.life_s)
        is_half_open = self._dice.random() < weather.half_open_share
        die = self._fall_silent if is_half_open else _Pair.reset
        pair.end = asyncio.get_running_loop().call_later(life_s, die, pair)

    def _fall_silent(self, pair: _Pair) -> None:
        pair.is_dead = True
        self.deaths.append(Death(pair.address, time.monotonic_ns()))

    # Connections ------------------------------------------------------------------------------

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pair = _Pair(writer)
        if self._is_cut:
            pair.reset()
            return
        self._pairs[pair] = None
        pair.is_dead = self._is_stalled
        if self._weather is not None:
            self._expose(pair, self._weather)
        try:
            await self._join(pair, reader)
        except (OSError, asyncio.CancelledError):
            pass  # One side is gone, or the proxy ends; who is left hears of it below.
        finally:
            pair.spare()
            del self._pairs[pair]
            pair.reset()

    async def _join(self, pair: _Pair, reader: asyncio.StreamReader) -> None:
        if pair.is_dead:
            await _swallow(reader)
            return
        answers, requests = await asyncio.open_connection(
            "127.0.0.1", self._target, limit=PIECE_BYTES
        )
        pair.writers.append(requests)
        ways = (
            asyncio.ensure_future(self._carry(pair, reader, requests)),
            asyncio.ensure_future(self._carry(pair, answers, pair.writers[0])),
        )
        try:
            await asyncio.gather(*ways)
        finally:
            for way in ways:
                way.cancel()

    async def _carry(
        self, pair: _Pair, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while piece := await reader.read(PIECE_BYTES):
            if pause_s := self._pause_s(pair, len(piece)):
                await asyncio.sleep(pause_s)
            if pair.is_dead:
                await _swallow(reader)
                return
            if writer.is_closing():
                return
            writer.write(piece)
            await writer.drain()
        if not pair.is_dead and not writer.is_closing():
            writer.write_eof()

    def _pause_s(self, pair: _Pair, piece_bytes: int) -> float:
        pause_s = pair.delay_s
        if self.bytes_per_s is not None:
            pause_s += piece_bytes / self.bytes_per_s
        if self._weather is not None and self._dice.random() < self._weather.loss:
            pause_s += self._weather.loss_pause_ms / 1_000
        return pause_s


async def _swallow(reader: asyncio.StreamReader) -> None:
    while await reader.read(PIECE_BYTES):
        pass


class _Pair:
    """The two ends of one connection through the proxy."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.writers = [client]
        self.is_dead = False
        self.delay_s = 0.0
        self.end: asyncio.TimerHandle | None = None
        """When the weather ends it."""

    @property
    def address(self) -> str:
        """The client's end."""
        host, port = self.writers[0].get_extra_info("peername")[:2]
        return f"{host}:{port}"

    def spare(self) -> None:
        """Let the weather do it no harm any more."""
        self.delay_s = 0.0
        if self.end is not None:
            self.end.cancel()

    def reset(self) -> None:
        """Drop both ends, so that each hears a reset."""
        for writer in self.writers:
            end = writer.get_extra_info("socket")
            if end is not None and end.fileno() >= 0:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
