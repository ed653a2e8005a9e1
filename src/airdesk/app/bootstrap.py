"""Wires the parts of each role. The only place that makes them."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from typing import NamedTuple

import structlog
import uvicorn

from airdesk.adapters.memory import DirectGatewayLink, DirectHomeLinks
from airdesk.adapters.sockets import server_config, socket_protocol
from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.system import SystemClock, SystemIds, load_or_create_key
from airdesk.adapters.unix import UnixGatewayLink, UnixHomeLinks
from airdesk.app.api.application import application
from airdesk.app.builtin import Builtin, builtin_account
from airdesk.app.collector import PlannedCollector
from airdesk.app.gateway.gateway import Gateway
from airdesk.app.home.home import Home
from airdesk.app.home.runner import HomeRunner
from airdesk.app.settings import Settings
from airdesk.core.kernel import DependencyError, HomeUnavailable, limits
from airdesk.services.access import Tokens

AGENT_LINK_S = 12 * 3600
"""How long a printed agent's link is good."""

logger = structlog.get_logger()


class Parts(NamedTuple):
    """What every process of an installation has."""

    settings: Settings
    clock: SystemClock
    ids: SystemIds
    tokens: Tokens
    builtin: Builtin


def parts(settings: Settings) -> Parts:
    """Make what every process needs; the data folder and its key are made where missing.

    Raises:
        DependencyError: the folder cannot be written.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DependencyError(name=str(settings.data), reason=str(error)) from None
    key = load_or_create_key(settings.key_path)
    clock = SystemClock()
    builtin = builtin_account(key, settings.agents)
    return Parts(settings, clock, SystemIds(), Tokens(key, clock), builtin)


def agent_links(made: Parts, address: str) -> list[str]:
    """Give an address for each seat, with a token that opens the agent's page."""
    return [
        f"{address}/agent#token={made.tokens.sign(identity, AGENT_LINK_S)}"
        for identity in made.builtin.agents()
    ]


# Roles ----------------------------------------------------------------------------------------


async def serve_embedded(settings: Settings, ready: Callable[[int], None]) -> None:
    """Home and gateway in one process, until it is told to stop.

    Args:
        settings: the settings.
        ready: called with the port once connections are taken.
    """
    made = parts(settings)
    # The port first: a second start on it must not write into the first one's folder.
    listener = bound_socket(settings.host, settings.port)
    links = DirectHomeLinks(asyncio.get_running_loop().call_soon)
    runner = _runner(made, lambda: links.start(runner), links.stop)
    runner.links = links
    link = DirectGatewayLink(links)
    gateway = Gateway(link, made.clock, made.tokens)
    link.start(gateway)
    runner.start()
    try:
        await _serve_gateway(made, gateway, listener, ready)
    finally:
        link.stop()
        links.stop()
        runner.stop()


async def serve_home(settings: Settings, ready: Callable[[], None]) -> None:
    """The home alone, for gateways on the same machine, until it is told to stop."""
    made = parts(settings)
    links = UnixHomeLinks(settings.link_path)
    switch = _LinkSwitch(links)
    runner = _runner(made, lambda: switch.up(runner), switch.down)
    runner.links = links
    runner.start()
    try:
        await switch.settled()
        ready()
        with _collected():
            await _until_stopped()
    finally:
        switch.down()
        await switch.settled()
        runner.stop()


class _LinkSwitch:
    """Starts and stops the links to gateway processes, one step after the other."""

    def __init__(self, links: UnixHomeLinks) -> None:
        self._links = links
        self._last: asyncio.Future[None] | None = None

    def up(self, side: HomeRunner) -> None:
        """A home takes commands: gateways may link."""
        self._then(self._links.start(side))

    def down(self) -> None:
        """The home is void: gateways have to wait."""
        self._then(self._links.stop())

    async def settled(self) -> None:
        """Wait until the last step is done; its error is raised."""
        if self._last is not None:
            await self._last

    def _then(self, step: Coroutine[None, None, None]) -> None:
        before = self._last

        async def run() -> None:
            if before is not None:
                await asyncio.wait([before])
            await step

        self._last = asyncio.ensure_future(run())


async def serve_gateway(settings: Settings, ready: Callable[[int], None]) -> None:
    """One gateway process beside others on the same port, until it is told to stop."""
    made = parts(settings)
    link = UnixGatewayLink(settings.link_path)
    gateway = Gateway(link, made.clock, made.tokens)
    linking = asyncio.ensure_future(link.run(gateway))
    listener = bound_socket(settings.host, settings.port, reuse_port=True)
    serving = asyncio.ensure_future(_serve_gateway(made, gateway, listener, ready))
    done, _ = await asyncio.wait((linking, serving), return_when=asyncio.FIRST_COMPLETED)
    for task in (linking, serving):
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await linking
    for task in done:
        task.result()


def _runner(made: Parts, on_up: Callable[[], None], on_down: Callable[[], None]) -> HomeRunner:
    settings = made.settings
    loop = asyncio.get_running_loop()

    def seed(home: Home) -> None:
        for command, identity in made.builtin.facts(settings.capacity):
            home.execute(command, identity)

    return HomeRunner(
        lambda: SqliteEventLog(settings.log_path, loop),
        made.clock,
        made.ids,
        seed,
        on_up,
        on_down,
    )


async def _serve_gateway(
    made: Parts, gateway: Gateway, listener: socket.socket, ready: Callable[[int], None]
) -> None:
    settings = made.settings
    app = application(made.builtin, made.tokens, made.ids, settings.web, lambda: gateway.is_linked)
    config = server_config(
        app, socket_protocol(gateway.open), host=settings.host, port=settings.port
    )
    server = _Server(config, gateway)
    ticking = asyncio.ensure_future(_tick(gateway))
    try:
        with _collected():
            ready(listener.getsockname()[1])
            await server.serve(sockets=[listener])
    finally:
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking


class _Server(uvicorn.Server):
    """uvicorn that ends the sockets itself, with a word to each client."""

    def __init__(self, config: uvicorn.Config, gateway: Gateway) -> None:
        super().__init__(config)
        self._gateway = gateway

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on a signal, without raising it again: what stops after us has work to do."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._gateway.close_all(HomeUnavailable())
        await super().shutdown(sockets)


async def _tick(gateway: Gateway) -> None:
    """Let the gateway do what is due, a little at a time."""
    while True:
        await asyncio.sleep(limits.SWEEP_SLICE_MS / 1000)
        gateway.tick()


@contextlib.contextmanager
def _collected() -> Iterator[None]:
    collector = PlannedCollector()
    collector.start()
    try:
        yield
    finally:
        collector.stop()


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


def bound_socket(host: str, port: int, reuse_port: bool = False) -> socket.socket:
    """Bind a listening address.

    Args:
        host: address or name.
        port: 0 for a free one.
        reuse_port: let several processes listen; the kernel spreads connections.

    Raises:
        DependencyError: the port is in use or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if reuse_port:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise DependencyError(name=f"{host}:{port}", reason=str(error)) from None
    listener.setblocking(False)
    return listener
