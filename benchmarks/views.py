"""What lists, search and the FAQ cost; docs/subsystems/search.md and bot.md cite it.

    python benchmarks/views.py follow     records/s into views.db, and what that does to appends
    python benchmarks/views.py search     a page of lists and search among 100,000 messages
    python benchmarks/views.py history    lists, counts and search in 100,000 conversations
    python benchmarks/views.py faq        one question among 1,000 entries

Each prints one JSON object. Needs a disk, half a minute each; `history` some minutes and 700 MB.
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
from typing import NamedTuple

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
from tests.kit.talk_records import ACCOUNTS, COMMON, INBOX, RARE, TEAM, talk_records

MESSAGES = 100_000
HISTORY_CONVERSATIONS = 100_000
HISTORY_EACH = 7
"""Messages of each: with what else happens in it more than ten events."""

HISTORY_READS = 300
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


def fill(path: Path, messages: int, each: int = 20) -> Filled:
    """Fill views.db as fast as it goes."""
    store = SqliteViewStore(path, JiebaSegmenter())
    store.begin(b"bench...", 0)
    projection = Projection(store)
    records = talk_records(messages, each)
    filled, events, spent = 0, 0, 0.0
    while page := list(islice(records, 256)):
        started = time.perf_counter()
        changes = projection.changes(page)
        store.write(changes)
        spent += time.perf_counter() - started
        filled, events = filled + len(page), events + len(changes.events)
    store.close()
    return Filled(filled, events, filled / spent)


class Filled(NamedTuple):
    """What views.db was filled with."""

    records: int
    events: int
    records_per_s: float


async def history() -> dict[str, object]:
    """Read pages and counts of a shop that has been open for years."""
    with folder() as name:
        path = Path(name) / "views.db"
        filled = fill(path, HISTORY_CONVERSATIONS * HISTORY_EACH, HISTORY_EACH)
        views = SqliteConversationViews(path, JiebaSegmenter())
        account, me = ACCOUNTS[0], agent(1)
        staff = Identity(account, Role.AGENT, me)
        middle = filled.records // 2
        resolved = (Status.RESOLVED,)
        lists = {
            "newest": ConversationFilter(),
            "mine": ConversationFilter(statuses=(Status.ASSIGNED,), agent_id=me),
            "resolved": ConversationFilter(statuses=resolved),
            "resolved, of an inbox": ConversationFilter(statuses=resolved, inbox_id=INBOX),
            "resolved, of a team": ConversationFilter(statuses=resolved, team_id=TEAM),
            "of a common label": ConversationFilter(label_id=COMMON),
            "of a rare label and a team": ConversationFilter(label_id=RARE, team_id=TEAM),
            "mentions": ConversationFilter(mentioned_id=me),
        }
        newest = (await views.conversations(account, ConversationFilter(), limit=1)).items[0]
        state = newest.state
        reads: dict[str, Callable[[], Awaitable[object]]] = {}
        for title, wanted in lists.items():
            reads[f"list: {title}"] = partial(views.conversations, account, wanted)
        reads["list: resolved, years back"] = partial(
            views.conversations, account, lists["resolved"], middle
        )
        for title in ("newest", "resolved, of an inbox", "resolved, of a team"):
            reads[f"counts: {title}"] = partial(views.counts, account, me, lists[title])
        reads["counts: of a common label"] = partial(
            views.counts, account, me, lists["of a common label"]
        )
        reads["visitor's conversations"] = partial(
            views.conversations, account, ConversationFilter(visitor_ids=(state.visitor_id,))
        )
        reads["newest 50 events"] = partial(
            views.events, account, state.conversation_id, EventsWanted(public=False)
        )
        for text in ("退款", "退款 申请 快递", "refund parcel", "ref", "火车", "12345"):
            reads[f"search: {text}"] = partial(views.search, staff, SearchWanted(text))
        result: dict[str, object] = {
            "conversations": HISTORY_CONVERSATIONS,
            "events": filled.events,
            "records_per_s": round(filled.records_per_s),
            "bytes": path.stat().st_size,
        }
        for title, read in reads.items():
            result[title] = await _timed(read, HISTORY_READS)
        counted = (await views.counts(account, me, ConversationFilter())).items[0]
        result["counted"] = counted._asdict()
        views.close()
        return result


async def search() -> dict[str, object]:
    """Read pages of a large table."""
    with folder() as name:
        path = Path(name) / "views.db"
        filled = fill(path, MESSAGES)
        result: dict[str, object] = {"filled_records_per_s": round(filled.records_per_s)}
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


async def _timed(read: Callable[[], Awaitable[object]], times: int = 100) -> dict[str, float]:
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        await read()
        spent.append((time.perf_counter() - started) * 1000)
    cut = statistics.quantiles(spent, n=100, method="inclusive")
    return {
        "p50_ms": round(cut[49], 2),
        "p99_ms": round(cut[98], 2),
        "max_ms": round(max(spent), 2),
    }


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
    elif what == "history":
        result = uvloop.run(history())
    elif what == "faq":
        result = faq()
    else:
        sys.exit(__doc__)
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
