"""The views' follower: told of records or reading them, the same rows come of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence

import pytest

from airdesk.adapters.memory import MemoryConversationViews, MemoryDisk, MemoryLogRecords
from airdesk.core import conversation as conv
from airdesk.core.kernel import DependencyError, VisitorId, system_identity
from airdesk.core.wire import messages as m
from airdesk.ports.conversation_views import (
    ConversationFilter,
    EventsWanted,
    ViewChanges,
)
from airdesk.ports.event_log import Record
from airdesk.ports.log_followers import Committed
from airdesk.services import views
from airdesk.services.heard_records import HeardRecords, decoded
from airdesk.services.views import Projection, ViewsFollower, gathering_s
from tests.kit.house import ACCOUNT, INBOX, House, visitor

WAIT_S = 20.0
FOR_EVER = (3600.0, 3600.0)


class ToldHouse(House):
    """A house that keeps what its home tells."""

    def __init__(self) -> None:
        self.told: list[Committed] = []
        self.follower = self
        super().__init__(agents=2)

    def log_moved(self, head: int, committed: Sequence[Committed] = ()) -> None:
        """See LogFollower."""
        self.told.extend(committed)

    def home_started(self, head: int) -> None:
        """See LogFollower."""

    def home_ended(self) -> None:
        """See LogFollower."""

    def facts_written(self) -> None:
        """See LogFollower."""

    def views_wanted(self) -> None:
        """See LogFollower."""


def busy_house() -> ToldHouse:
    """Let people talk: words, notes, read marks, one who turns out to be another, an ending."""
    house = ToldHouse()
    agents = [house.agent_online(1), house.agent_online(2)]
    visitors = [house.join(f"visitor {number}") for number in (1, 2, 3)]
    for turn in range(4):
        for person in visitors:
            person.send(f"question {turn}")
        for one in agents:
            for conversation, view in list(one.session.views.items()):
                one.send(f"answer {turn}", conversation)
                one.do(m.Note(house.ids.new_id(), conversation, f"note {turn}"))
                one.session.read(conversation, view.last_seq)
            one.session.flush_receipts()
        house.pass_time(2_000)
    system = system_identity(ACCOUNT)
    ended = visitors[0].conversation
    house.home.execute(conv.ResolveConversation(), system, ended)
    alias = conv.AliasVisitor(INBOX, VisitorId(visitor(2)), VisitorId(visitor(3)))
    house.home.execute(alias, system)
    house.settle()
    return house


class Rows:
    """All that views say, asked as anybody asks."""

    def __init__(self, store: MemoryConversationViews) -> None:
        self._store = store

    def everything(self) -> list[object]:
        """Give every conversation, and its events."""
        return asyncio.run(self._everything())

    async def _everything(self) -> list[object]:
        page = await self._store.conversations(ACCOUNT, ConversationFilter(), limit=200)
        said: list[object] = [page]
        for view in page.items:
            wanted = EventsWanted(public=False, limit=200)
            conversation_id = view.state.conversation_id
            said.append(await self._store.events(ACCOUNT, conversation_id, wanted))
        return said


def made(portions: Sequence[Sequence[Committed]], disk: MemoryDisk) -> Rows:
    store = MemoryConversationViews()
    store.begin(disk.epoch, 0)
    projection = Projection(store)
    for portion in portions:
        store.write(projection.changes_of(portion))
    return Rows(store)


@pytest.mark.parametrize("portion", [1, 5, 1_000])
def test_what_the_home_tells_makes_the_rows_that_the_log_makes(portion: int) -> None:
    house = busy_house()
    records, told = house.disk.records, house.told
    assert [one.record for one in told] == records
    assert any(isinstance(event, conv.ReadsAdvanced) for one in told for event in one.events)
    store = MemoryConversationViews()
    store.begin(house.disk.epoch, 0)
    store.write(Projection(store).changes(records))
    by_log = Rows(store).everything()
    portions = [told[start : start + portion] for start in range(0, len(told), portion)]
    assert made(portions, house.disk).everything() == by_log
    read_first = [[decoded(one.record) for one in told[:20]], told[20:]]
    assert made(read_first, house.disk).everything() == by_log


# The follower -----------------------------------------------------------------------------------


class Records(MemoryLogRecords):
    """A log that counts what is read of it."""

    reads = 0

    def read(self, after: int, limit: int) -> Sequence[Record]:
        """See LogRecords."""
        type(self).reads += 1
        return super().read(after, limit)


class Store(MemoryConversationViews):
    """Views that tell how far they are, and fail at will."""

    def __init__(self) -> None:
        super().__init__()
        self.moved = threading.Condition()
        self.commits = 0
        self.failures = 0

    def write(self, changes: ViewChanges) -> None:
        """See ViewStore."""
        with self.moved:
            if self.failures:
                self.failures -= 1
                raise DependencyError(name="views", reason="away")
            super().write(changes)
            self.commits += 1
            self.moved.notify_all()

    def wait(self, position: int) -> None:
        """Wait until the views have come so far."""
        with self.moved:
            assert self.moved.wait_for(lambda: self.position >= position, WAIT_S)


class Followed:
    """A log of a busy house, of which as much is durable as was told, and views behind it."""

    def __init__(self) -> None:
        Records.reads = 0
        self.house = busy_house()
        self.told = self.house.told
        self.disk = MemoryDisk()
        self.store = Store()
        self.follower = ViewsFollower(lambda: Records(self.disk), lambda: self.store)

    def start(self) -> None:
        """Start at the head."""
        self.follower.home_started(self.disk.head)
        self.follower.start()

    def append(self, number: int, *, is_told: bool = True) -> None:
        """Make the next records durable."""
        some = self.told[self.disk.head : self.disk.head + number]
        self.disk.records.extend(one.record for one in some)
        if is_told:
            self.follower.log_moved(self.disk.head, some)

    def finish(self) -> None:
        """Append the rest; all of it must be in the views, as if it were made anew."""
        self.append(len(self.told))
        self.follower.views_wanted()
        self.store.wait(self.disk.head)
        self.follower.stop()
        assert Rows(self.store).everything() == made([self.told], self.disk).everything()


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Followed]:
    """Views whose follower gathers until somebody hurries."""
    monkeypatch.setattr(views, "GATHER_S", FOR_EVER)
    monkeypatch.setattr(views, "RETRY_S", 0.001)
    scene = Followed()
    yield scene
    scene.follower.stop()


def test_at_the_head_the_log_is_not_read(followed: Followed) -> None:
    followed.start()
    followed.append(3)
    followed.store.wait(3)
    followed.finish()
    assert Records.reads == 0


def test_what_was_there_before_is_read_first(followed: Followed) -> None:
    followed.append(40, is_told=False)
    followed.start()
    followed.store.wait(40)
    followed.finish()


def test_records_gather_until_somebody_hurries(followed: Followed) -> None:
    followed.start()
    followed.append(1)
    followed.store.wait(1)
    for _ in range(10):
        followed.append(2)
    assert followed.store.position == 1
    followed.follower.views_wanted()
    followed.store.wait(21)
    assert followed.store.commits == 2
    followed.finish()


def test_more_than_can_be_kept_is_read_from_the_log(followed: Followed) -> None:
    followed.follower._heard = HeardRecords(records_max=5)
    followed.start()
    followed.append(1)
    followed.store.wait(1)
    for _ in range(10):
        followed.append(3)
    followed.follower.views_wanted()
    followed.store.wait(31)
    assert Records.reads
    followed.finish()


def test_a_record_that_nobody_told_of_is_in_the_views_too(followed: Followed) -> None:
    followed.start()
    followed.append(5)
    followed.append(5, is_told=False)
    followed.append(5)
    followed.finish()


def test_a_commit_that_failed_is_made_again(followed: Followed) -> None:
    followed.start()
    followed.append(1)
    followed.store.wait(1)
    followed.store.failures = 3
    followed.append(10)
    followed.finish()


def test_erased_words_do_not_come_back_with_what_was_heard_before(followed: Followed) -> None:
    followed.start()
    followed.append(1)
    followed.store.wait(1)
    followed.append(len(followed.told))
    erased = followed.house.people[-1].conversation
    for number, record in enumerate(followed.disk.records):
        if record.conversation_id == erased:
            followed.disk.records[number] = record._replace(bodies=b"")
    assert followed.follower.erase(ACCOUNT, erased).wait(WAIT_S)
    followed.store.wait(followed.disk.head)
    followed.follower.stop()

    async def words() -> list[str]:
        wanted = EventsWanted(public=False, words_only=True, limit=200)
        page = await followed.store.events(ACCOUNT, erased, wanted)
        return [event.text for event in page.items]

    said = asyncio.run(words())
    assert said
    assert set(said) == {""}


def test_where_little_happens_nothing_is_held_back() -> None:
    shortest_s, longest_s = views.GATHER_S
    assert gathering_s(1, 0.02) == gathering_s(1, 60.0) == shortest_s
    assert gathering_s(5, 1.0) == shortest_s
    busy = int(views.GATHERED_PER_S * longest_s)
    assert gathering_s(busy, longest_s) == gathering_s(10 * busy, longest_s) == longest_s
    assert shortest_s < gathering_s(busy // 5, longest_s) < longest_s
