"""The judge of a day: who waits, who works, and whether that was fair.

It knows the records of the log and what pages were told, and asks nothing of the product's own
routing, desk, queue or state: the rules stand here a second time, in words of their own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from airdesk.adapters.memory import MemoryDisk
from airdesk.core import conversation as conv
from airdesk.core.kernel import NO_ID, AgentId, ConversationId, InboxId, Role, TeamId, limits
from airdesk.ports.event_log import Record

BESIDE_MS_MAX = 2_000
"""Nobody waits longer than this beside a free desk."""

HALF_OPEN_MS_MAX = limits.SILENCE_MS_MAX + 2 * limits.SWEEP_MS
"""Until a gateway finds that a socket is gone without a word."""

NOBODY = AgentId(NO_ID)

VIOLATIONS_MAX = 10
"""Enough to see what is wrong."""

_Line = tuple[TeamId, tuple[str, ...]]
"""What a visitor needs of an agent: his team and his skills."""


@dataclass(slots=True)
class Chat:
    """A conversation, as far as fairness is concerned."""

    conversation_id: ConversationId
    inbox_id: InboxId
    visitor_id: bytes
    team_id: TeamId
    status: str = "queued"
    holder: AgentId = NOBODY
    waiting_since: int = 0
    queued_ms: int = 0
    """When it came into the line last; one who comes back has waited longer than that."""
    public_seqs: list[int] = field(default_factory=list)
    lost_by: AgentId = NOBODY
    """Who went without a word while he held it; nobody once another one has it."""

    @property
    def name(self) -> str:
        """What it is called in reports."""
        return self.conversation_id.hex()[-6:]


@dataclass(slots=True)
class Seat:
    """An agent as the log knows him, and since when he is gone."""

    facts: conv.AgentFacts
    online: bool = False
    offline: bool = True
    holding: set[ConversationId] = field(default_factory=set)
    gone_by: int = 0
    """When at the latest he has to count as gone; 0 while he is connected."""


class Judge:
    """Collects violations.

    Args:
        disk: the log.
    """

    def __init__(self, disk: MemoryDisk) -> None:
        self._disk = disk
        self._position = 0
        self.violations: list[str] = []
        self.seen: Counter[str] = Counter()
        """How often what makes the day a hard one happened."""
        self.now = 0
        self.chats: dict[ConversationId, Chat] = {}
        self.seats: dict[AgentId, Seat] = {}
        self._inboxes: dict[InboxId, conv.InboxFacts] = {}
        self._lines: dict[_Line, dict[ConversationId, Chat]] = {}
        self._open_of: dict[tuple[InboxId, bytes], ConversationId] = {}
        self._beside_since: dict[ConversationId, int] = {}
        self._lists: dict[AgentId, frozenset[ConversationId]] = {}
        self._lists_changed = False
        self._rows: dict[ConversationId, tuple[int, bytes]] = {}

    def report(self, line: str) -> None:
        """Note a broken promise."""
        if len(self.violations) < VIOLATIONS_MAX:
            self.violations.append(f"at {self.now} ms: {line}")

    # What the log says ----------------------------------------------------------------------

    def follow(self) -> None:
        """Read what is new on the disk."""
        records = self._disk.records
        while self._position < len(records):
            record = records[self._position]
            self._position += 1
            self.now = record.ts_ms
            for offset, event in enumerate(conv.decode_events(record.events)):
                self._take(record, record.first_seq + offset, event)

    def _take(self, record: Record, seq: int, event: conv.Event) -> None:
        if isinstance(event, conv.AgentConfigured):
            seat = self.seats.setdefault(event.facts.agent_id, Seat(event.facts))
            seat.facts = event.facts
        elif isinstance(event, conv.InboxConfigured):
            self._inboxes[event.facts.inbox_id] = event.facts
        elif isinstance(event, conv.AvailabilityChanged):
            seat = self.seats[event.agent_id]
            seat.online = event.availability == conv.Availability.ONLINE
            seat.offline = event.availability == conv.Availability.OFFLINE
        elif isinstance(event, conv.ConversationStarted):
            self._started(record, event)
        elif record.conversation_id != NO_ID:
            self._moves(record, seq, event)

    def _started(self, record: Record, event: conv.ConversationStarted) -> None:
        chat = Chat(record.conversation_id, event.inbox_id, event.visitor_id, event.team_id)
        chat.public_seqs.append(1)
        self.chats[chat.conversation_id] = chat
        if event.with_bot:
            chat.status = "bot"
        else:
            chat.waiting_since = chat.queued_ms = record.ts_ms
            self._line(chat)[chat.conversation_id] = chat
        self._opens(chat)

    def _opens(self, chat: Chat) -> None:
        key = (chat.inbox_id, chat.visitor_id)
        known = self._open_of.get(key)
        if known not in (None, chat.conversation_id):
            self.report(f"a visitor has two open conversations, {chat.name} is the second")
        self._open_of[key] = chat.conversation_id

    def _moves(self, record: Record, seq: int, event: conv.Event) -> None:
        chat = self.chats[record.conversation_id]
        hidden = isinstance(event, conv.NoteAdded | conv.ConversationSnoozed)
        if isinstance(event, conv.ConversationReopened):
            hidden = event.cause == conv.Cause.WOKEN
            self._opens(chat)
        if not hidden:
            chat.public_seqs.append(seq)
        if isinstance(event, conv.MessageSent):
            self._spoken(chat, event.author, record.ts_ms)
        elif isinstance(event, conv.ConversationQueued):
            self._queued(chat, event, record.ts_ms)
        elif isinstance(event, conv.AgentAssigned):
            self._assigned(record, chat, event)
        elif isinstance(event, conv.ConversationSnoozed):
            self._stops(chat, "snoozed")
        elif isinstance(event, conv.ConversationResolved):
            self._stops(chat, "resolved")
            self._open_of.pop((chat.inbox_id, chat.visitor_id), None)

    @staticmethod
    def _spoken(chat: Chat, author: int, ts_ms: int) -> None:
        if author == conv.AUTHOR_VISITOR:
            if chat.status != "bot":
                chat.waiting_since = chat.waiting_since or ts_ms
        elif author >= conv.AUTHOR_FIRST_PARTICIPANT and chat.status != "queued":
            chat.waiting_since = 0

    def _queued(self, chat: Chat, event: conv.ConversationQueued, ts_ms: int) -> None:
        if event.cause == conv.Cause.AGENT_LEFT:
            chat.lost_by = chat.holder
        self.seen[f"queued: {event.cause.name.lower()}"] += 1
        self._leaves_line(chat)
        self._let_go(chat)
        chat.status, chat.team_id, chat.queued_ms = "queued", event.team_id, ts_ms
        chat.waiting_since = chat.waiting_since or ts_ms
        self._line(chat)[chat.conversation_id] = chat

    def _stops(self, chat: Chat, status: str) -> None:
        self._leaves_line(chat)
        self._let_go(chat)
        chat.status, chat.waiting_since = status, 0

    def _leaves_line(self, chat: Chat) -> None:
        self._line(chat).pop(chat.conversation_id, None)
        self._beside_since.pop(chat.conversation_id, None)

    def _let_go(self, chat: Chat) -> None:
        if chat.holder != NO_ID:
            self.seats[chat.holder].holding.discard(chat.conversation_id)
            chat.holder = NOBODY

    def _line(self, chat: Chat) -> dict[ConversationId, Chat]:
        inbox = self._inboxes[chat.inbox_id]
        line = (chat.team_id, inbox.skills)
        if inbox.rule == conv.RoutingRule.MANUAL:
            line = (chat.team_id, ("by hand",))
        return self._lines.setdefault(line, {})

    # Assignment -----------------------------------------------------------------------------

    def _assigned(self, record: Record, chat: Chat, event: conv.AgentAssigned) -> None:
        self.seen[f"assigned: {event.cause.name.lower()}"] += 1
        seat = self.seats[event.agent_id]
        own_wish = record.actor == bytes((Role.AGENT,)) + event.agent_id
        if event.cause in (conv.Cause.ROUTED, conv.Cause.RETURNED) and not own_wish:
            self._check_may_have(chat, seat)
        if event.cause == conv.Cause.ROUTED:
            self._check_turn(chat, seat)
            self.seen["had to wait"] += record.ts_ms > chat.queued_ms
        if chat.lost_by not in (NO_ID, event.agent_id):
            self.seen["went on elsewhere"] += 1
        chat.lost_by = NOBODY
        self._leaves_line(chat)
        self._let_go(chat)
        chat.status, chat.holder = "assigned", event.agent_id
        seat.holding.add(chat.conversation_id)

    def _check_may_have(self, chat: Chat, seat: Seat) -> None:
        reason = self._why_not(seat, chat.team_id, self._inboxes[chat.inbox_id].skills)
        if reason:
            self.report(f"{chat.name} is routed to an agent who is {reason}")

    def _check_turn(self, chat: Chat, seat: Seat) -> None:
        """Nobody who waits longer is passed over, in this line or in another, by an agent whom
        he might have had."""
        for (team_id, skills), line in self._lines.items():
            if line is not self._line(chat) and self._why_not(seat, team_id, skills):
                continue
            for other in line.values():
                if other.waiting_since < chat.waiting_since:
                    self.report(f"{other.name} is overtaken by {chat.name}")
                    return

    @staticmethod
    def _why_not(seat: Seat, team_id: TeamId, skills: tuple[str, ...]) -> str:
        if not seat.online:
            return "not online"
        if len(seat.holding) >= seat.facts.capacity:
            return "full"
        if team_id != NO_ID and team_id not in seat.facts.team_ids:
            return "of another team"
        if not set(skills) <= set(seat.facts.skills):
            return "without the skill"
        return ""

    # What pages were told -------------------------------------------------------------------

    def told_list(self, agent_id: AgentId, mine: tuple[ConversationId, ...]) -> None:
        """An agent's page shows these conversations as his."""
        self._lists[agent_id] = frozenset(mine)
        self._lists_changed = True

    def told_row(self, conversation_id: ConversationId, version: int, assignee: bytes) -> None:
        """Somebody's page shows whose a conversation is."""
        known = self._rows.get(conversation_id, (0, b""))
        if version > known[0]:
            self._rows[conversation_id] = (version, assignee)
        elif version == known[0] and assignee != known[1]:
            self.report(f"two pages are told different agents of {conversation_id.hex()[-6:]}")

    def connected(self, agent_id: AgentId) -> None:
        """An agent has a page that hears."""
        self.seats[agent_id].gone_by = 0

    def disconnected(self, agent_id: AgentId, half_open: bool) -> None:
        """An agent's last page hears no more."""
        self._lists.pop(agent_id, None)
        found_ms = HALF_OPEN_MS_MAX if half_open else 0
        self.seats[agent_id].gone_by = self.now + found_ms + limits.PRESENCE_GRACE_MS

    # At every step --------------------------------------------------------------------------

    def look(self, now_ms: int) -> None:
        """Check what has to hold at every moment."""
        self.follow()
        self.now = now_ms
        self._check_waiting()
        self._check_gone()
        if self._lists_changed:
            self._lists_changed = False
            self._check_lists()

    def _check_waiting(self) -> None:
        free = [one for one in self.seats.values() if not self._why_not(one, TeamId(NO_ID), ())]
        waiting = 0
        beside: dict[ConversationId, int] = {}
        for (team_id, skills), line in self._lines.items():
            waiting += len(line)
            if not line or all(self._why_not(one, team_id, skills) for one in free):
                continue
            for conversation_id, chat in line.items():
                since = beside[conversation_id] = self._beside_since.get(conversation_id, self.now)
                if self.now - since > BESIDE_MS_MAX:
                    self.report(f"{chat.name} waits beside a free desk")
        self._beside_since = beside
        self.seen["longest queue"] = max(self.seen["longest queue"], waiting)

    def _check_gone(self) -> None:
        for seat in self.seats.values():
            if seat.gone_by and self.now > seat.gone_by + BESIDE_MS_MAX and seat.holding:
                names = ", ".join(self.chats[one].name for one in seat.holding)
                self.report(f"{names} is still held by an agent who is gone")

    def _check_lists(self) -> None:
        owners: dict[ConversationId, AgentId] = {}
        for agent_id, mine in self._lists.items():
            for conversation_id in mine:
                other = owners.setdefault(conversation_id, agent_id)
                if other != agent_id:
                    name = conversation_id.hex()[-6:]
                    self.report(f"{name} stands in the lists of two agents as theirs")

    @property
    def unfinished(self) -> list[Chat]:
        """Give the conversations that are not resolved."""
        return [self.chats[one] for one in self._open_of.values()]
