"""Views of conversations in memory: small, slow for many, and right."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from airdesk.adapters.text import JiebaSegmenter, found_marks, searched_words, snippet
from airdesk.core.conversation import (
    ConversationState,
    FeedEvent,
    MessageSent,
    NoteAdded,
    Status,
)
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    ConversationId,
    FileId,
    Identity,
    ViewsBehind,
    VisitorId,
    limits,
)
from airdesk.ports.conversation_views import (
    ROW_EVENTS_MAX,
    Alias,
    ConversationFilter,
    ConversationView,
    EventRow,
    EventsWanted,
    Item,
    ListCounts,
    SearchWanted,
    ViewChanges,
    ViewPage,
    WordsFound,
    check_limit,
    check_searcher,
    has_words,
    holder,
)


class MemoryConversationViews:
    """Both `ConversationViews` and the `ViewStore` behind it."""

    def __init__(self) -> None:
        self._segmenter = JiebaSegmenter()
        self._epoch = b""
        self._whole_at = 0
        self._position = 0
        self._views: dict[ConversationId, ConversationView] = {}
        self._rows: dict[int, EventRow] = {}
        self._aliases: set[Alias] = set()
        self._waiting: set[asyncio.Event] = set()

    # ViewStore -----------------------------------------------------------------------------

    @property
    def position(self) -> int:
        """See `ViewStore.position`."""
        return self._position

    @property
    def epoch(self) -> bytes:
        """See `ViewStore.epoch`."""
        return self._epoch

    def begin(self, epoch: bytes, whole_at: int) -> None:
        """See `ViewStore.begin`."""
        self._epoch, self._whole_at, self._position = epoch, whole_at, 0
        self._views.clear()
        self._rows.clear()
        self._aliases.clear()

    def load(self, conversation_ids: Sequence[ConversationId]) -> Sequence[ConversationView]:
        """See `ViewStore.load`."""
        return [self._views[one] for one in conversation_ids if one in self._views]

    def write(self, changes: ViewChanges) -> None:
        """See `ViewStore.write`."""
        for view in changes.conversations:
            self._views[view.state.conversation_id] = view
        for row in changes.events:
            self._rows[row.position * ROW_EVENTS_MAX + row.number] = row
        self._aliases.update(changes.aliases)
        self._position = changes.position
        for waiting in self._waiting:
            waiting.set()

    def erase(self, account_id: AccountId, conversation_id: ConversationId) -> None:
        """See `ViewStore.erase`."""
        view = self._of(account_id, conversation_id)
        if view is None:
            return
        if view.last_words is not None:
            view = view._replace(last_words=view.last_words._replace(text=""))
            self._views[conversation_id] = view
        for key, row in self._rows.items():
            if row.conversation_id == conversation_id:
                self._rows[key] = row._replace(event=row.event._replace(text="", options=()))

    def close(self) -> None:
        """See `ViewStore.close`."""

    # ConversationViews ---------------------------------------------------------------------

    async def conversations(
        self,
        account_id: AccountId,
        wanted: ConversationFilter,
        before: int = 0,
        limit: int = 50,
        min_position: int = 0,
    ) -> ViewPage[ConversationView]:
        """See `ConversationViews.conversations`."""
        check_limit(limit, wanted.visitor_ids)
        await self._wait(min_position)
        visitors = self._same_people(account_id, wanted.visitor_ids)
        keyed = [
            (self._key(view, wanted), self._whole(view))
            for view in self._views.values()
            if view.state.account_id == account_id
            and _fits(view.state, wanted)
            and (not wanted.visitor_ids or view.state.visitor_id in visitors)
        ]
        found = [(key, view) for key, view in keyed if key and (before == 0 or key < before)]
        found.sort(key=lambda one: -one[0])
        next_key = found[limit - 1][0] if len(found) > limit else None
        return self._page([view for _, view in found[:limit]], next_key)

    async def counts(
        self,
        account_id: AccountId,
        agent_id: AgentId,
        wanted: ConversationFilter,
        min_position: int = 0,
    ) -> ViewPage[ListCounts]:
        """See `ConversationViews.counts`."""
        await self._wait(min_position)
        narrowed = wanted._replace(statuses=(), visitor_ids=(), mentioned_id=AgentId(NO_ID))
        mine = [
            view
            for view in self._views.values()
            if view.state.account_id == account_id and _fits(view.state, narrowed)
        ]
        of = Counter(view.state.status for view in mine)
        assigned = [one for one in mine if one.state.status == Status.ASSIGNED]
        mentioned = narrowed._replace(mentioned_id=agent_id)
        counts = ListCounts(
            mine=sum(one.state.assignee_id == agent_id for one in assigned),
            queue=of[Status.QUEUED],
            bot=of[Status.BOT],
            all=len(mine) - of[Status.RESOLVED],
            snoozed=of[Status.SNOOZED],
            resolved=of[Status.RESOLVED],
            mentions=sum(self._key(one, mentioned) > 0 for one in mine),
        )
        return self._page([counts], None)

    async def conversation(
        self, account_id: AccountId, conversation_id: ConversationId, min_position: int = 0
    ) -> ViewPage[ConversationView]:
        """See `ConversationViews.conversation`."""
        await self._wait(min_position)
        view = self._of(account_id, conversation_id)
        return self._page([] if view is None else [self._whole(view)], None)

    async def reach(self, account_id: AccountId, conversation_id: ConversationId, seq: int) -> int:
        """See `ConversationViews.reach`."""

        def is_there() -> bool:
            view = self._of(account_id, conversation_id)
            return view is not None and view.state.last_seq >= seq

        await self._until(is_there, wanted=f"event {seq}")
        return self._position

    async def events(
        self,
        account_id: AccountId,
        conversation_id: ConversationId,
        wanted: EventsWanted,
        min_position: int = 0,
    ) -> ViewPage[FeedEvent]:
        """See `ConversationViews.events`."""
        check_limit(wanted.limit)
        await self._wait(min_position)
        events = sorted(self._events_of(account_id, conversation_id, wanted))
        if wanted.after_seq >= 0:
            events = [event for event in events if event.seq > wanted.after_seq]
            next_key = events[wanted.limit - 1].seq if len(events) > wanted.limit else None
            return self._page(events[: wanted.limit], next_key)
        if wanted.before:
            events = [event for event in events if event.seq < wanted.before]
        next_key = events[-wanted.limit].seq if len(events) > wanted.limit else None
        return self._page(events[-wanted.limit :], next_key)

    async def sent_files(
        self, account_id: AccountId, file_ids: Sequence[FileId], min_position: int = 0
    ) -> ViewPage[FileId]:
        """See `ConversationViews.sent_files`."""
        check_limit(max(1, len(file_ids)))
        await self._wait(min_position)
        sent = {
            row.event.event.file.file_id
            for row in self._rows.values()
            if isinstance(row.event.event, MessageSent)
            and row.event.event.file is not None
            and self._of(account_id, row.conversation_id) is not None
        }
        return self._page([one for one in file_ids if one in sent], None)

    async def search(
        self, identity: Identity, wanted: SearchWanted, min_position: int = 0
    ) -> ViewPage[WordsFound]:
        """See `ConversationViews.search`."""
        check_searcher(identity)
        check_limit(wanted.limit)
        await self._wait(min_position)
        words = searched_words(self._segmenter, wanted.text)
        found: list[WordsFound] = []
        last_key = 0
        for key in sorted(self._rows, reverse=True) if words else ():
            row = self._rows[key]
            view = self._of(identity.account_id, row.conversation_id)
            if view is None or (wanted.before and key >= wanted.before):
                continue
            state, event = view.state, row.event
            if wanted.inbox_id not in (NO_ID, state.inbox_id):
                continue
            if wanted.conversation_id not in (NO_ID, state.conversation_id):
                continue
            marks = found_marks(event.text, words)
            if not marks:
                continue
            if len(found) == wanted.limit:
                return self._page(found, last_key)
            last_key = key
            found.append(
                WordsFound(
                    state.conversation_id,
                    state.inbox_id,
                    state.visitor_id,
                    event,
                    snippet(event.text, marks),
                )
            )
        return self._page(found, None)

    def _key(self, view: ConversationView, wanted: ConversationFilter) -> int:
        """Give the key of a conversation in a list; 0 where it is not in it."""
        if wanted.mentioned_id == NO_ID:
            return view.activity
        return max(
            (
                row.position
                for row in self._rows.values()
                if row.conversation_id == view.state.conversation_id
                and isinstance(row.event.event, NoteAdded)
                and wanted.mentioned_id in row.event.event.mentions
            ),
            default=0,
        )

    def _of(
        self, account_id: AccountId, conversation_id: ConversationId
    ) -> ConversationView | None:
        view = self._views.get(conversation_id)
        return view if view is not None and view.state.account_id == account_id else None

    def _events_of(
        self, account_id: AccountId, conversation_id: ConversationId, wanted: EventsWanted
    ) -> Iterator[FeedEvent]:
        if self._of(account_id, conversation_id) is None:
            return
        for row in self._rows.values():
            if row.conversation_id != conversation_id:
                continue
            if wanted.public and row.event.public_prev < 0:
                continue
            if wanted.words_only and not has_words(row.event):
                continue
            yield row.event

    def _whole(self, view: ConversationView) -> ConversationView:
        state = view.state
        owners = [state.visitor_id]
        for owner in owners:
            owners.extend(
                alias.to_visitor_id
                for alias in self._aliases
                if (alias.account_id, alias.inbox_id) == (state.account_id, state.inbox_id)
                and alias.from_visitor_id == owner
                and alias.to_visitor_id not in owners
            )
        return view._replace(visitor_ids=tuple(owners))

    def _same_people(
        self, account_id: AccountId, visitor_ids: Iterable[VisitorId]
    ) -> list[VisitorId]:
        people = list(visitor_ids)
        for person in people:
            people.extend(
                alias.from_visitor_id
                for alias in self._aliases
                if alias.account_id == account_id
                and alias.to_visitor_id == person
                and alias.from_visitor_id not in people
            )
        return people

    def _page(self, items: Sequence[Item], next_key: int | None) -> ViewPage[Item]:
        return ViewPage(tuple(items), next_key, self._position, self._position >= self._whole_at)

    async def _wait(self, position: int) -> None:
        await self._until(lambda: self._position >= position, wanted=str(position))

    async def _until(self, is_there: Callable[[], bool], wanted: str) -> None:
        moved = asyncio.Event()
        self._waiting.add(moved)
        try:
            async with asyncio.timeout(limits.VIEWS_WAIT_MS_MAX / 1000):
                while not is_there():
                    moved.clear()
                    await moved.wait()
        except TimeoutError:
            raise ViewsBehind(position=self._position, wanted=wanted) from None
        finally:
            self._waiting.remove(moved)


def _fits(state: ConversationState, wanted: ConversationFilter) -> bool:
    if wanted.statuses and state.status not in wanted.statuses:
        return False
    if wanted.inbox_id not in (NO_ID, state.inbox_id):
        return False
    if wanted.team_id not in (NO_ID, state.team_id):
        return False
    if wanted.label_id != NO_ID and wanted.label_id not in state.label_ids:
        return False
    return wanted.agent_id in (NO_ID, holder(state))
