"""A small HTTP proxy in front of a server, with the mistakes that people make with real ones."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from types import TracebackType
from typing import Final

_HEAD_END: Final = b"\r\n\r\n"
_HOP_HEADERS: Final = (b"upgrade", b"connection")


class SmallProxy:
    """Passes requests to a port of this machine; a context manager with a thread of its own.

    Args:
        target: the server's port.
        hands_on_host: else the server is told the proxy's own name for it.
        hands_on_upgrade: else WebSockets arrive as plain requests, as behind an old default.
        scheme: what X-Forwarded-Proto says; "" for no such header.
    """

    def __init__(
        self,
        target: int,
        *,
        hands_on_host: bool = True,
        hands_on_upgrade: bool = True,
        scheme: str = "",
    ) -> None:
        self._target = target
        self._hands_on_host = hands_on_host
        self._hands_on_upgrade = hands_on_upgrade
        self._scheme = scheme
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="small-proxy", daemon=True)
        self._is_open = threading.Event()
        self.port = 0

    def __enter__(self) -> SmallProxy:
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
        """Where it is reached."""
        return f"http://localhost:{self.port}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._is_open.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        out: asyncio.StreamWriter | None = None
        try:
            head = await reader.readuntil(_HEAD_END)
            behind, out = await asyncio.open_connection("127.0.0.1", self._target)
            out.write(self._changed(head))
            await asyncio.gather(_carry(reader, out), _carry(behind, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass  # One side is gone, and so is this connection.
        finally:
            await _closed(writer)
            if out is not None:
                await _closed(out)

    def _changed(self, head: bytes) -> bytes:
        first, *lines = head.removesuffix(_HEAD_END).split(b"\r\n")
        kept = []
        for line in lines:
            name = line.partition(b":")[0].lower()
            if name == b"host" and not self._hands_on_host:
                line = b"Host: 127.0.0.1:%d" % self._target
            if name in _HOP_HEADERS and not self._hands_on_upgrade:
                continue
            kept.append(line)
        if not self._hands_on_upgrade:
            kept.append(b"Connection: close")
        if self._scheme:
            kept.append(b"X-Forwarded-Proto: " + self._scheme.encode())
        return b"\r\n".join([first, *kept]) + _HEAD_END


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def _closed(writer: asyncio.StreamWriter) -> None:
    """Close a side for good: what the loop leaves open when it ends is a fault of the next test."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
