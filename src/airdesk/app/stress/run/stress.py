"""One run of a stress test, from the server's start to the checker's verdict."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from airdesk.app.stress.crowd.addresses import is_loopback
from airdesk.app.stress.crowd.checker import Checker, Findings
from airdesk.app.stress.crowd.generator import raise_descriptor_limit
from airdesk.app.stress.crowd.histogram import Histogram
from airdesk.app.stress.crowd.pipe import (
    Connect,
    Person,
    Resume,
    Rules,
    Run,
    Setup,
    Talk,
    Tick,
    Where,
)
from airdesk.app.stress.crowd.plan import Load, Plan
from airdesk.app.stress.fault_proxy import Death
from airdesk.app.stress.processes import family
from airdesk.app.stress.run.credentials import WARM_PEOPLE, Crowd, allowed_crowd, own_crowd
from airdesk.app.stress.run.crossing import cross_share, holders_of
from airdesk.app.stress.run.flapping import BadNetwork, Noticed, noticed
from airdesk.app.stress.run.generators import Generators, Totals
from airdesk.app.stress.run.server import OwnServer
from airdesk.app.stress.run.settings import Scenario, StressSettings, check
from airdesk.app.stress.run.watch import Watch

READY_S: Final = 60.0
"""Longest wait for connections or assignments, beside the time that they take at their rate."""

DRAIN_S: Final = 10.0
"""A message that is not there so long after the last one is missing; its readers then resume."""

BACK_S: Final = 60.0
"""Longest wait at the end of a storm or of a bad network until everybody is back."""

STARTS_PER_S: Final = 400.0
"""Conversations begun, so that their assignment is no storm of its own."""

STORM_AT: Final = 1 / 3
"""Of the window: when the server or one worker is killed."""

LEAD_S: Final = 0.5
"""From the word to run until the plan's first moment, for the word to reach every generator."""


class StressFailed(Exception):
    """The run did not come to its end."""


class Moment(NamedTuple):
    """One second of a run."""

    at_s: float
    """Since the window began."""
    connected: int
    latency_ms: tuple[float, float, float]
    """Of the messages that arrived in it: p50, p99, the longest."""
    arrived: int
    cpu_share: float
    """Of one core, all server processes."""
    memory_bytes: int
    kernel_bytes: int
    lag_ms: float


class Measured(NamedTuple):
    """What a run found out."""

    load: Load
    generators: int
    findings: Findings
    totals: Totals
    connected: int
    connect_per_s: float
    idle_bytes: float
    """Of the server's memory, for each connection; 0 for a server that is not ours."""
    cpu_s: float
    """Of all server processes in the window."""
    generators_cpu_s: float
    """Of all generators in the window, within their last ticks."""
    memory_bytes: int
    lags_ms: list[float]
    """In the window, ascending."""
    window_bytes: tuple[int, int]
    """On the wire in the window: all, and pings, pongs and closes."""
    cross_worker_share: float
    moments: list[Moment]
    killed: str
    """What a storm killed."""
    down_s: float
    """From the kill until the server served again; 0 where one worker was killed."""
    noticed: Noticed | None
    """Of a bad network."""


class StressRun:
    """A run.

    Args:
        settings: what is asked for.
        folder: for the own server.
        say: hears of the progress, a line at a time.
        load: what the plan is made of; None for what the settings say.
        on_window: called when the measured window begins (True) and ends.
    """

    def __init__(
        self,
        settings: StressSettings,
        folder: Path,
        say: Callable[[str], None],
        load: Load | None = None,
        on_window: Callable[[bool], Awaitable[None]] | None = None,
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._say = say
        self.load = settings.load if load is None else load
        self._on_window = on_window
        self.plan = Plan(self.load)
        self._checker = Checker(self.plan)
        self.server: OwnServer | None = None
        """Its own server, while there is one."""
        self._watch: Watch | None = None
        self._second = Histogram()
        self._moments: list[Moment] = []
        self._cpu_before_s = 0.0
        self._window_lags: list[float] | None = None
        self._start_ns = 0
        self._killed, self._down_s = "", 0.0
        self._generators_s = 0.0
        self._network: BadNetwork | None = None
        self._deaths: list[Death] = []

    async def run(self) -> Measured:
        """Carry it out.

        Raises:
            StressRefused: it cannot run so.
            StressFailed: the crowd did not get connected or served.
        """
        count = check(self._settings, self.load, raise_descriptor_limit())
        async with self._target() as (url, crowd), contextlib.AsyncExitStack() as stack:
            warm = Generators([self._setup(url, crowd, 0, 0)], Checker(self.plan))
            stack.push_async_callback(warm.stop)
            setups = [self._setup(url, crowd, index, count) for index in range(count)]
            generators = Generators(setups, self._checker, self._ticked)
            stack.push_async_callback(generators.stop)
            warm.tell(Connect(False))
            await self._all(warm, "warm", lambda: warm.totals.sum(lambda t: t.opened), WARM_PEOPLE)
            await generators.until(lambda: len(generators.totals.last) == count, READY_S)
            before = self._memory()
            watching = asyncio.ensure_future(self._look_every_second(generators))
            stack.push_async_callback(_cancelled, watching)
            connect_per_s = await self._connect(generators)
            self._say("idle: waiting until nothing moves")
            await asyncio.sleep(self._settings.idle_s)
            idle_bytes = (self._memory() - before) / self.load.connections
            await self._talk(generators)
            cross = await self._cross_share(generators)
            cpu_s, connected, sizes = await self._run(generators)
            await self._drain(generators)
            generators.check()
            return Measured(
                load=self.load,
                generators=count,
                findings=self._findings(generators.totals),
                totals=generators.totals,
                connected=connected,
                connect_per_s=connect_per_s,
                idle_bytes=idle_bytes,
                cpu_s=cpu_s,
                generators_cpu_s=self._generators_s,
                memory_bytes=0 if self._watch is None else self._watch.peak_bytes,
                lags_ms=sorted(self._window_lags or ()),
                window_bytes=sizes,
                cross_worker_share=cross,
                moments=self._moments,
                killed=self._killed,
                down_s=self._down_s,
                noticed=self._noticed(generators.totals),
            )

    # Who is there -----------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _target(self) -> AsyncIterator[tuple[str, Crowd]]:
        settings = self._settings
        if settings.url:
            self._say(f"asking {settings.url} for a crowd")
            crowd = await asyncio.get_running_loop().run_in_executor(
                None, allowed_crowd, settings.url, settings.token_file, self.load
            )
            parts = urlsplit(settings.url)
            scheme = "wss" if parts.scheme == "https" else "ws"
            yield f"{scheme}://{parts.netloc}/socket", crowd
            return
        server = OwnServer(
            self._folder,
            self.load.agents,
            settings.workers,
            settings.bot,
            settings.probe,
            settings.cores[0] if settings.cores else None,
        )
        self.server = server
        self._say("starting a server of its own")
        try:
            await server.start()
            self._watch = Watch(server.pid)
            port = server.port
            if settings.scenario is Scenario.FLAP:
                self._network = BadNetwork(port)
                port = self._network.port
            yield f"ws://127.0.0.1:{port}/socket", own_crowd(server.data, self.load)
        finally:
            if self._network is not None:
                self._network.stop()
            await server.stop()

    def _setup(self, url: str, crowd: Crowd, index: int, count: int) -> Setup:
        """Give the people of one of so many generators; of none, those who come first."""
        rate = self._settings.connect_per_s / max(1, count)
        talkers = crowd.visitors[: self.load.talkers]
        visitors: list[Person] = crowd.visitors[index::count] if count else crowd.warm
        return Setup(
            load=self.load,
            url=url,
            is_local=is_loopback(urlsplit(url).hostname or ""),
            visitors=visitors,
            agents=crowd.agents[index::count] if count else [],
            talker_ids={one.person_id: one.number for one in talkers},
            has_bot=self._settings.bot,
            salt=os.getpid() & 0xFFFF,
            rules=Rules(rate, STARTS_PER_S / max(1, count), self._settings.typing),
            core=self._settings.cores[1] if self._settings.cores else None,
        )

    # Phases -----------------------------------------------------------------------------------

    async def _connect(self, generators: Generators) -> float:
        load, totals = self.load, generators.totals
        begin_s = time.monotonic()
        for agents, of, count in (
            (True, "agents online", lambda: totals.sum(lambda tick: tick.online)),
            (False, "connected", lambda: totals.sum(lambda tick: tick.opened)),
        ):
            wanted = load.agents if agents else load.connections
            generators.tell(Connect(agents))
            await self._all(generators, of, count, wanted, wanted / self._settings.connect_per_s)
        # Ticks come once a second; the last connection came half a second before on average.
        return load.connections / max(0.5, time.monotonic() - begin_s - 0.5)

    async def _talk(self, generators: Generators) -> None:
        talkers, totals = self.load.talkers, generators.totals
        generators.tell(Talk())
        at_rate_s = talkers / STARTS_PER_S
        for of, count in (
            ("conversations assigned", lambda: totals.sum(lambda tick: tick.served_agents)),
            ("visitors served", lambda: totals.sum(lambda tick: tick.served_visitors)),
            ("greeted", lambda: totals.sum(lambda tick: tick.greeted)),
        ):
            await self._all(generators, of, count, talkers, at_rate_s)
        if not await generators.until(lambda: not totals.sum(lambda t: t.pending), READY_S):
            raise StressFailed("commands stay without an answer before the run begins")

    async def _all(
        self,
        generators: Generators,
        of: str,
        count: Callable[[], int],
        wanted: int,
        at_rate_s: float = 0.0,
    ) -> None:
        self._say(f"{of}: waiting for {wanted}")
        if not await generators.until(lambda: count() >= wanted, READY_S + 3 * at_rate_s):
            raise StressFailed(
                f"{of}: {count()} of {wanted}; errors {generators.totals.failures},"
                f" {generators.totals.sum(lambda tick: tick.connect_errors)} failed connections"
            )

    async def _run(self, generators: Generators) -> tuple[float, int, tuple[int, int]]:
        """Let messages go; gives the window's CPU, the fewest connected, and bytes."""
        begin_ns, end_ns = self.load.window_ns
        self._start_ns = time.monotonic_ns() + round(LEAD_S * 1e9)
        generators.tell(Run(self._start_ns))
        await self._until(begin_ns, generators)
        await self._tell_window(True)
        self._window_lags = []
        generators_s = _generators_s(generators.totals)
        cpu_s, sizes = self._cpu_s(), _wire(generators.totals)
        if self._network is not None:
            self._network.begin()
        if self._settings.scenario is Scenario.STORM:
            await self._until(begin_ns + round((end_ns - begin_ns) * STORM_AT), generators)
            await self._storm()
        await self._until(end_ns, generators)
        cpu_s = self._cpu_s() - cpu_s
        self._generators_s = _generators_s(generators.totals) - generators_s
        await self._tell_window(False)
        if self._network is not None:
            self._deaths = self._network.mend()
        self._watch_exactly()
        self._window_lags, lags = None, self._window_lags
        # The ticks that tell of the window's end come within a second.
        now_ns = time.monotonic_ns()
        await generators.until(
            lambda: all(tick.at_ns > now_ns for tick in generators.totals.last.values()), 5
        )
        self._window_lags = lags
        after = _wire(generators.totals)
        connected = generators.totals.sum(lambda tick: tick.connected_min)
        return cpu_s, connected, (after[0] - sizes[0], after[1] - sizes[1])

    async def _tell_window(self, begins: bool) -> None:
        if self._on_window is not None:
            await self._on_window(begins)

    async def _storm(self) -> None:
        server, watch = self.server, self._watch
        if server is None or watch is None:
            return
        killed_s = time.monotonic()
        self._killed = await server.kill()
        self._say(f"storm: killed the {self._killed}")
        if self._killed == "server":
            watch.pid = None
            await server.start()
            watch.pid = server.pid
            watch.measure()
            self._down_s = time.monotonic() - killed_s
            self._say(f"storm: it serves again after {self._down_s:.1f} s")

    async def _drain(self, generators: Generators) -> None:
        """Wait for what is on its way, and then let those resume who miss something."""
        checker, totals = self._checker, generators.totals

        def is_quiet() -> bool:
            return not checker.missing() and not checker.unanswered()

        def are_back() -> bool:
            connected = totals.sum(lambda tick: tick.connected)
            return connected == self.load.connections and not totals.sum(lambda t: t.returning)

        if self._settings.scenario is not Scenario.STEADY:
            self._say("waiting until everybody is back")
            await generators.until(are_back, BACK_S)
        self._say("draining")
        if not await generators.until(is_quiet, DRAIN_S):
            talkers = {self.plan.talkers[one] for one in checker.missing()}
            self._say(f"{len(talkers)} conversations miss something: resuming")
            generators.tell(Resume(tuple(talkers)))
            # Whoever was dropped for it has to be back, too, by ticks that know of it.
            known_ns = time.monotonic_ns() + round(LEAD_S * 1e9)
            await generators.until(
                lambda: (
                    is_quiet()
                    and are_back()
                    and all(tick.at_ns > known_ns for tick in totals.last.values())
                ),
                DRAIN_S,
            )

    # Figures ----------------------------------------------------------------------------------

    def _findings(self, totals: Totals) -> Findings:
        found = self._checker.findings()
        return found._replace(cross_talk=found.cross_talk + totals.sum(lambda tick: tick.crossed))

    def _noticed(self, totals: Totals) -> Noticed | None:
        return None if self._network is None else noticed(totals.hung_up, self._deaths)

    def _memory(self) -> int:
        return 0 if self._watch is None else self._watch.measure()

    def _watch_exactly(self) -> None:
        if self._watch is not None:
            self._watch.measure()

    def _cpu_s(self) -> float:
        return 0.0 if self._watch is None else self._watch.look().cpu_s

    async def _cross_share(self, generators: Generators) -> float:
        """Give the share of messages that pass from one gateway to another."""
        server = self.server
        if server is None or not server.workers or self._network is not None:
            return 0.0
        generators.tell(Where())
        await generators.until(lambda: len(generators.places) == len(generators), READY_S)
        holders = holders_of(family(server.pid), server.port)
        visitors = {n: holders.get(at, 0) for one in generators.places for n, at in one[0].items()}
        agents = {n: holders.get(at, 0) for one in generators.places for n, at in one[1].items()}
        return cross_share(self.plan, visitors, agents)

    async def _until(self, plan_ns: int, generators: Generators) -> None:
        moment_ns = self._start_ns + plan_ns
        left_s = (moment_ns - time.monotonic_ns()) / 1e9
        await generators.until(lambda: time.monotonic_ns() >= moment_ns, left_s)

    def _ticked(self, index: int, tick: Tick) -> None:
        self._second.add_all(tick.latency)

    async def _look_every_second(self, generators: Generators) -> None:
        while True:
            await asyncio.sleep(1)
            self._look(generators.totals)

    def _look(self, totals: Totals) -> None:
        """Write a second down, and tell of it."""
        lags: list[float] = []
        memory, kernel, cpu_s = 0, 0, 0.0
        if self.server is not None and self._watch is not None:
            lags, self.server.lags_ms = self.server.lags_ms, []
            sample = self._watch.look()
            cpu_s, memory, kernel = sample
        if self._window_lags is not None:
            self._window_lags += lags
        second, self._second = self._second, Histogram()
        quantiles = (second.quantile_us(0.5), second.quantile_us(0.99), second.max_us)
        begin_ns = self._start_ns + self.load.window_ns[0]
        moment = Moment(
            at_s=round((time.monotonic_ns() - begin_ns) / 1e9, 2) if self._start_ns else 0.0,
            connected=totals.sum(lambda tick: tick.connected),
            latency_ms=(quantiles[0] / 1e3, quantiles[1] / 1e3, quantiles[2] / 1e3),
            arrived=second.count,
            cpu_share=round(cpu_s - self._cpu_before_s, 3),
            memory_bytes=memory,
            kernel_bytes=kernel,
            lag_ms=max(lags, default=0.0),
        )
        self._cpu_before_s = cpu_s
        if self._start_ns:
            self._moments.append(moment)
            self._say(
                f"{moment.at_s:6.1f} s  {moment.connected} connected  {moment.arrived}/s"
                f"  p50 {moment.latency_ms[0]:.1f} ms  p99 {moment.latency_ms[1]:.1f} ms"
                f"  {memory / 2**20:.0f} MiB  {100 * moment.cpu_share:.0f} % of a core"
            )
        else:
            self._say(f"{moment.connected} connected")


def _generators_s(totals: Totals) -> float:
    return sum(tick.cpu_s for tick in totals.last.values())


def _wire(totals: Totals) -> tuple[int, int]:
    return totals.sum(lambda tick: tick.wire_bytes), totals.sum(lambda tick: tick.control_bytes)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
