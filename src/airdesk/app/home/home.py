"""The home of a shard: the one place that decides, appends and tells.

No socket, no encoding, no clock of its own: gateways' messages come in by a link, records go to
the log, ticks come from whoever runs it. So the simulator drives the very same object.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from airdesk.app.home.access import Access
from airdesk.app.home.places import Places
from airdesk.app.home.reading import Reading
from airdesk.app.home.requests import Requests
from airdesk.app.home.signals import Signals
from airdesk.core import conversation as conv
from airdesk.core.conversation import AccountState, ConversationState
from airdesk.core.kernel import (
    NO_ID,
    AccessRevoked,
    AccountId,
    AgentId,
    ConversationId,
    Fenced,
    Identity,
    limits,
    system_identity,
)
from airdesk.ports import link
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.event_log import EventLog
from airdesk.ports.link import GatewayId, HomeLink, RowFacts
from airdesk.ports.log_followers import LogFollower
from airdesk.services.board import Overview
from airdesk.services.conversations import Asked, Committed, Conversations, Outcome
from airdesk.services.desk import Desk, Proposal
from airdesk.services.history import Histories, record_header
from airdesk.services.inbox_feed import Changes, InboxFeed
from airdesk.services.presence import Attached, Presence
from airdesk.services.receipts import Receipts
from airdesk.services.timers import Timers, due_time


class Home:
    """One shard's home.

    Args:
        log: the shard's log, opened, not started.
        clock: the wall clock.
        ids: ids of new conversations.
        links: where gateways are reached.
        on_failure: called once when the log failed; this home is void then.
        follower: hears of durable records; None for nobody.
    """

    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        ids: IdSource,
        links: HomeLink,
        on_failure: Callable[[Exception], None],
        follower: LogFollower | None = None,
    ) -> None:
        self._clock = clock
        self._links = links
        self._on_failure = on_failure
        self._follower = follower
        self._presence = Presence()
        self._receipts = Receipts()
        self._inbox = InboxFeed()
        self._timers = Timers()
        self.conversations = Conversations(log, clock, ids, self)
        self._desk = Desk(self.conversations.loads)
        self._reading = Reading(
            links, self.conversations, self._presence, Histories(log), self._row
        )
        self._access = Access(self.conversations, self._presence, links, clock)
        self._signals = Signals(links, self.conversations, self._presence, self._receipts)
        overview = Overview(self._desk, self._presence, self.conversations.visitors)
        self.requests = Requests(
            links, self.conversations, self._desk, self._route, follower, overview, clock
        )
        self._places = Places(self.conversations, self._desk, self._tell_place)
        self._queues_told: dict[tuple[AccountId, AgentId], tuple[ConversationId, ...]] = {}
        self._part = 0
        self._lists_due: deque[Changes] = deque()
        self._reads_share = 0
        self._next_reads_ms = 0
        self._routing = False
        self._is_failed = False

    def start(self) -> int:
        """Rebuild everything from checkpoint and log, then take commands.

        Returns:
            Records replayed after the checkpoint.
        """
        replayed = self.conversations.load()
        now_ms = self._clock.now_ms()
        for account in self.conversations.accounts():
            for agent in account.agents.values():
                if agent.availability != conv.Availability.OFFLINE:
                    self._presence.expect(account.account_id, agent.agent_id, now_ms)
                else:
                    self._requeue_all(account.account_id, agent.agent_id)
        self._desk.stir()
        self._route()
        return replayed

    # Gateways speak -----------------------------------------------------------------------

    def gateway_message(self, gateway: GatewayId, message: link.ToHome) -> None:
        """See HomeSide."""
        if not self._is_failed:
            _HANDLERS[type(message)](self, gateway, message)

    def gateway_gone(self, gateway: GatewayId) -> None:
        """See HomeSide."""
        self._presence.detach_gateway(gateway, self._clock.now_ms())

    def execute(
        self,
        command: conv.Command,
        actor: Identity,
        conversation_id: ConversationId | None = None,
    ) -> None:
        """Let AirDesk itself wish something, without an answer."""
        self.conversations.execute(command, actor, conversation_id or ConversationId(NO_ID))
        self._route()

    def _connect(self, gateway: GatewayId, message: link.Connect) -> None:
        key = (gateway, message.session)
        if self._access.is_denied(message.identity, message.credential_id):
            self._links.send(gateway, link.Fence(message.session, AccessRevoked.number))
            return
        session = Attached(
            message.identity, message.instance_id, message.attempt, message.credential_id
        )
        loser = self._presence.attach(key, session, self._clock.now_ms())
        if loser is not None:
            self._links.send(loser[0], link.Fence(loser[1], Fenced.number))
            if loser == key:
                return
        epoch = self.conversations.epoch.hex()
        reset = bool(message.cursor) and not message.cursor.startswith(epoch + ".")
        self._send_when_durable(gateway, self._connected(message, reset))

    def _send_when_durable(self, gateway: GatewayId, message: link.ToGateway) -> None:
        """Send what shows the state in memory, which runs ahead of the disk."""
        self.conversations.when_durable(lambda: self._links.send(gateway, message))

    def _connected(self, message: link.Connect, reset: bool) -> link.Connected:
        identity = message.identity
        held = [] if reset else [view.conversation_id for view in message.held]
        if identity.is_visitor:
            latest = self.conversations.of_visitor(
                identity.account_id, identity.inbox_id + identity.person_id
            )
            own = () if latest is None else (latest.conversation_id,)
            earlier = self.conversations.visitors.all_latest(
                identity.account_id, identity.person_key
            )[: limits.QUEUE_ROWS_MAX]
            rows = self._rows(identity, (*own, *earlier, *held))
            return link.Connected(message.session, self._cursor(), reset, rows, own)
        account = self.conversations.account(identity.account_id)
        agent = account.agents.get(AgentId(identity.person_id))
        mine = self._desk.held_by(identity.account_id, AgentId(identity.person_id))
        queue, waiting = self._desk.queue_rows(identity.account_id)
        return link.Connected(
            message.session,
            self._cursor(),
            reset,
            self._rows(identity, (*mine, *queue, *held)),
            mine,
            tuple(queue),
            waiting,
            0 if agent is None else int(agent.availability),
        )

    def _rows(
        self, identity: Identity, conversation_ids: tuple[ConversationId, ...]
    ) -> tuple[RowFacts, ...]:
        rows = []
        for conversation_id in dict.fromkeys(conversation_ids):
            state = self.conversations.find(conversation_id)
            if state is not None and self.conversations.may_see(identity, state):
                rows.append(self._row(state))
        return tuple(rows)

    def _disconnect(self, gateway: GatewayId, message: link.Disconnect) -> None:
        self._presence.detach((gateway, message.session), self._clock.now_ms())

    def _submit(self, gateway: GatewayId, message: link.Submit) -> None:
        session = self._presence.session((gateway, message.session))
        if session is None:
            return
        asked = Asked(gateway, message.session, message.operation_id)
        taken = self.conversations.execute(
            message.command, session.identity, message.conversation_id, asked
        )
        if not taken:
            self._presence.detach((gateway, message.session), self._clock.now_ms())
        self._route()

    def _read(self, gateway: GatewayId, message: link.Read) -> None:
        self._reading.read(gateway, message)

    def _read_back(self, gateway: GatewayId, message: link.ReadBack) -> None:
        self._reading.read_back(gateway, message)

    def _execute(self, gateway: GatewayId, message: link.Execute) -> None:
        self.requests.execute(gateway, message)

    def _ask_inbox(self, gateway: GatewayId, message: link.AskInbox) -> None:
        self.requests.ask_inbox(gateway, message)

    def _ask_board(self, gateway: GatewayId, message: link.AskBoard) -> None:
        self.requests.ask_board(gateway, message)

    def _ask_visitors(self, gateway: GatewayId, message: link.AskVisitors) -> None:
        self.requests.ask_visitors(gateway, message)

    def _facts_written(self, gateway: GatewayId, message: link.FactsWritten) -> None:
        self.requests.facts_written()

    def _views_wanted(self, gateway: GatewayId, message: link.ViewsWanted) -> None:
        self.requests.views_wanted()

    def _unwatch(self, gateway: GatewayId, message: link.Unwatch) -> None:
        self._presence.unwatch(gateway, message.conversation_id)

    def _marks(self, gateway: GatewayId, message: link.Marks) -> None:
        self._signals.marks(gateway, message)

    def _typing(self, gateway: GatewayId, message: link.TypingSignal) -> None:
        self._signals.typing(gateway, message)

    def _view(self, gateway: GatewayId, message: link.ViewingSignal) -> None:
        self._signals.view(gateway, message)

    def _refresh(self, gateway: GatewayId, message: link.RefreshLists) -> None:
        session = self._presence.session((gateway, message.session))
        if session is not None:
            again = link.Connect(message.session, session.identity, session.instance_id, 0)
            self._send_when_durable(gateway, self._connected(again, reset=False))

    # The hot table moves (perhaps not durable yet) ------------------------------------------

    def moved(self, before: ConversationState | None, after: ConversationState) -> None:
        """See conversations.Listener."""
        self._desk.moved(before, after)
        self._timers.moved(after)

    def facts_moved(self, before: AccountState, after: AccountState) -> None:
        """See conversations.Listener."""
        self._desk.facts_moved(after)

    def _route(self) -> None:
        """Assign until nobody waits beside a free desk; never from inside itself."""
        if self._routing or self._is_failed:
            return
        self._routing = True
        try:
            self._desk.route_all(self.conversations.find, self._assign)
        finally:
            self._routing = False

    def _assign(self, account_id: AccountId, proposal: Proposal) -> None:
        command = conv.RouteConversation(proposal.agent_id)
        actor = system_identity(account_id)
        self.conversations.execute(command, actor, proposal.conversation_id)

    def _requeue_all(self, account_id: AccountId, agent_id: AgentId) -> None:
        command = conv.RequeueConversation(conv.Cause.AGENT_LEFT)
        for conversation_id in self._desk.held_by(account_id, agent_id):
            self.conversations.execute(command, system_identity(account_id), conversation_id)

    # Records are durable --------------------------------------------------------------------

    def committed(self, committed: Committed) -> None:
        """See conversations.Listener."""
        after = committed.after
        if after is None:
            self._facts_committed(committed)
            return
        if not committed.events:
            return
        self._inbox.committed(committed.before, after)
        before = committed.before
        if before is not None and _line_of(before) == _line_of(after):
            self._deliver(committed, after, None, ())
            return
        holders = {after.assignee_id} if before is None else {before.assignee_id, after.assignee_id}
        holders.discard(AgentId(NO_ID))
        if not after.is_open:
            self._receipts.forget(after.conversation_id)
        self._places.moved(after.account_id)
        self._deliver(committed, after, self._row(after), tuple(sorted(holders)))

    def _deliver(
        self,
        committed: Committed,
        after: ConversationState,
        row: RowFacts | None,
        holders: tuple[AgentId, ...],
    ) -> None:
        record = committed.record
        events: tuple[Any, ...] = committed.events
        numbered = conv.number_events(events, committed.bodies, record_header(record))
        delivery = link.Delivery(
            after.conversation_id,
            tuple(numbered),
            row,
            holders,
        )
        if row is not None:
            self._watch_audience(after, holders)
        for gateway in self._presence.watchers(after.conversation_id):
            self._links.send(gateway, delivery)
        if isinstance(events[-1], conv.NoteAdded) and events[-1].mentions:
            self._signals.tell_mentions(after, events[-1], record.last_seq)

    def _watch_audience(self, after: ConversationState, holders: tuple[AgentId, ...]) -> None:
        """Let the gateways of the people whom a change concerns hear of the conversation."""
        visitor = after.visitor_key
        canonical = self.conversations.audience_key(after) or visitor
        people = [
            visitor,
            *(() if canonical == visitor else (canonical,)),
            *(after.account_id + agent_id for agent_id in holders),
        ]
        for person in people:
            for gateway in self._presence.gateways_of(person):
                self._presence.watch(gateway, after.conversation_id)

    def _facts_committed(self, committed: Committed) -> None:
        account_id = committed.record.account_id
        for event in committed.events:
            if isinstance(event, conv.AvailabilityChanged):
                self._inbox.touch((account_id, event.agent_id))
                if self._is_offline(account_id, event.agent_id):
                    self._requeue_all(account_id, event.agent_id)
            elif isinstance(event, conv.AgentRemoved):
                self._access.end_sessions(account_id, event.agent_id)
                self._requeue_all(account_id, event.agent_id)
            elif isinstance(event, conv.CredentialRevoked):
                self._access.end_sessions(account_id, event.agent_id, event.credential_id)
            elif isinstance(event, conv.VisitorAliased):
                for visitor_id in (event.to_visitor_id, event.from_visitor_id):
                    self._show_merged(event.inbox_id + visitor_id)
            elif isinstance(event, conv.ReadsAdvanced):
                for mark in event.marks:
                    if mark.by_visitor:
                        continue  # an agent heard of it by a receipt, and his counts stay
                    state = self.conversations.find(mark.conversation_id)
                    if state is not None:
                        self._inbox.committed(state, state)
        self._route()

    def _show_merged(self, person: bytes) -> None:
        """Show a visitor what is his now, and end what is not."""
        for gateway, session_id in sorted(self._presence.sessions_of(person)):
            self._refresh(gateway, link.RefreshLists(session_id))

    def _is_offline(self, account_id: AccountId, agent_id: AgentId) -> bool:
        agent = self.conversations.account(account_id).agents.get(agent_id)
        return agent is None or agent.availability == conv.Availability.OFFLINE

    def answered(self, asked: Asked, outcome: Outcome) -> None:
        """See conversations.Listener."""
        if asked.told is not None:
            asked.told(outcome)
            return
        answer = outcome.answer
        self._links.send(
            asked.gateway,
            link.Answer(
                asked.session,
                asked.operation_id,
                answer.conversation_id,
                answer.seq,
                answer.ts_ms,
                outcome.number,
                outcome.text,
            ),
        )

    def log_moved(self, head: int, committed: Sequence[Committed]) -> None:
        """See conversations.Listener."""
        if self._follower is not None:
            self._follower.log_moved(head, committed)

    def failed(self, error: Exception) -> None:
        """See conversations.Listener."""
        self._is_failed = True
        self._on_failure(error)

    # Time passes ------------------------------------------------------------------------------

    def tick(self, parts: int = 1) -> None:
        """Do what is due. Called about every ROWS_MS.

        Args:
            parts: called that many times as often: each call then does a share of what grows with
                the traffic, so that no message waits behind a quarter of a second's receipts.
        """
        if self._is_failed:
            return
        now_ms = self._clock.now_ms()
        self._part = (self._part + 1) % parts
        self._store_reads(now_ms, parts)
        self._signals.tell_receipts(parts - self._part, is_first=self._part == 0)
        self._tell_lists(parts - self._part)
        if self._part == 0:
            self._look_around(now_ms)
        self._route()

    def _look_around(self, now_ms: int) -> None:
        self._fire_timers(now_ms)
        for account_id, agent_id in self._presence.gone(now_ms):
            lost = conv.LoseAgent(agent_id)
            if not self.conversations.execute(lost, system_identity(account_id)):
                # The log takes nothing for now: the agent is looked at again after a grace.
                self._presence.expect(account_id, agent_id, now_ms)
        self._places.tell(now_ms)
        self._tell_heads()
        self._signals.tell_viewing()
        self._desk.stir()

    def _fire_timers(self, now_ms: int) -> None:
        for conversation_id in self._timers.due(now_ms):
            state = self.conversations.find(conversation_id)
            if state is None or due_time(state) == 0:
                continue
            if due_time(state) > now_ms:
                self._timers.set(conversation_id, due_time(state))
                continue
            actor = system_identity(state.account_id)
            is_done = False
            if state.status == conv.Status.SNOOZED:
                is_done = self.conversations.execute(
                    conv.WakeConversation(), actor, conversation_id
                )
            elif self._desk.has_other(state):
                command = conv.RequeueConversation(conv.Cause.NO_ANSWER)
                is_done = self.conversations.execute(command, actor, conversation_id)
            if not is_done:
                self._timers.set(conversation_id, now_ms + limits.RETRY_ROUTE_MS)

    def _store_reads(self, now_ms: int, parts: int) -> None:
        """Store the read positions that moved, each once in READ_MARK_MS or so."""
        if not now_ms < self._next_reads_ms <= now_ms + limits.READ_MARK_MS:  # else it went back
            self._next_reads_ms = now_ms + limits.READ_MARK_MS
            self._reads_share = self._receipts.count_to_store()
            if parts > 1:
                self._reads_share = self._reads_share * limits.ROWS_MS // parts
                self._reads_share = self._reads_share // limits.READ_MARK_MS + 1
        elif parts == 1:
            return
        for account_id, marks in self._receipts.take_to_store(self._reads_share):
            self.conversations.execute(conv.AdvanceReads(marks), system_identity(account_id))

    def _tell_lists(self, parts_left: int) -> None:
        queues: dict[AccountId, tuple[tuple[ConversationId, ...], int]] = {}
        due = self._lists_due
        if self._part == 0:
            due.extend(self._inbox.take(self._presence.staff_present()))
        for _ in range(-(-len(due) // parts_left)):
            change = due.popleft()
            account_id, agent_id, conversation_ids = change
            if account_id not in queues:
                first, waiting = self._desk.queue_rows(account_id)
                queues[account_id] = (tuple(first), waiting)
            agent = self.conversations.account(account_id).agents.get(agent_id)
            lists = link.Lists(
                account_id,
                agent_id,
                self._cursor(),
                self._rows(
                    system_identity(account_id),
                    (*conversation_ids, *self._came_in_sight(account_id, agent_id, queues)),
                ),
                self._desk.held_by(account_id, agent_id),
                *queues[account_id],
                0 if agent is None else int(agent.availability),
            )
            for gateway in self._presence.gateways_of(account_id + agent_id):
                self._send_when_durable(gateway, lists)

    def _came_in_sight(
        self,
        account_id: AccountId,
        agent_id: AgentId,
        queues: dict[AccountId, tuple[tuple[ConversationId, ...], int]],
    ) -> list[ConversationId]:
        """Give who stands now among the first of the queue without having changed: others left."""
        first, _ = queues[account_id]
        told = self._queues_told.get((account_id, agent_id), ())
        self._queues_told[account_id, agent_id] = first
        return [one for one in first if one not in told]

    def _tell_place(self, state: ConversationState) -> None:
        notice = link.RowNotice(self._row(state))
        for gateway in self._presence.watchers(state.conversation_id):
            self._send_when_durable(gateway, notice)

    def _tell_heads(self) -> None:
        """Tell gateways where what they watch stands, all of it once in BEAT_MS or so: an event
        that was lost without a trace is found by it, and so is a watch that nobody needs."""
        heads: dict[GatewayId, list[link.WatchedHead]] = {}
        for gateway, conversation_id in self._presence.audit(limits.BEAT_MS // limits.ROWS_MS):
            state = self.conversations.find(conversation_id)
            if state is not None:
                head = link.WatchedHead(conversation_id, state.public_seq, state.last_seq)
                heads.setdefault(gateway, []).append(head)
        for gateway, entries in heads.items():
            self._send_when_durable(gateway, link.Heads(tuple(entries)))

    def viewers(self, conversation_id: ConversationId) -> tuple[AgentId, ...]:
        """Give who of the staff looks at a conversation now."""
        return self._presence.viewing.viewers(conversation_id)

    # Views ----------------------------------------------------------------------------------

    def _cursor(self) -> str:
        return f"{self.conversations.epoch.hex()}.{self.conversations.durable}"

    def _row(self, state: ConversationState) -> RowFacts:
        # By position: one is made for every other message, and names would double its cost.
        return RowFacts(
            state.conversation_id,
            state.account_id,
            state.visitor_id,
            state.visitor_key,
            state.opened_ms,
            state.position,
            int(state.status),
            state.last_seq,
            state.public_seq,
            state.last_ms,
            len(state.unread_by_staff),
            len(state.unread_by_visitor),
            self._desk.place(state.account_id, state.conversation_id),
            state.assignee_id,
            state.participants,
            *self._receipts.positions(state, by_visitor=True),
            *self._receipts.positions(state, by_visitor=False),
            state.hidden,
            self.conversations.audience_key(state),
            state.label_ids,
            state.priority,
            state.snoozed_until_ms,
        )


def _line_of(state: ConversationState) -> tuple[object, ...]:
    """Give what makes a new row worth sending at once; unread counts wait for the next tick."""
    return (
        state.status,
        state.assignee_id,
        state.participants,
        state.hidden,
        state.team_id,
        state.score,
        state.label_ids,
        state.priority,
        state.snoozed_until_ms,
    )


_Handler = Callable[[Home, GatewayId, Any], None]
_HANDLERS: dict[type, _Handler] = {
    link.Connect: Home._connect,
    link.Disconnect: Home._disconnect,
    link.Submit: Home._submit,
    link.Read: Home._read,
    link.ReadBack: Home._read_back,
    link.Unwatch: Home._unwatch,
    link.Marks: Home._marks,
    link.TypingSignal: Home._typing,
    link.RefreshLists: Home._refresh,
    link.Execute: Home._execute,
    link.AskInbox: Home._ask_inbox,
    link.FactsWritten: Home._facts_written,
    link.ViewsWanted: Home._views_wanted,
    link.AskBoard: Home._ask_board,
    link.AskVisitors: Home._ask_visitors,
    link.ViewingSignal: Home._view,
}
