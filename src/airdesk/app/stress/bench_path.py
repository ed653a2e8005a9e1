"""`airdesk bench path`: what one message costs on its way through a server full of people.

It is a steady run of `airdesk stress` with the server on one core and one generator on another, so
that figures are of one core; people do not type. All connections are opened and say hello; the
memory of an idle one is the proportional set size of the server then, less before, after ten quiet
seconds. A fifth of the visitors start a conversation, 25 to an agent. Messages go at a fixed rate,
three fifths of them by visitors; every one must reach the other side once, come back to its sender
once, be acknowledged once, and stand in order; otherwise the benchmark fails. Receipts (received
and read) leave once a second for each connection, pings are answered. `cpu_us_per_message` is the
CPU of all server processes in the window, by these, too, divided by the messages of the window.

`stages_us` comes from a second, shorter run whose server measures its own functions
(`probe_stages.py` says which function is which stage), so that measuring does not disturb the
main figures. What the wrappers cost is measured beforehand and taken off.

`bare_echo` is a server of nothing but picows on the same core, with as many connections and the
same rate of 60-byte messages, in the same run.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypedDict, TypeVar

import uvloop

from airdesk.app.stress.bench_log import machine
from airdesk.app.stress.crowd.plan import TALKS_PER_AGENT, Load, Plan
from airdesk.app.stress.disk_folder import folder_on_disk
from airdesk.app.stress.echo_floor import BareEcho, measure_echo
from airdesk.app.stress.probe import Readout
from airdesk.app.stress.probe_stages import STAGES
from airdesk.app.stress.processes import commit
from airdesk.app.stress.run.result import verdict
from airdesk.app.stress.run.settings import Scenario, StressSettings
from airdesk.app.stress.run.stress import Measured, StressRun

CONVERSATIONS_SHARE: Final = 0.2
"""Of all connections, in a conversation."""

STAGES_S: Final = (5.0, 10.0)
"""Warm-up and length of the run with stages."""

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
        return max(1, round(self.connections * CONVERSATIONS_SHARE / TALKS_PER_AGENT))

    @property
    def conversations(self) -> int:
        """Conversations, each with a visitor and an agent."""
        return min(self.agents * TALKS_PER_AGENT, self.connections - self.agents)

    @property
    def load(self) -> Load:
        """What the plan of messages is made of."""
        return Load(
            self.connections - self.agents,
            self.conversations,
            self.agents,
            self.rate,
            self.warmup,
            self.seconds,
        )


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


class PathMeasured(NamedTuple):
    """One run of the server."""

    run: Measured
    probes: list[Readout]
    """At the begin and at the end of the window."""

    @property
    def messages(self) -> int:
        """Messages of the window."""
        return self.run.findings.delivered


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
        echo = measure_echo(settings.connections, settings.rate, settings.seconds, server_core)
    lag, latency = main_run.probes[1]["lag_ms"], main_run.run.totals.latency
    return Result(
        stages_us=stages_us(staged),
        cpu_us_per_message=round(main_run.run.cpu_s / main_run.messages * 1e6, 1),
        rss_bytes_per_connection=round(main_run.run.idle_bytes),
        loop_lag_ms=Lag(p99=quantile(lag, 0.99), max=lag[-1]),
        latency_ms=Latency(
            p50=latency.quantile_us(0.5) / 1000,
            p99=latency.quantile_us(0.99) / 1000,
        ),
        bare_echo=echo,
        machine=machine(server_core),
        commit=commit(),
        settings=_told(settings),
        load=_load(main_run),
    )


# The server -----------------------------------------------------------------------------------


def _measure(folder: Path, settings: Settings, probe: str, cores: tuple[int, int]) -> PathMeasured:
    asked = StressSettings(
        visitors=settings.connections - settings.agents,
        rate=settings.rate,
        seconds=settings.seconds,
        generators=1,
        typing=False,
        cores=cores,
        probe=probe,
    )
    probes: list[Readout] = []

    async def mark(begins: bool) -> None:
        if stress.server is not None:
            probes.append(await stress.server.mark())

    stress = StressRun(asked, folder, lambda line: None, settings.load, mark)
    measured = uvloop.run(stress.run())
    if (said := verdict(Scenario.STEADY, measured)) != "ok":
        raise LoadFailed(said)
    return PathMeasured(measured, probes)


def stages_us(measured: PathMeasured) -> dict[str, float]:
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
    return {name: round(spent[name] / 1000 / measured.messages, 1) for name in order}


# Figures --------------------------------------------------------------------------------------


def quantile(ordered: Sequence[T], share: float) -> T:
    """Give the value of an ascending row below which a share of it lies."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _told(settings: Settings) -> dict[str, str | int | float]:
    return {
        **settings._asdict(),
        "agents": settings.agents,
        "conversations": settings.conversations,
        "text_bytes_median": _median_bytes(Plan(settings.load)),
    }


def _median_bytes(plan: Plan) -> int:
    """Give the median length of a message in UTF-8."""
    lengths = sorted(len(plan.text(number).encode()) for number in range(len(plan)))
    return quantile(lengths, 0.5)


def _load(measured: PathMeasured) -> dict[str, int | float]:
    """Say what the client did, and how well: a client too busy would spoil the figures."""
    totals = measured.run.totals
    return {
        "messages_delivered_and_acknowledged": measured.messages,
        "acknowledged_ms_p50": totals.ack.quantile_us(0.5) / 1000,
        "acknowledged_ms_p99": totals.ack.quantile_us(0.99) / 1000,
        "sent_late_ms_p99": totals.late.quantile_us(0.99) / 1000,
        "latency_ms_max": totals.latency.max_us / 1000,
        "client_cpu_share": round(measured.run.generators_cpu_s / measured.run.load.seconds, 3),
    }
