"""The judge: what pages get is compared with the log at once, and everything at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from airdesk.core import conversation as conv
from airdesk.core.conversation import ConversationState, Status
from airdesk.core.kernel import NO_ID, AgentId, ConversationId, limits
from airdesk.core.wire import client as c
from airdesk.core.wire import messages as m
from tests.simulation.kit.pages import Device, Shown, Tab
from tests.simulation.kit.truth import HIDDEN, Fact, Truth
from tests.simulation.kit.world import World

FREE_DESK_MS = 2_000
"""Nobody waits longer beside a free desk."""

VIOLATIONS_MAX = 20
"""Enough to see what is wrong."""


class Wish(NamedTuple):
    """A command that some device made."""

    device: Device
    command: m.CommandMessage


class Operations:
    """Every command that was ever made, and what its makers were told."""

    def __init__(self) -> None:
        self.wishes: dict[bytes, Wish] = {}
        self.accepted: dict[bytes, int] = {}
        """`seq` of the first answer that anybody got."""
        self.rejected: set[bytes] = set()
        self.raced: set[bytes] = set()
        """Sent past the outbox: their place in the order means nothing."""

    def __len__(self) -> int:
        return len(self.wishes)


class Server(Protocol):
    """What the judge may know of the home."""

    @property
    def home_is_up(self) -> bool:
        """True while a home takes commands."""


class Checker:
    """Collects violations.

    Args:
        world: the clock.
        truth: what the log says.
        operations: what was wished.
    """

    def __init__(self, world: World, truth: Truth, operations: Operations) -> None:
        self._world = world
        self._truth = truth
        self._operations = operations
        self.violations: list[str] = []
        self._waits_since: dict[ConversationId, int] = {}

    def report(self, line: str) -> None:
        """Note a broken promise."""
        self._world.note(f"VIOLATION {line}")
        if len(self.violations) < VIOLATIONS_MAX:
            self.violations.append(f"at {self._world.now} ms: {line}")

    # What pages hear, at once --------------------------------------------------------------

    def unplanned(self, line: str) -> None:
        """See Watcher."""
        self.report(line)

    def ended(self, tab: Tab, happening: c.Ended) -> None:
        """See Watcher."""
        if happening.retry_ms < 0:
            self.report(f"{tab.name} was sent away: {happening.number} {happening.text}")

    def heard(self, tab: Tab, message: m.ServerMessage) -> None:
        """See Watcher."""
        self._truth.follow()
        if isinstance(message, m.Event):
            self._heard_event(tab, message)
        elif isinstance(message, m.Row):
            self._heard_row(tab, message)
        elif isinstance(message, m.Accepted):
            self._heard_accepted(tab, message)
        elif isinstance(message, m.Rejected):
            self._heard_rejected(tab, message)
        elif isinstance(message, m.Page):
            self._heard_page(tab, message)
        elif isinstance(message, m.Listing):
            self._heard_listing(tab, message)
        elif isinstance(message, m.Mentioned):
            self._heard_mentioned(tab, message)
        elif isinstance(message, m.SomebodyTyping | m.SomebodyViewing):
            self._heard_signal(tab, message)

    def _heard_mentioned(self, tab: Tab, message: m.Mentioned) -> None:
        facts = self._truth.facts.get(ConversationId(message.conversation), [])
        fact = facts[message.seq - 1] if 0 < message.seq <= len(facts) else None
        if fact is None or tab.identity.person_id not in fact.subjects:
            self.report(f"{tab.name} hears of a mention that is not in the log")

    def _heard_signal(self, tab: Tab, message: m.SomebodyTyping | m.SomebodyViewing) -> None:
        state = self._truth.states.get(tab.refs.get(message.ref, ConversationId(NO_ID)))
        if state is None or not self._truth.might_see(tab.identity, state):
            self.report(f"{tab.name} hears who types or looks where he may not")
        is_typed = isinstance(message, m.SomebodyTyping) and message.text != ""
        if tab.identity.is_visitor and (is_typed or isinstance(message, m.SomebodyViewing)):
            self.report(f"{tab.name} is shown what is for the staff alone")

    def _heard_row(self, tab: Tab, row: m.Row) -> None:
        state = self._truth.states.get(ConversationId(row.conversation))
        if state is None:
            self.report(f"{tab.name} sees a conversation that is not in the log")
            return
        if not self._truth.might_see(tab.identity, state):
            self.report(f"{tab.name} sees somebody else's conversation")
        if row.version > self._truth.position:
            self.report(f"{tab.name} sees a row of position {row.version}, not yet stored")
        whispering = self._truth.whisperers(state.conversation_id)
        if tab.identity.is_visitor and whispering.intersection(row.participants):
            self.report(f"{tab.name} is shown an agent who has only whispered")
        if tab.identity.is_visitor and row.status == Status.SNOOZED:
            self.report(f"{tab.name} sees that he was put aside")
        sorted_by = (row.labels, row.priority, row.snoozed_until_ms, row.inbox)
        if tab.identity.is_visitor and sorted_by != ((), 0, 0, b""):
            self.report(f"{tab.name} is shown what is for the staff alone")
        real = (state.label_ids, state.priority, state.snoozed_until_ms, state.inbox_id)
        if tab.identity.is_staff and row.version == state.position and sorted_by != real:
            self.report(f"{tab.name} gets a row sorted by {sorted_by}, the log has {real}")

    def _heard_listing(self, tab: Tab, listing: m.Listing) -> None:
        position = int(listing.cursor.partition(".")[2])
        if position < tab.listed:
            self.report(f"{tab.name} gets an older list than before on the same connection")
        if position > self._truth.position:
            self.report(f"{tab.name} gets a list of position {position}, not yet stored")
        tab.listed = position

    def _heard_event(self, tab: Tab, event: m.Event) -> None:
        conversation_id = tab.refs.get(event.ref)
        if conversation_id is None:
            self.report(f"{tab.name} gets an event of an unknown ref")
            return
        fact = self._fact(tab, conversation_id, event)
        own = fact is not None and fact.actor == tab.identity.actor
        if fact is not None and event.op and not (own and event.op == fact.operation_id):
            self.report(f"{tab.name} gets an operation id that is not his")

    def _fact(
        self, tab: Tab, conversation_id: ConversationId, event: m.Event | m.PageEvent
    ) -> Fact | None:
        """Find the logged event that a page was sent, and compare them."""
        state = self._truth.states.get(conversation_id)
        facts = self._truth.facts.get(conversation_id, [])
        if state is None or not 0 < event.seq <= len(facts):
            self.report(f"{tab.name} gets event {event.seq}, which is not in the log")
            return None
        fact = facts[event.seq - 1]
        public = tab.identity.is_visitor
        if not self._truth.might_see(tab.identity, state) or (
            public and fact.public_prev == HIDDEN
        ):
            self.report(f"{tab.name} gets event {event.seq} (kind {event.kind}), not for his eyes")
        prev = fact.public_prev if public else fact.seq - 1
        dt_ms = max(0, fact.ts_ms - state.opened_ms)
        shown = (event.prev, event.kind, event.text, event.dt_ms, event.subjects)
        if shown != (prev, fact.kind, fact.text, dt_ms, fact.subjects):
            self.report(f"{tab.name} gets event {event.seq} as {shown}, the log has {fact}")
        return fact

    def _heard_page(self, tab: Tab, page: m.Page) -> None:
        conversation_id = tab.refs.get(page.ref)
        if conversation_id is None:
            self.report(f"{tab.name} gets a page of an unknown ref")
            return
        for event in page.events:
            self._fact(tab, conversation_id, event)
        public = tab.identity.is_visitor
        seqs = [seq for seq in self._truth.seqs(conversation_id, public) if seq < page.before]
        got = [event.seq for event in page.events]
        if got != seqs[len(seqs) - len(got) :]:
            self.report(f"{tab.name} gets a page with a hole before {page.before}: {got}")
        if page.at_start and len(got) != len(seqs):
            self.report(f"{tab.name} is told that a page is the first, and it is not")

    def _heard_accepted(self, tab: Tab, message: m.Accepted) -> None:
        wish = self._operations.wishes.get(message.op)
        if wish is None:
            self.report(f"{tab.name} is told of an operation that nobody made")
            return
        identity = wish.device.identity
        told = self._truth.operations.get((identity.account_id, identity.actor, message.op))
        if told is None:
            self.report(f"{tab.name} was acknowledged {message.op.hex()}, which is not stored")
            return
        if message.seq != told.seq:
            self.report(f"{tab.name} was told seq {message.seq}, the first answer was {told.seq}")
        first = self._operations.accepted.setdefault(message.op, message.seq)
        if first != message.seq:
            self.report(f"{tab.name} got another answer to a repeat")

    def _heard_rejected(self, tab: Tab, message: m.Rejected) -> None:
        self._operations.rejected.add(message.op)
        wish = self._operations.wishes.get(message.op)
        if wish is None:
            self.report(f"{tab.name} is refused an operation that nobody made")
            return
        if message.op in self._operations.raced:
            return  # Sent by two pages at once, one may be refused before the other is accepted.
        identity = wish.device.identity
        if (identity.account_id, identity.actor, message.op) in self._truth.operations:
            self.report(f"{tab.name} was refused ({message.number}) what was done before")

    def arrived(self, tab: Tab, happening: c.EventArrived) -> None:
        """See Watcher: the screen grows by the next event, and by no other."""
        shown = tab.shown.get(happening.conversation)
        if shown is None:
            self.report(f"{tab.name} shows an event without a beginning")
            tab.shown[happening.conversation] = Shown(happening.event.prev)
            return
        last = shown.seqs[-1] if shown.seqs else shown.base
        if happening.event.prev != last:
            self.report(f"{tab.name} shows {happening.event.seq} after {last}: a hole")

    def reset(self, tab: Tab, conversation_id: ConversationId, base: int) -> None:
        """See Watcher: nothing leaves a screen, but where too much was missed to go on.

        A screen that shows nothing yet loses nothing when the newest events come first.
        """
        shown = tab.shown.get(conversation_id)
        state = self._truth.states.get(conversation_id)
        if shown is None or state is None:
            return
        last = shown.seqs[-1] if shown.seqs else shown.base
        if tab.follows[conversation_id]:
            tab.follows[conversation_id] -= 1
        elif last and base > shown.base and state.last_seq - last <= limits.RESUME_EVENTS_MAX:
            self.report(f"{tab.name} had {last} and was reset to {base}, though it could go on")

    # While time passes ---------------------------------------------------------------------

    def look_for_free_desks(self, home_is_up: bool) -> None:
        """Nobody waits beside a free desk. Called about twice a second."""
        truth = self._truth
        truth.follow()
        if not home_is_up:
            self._waits_since.clear()
            return
        beside: dict[ConversationId, int] = {}
        for account_id, account in truth.accounts.items():
            for state in truth.waiting(account_id):
                inbox = account.inboxes[state.inbox_id]
                if inbox.rule == conv.RoutingRule.MANUAL:
                    continue
                if any(truth.why_not(agent, state) is None for agent in account.agents):
                    since = self._waits_since.get(state.conversation_id, self._world.now)
                    beside[state.conversation_id] = since
                    if self._world.now - since > FREE_DESK_MS + 1_000:
                        self.report("somebody waits beside a free desk")
                        beside[state.conversation_id] = self._world.now
        self._waits_since = beside

    # At the end ----------------------------------------------------------------------------

    def check_pages(self, devices: Sequence[Device]) -> None:
        """All pages hold what the log says, and all outboxes are empty."""
        self._truth.follow()
        for device in devices:
            if device.stored and device.living:
                self.report(f"{device.name} still waits for {len(device.stored)} answers")
            self._check_answered(device)
            self._check_order(device)
            for tab in device.living:
                if not tab.is_live:
                    self.report(f"{tab.name} is not connected after the drain")
                    continue
                self._check_views(tab)
                if tab.identity.is_staff:
                    self._check_lists(tab)
                    self._check_viewers(tab, devices)
                else:
                    self._check_visitor(tab)

    def _check_views(self, tab: Tab) -> None:
        public = tab.identity.is_visitor
        for conversation_id, view in tab.session.views.items():
            state = self._truth.states[conversation_id]
            if view.wanted and not view.opened and self._truth.may_see(tab.identity, state):
                self.report(f"{tab.name} opened a conversation and it never came")
            if not view.opened:
                continue
            if not self._truth.may_see(tab.identity, state):
                self.report(f"{tab.name} still shows somebody else's conversation")
            if public or view.wanted or conversation_id in tab.mine:
                self._check_shown(tab, conversation_id, public)

    def _check_shown(self, tab: Tab, conversation_id: ConversationId, public: bool) -> None:
        seqs = self._truth.seqs(conversation_id, public)
        shown = tab.shown.get(conversation_id)
        if shown is None:
            self.report(f"{tab.name} has a view without a screen")
            return
        if shown.base and shown.base not in seqs:
            self.report(f"{tab.name} begins after {shown.base}, which is no event of his class")
        if seqs and not shown.seqs:
            self.report(f"{tab.name} shows nothing of a conversation")
        expected = [seq for seq in seqs if seq > shown.base]
        if shown.seqs != expected:
            name = conversation_id.hex()[:12]
            self.report(f"{tab.name} shows {name} as {shown.seqs[-5:]}, not {expected[-5:]}")
        first = (shown.older or shown.seqs or [0])[0]
        if shown.older and shown.older != [seq for seq in seqs if first <= seq <= shown.older[-1]]:
            self.report(f"{tab.name} scrolled back to {shown.older}")

    def _check_viewers(self, tab: Tab, devices: Sequence[Device]) -> None:
        """Who looks at a conversation sees who else does."""
        looks_at = tab.looks_at
        view = None if looks_at is None else tab.session.views.get(looks_at)
        if looks_at is None or view is None or not view.opened:
            return
        if not view.wanted and looks_at not in tab.mine:
            return
        others = {
            other.identity.person_id
            for device in devices
            for other in device.living
            if other.is_live and other.looks_at == looks_at
        } - {tab.identity.person_id}
        shown = tab.viewers.get(looks_at, frozenset())
        if shown != others:
            self.report(f"{tab.name} is told that {sorted(shown)} look too, not {sorted(others)}")

    def _check_lists(self, tab: Tab) -> None:
        identity = tab.identity
        agent_id = AgentId(identity.person_id)
        truth = self._truth
        held = truth.held_by(identity.account_id, agent_id)
        if set(tab.mine) != held:
            extra, missing = len(set(tab.mine) - held), len(held - set(tab.mine))
            self.report(f"{tab.name} is told {extra} too many and {missing} too few are his")
        waiting = sorted(
            truth.waiting(identity.account_id),
            key=lambda one: (-one.priority, one.waiting_since_ms, one.conversation_id),
        )
        if tab.listing is None:
            self.report(f"{tab.name} never got its lists")
            return
        if tab.listing.waiting != len(waiting):
            self.report(f"{tab.name} counts {tab.listing.waiting} waiting, not {len(waiting)}")
        wanted = [state.conversation_id for state in waiting][: len(tab.queue)]
        if list(tab.queue) != wanted:
            self.report(f"{tab.name} shows another queue than the log")
        agent = truth.account(identity.account_id).agents[agent_id]
        if tab.listing.availability != agent.availability:
            self.report(f"{tab.name} shows another availability than the log")
        for conversation_id in (*tab.mine, *tab.queue):
            self._check_row(tab, conversation_id)

    def _check_row(self, tab: Tab, conversation_id: ConversationId) -> None:
        view = tab.session.views.get(conversation_id)
        state = self._truth.states[conversation_id]
        if view is None or view.row is None:
            self.report(f"{tab.name} lists a conversation without a row")
            return
        row = view.row
        shown = (
            row.status,
            row.assignee or NO_ID,
            row.participants,
            row.last_seq,
            row.unread,
            row.labels,
            row.priority,
        )
        real = (
            state.status,
            state.assignee_id,
            state.participants,
            state.last_seq,
            len(state.unread_by_staff),
            state.label_ids,
            state.priority,
        )
        if shown != real:
            self.report(f"{tab.name} shows the row {shown}, the log has {real}")

    def _check_visitor(self, tab: Tab) -> None:
        identity = tab.identity
        own = [
            state
            for state in self._truth.states.values()
            if self._truth.may_see(identity, state) and state.account_id == identity.account_id
        ]
        if not own:
            return
        newest = max(own, key=lambda state: state.position if state.is_open else 0)
        if not newest.is_open and len({state.visitor_id for state in own}) > 1:
            return  # He was told which was the newest of all when he came; others may be since.
        if not newest.is_open:
            newest = max(own, key=lambda state: state.conversation_id)
        view = tab.session.views.get(newest.conversation_id)
        if view is None or not view.opened or view.row is None:
            self.report(f"{tab.name} does not show the visitor's conversation")
            return
        status = Status.ASSIGNED if newest.status == Status.SNOOZED else newest.status
        shown = (view.row.status, view.row.assignee or NO_ID)
        if shown != (status, newest.assignee_id):
            self.report(f"{tab.name} shows {shown}, the log has {status} {newest.assignee_id!r}")

    def _check_answered(self, device: Device) -> None:
        """Whatever was made was answered, or still waits in the outbox."""
        waiting = {command.op for command in device.stored}
        for command in device.made:
            known = command.op in self._operations.accepted
            if not known and command.op not in waiting | self._operations.rejected:
                name = type(command).__name__
                self.report(f"{device.name}: a {name} was made and never answered")

    def _check_order(self, device: Device) -> None:
        """Sends of one outbox stand in the log in the order in which they were made."""
        identity, last = device.identity, 0
        done = set()
        for command in device.made:
            op = command.op
            skip = op in self._operations.rejected or op in self._operations.raced
            told = self._truth.operations.get((identity.account_id, identity.actor, op))
            if skip or told is None or op in done:
                continue
            done.add(op)
            if told.position < last:
                self.report(f"{device.name}: commands were stored in another order than made")
            last = told.position
            self._check_text(device, command, told.texts)

    def _check_text(
        self, device: Device, command: m.CommandMessage, texts: tuple[str, ...]
    ) -> None:
        if isinstance(command, m.Send | m.Note) and texts != (command.text,):
            self.report(f"{device.name}: said {command.text!r}, the log has {texts}")

    def check_hot_table(
        self, hot: Sequence[ConversationState], accounts: Sequence[conv.AccountState], name: str
    ) -> None:
        """Snapshot plus events is state: what a home holds is what the records add up to."""
        truth = self._truth
        known = {state.conversation_id: state for state in hot}
        for conversation_id, state in known.items():
            if state != truth.states.get(conversation_id):
                self.report(f"{name}: a conversation's state is not what its records say")
        for conversation_id in truth.open_of.values():
            if conversation_id not in known:
                self.report(f"{name}: an open conversation is not in memory")
        if {one.account_id: one for one in accounts} != truth.accounts:
            self.report(f"{name}: an account's facts are not what its records say")
