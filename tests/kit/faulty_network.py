"""A bad network between a browser and a server: the fault proxy on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType

from airdesk.app.stress.fault_proxy import FaultProxy


class FaultyNetwork:
    """A port that leads to another one; a context manager with a thread of its own.

    Args:
        target: the server's port on this machine.
    """

    def __init__(self, target: int) -> None:
        self._proxy = FaultProxy(target)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="faulty-network", daemon=True)
        self._is_open = threading.Event()

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
        return f"http://localhost:{self._proxy.port}"

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._proxy.port

    @property
    def connections(self) -> int:
        """Connections that are neither closed nor dead."""
        return self._proxy.connections

    def cut(self) -> None:
        """Reset every connection, and refuse new ones."""
        self._call(self._proxy.cut)

    def stall(self) -> None:
        """Let nothing through, and say nothing of it; see FaultProxy."""
        self._call(self._proxy.stall)

    def slow(self, bytes_per_s: float) -> None:
        """Let so many bytes a second through in each direction of each connection."""
        self._proxy.bytes_per_s = bytes_per_s

    def mend(self) -> None:
        """Let new connections through at full speed."""
        self._call(self._proxy.mend)

    def _call(self, what: Callable[[], None]) -> None:
        done = threading.Event()

        def run() -> None:
            what()
            done.set()

        self._loop.call_soon_threadsafe(run)
        done.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._proxy.start())
        self._is_open.set()
        self._loop.run_forever()
        self._proxy.stop()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()
