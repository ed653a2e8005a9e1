"""What the log says, worked out anew from its records alone, and the rules it has to keep.

Nothing of services or app is asked: this is the other opinion.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from airdesk.adapters.memory.event_log import MemoryDisk
from airdesk.core import conversation as conv
from airdesk.core.conversation import (
    AccountState,
    ConversationState,
    Status,
    decode_answer,
    decode_bodies,
    decode_events,
    evolve,
    evolve_account,
    evolve_reads,
)
from airdesk.core.kernel import NO_ID, AccountId, AgentId, ConversationId, Identity, Role
from airdesk.ports.event_log import Record

_KINDS: dict[type, int] = {
    conv.ConversationStarted: 1,
    conv.ParticipantJoined: 2,
    conv.MessageSent: 3,
    conv.NoteAdded: 4,
    conv.ConversationQueued: 5,
    conv.AgentAssigned: 6,
    conv.ConversationSnoozed: 7,
    conv.ConversationResolved: 8,
    conv.ConversationReopened: 9,
    conv.ConversationRated: 10,
    conv.LabelsSet: 11,
    conv.PrioritySet: 12,
    conv.ConversationReturned: 13,
}
"""Numbers of `docs/protocol.md`."""

HIDDEN = -1
"""`public_prev` of what a visitor never sees."""


class Fact(NamedTuple):
    """One event as it must be shown."""

    seq: int
    public_prev: int
    ts_ms: int
    kind: int
    text: str
    actor: bytes
    operation_id: bytes
    subjects: tuple[bytes, ...] = ()
    """Labels, or the agents whom a note mentions."""


class Told(NamedTuple):
    """One operation's only effect."""

    position: int
    conversation_id: ConversationId
    seq: int
    ts_ms: int
    texts: tuple[str, ...]


class Truth:
    """Follows the disk, record by record.

    Args:
        disk: the log.
        report: hears of every broken rule.
    """

    def __init__(self, disk: MemoryDisk, report: Callable[[str], None]) -> None:
        self._disk = disk
        self._report = report
        self.position = 0
        self.changed_ms = 0
        self._last_ms = 0
        self.states: dict[ConversationId, ConversationState] = {}
        self.accounts: dict[AccountId, AccountState] = {}
        self.facts: dict[ConversationId, list[Fact]] = {}
        self.operations: dict[tuple[bytes, bytes, bytes], Told] = {}
        self.open_of: dict[bytes, ConversationId] = {}
        self.loads: dict[AgentId, int] = {}
        self._canonical: dict[tuple[AccountId, bytes], bytes] = {}
        self._once: set[tuple[AccountId, bytes, bytes]] = set()
        """Who was whose canonical visitor at some time: what was sent then is still on its way."""
        self.seen: dict[ConversationId, set[bytes]] = {}
        """Agents whom the visitor has seen join."""

    def follow(self) -> None:
        """Read what is new on the disk."""
        records = self._disk.records
        while self.position < len(records):
            record = records[self.position]
            self.position += 1
            self._take(record)

    def account(self, account_id: AccountId) -> AccountState:
        """Give an account's facts."""
        return self.accounts.get(account_id) or AccountState(account_id)

    def seqs(self, conversation_id: ConversationId, public: bool) -> list[int]:
        """Give what a class of readers may see of a conversation."""
        return [
            fact.seq
            for fact in self.facts.get(conversation_id, ())
            if not public or fact.public_prev != HIDDEN
        ]

    def may_see(self, identity: Identity, state: ConversationState) -> bool:
        """Say who may see what, without asking the product."""
        if AccountId(identity.account_id) != state.account_id:
            return False
        if not identity.is_visitor:
            return True
        own = identity.inbox_id + identity.person_id
        visitor = state.inbox_id + state.visitor_id
        return own in (visitor, self.canonical_key(state.account_id, visitor))

    def might_see(self, identity: Identity, state: ConversationState) -> bool:
        """Say who may see what, or might when it was sent."""
        own = identity.inbox_id + identity.person_id
        once = (state.account_id, own, state.inbox_id + state.visitor_id)
        return self.may_see(identity, state) or once in self._once

    def whisperers(self, conversation_id: ConversationId) -> frozenset[bytes]:
        """Give the agents of whom nothing that the visitor may see is stored."""
        return frozenset(self.states[conversation_id].participants) - self.seen.get(
            conversation_id, set()
        )

    def _take(self, record: Record) -> None:
        if record.position != self.position:
            self._report(f"record {record.position} stands at place {self.position}")
        if record.ts_ms < self._last_ms:
            self._report(f"record {record.position} is older than the one before")
        self._last_ms = record.ts_ms
        events = decode_events(record.events)
        texts = decode_bodies(record.bodies)
        self._note_operation(record, texts)
        if record.conversation_id == NO_ID:
            self._take_account(record, events)
        else:
            self._take_conversation(record, events, texts)

    def _note_operation(self, record: Record, texts: tuple[str, ...]) -> None:
        if record.operation_id == NO_ID:
            return
        key = (record.account_id, record.actor, record.operation_id)
        if key in self.operations:
            self._report(f"operation of record {record.position} took effect twice")
        answer = decode_answer(record.answer)
        self.operations[key] = Told(
            record.position, record.conversation_id, answer.seq, answer.ts_ms, texts
        )

    def _take_account(self, record: Record, events: tuple[conv.Event, ...]) -> None:
        for event in events:
            if isinstance(event, conv.ReadsAdvanced):
                self._take_reads(event, record.position)
                return
            if isinstance(event, conv.VisitorAliased):
                self._join(record, event)
        account = self.account(record.account_id)
        if events:
            after = evolve_account(account, events, record.position)  # type: ignore[arg-type]
            self.accounts[record.account_id] = after

    def canonical_key(self, account_id: AccountId, visitor_key: bytes) -> bytes:
        """Give who a visitor turned out to be, or himself."""
        return self._canonical.get((account_id, visitor_key), visitor_key)

    def _join(self, record: Record, event: conv.VisitorAliased) -> None:
        account_id = record.account_id
        source = event.inbox_id + event.from_visitor_id
        target = self.canonical_key(account_id, event.inbox_id + event.to_visitor_id)
        if self.canonical_key(account_id, source) != source or target == source:
            self._report(f"record {record.position} makes an alias of an alias, or a ring")
        for key, known in list(self._canonical.items()):
            if key[0] == account_id and known == source:
                self._canonical[key] = target
                self._once.add((account_id, source, key[1]))
        self._canonical[account_id, source] = target
        left = self.open_of.pop(account_id + source, None)
        if left is not None and self.open_of.setdefault(account_id + target, left) != left:
            self._report(f"record {record.position}: a visitor has two open conversations")

    def _take_reads(self, event: conv.ReadsAdvanced, position: int) -> None:
        for mark in event.marks:
            state = self.states.get(mark.conversation_id)
            if state is None:
                self._report(f"record {position} reads an unknown conversation")
                continue
            known = state.visitor_read_seq if mark.by_visitor else state.staff_read_seq
            if mark.seq < known:
                self._report(f"record {position}: a read position goes back to {mark.seq}")
            if mark.seq > state.last_seq:
                self._report(f"record {position}: read beyond the end, {mark.seq}")
            self.states[mark.conversation_id] = evolve_reads(state, mark, position)

    def _take_conversation(
        self, record: Record, events: tuple[conv.Event, ...], texts: tuple[str, ...]
    ) -> None:
        before = self.states.get(record.conversation_id)
        self._check_numbers(record, before, len(events))
        if not events:
            return
        facts = self.facts.setdefault(record.conversation_id, [])
        public = 0 if before is None else before.public_seq
        for offset, event in enumerate(events):
            hidden = _is_internal(event)
            text = ""
            if isinstance(event, conv.MessageSent | conv.NoteAdded):
                text = texts[event.body]
            fact = Fact(
                record.first_seq + offset,
                HIDDEN if hidden else public,
                record.ts_ms,
                _KINDS[type(event)],
                text,
                record.actor,
                record.operation_id,
                _subjects(event),
            )
            facts.append(fact)
            if not hidden:
                public = fact.seq
            if isinstance(event, conv.ParticipantJoined) and not hidden:
                self.seen.setdefault(record.conversation_id, set()).add(event.agent_id)
            if isinstance(event, conv.AgentAssigned):
                self._check_assignment(record, before, event)
            self._check_bot(record, before, event)
        moment = conv.Moment(
            record.position, record.ts_ms, record.account_id, record.conversation_id
        )
        after = evolve(before, events, record.first_seq, moment)  # type: ignore[arg-type]
        if after.public_seq != public:
            self._report(f"record {record.position}: public_seq is not {public}")
        self.states[record.conversation_id] = after
        self._move_load(before, after)
        self._check_only_open(record, after)
        self._check_blocked(record, after)

    def _check_bot(
        self, record: Record, before: ConversationState | None, event: conv.Event
    ) -> None:
        """The bot speaks where it has the conversation, and has it only where there is a bot."""
        status = None if before is None else before.status
        is_bots = isinstance(event, conv.MessageSent) and event.author == conv.AUTHOR_BOT
        if is_bots and status != Status.BOT:
            self._report(f"record {record.position}: the bot speaks where people are")
        if isinstance(event, conv.ConversationReturned) and before is not None:
            inbox = self.account(record.account_id).inboxes[before.inbox_id]
            if not inbox.has_bot:
                self._report(f"record {record.position}: given to a bot that is not there")

    def _check_blocked(self, record: Record, after: ConversationState) -> None:
        """Who is blocked does nothing, whoever he turned out to be."""
        blocked = self.account(record.account_id).blocked
        if not blocked or record.actor[0] != Role.VISITOR:
            return
        who = self.canonical_key(record.account_id, after.inbox_id + record.actor[1:])
        for key in blocked:
            if self.canonical_key(record.account_id, key) == who:
                self._report(f"record {record.position}: a blocked visitor did something")

    def _check_numbers(self, record: Record, before: ConversationState | None, count: int) -> None:
        first = 1 if before is None else before.last_seq + 1
        public = 0 if before is None else before.public_seq
        if (record.first_seq, record.last_seq) != (first, first + count - 1):
            self._report(f"record {record.position} is numbered {record.first_seq}, not {first}")
        if record.public_before != public:
            self._report(f"record {record.position} follows {public} in public")

    def _check_only_open(self, record: Record, after: ConversationState) -> None:
        key = after.account_id + self.canonical_key(after.account_id, after.visitor_key)
        known = self.open_of.get(key)
        if after.is_open:
            if known not in (None, after.conversation_id):
                self._report(f"record {record.position}: a visitor has two open conversations")
            self.open_of[key] = after.conversation_id
        elif known == after.conversation_id:
            del self.open_of[key]

    # Assignment ----------------------------------------------------------------------------

    def _move_load(self, before: ConversationState | None, after: ConversationState) -> None:
        was, now = _holder(before), _holder(after)
        if was == now:
            return
        if was is not None:
            self.loads[was] -= 1
        if now is not None:
            self.loads[now] = self.loads.get(now, 0) + 1

    def _check_assignment(
        self, record: Record, before: ConversationState | None, event: conv.AgentAssigned
    ) -> None:
        account = self.account(record.account_id)
        agent = account.agents.get(event.agent_id)
        is_invitation = before is None and record.actor == bytes((Role.AGENT,)) + event.agent_id
        if agent is None or (before is None and not is_invitation):
            self._report(f"record {record.position}: assigned to somebody unknown")
            return
        if agent.availability == conv.Availability.OFFLINE:
            self._report(f"record {record.position}: assigned to somebody who is gone")
        if before is None or event.cause not in (conv.Cause.ROUTED, conv.Cause.RETURNED):
            return
        if record.actor == bytes((Role.AGENT,)) + event.agent_id:
            return  # His own words keep a conversation his, whatever routing would say.
        reason = self.why_not(event.agent_id, before)
        if reason is not None:
            self._report(f"record {record.position}: routed to an agent who is {reason}")
        if event.cause == conv.Cause.ROUTED:
            self._check_turn(record, before)

    def why_not(self, agent_id: AgentId, state: ConversationState) -> str | None:
        """Say why an agent may not get a conversation by routing, by the words of the product."""
        account = self.account(state.account_id)
        agent = account.agents[agent_id]
        inbox = account.inboxes[state.inbox_id]
        if agent.availability != conv.Availability.ONLINE:
            return "not online"
        if self.loads.get(agent_id, 0) >= agent.capacity:
            return "at capacity"
        if state.team_id != NO_ID and state.team_id not in agent.team_ids:
            return "not in the team"
        if not set(inbox.skills) <= set(agent.skills):
            return "without the skill"
        return None

    def _check_turn(self, record: Record, state: ConversationState) -> None:
        """Nobody overtakes who waits longer for the same people."""
        turn = (-state.priority, state.waiting_since_ms)
        for other in self.waiting(state.account_id):
            if self.line_of(other) == self.line_of(state) and (
                (-other.priority, other.waiting_since_ms) < turn
            ):
                self._report(f"record {record.position} overtakes another who waits longer")
                return

    def waiting(self, account_id: AccountId) -> list[ConversationState]:
        """Give all who wait in an account."""
        return [
            self.states[conversation_id]
            for conversation_id in self.open_of.values()
            if self.states[conversation_id].status == Status.QUEUED
            and self.states[conversation_id].account_id == account_id
        ]

    def line_of(self, state: ConversationState) -> tuple[object, ...]:
        """Give what a waiting conversation needs."""
        inbox = self.account(state.account_id).inboxes[state.inbox_id]
        return (state.team_id, inbox.skills, inbox.rule == conv.RoutingRule.MANUAL)

    def held_by(self, account_id: AccountId, agent_id: AgentId) -> set[ConversationId]:
        """Give what an agent works on."""
        return {
            conversation_id
            for conversation_id in self.open_of.values()
            if _holder(self.states[conversation_id]) == agent_id
            and self.states[conversation_id].account_id == account_id
        }


def _holder(state: ConversationState | None) -> AgentId | None:
    if state is None or state.status != Status.ASSIGNED:
        return None
    return state.assignee_id


def _is_internal(event: conv.Event) -> bool:
    if isinstance(event, conv.ConversationReopened):
        return event.cause == conv.Cause.WOKEN
    if isinstance(event, conv.ParticipantJoined):
        return event.hidden
    return isinstance(
        event,
        conv.NoteAdded
        | conv.ConversationSnoozed
        | conv.LabelsSet
        | conv.PrioritySet
        | conv.ConversationReturned,
    )


def _subjects(event: conv.Event) -> tuple[bytes, ...]:
    if isinstance(event, conv.LabelsSet):
        return event.label_ids
    return event.mentions if isinstance(event, conv.NoteAdded) else ()
