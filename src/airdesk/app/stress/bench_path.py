"""`airdesk bench path`: what one message costs on its way through a server full of people.

One real server (`airdesk serve`, its log on a disk) runs on one core, the load client on another.
All connections are opened and say hello; the memory of an idle one is the proportional set size
of the server then, less before, after ten quiet seconds. A fifth of the visitors start a
conversation, 25 to an agent. Messages go at a fixed rate, three fifths of them by visitors; every
one must reach the other side once, come back to its sender once, be acknowledged once, and stand
in order; otherwise the benchmark fails. Receipts (received and read) leave once a second for each
connection, pings are answered. `cpu_us_per_message` is the CPU of all server processes
in the window, by these, too, divided by the messages of the window.

`stages_us` comes from a second, shorter run whose server measures its own functions
(`probe_stages.py` says which function is which stage), so that measuring does not disturb the
main figures. What the wrappers cost is measured beforehand and taken off.

`bare_echo` is a server of nothing but picows on the same core, with as many connections and the
same rate of 60-byte messages, in the same run.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, TypedDict, TypeVar

import msgspec
import uvloop

from airdesk.app.stress.bench_log import NotOnDisk, filesystem, machine
from airdesk.app.stress.echo_client import EchoClient
from airdesk.app.stress.load_client import (
    Answer,
    Connect,
    Done,
    Failed,
    Report,
    Request,
    Run,
    Start,
    Window,
)
from airdesk.app.stress.load_texts import make_texts, median_bytes
from airdesk.app.stress.probe import LINE_START, MARK_SIGNAL, Readout
from airdesk.app.stress.probe_stages import STAGES
from airdesk.app.stress.processes import MeasuredProcess, commit

CAPACITY: Final = 25
"""Conversations of each agent."""

CONVERSATIONS_SHARE: Final = 0.2
"""Of all connections, in a conversation."""

WARM_CONNECTIONS: Final = 50
"""Opened before the memory is measured, so that modules and buffers are there."""

QUIET_S: Final = 10.0
"""After which a connection counts as idle."""

STAGES_S: Final = (5.0, 10.0)
"""Warm-up and length of the run with stages."""

ECHO_S: Final = 10.0
_NOT_A_DISK: Final = frozenset({"tmpfs", "ramfs", "devtmpfs"})
T = TypeVar("T")


class Settings(NamedTuple):
    """What is measured."""

    connections: int = 15_000
    rate: float = 1_000.0
    seconds: float = 30.0
    warmup: float = 10.0

    @property
    def agents(self) -> int:
        """Agents among the connections."""
        return max(1, round(self.connections * CONVERSATIONS_SHARE / CAPACITY))

    @property
    def conversations(self) -> int:
        """Conversations, each with a visitor and an agent."""
        return min(self.agents * CAPACITY, self.connections - self.agents)


class LoadFailed(Exception):
    """The server lost, doubled, reordered or refused something, or ended."""


class Lag(TypedDict):
    """Milliseconds."""

    p99: float
    max: float


class Latency(TypedDict):
    """Milliseconds from a message's time to its arrival at the other side."""

    p50: float
    p99: float


class BareEcho(TypedDict):
    """The floor."""

    cpu_us_per_message: float
    rss_bytes_per_connection: int


class Result(TypedDict):
    """What the benchmark prints as JSON."""

    stages_us: dict[str, float]
    cpu_us_per_message: float
    rss_bytes_per_connection: int
    loop_lag_ms: Lag
    latency_ms: Latency
    bare_echo: BareEcho
    machine: dict[str, str | int | float]
    commit: str
    settings: dict[str, str | int | float]
    load: dict[str, int | float]


class Measured(NamedTuple):
    """One run of the server."""

    cpu_us_per_message: float
    bytes_per_connection: int
    probes: tuple[Readout, Readout]
    """At the begin and at the end of the window."""
    report: Report


class LoadClient:
    """The load client's process, asked line by line.

    Args:
        core: where it runs.
    """

    def __init__(self, core: int) -> None:
        self._process = MeasuredProcess("airdesk.app.stress.load_client", (), core)
        self._decoder = msgspec.json.Decoder(Answer)

    def ask(self, wish: Request) -> Answer:
        """Give a request, and wait for its answer."""
        self._process.write_line(msgspec.json.encode(wish).decode())
        return self.hear()

    def hear(self) -> Answer:
        """Wait for the next answer.

        Raises:
            LoadFailed: something was lost, doubled, reordered or refused.
        """
        answer: Answer = self._decoder.decode(self._process.read_line())
        if isinstance(answer, Failed):
            raise LoadFailed(answer.reason)
        return answer

    def stop(self) -> None:
        """End it, and with it all connections."""
        self._process.kill()


class Server:
    """A real server on a core of its own.

    Args:
        folder: where it keeps its data.
        agents: seats.
        probe: what it tells of itself: `lag` or `stages`.
        core: where it runs.
    """

    def __init__(self, folder: Path, agents: int, probe: str, core: int) -> None:
        arguments = (
            *("serve", "--port", "0", "--data", str(folder), "--agents", str(agents)),
            *("--capacity", str(CAPACITY), "--probe", probe),
        )
        self.process = MeasuredProcess("airdesk.app.cli", arguments, core)
        self.port = int(self.process.read_line().rpartition(":")[2])

    def probe(self) -> Readout:
        """Let it tell of itself."""
        self.process.signal(MARK_SIGNAL)
        while not (line := self.process.read_line()).startswith(LINE_START):
            pass
        readout: Readout = json.loads(line.removeprefix(LINE_START))
        return readout


def main(json_path: str, directory: Path | None, settings: Settings) -> None:
    """Run the benchmark and write its result as one JSON object.

    Args:
        json_path: a file, or `-` for the standard output.
        directory: where a temporary folder is made; `.cache/bench` if None.
        settings: what is measured.
    """
    text = json.dumps(run(directory or Path(".cache/bench"), settings), indent=2) + "\n"
    if json_path == "-":
        sys.stdout.write(text)
    else:
        Path(json_path).write_text(text)


def run(directory: Path, settings: Settings) -> Result:
    """Measure in a temporary folder below `directory`, which is removed afterwards.

    Raises:
        NotOnDisk: the directory is in memory.
        LoadFailed: the server did not deliver and acknowledge every message once, in order.
    """
    with folder_on_disk(directory, "path-") as folder:
        cores = sorted(os.sched_getaffinity(0))
        server_core, client_core = cores[-1], cores[0]
        main_run = _measure(folder / "main", settings, "lag", (server_core, client_core))
        warmup_s, seconds = STAGES_S
        shorter = settings._replace(
            warmup=min(warmup_s, settings.warmup), seconds=min(seconds, settings.seconds)
        )
        staged = _measure(folder / "stages", shorter, "stages", (server_core, client_core))
        echo = _measure_echo(settings, server_core)
    lag = main_run.probes[1]["lag_ms"]
    latency = main_run.report.latency_us
    return Result(
        stages_us=stages_us(staged),
        cpu_us_per_message=main_run.cpu_us_per_message,
        rss_bytes_per_connection=main_run.bytes_per_connection,
        loop_lag_ms=Lag(p99=quantile(lag, 0.99), max=lag[-1]),
        latency_ms=Latency(
            p50=quantile(latency, 0.5) / 1000,
            p99=quantile(latency, 0.99) / 1000,
        ),
        bare_echo=echo,
        machine=machine(server_core),
        commit=commit(),
        settings=_told(settings),
        load=_load(main_run.report),
    )


@contextmanager
def folder_on_disk(directory: Path, prefix: str) -> Iterator[Path]:
    """Give a temporary folder below a directory, and remove it afterwards.

    Raises:
        NotOnDisk: the directory is in memory.
    """
    kind = filesystem(directory)
    if kind in _NOT_A_DISK:
        raise NotOnDisk(f"{directory} is on {kind}, in memory: choose a directory on a disk")
    directory.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=directory))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


# The server -----------------------------------------------------------------------------------


def _measure(folder: Path, settings: Settings, probe: str, cores: tuple[int, int]) -> Measured:
    server = Server(folder, settings.agents, probe, cores[0])
    try:
        warm, client = LoadClient(cores[1]), LoadClient(cores[1])
        try:
            return _drive(server, warm, client, settings, folder)
        finally:
            client.stop()
            warm.stop()
    finally:
        server.process.stop()


def _drive(
    server: Server, warm: LoadClient, client: LoadClient, settings: Settings, folder: Path
) -> Measured:
    def connect(agents: int, visitors: int) -> Connect:
        return Connect(server.port, str(folder), agents, settings.agents, visitors)

    _done(warm.ask(connect(0, WARM_CONNECTIONS)))
    pss_before = server.process.pss_bytes()
    _done(client.ask(connect(settings.agents, settings.connections - settings.agents)))
    time.sleep(min(QUIET_S, settings.seconds))
    idle_bytes = (server.process.pss_bytes() - pss_before) / settings.connections
    _done(client.ask(Start(settings.conversations)))
    first = client.ask(Run(settings.rate, settings.warmup, settings.seconds))
    _window(first, begins=True)
    cpu_s, before = server.process.cpu_s(), server.probe()
    _window(client.hear(), begins=False)
    cpu_s, after = server.process.cpu_s() - cpu_s, server.probe()
    report = client.hear()
    if not isinstance(report, Report):
        raise LoadFailed(f"no report but {report}")
    return Measured(
        round(cpu_s / report.messages * 1e6, 1), round(idle_bytes), (before, after), report
    )


def _done(answer: Answer) -> None:
    if not isinstance(answer, Done):
        raise LoadFailed(f"not done but {answer}")


def _window(answer: Answer, begins: bool) -> None:
    if answer != Window(begins):
        raise LoadFailed(f"no window but {answer}")


def stages_us(measured: Measured) -> dict[str, float]:
    """Give the CPU of each stage for a message, from a run whose server measured its functions."""
    before, after = measured.probes
    spent = {name: after["stages_ns"][name] - before["stages_ns"][name] for name in STAGES}
    process = after["process_cpu_ns"] - before["process_cpu_ns"]
    loop = after["loop_cpu_ns"] - before["loop_cpu_ns"]
    writers = after["writers_cpu_ns"] - before["writers_cpu_ns"]
    followers = after["followers_cpu_ns"] - before["followers_cpu_ns"]
    spent["append"] += writers
    spent["follow"] += followers
    spent["other"] += process - loop - writers - followers
    order = (*STAGES[1:], STAGES[0])
    return {name: round(spent[name] / 1000 / measured.report.messages, 1) for name in order}


# The floor ------------------------------------------------------------------------------------


def _measure_echo(settings: Settings, core: int) -> BareEcho:
    server = MeasuredProcess("airdesk.app.stress.bare_echo", ("--port", "0"), core)
    try:
        return uvloop.run(_drive_echo(server, int(server.read_line()), settings))
    finally:
        server.kill()


async def _drive_echo(server: MeasuredProcess, port: int, settings: Settings) -> BareEcho:
    warm, client = EchoClient(port), EchoClient(port)
    try:
        await warm.connect(WARM_CONNECTIONS)
        await warm.echo(settings.rate, 0.5)
        pss_before = server.pss_bytes()
        await client.connect(settings.connections)
        await asyncio.sleep(min(QUIET_S, settings.seconds))
        idle_bytes = (server.pss_bytes() - pss_before) / settings.connections
        cpu_s = server.cpu_s()
        messages = await client.echo(settings.rate, min(ECHO_S, settings.seconds))
        cpu_s = server.cpu_s() - cpu_s
    finally:
        # uvloop waits for ever when it is closed over open sockets.
        await client.close()
        await warm.close()
    return BareEcho(
        cpu_us_per_message=round(cpu_s / messages * 1e6, 1),
        rss_bytes_per_connection=round(idle_bytes),
    )


# Figures --------------------------------------------------------------------------------------


def quantile(ordered: Sequence[T], share: float) -> T:
    """Give the value of an ascending row below which a share of it lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _told(settings: Settings) -> dict[str, str | int | float]:
    return {
        **settings._asdict(),
        "agents": settings.agents,
        "conversations": settings.conversations,
        "text_bytes_median": median_bytes(make_texts(2_000)),
    }


def _load(report: Report) -> dict[str, int | float]:
    """Say what the client did, and how well: a client too busy would spoil the figures."""

    def acknowledged(share: float) -> float:
        return quantile(report.acknowledged_us, share) / 1000

    return {
        "messages_delivered_and_acknowledged": report.messages,
        "acknowledged_ms_p50": acknowledged(0.5),
        "acknowledged_ms_p99": acknowledged(0.99),
        "sent_late_ms_p99": quantile(report.lateness_us, 0.99) / 1000,
        "latency_ms_max": report.latency_us[-1] / 1000,
        "client_cpu_share": report.client_cpu_share,
    }
