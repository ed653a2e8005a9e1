"""What lists, search and the FAQ cost; docs/subsystems/search.md and bot.md cite it.

    python benchmarks/views.py follow     records/s into views.db, and what that does to appends
    python benchmarks/views.py search     a page of lists and search among 100,000 messages
    python benchmarks/views.py faq        one question among 1,000 entries

Each prints one JSON object. Needs a disk, half a minute each.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import uvloop

from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.sqlite.log_records import SqliteLogRecords
from airdesk.adapters.sqlite.views import SqliteConversationViews, SqliteViewStore
from airdesk.adapters.text import JiebaSegmenter
from airdesk.core.conversation import Status
from airdesk.core.dialogue import Answerable, Faq
from airdesk.core.kernel import NO_ID, Identity, InboxId, Role
from airdesk.ports.conversation_views import ConversationFilter, EventsWanted, SearchWanted
from airdesk.ports.event_log import Record
from airdesk.services.views import Projection, ViewsFollower

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.kit.house import agent
from tests.kit.talk_records import ACCOUNTS, talk_records

MESSAGES = 100_000
RATE = 5_000
SECONDS = 10
TURN_S = 0.002


def folder() -> tempfile.TemporaryDirectory[str]:
    """Make a temporary folder on the disk of the project."""
    Path(".cache/bench").mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=".cache/bench", prefix="views-")


class Appender:
    """Appends at a steady rate and measures how long each record takes to become durable."""

    def __init__(self, log: SqliteEventLog, records: Iterator[Record]) -> None:
        self._log = log
        self._records = records
        self._since: dict[int, float] = {}
        self.waits_ms: list[float] = []
        self.late_ms: list[float] = []
        self.head = 0
        self.ends_at = 0
        self.ended = asyncio.Event()
        self.heard: Callable[[int], None] = lambda head: None

    def log_durable(self, position: int) -> None:
        """See LogListener."""
        now = time.perf_counter()
        for at in range(self.head + 1, position + 1):
            self.waits_ms.append((now - self._since.pop(at)) * 1000)
        self.head = position
        self.heard(position)
        if position == self.ends_at:
            self.ended.set()

    def log_failed(self, error: Exception) -> None:
        """See LogListener."""
        raise error

    async def run(self, seconds: float) -> int:
        """Append for some seconds; gives the last position."""
        started = time.perf_counter()
        sent = 0
        while (passed := time.perf_counter() - started) < seconds:
            for record in islice(self._records, int(passed * RATE) - sent):
                self._since[record.position] = time.perf_counter()
                self._log.append(record)
                sent, last = sent + 1, record.position
            before = time.perf_counter()
            await asyncio.sleep(TURN_S)
            self.late_ms.append((time.perf_counter() - before - TURN_S) * 1000)
        self.ends_at = last
        if self.head < last:
            await self.ended.wait()
        return last


async def follow(with_views: bool) -> dict[str, object]:
    """Append at RATE, with or without views that follow."""
    with folder() as name:
        path = Path(name)
        log = SqliteEventLog(path / "log.db", asyncio.get_running_loop())
        records = list(talk_records(RATE * (SECONDS + 1)))
        appender = Appender(log, iter(records))
        log.start(appender)
        segmenter = JiebaSegmenter()
        follower = ViewsFollower(
            lambda: SqliteLogRecords(path / "log.db"),
            lambda: SqliteViewStore(path / "views.db", segmenter),
        )
        views = SqliteConversationViews(path / "views.db", segmenter)
        if with_views:
            follower.start()
            appender.heard = follower.log_moved
        gc.collect()
        gc.freeze()  # as the server does
        last = await appender.run(SECONDS)
        gc.unfreeze()
        behind_ms = 0.0
        if with_views:
            ended = time.perf_counter()
            await views.conversations(ACCOUNTS[0], ConversationFilter(), min_position=last)
            behind_ms = (time.perf_counter() - ended) * 1000
        follower.stop()
        views.close()
        log.close()
        return {
            "records": last,
            "durable_ms": quantiles(appender.waits_ms),
            "loop_late_ms": quantiles(appender.late_ms),
            "behind_at_the_end_ms": round(behind_ms, 1),
        }


def quantiles(values: list[float]) -> dict[str, float]:
    """Give median, 99th and 99.9th percentile and the largest."""
    cut = statistics.quantiles(values, n=1000, method="inclusive")
    return {
        "p50": round(cut[499], 2),
        "p99": round(cut[989], 2),
        "p99.9": round(cut[998], 2),
        "max": round(max(values), 2),
    }


def fill(path: Path) -> float:
    """Fill views.db as fast as it goes; gives records/s."""
    store = SqliteViewStore(path, JiebaSegmenter())
    store.begin(b"bench...", 0)
    projection = Projection(store)
    records = list(talk_records(MESSAGES))
    started = time.perf_counter()
    for start in range(0, len(records), 256):
        store.write(projection.changes(records[start : start + 256]))
    spent = time.perf_counter() - started
    store.close()
    return len(records) / spent


async def search() -> dict[str, object]:
    """Read pages of a large table."""
    with folder() as name:
        path = Path(name) / "views.db"
        result: dict[str, object] = {"filled_records_per_s": round(fill(path))}
        result["bytes_per_record"] = round(path.stat().st_size / MESSAGES)
        views = SqliteConversationViews(path, JiebaSegmenter())
        staff = Identity(ACCOUNTS[0], Role.AGENT, agent(1))
        newest = (await views.conversations(ACCOUNTS[0], ConversationFilter(), limit=1)).items[0]
        conversation_id = newest.state.conversation_id
        reads: dict[str, Callable[[], Awaitable[object]]] = {
            "list of 50": lambda: views.conversations(ACCOUNTS[0], ConversationFilter()),
            "list of 50 resolved": lambda: views.conversations(
                ACCOUNTS[0], ConversationFilter(statuses=(Status.RESOLVED,))
            ),
            "events": lambda: views.events(ACCOUNTS[0], conversation_id, EventsWanted(public=True)),
        }
        for text in ("退款", "退款 申请 快递", "refund parcel", "ref", "火车", "12345"):
            reads[f"search {text}"] = partial(views.search, staff, SearchWanted(text))
        for title, read in reads.items():
            result[title] = await _timed(read)
        views.close()
        return result


async def _timed(read: Callable[[], Awaitable[object]]) -> dict[str, float]:
    spent = []
    for _ in range(100):
        started = time.perf_counter()
        await read()
        spent.append((time.perf_counter() - started) * 1000)
    return {"p50_ms": round(statistics.median(spent), 2), "max_ms": round(max(spent), 2)}


def faq() -> dict[str, object]:
    """Ask 1,000 entries of 4 questions each."""
    dice = random.Random(1)
    # Words as often as in real questions: the n-th has a share of 1/n.
    words = ["".join(dice.choices("退款发货物流地址订单优惠会员积分", k=2)) for _ in range(200)]
    words += ["".join(dice.choices("abcdefghiklmnoprstu", k=6)) for _ in range(2_000)]
    weights = [1 / number for number in range(1, len(words) + 1)]
    said = [" ".join(dice.choices(words, weights, k=dice.randint(3, 10))) for _ in range(5_000)]
    entries = [
        Answerable(
            number.to_bytes(2, "big"),
            said[number * 4],
            "An answer.",
            tuple(said[number * 4 + 1 : number * 4 + 4]),
        )
        for number in range(1_000)
    ]
    segmenter = JiebaSegmenter()
    segmenter.words("分词")
    started = time.perf_counter()
    made = Faq(entries, segmenter.words)
    made_ms = (time.perf_counter() - started) * 1000
    spent = []
    for text in dice.choices(said[4_000:], k=1_000):
        started = time.perf_counter()
        made.matches(text, InboxId(NO_ID), 3)
        spent.append((time.perf_counter() - started) * 1_000_000)
    return {"make_ms": round(made_ms, 1), "question_us": quantiles(spent)}


def main() -> None:
    """Run what is asked for."""
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what == "follow":
        result: dict[str, object] = {
            "without views": uvloop.run(follow(with_views=False)),
            "with views": uvloop.run(follow(with_views=True)),
        }
    elif what == "search":
        result = uvloop.run(search())
    elif what == "faq":
        result = faq()
    else:
        sys.exit(__doc__)
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
