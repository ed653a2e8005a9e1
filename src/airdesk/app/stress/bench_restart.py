"""`airdesk bench restart`: a million conversations, bounded memory, and a restart after a crash.

A process drives conversations through a real home at full speed (`restart_load.py`) and says how
much memory it holds after every hundred thousand. Then it is killed (`kill -9`), in the middle of
its work, and `airdesk serve` starts on what it left. `restart_s` counts from the start of that
process to the first good answer of /health. When the server has stopped, the log is opened once
more to see that the open conversations are there.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import sys
import time
from pathlib import Path
from typing import Final, TypedDict

import msgspec
import uvloop

from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.app.stress.bench_log import machine
from airdesk.app.stress.disk_folder import folder_on_disk
from airdesk.app.stress.processes import MeasuredProcess, commit
from airdesk.app.stress.restart_load import Progress, Wish

AGENTS: Final = 60
CAPACITY: Final = 1_000
"""Of each agent: more than a person's, so that the open conversations have few agents."""

ASK_EVERY_S: Final = 0.02
START_S_MAX: Final = 120.0
"""A server that is not there by then is a failure."""


class ConversationsLost(Exception):
    """Conversations that were open before the crash are not open after the restart."""


class Result(TypedDict):
    """What the benchmark prints as JSON."""

    conversations: int
    open: int
    records: int
    conversations_per_s: float
    records_per_s: float
    rss_mb: dict[str, float]
    """After so many conversations."""
    hot: dict[str, int]
    """Conversations in memory after so many."""
    restart_s: float
    open_after_restart: int
    log_mb: float
    machine: dict[str, str | int | float]
    commit: str


def main(json_path: str, directory: Path | None, conversations: int, stay_open: int) -> None:
    """Run the benchmark and write its result as one JSON object.

    Args:
        json_path: a file, or `-` for the standard output.
        directory: where a temporary folder is made; `.cache/bench` if None.
        conversations: how many are driven through.
        stay_open: how many of them are still open at the end.
    """
    result = run(directory or Path(".cache/bench"), conversations, stay_open)
    text = json.dumps(result, indent=2) + "\n"
    if json_path == "-":
        sys.stdout.write(text)
    else:
        Path(json_path).write_text(text)


def run(directory: Path, conversations: int, stay_open: int) -> Result:
    """Measure in a temporary folder below `directory`, which is removed afterwards.

    Raises:
        NotOnDisk: the directory is in memory.
        ConversationsLost: the restarted server does not know all that were open.
    """
    with folder_on_disk(directory, "restart-") as folder:
        core = max(os.sched_getaffinity(0))
        reports = _drive(Wish(str(folder), conversations, stay_open, AGENTS, CAPACITY), core)
        log_bytes = sum(file.stat().st_size for file in folder.iterdir())
        restart_s = _restart(folder, core)
        open_after = uvloop.run(_count_open(folder / "log.db"))
        if open_after < stay_open:
            raise ConversationsLost(f"{open_after} of {stay_open} open conversations are there")
    last = reports[-1]
    return Result(
        conversations=last.conversations,
        open=stay_open,
        records=last.records,
        conversations_per_s=round(last.conversations / last.seconds, 1),
        records_per_s=round(last.records / last.seconds, 1),
        rss_mb={str(one.conversations): one.rss_mb for one in reports},
        hot={str(one.conversations): one.hot for one in reports},
        restart_s=round(restart_s, 2),
        open_after_restart=open_after,
        log_mb=round(log_bytes / 1e6, 1),
        machine=machine(core),
        commit=commit(),
    )


def _drive(wish: Wish, core: int) -> list[Progress]:
    """Drive, and kill in the middle of the conversations that follow the last one."""
    process = MeasuredProcess("airdesk.app.stress.restart_load", (), core)
    reports: list[Progress] = []
    try:
        process.write_line(msgspec.json.encode(wish).decode())
        while not reports or reports[-1].conversations < wish.conversations:
            reports.append(msgspec.json.decode(process.read_line(), type=Progress))
    finally:
        process.kill()
    return reports


def _restart(folder: Path, core: int) -> float:
    """Start a server on the folder, and give the seconds until it serves."""
    arguments = ("serve", "--port", "0", "--data", str(folder), "--agents", str(AGENTS))
    start_s = time.monotonic()
    process = MeasuredProcess("airdesk.app.cli", (*arguments, "--capacity", str(CAPACITY)), core)
    try:
        port = int(process.read_line().rpartition(":")[2])
        while not _is_healthy(port):
            if time.monotonic() - start_s > START_S_MAX:
                raise TimeoutError(f"no good answer of /health within {START_S_MAX} s")
            time.sleep(ASK_EVERY_S)
        return time.monotonic() - start_s
    finally:
        process.stop()


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


async def _count_open(path: Path) -> int:
    """Count the conversations that a start would take into memory."""
    log = SqliteEventLog(path, asyncio.get_running_loop())
    try:
        return sum(1 for state in log.open_states() if state.key != state.account_id)
    finally:
        log.close()
