"""What an event does to a state. Pure, total, and it never reads what people wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from airdesk.core.conversation import events as e
from airdesk.core.conversation.commands import ReadMark
from airdesk.core.conversation.facts import AccountState, AgentFacts, InboxFacts
from airdesk.core.conversation.state import UNREAD_MAX, ConversationState, Status
from airdesk.core.kernel import NO_ID, AccountId, AgentId, ConversationId, limits


class Moment(NamedTuple):
    """Where and when a record stands."""

    position: int
    ts_ms: int
    account_id: AccountId
    conversation_id: ConversationId


def evolve(
    state: ConversationState | None,
    events: Sequence[e.ConversationEvent],
    first_seq: int,
    moment: Moment,
) -> ConversationState:
    """Apply one record's events, the first of which has the `seq` first_seq.

    Raises:
        ValueError: the first event of a conversation is not ConversationStarted.
    """
    seq = first_seq
    for event in events:
        if state is None:
            if not isinstance(event, e.ConversationStarted):
                raise ValueError("a conversation begins with ConversationStarted")
            state = _started(event, moment)
        else:
            state = _RULES[type(event)](state, event, seq, moment)
        seq += 1
    if state is None:
        raise ValueError("a conversation begins with ConversationStarted")
    last = seq - 1
    return replace(state, position=moment.position, last_seq=last, last_ms=moment.ts_ms)


def evolve_account(
    state: AccountState, events: Sequence[e.AccountEvent], position: int
) -> AccountState:
    """Apply one record's facts to its account; read positions do not concern it."""
    for event in events:
        if isinstance(event, e.AgentConfigured):
            state = _with_facts(state, event.facts)
        elif isinstance(event, e.InboxConfigured):
            state = _with_inbox(state, event.facts)
        elif isinstance(event, e.AvailabilityChanged):
            agent = state.agents[event.agent_id]
            state = _with_agent(state, replace(agent, availability=event.availability))
        elif isinstance(event, e.AgentRemoved):
            agents = {key: one for key, one in state.agents.items() if key != event.agent_id}
            state = _denied(replace(state, agents=agents), event.agent_id, event.until_ms)
        elif isinstance(event, e.CredentialRevoked):
            for key in (event.agent_id, event.credential_id):
                if key != NO_ID:
                    state = _denied(state, key, event.until_ms)
        elif isinstance(event, e.VisitorAliased):
            state = replace(state, aliases=state.aliases + 1)
        elif isinstance(event, e.InboxRemoved):
            gone = dict.fromkeys((*state.removed_inboxes, event.inbox_id))
            state = replace(state, removed_inboxes=tuple(gone))
        elif isinstance(event, e.VisitorBlocked):
            state = _with_blocked(state, event, position)
    return replace(state, position=position)


def evolve_reads(state: ConversationState, mark: ReadMark, position: int) -> ConversationState:
    """Move one side's read position forward; it never goes back, nor beyond what was said."""
    seq = min(mark.seq, state.last_seq)
    if mark.by_visitor:
        return replace(
            state,
            position=position,
            visitor_read_seq=max(state.visitor_read_seq, seq),
            unread_by_visitor=_above(state.unread_by_visitor, seq),
        )
    return replace(
        state,
        position=position,
        staff_read_seq=max(state.staff_read_seq, seq),
        unread_by_staff=_above(state.unread_by_staff, seq),
    )


# Rules ----------------------------------------------------------------------------------------


def _started(event: e.ConversationStarted, moment: Moment) -> ConversationState:
    return ConversationState(
        conversation_id=moment.conversation_id,
        account_id=moment.account_id,
        inbox_id=event.inbox_id,
        visitor_id=event.visitor_id,
        status=Status.BOT if event.with_bot else Status.QUEUED,
        opened_ms=moment.ts_ms,
        position=moment.position,
        last_seq=1,
        public_seq=1,
        last_ms=moment.ts_ms,
        team_id=event.team_id,
        waiting_since_ms=0 if event.with_bot else moment.ts_ms,
        sticky_agent_id=event.sticky_agent_id,
        answer_ms_max=event.answer_ms_max,
    )


def _joined(
    state: ConversationState, event: e.ParticipantJoined, seq: int, moment: Moment
) -> ConversationState:
    people, hidden = state.participants, state.hidden
    if event.agent_id not in people:
        people = (*people, event.agent_id)
    if event.hidden:
        return replace(state, participants=people, hidden=(*hidden, event.agent_id))
    if event.agent_id in hidden:
        hidden = tuple(one for one in hidden if one != event.agent_id)
    return replace(state, participants=people, hidden=hidden, public_seq=seq)


def _message(
    state: ConversationState, event: e.MessageSent, seq: int, moment: Moment
) -> ConversationState:
    if event.author == e.AUTHOR_VISITOR:
        waiting = state.waiting_since_ms
        if waiting == 0 and state.status != Status.BOT:
            waiting = moment.ts_ms
        return replace(
            state,
            public_seq=seq,
            unread_by_staff=_with(state.unread_by_staff, seq),
            waiting_since_ms=waiting,
            answer_due_ms=state.answer_due_ms or _answer_due(state, moment.ts_ms),
        )
    unread = _with(state.unread_by_visitor, seq)
    if event.author < e.AUTHOR_FIRST_PARTICIPANT:
        return replace(state, public_seq=seq, unread_by_visitor=unread)
    return replace(
        state,
        public_seq=seq,
        unread_by_visitor=unread,
        # A supervisor may write while the visitor stands in the queue: he keeps his place.
        waiting_since_ms=state.waiting_since_ms if state.status == Status.QUEUED else 0,
        answer_due_ms=0,
        silent_agent_ids=(),
    )


def _answer_due(state: ConversationState, ts_ms: int) -> int:
    if state.status != Status.ASSIGNED or state.answer_ms_max == 0:
        return 0
    return ts_ms + state.answer_ms_max


def _note(
    state: ConversationState, event: e.NoteAdded, seq: int, moment: Moment
) -> ConversationState:
    return state


def _queued(
    state: ConversationState, event: e.ConversationQueued, seq: int, moment: Moment
) -> ConversationState:
    silent = state.silent_agent_ids
    if event.cause == e.Cause.NO_ANSWER and state.assignee_id not in silent:
        silent = (*silent, state.assignee_id)
    return replace(
        state,
        status=Status.QUEUED,
        public_seq=seq,
        assignee_id=AgentId(NO_ID),
        team_id=event.team_id,
        waiting_since_ms=state.waiting_since_ms or moment.ts_ms,
        answer_due_ms=0,
        snoozed_until_ms=0,
        silent_agent_ids=silent,
    )


def _assigned(
    state: ConversationState, event: e.AgentAssigned, seq: int, moment: Moment
) -> ConversationState:
    due = 0
    if state.waiting_since_ms and state.answer_ms_max:
        due = moment.ts_ms + state.answer_ms_max
    return replace(
        state,
        status=Status.ASSIGNED,
        public_seq=seq,
        assignee_id=event.agent_id,
        sticky_agent_id=event.agent_id,
        assigned_ms=moment.ts_ms,
        answer_due_ms=due,
        snoozed_until_ms=0,
    )


def _snoozed(
    state: ConversationState, event: e.ConversationSnoozed, seq: int, moment: Moment
) -> ConversationState:
    return replace(
        state,
        status=Status.SNOOZED,
        waiting_since_ms=0,
        answer_due_ms=0,
        snoozed_until_ms=event.until_ms,
    )


def _resolved(
    state: ConversationState, event: e.ConversationResolved, seq: int, moment: Moment
) -> ConversationState:
    return replace(
        state,
        status=Status.RESOLVED,
        public_seq=seq,
        assignee_id=AgentId(NO_ID),
        waiting_since_ms=0,
        answer_due_ms=0,
        snoozed_until_ms=0,
        resolved_ms=moment.ts_ms,
        silent_agent_ids=(),
    )


def _reopened(
    state: ConversationState, event: e.ConversationReopened, seq: int, moment: Moment
) -> ConversationState:
    if event.cause == e.Cause.WOKEN:
        return replace(state, snoozed_until_ms=0)
    return replace(state, public_seq=seq, resolved_ms=0, snoozed_until_ms=0)


def _rated(
    state: ConversationState, event: e.ConversationRated, seq: int, moment: Moment
) -> ConversationState:
    return replace(state, public_seq=seq, score=event.score)


def _labelled(
    state: ConversationState, event: e.LabelsSet, seq: int, moment: Moment
) -> ConversationState:
    return replace(state, label_ids=event.label_ids)


def _prioritised(
    state: ConversationState, event: e.PrioritySet, seq: int, moment: Moment
) -> ConversationState:
    return replace(state, priority=event.priority)


def _returned(
    state: ConversationState, event: e.ConversationReturned, seq: int, moment: Moment
) -> ConversationState:
    return replace(
        state,
        status=Status.BOT,
        assignee_id=AgentId(NO_ID),
        waiting_since_ms=0,
        answer_due_ms=0,
        snoozed_until_ms=0,
        silent_agent_ids=(),
    )


_Rule = Callable[[ConversationState, Any, int, Moment], ConversationState]
_RULES: Mapping[type, _Rule] = {
    e.ParticipantJoined: _joined,
    e.MessageSent: _message,
    e.NoteAdded: _note,
    e.ConversationQueued: _queued,
    e.AgentAssigned: _assigned,
    e.ConversationSnoozed: _snoozed,
    e.ConversationResolved: _resolved,
    e.ConversationReopened: _reopened,
    e.ConversationRated: _rated,
    e.LabelsSet: _labelled,
    e.PrioritySet: _prioritised,
    e.ConversationReturned: _returned,
}


def _with(unread: tuple[int, ...], seq: int) -> tuple[int, ...]:
    """Add the newest; above the bound the oldest goes, so that what is left after a read counts."""
    return (*unread[-UNREAD_MAX:], seq)


def _above(unread: tuple[int, ...], seq: int) -> tuple[int, ...]:
    if not unread or unread[0] > seq:
        return unread
    return tuple(s for s in unread if s > seq)


def _with_agent(state: AccountState, facts: AgentFacts) -> AccountState:
    return replace(state, agents={**state.agents, facts.agent_id: facts})


def _with_facts(state: AccountState, facts: AgentFacts) -> AccountState:
    """Take the directory's facts; what the agent says of himself stays."""
    known = state.agents.get(facts.agent_id)
    if known is not None:
        return _with_agent(state, replace(facts, availability=known.availability))
    # A seat that was removed and is back lets its holder in.
    denied = {key: until for key, until in state.denied.items() if key != facts.agent_id}
    return _with_agent(replace(state, denied=denied), facts)


def _denied(state: AccountState, key: bytes, until_ms: int) -> AccountState:
    """Refuse one more; those whose time is over are forgotten with it."""
    now_ms = until_ms - limits.REVOKED_MS
    denied = {one: until for one, until in state.denied.items() if until > now_ms and one != key}
    for oldest in list(denied)[: max(0, len(denied) + 1 - limits.REVOKED_MAX)]:
        del denied[oldest]
    return replace(state, denied={**denied, key: until_ms})


def _with_blocked(state: AccountState, event: e.VisitorBlocked, position: int) -> AccountState:
    key = event.inbox_id + event.visitor_id
    blocked = {one: at for one, at in state.blocked.items() if one != key}
    return replace(state, blocked={**blocked, key: position} if event.blocked else blocked)


def _with_inbox(state: AccountState, facts: InboxFacts) -> AccountState:
    # A door that was removed and is back lets people in.
    removed = tuple(one for one in state.removed_inboxes if one != facts.inbox_id)
    inboxes = {**state.inboxes, facts.inbox_id: facts}
    return replace(state, inboxes=inboxes, removed_inboxes=removed)
