"""Faults put into the product on purpose, to see that the judge finds them.

Each function breaks one promise for as long as a test's `monkeypatch` lasts; the product has no
switch for it. Where the machine heals a fault by itself, the form chosen is one that shows, and
its docstring says so.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from airdesk.adapters.memory.event_log import MemoryDisk
from airdesk.adapters.unix.numbering import Sequence as LinkSequence
from airdesk.adapters.unix.numbering import Verdict
from airdesk.app.gateway.following import Following
from airdesk.app.gateway.rendering import SharedBodies
from airdesk.app.gateway.roster import Roster
from airdesk.app.gateway.session import Line, Session
from airdesk.app.home import home
from airdesk.core import conversation as conv
from airdesk.core.conversation import AccountState, ConversationState, FeedEvent, feeds
from airdesk.core.kernel import NO_ID, AccountId, ConversationId, Identity, OperationReused
from airdesk.core.routing import Place, WaitingQueue
from airdesk.core.wire import Encoding, EventBody, Outbox, client, messages
from airdesk.ports.event_log import Record
from airdesk.services import conversations
from airdesk.services.checkpoints import Checkpoints
from airdesk.services.conversations import Conversations, Outcome
from airdesk.services.desk import Desk
from airdesk.services.history import FeedPage, Histories
from airdesk.services.presence import Attached, Presence, SessionKey
from airdesk.services.receipts import Receipts
from airdesk.services.visitor_conversations import VisitorConversations
from tests.simulation.kit.disks import SimulatedLog

Patch = pytest.MonkeyPatch

_decide = importlib.import_module("airdesk.core.conversation.decide")
"""The module: its package has a function of the same name."""


def _write(session: Session, line: Line, shared: SharedBodies) -> None:
    """Write an event to a socket, wherever the line stands."""
    body = shared.body(session.encoding, line.opened_ms, session.is_public, False)
    frame = session.encoding.event_frame(line.ref, body)
    session.connection.send(frame, session.encoding.binary)


# Durability -----------------------------------------------------------------------------------


class _Hasty(Conversations):
    def _append(self, *arguments: Any) -> None:
        super()._append(*arguments)
        last = self._pending.pop()
        if last.asked is not None and last.outcome is not None:
            self._listener.answered(last.asked, last.outcome)
        self._pending.append(last._replace(asked=None))


def acknowledges_before_fsync(patch: Patch) -> None:
    """The answer leaves when the record is handed to the log."""
    patch.setattr(home, "Conversations", _Hasty)


class _Talkative(Conversations):
    def _append(self, *arguments: Any) -> None:
        super()._append(*arguments)
        last = self._pending.pop()
        if last.committed is not None:
            self._listener.committed(last.committed)
        self._pending.append(last._replace(committed=None))


def delivers_before_fsync(patch: Patch) -> None:
    """Events leave when the record is handed to the log."""
    patch.setattr(home, "Conversations", _Talkative)


class _Forgetful(Conversations):
    _started_at = 0

    def load(self) -> int:
        replayed = super().load()
        self._started_at = self.durable
        return replayed

    def _repeated(self, key: Any, digest: bytes) -> Outcome | None:
        stored = self._log.find_operation(*key)
        if stored is not None and stored.position <= self._started_at:
            return None
        return super()._repeated(key, digest)


def forgets_operations_in_a_restart(patch: Patch) -> None:
    """A home knows the operation ids of its own time only.

    Every log refuses an operation id that is there already, which would bring the home down and
    hide the fault; so the log's own look is off, too.
    """
    patch.setattr(home, "Conversations", _Forgetful)
    write = MemoryDisk._write_record

    def write_unseen(self: MemoryDisk, record: Record) -> None:
        self._operations.pop((record.account_id, record.actor, record.operation_id), None)
        write(self, record)

    patch.setattr(MemoryDisk, "_write_record", write_unseen)


def forgets_operations_in_flight(patch: Patch) -> None:
    """A repeat that comes before the first is durable is decided again; the log is blind, too."""
    write = MemoryDisk._write_record

    def write_unseen(self: MemoryDisk, record: Record) -> None:
        self._operations.pop((record.account_id, record.actor, record.operation_id), None)
        write(self, record)

    class Blind(Conversations):
        def _repeated(self, key: Any, digest: bytes) -> Outcome | None:
            self._in_flight.clear()
            return super()._repeated(key, digest)

    patch.setattr(home, "Conversations", Blind)
    patch.setattr(MemoryDisk, "_write_record", write_unseen)


def keeps_half_of_a_record(patch: Patch) -> None:
    """A loss of power leaves the first event of a record on the disk and not the others.

    The record says still how many events it had: one that is whole again, only shorter, would be
    another record and no half one.
    """
    keep, write = SimulatedLog.keep, MemoryDisk._write_record
    tearing: list[bool] = []

    def keep_torn(self: SimulatedLog, count: int) -> None:
        tearing.append(True)
        keep(self, count)
        tearing.clear()

    def write_torn(self: MemoryDisk, record: Record) -> None:
        if tearing and record.conversation_id != NO_ID:
            events = conv.decode_events(record.events)
            record = record._replace(events=conv.encode_events(events[:1]))
        write(self, record)

    patch.setattr(SimulatedLog, "keep", keep_torn)
    patch.setattr(MemoryDisk, "_write_record", write_torn)


class _HalfReplaying(Conversations):
    def _replay(self, record: Record) -> None:
        events = conv.decode_events(record.events)
        if record.conversation_id != NO_ID:
            record = record._replace(events=conv.encode_events(events[:1]))
        super()._replay(record)


def replays_the_first_event_of_a_record(patch: Patch) -> None:
    """A restart applies one event of each record."""
    patch.setattr(home, "Conversations", _HalfReplaying)


class _Stale(Conversations):
    def _apply_reads(self, event: conv.ReadsAdvanced, position: int) -> None:
        dirty = dict(self._checkpoints.dirty)
        super()._apply_reads(event, position)
        self._checkpoints.dirty = dirty


def leaves_read_positions_out_of_checkpoints(patch: Patch) -> None:
    """What was read does not make a state worth saving."""
    patch.setattr(home, "Conversations", _Stale)


class _EarlyNote(Checkpoints):
    def finish(self, head: int) -> None:
        self._pass_position = head
        super().finish(head)


def notes_a_checkpoint_too_far(patch: Patch) -> None:
    """A checkpoint is noted at its end, though states changed while it was written."""
    patch.setattr(conversations, "Checkpoints", _EarlyNote)


# Answers --------------------------------------------------------------------------------------


class _Fickle(Conversations):
    def _repeated(self, key: Any, digest: bytes) -> Outcome | None:
        outcome = super()._repeated(key, digest)
        if outcome is None or outcome.number:
            return outcome
        state = self.find(outcome.answer.conversation_id)
        if state is None:
            return outcome
        return Outcome(replace(outcome.answer, seq=state.last_seq))


def answers_a_repeat_anew(patch: Patch) -> None:
    """A repeat is told where the conversation stands now."""
    patch.setattr(home, "Conversations", _Fickle)


class _Refusing(Conversations):
    def _repeated(self, key: Any, digest: bytes) -> Outcome | None:
        outcome = super()._repeated(key, digest)
        if outcome is None:
            return None
        error = OperationReused()
        return Outcome(conversations.NOTHING, error.number, str(error))


def refuses_a_repeat(patch: Patch) -> None:
    """A repeat of what was done is an error."""
    patch.setattr(home, "Conversations", _Refusing)


def gives_operation_ids_to_everybody(patch: Patch) -> None:
    """Not only the sender's pages get the operation id of an event."""
    body = SharedBodies.body

    def careless(
        self: SharedBodies, encoding: Encoding, opened_ms: int, public: bool, is_sender: bool
    ) -> EventBody:
        return body(self, encoding, opened_ms, public, True)

    patch.setattr(SharedBodies, "body", careless)


# Numbers and holes ----------------------------------------------------------------------------


def counts_prev_without_class(patch: Patch) -> None:
    """A visitor's `prev` counts what he may not see."""

    def classless(*arguments: Any) -> list[FeedEvent]:
        return [
            one if one.public_prev < 0 else one._replace(public_prev=one.seq - 1)
            for one in feeds.number_events(*arguments)
        ]

    patch.setattr(conv, "number_events", classless)


def steps_over_holes(patch: Patch) -> None:
    """Neither gateway nor page compares `prev`: the last `seq` moves past what never came.

    One of both suffices to heal what the other steps over, so both are broken.
    """

    def careless(self: Following, session: Session, line: Line, shared: SharedBodies) -> bool:
        event = shared.event
        if (session.is_public and event.public_prev < 0) or event.seq <= line.last_seq:
            return True
        line.last_seq = event.seq
        _write(session, line, shared)
        return True

    def trusting(self: client.ClientSession, message: messages.Event) -> None:
        view = self._by_ref.get(message.ref)
        if view is not None and not view.healing and message.seq > view.last_seq:
            view.last_seq = message.seq
            self._happenings.append(client.EventArrived(view.conversation, message))

    patch.setattr(Following, "pass_on", careless)
    patch.setitem(client._HANDLERS, messages.Event, trusting)


def moves_a_page_past_a_hole(patch: Patch) -> None:
    """A page that is told a later beginning goes on from there, as if it held what is before."""

    def silent(self: client.ClientSession, message: messages.Opened) -> None:
        view = self._by_ref.get(message.ref)
        if view is not None:
            if not view.opened:
                self._happenings.append(client.ViewReset(view.conversation))
            view.last_seq = message.base
            view.opened, view.healing = True, False

    patch.setitem(client._HANDLERS, messages.Opened, silent)


def resumes_one_event_too_late(patch: Patch) -> None:
    """Whoever comes back misses the first event after what he holds."""
    after = Histories.after

    def skipping(
        self: Histories, state: ConversationState, after_seq: int, public: bool
    ) -> FeedPage:
        page = after(self, state, after_seq, public)
        if after_seq and len(page.events) > 1:
            prev = page.events[1].public_prev if public else page.events[1].seq - 1
            return page._replace(base=prev, events=page.events[1:])
        return page

    patch.setattr(Histories, "after", skipping)


def ignores_holes_of_a_link(patch: Patch) -> None:
    """A gateway does not look whether the numbers of its link follow each other."""
    accept = LinkSequence.accept

    def blind(self: LinkSequence, link_id: int, number: int) -> Verdict:
        verdict = accept(self, link_id, number)
        return Verdict.DELIVER if verdict is Verdict.HOLE else verdict

    patch.setattr(LinkSequence, "accept", blind)
    patch.setattr(LinkSequence, "is_behind", lambda self, link_id, number: False)


def counts_a_new_link_on_from_the_old(patch: Patch) -> None:
    """A link that begins with 1 again is taken for a repetition of the one before."""
    patch.setattr(LinkSequence, "_is_current", lambda self, link_id: True)


def _take_doubled(patch: Patch) -> None:
    accept = LinkSequence.accept

    def again(self: LinkSequence, link_id: int, number: int) -> Verdict:
        verdict = accept(self, link_id, number)
        return Verdict.DELIVER if verdict is Verdict.DUPLICATE else verdict

    patch.setattr(LinkSequence, "accept", again)


def applies_doubled_frames(patch: Patch) -> None:
    """What comes twice or too late from a link is taken again, down to the screen.

    Gateway and page leave out what they had by its `seq`, so their looks are off, too.
    """
    _take_doubled(patch)

    pass_on = Following.pass_on

    def repeating(self: Following, session: Session, line: Line, shared: SharedBodies) -> bool:
        event = shared.event
        is_hidden = session.is_public and event.public_prev < 0
        if not is_hidden and event.seq == line.last_seq:
            _write(session, line, shared)
            return True
        return pass_on(self, session, line, shared)

    handler = client._HANDLERS[messages.Event]

    def showing(self: client.ClientSession, message: messages.Event) -> None:
        view = self._by_ref.get(message.ref)
        if view is not None and not view.healing and message.seq == view.last_seq:
            self._happenings.append(client.EventArrived(view.conversation, message))
        else:
            handler(self, message)

    patch.setattr(Following, "pass_on", repeating)
    patch.setitem(client._HANDLERS, messages.Event, showing)


# Audiences ------------------------------------------------------------------------------------


def shows_notes_to_visitors(patch: Patch) -> None:
    """A gateway writes an event to a visitor's socket also where he may not see it."""
    pass_on = Following.pass_on

    def careless(self: Following, session: Session, line: Line, shared: SharedBodies) -> bool:
        event = shared.event
        if session.is_public and event.public_prev < 0:
            _write(session, line, SharedBodies(event._replace(public_prev=line.last_seq)))
            return True
        return pass_on(self, session, line, shared)

    patch.setattr(Following, "pass_on", careless)


def delivers_to_every_visitor(patch: Patch) -> None:
    """A gateway finds the sessions of all visitors where it looks for those of one."""

    def everybody(self: Roster, person: bytes) -> Iterable[Session]:
        found = tuple(self._people.get(person, ()))
        if any(session.is_public for session in found):
            return tuple(session for session in self.all() if session.is_public)
        return found

    patch.setattr(Roster, "of_person", everybody)


def lets_anybody_open_anything(patch: Patch) -> None:
    """Whoever knows a conversation's id may read it."""

    def careless(identity: Identity, state: ConversationState) -> bool:
        return True

    patch.setattr(conv, "may_see", careless)


def forgets_aliases(patch: Patch) -> None:
    """Whose a conversation is, is asked of its visitor alone, whoever he turned out to be."""
    patch.setattr(VisitorConversations, "canonical_key", lambda self, state: b"")


# Order ----------------------------------------------------------------------------------------


def lets_an_old_connection_fence_the_new(patch: Patch) -> None:
    """Whoever says hello last wins, also where it is the late hello of an older attempt.

    No fence at all harms nobody: what both connections bring has the same operation ids in the
    same order, and the older one ends by its silence. So the fence falls on the wrong one.
    """
    attach = Presence.attach

    def forgetful(
        self: Presence, key: SessionKey, session: Attached, now_ms: int = 0
    ) -> SessionKey | None:
        for known, rival in self._sessions.items():
            self._sessions[known] = rival._replace(attempt=0)
        return attach(self, key, session._replace(attempt=1), now_ms)

    patch.setattr(Presence, "attach", forgetful)


def sends_the_outbox_backwards(patch: Patch) -> None:
    """The newest command of an outbox goes first."""
    patch.setattr(Outbox, "entries", property(lambda self: tuple(self._entries.values())[::-1]))


def drops_the_outbox_on_reload(patch: Patch) -> None:
    """A page begins with an empty outbox, whatever its device kept."""

    def empty(self: Outbox, entries: Iterable[messages.CommandMessage] = ()) -> None:
        self._entries = {}

    patch.setattr(Outbox, "__init__", empty)


class _Doubling(Conversations):
    def of_visitor(self, account_id: AccountId, visitor_key: bytes) -> ConversationState | None:
        return None


def starts_a_second_conversation(patch: Patch) -> None:
    """A visitor's open conversation is not looked for."""
    patch.setattr(home, "Conversations", _Doubling)


def lets_read_positions_go_back(patch: Patch) -> None:
    """The last receipt counts, not the highest.

    States never go back by themselves (`evolve_reads`), so the fault shows in the record.
    """

    def advance(
        self: Receipts, state: ConversationState, by_visitor: bool, delivered: int, read: int
    ) -> None:
        if read:
            side = (state.conversation_id, by_visitor)
            marks = self._to_store.setdefault(state.account_id, {})
            marks[side] = min(read, state.last_seq)

    patch.setattr(Receipts, "advance", advance)


# Assignment -----------------------------------------------------------------------------------


def routes_beyond_capacity(patch: Patch) -> None:
    """Load is no reason against an agent, neither for the desk nor for the decision."""

    def kind(agent: Any, team_id: Any, skills: Any, load: int) -> str | None:
        return known(agent, team_id, skills, 0)

    known = conv.ineligible_because
    patch.setattr(conv, "ineligible_because", kind)
    patch.setattr(_decide, "ineligible_because", kind)


def routes_to_agents_who_are_gone(patch: Patch) -> None:
    """Nobody looks whether an agent is online."""

    def kind(agent: Any, team_id: Any, skills: Any, load: int) -> str | None:
        reason = known(agent, team_id, skills, load)
        return None if reason == "not online" else reason

    known = conv.ineligible_because
    patch.setattr(conv, "ineligible_because", kind)
    patch.setattr(_decide, "ineligible_because", kind)


def leaves_people_beside_free_desks(patch: Patch) -> None:
    """An agent who becomes free is not looked at, and neither is he later by the reconciler.

    Without the second half the reconciler heals it at the next tick.
    """
    patch.setattr(Desk, "stir", lambda self: None)
    moved, facts_moved = Desk.moved, Desk.facts_moved

    def unstirred(self: Desk, before: ConversationState | None, after: ConversationState) -> None:
        stirred = dict(self._stirred)
        moved(self, before, after)
        if after.status != conv.Status.QUEUED:
            self._stirred = stirred

    def unstirred_facts(self: Desk, account: AccountState) -> None:
        stirred = dict(self._stirred)
        facts_moved(self, account)
        self._stirred = stirred

    patch.setattr(Desk, "moved", unstirred)
    patch.setattr(Desk, "facts_moved", unstirred_facts)


def serves_the_last_first(patch: Patch) -> None:
    """Of a line the one who came last is served."""
    first: Any = WaitingQueue.first

    def last(self: Any, line: Any) -> ConversationId:
        places: Sequence[Place] = self._lines[line]
        return places[-1].conversation_id if places else first(self, line)

    patch.setattr(WaitingQueue, "first", last)
