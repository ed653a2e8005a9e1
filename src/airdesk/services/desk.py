"""Who holds what, who waits, and who gets the next: assignment for one shard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from airdesk.core import conversation as conv
from airdesk.core.conversation import AccountState, AgentFacts, Availability, ConversationState
from airdesk.core.kernel import NO_ID, AccountId, AgentId, ConversationId, InboxId, TeamId, limits
from airdesk.core.routing import Candidate, Place, Rule, WaitingQueue, choose


class Line(NamedTuple):
    """What a waiting conversation needs; those who need the same stand in one line."""

    team_id: TeamId
    skills: tuple[str, ...]
    manual: bool


class Proposal(NamedTuple):
    """The router's choice."""

    conversation_id: ConversationId
    agent_id: AgentId


class Standing(NamedTuple):
    """How an account stands; to be read at once, it goes on moving."""

    account: AccountState
    counts: Counter[conv.Status]
    """Open conversations by status."""
    waits: Mapping[InboxId, Mapping[ConversationId, int]]
    """Who waits at each inbox, and since when."""
    loads: Mapping[AgentId, int]
    """Conversations that each agent holds."""


class _AccountDesk:
    """One account's queue and loads, derived from its conversations and facts."""

    __slots__ = (
        "account",
        "counts",
        "free",
        "free_since",
        "given",
        "holding",
        "last_given",
        "queue",
        "waits",
    )

    def __init__(self, account: AccountState) -> None:
        self.account = account
        self.queue: WaitingQueue[Line] = WaitingQueue()
        self.holding: dict[AgentId, dict[ConversationId, None]] = {}
        self.free: set[AgentId] = set()
        self.free_since: dict[AgentId, int] = {}
        self.last_given: dict[AgentId, int] = {}
        self.given = 0
        self.counts: Counter[conv.Status] = Counter()
        self.waits: dict[InboxId, dict[ConversationId, int]] = {}


class Desk:
    """Follows the hot table and proposes assignments.

    Args:
        loads: conversations by account and agent, shared with whoever decides.

    Cost: a message that moves nobody costs two comparisons; an assignment costs the free agents
    of its account, not all agents.
    """

    def __init__(self, loads: dict[AccountId, dict[AgentId, int]]) -> None:
        self._loads = loads
        self._desks: dict[AccountId, _AccountDesk] = {}
        self._stirred: dict[AccountId, None] = {}

    # What changed -------------------------------------------------------------------------

    def facts_moved(self, account: AccountState) -> None:
        """Follow an account's facts."""
        desk = self._desk(account.account_id)
        gone = desk.account.agents.keys() - account.agents.keys()
        desk.account = account
        for agent_id in (*account.agents, *gone):
            self._settle(desk, agent_id)
        self._stirred[account.account_id] = None

    def moved(self, before: ConversationState | None, after: ConversationState) -> None:
        """Follow a conversation."""
        if before is not None and _stand(before) == _stand(after):
            return
        desk = self._desk(after.account_id)
        self._move_load(desk, before, after)
        self._count(desk, before, after)
        if after.status == conv.Status.QUEUED:
            place = Place(-after.priority, after.waiting_since_ms, after.conversation_id)
            desk.queue.enter(self._line(desk, after), place)
            self._stirred[after.account_id] = None
        elif before is None or before.status == conv.Status.QUEUED:
            desk.queue.leave(after.conversation_id)

    @staticmethod
    def _count(
        desk: _AccountDesk, before: ConversationState | None, after: ConversationState
    ) -> None:
        """Follow what the board shows: how many there are of each status, and who waits since
        when."""
        waits = desk.waits.setdefault(after.inbox_id, {})
        if after.status == conv.Status.QUEUED:
            waits[after.conversation_id] = after.waiting_since_ms
        else:
            waits.pop(after.conversation_id, None)
        if before is not None and before.status == after.status:
            return
        if before is not None and before.is_open:
            desk.counts[before.status] -= 1
        if after.is_open:
            desk.counts[after.status] += 1

    def _move_load(
        self, desk: _AccountDesk, before: ConversationState | None, after: ConversationState
    ) -> None:
        was, now = _holder(before), _holder(after)
        if was == now:
            return
        if was != NO_ID:
            desk.holding.get(was, {}).pop(after.conversation_id, None)
            desk.free_since[was] = after.last_ms
            self._settle(desk, was)
            self._stirred[after.account_id] = None
        if now != NO_ID:
            desk.holding.setdefault(now, {})[after.conversation_id] = None
            desk.given += 1
            desk.last_given[now] = desk.given
            desk.free_since[now] = after.last_ms
            self._settle(desk, now)

    def _settle(self, desk: _AccountDesk, agent_id: AgentId) -> None:
        """Note whether the agent is a free desk."""
        load = len(desk.holding.get(agent_id, ()))
        # By account: one person may have a seat in several, and what he holds there is not here.
        self._loads.setdefault(desk.account.account_id, {})[agent_id] = load
        facts = desk.account.agents.get(agent_id)
        if (
            facts is not None
            and facts.availability == Availability.ONLINE
            and load < facts.capacity
        ):
            desk.free.add(agent_id)
        else:
            desk.free.discard(agent_id)

    def _line(self, desk: _AccountDesk, state: ConversationState) -> Line:
        inbox = desk.account.inboxes.get(state.inbox_id)
        if inbox is None:
            return Line(state.team_id, (), manual=True)
        manual = inbox.rule == conv.RoutingRule.MANUAL
        return Line(state.team_id, inbox.skills, manual)

    def _desk(self, account_id: AccountId) -> _AccountDesk:
        desk = self._desks.get(account_id)
        if desk is None:
            desk = self._desks[account_id] = _AccountDesk(AccountState(account_id))
        return desk

    # What follows -------------------------------------------------------------------------

    def route_all(
        self,
        find: Callable[[ConversationId], ConversationState | None],
        assign: Callable[[AccountId, Proposal], None],
    ) -> None:
        """Assign waiting conversations until nobody waits beside a free desk.

        Args:
            find: gives a conversation's state.
            assign: decides and appends the assignment; the desk hears of it by `moved`.
        """
        while self._stirred:
            account_id, _ = self._stirred.popitem()
            desk = self._desks[account_id]
            while desk.free and any(
                self._route_first(desk, line, find, assign) for line in desk.queue.lines()
            ):
                pass

    def stir(self) -> None:
        """Look at every account with a queue and a free agent again: the reconciler."""
        for account_id, desk in self._desks.items():
            if desk.free and len(desk.queue):
                self._stirred[account_id] = None

    def _route_first(
        self,
        desk: _AccountDesk,
        line: Line,
        find: Callable[[ConversationId], ConversationState | None],
        assign: Callable[[AccountId, Proposal], None],
    ) -> bool:
        """Assign the next visitor of a line; False if nobody may take him now."""
        if line.manual:
            return False
        state = find(desk.queue.first(line))
        candidates = self._candidates(desk, line)
        if state is None or not candidates:
            return False
        inbox = desk.account.inboxes[state.inbox_id]
        agent_id = choose(
            Rule(inbox.rule), candidates, state.sticky_agent_id, state.silent_agent_ids
        )
        if agent_id is None:
            return False
        assign(desk.account.account_id, Proposal(state.conversation_id, agent_id))
        return state.conversation_id not in desk.queue

    def _candidates(self, desk: _AccountDesk, line: Line) -> list[Candidate]:
        candidates = []
        loads = self._loads.get(desk.account.account_id, {})
        for agent_id in desk.free:
            facts = desk.account.agents[agent_id]
            load = loads.get(agent_id, 0)
            if conv.ineligible_because(facts, line.team_id, line.skills, load) is None:
                candidates.append(self._candidate(desk, facts, load))
        return candidates

    @staticmethod
    def _candidate(desk: _AccountDesk, facts: AgentFacts, load: int) -> Candidate:
        agent_id = facts.agent_id
        return Candidate(
            agent_id,
            load,
            facts.capacity,
            desk.free_since.get(agent_id, 0),
            desk.last_given.get(agent_id, 0),
        )

    def has_other(self, state: ConversationState) -> bool:
        """True if somebody who has not yet let this visitor wait could take him now."""
        desk = self._desk(state.account_id)
        silent = (*state.silent_agent_ids, state.assignee_id)
        candidates = self._candidates(desk, self._line(desk, state))
        return any(one.agent_id not in silent for one in candidates)

    # What is asked ------------------------------------------------------------------------

    def held_by(self, account_id: AccountId, agent_id: AgentId) -> tuple[ConversationId, ...]:
        """Give the conversations an agent holds, longest held first."""
        return tuple(self._desk(account_id).holding.get(agent_id, ()))

    def place(self, account_id: AccountId, conversation_id: ConversationId) -> int:
        """Give a waiting conversation's place, 1 is next; 0 if it does not wait."""
        desk = self._desks.get(account_id)
        return 0 if desk is None else desk.queue.position(conversation_id)

    def queue_rows(self, account_id: AccountId) -> tuple[list[ConversationId], int]:
        """Give the first who wait, and how many wait in all."""
        queue = self._desk(account_id).queue
        return queue.in_order(limits.QUEUE_ROWS_MAX), len(queue)

    def inbox_presence(self, account_id: AccountId, inbox_id: InboxId) -> tuple[int, int]:
        """Give how many agents are there to answer an inbox, and how many visitors wait for them.

        A busy agent counts: he gets nobody new just now, but he is there.
        """
        desk = self._desk(account_id)
        inbox = desk.account.inboxes.get(inbox_id)
        if inbox is None:
            return 0, 0
        there = 0
        for facts in desk.account.agents.values():
            awake = replace(facts, availability=Availability.ONLINE, capacity=1)
            if facts.availability != Availability.OFFLINE and not conv.ineligible_because(
                awake, inbox.team_id, inbox.skills, 0
            ):
                there += 1
        manual = inbox.rule == conv.RoutingRule.MANUAL
        return there, desk.queue.length(Line(inbox.team_id, inbox.skills, manual))

    def standing(self, account_id: AccountId) -> Standing:
        """Give what a board shows of an account."""
        desk = self._desk(account_id)
        loads = self._loads.get(account_id, {})
        return Standing(desk.account, desk.counts, desk.waits, loads)

    def waits(self, account_id: AccountId) -> Iterable[ConversationId]:
        """Give all who wait in an account, line by line."""
        queue = self._desk(account_id).queue
        for line in queue.lines():
            yield from queue.waiting(line)


def _stand(state: ConversationState) -> tuple[object, ...]:
    """Give what of a state matters to desk and queue."""
    return (
        state.status,
        state.assignee_id,
        state.team_id,
        state.priority,
        state.status == conv.Status.QUEUED and state.waiting_since_ms,
    )


def _holder(state: ConversationState | None) -> AgentId:
    """Give who works on a conversation; one put aside is work for nobody."""
    if state is None or state.status != conv.Status.ASSIGNED:
        return AgentId(NO_ID)
    return state.assignee_id
