"""The bad network of the scenario `flap`: a fault proxy in a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections.abc import Iterable
from multiprocessing.connection import Connection
from typing import Final, NamedTuple

import uvloop

from airdesk.app.stress.crowd.generator import raise_descriptor_limit
from airdesk.app.stress.crowd.pipe import HungUp
from airdesk.app.stress.fault_proxy import Death, FaultProxy, Weather

WEATHER: Final = Weather(life_s=5.0)
START_S: Final = 30.0


class Noticed(NamedTuple):
    """How soon pages found out that they talked to nobody, in seconds; None where none had to."""

    unanswered_send_s: float | None
    """From a send to the page's giving up this connection, at most."""
    dead_idle_s: float | None
    """From the death of a connection to the page's giving it up, at most."""
    half_open: int
    """Connections that died without a word."""


class BadNetwork:
    """The proxy's process, seen from the one who runs the test.

    Args:
        target: the server's port.
    """

    def __init__(self, target: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, target), daemon=True)
        self._process.start()
        theirs.close()
        self.port = self._hear()

    def begin(self) -> None:
        """Let the weather turn bad."""
        self._pipe.send(WEATHER)

    def mend(self) -> list[Death]:
        """Let it become good; gives the connections that died without a word."""
        self._pipe.send(None)
        deaths: list[Death] = self._pipe.recv()
        return deaths

    def stop(self) -> None:
        """End it."""
        self._pipe.close()
        self._process.join(START_S)
        if self._process.is_alive():
            self._process.kill()

    def _hear(self) -> int:
        if not self._pipe.poll(START_S):
            raise TimeoutError("the fault proxy does not start")
        port: int = self._pipe.recv()
        return port


def serve(pipe: Connection, target: int) -> None:
    """Be the proxy until the pipe closes; the first thing sent is its port."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise_descriptor_limit()
    uvloop.run(_serve(pipe, target))


async def _serve(pipe: Connection, target: int) -> None:
    proxy, ended = FaultProxy(target), asyncio.Event()
    await proxy.start()
    pipe.send(proxy.port)

    def readable() -> None:
        try:
            weather = pipe.recv()
        except EOFError:
            asyncio.get_running_loop().remove_reader(pipe.fileno())
            ended.set()
            return
        if weather is not None:
            proxy.begin(weather)
            return
        proxy.mend()
        pipe.send(proxy.deaths)

    asyncio.get_running_loop().add_reader(pipe.fileno(), readable)
    await ended.wait()
    proxy.stop()


def noticed(hung_up: Iterable[HungUp], deaths: Iterable[Death]) -> Noticed:
    """Find out how soon pages noticed."""
    died = {death.address: death.at_ns for death in deaths}
    unanswered = [one.waited_ms / 1_000 for one in hung_up if one.by_answer]
    idle = [
        (one.at_ns - died[one.address]) / 1e9
        for one in hung_up
        if not one.by_answer and one.address in died
    ]
    return Noticed(
        round(max(unanswered), 2) if unanswered else None,
        round(max(idle), 2) if idle else None,
        len(died),
    )
