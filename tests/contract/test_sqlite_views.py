"""What the views in a file promise besides the port's contract."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.sqlite.log_records import SqliteLogRecords
from airdesk.adapters.sqlite.views import SqliteConversationViews, SqliteViewStore, lists, schema
from airdesk.adapters.sqlite.views.search import search
from airdesk.adapters.text import JiebaSegmenter, searched_words
from airdesk.core.conversation import Status
from airdesk.core.kernel import (
    NO_ID,
    DependencyError,
    Identity,
    InboxId,
    LogUnavailable,
    Role,
)
from airdesk.ports.conversation_views import (
    ConversationFilter,
    ConversationView,
    EventsWanted,
    SearchWanted,
    ViewPage,
)
from airdesk.services import views as following
from airdesk.services.views import Projection, ViewsFollower
from tests.contract.event_log.places import Witness
from tests.kit.house import agent
from tests.kit.talk_records import ACCOUNTS, COMMON, INBOX, RARE, TEAM, talk_records

MESSAGES = 100_000
STEPS_MAX = 40_000
"""Steps of SQLite's machine for one page; looking at each message would take some million."""

SCANNED = ("people", "p", "owners", "o", "CONSTANT", "main.words_config")
EPOCH = b"epoch..1"
STAFF = Identity(ACCOUNTS[0], Role.AGENT, agent(1))


def filled(path: Path, messages: int) -> SqliteViewStore:
    store = SqliteViewStore(path, JiebaSegmenter())
    store.begin(EPOCH, 0)
    projection, records = Projection(store), talk_records(messages)
    while page := list(islice(records, 1_000)):
        store.write(projection.changes(page))
    return store


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("large") / "views.db"
    filled(path, MESSAGES).close()
    with closing(schema.connect(path, for_writing=False)) as connection:
        yield connection


def newest(large: sqlite3.Connection) -> ConversationView:
    return lists.conversations(large, ACCOUNTS[0], ConversationFilter(), 0, 1).items[0]


def read(large: sqlite3.Connection, what: str) -> lists.Found[Any]:
    """Read one page of each kind."""
    account, view = ACCOUNTS[0], newest(large)
    state = view.state
    middle = view.activity // 2
    some_text = "退款 refund"
    match what:
        case "list":
            return lists.conversations(large, account, ConversationFilter(), middle, 50)
        case "list by status":
            wanted = ConversationFilter(statuses=(Status.RESOLVED,))
            return lists.conversations(large, account, wanted, middle, 50)
        case "list by inbox":
            wanted = ConversationFilter(inbox_id=INBOX)
            return lists.conversations(large, account, wanted, middle, 50)
        case "list by agent":
            wanted = ConversationFilter(agent_id=state.assignee_id)
            return lists.conversations(large, account, wanted, 0, 50)
        case "list by visitor":
            wanted = ConversationFilter(visitor_ids=(state.visitor_id,))
            return lists.conversations(large, account, wanted, 0, 50)
        case "list by team":
            wanted = ConversationFilter(team_id=TEAM, inbox_id=INBOX)
            return lists.conversations(large, account, wanted, middle, 50)
        case "list by label":
            wanted = ConversationFilter(label_id=RARE)
            return lists.conversations(large, account, wanted, middle, 50)
        case "list by label and inbox":
            wanted = ConversationFilter(label_id=COMMON, inbox_id=INBOX)
            return lists.conversations(large, account, wanted, middle, 50)
        case "mentions":
            wanted = ConversationFilter(mentioned_id=agent(1), label_id=COMMON)
            return lists.conversations(large, account, wanted, middle, 50)
        case "counts":
            return lists.counts(large, account, agent(1), ConversationFilter(inbox_id=INBOX))
        case "counts of a label":
            wanted = ConversationFilter(label_id=COMMON, team_id=TEAM)
            return lists.counts(large, account, agent(1), wanted)
        case "conversation":
            return lists.conversation(large, account, state.conversation_id)
        case "newest events":
            wanted_events = EventsWanted(public=True)
            return lists.events(large, account, state.conversation_id, wanted_events)
        case "next events":
            wanted_events = EventsWanted(public=False, words_only=True, after_seq=2)
            return lists.events(large, account, state.conversation_id, wanted_events)
        case "search":
            words = searched_words(JiebaSegmenter(), some_text)
            return search(large, account, SearchWanted(some_text, before=middle * 64), words)
        case _:
            words = searched_words(JiebaSegmenter(), "退")
            wanted_words = SearchWanted("退", conversation_id=state.conversation_id)
            return search(large, account, wanted_words, words)


READS = (
    "list",
    "list by status",
    "list by inbox",
    "list by agent",
    "list by visitor",
    "list by team",
    "list by label",
    "list by label and inbox",
    "mentions",
    "counts",
    "counts of a label",
    "conversation",
    "newest events",
    "next events",
    "search",
    "search in one conversation",
)


@pytest.mark.parametrize("what", READS)
def test_every_read_goes_by_an_index(large: sqlite3.Connection, what: str) -> None:
    statements: list[str] = []
    newest(large)
    large.set_trace_callback(statements.append)
    found = read(large, what)
    large.set_trace_callback(None)
    assert found.items
    queries = [one for one in statements if not one.startswith("--")]
    assert queries
    for query in queries:
        for *_, step in large.execute(f"EXPLAIN QUERY PLAN {query}"):
            # Small tables of recursive queries and FTS5's own ways are fine.
            scans = step.startswith("SCAN") and "VIRTUAL TABLE" not in step
            assert not scans or step.split()[1] in SCANNED, step
            assert "TEMP B-TREE" not in step, step


@pytest.mark.parametrize("what", READS)
def test_no_read_grows_with_the_table(large: sqlite3.Connection, what: str) -> None:
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 100

    large.set_progress_handler(count, 100)
    read(large, what)
    large.set_progress_handler(None, 0)
    assert steps < STEPS_MAX


def test_words_of_other_accounts_are_no_candidates(large: sqlite3.Connection) -> None:
    found = search(
        large, ACCOUNTS[1], SearchWanted("退款"), searched_words(JiebaSegmenter(), "退款")
    )
    assert found.items
    owners = {
        large.execute(
            "SELECT account_id FROM conversations WHERE conversation_id = ?",
            (item.conversation_id,),
        ).fetchone()[0]
        for item in found.items
    }
    assert owners == {ACCOUNTS[1]}


# The file -------------------------------------------------------------------------------------


def ask(path: Path, segmenter: JiebaSegmenter | None = None) -> ViewPage[ConversationView]:
    reader = SqliteConversationViews(path, segmenter or JiebaSegmenter())
    try:
        return asyncio.run(reader.conversations(ACCOUNTS[0], ConversationFilter()))
    finally:
        reader.close()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    filled(tmp_path / "views.db", 10).close()
    assert stat.S_IMODE((tmp_path / "views.db").stat().st_mode) == 0o600


def test_a_missing_file_is_read_as_nothing_yet(tmp_path: Path) -> None:
    page = ask(tmp_path / "views.db")
    assert page == ViewPage((), None, 0, is_whole=False)
    assert not (tmp_path / "views.db").exists()


class OtherSegmenter(JiebaSegmenter):
    """A segmenter of another version."""

    @property
    def version(self) -> str:
        """See `Segmenter.version`."""
        return "another"


def test_a_file_of_another_version_counts_as_empty_until_it_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "views.db"
    filled(path, 50).close()
    assert ask(path).items
    assert ask(path, OtherSegmenter()) == ViewPage((), None, 0, is_whole=False)
    store = SqliteViewStore(path, OtherSegmenter())
    assert (store.epoch, store.position) == (b"", 0)
    store.begin(EPOCH, 0)
    records = list(talk_records(50))
    store.write(Projection(store).changes(records))
    store.close()
    page = ask(path, OtherSegmenter())
    assert page.items
    assert page.is_whole


def test_tables_of_another_program_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "views.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute('CREATE TABLE "it""s mine" (x INTEGER PRIMARY KEY AUTOINCREMENT)')
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(other)")
        connection.commit()
    assert not ask(path).is_whole
    filled(path, 10).close()
    assert ask(path).items


def test_what_is_no_database_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "views.db"
    path.write_bytes(b"no database at all" * 1000)
    with pytest.raises(DependencyError):
        ask(path)
    filled(path, 10).close()
    assert ask(path).items


def test_a_commit_that_fails_leaves_rows_and_position_together(tmp_path: Path) -> None:
    path = tmp_path / "views.db"
    store = filled(path, 0)
    records = list(talk_records(60))
    projection = Projection(store)
    store.write(projection.changes(records[:100]))
    before = store.position
    broken = projection.changes(records[100:])
    with pytest.raises(DependencyError):
        store.write(broken._replace(aliases=[("too", "few")]))  # type: ignore[list-item]
    store.close()
    store = SqliteViewStore(path, JiebaSegmenter())
    assert store.position == before
    store.write(Projection(store).changes(records[100:]))
    store.close()
    whole = tmp_path / "whole.db"
    filled(whole, 60).close()
    assert ask(path) == ask(whole)


def test_erased_words_are_gone_from_the_files(tmp_path: Path) -> None:
    path = tmp_path / "views.db"
    store = filled(path, 200)
    with closing(sqlite3.connect(path)) as connection:
        conversation_id, text = connection.execute(
            "SELECT conversation_id, text FROM events WHERE text <> '' LIMIT 1"
        ).fetchone()
    number = text.split()[-1]
    store.erase(ACCOUNTS[0], conversation_id)
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(words, 'row')")
        terms = {term for (term,) in connection.execute("SELECT term FROM terms")}
    assert number not in terms
    assert text.encode() not in path.read_bytes()


# Following ------------------------------------------------------------------------------------


class Followed:
    """A log, and views that follow it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = SqliteEventLog(folder / "log.db", asyncio.get_running_loop())
        self.witness = Witness()
        self.log.start(self.witness)
        self.views = SqliteConversationViews(folder / "views.db", JiebaSegmenter())

    def follower(self) -> ViewsFollower:
        return ViewsFollower(
            lambda: SqliteLogRecords(self.folder / "log.db"),
            lambda: SqliteViewStore(self.folder / "views.db", JiebaSegmenter()),
        )

    async def append(self, messages: int, seed: int = 1) -> int:
        """Append what is missing of so many messages; gives the position once it is durable."""
        for record in talk_records(messages, seed=seed):
            if record.position > self.log.head:
                self.log.append(record)
                last = record.position
        await self.witness.durable(last)
        return last

    async def look(self, position: int) -> ViewPage[ConversationView]:
        return await self.views.conversations(
            ACCOUNTS[0], ConversationFilter(), min_position=position
        )

    def close(self) -> None:
        self.views.close()
        self.log.close()


def test_the_views_follow_the_log(tmp_path: Path) -> None:
    async def run() -> None:
        house = Followed(tmp_path)
        follower = house.follower()
        follower.start()
        for messages in (100, 200):
            position = await house.append(messages)
            follower.log_moved(position)
            page = await house.look(position)
            assert page.position == position
            assert page.is_whole
        follower.stop()
        assert page == ask_filled(tmp_path, 200)
        house.close()

    asyncio.run(run())


def test_who_waits_for_his_own_record_does_not_wait_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "GATHER_S", (3600.0, 3600.0))

    async def run() -> None:
        house = Followed(tmp_path)
        follower = house.follower()
        house.views.close()
        house.views = SqliteConversationViews(
            tmp_path / "views.db", JiebaSegmenter(), follower.views_wanted
        )
        follower.start()
        for messages in (50, 100, 150):
            position = await house.append(messages)
            follower.log_moved(position)
            assert (await house.look(position)).position == position
        follower.stop()
        house.close()

    asyncio.run(run())


def ask_filled(folder: Path, messages: int) -> ViewPage[ConversationView]:
    whole = folder / "whole.db"
    filled(whole, messages).close()
    reader = SqliteConversationViews(whole, JiebaSegmenter())
    with closing(schema.connect(whole, for_writing=False)) as connection:
        found = lists.conversations(connection, ACCOUNTS[0], ConversationFilter(), 0, 50)
        known = schema.meta(connection)
    reader.close()
    position = known["position"]
    assert isinstance(position, int)
    return ViewPage(tuple(found.items), found.next_key, position, is_whole=True)


def test_a_new_follower_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    async def run() -> None:
        house = Followed(tmp_path)
        first = house.follower()
        first.start()
        position = await house.append(100)
        await house.look(position)
        first.stop()
        position = await house.append(150)
        second = house.follower()
        second.start()
        page = await house.look(position)
        assert page.position == position
        second.stop()
        house.close()

    asyncio.run(run())


def test_a_log_with_another_epoch_is_read_from_its_start(tmp_path: Path) -> None:
    async def run() -> None:
        house = Followed(tmp_path)
        filled(tmp_path / "views.db", 500).close()
        position = await house.append(60, seed=2)
        newest = list(talk_records(60, seed=2))[-1]
        follower = house.follower()
        follower.start()
        await house.views.reach(newest.account_id, newest.conversation_id, newest.last_seq)
        page = await house.look(0)
        assert page.position == position
        assert {view.state.position <= position for view in page.items} == {True}
        assert page.is_whole
        follower.stop()
        house.close()

    asyncio.run(run())


def test_a_log_that_is_not_there_yet_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "RETRY_S", 0.01)
    with pytest.raises(LogUnavailable):
        SqliteLogRecords(tmp_path / "log.db")
    follower = ViewsFollower(
        lambda: SqliteLogRecords(tmp_path / "log.db"),
        lambda: SqliteViewStore(tmp_path / "views.db", JiebaSegmenter()),
    )
    follower.start()

    async def run() -> None:
        house = Followed(tmp_path)
        position = await house.append(20)
        assert (await house.look(position)).items
        house.close()

    asyncio.run(run())
    follower.stop()


def test_words_are_erased_while_the_log_is_followed(tmp_path: Path) -> None:
    async def run() -> None:
        house = Followed(tmp_path)
        follower = house.follower()
        follower.start()
        position = await house.append(100)
        follower.log_moved(position)
        (view, *_) = (await house.look(position)).items
        state = view.state
        done = follower.erase(state.account_id, state.conversation_id)
        assert await asyncio.to_thread(done.wait, 10)
        wanted = EventsWanted(public=True, words_only=True)
        page = await house.views.events(state.account_id, state.conversation_id, wanted)
        assert page.items
        assert all(event.text == "" for event in page.items)
        follower.stop()
        house.close()

    asyncio.run(run())


def test_searches_run_beside_each_other(tmp_path: Path) -> None:
    filled(tmp_path / "views.db", 500).close()

    async def run() -> None:
        reader = SqliteConversationViews(tmp_path / "views.db", JiebaSegmenter())
        wanted = SearchWanted("退款", inbox_id=InboxId(NO_ID))
        pages = await asyncio.gather(*(reader.search(STAFF, wanted) for _ in range(20)))
        assert len(set(map(len, (page.items for page in pages)))) == 1
        assert pages[0].items
        reader.close()

    asyncio.run(run())
