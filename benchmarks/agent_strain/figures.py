"""What is made of what was seen: spreads, used cores, and the bounds."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any

import psutil

from tests.kit.airdesk_server import AirDeskServer

KEY_P99_MS_MAX = 100
HEAP_MB_MAX = 300


def spread(values: Sequence[float]) -> dict[str, float]:
    """Give the median, the 99th percentile (nearest rank) and the longest."""
    ordered = sorted(values)
    if not ordered:
        return {"count": 0}

    def rank(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)

    return {
        "p50": rank(0.5),
        "p99": rank(0.99),
        "max": round(ordered[-1], 1),
        "count": len(ordered),
    }


def judged(figures: dict[str, Any]) -> list[str]:
    """Give the bounds that were missed, in words."""
    messages = figures["messages"]
    bounds = {
        "key to paint P99": figures["key_to_paint_ms"].get("p99", KEY_P99_MS_MAX) < KEY_P99_MS_MAX,
        "heap": max(figures["heap_mb"]) < HEAP_MB_MAX,
        "jumps": figures["jumps"] == 0 and figures["looked"] > 0,
        "messages": messages["missing"] == messages["twice"] == messages["wrong"] == 0,
        "errors": not figures["errors"],
    }
    return [name for name, holds in bounds.items() if not holds]


def machine() -> dict[str, Any]:
    """Say where it was measured."""
    return {
        "cores": os.cpu_count(),
        "load_average_1_min": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


class Cores:
    """How many cores were in use, by whom; a context manager.

    Args:
        server: it runs all the while.
    """

    def __init__(self, server: AirDeskServer) -> None:
        self._server = server
        self.used: dict[str, float] = {}

    def __enter__(self) -> Cores:
        self._began = time.monotonic()
        self._before = self._seconds()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        passed = time.monotonic() - self._began
        now = self._seconds()
        self.used = {name: round((now[name] - self._before[name]) / passed, 2) for name in now}

    def _seconds(self) -> dict[str, float]:
        own = psutil.Process()
        children = own.children(recursive=True)
        served = {self._server.pid} | {
            one.pid for one in psutil.Process(self._server.pid).children(recursive=True)
        }
        browser = [one for one in children if "chrom" in _name(one)]
        driver = [one for one in children if one not in browser and one.pid not in served]
        return {
            "server": _seconds_of(psutil.Process(pid) for pid in served),
            "browser": _seconds_of(browser),
            "visitors_and_driver": _seconds_of([own, *driver]),
        }


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


def _seconds_of(processes: Iterable[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
