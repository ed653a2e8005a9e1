"""Lets any process of an installation tell the figures of all.

Each process answers at a Unix socket of its own in the data folder with its snapshot; whoever is
asked over HTTP asks them all, so that one address gives the figures of the whole installation.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import msgspec
import structlog

from airdesk.app.metrics.figures import Snapshot, added

WAIT_S: Final = 2.0
"""For the snapshot of another process; one that hangs is left out, and `processes` shows it."""

SNAPSHOT_BYTES_MAX: Final = 1024 * 1024
"""A longer one is none."""

PATTERN: Final = "metrics-*.sock"

logger = structlog.get_logger()


class MetricsPoint:
    """This process's socket, and the way to those of the others.

    Args:
        data: the data folder.
        snapshot: gives this process's figures.
    """

    def __init__(self, data: Path, snapshot: Callable[[], Snapshot]) -> None:
        self._data = data
        self._snapshot = snapshot
        self._path = data / PATTERN.replace("*", str(os.getpid()))

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Answer others meanwhile. A socket that cannot be made is no reason not to serve."""
        server = None
        try:
            _remove_leftovers(self._data)
            server = await asyncio.start_unix_server(self._tell, self._path)
            self._path.chmod(0o600)
        except OSError as error:
            logger.warning("figures cannot be told to other processes", error=str(error))
        try:
            yield
        finally:
            if server is not None:
                server.close()
                self._path.unlink(missing_ok=True)

    async def all(self) -> Snapshot:
        """Give the figures of every process that answers."""
        others = [path for path in self._data.glob(PATTERN) if path != self._path]
        told = await asyncio.gather(*map(_ask, others))
        return added([self._snapshot(), *(one for one in told if one is not None)])

    async def _tell(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(msgspec.json.encode(self._snapshot()))
            await writer.drain()
        except OSError:
            pass  # Whoever asked is gone.
        finally:
            writer.close()


def _remove_leftovers(data: Path) -> None:
    """Remove the sockets of processes that were killed."""
    for path in data.glob(PATTERN):
        number = path.stem.partition("-")[2]
        if number == str(os.getpid()) or not Path(f"/proc/{number}").exists():
            path.unlink(missing_ok=True)


async def _ask(path: Path) -> Snapshot | None:
    try:
        async with asyncio.timeout(WAIT_S):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                said = await reader.read(SNAPSHOT_BYTES_MAX)
                while more := await reader.read(SNAPSHOT_BYTES_MAX):
                    said += more
            finally:
                writer.close()
        return msgspec.json.decode(said, type=Snapshot)
    except ConnectionRefusedError:
        pass  # Its process was killed; the next one that starts removes what is left.
    except (OSError, TimeoutError, msgspec.MsgspecError) as error:
        logger.warning("a process does not tell its figures", point=path.name, error=str(error))
    return None
