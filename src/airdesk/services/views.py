"""Lists, messages and search follow the log: records become rows, on a thread of their own."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import structlog

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AirDeskError,
    ConversationId,
    limits,
)
from airdesk.ports.conversation_views import (
    Alias,
    ConversationView,
    EventRow,
    ViewChanges,
    ViewStore,
    Words,
)
from airdesk.ports.event_log import Record
from airdesk.ports.log_followers import Committed
from airdesk.ports.log_records import LogRecords
from airdesk.services.heard_records import HeardRecords, decoded
from airdesk.services.history import record_header

KNOWN_MAX: Final = 20_000
"""Conversations that the projection remembers, some 20 MB; the longest untouched go first."""

LOOK_S: Final = 1.0
"""How often the follower looks for records that nobody told it of."""

GATHER_S: Final = (0.01, 1.0)
"""Between two commits, so that records gather: a commit of hundreds costs each of them a third of
what one of ten does. The first for a shard where little happens, the second for a busy one;
whoever waits for his own record ends it."""

GATHERED_PER_S: Final = 500.0
"""From so many records a second on a shard is busy."""

YIELD_S: Final = 0.0002
"""After VIEW_RECORDS, so that threads that wait for the interpreter's lock get it at once: it is
asked back only after 5 ms otherwise."""

RETRY_S: Final = 1.0
"""Between two tries after log or views failed."""

logger = structlog.get_logger()


class Projection:
    """Makes rows of records. It remembers what it made, so one serves one store.

    Args:
        store: asked for conversations that are not remembered.
    """

    def __init__(self, store: ViewStore) -> None:
        self._store = store
        self._known: OrderedDict[ConversationId, ConversationView] = OrderedDict()

    def changes(self, records: Sequence[Record]) -> ViewChanges:
        """Say what records do to the views. They must follow those of the call before."""
        return self.changes_of([decoded(record) for record in records])

    def changes_of(
        self, records: Sequence[Committed], rest: Callable[[], object] | None = None
    ) -> ViewChanges:
        """Say the same of records as the home tells them.

        Args:
            rest: called after every VIEW_RECORDS, since nobody else can run meanwhile.
        """
        self._remember(records)
        changed: dict[ConversationId, ConversationView] = {}
        events: list[EventRow] = []
        aliases: list[Alias] = []
        for number, committed in enumerate(records, 1):
            if committed.record.conversation_id != NO_ID:
                self._talk(committed, changed, events)
            else:
                self._account(committed, changed, aliases)
            if rest is not None and number % limits.VIEW_RECORDS == 0:
                rest()
        self._known.update(changed)
        self._forget()
        return ViewChanges(records[-1].record.position, tuple(changed.values()), events, aliases)

    def forget_words(self, conversation_id: ConversationId) -> None:
        """Remember a conversation no more: its words were erased."""
        self._known.pop(conversation_id, None)

    def _talk(
        self,
        committed: Committed,
        changed: dict[ConversationId, ConversationView],
        rows: list[EventRow],
    ) -> None:
        record = committed.record
        conversation_id = record.conversation_id
        events: Sequence[conv.ConversationEvent] = committed.events  # type: ignore[assignment]
        if not events:
            return
        view = changed.get(conversation_id) or self._known.get(conversation_id)
        state = committed.after
        if state is None:
            moment = conv.Moment(record.position, record.ts_ms, record.account_id, conversation_id)
            before = None if view is None else view.state
            state = conv.evolve(before, events, record.first_seq, moment)
        words = None if view is None else view.last_words
        numbered = conv.number_events(events, committed.bodies, record_header(record))
        for number, event in enumerate(numbered):
            rows.append(EventRow(record.position, number, conversation_id, event))
            if isinstance(event.event, conv.MessageSent):
                preview = event.text[: limits.PREVIEW_CHARS_MAX]
                words = Words(event.event.author, event.ts_ms, preview)
        changed[conversation_id] = ConversationView(
            state, record.position, words, (state.visitor_id,)
        )

    def _account(
        self,
        committed: Committed,
        changed: dict[ConversationId, ConversationView],
        aliases: list[Alias],
    ) -> None:
        record = committed.record
        for event in committed.events:
            if isinstance(event, conv.ReadsAdvanced):
                for mark in event.marks:
                    self._read(mark, record.position, changed)
            elif isinstance(event, conv.VisitorAliased):
                old, new = event.from_visitor_id, event.to_visitor_id
                aliases.append(Alias(record.account_id, event.inbox_id, old, new))

    def _read(
        self,
        mark: conv.ReadMark,
        position: int,
        changed: dict[ConversationId, ConversationView],
    ) -> None:
        conversation_id = mark.conversation_id
        view = changed.get(conversation_id) or self._known.get(conversation_id)
        if view is not None:
            state = conv.evolve_reads(view.state, mark, position)
            changed[conversation_id] = view._replace(state=state)

    def _remember(self, records: Iterable[Committed]) -> None:
        """Fetch the conversations that records speak of and that are not remembered."""
        wanted: dict[ConversationId, None] = {}
        for record, _, _, events, _ in records:
            if record.conversation_id != NO_ID:
                if record.first_seq > 1:
                    wanted[record.conversation_id] = None
                continue
            for event in events:
                if isinstance(event, conv.ReadsAdvanced):
                    wanted.update(dict.fromkeys(mark.conversation_id for mark in event.marks))
        known = self._known
        missing = [one for one in wanted if one not in known]
        for view in self._store.load(missing) if missing else ():
            known[view.state.conversation_id] = view
        for one in wanted:
            if one in known:
                known.move_to_end(one)

    def _forget(self) -> None:
        while len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)


def gathering_s(records: int, since_s: float) -> float:
    """Give how long to gather after a commit: as long as it seems busy.

    Args:
        records: taken with the last commit.
        since_s: since the commit before it.
    """
    shortest_s, longest_s = GATHER_S
    busy = records / max(since_s, longest_s) / GATHERED_PER_S
    return max(shortest_s, min(1.0, busy) * longest_s)


class ViewsFollower:
    """Keeps the views behind the log, on a thread of its own: by a few milliseconds, or by half a
    second where much happens and nobody waits. A `LogFollower`.

    Args:
        open_records: opens the log's records; called on that thread, again after a failure.
        open_store: opens the views' store, likewise.
    """

    def __init__(
        self, open_records: Callable[[], LogRecords], open_store: Callable[[], ViewStore]
    ) -> None:
        self._open_records = open_records
        self._open_store = open_store
        self._heard = HeardRecords()
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._stop = threading.Event()
        self._erasures: list[tuple[AccountId, ConversationId, threading.Event]] = []
        self._thread = threading.Thread(target=self._run, name="views", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """End after the commit that runs; blocks until then."""
        self._stop.set()
        self._wake.set()
        self._hurry.set()
        if self._thread.is_alive():
            self._thread.join()

    # LogFollower ---------------------------------------------------------------------------

    def home_started(self, head: int) -> None:
        """See `LogFollower.home_started`."""
        self._heard.begin(head)
        self._wake.set()

    def log_moved(self, head: int, committed: Sequence[Committed] = ()) -> None:
        """See `LogFollower.log_moved`."""
        self._heard.hear(head, committed)
        if not self._wake.is_set():
            self._wake.set()

    def facts_written(self) -> None:
        """See `LogFollower.facts_written`. The views have nothing of the directory."""

    def views_wanted(self) -> None:
        """See `LogFollower.views_wanted`: nothing more is gathered."""
        self._hurry.set()

    def home_ended(self) -> None:
        """See `LogFollower.home_ended`. What is durable is followed nonetheless."""

    # Erasure -------------------------------------------------------------------------------

    def erase(self, account_id: AccountId, conversation_id: ConversationId) -> threading.Event:
        """Have the words of a conversation forgotten; the event is set once they are."""
        done = threading.Event()
        self._erasures.append((account_id, conversation_id, done))
        self._wake.set()
        self._hurry.set()
        return done

    # The thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except AirDeskError as error:
                logger.error("the views do not follow the log", error=str(error))
                self._stop.wait(RETRY_S)

    def _follow(self) -> None:
        records = self._open_records()
        try:
            store = self._open_store()
            try:
                self._keep_up(records, store)
            finally:
                store.close()
        finally:
            records.close()

    def _keep_up(self, records: LogRecords, store: ViewStore) -> None:
        head = records.head()
        if store.epoch != records.epoch or store.position > head:
            logger.info("views are made anew", records=head)
            store.begin(records.epoch, head)
        projection = Projection(store)
        began_s = time.monotonic()
        while not self._stop.is_set():
            self._wake.clear()
            self._hurry.clear()
            self._erase(store, projection)
            page, most = self._next(records, store.position)
            if page:
                store.write(projection.changes_of(page, self._rest))
            if len(page) == most:
                self._rest()
                continue
            ended_s = time.monotonic()
            if page:
                self._hurry.wait(gathering_s(len(page), ended_s - began_s))
            began_s = ended_s
            self._wake.wait(LOOK_S)

    def _next(self, records: LogRecords, position: int) -> tuple[Sequence[Committed], int]:
        """Give what follows a position, and how much that is at the most."""
        heard = self._heard.take(position, limits.VIEW_COMMIT_RECORDS)
        if heard is not None:
            return heard.records, limits.VIEW_COMMIT_RECORDS
        most = limits.VIEW_RECORDS
        return [decoded(record) for record in records.read(position, most)], most

    def _rest(self) -> None:
        self._stop.wait(YIELD_S)

    def _erase(self, store: ViewStore, projection: Projection) -> None:
        while self._erasures:
            account_id, conversation_id, done = self._erasures[0]
            # What was heard before holds the words still; the log does not.
            self._heard.forget()
            store.erase(account_id, conversation_id)
            projection.forget_words(conversation_id)
            del self._erasures[0]
            done.set()
