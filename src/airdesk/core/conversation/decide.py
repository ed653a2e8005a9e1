"""What a command does to a conversation: events, or a rejection. Pure.

`decide` never changes anything; `evolve` applies what it returned, now and at every replay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from airdesk.core.conversation import commands as c
from airdesk.core.conversation import events as e
from airdesk.core.conversation.facts import (
    AccountState,
    Availability,
    InboxFacts,
    ineligible_because,
)
from airdesk.core.conversation.state import PRIORITY_MAX, ConversationState, Status
from airdesk.core.conversation.transitions import TRANSITIONS
from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    Blocked,
    ConversationId,
    Identity,
    IllegalTransition,
    InboxId,
    NotEligible,
    NotPermitted,
    Role,
    TeamId,
    TextRefused,
    UnknownConversation,
    UnknownSubject,
    ValueRefused,
    VisitorId,
    limits,
)


class Decision(NamedTuple):
    """What one command does: the record's events and the words beside them."""

    events: tuple[e.ConversationEvent, ...]
    bodies: tuple[str, ...] = ()


class Context(NamedTuple):
    """What a decision may know besides the conversation itself."""

    now_ms: int
    account: AccountState
    loads: Mapping[AgentId, int]
    """Conversations that each agent holds; an agent who holds none may be missing."""
    previous: ConversationState | None = None
    """The visitor's conversation before, when this command starts a new one."""
    also_theirs: bool = False
    """The conversation's visitor turned out to be the visitor who acts."""
    is_blocked: bool = False
    """The visitor who acts, or who is invited, is blocked."""


def decide(
    command: c.ConversationCommand,
    actor: Identity,
    state: ConversationState | None,
    context: Context,
) -> Decision:
    """Say what a command does to a conversation.

    Args:
        command: what is wished.
        actor: who wishes it.
        state: the conversation, None where it is to be started.
        context: time, facts of the account, loads.

    Returns:
        Events in order; none when the wish is already true.

    Raises:
        CommandRejected: a rule said no. Nothing is stored.
    """
    if context.is_blocked and (actor.is_visitor or isinstance(command, c.InviteVisitor)):
        raise Blocked()
    if state is None:
        return _start(command, actor, context)
    _check_access(command, actor, None if context.also_theirs else state)
    if type(command) not in TRANSITIONS[state.status]:
        raise IllegalTransition(command=type(command).__name__, status=state.status.name.lower())
    return _RULES[type(command)](command, actor, state, context)


def continues(
    command: c.Command, latest: ConversationState, account: AccountState, now_ms: int
) -> bool:
    """True if a visitor's command concerns his latest conversation, not a new one.

    A message takes a resolved conversation up again for some time; a start never does.
    """
    if latest.status != Status.RESOLVED or not isinstance(
        command, c.StartConversation | c.SendMessage
    ):
        return True
    inbox = account.entrance(latest.inbox_id)
    return (
        isinstance(command, c.SendMessage)
        and inbox is not None
        and now_ms - latest.resolved_ms <= inbox.reopen_ms_max
    )


def may_see(identity: Identity, state: ConversationState) -> bool:
    """True if this identity may read the conversation (its public or all of its events)."""
    if identity.account_id != state.account_id:
        return False
    if identity.is_visitor:
        return identity.person_id == state.visitor_id and identity.inbox_id == state.inbox_id
    return True


def shown_author(identity: Identity, state: ConversationState) -> int | None:
    """Give somebody's author number, None while the visitor must not know of him."""
    if identity.is_visitor:
        return e.AUTHOR_VISITOR
    person_id = AgentId(identity.person_id)
    if person_id in state.participants and person_id not in state.hidden:
        return e.AUTHOR_FIRST_PARTICIPANT + state.participants.index(person_id)
    return None


# Rules ----------------------------------------------------------------------------------------

_VISITOR_COMMANDS = (c.StartConversation, c.SendMessage, c.RateConversation, c.HandOff)
_SYSTEM_COMMANDS = (c.RouteConversation, c.RequeueConversation, c.WakeConversation)
_BOT_COMMANDS = (c.SendMessage, c.AddNote, c.HandOff, c.ResolveConversation)
_STAFF_COMMANDS = (
    c.SendMessage,
    c.AddNote,
    c.AssignAgent,
    c.TransferConversation,
    c.ResolveConversation,
    c.ReopenConversation,
    c.SnoozeConversation,
    c.SetLabels,
    c.SetPriority,
    c.ReturnToBot,
    c.InviteVisitor,
)
_ALLOWED: Mapping[Role, tuple[type, ...]] = {
    Role.VISITOR: _VISITOR_COMMANDS,
    Role.AGENT: _STAFF_COMMANDS,
    Role.SUPERVISOR: _STAFF_COMMANDS,
    Role.OWNER: _STAFF_COMMANDS,
    Role.BOT: _BOT_COMMANDS,
    Role.SYSTEM: (*_STAFF_COMMANDS, *_SYSTEM_COMMANDS),
}


def _check_access(
    command: c.ConversationCommand, actor: Identity, state: ConversationState | None
) -> None:
    if state is not None and not may_see(actor, state):
        raise UnknownConversation()
    if type(command) not in _ALLOWED[actor.role]:
        raise NotPermitted(command=type(command).__name__)


def _start(command: c.ConversationCommand, actor: Identity, context: Context) -> Decision:
    if isinstance(command, c.InviteVisitor):
        return _invite(command, actor, context)
    if not actor.is_visitor or type(command) not in (c.StartConversation, c.SendMessage):
        _check_access(command, actor, None)
        raise UnknownConversation()
    inbox = _entrance(InboxId(actor.inbox_id), context)
    visitor_id = VisitorId(actor.person_id)
    events: list[e.ConversationEvent] = [_started(inbox, visitor_id, context.previous)]
    bodies: tuple[str, ...] = ()
    if isinstance(command, c.SendMessage):
        said, bodies = _message(command, actor, e.AUTHOR_VISITOR)
        events.append(said)
    if not inbox.has_bot:
        events.append(e.ConversationQueued(e.Cause.NEW, inbox.team_id))
    return Decision(tuple(events), bodies)


def _invite(command: c.InviteVisitor, actor: Identity, context: Context) -> Decision:
    """Begin a conversation that is the agent's from its first word; the bot has no part in it."""
    _check_access(command, actor, None)
    inbox = replace(_entrance(command.inbox_id, context), has_bot=False)
    agent_id = AgentId(actor.person_id)
    _check_there(agent_id, context)
    events = (
        _started(inbox, command.visitor_id, context.previous),
        e.ParticipantJoined(agent_id),
        e.AgentAssigned(agent_id, e.Cause.BY_HAND),
        e.MessageSent(e.AUTHOR_FIRST_PARTICIPANT),
    )
    return Decision(events, (_checked_text(command.text),))


def _entrance(inbox_id: InboxId, context: Context) -> InboxFacts:
    inbox = context.account.entrance(inbox_id)
    if inbox is None:
        raise UnknownSubject(name="inbox")
    return inbox


def _started(
    inbox: InboxFacts, visitor_id: VisitorId, previous: ConversationState | None
) -> e.ConversationStarted:
    sticky = previous.sticky_agent_id if previous is not None and inbox.sticky else NO_ID
    return e.ConversationStarted(
        inbox_id=inbox.inbox_id,
        visitor_id=visitor_id,
        with_bot=inbox.has_bot,
        team_id=inbox.team_id,
        sticky_agent_id=AgentId(sticky),
        previous_id=ConversationId(NO_ID) if previous is None else previous.conversation_id,
        answer_ms_max=inbox.answer_ms_max,
    )


def _checked_text(text: str) -> str:
    if not text or text.isspace() or len(text.encode()) > limits.TEXT_BYTES_MAX:
        raise TextRefused(limit=limits.TEXT_BYTES_MAX)
    return text


def _message(
    command: c.SendMessage, actor: Identity, author: int
) -> tuple[e.MessageSent, tuple[str, ...]]:
    """Give what was said and its words: the text or a file's name, then the offered answers."""
    options = command.options
    if options and actor.role != Role.BOT:
        raise NotPermitted(command="SendMessage with options")
    if len(options) > limits.OPTIONS_MAX or not all(
        0 < len(option.encode()) <= limits.OPTION_BYTES_MAX for option in options
    ):
        wanted = f"at most {limits.OPTIONS_MAX} of 1 to {limits.OPTION_BYTES_MAX} bytes"
        raise ValueRefused(name="options", range=wanted)
    bodies = (_checked_text(command.text), *options)
    return e.MessageSent(author, 0, command.file, len(options)), bodies


def _author(
    actor: Identity, state: ConversationState, hidden: bool = False
) -> tuple[int, tuple[e.ConversationEvent, ...]]:
    """Give the actor's author number and, for an agent who is new here, the event before.

    With `hidden` the visitor does not see what he does, and so need not know that he is here.
    """
    if actor.role == Role.VISITOR:
        return e.AUTHOR_VISITOR, ()
    if actor.role == Role.BOT:
        return e.AUTHOR_BOT, ()
    if actor.role == Role.SYSTEM:
        return e.AUTHOR_SYSTEM, ()
    return _participant(AgentId(actor.person_id), state, hidden)


def _participant(
    agent_id: AgentId, state: ConversationState, hidden: bool = False
) -> tuple[int, tuple[e.ConversationEvent, ...]]:
    people = state.participants
    if agent_id not in people:
        joined = (e.ParticipantJoined(agent_id, hidden),)
        return e.AUTHOR_FIRST_PARTICIPANT + len(people), joined
    number = e.AUTHOR_FIRST_PARTICIPANT + people.index(agent_id)
    if agent_id in state.hidden and not hidden:
        return number, (e.ParticipantJoined(agent_id),)
    return number, ()


def _holds(actor: Identity, state: ConversationState) -> bool:
    return actor.may_supervise or state.assignee_id == actor.person_id


def _require_holder(
    command: c.ConversationCommand, actor: Identity, state: ConversationState
) -> None:
    """Only its assignee or a supervisor may move a conversation that somebody holds."""
    if state.assignee_id != NO_ID and not _holds(actor, state):
        raise NotPermitted(command=type(command).__name__)


def _start_again(
    command: c.StartConversation, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    return Decision(())


def _send(
    command: c.SendMessage, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    if actor.is_visitor:
        said, bodies = _message(command, actor, e.AUTHOR_VISITOR)
        return Decision((*_taken_up(actor, state, context), said), bodies)
    if actor.role == Role.BOT and state.status != Status.BOT:
        raise IllegalTransition(command="SendMessage", status=state.status.name.lower())
    if state.status == Status.RESOLVED:
        raise IllegalTransition(command="SendMessage", status="resolved")
    if actor.is_staff and not _holds(actor, state):
        raise NotPermitted(command="SendMessage")
    author, joined = _author(actor, state)
    said, bodies = _message(command, actor, author)
    woken = _taken_up(actor, _with_participants(state, joined), context)
    return Decision((*joined, *woken, said), bodies)


def _taken_up(
    actor: Identity, state: ConversationState, context: Context
) -> tuple[e.ConversationEvent, ...]:
    """Give the events by which a message takes up a snoozed or resolved conversation."""
    if state.status not in (Status.SNOOZED, Status.RESOLVED):
        return ()
    cause = e.Cause.WOKEN if state.status == Status.SNOOZED else e.Cause.REOPENED
    author = e.AUTHOR_VISITOR if actor.is_visitor else e.AUTHOR_SYSTEM
    reopened = e.ConversationReopened(author, cause)
    agent = context.account.agents.get(state.assignee_id)
    gone = agent is None or agent.availability == Availability.OFFLINE
    if actor.is_staff and actor.person_id == state.assignee_id and not gone:
        # His own words go above capacity: they must not take the conversation from him.
        return (reopened, e.AgentAssigned(state.assignee_id, e.Cause.RETURNED))
    return (reopened, *_returned(state, context, cause))


def _returned(
    state: ConversationState, context: Context, cause: e.Cause
) -> tuple[e.ConversationEvent, ...]:
    """Back to the agent who had it, if he may have it now; else to the queue."""
    agent_id = state.assignee_id if state.assignee_id != NO_ID else state.sticky_agent_id
    if agent_id != NO_ID and _why_not(agent_id, state, context) is None:
        # The one whom the visitor had last time may be new in this conversation.
        _, joined = _participant(agent_id, state)
        return (*joined, e.AgentAssigned(agent_id, e.Cause.RETURNED))
    return (e.ConversationQueued(cause, state.team_id),)


def _why_not(agent_id: AgentId, state: ConversationState, context: Context) -> str | None:
    inbox = context.account.inboxes.get(state.inbox_id)
    return ineligible_because(
        context.account.agents.get(agent_id),
        state.team_id,
        inbox.skills if inbox is not None else (),
        context.loads.get(agent_id, 0),
    )


def _note(
    command: c.AddNote, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    mentions = tuple(dict.fromkeys(command.mentions))
    if len(mentions) > limits.MENTIONS_MAX:
        raise ValueRefused(name="mentions", range=f"at most {limits.MENTIONS_MAX} agents")
    if any(agent_id not in context.account.agents for agent_id in mentions):
        raise UnknownSubject(name="agent")
    author, joined = _author(actor, state, hidden=True)
    noted = e.NoteAdded(author, 0, mentions)
    return Decision((*joined, noted), (_checked_text(command.text),))


def _assign(
    command: c.AssignAgent, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    if state.status == Status.ASSIGNED and state.assignee_id == command.agent_id:
        return Decision(())
    _require_holder(command, actor, state)
    return Decision(_given_by_hand(command.agent_id, state, context, e.Cause.BY_HAND))


def _given_by_hand(
    agent_id: AgentId, state: ConversationState, context: Context, cause: e.Cause
) -> tuple[e.ConversationEvent, ...]:
    """A person's wish goes above capacity and teams, but never to somebody who is gone."""
    _check_there(agent_id, context)
    _, joined = _participant(agent_id, state)
    return (*joined, e.AgentAssigned(agent_id, cause))


def _check_there(agent_id: AgentId, context: Context) -> None:
    agent = context.account.agents.get(agent_id)
    if agent is None:
        raise UnknownSubject(name="agent")
    if agent.availability == Availability.OFFLINE:
        raise NotEligible(reason="offline")


def _transfer(
    command: c.TransferConversation, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    if (command.agent_id == NO_ID) == (command.team_id == NO_ID):
        raise ValueRefused(name="transfer", range="to one agent or to one team")
    _require_holder(command, actor, state)
    if command.team_id != NO_ID and not _team_exists(command.team_id, context.account):
        raise UnknownSubject(name="team")
    before: tuple[e.ConversationEvent, ...] = ()
    bodies: tuple[str, ...] = ()
    known = state
    if command.note:
        author, joined = _author(actor, state, hidden=True)
        before = (*joined, e.NoteAdded(author))
        bodies = (_checked_text(command.note),)
        known = _with_participants(state, joined)
    if command.agent_id == NO_ID:
        return Decision((*before, e.ConversationQueued(e.Cause.TRANSFER, command.team_id)), bodies)
    if state.status == Status.ASSIGNED and state.assignee_id == command.agent_id:
        return Decision(before, bodies)
    given = _given_by_hand(command.agent_id, known, context, e.Cause.TRANSFER)
    return Decision((*before, *given), bodies)


def _team_exists(team_id: TeamId, account: AccountState) -> bool:
    """A team is its members; one without any would let a visitor wait for ever."""
    return any(team_id in agent.team_ids for agent in account.agents.values())


def _with_participants(
    state: ConversationState, joined: tuple[e.ConversationEvent, ...]
) -> ConversationState:
    """Give the state as a decision's further events find it."""
    for event in joined:
        if isinstance(event, e.ParticipantJoined):
            known = event.agent_id in state.participants
            others = tuple(one for one in state.hidden if one != event.agent_id)
            state = replace(
                state,
                participants=state.participants if known else (*state.participants, event.agent_id),
                hidden=(*others, event.agent_id) if event.hidden else others,
            )
    return state


def _resolve(
    command: c.ResolveConversation, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    if state.status == Status.RESOLVED:
        return Decision(())
    if actor.role == Role.BOT and state.status != Status.BOT:
        raise IllegalTransition(command="ResolveConversation", status=state.status.name.lower())
    _require_holder(command, actor, state)
    author, joined = _author(actor, state)
    return Decision((*joined, e.ConversationResolved(author)))


def _reopen(
    command: c.ReopenConversation, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    _require_holder(command, actor, state)
    author, joined = _author(actor, state)
    reopened = e.ConversationReopened(author, e.Cause.REOPENED)
    agent = context.account.agents.get(AgentId(actor.person_id))
    if agent is None or agent.availability == Availability.OFFLINE:
        returned = _returned(_with_participants(state, joined), context, e.Cause.REOPENED)
        return Decision((*joined, reopened, *returned))
    return Decision((*joined, reopened, e.AgentAssigned(agent.agent_id, e.Cause.BY_HAND)))


def _snooze(
    command: c.SnoozeConversation, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    _require_holder(command, actor, state)
    if not context.now_ms < command.until_ms <= context.now_ms + limits.SNOOZE_MS_MAX:
        raise ValueRefused(name="until_ms", range="in the future, at most a year ahead")
    author, joined = _author(actor, state, hidden=True)
    return Decision((*joined, e.ConversationSnoozed(author, command.until_ms)))


def _rate(
    command: c.RateConversation, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    if not 1 <= command.score <= 5:
        raise ValueRefused(name="score", range="1 to 5")
    return Decision((e.ConversationRated(command.score),))


def _hand_off(
    command: c.HandOff, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    if state.status != Status.BOT:
        return Decision(())
    return Decision((e.ConversationQueued(e.Cause.HAND_OFF, state.team_id),))


def _set_labels(
    command: c.SetLabels, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    label_ids = tuple(dict.fromkeys(command.label_ids))
    if len(label_ids) > limits.LABELS_MAX or NO_ID in label_ids:
        raise ValueRefused(name="label_ids", range=f"at most {limits.LABELS_MAX} labels")
    if frozenset(label_ids) == frozenset(state.label_ids):
        return Decision(())
    author, joined = _author(actor, state, hidden=True)
    return Decision((*joined, e.LabelsSet(author, label_ids)))


def _set_priority(
    command: c.SetPriority, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    if not 0 <= command.priority <= PRIORITY_MAX:
        raise ValueRefused(name="priority", range="0 normal, 1 high or 2 urgent")
    if command.priority == state.priority:
        return Decision(())
    author, joined = _author(actor, state, hidden=True)
    return Decision((*joined, e.PrioritySet(author, command.priority)))


def _return_to_bot(
    command: c.ReturnToBot, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    if state.status == Status.BOT:
        return Decision(())
    _require_holder(command, actor, state)
    inbox = context.account.inboxes.get(state.inbox_id)
    if inbox is None or not inbox.has_bot:
        raise UnknownSubject(name="bot")
    author, joined = _author(actor, state, hidden=True)
    return Decision((*joined, e.ConversationReturned(author)))


def _route(
    command: c.RouteConversation, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    reason = _why_not(command.agent_id, state, context)
    if reason is not None:
        raise NotEligible(reason=reason)
    _, joined = _participant(command.agent_id, state)
    return Decision((*joined, e.AgentAssigned(command.agent_id, e.Cause.ROUTED)))


def _requeue(
    command: c.RequeueConversation, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    return Decision((e.ConversationQueued(e.Cause(command.cause), state.team_id),))


def _wake(
    command: c.WakeConversation, actor: Identity, state: ConversationState, context: Context
) -> Decision:
    if context.now_ms < state.snoozed_until_ms:
        return Decision(())
    return Decision(
        (
            e.ConversationReopened(e.AUTHOR_SYSTEM, e.Cause.WOKEN),
            *_returned(state, context, e.Cause.WOKEN),
        )
    )


_Rule = Callable[[Any, Identity, ConversationState, Context], Decision]
_RULES: Mapping[type, _Rule] = {
    c.StartConversation: _start_again,
    c.SendMessage: _send,
    c.AddNote: _note,
    c.AssignAgent: _assign,
    c.TransferConversation: _transfer,
    c.ResolveConversation: _resolve,
    c.ReopenConversation: _reopen,
    c.SnoozeConversation: _snooze,
    c.RateConversation: _rate,
    c.HandOff: _hand_off,
    c.SetLabels: _set_labels,
    c.SetPriority: _set_priority,
    c.ReturnToBot: _return_to_bot,
    c.RouteConversation: _route,
    c.RequeueConversation: _requeue,
    c.WakeConversation: _wake,
}
