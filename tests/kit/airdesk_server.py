"""The real program, `airdesk serve`, as processes that a test starts, kills and starts again."""

from __future__ import annotations

import http.client
import itertools
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from types import TracebackType

import psutil

from tests.kit.command_line import COMMAND, bare_environment

START_S = 90.0
"""From the start of the program to its first good answer, on a busy machine."""

STOP_S = 15.0
"""From the word to stop to the end of all processes."""

AGENTS = 2
"""Seats of the built-in account, which stands for people who logged in."""

PAUSE_S = 0.02
"""Between two looks at something that sends no signal: another program's port or children."""

_SERVING = re.compile(r"^AirDesk \S+ at (http://\S+)$", re.MULTILINE)
_AGENT = re.compile(r"^ +agent \d+ +(http://\S+)$", re.MULTILINE)


def wait_until(is_so: Callable[[], bool], what: str, timeout_s: float = START_S) -> None:
    """Look again and again until it is so.

    Raises:
        AssertionError: it did not become so in time.
    """
    deadline = time.monotonic() + timeout_s
    pause = threading.Event()
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout_s:.0f} s in vain: {what}")
        pause.wait(PAUSE_S)


_PORTS = (10_000, 32_000)
"""Below those that the kernel gives to clients: a server that is started anew on its port must not
find some connection on it."""

_next_ports = itertools.count(Random().randrange(*_PORTS))


def free_port() -> int:
    """Give a loopback port that nobody listens on now, and no other test will be given.

    Test processes at work at the same time begin their walks at different places.
    """
    first, end = _PORTS
    for number in itertools.islice(_next_ports, end - first):
        port = first + number % (end - first)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue  # Somebody has it.
            return port
    raise AssertionError("no port is free")


class AirDeskServer:
    """One installation: a data folder, a port, and the processes that serve them.

    A context manager; at its end all of its processes have ended.

    Args:
        folder: where data and outputs go.
        workers: gateway processes beside a home; 0 for one process that is all.
        port: the port; None for a free one.
        wrapper: words before the command, such as those of `strace`.
        options: further words of `airdesk serve`.
        agents: seats of the built-in account; 0 where people set up accounts of their own.
    """

    def __init__(
        self,
        folder: Path,
        workers: int = 0,
        port: int | None = None,
        wrapper: Sequence[str] = (),
        options: Sequence[str] = (),
        agents: int = AGENTS,
    ) -> None:
        self.data = folder / "data"
        self.port = free_port() if port is None else port
        self.workers = workers
        self._wrapper = tuple(wrapper)
        self.options = tuple(options)
        self._agents = agents
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._known: dict[int, psutil.Process] = {}

    def __enter__(self) -> AirDeskServer:
        try:
            self.start()
        except BaseException:
            self._end_all()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        try:
            if self.is_running:
                self.stop()
        finally:
            self._end_all()

    # Processes ------------------------------------------------------------------------------

    def start(self) -> None:
        """Start it, and wait until it answers that it is well."""
        self.launch()
        self.wait_until_healthy()

    def launch(self) -> None:
        """Start it, and wait for nothing."""
        command = [*self._wrapper, *COMMAND, "serve"]
        command += ["--port", str(self.port), "--data", str(self.data)]
        command += ["--workers", str(self.workers), "--agents", str(self._agents), *self.options]
        self._folder.mkdir(parents=True, exist_ok=True)
        with (
            (self._folder / "stdout").open("ab") as stdout,
            (self._folder / "stderr").open("ab") as stderr,
        ):
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env=bare_environment() | {"PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        self._remember(psutil.Process(self._process.pid))

    @property
    def is_running(self) -> bool:
        """True while the started program has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The started program, which is the parent under `workers`."""
        assert self._process is not None
        return self._process.pid

    def processes(self) -> dict[str, int]:
        """Give the process ids that live now by name: `home`, `gateway 1`, … or `all`."""
        if not self.workers:
            return {"all": self.pid} if self.is_running else {}
        named: dict[str, int] = {}
        gateways = 0
        for child in self._children():
            role = _role(child)
            if role == "home":
                named[role] = child.pid
            elif role == "gateway":
                gateways += 1
                named[f"gateway {gateways}"] = child.pid
        return named

    def kill(self, pid: int) -> None:
        """`kill -9` one of its processes, and wait for the end."""
        os.kill(pid, signal.SIGKILL)
        self.wait_for_end(pid)

    def wait_for_end(self, pid: int) -> None:
        """Wait until a killed process is gone."""
        self._children()
        victim = self._known[pid]
        if pid == self.pid:
            self.wait()
        else:
            wait_until(lambda: not _lives(victim), f"the end of process {pid}")

    def process(self, pid: int) -> psutil.Process:
        """Give one of its processes, to be suspended and resumed."""
        self._children()
        return self._known[pid]

    def sockets_of(self, pid: int) -> int:
        """Give how many connections of clients one of its processes holds."""
        held = self.process(pid).net_connections("tcp")
        mine = [one for one in held if one.status == psutil.CONN_ESTABLISHED]
        return sum(one.laddr.port == self.port for one in mine)

    def stop(self, timeout_s: float = STOP_S) -> int:
        """Tell it to stop, as systemd does, and wait for its end.

        Returns:
            Its exit code.
        """
        self._children()
        os.kill(self.pid, signal.SIGTERM)
        return self.wait(timeout_s)

    def wait(self, timeout_s: float = STOP_S) -> int:
        """Wait for the end of the started program, and give its exit code."""
        assert self._process is not None
        return self._process.wait(timeout_s)

    def survivors(self) -> list[int]:
        """Give the processes of this installation that live, whoever is their parent now."""
        self._children()
        return [pid for pid, process in self._known.items() if _lives(process)]

    def _children(self) -> list[psutil.Process]:
        if not self.is_running:
            return []
        try:
            children = psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
        for child in children:
            self._remember(child)
        return sorted(children, key=lambda child: child.pid)

    def _remember(self, process: psutil.Process) -> None:
        self._known.setdefault(process.pid, process)

    def _end_all(self) -> None:
        self._children()
        for process in self._known.values():
            if _lives(process):
                process.kill()
        if self._process is not None:
            self._process.wait()

    # What it says ---------------------------------------------------------------------------

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://localhost:{self.port}"

    @property
    def visitor_address(self) -> str:
        """The visitor's page."""
        return f"{self.address}/visitor"

    def agent_addresses(self) -> list[str]:
        """The agents' pages, with their tokens, as the last start printed them."""
        wait_until(lambda: bool(_SERVING.search(self.stdout)), "the printed addresses")
        wait_until(lambda: len(_AGENT.findall(self.stdout)) >= 2, "the agents' addresses")
        return _AGENT.findall(self.stdout)[-2:]

    @property
    def stdout(self) -> str:
        """All that it has printed, over all starts."""
        return (self._folder / "stdout").read_text()

    @property
    def stderr(self) -> str:
        """All that it has logged, over all starts."""
        return (self._folder / "stderr").read_text()

    def health(self) -> int:
        """Give the status of /health; 0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health", headers={"connection": "close"})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def wait_until_healthy(self) -> None:
        """Wait for a good /health; under workers, for a few from whichever gateways answer."""

        def is_well() -> bool:
            if not self.is_running:
                raise AssertionError(f"the server ended:\n{self.stderr[-2000:]}")
            looks = 32 if self.workers else 1
            return all(self.health() == 200 for _ in range(looks))

        wait_until(is_well, "a good /health")


def _role(process: psutil.Process) -> str:
    try:
        words = process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return ""
    return words[words.index("role") + 1] if "role" in words else ""


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
