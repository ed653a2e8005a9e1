"""The server under stress: our own program, in a folder of its own, on a disk."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import IO, Final

from airdesk.app.settings import load_settings
from airdesk.app.stress.crowd.plan import TALKS_PER_AGENT
from airdesk.app.stress.probe import LINE_START, MARK_SIGNAL, Readout
from airdesk.app.stress.processes import ProcessEnded, family, on_core
from airdesk.app.stress.run.crossing import listeners

START_S: Final = 60.0
STOP_S: Final = 30.0
LINE_BYTES_MAX: Final = 8 * 1024 * 1024
"""What a process tells of itself after a long time is a long line."""

LOOK_S: Final = 0.05
"""Between two looks at who listens."""


class OwnServer:
    """Starts it, kills it, listens to what its processes tell of themselves.

    Args:
        folder: where it keeps its data.
        agents: seats of its built-in account.
        workers: gateway processes; 0 for one process that is all.
        bot: the built-in inbox has a bot.
        probe: what its processes tell of themselves.
        core: where it runs; None for anywhere.
    """

    def __init__(
        self,
        folder: Path,
        agents: int,
        workers: int = 0,
        bot: bool = False,
        probe: str = "seconds",
        core: int | None = None,
    ) -> None:
        self.folder = folder
        self.workers = workers
        self._agents = agents
        self._bot = bot
        self._probe = probe
        self._core = core
        self._told: asyncio.Queue[Readout] = asyncio.Queue()
        self.port = 0
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._log: IO[bytes] | None = None
        self.lags_ms: list[float] = []
        """How late the loops of all processes were, since somebody took them away."""

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """The process that was started; its children are the others.

        Raises:
            ProcessEnded: it does not run.
        """
        if self._process is None:
            raise ProcessEnded("the server does not run")
        return self._process.pid

    async def start(self) -> None:
        """Start it, on the port that it had before if it had one, and wait until it serves.

        Raises:
            ProcessEnded: it ended instead.
        """
        settings = load_settings(
            port=self.port,
            data=self.data,
            workers=self.workers,
            agents=self._agents,
            capacity=TALKS_PER_AGENT,
            agents_bot=self._bot,
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        self._log = (self.folder / "server.log").open("ab")
        with contextlib.nullcontext() if self._core is None else on_core(self._core):
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "airdesk.app.cli", "serve", "--probe", self._probe),
                env=settings.environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=self._log,
                limit=LINE_BYTES_MAX,
            )
        serving: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._listening = asyncio.ensure_future(self._listen(self._process, serving))
        self.port = await asyncio.wait_for(serving, START_S)
        await self._until_all_listen()

    async def _until_all_listen(self) -> None:
        """Wait for every gateway: connections that come earlier would all be at the first ones."""
        deadline = asyncio.get_running_loop().time() + START_S
        while listeners(self.port) < max(1, self.workers):
            if asyncio.get_running_loop().time() > deadline:
                raise ProcessEnded(f"not every gateway listens: {self.log_tail()}")
            await asyncio.sleep(LOOK_S)

    async def mark(self) -> Readout:
        """Let the process, one that was started with a probe for it, tell of itself now."""
        os.kill(self.pid, MARK_SIGNAL)
        return await asyncio.wait_for(self._told.get(), START_S)

    async def kill(self) -> str:
        """End the whole server, or one gateway of several, as a crash does; gives which."""
        if not self.workers:
            os.kill(self.pid, signal.SIGKILL)
            await self._ended()
            return "server"
        gateways = [pid for pid in family(self.pid)[1:] if b"gateway" in _command_line(pid)]
        os.kill(gateways[0], signal.SIGKILL)
        return "gateway"

    async def stop(self) -> None:
        """Let it end, and end it where it does not."""
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_S)
            except TimeoutError:
                process.kill()
        await self._ended()

    def log_tail(self) -> str:
        """Give the end of what it wrote, for people who look for a reason."""
        path = self.folder / "server.log"
        return path.read_text(errors="replace")[-2_000:] if path.exists() else ""

    async def _ended(self) -> None:
        if self._process is not None and self._listening is not None:
            await self._process.wait()
            await self._listening
            self._process = None
        if self._log is not None:
            self._log.close()

    async def _listen(
        self, process: asyncio.subprocess.Process, serving: asyncio.Future[int]
    ) -> None:
        assert process.stdout is not None
        while line := (await process.stdout.readline()).decode():
            if line.startswith(LINE_START):
                readout: Readout = json.loads(line.removeprefix(LINE_START))
                self.lags_ms += readout["lag_ms"]
                if self._probe != "seconds":
                    self._told.put_nowait(readout)
            elif line.startswith("AirDesk ") and not serving.done():
                serving.set_result(int(line.rpartition(":")[2]))
        if not serving.done():
            serving.set_exception(ProcessEnded(f"the server ended: {self.log_tail()}"))


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
