"""`airdesk bench log`: how many records a second the event log takes, beside raw SQLite.

Both store the same rows with the same indexes and settings in commits of the same sizes, in turns
on the same file; raw SQLite is one thread that does nothing else and keeps every index up at once.
Everything is pinned to one core, so the figures are a cost, not the luck of a free second core.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import platform
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypedDict, TypeVar

import uvloop

from airdesk.adapters.sqlite.event_log import SqliteEventLog
from airdesk.adapters.sqlite.log_rows import RECORD_COLUMNS
from airdesk.adapters.sqlite.log_schema import PRAGMAS, connect, last_position, set_meta
from airdesk.core.kernel import AccountId, ConversationId, OperationId, uuid7
from airdesk.ports.event_log import Record

CONVERSATIONS: Final = 5_000
"""Conversations that take the records, chosen at random."""

IN_FLIGHT: Final = 500
"""Records that wait for the disk at any moment."""

EVENT_BYTES: Final = 120
"""Bytes of a record's events; together with BODY_BYTES 300."""

BODY_BYTES: Final = 180
"""Bytes of a record's bodies."""

LONE_APPENDS: Final = 500
"""Appends that are each alone in flight."""

ROUNDS: Final = 3
"""Turns of ours and raw; the median counts."""

RECORDS_PER_SECOND_MAX: Final = 90_000
"""Records are made before the clock starts; more than these would not be there."""

RAW_CHECKPOINT_PAGES: Final = 4_096
"""Pages after which raw SQLite moves its write-ahead log: the 16 MB of ours."""

RAW_CACHE_BYTES: Final = 32 * 1024 * 1024
"""The cache of our writing connection."""

_LOAD_ROWS: Final = 20_000
_INSERT_RECORD: Final = f"INSERT INTO records VALUES ({','.join('?' * RECORD_COLUMNS)})"
T = TypeVar("T")
_NOT_A_DISK: Final = frozenset({"tmpfs", "ramfs", "devtmpfs"})


class Percentiles(TypedDict):
    """Milliseconds."""

    p50: float
    p99: float


class Result(TypedDict):
    """What the benchmark prints as JSON."""

    appends_per_s: float
    lone_append_ms: Percentiles
    raw_sqlite_per_s: float
    ratio: float
    rows_before: int
    pragmas: dict[str, str]
    fdatasync_ms: Percentiles
    filesystem: str
    machine: dict[str, str | int | float]


class NotOnDisk(Exception):
    """The folder lies in memory, where a sync costs nothing and shows nothing."""


def main(
    json_path: str = "-",
    directory: Path | None = None,
    rows_before: int = 1_000_000,
    seconds: float = 3.0,
) -> None:
    """Run the benchmark and write its result as one JSON object.

    Args:
        json_path: a file, or `-` for the standard output.
        directory: where a temporary folder is made; `.cache/bench` if None.
    """
    result = run(directory or Path(".cache/bench"), rows_before=rows_before, seconds=seconds)
    text = json.dumps(result, indent=2) + "\n"
    if json_path == "-":
        sys.stdout.write(text)
    else:
        Path(json_path).write_text(text)


def run(directory: Path, *, rows_before: int = 1_000_000, seconds: float = 3.0) -> Result:
    """Measure in a temporary folder below `directory`, which is removed afterwards.

    Args:
        rows_before: records that the log holds before the clock starts.
        seconds: length of each turn.

    Raises:
        NotOnDisk: the directory is in memory.
    """
    kind = filesystem(directory)
    if kind in _NOT_A_DISK:
        raise NotOnDisk(f"{directory} is on {kind}, in memory: choose a directory on a disk")
    directory.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="log-", dir=directory))
    try:
        with pinned() as core:
            return _measure(folder, kind, core, rows_before, seconds)
    finally:
        shutil.rmtree(folder)


def _measure(folder: Path, kind: str, core: int, rows_before: int, seconds: float) -> Result:
    path = folder / "log.db"
    source = RecordSource()
    load(path, source, rows_before)
    ours: list[float] = []
    raw: list[float] = []
    for _ in range(ROUNDS):
        speed, batches = _on_loop(measure_ours(path, source, seconds))
        ours.append(speed)
        raw.append(measure_raw(path, source, batches))
    lone = _on_loop(measure_lone(path, source))
    appends_per_s, raw_per_s = statistics.median(ours), statistics.median(raw)
    return Result(
        appends_per_s=round(appends_per_s),
        lone_append_ms=lone,
        raw_sqlite_per_s=round(raw_per_s),
        ratio=round(appends_per_s / raw_per_s, 3),
        rows_before=rows_before,
        pragmas=dict(PRAGMAS),
        fdatasync_ms=measure_fdatasync(folder),
        filesystem=kind,
        machine=machine(core),
    )


# The load ------------------------------------------------------------------------------------


class RecordSource:
    """Makes the records of the load, one after the other, the same in every run."""

    def __init__(self) -> None:
        self._random = random.Random(1)
        self._account = AccountId(self._random.randbytes(16))
        self._conversations = [self._random.randbytes(16) for _ in range(CONVERSATIONS)]
        self._seqs = [0] * CONVERSATIONS
        self._events = self._random.randbytes(EVENT_BYTES)
        self._bodies = self._random.randbytes(BODY_BYTES)
        self._made = 0
        self._ready: deque[Record] = deque()

    def prepare(self, count: int) -> None:
        """Make records ahead, so that the clock does not count the making."""
        while len(self._ready) < count:
            self._ready.append(self._make())
        gc.collect()
        gc.freeze()

    def take(self) -> Record:
        """Give the next record."""
        return self._ready.popleft() if self._ready else self._make()

    def _make(self) -> Record:
        self._made += 1
        chosen = self._random.randrange(CONVERSATIONS)
        self._seqs[chosen] += 1
        seq = self._seqs[chosen]
        ts_ms = 1_700_000_000_000 + self._made // 20
        operation_id = uuid7(ts_ms, self._random.randbytes(10))
        return Record(
            position=self._made,
            account_id=self._account,
            conversation_id=ConversationId(self._conversations[chosen]),
            first_seq=seq,
            last_seq=seq,
            public_before=seq - 1,
            ts_ms=ts_ms,
            actor=b"v" + self._conversations[chosen],
            operation_id=OperationId(operation_id),
            command_hash=operation_id[8:],
            answer=operation_id[:12],
            events=self._events,
            bodies=self._bodies,
        )


def load(path: Path, source: RecordSource, rows: int) -> None:
    """Make a log that holds records already, quickly: rows first, then the indexes."""

    async def make_tables() -> None:
        SqliteEventLog(path, asyncio.get_running_loop()).close()

    _on_loop(make_tables())
    connection = connect(path, cache_bytes=RAW_CACHE_BYTES)
    connection.execute("PRAGMA synchronous = OFF")
    ((operation_index,),) = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE name = 'records_by_operation'"
    ).fetchall()
    connection.execute("DROP INDEX records_by_operation")
    for start in range(0, rows, _LOAD_ROWS):
        connection.execute("BEGIN")
        made = (source.take() for _ in range(min(_LOAD_ROWS, rows - start)))
        connection.executemany(_INSERT_RECORD, made)
        connection.execute("COMMIT")
    connection.execute(operation_index)
    connection.execute("BEGIN")
    connection.execute(
        "INSERT INTO conversation_index SELECT conversation_id, first_seq, position"
        " FROM records ORDER BY conversation_id, first_seq, position"
    )
    set_meta(connection, "indexed_to", rows)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.close()
    os.sync()


# Measurements --------------------------------------------------------------------------------


class _Pusher:
    """A listener that appends a new record for each that became durable, until the time is up."""

    def __init__(self, log: SqliteEventLog, source: RecordSource, seconds: float) -> None:
        self._log = log
        self._source = source
        self._deadline_s = time.perf_counter() + seconds
        self._first = self._durable = self._appended = log.head
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.batches: list[int] = []

    @property
    def stored(self) -> int:
        return self._durable - self._first

    def push(self, count: int) -> None:
        append, take = self._log.append, self._source.take
        for _ in range(count):
            append(take())
        self._appended += count

    def log_durable(self, position: int) -> None:
        count = position - self._durable
        self._durable = position
        self.batches.append(count)
        if time.perf_counter() < self._deadline_s:
            self.push(count)
        elif self._durable == self._appended:
            self.done.set_result(None)

    def log_failed(self, error: Exception) -> None:
        self.done.set_exception(error)


async def measure_ours(
    path: Path, source: RecordSource, seconds: float, in_flight: int = IN_FLIGHT
) -> tuple[float, list[int]]:
    """Append through `SqliteEventLog`.

    Returns:
        Durable records a second, and the size of each commit.
    """
    log = SqliteEventLog(path, asyncio.get_running_loop())
    source.prepare(int(seconds * RECORDS_PER_SECOND_MAX))
    pusher = _Pusher(log, source, seconds)
    log.start(pusher)
    started_s = time.perf_counter()
    pusher.push(in_flight)
    await pusher.done
    elapsed_s = time.perf_counter() - started_s
    log.close()
    return pusher.stored / elapsed_s, pusher.batches


def measure_raw(path: Path, source: RecordSource, batches: Sequence[int]) -> float:
    """Store the same rows by plain `sqlite3`, in commits of the given sizes.

    Returns:
        Durable records a second.
    """
    connection = connect(path, cache_bytes=RAW_CACHE_BYTES)
    connection.execute(f"PRAGMA wal_autocheckpoint = {RAW_CHECKPOINT_PAGES}")
    source.prepare(sum(batches))
    commits = [[source.take() for _ in range(size)] for size in batches]
    started_s = time.perf_counter()
    for records in commits:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT_RECORD, records)
        entries = [(each.conversation_id, each.first_seq, each.position) for each in records]
        connection.executemany("INSERT INTO conversation_index VALUES (?, ?, ?)", entries)
        connection.execute("COMMIT")
    elapsed_s = time.perf_counter() - started_s
    connection.execute("BEGIN")
    set_meta(connection, "indexed_to", last_position(connection))
    connection.execute("COMMIT")
    connection.close()
    return sum(batches) / elapsed_s


class _Waiter:
    """A listener that wakes whoever waits for the one record in flight."""

    def __init__(self) -> None:
        self.durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def log_durable(self, position: int) -> None:
        self.durable.set_result(None)

    def log_failed(self, error: Exception) -> None:
        self.durable.set_exception(error)


async def measure_lone(path: Path, source: RecordSource) -> Percentiles:
    """Give the time from an append to its `log_durable` with nothing else in flight."""
    loop = asyncio.get_running_loop()
    log = SqliteEventLog(path, loop)
    waiter = _Waiter()
    log.start(waiter)
    times_s = []
    for _ in range(LONE_APPENDS):
        record = source.take()
        waiter.durable = loop.create_future()
        started_s = time.perf_counter()
        log.append(record)
        await waiter.durable
        times_s.append(time.perf_counter() - started_s)
    log.close()
    return _percentiles(times_s)


def measure_fdatasync(folder: Path, count: int = 500) -> Percentiles:
    """Give the time that the disk takes to sync 4 KB appended to a file."""
    times_s = []
    with open(folder / "scratch", "wb", buffering=0) as scratch:
        for _ in range(count):
            scratch.write(bytes(4096))
            started_s = time.perf_counter()
            os.fdatasync(scratch.fileno())
            times_s.append(time.perf_counter() - started_s)
    return _percentiles(times_s)


def _percentiles(times_s: Sequence[float]) -> Percentiles:
    cuts = statistics.quantiles(times_s, n=100)
    return Percentiles(p50=round(cuts[49] * 1000, 3), p99=round(cuts[98] * 1000, 3))


def _on_loop(work: Coroutine[object, object, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


# The machine ---------------------------------------------------------------------------------


def filesystem(directory: Path) -> str:
    """Name the kind of file system that a directory lies on, from the table of mounts."""
    resolved = directory.resolve()
    best, kind = Path(), "unknown"
    for line in Path("/proc/mounts").read_text().splitlines():
        _, mounted, mounted_kind, *_ = line.split()
        mount = Path(mounted.replace("\\040", " "))
        if resolved.is_relative_to(mount) and len(mount.parts) >= len(best.parts):
            best, kind = mount, mounted_kind
    return kind


@contextmanager
def pinned() -> Iterator[int]:
    """Keep all threads of this process on one core while it lasts; gives the core's number."""
    before = os.sched_getaffinity(0)
    core = max(before)
    _set_affinity({core})
    try:
        yield core
    finally:
        _set_affinity(before)


def _set_affinity(cores: set[int]) -> None:
    for thread in os.listdir("/proc/self/task"):
        # A thread may end in between; new ones inherit from the thread that makes them.
        with suppress(ProcessLookupError):
            os.sched_setaffinity(int(thread), cores)


def machine(core: int | None = None) -> dict[str, str | int | float]:
    """Say on what the figures were taken."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count() or 0,
        "pinned_to_core": "none" if core is None else core,
        "load_average_1_min": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
