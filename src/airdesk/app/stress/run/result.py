"""What `airdesk stress` says in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from airdesk.app.stress.bench_log import machine
from airdesk.app.stress.crowd.histogram import Histogram
from airdesk.app.stress.echo_floor import BareEcho
from airdesk.app.stress.processes import commit
from airdesk.app.stress.run.settings import Scenario, StressSettings
from airdesk.app.stress.run.stress import Measured
from airdesk.app.stress.run.watch import knows_slabs


class Server(TypedDict):
    """What the server used; null for a server that is not ours."""

    rss_bytes_per_connection: int | None
    cpu_us_per_message: float | None
    memory_bytes: int | None
    loop_lag_ms: dict[str, float | None]


class Bytes(TypedDict):
    """Bytes on the wire for each delivered message: all frames of the window, both directions."""

    wire: float
    json: float
    terse_json: float


def result(settings: StressSettings, measured: Measured, echo: BareEcho | None) -> dict[str, Any]:
    """Give the result as JSON has it."""
    found, totals, load = measured.findings, measured.totals, measured.load
    told: dict[str, Any] = {
        "connections": load.connections,
        "connected": measured.connected,
        "sent": found.sent,
        "acked": found.acked,
        "delivered": found.delivered,
        "lost": found.lost,
        "duplicated": found.duplicated,
        "out_of_order": found.out_of_order,
        "cross_talk": found.cross_talk,
        "verdict": verdict(settings.scenario, measured),
        "latency_ms": {
            "p50": _ms(totals.latency, 0.5),
            "p99": _ms(totals.latency, 0.99),
            "p999": _ms(totals.latency, 0.999),
            "max": totals.latency.max_us / 1_000,
        },
        "server": _server(settings, measured),
        "bare_echo": echo,
        "bytes": _bytes(measured),
        "cross_worker_share": round(measured.cross_worker_share, 4),
        "ack_ms": {"p50": _ms(totals.ack, 0.5), "p99": _ms(totals.ack, 0.99)},
        "connect_per_s": round(measured.connect_per_s, 1),
        "duration_s": load.seconds,
    }
    if settings.scenario is not Scenario.STEADY:
        told["back_s"] = {
            "p99": round(_ms(totals.back, 0.99) / 1_000, 3),
            "max": round(totals.back.max_us / 1e6, 3),
        }
        told["full_reloads"] = totals.sum(lambda tick: tick.full_reloads)
    if measured.noticed is not None:
        told["noticed"] = measured.noticed._asdict()
    told["machine"] = machine()
    told["commit"] = commit()
    told["settings"] = _settings(settings, measured)
    told["details"] = _details(measured)
    return told


def verdict(scenario: Scenario, measured: Measured) -> str:
    """Say `ok`, or what went wrong."""
    faults = [*measured.findings.faults]
    if scenario is Scenario.STEADY and measured.connected < measured.load.connections:
        faults.append("disconnected")
    if measured.totals.sum(lambda tick: tick.returning):
        faults.append("not back")
    return "ok" if not faults else "failed: " + ", ".join(faults)


def _server(settings: StressSettings, measured: Measured) -> Server:
    if settings.url:
        lag: dict[str, float | None] = {"p99": None, "max": None}
        return Server(
            rss_bytes_per_connection=None,
            cpu_us_per_message=None,
            memory_bytes=None,
            loop_lag_ms=lag,
        )
    lags = measured.lags_ms
    messages = max(1, measured.findings.delivered)
    return Server(
        rss_bytes_per_connection=round(measured.idle_bytes),
        cpu_us_per_message=round(measured.cpu_s / messages * 1e6, 1),
        memory_bytes=measured.memory_bytes,
        loop_lag_ms={"p99": _quantile(lags, 0.99), "max": lags[-1] if lags else 0.0},
    )


def _bytes(measured: Measured) -> Bytes:
    """Give bytes a message; the other forms by the sample of all frames of the run."""
    messages = max(1, measured.findings.delivered)
    whole, controls = measured.window_bytes
    ticks = measured.totals.last.values()
    sample = [sum(tick.sample_bytes[n] for tick in ticks) for n in range(3)]

    def form(index: int) -> float:
        ratio = sample[index] / sample[0] if sample[0] else 0.0
        return round(((whole - controls) * ratio + controls) / messages, 1)

    return Bytes(wire=round(whole / messages, 1), json=form(1), terse_json=form(2))


def _settings(settings: StressSettings, measured: Measured) -> dict[str, Any]:
    load = measured.load
    return {
        "scenario": settings.scenario.value,
        "visitors": load.visitors,
        "agents": load.agents,
        "conversations": load.talkers,
        "rate": load.rate,
        "warmup_s": load.warmup_s,
        "workers": settings.workers,
        "bot": settings.bot,
        "generators": measured.generators,
        "target": settings.url or "its own server",
    }


def _details(measured: Measured) -> dict[str, Any]:
    found, totals = measured.findings, measured.totals
    return {
        "altered": found.altered,
        "unanswered": found.unanswered,
        "refused": found.refused,
        "unsaid": found.unsaid,
        "holes": totals.sum(lambda tick: tick.holes),
        "failures": {str(number): count for number, count in totals.failures.items()},
        "connect_errors": totals.sum(lambda tick: tick.connect_errors),
        "sent_late_ms_p99": _ms(totals.late, 0.99),
        "generators_cpu_s": round(measured.generators_cpu_s, 2),
        "killed": measured.killed,
        "down_s": round(measured.down_s, 2),
        "kernel_slabs_known": knows_slabs(),
    }


def _ms(histogram: Histogram, share: float) -> float:
    return histogram.quantile_us(share) / 1_000


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
