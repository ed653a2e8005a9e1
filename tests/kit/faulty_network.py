"""A bad network between a browser and a server: a TCP proxy that cuts, stalls and slows down."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType

_PIECE_BYTES = 16 * 1024
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of a socket whose close is a reset, as from a router that forgot the path."""


class FaultyNetwork:
    """A port that leads to another one; a context manager with a thread of its own.

    Args:
        target: the server's port on this machine.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="faulty-network", daemon=True)
        self._is_open = threading.Event()
        self._pairs: dict[_Pair, None] = {}
        self._is_cut = False
        self._is_stalled = False
        self.bytes_per_s: float | None = None
        self.port = 0

    def __enter__(self) -> FaultyNetwork:
        self._thread.start()
        self._is_open.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def address(self) -> str:
        """Where a browser reaches the server through it."""
        return f"http://localhost:{self.port}"

    # Faults -----------------------------------------------------------------------------------

    def cut(self) -> None:
        """Reset every connection, and refuse new ones."""
        self._call(self._cut)

    def stall(self) -> None:
        """Let nothing through, and say nothing of it: half-open, as behind a dead radio.

        Connections that exist now stay deaf and dumb for ever, even after `mend`.
        """
        self._call(self._stall)

    def slow(self, bytes_per_s: float) -> None:
        """Let so many bytes a second through in each direction of each connection."""
        self.bytes_per_s = bytes_per_s

    def mend(self) -> None:
        """Let new connections through at full speed."""
        self._call(self._mend)

    @property
    def connections(self) -> int:
        """Connections that are neither closed nor dead."""
        return sum(not pair.is_dead for pair in list(self._pairs))

    def _cut(self) -> None:
        self._is_cut = True
        for pair in list(self._pairs):
            pair.reset()

    def _stall(self) -> None:
        self._is_stalled = True
        for pair in self._pairs:
            pair.is_dead = True

    def _mend(self) -> None:
        self._is_cut = self._is_stalled = False
        self.bytes_per_s = None

    def _call(self, what: Callable[[], None]) -> None:
        done = threading.Event()

        def run() -> None:
            what()
            done.set()

        self._loop.call_soon_threadsafe(run)
        done.wait()

    # Its thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._accepted, "127.0.0.1", 0, limit=_PIECE_BYTES)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._is_open.set()
        self._loop.run_forever()
        server.close()
        for pair in list(self._pairs):
            pair.reset()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pair = _Pair(writer)
        if self._is_cut:
            pair.reset()
            return
        self._pairs[pair] = None
        pair.is_dead = self._is_stalled
        try:
            await self._join(pair, reader)
        except (OSError, asyncio.CancelledError):
            pass  # One side is gone, or the proxy ends; who is left hears of it below.
        finally:
            del self._pairs[pair]
            pair.reset()

    async def _join(self, pair: _Pair, reader: asyncio.StreamReader) -> None:
        if pair.is_dead:
            await self._swallow(reader)
            return
        answers, requests = await asyncio.open_connection(
            "127.0.0.1", self._target, limit=_PIECE_BYTES
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
        while piece := await reader.read(_PIECE_BYTES):
            if self.bytes_per_s is not None:
                await asyncio.sleep(len(piece) / self.bytes_per_s)
            if pair.is_dead:
                await self._swallow(reader)
                return
            writer.write(piece)
            await writer.drain()
        if not pair.is_dead and writer.can_write_eof():
            writer.write_eof()

    @staticmethod
    async def _swallow(reader: asyncio.StreamReader) -> None:
        while await reader.read(_PIECE_BYTES):
            pass


class _Pair:
    """The two ends of one connection through the proxy."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.writers = [client]
        self.is_dead = False

    def reset(self) -> None:
        """Drop both ends, so that each hears a reset."""
        for writer in self.writers:
            end = writer.get_extra_info("socket")
            if end is not None and end.fileno() >= 0:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()
