"""The measurements behind three choices of the event log; docs/subsystems/log.md cites them.

    python benchmarks/log_choices.py inserts        many rows a statement, or executemany
    python benchmarks/log_choices.py checkpoints    a thread that moves pages, or the writer
    python benchmarks/log_choices.py index          an index filled later, or with each commit

Each prints the machine and one JSON object. Needs a disk, about a minute each.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import uvloop

from airdesk.adapters.sqlite import log_checkpointer, log_schema
from airdesk.adapters.sqlite.event_log import SqliteEventLog
from airdesk.adapters.sqlite.log_index import TAIL_RECORDS
from airdesk.adapters.sqlite.log_rows import RECORD_COLUMNS, RECORD_INSERTS
from airdesk.adapters.sqlite.log_schema import connect
from airdesk.app.stress import bench_log
from airdesk.ports.event_log import Record

INSERT = f"INSERT INTO records VALUES ({','.join('?' * RECORD_COLUMNS)})"
MERGE = (
    "INSERT INTO conversation_index SELECT conversation_id, first_seq, position FROM records"
    " WHERE position > ? ORDER BY conversation_id, first_seq, position"
)
COMMIT_RECORDS = 500
Store = Callable[[sqlite3.Connection, Sequence[Record]], object]


@contextmanager
def loaded_log(rows: int) -> Iterator[tuple[Path, bench_log.RecordSource]]:
    """Make a log with records in a temporary folder."""
    parent = Path(".cache/bench")
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="choices-", dir=parent))
    source = bench_log.RecordSource()
    try:
        bench_log.load(folder / "log.db", source, rows)
        yield folder / "log.db", source
    finally:
        shutil.rmtree(folder)


def store_by_rows(connection: sqlite3.Connection, records: Sequence[Record]) -> None:
    """Store with few statements of many rows."""
    for sql, values in RECORD_INSERTS.cut(records):
        connection.execute(sql, values)


def store_by_executemany(connection: sqlite3.Connection, records: Sequence[Record]) -> None:
    """Store with one statement, stepped for every row."""
    connection.executemany(INSERT, records)


def records_per_s(path: Path, source: bench_log.RecordSource, store: Store, seconds: float) -> int:
    """Commit COMMIT_RECORDS at a time for a while, the index of conversations left out."""
    stored, spent_s = 0, 0.0
    with closing(connect(path, cache_bytes=bench_log.RAW_CACHE_BYTES)) as connection:
        connection.execute(f"PRAGMA wal_autocheckpoint = {bench_log.RAW_CHECKPOINT_PAGES}")
        while spent_s < seconds:
            records = [source.take() for _ in range(COMMIT_RECORDS)]
            started_s = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            store(connection, records)
            connection.execute("COMMIT")
            spent_s += time.perf_counter() - started_s
            stored += len(records)
    return round(stored / spent_s)


@contextmanager
def busy_thread() -> Iterator[None]:
    """Compute in a second thread, as a busy event loop would."""
    stop = threading.Event()

    def spin() -> None:
        while not stop.is_set():
            sum(range(200))

    thread = threading.Thread(target=spin)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def measure_inserts() -> dict[str, int]:
    """Give records a second for both ways, alone and beside a busy thread."""
    ways: dict[str, Store] = {"rows": store_by_rows, "executemany": store_by_executemany}
    result = {}
    with loaded_log(200_000) as (path, source):
        for name, store in ways.items():
            result[f"{name}, alone"] = records_per_s(path, source, store, 2.0)
            with busy_thread():
                result[f"{name}, beside a busy thread"] = records_per_s(path, source, store, 2.0)
    return result


class _Paced:
    """A listener that measures the time from each append to its announcement."""

    def __init__(self) -> None:
        self.started_s: dict[int, float] = {}
        self.times_s: list[float] = []
        self.durable = 0

    def log_durable(self, position: int) -> None:
        now_s = time.perf_counter()
        for each in range(self.durable + 1, position + 1):
            if each in self.started_s:
                self.times_s.append(now_s - self.started_s.pop(each))
        self.durable = position

    def log_failed(self, error: Exception) -> None:
        raise error


async def latencies_ms(
    path: Path, source: bench_log.RecordSource, rate: int, seconds: float
) -> dict[str, float]:
    """Append at a fixed rate, whatever the log does, and give percentiles."""
    log = SqliteEventLog(path, asyncio.get_running_loop())
    listener = _Paced()
    listener.durable = log.head
    log.start(listener)
    source.prepare(int(rate * seconds))
    started_s, sent = time.perf_counter(), 0
    while (elapsed_s := time.perf_counter() - started_s) < seconds:
        for _ in range(int(elapsed_s * rate) - sent):
            record = source.take()
            listener.started_s[record.position] = time.perf_counter()
            log.append(record)
            sent += 1
        await asyncio.sleep(0.001)
    log.close()
    times = sorted(listener.times_s)
    at = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "max": 1.0}
    return {
        name: round(times[min(int(share * len(times)), len(times) - 1)] * 1000, 2)
        for name, share in at.items()
    }


def measure_checkpoints() -> dict[str, dict[str, float]]:
    """Give latencies for a moving thread and for SQLite's own moving within commits."""
    result = {}
    for rate in (1_000, 10_000, 25_000):
        for pages in (0, 1_000, 4_000):
            with loaded_log(300_000) as (path, source), _writer_moves(pages):
                name = f"{rate}/s, " + (f"writer at {pages} pages" if pages else "thread")
                result[name] = uvloop.run(latencies_ms(path, source, rate, 5.0))
    return result


@contextmanager
def _writer_moves(pages: int) -> Iterator[None]:
    """Leave moving to SQLite in the writer, unless `pages` is 0."""
    if pages == 0:
        yield
        return
    move_bytes = log_checkpointer.MOVE_BYTES
    vars(log_checkpointer)["MOVE_BYTES"] = sys.maxsize
    log_schema.PRAGMAS["wal_autocheckpoint"] = str(pages)
    try:
        yield
    finally:
        vars(log_checkpointer)["MOVE_BYTES"] = move_bytes
        log_schema.PRAGMAS["wal_autocheckpoint"] = "0"


def measure_index() -> dict[str, int]:
    """Give records a second of raw SQLite with both ways to keep the index of conversations."""
    result = {}
    with loaded_log(1_000_000) as (path, source):
        for late in (False, True):
            result["later" if late else "with each commit"] = _with_index(path, source, late)
    return result


def _with_index(path: Path, source: bench_log.RecordSource, late: bool) -> int:
    commits = [[source.take() for _ in range(COMMIT_RECORDS)] for _ in range(400)]
    indexed_to = commits[0][0].position - 1
    with closing(connect(path, cache_bytes=bench_log.RAW_CACHE_BYTES)) as connection:
        connection.execute(f"PRAGMA wal_autocheckpoint = {bench_log.RAW_CHECKPOINT_PAGES}")
        started_s = time.perf_counter()
        for records in commits:
            connection.execute("BEGIN IMMEDIATE")
            store_by_rows(connection, records)
            if not late or records[-1].position - indexed_to >= TAIL_RECORDS:
                connection.execute(MERGE, (indexed_to,))
                indexed_to = records[-1].position
            connection.execute("COMMIT")
        spent_s = time.perf_counter() - started_s
        connection.execute(MERGE, (indexed_to,))
    return round(COMMIT_RECORDS * len(commits) / spent_s)


def main() -> None:
    """Run the measurement that was asked for."""
    measurements: dict[str, Callable[[], object]] = {
        "inserts": measure_inserts,
        "checkpoints": measure_checkpoints,
        "index": measure_index,
    }
    if len(sys.argv) != 2 or sys.argv[1] not in measurements:
        sys.exit(f"usage: python benchmarks/log_choices.py {' | '.join(measurements)}")
    result = {"machine": bench_log.machine(), sys.argv[1]: measurements[sys.argv[1]]()}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
