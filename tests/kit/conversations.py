"""A small account, its people, and histories of one conversation that were really decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from airdesk.core import conversation as c
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    CommandRejected,
    ConversationId,
    Identity,
    InboxId,
    LabelId,
    Role,
    TeamId,
    VisitorId,
    system_identity,
)

START_MS = 1_760_000_000_000
ACCOUNT = AccountId(b"account".ljust(16, b"."))
OTHER_ACCOUNT = AccountId(b"other account".ljust(16, b"."))
INBOX = InboxId(b"inbox".ljust(16, b"."))
TEAM = TeamId(b"team".ljust(16, b"."))
VISITOR = VisitorId(b"visitor".ljust(16, b"."))
CONVERSATION = ConversationId(b"conversation".ljust(16, b"."))
ANNA = AgentId(b"anna".ljust(16, b"."))
BO = AgentId(b"bo".ljust(16, b"."))
SUE = AgentId(b"sue".ljust(16, b"."))
STRANGER = AgentId(b"stranger".ljust(16, b"."))
LABELS = tuple(LabelId(name.ljust(16, b".")) for name in (b"refund", b"vip", b"bug"))

AS_VISITOR = Identity(ACCOUNT, Role.VISITOR, VISITOR, INBOX)
AS_ANNA = Identity(ACCOUNT, Role.AGENT, ANNA)
AS_BO = Identity(ACCOUNT, Role.AGENT, BO)
AS_SUE = Identity(ACCOUNT, Role.SUPERVISOR, SUE)
AS_OWNER = Identity(ACCOUNT, Role.OWNER, SUE)
AS_BOT = Identity(ACCOUNT, Role.BOT, NO_ID)
AS_SYSTEM = system_identity(ACCOUNT)
EVERYBODY = (AS_VISITOR, AS_ANNA, AS_BO, AS_SUE, AS_OWNER, AS_BOT, AS_SYSTEM)

_NO_TEAM = TeamId(NO_ID)
_ONLINE = c.Availability.ONLINE


def account(
    anna: c.Availability = _ONLINE,
    bo: c.Availability = _ONLINE,
    has_bot: bool = False,
    team_id: TeamId = _NO_TEAM,
) -> c.AccountState:
    """Give an account with one inbox, two agents, of whom Anna is in the team, and a supervisor."""
    agents = (
        c.AgentFacts(ANNA, 5, (TEAM,), (), anna),
        c.AgentFacts(BO, 5, (), (), bo),
        c.AgentFacts(SUE, 5, (), (), c.Availability.BUSY),
    )
    inbox = c.InboxFacts(INBOX, team_id=team_id, has_bot=has_bot)
    return c.AccountState(ACCOUNT, 1, {one.agent_id: one for one in agents}, {INBOX: inbox})


def context(
    facts: c.AccountState | None = None,
    now_ms: int = START_MS,
    loads: dict[AgentId, int] | None = None,
    previous: c.ConversationState | None = None,
) -> c.Context:
    """Give what a decision may know."""
    return c.Context(now_ms, facts or account(), loads or {}, previous)


class Wish(NamedTuple):
    """A command as it comes, with the circumstances of that moment."""

    actor: Identity
    command: c.ConversationCommand
    advance_ms: int = 1_000
    loads: tuple[tuple[AgentId, int], ...] = ()
    facts: c.AccountState | None = None


class Read(NamedTuple):
    """One side read up to a `seq`."""

    by_visitor: bool
    seq: int


class Kept(NamedTuple):
    """One record of a history; a read position is a record without events."""

    events: tuple[c.ConversationEvent, ...]
    bodies: tuple[str, ...]
    first_seq: int
    public_before: int
    moment: c.Moment
    mark: c.ReadMark | None = None


def apply(state: c.ConversationState | None, kept: Kept) -> c.ConversationState:
    """Evolve a state by one record."""
    if kept.mark is not None and state is not None:
        return c.evolve_reads(state, kept.mark, kept.moment.position)
    return c.evolve(state, kept.events, kept.first_seq, kept.moment)


@dataclass
class History:
    """A conversation's records as the home would have stored them."""

    facts: c.AccountState = field(default_factory=account)
    state: c.ConversationState | None = None
    records: list[Kept] = field(default_factory=list)
    states: list[c.ConversationState] = field(default_factory=list)
    """The state after each record."""
    now_ms: int = START_MS
    previous: c.ConversationState | None = None

    @property
    def now(self) -> c.ConversationState:
        """The state, which exists."""
        assert self.state is not None
        return self.state

    def wish(self, wish: Wish) -> c.Decision:
        """Decide, store, evolve. Raises CommandRejected."""
        self.now_ms += wish.advance_ms
        facts = wish.facts or self.facts
        circumstances = c.Context(self.now_ms, facts, dict(wish.loads), self.previous)
        decision = c.decide(wish.command, wish.actor, self.state, circumstances)
        if decision.events:
            self._keep(decision)
        return decision

    def does(self, actor: Identity, command: c.ConversationCommand) -> c.ConversationState:
        """Let somebody do something; give the state afterwards."""
        self.wish(Wish(actor, command))
        return self.now

    def read(self, read: Read) -> c.ConversationState:
        """Move a read position."""
        mark = c.ReadMark(CONVERSATION, read.by_visitor, read.seq)
        self._store(Kept((), (), 0, 0, self._moment(), mark))
        return self.now

    def play(self, steps: list[Wish | Read]) -> History:
        """Do what is possible of these steps; a rejected wish changes nothing."""
        for step in steps:
            if isinstance(step, Wish):
                try:
                    self.wish(step)
                except CommandRejected:
                    continue
            elif self.state is not None:
                self.read(step)
        return self

    def events(self) -> list[tuple[int, c.ConversationEvent]]:
        """Give every event with its `seq`."""
        return [
            (kept.first_seq + index, event)
            for kept in self.records
            for index, event in enumerate(kept.events)
        ]

    def feed(self) -> list[c.FeedEvent]:
        """Give every event as its readers get it."""
        return [
            event
            for kept in self.records
            for event in c.number_events(
                kept.events,
                kept.bodies,
                c.RecordHeader(kept.first_seq, kept.public_before, kept.moment.ts_ms, b"", b""),
            )
        ]

    def _keep(self, decision: c.Decision) -> None:
        first = 1 if self.state is None else self.state.last_seq + 1
        public = 0 if self.state is None else self.state.public_seq
        self._store(Kept(decision.events, decision.bodies, first, public, self._moment()))

    def _moment(self) -> c.Moment:
        return c.Moment(len(self.records) + 1, self.now_ms, ACCOUNT, CONVERSATION)

    def _store(self, kept: Kept) -> None:
        self.records.append(kept)
        self.state = apply(self.state, kept)
        self.states.append(self.state)


def started(*, has_bot: bool = False) -> History:
    """Give a conversation that has just begun with the visitor's "Hello"."""
    history = History(account(has_bot=has_bot))
    history.does(AS_VISITOR, c.SendMessage("Hello"))
    return history


def assigned() -> History:
    """Give a conversation that Anna holds."""
    history = started()
    history.does(AS_SYSTEM, c.RouteConversation(ANNA))
    return history


def in_status(status: c.Status) -> History:
    """Give a conversation in a status; Anna holds it or held it where somebody does."""
    if status == c.Status.BOT:
        return started(has_bot=True)
    if status == c.Status.QUEUED:
        return started()
    history = assigned()
    if status == c.Status.SNOOZED:
        history.does(AS_ANNA, c.SnoozeConversation(history.now_ms + 3_600_000))
    elif status == c.Status.RESOLVED:
        history.does(AS_ANNA, c.ResolveConversation())
    return history
