"""What a server under measurement tells of itself: its loop's lag, and CPU by stage.

`airdesk serve --probe lag` (an option that help does not show) costs one timer in ten
milliseconds and nothing else. `--probe stages` swaps wrapped functions in, which costs about a
microsecond a call; what it measures is therefore told beside the main figure, not inside it.
At every SIGUSR1 a line `probe {json}` is printed: what was gathered since the last one.
`--probe seconds` tells the lag every second by itself, of each process of `--workers` too; its
lines are shorter than what a pipe takes in one piece.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypedDict

LAG_PERIOD_S: Final = 0.010
"""Between two looks at the loop's lag."""

SECOND_S: Final = 1.0
"""Between two lines of `--probe seconds`."""

MARK_SIGNAL: Final = signal.SIGUSR1
LINE_START: Final = "probe "

WRITER_THREADS: Final = ("log-writer", "log-checkpointer")
"""Threads whose CPU counts as `append`."""

FOLLOWER_THREADS: Final = ("views", "views-read", "asyncio")
"""Beginnings of the names of threads whose CPU counts as `follow`."""

CALIBRATION_CALLS: Final = 50_000


class Readout(TypedDict):
    """What one line tells."""

    process_cpu_ns: int
    """Of the whole process since its start."""
    loop_cpu_ns: int
    """Of the loop's thread since its start."""
    writers_cpu_ns: int
    """Of the log's threads since their start."""
    followers_cpu_ns: int
    """Of the threads of those who follow the log, since their start."""
    stages_ns: dict[str, int]
    """CPU of the loop's thread by stage since the start, the wrappers' own taken off."""
    lag_ms: list[float]
    """How late each look at the loop was, since the last line, sorted."""


class LoopLag:
    """Asks the loop for a call every LAG_PERIOD_S and notes how late each comes.

    uvloop's timers count whole milliseconds, so a lag below 1 ms may be that rounding.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lags_ns: list[int] = []
        self._due_ns = 0
        self._ask()

    def take(self) -> list[float]:
        """Give the lags since the last call, in milliseconds, sorted."""
        taken, self._lags_ns = self._lags_ns, []
        return sorted(round(lag / 1e6, 3) for lag in taken)

    def _ask(self) -> None:
        self._due_ns = time.monotonic_ns() + round(LAG_PERIOD_S * 1e9)
        self._loop.call_later(LAG_PERIOD_S, self._look)

    def _look(self) -> None:
        self._lags_ns.append(max(0, time.monotonic_ns() - self._due_ns))
        self._ask()


class StageClock:
    """Shares the CPU of one thread among stages: each moment belongs to the innermost one.

    Args:
        stages: their names; the first is where nothing else runs.
    """

    def __init__(self, stages: tuple[str, ...]) -> None:
        self._stages = stages
        self._totals_ns = [0] * len(stages)
        self._calls = [0] * len(stages)
        self._calls_from = [0] * len(stages)
        self._now: list[int] = [0, time.thread_time_ns()]
        self._inner_ns, self._outer_ns = 0.0, 0.0

    def calibrate(self) -> None:
        """Find out what a wrapper costs the stage inside it and the stage around it."""

        def nothing() -> None:
            return

        measured = self.wrap(self._stages[-1], nothing)
        start_ns = time.thread_time_ns()
        for _ in range(CALIBRATION_CALLS):
            nothing()
        bare_ns = time.thread_time_ns() - start_ns
        for _ in range(CALIBRATION_CALLS):
            measured()
        self._switch(0)
        self._inner_ns = self._totals_ns[-1] / CALIBRATION_CALLS
        self._outer_ns = (self._totals_ns[0] - bare_ns) / CALIBRATION_CALLS
        for counts in (self._totals_ns, self._calls, self._calls_from):
            counts[:] = [0] * len(counts)

    def wrap(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function that does the same and counts as a stage."""
        number = self._stages.index(stage)
        totals, calls, calls_from, now = self._totals_ns, self._calls, self._calls_from, self._now
        clock = time.thread_time_ns

        def measured(*arguments: Any, **named: Any) -> Any:
            around = now[0]
            at_ns = clock()
            totals[around] += at_ns - now[1]
            calls[number] += 1
            calls_from[around] += 1
            now[0], now[1] = number, at_ns
            try:
                return function(*arguments, **named)
            finally:
                at_ns = clock()
                totals[now[0]] += at_ns - now[1]
                now[0], now[1] = around, at_ns

        return measured

    def begins(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function from which on everything counts as a stage, until `ends`."""
        number = self._stages.index(stage)

        def measured(*arguments: Any, **named: Any) -> Any:
            self._switch(number)
            return function(*arguments, **named)

        return measured

    def ends(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function after which no stage runs."""

        def measured(*arguments: Any, **named: Any) -> Any:
            try:
                return function(*arguments, **named)
            finally:
                self._switch(0)

        return measured

    def read(self) -> dict[str, int]:
        """Give nanoseconds by stage, without what the wrappers cost."""
        self._switch(self._now[0])
        return {
            stage: round(total - calls * self._inner_ns - calls_from * self._outer_ns)
            for stage, total, calls, calls_from in zip(
                self._stages, self._totals_ns, self._calls, self._calls_from, strict=True
            )
        }

    def _switch(self, number: int) -> None:
        at_ns = time.thread_time_ns()
        self._totals_ns[self._now[0]] += at_ns - self._now[1]
        self._now[0], self._now[1] = number, at_ns


class Probe:
    """Gathers on the running loop, and prints at every signal.

    Args:
        stages: the clock whose stages were swapped in; None for the lag alone.
    """

    def __init__(self, stages: StageClock | None) -> None:
        self._stages = stages
        self._lag = LoopLag()

    def print_on_signal(self) -> None:
        """Print at every MARK_SIGNAL."""
        asyncio.get_running_loop().add_signal_handler(MARK_SIGNAL, self._print)

    def print_by_itself(self) -> None:
        """Print every second, from now on."""
        asyncio.get_running_loop().call_later(SECOND_S, self.print_by_itself)
        self._print()

    def _print(self) -> None:
        readout = Readout(
            process_cpu_ns=time.process_time_ns(),
            loop_cpu_ns=time.thread_time_ns(),
            writers_cpu_ns=_cpu_ns(WRITER_THREADS),
            followers_cpu_ns=_cpu_ns(FOLLOWER_THREADS),
            stages_ns={} if self._stages is None else self._stages.read(),
            lag_ms=self._lag.take(),
        )
        sys.stdout.write(f"{LINE_START}{json.dumps(readout)}\n")
        sys.stdout.flush()


def _cpu_ns(names: tuple[str, ...]) -> int:
    """Give the CPU of all threads whose names begin so."""
    return sum(
        time.clock_gettime_ns(time.pthread_getcpuclockid(thread.ident))
        for thread in threading.enumerate()
        if thread.name.startswith(names) and thread.ident is not None
    )


def start_probe(kind: str) -> None:
    """Let the server that is about to run on this loop tell of itself.

    Args:
        kind: `lag`, `stages` for both, or `seconds` for the lag without being asked.
    """
    if kind == "seconds":
        Probe(None).print_by_itself()
        return
    from airdesk.app.stress.probe_stages import swap_stages

    Probe(swap_stages() if kind == "stages" else None).print_on_signal()
