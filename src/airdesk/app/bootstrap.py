"""Wires the parts of each role. The only place that makes them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

import structlog
import uvicorn

from airdesk.adapters.memory import DirectGatewayLink, DirectHomeLinks
from airdesk.adapters.objects import FolderObjects
from airdesk.adapters.sockets import server_config, socket_protocol
from airdesk.adapters.sql import open_sqlite_directory
from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.sqlite.commit_times import CommitTimes
from airdesk.adapters.sqlite.log_records import SqliteLogRecords
from airdesk.adapters.sqlite.views import SqliteConversationViews
from airdesk.adapters.system import Argon2Passwords, SystemClock, SystemIds, load_or_create_key
from airdesk.adapters.system.secret_key import name_of
from airdesk.adapters.text import JiebaSegmenter
from airdesk.adapters.unix import UnixGatewayLink, UnixHomeLinks
from airdesk.app.api.application import application
from airdesk.app.api.context import Api
from airdesk.app.builtin import Builtin, builtin_account
from airdesk.app.collector import PlannedCollector
from airdesk.app.gateway.gateway import Gateway
from airdesk.app.home.consumers import ConsumerPaths, Consumers, ContactStore
from airdesk.app.home.home import Home
from airdesk.app.home.local_link import LocalLink
from airdesk.app.home.runner import HomeRunner
from airdesk.app.metrics.points import MetricsPoint
from airdesk.app.metrics.sources import Sources
from airdesk.app.settings import Settings
from airdesk.core.kernel import DependencyError, HomeUnavailable, LogUnavailable, limits
from airdesk.ports.directory import Directory
from airdesk.services.access import Access, Links, Tokens
from airdesk.services.account_facts import AccountFacts
from airdesk.services.accounts import Accounts
from airdesk.services.changes import Changes
from airdesk.services.demo import Demo, DemoPerson
from airdesk.services.faq import Faqs
from airdesk.services.faq_sources import DirectoryFaqSources
from airdesk.services.file_sweep import FileSweep
from airdesk.services.files import Files
from airdesk.services.first_answers import FirstAnswers
from airdesk.services.proofs import ProvenCredentials
from airdesk.services.quotas import Quota
from airdesk.services.visitors import Visitors

AGENT_LINK_S = 12 * 3600
"""How long a printed agent's link is good."""

logger = structlog.get_logger()


class Parts(NamedTuple):
    """What every process of an installation has."""

    settings: Settings
    clock: SystemClock
    ids: SystemIds
    tokens: Tokens
    proofs: ProvenCredentials
    builtin: Builtin
    key: bytes
    commits: CommitTimes


class Office(NamedTuple):
    """The directory and the services over it."""

    directory: Directory
    changes: Changes
    access: Access
    accounts: Accounts
    links: Links


def parts(settings: Settings) -> Parts:
    """Make what every process needs; the data folder and its key are made where missing.

    Raises:
        DependencyError: the folder cannot be written.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DependencyError(name=str(settings.data), reason=str(error)) from None
    if settings.restoring_path.exists():
        raise DependencyError(
            name=str(settings.data), reason="a restore was broken off; empty it and restore again"
        )
    key = load_or_create_key(settings.key_path)
    clock = SystemClock()
    builtin = builtin_account(key, settings.agents)
    tokens = Tokens(key, clock)
    return Parts(
        settings, clock, SystemIds(), tokens, ProvenCredentials(tokens), builtin, key, CommitTimes()
    )


def nothing() -> None:
    """Do nothing: whoever writes facts in a process of his own is found by looking."""


@contextlib.asynccontextmanager
async def opened_office(
    made: Parts, on_written: Callable[[], None] = nothing
) -> AsyncIterator[Office]:
    """Open the directory, of today's schema afterwards, and make the services over it.

    Args:
        made: the process's parts.
        on_written: called when the home has to hear of something.

    Raises:
        DirectoryUnavailable: it cannot be opened, or was made by a newer AirDesk.
    """
    directory = await open_sqlite_directory(made.settings.directory_path)
    passwords = Argon2Passwords()
    changes = Changes(made.clock, made.ids, on_written)
    access = Access(directory, passwords, changes, made.clock, made.ids)
    accounts = Accounts(directory, changes, made.clock, made.ids)
    links = Links(directory, passwords, access, accounts, changes, made.clock, made.ids)
    try:
        yield Office(directory, changes, access, accounts, links)
    finally:
        passwords.close()
        await directory.close()


async def setup_path(settings: Settings) -> str:
    """Give the page at which the first owner sets up; "" where there is an owner already, or
    the built-in account stands for one. The directory has today's schema afterwards.

    Raises:
        DependencyError: the data folder or the directory cannot be used.
    """
    async with opened_office(parts(settings)) as office:
        if settings.agents or not await office.links.needs_owner():
            return ""
        return f"/setup#link={await office.links.setup_link()}"


async def demo_people(settings: Settings) -> list[DemoPerson]:
    """Make the demo company where there is nobody yet; gives its people with their links.

    Raises:
        DependencyError: the data folder or the directory cannot be used.
    """
    made = parts(settings)
    async with opened_office(made) as office:
        demo = Demo(office.directory, office.accounts, office.links, office.changes, made.ids)
        return await demo.prepare(
            [f"http://{name}:{settings.port}" for name in ("localhost", "127.0.0.1")]
        )


async def owner_reset_address(settings: Settings, email: str) -> str:
    """Give a one-time address at which an owner sets a new password."""
    async with opened_office(parts(settings)) as office:
        return f"{settings.reached_at()}/enter/{await office.links.reset_link(email)}"


async def new_account_address(settings: Settings, name: str, email: str) -> str:
    """Make an account; gives a one-time address at which its owner sets his password."""
    async with opened_office(parts(settings)) as office:
        return f"{settings.reached_at()}/enter/{await office.links.create_account(name, email)}"


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
    gateway = Gateway(link, made.clock, made.proofs)
    point = _point(made, "all", gateway, runner)
    async with opened_office(made, gateway.requests.facts_written) as office:
        link.start(gateway)
        async with _running(made, runner, office), _told(point):
            try:
                await _serve_gateway(made, office, gateway, listener, ready, point)
            finally:
                link.stop()
                links.stop()


async def serve_home(settings: Settings, ready: Callable[[], None]) -> None:
    """The home alone, for gateways on the same machine, until it is told to stop."""
    made = parts(settings)
    links = UnixHomeLinks(settings.link_path)
    switch = _LinkSwitch(links)
    runner = _runner(made, lambda: switch.up(runner), switch.down)
    runner.links = links
    point = _point(made, "home", None, runner)
    async with opened_office(made) as office, _running(made, runner, office), _told(point):
        try:
            await switch.settled()
            ready()
            with _collected():
                await _until_stopped()
        finally:
            switch.down()
            await switch.settled()


@contextlib.asynccontextmanager
async def _running(made: Parts, runner: HomeRunner, office: Office) -> AsyncIterator[None]:
    """Run the home, and what follows from its log and from the directory."""
    local = LocalLink(runner)
    facts = AccountFacts(office.directory, local.requests)
    runner.followers += [local, facts]
    segmenter = JiebaSegmenter()
    faqs = Faqs(DirectoryFaqSources(office.directory), segmenter)
    paths = ConsumerPaths(made.settings.log_path, made.settings.views_path)
    store = ContactStore(office.directory, office.changes, made.ids)
    consumers = Consumers(runner, local.requests, faqs, segmenter, paths, store)
    runner.start()
    consumers.start()
    sweep = _file_sweep(made, office, consumers)
    tasks = [asyncio.ensure_future(work) for work in (facts.run(), sweep.run())]
    for task in tasks:
        task.add_done_callback(_stop_for_defect)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await consumers.stop()
        runner.stop()


def _file_sweep(made: Parts, office: Office, consumers: Consumers) -> FileSweep:
    objects = FolderObjects(made.settings.files_path)
    head = LogHead(made.settings)
    return FileSweep(office.directory, objects, consumers.views, head, made.clock)


def _stop_for_defect(task: asyncio.Task[None]) -> None:
    """Stop the process where a task ended that must never end: whoever started it starts anew."""
    if not task.cancelled():
        logger.error("a task ended by a defect", exc_info=task.exception())
        os.kill(os.getpid(), signal.SIGTERM)


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
    gateway = Gateway(link, made.clock, made.proofs)
    linking = asyncio.ensure_future(link.run(gateway))
    listener = bound_socket(settings.host, settings.port, reuse_port=True)
    point = _point(made, "gateway", gateway, None)
    async with opened_office(made, gateway.requests.facts_written) as office, _told(point):
        serving = asyncio.ensure_future(
            _serve_gateway(made, office, gateway, listener, ready, point)
        )
        done, _ = await asyncio.wait((linking, serving), return_when=asyncio.FIRST_COMPLETED)
        for task in (linking, serving):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await linking
        for task in done:
            task.result()


def _point(
    made: Parts, role: str, gateway: Gateway | None, runner: HomeRunner | None
) -> MetricsPoint | None:
    """Give what tells the figures of this process; None while they are off."""
    if not made.settings.metrics:
        return None
    data = made.settings.data
    return MetricsPoint(data, Sources(role, data, made.commits, gateway, runner).snapshot)


def _told(point: MetricsPoint | None) -> AbstractAsyncContextManager[None]:
    return contextlib.nullcontext() if point is None else point.open()


def _runner(made: Parts, on_up: Callable[[], None], on_down: Callable[[], None]) -> HomeRunner:
    settings = made.settings
    loop = asyncio.get_running_loop()

    def seed(home: Home) -> None:
        if not made.builtin.agent_ids:
            return
        for command, identity in made.builtin.facts(settings.capacity):
            home.execute(command, identity)

    return HomeRunner(
        lambda: SqliteEventLog(settings.log_path, loop, times=made.commits),
        made.clock,
        made.ids,
        seed,
        on_up,
        on_down,
    )


async def _serve_gateway(
    made: Parts,
    office: Office,
    gateway: Gateway,
    listener: socket.socket,
    ready: Callable[[int], None],
    point: MetricsPoint | None,
) -> None:
    settings = made.settings
    views = SqliteConversationViews(settings.views_path, JiebaSegmenter())
    config = server_config(
        application(_api(made, office, gateway, views, point)),
        socket_protocol(gateway.open),
        host=settings.host,
        port=settings.port,
        proxies=settings.proxies,
    )
    server = _Server(config, gateway)
    await made.proofs.look(office.directory)
    tasks = (
        asyncio.ensure_future(_tick(gateway)),
        asyncio.ensure_future(made.proofs.run(office.directory)),
    )
    try:
        with _collected():
            ready(listener.getsockname()[1])
            await server.serve(sockets=[listener])
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        views.close()


def _api(
    made: Parts,
    office: Office,
    gateway: Gateway,
    views: SqliteConversationViews,
    point: MetricsPoint | None,
) -> Api:
    settings, clock, ids, tokens = made.settings, made.clock, made.ids, made.tokens
    home, directory = gateway.requests, office.directory
    log_head = LogHead(settings)
    objects = FolderObjects(settings.files_path)
    return Api(
        builtin=made.builtin,
        clock=clock,
        ids=ids,
        tokens=tokens,
        directory=directory,
        access=office.access,
        links=office.links,
        accounts=office.accounts,
        home=home,
        views=views,
        faqs=Faqs(DirectoryFaqSources(directory), JiebaSegmenter()),
        files=Files(directory, objects, views, tokens, clock, ids),
        visitors=Visitors(
            directory, office.changes, tokens, made.key, home, views, log_head, clock, ids
        ),
        first_answers=FirstAnswers(directory, clock, ids),
        new_visitors=Quota(limits.NEW_VISITORS_MAX, limits.NEW_VISITORS_WINDOW_MS, clock),
        uploads=Quota(limits.UPLOADS_MAX, limits.UPLOADS_WINDOW_MS, clock),
        log_head=log_head,
        is_linked=lambda: gateway.is_linked,
        web=settings.web,
        installation=name_of(made.key),
        figures=None if point is None else point.all,
        metrics_token=settings.metrics_token,
        answered=gateway.tallies.request,
        has_demo=settings.demo,
    )


class LogHead:
    """Tells the last durable position of the log to a process that does not write it.

    Args:
        settings: name the file; it may come later, with the home.
    """

    def __init__(self, settings: Settings) -> None:
        self._path = settings.log_path
        self._records: SqliteLogRecords | None = None

    def __call__(self) -> int:
        """Give the position; 0 before there is a log."""
        try:
            if self._records is None:
                self._records = SqliteLogRecords(self._path)
            return self._records.head()
        except LogUnavailable:
            return 0


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
