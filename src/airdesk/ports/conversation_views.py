"""Conversations as people look for them: lists, messages, search. Made from the log, kept apart.

What is read here follows the log by a little. Whoever must see what he has just written says the
position of his record (`min_position`) and waits for it, for a bounded time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from airdesk.core import conversation as conv
from airdesk.core.conversation import ConversationState, FeedEvent, Status
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    ConversationId,
    FileId,
    Identity,
    InboxId,
    LabelId,
    NotPermitted,
    TeamId,
    TooMany,
    VisitorId,
    limits,
)

Item = TypeVar("Item")


class ViewPage(NamedTuple, Generic[Item]):
    """Some items, and from what moment of the log they are."""

    items: tuple[Item, ...]
    next_key: int | None
    """Ask with it for the following page (as `before`, or `after_seq` when going forward); None
    where there is nothing more."""
    position: int
    """The items hold every record up to here."""
    is_whole: bool = True
    """False while the views are made anew from the log: older things may be missing."""


class Words(NamedTuple):
    """The newest words of a conversation, as a list shows them."""

    author: int
    ts_ms: int
    text: str
    """At most PREVIEW_CHARS_MAX characters; "" where they were erased."""


class ConversationView(NamedTuple):
    """One conversation in a list."""

    state: ConversationState
    activity: int
    """Position of the last record with events of it. Greater is newer; unique; the key of pages."""
    last_words: Words | None
    """The newest message that the visitor may see too; None before the first."""
    visitor_ids: tuple[VisitorId, ...]
    """Whose it is: its visitor, then those whom an alias made the same person."""


class ConversationFilter(NamedTuple):
    """Which conversations are wanted; what is left empty does not matter."""

    statuses: tuple[Status, ...] = ()
    inbox_id: InboxId = InboxId(NO_ID)
    agent_id: AgentId = AgentId(NO_ID)
    """Whose it is; for resolved ones: whose it was last."""
    visitor_ids: tuple[VisitorId, ...] = ()
    """Any of these, or of those whom an alias made one of them. VISITORS_ASKED_MAX at most."""
    team_id: TeamId = TeamId(NO_ID)
    label_id: LabelId = LabelId(NO_ID)
    mentioned_id: AgentId = AgentId(NO_ID)
    """Whom a note of it mentions. The newest mention is first then, not the newest activity."""


class ListCounts(NamedTuple):
    """How many conversations an agent's lists hold, exactly."""

    mine: int
    """Assigned to him."""
    queue: int
    bot: int
    all: int
    """All that are open, whoever has them."""
    snoozed: int
    resolved: int
    mentions: int
    """Open or not, that a note mentions him in."""


class EventsWanted(NamedTuple):
    """Which events of one conversation are wanted."""

    public: bool
    """Only what the visitor may see; `public_prev` then leads from one to the next."""
    words_only: bool = False
    """Messages and notes only."""
    before: int = 0
    """Those before this `seq`, the newest first found; 0 for the newest of all."""
    after_seq: int = -1
    """When 0 or more: those after this `seq`, forward. `before` is not looked at then."""
    limit: int = 50


class SearchWanted(NamedTuple):
    """What is looked for in messages and notes."""

    text: str
    """What a person typed. All of it is text: no sign in it means anything."""
    before: int = 0
    """The key from the page before; 0 for the first page."""
    limit: int = 20
    inbox_id: InboxId = InboxId(NO_ID)
    conversation_id: ConversationId = ConversationId(NO_ID)


class Snippet(NamedTuple):
    """A part of a message around what was found. Plain text, never HTML."""

    text: str
    marks: tuple[tuple[int, int], ...]
    """What was found in `text`: from, to (exclusive), in characters (code points), in order."""
    is_cut_before: bool
    is_cut_after: bool


class WordsFound(NamedTuple):
    """One message or note that search found."""

    conversation_id: ConversationId
    inbox_id: InboxId
    visitor_id: VisitorId
    event: FeedEvent
    snippet: Snippet


class ConversationViews(Protocol):
    """Reads of one shard's conversations.

    Guarantees:
        Tenancy: only what belongs to the account named is ever found; what is another's looks
            like what does not exist.
        Order: newest first; equal for everybody; a page never repeats an item of the page before,
            though one that moved up meanwhile appears only on the first.
        Consistency: each answer is one moment of the log, and says which.
        Erased words are in no answer once their erasure was applied.

    All of them raise:
        ViewsBehind: `min_position` was not reached within VIEWS_WAIT_MS_MAX. Come again.
        TooMany: `limit` is above VIEW_ITEMS_MAX, or too many visitors are named.
        DependencyError: the views cannot be read.
    """

    async def conversations(
        self,
        account_id: AccountId,
        wanted: ConversationFilter,
        before: int = 0,
        limit: int = 50,
        min_position: int = 0,
    ) -> ViewPage[ConversationView]:
        """List conversations, newest activity first.

        Args:
            before: the `next_key` of the page before; 0 for the first page.
        """

    async def counts(
        self,
        account_id: AccountId,
        agent_id: AgentId,
        wanted: ConversationFilter,
        min_position: int = 0,
    ) -> ViewPage[ListCounts]:
        """Count an agent's lists: a page of one item.

        Args:
            agent_id: whose `mine` and `mentions` are counted.
            wanted: inbox, agent, team and label narrow every list; nothing else is looked at.

        Cost: grows with inboxes, teams and agents, and with the mentions of the agent, not with
            conversations.
        """

    async def conversation(
        self, account_id: AccountId, conversation_id: ConversationId, min_position: int = 0
    ) -> ViewPage[ConversationView]:
        """Give one conversation: a page of one item, or of none where there is no such one."""

    async def reach(self, account_id: AccountId, conversation_id: ConversationId, seq: int) -> int:
        """Wait until the views hold an event of a conversation; gives their position.

        Whoever got `seq` as the answer to a command asks with that position as `min_position`
        and sees what he did.
        """

    async def events(
        self,
        account_id: AccountId,
        conversation_id: ConversationId,
        wanted: EventsWanted,
        min_position: int = 0,
    ) -> ViewPage[FeedEvent]:
        """Give events of one conversation, always in the order of `seq`."""

    async def sent_files(
        self, account_id: AccountId, file_ids: Sequence[FileId], min_position: int = 0
    ) -> ViewPage[FileId]:
        """Tell which of some files a message of the account names, in no order.

        Args:
            file_ids: at most VIEW_ITEMS_MAX.
        """

    async def search(
        self, identity: Identity, wanted: SearchWanted, min_position: int = 0
    ) -> ViewPage[WordsFound]:
        """Find messages and notes that hold all words of a text, newest first.

        A word of a script without spaces is found anywhere; of others from its beginning, and
        only the last one need not be whole. A text without any word finds nothing. A page may
        hold fewer items than `limit` although there are more: `next_key` tells.

        Raises:
            NotPermitted: the identity is not of the account's staff.
        """


# What every implementation says alike -----------------------------------------------------------


def check_limit(limit: int, visitor_ids: Sequence[VisitorId] = ()) -> None:
    """Refuse pages that are too large.

    Raises:
        TooMany: see `ConversationViews`.
    """
    if not 0 < limit <= limits.VIEW_ITEMS_MAX:
        raise TooMany(limit=limits.VIEW_ITEMS_MAX, name="items")
    if len(visitor_ids) > limits.VISITORS_ASKED_MAX:
        raise TooMany(limit=limits.VISITORS_ASKED_MAX, name="visitors")


def check_searcher(identity: Identity) -> None:
    """Refuse whoever is not of an account's staff.

    Raises:
        NotPermitted: a visitor, or a bot.
    """
    if not identity.is_staff:
        raise NotPermitted(command="search")


def has_words(event: FeedEvent) -> bool:
    """True for a message or a note, even one whose words were erased."""
    return isinstance(event.event, conv.MessageSent | conv.NoteAdded)


def holder(state: ConversationState) -> AgentId:
    """Give whose a conversation is, or whose it was last when it is resolved."""
    if not state.is_open and state.sticky_agent_id in state.participants:
        return state.sticky_agent_id
    return state.assignee_id


# Writing --------------------------------------------------------------------------------------


ROW_EVENTS_MAX: Final = 64
"""Events of one record: position * ROW_EVENTS_MAX + number is an event's key in search, the same
after views were made anew."""


class EventRow(NamedTuple):
    """An event as the projection hands it over."""

    position: int
    number: int
    """Its place in the record, from 0."""
    conversation_id: ConversationId
    event: FeedEvent


class Alias(NamedTuple):
    """Two visitors of an inbox are one person."""

    account_id: AccountId
    inbox_id: InboxId
    from_visitor_id: VisitorId
    to_visitor_id: VisitorId


class ViewChanges(NamedTuple):
    """What some records do to the views; stored whole or not at all."""

    position: int
    """The last of these records."""
    conversations: Sequence[ConversationView]
    """Each at most once, as it is after them. `visitor_ids` are not looked at."""
    events: Sequence[EventRow]
    aliases: Sequence[Alias] = ()


class ViewStore(Protocol):
    """Where the projection keeps the views. One writer; calls block, on the writer's thread.

    Guarantees:
        Atomicity: rows and position are stored together; after a crash the position tells
            exactly which records the rows hold.
    """

    @property
    def position(self) -> int:
        """The last record that the rows hold; 0 for none."""

    @property
    def epoch(self) -> bytes:
        """Of the log that the rows were made from; b"" for none."""

    def begin(self, epoch: bytes, whole_at: int) -> None:
        """Throw all rows away and begin anew from the start of a log.

        Args:
            epoch: of that log.
            whole_at: readers are told that older things are missing until this position is
                reached.
        """

    def load(self, conversation_ids: Sequence[ConversationId]) -> Sequence[ConversationView]:
        """Give the stored conversations of these; `visitor_ids` may be missing."""

    def write(self, changes: ViewChanges) -> None:
        """Store changes whose first record follows `position`."""

    def erase(self, account_id: AccountId, conversation_id: ConversationId) -> None:
        """Forget all words of a conversation, the index's too. Its events stay."""

    def close(self) -> None:
        """Stop; what was written is kept."""
