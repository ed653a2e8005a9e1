"""`airdesk serve --workers N`: one home process and N gateway processes on one port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import structlog

from airdesk.app.listener import bound_socket
from airdesk.app.settings import Settings

RESTART_S = 0.2
"""Before a process that ended is started again, so that one that cannot start does not spin."""

STOP_S = 10.0
"""From the word to stop until a process is killed."""

logger = structlog.get_logger()


class Workers:
    """Starts the processes, starts again what dies, stops all.

    Args:
        settings: the settings; every process gets the same.
        probe: what each process tells of itself, for measurements; "" for nothing.
    """

    def __init__(self, settings: Settings, probe: str = "") -> None:
        self._settings = settings
        self._probe = probe
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._is_stopping = False

    def run(self, ready: Callable[[int], None]) -> None:
        """Run until told to stop.

        Raises:
            DependencyError: the port is in use.
        """
        reserved = bound_socket(self._settings.host, self._settings.port)
        self._settings.port = reserved.getsockname()[1]
        reserved.close()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        names = ["home", *(f"gateway {n}" for n in range(1, self._settings.workers + 1))]
        for name in names:
            self._start(name)
        ready(self._settings.port)
        while not self._is_stopping:
            time.sleep(RESTART_S)
            for name, child in list(self._children.items()):
                if child.poll() is not None and not self._is_stopping:
                    logger.warning("process ended", name=name, code=child.returncode)
                    self._start(name)
        self._end_all()

    def _start(self, name: str) -> None:
        role = name.split()[0]
        command = [sys.executable, "-m", "airdesk.app.cli", "role", role]
        command += ["--parent", str(os.getpid()), "--probe", self._probe]
        # By the environment: a command line is read by everybody on the machine.
        environment = self._settings.environment()
        self._children[name] = subprocess.Popen(command, env=environment)

    def _stop(self, number: int, frame: object) -> None:
        self._is_stopping = True

    def _end_all(self) -> None:
        gateways = [c for name, c in self._children.items() if name != "home"]
        for group in (gateways, [self._children["home"]]):
            for child in group:
                child.terminate()
            deadline = time.monotonic() + STOP_S
            for child in group:
                try:
                    child.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    child.kill()
