"""Deliberate faults: one promise of the product broken each, for the checker to find.

Each is put into the running program, never into its source. Where the product heals itself, the
fault takes the healing away too, or is seen in what the healing costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any

import pytest

from airdesk.adapters.memory.event_log import MemoryEventLog
from airdesk.adapters.unix import numbering
from airdesk.app.gateway import following, rendering
from airdesk.app.gateway.following import Following
from airdesk.app.home.home import Home
from airdesk.core import conversation as conv
from airdesk.core.routing import WaitingQueue
from airdesk.core.wire import Outbox
from airdesk.core.wire import client as c
from airdesk.core.wire import messages as m
from airdesk.ports.event_log import StoredState
from airdesk.services import history, receipts
from airdesk.services.conversations import Conversations
from airdesk.services.presence import Presence
from tests.simulation.kit import links, pages

Break = Callable[[pytest.MonkeyPatch], None]
"""Puts a fault into the program."""


def acknowledged_before_fsync(patch: pytest.MonkeyPatch) -> None:
    """The sender hears of his record as soon as the log has taken it."""
    append = Conversations._append

    def hasty(self: Any, about: Any, state: Any, events: Any, bodies: Any, origin: Any) -> None:
        append(self, about, state, events, bodies, origin)
        last = self._pending[-1]
        if last.asked is not None:
            self._listener.answered(last.asked, last.outcome)

    patch.setattr(Conversations, "_append", hasty)


def operations_forgotten_after_a_restart(patch: pytest.MonkeyPatch) -> None:
    """An operation id that is not in memory is taken for a new one."""
    patch.setattr(MemoryEventLog, "find_operation", lambda *_: None)


def prev_without_class(patch: pytest.MonkeyPatch) -> None:
    """A visitor's events follow the one before, whether he may see that or not."""
    page_event = rendering.page_event

    def classless(event: conv.FeedEvent, opened_ms: int, public: bool) -> m.PageEvent:
        return page_event(event, opened_ms, False)

    patch.setattr(rendering, "page_event", classless)


def holes_passed_over(patch: pytest.MonkeyPatch) -> None:
    """Gateway and page move on to whatever event comes, wherever it belongs."""

    def pass_on(
        self: Any, session: Any, line: Any, event: Any, bodies: Any, is_sender: bool
    ) -> bool:
        if (event.public_prev if session.is_public else 0) < 0 or event.seq <= line.last_seq:
            return True
        line.last_seq = event.seq
        body = bodies.body(session.encoding, line.opened_ms, session.is_public, is_sender)
        frame = session.encoding.event_frame(line.ref, body)
        session.connection.send(frame, session.encoding.binary)
        return True

    def event(self: Any, message: m.Event) -> None:
        view = self._by_ref.get(message.ref)
        if view is not None and message.seq > view.last_seq and not view.healing:
            view.last_seq = message.seq
            self._happenings.append(c.EventArrived(view.conversation, message))

    patch.setattr(following.Following, "pass_on", pass_on)
    patch.setitem(c._HANDLERS, m.Event, event)


def notes_for_visitors(patch: pytest.MonkeyPatch) -> None:
    """What only the staff may see has the visitor among its audience."""
    number_events = conv.number_events

    def wide(*arguments: Any) -> list[conv.FeedEvent]:
        return [
            event._replace(public_prev=event.seq - 1) if event.public_prev < 0 else event
            for event in number_events(*arguments)
        ]

    patch.setattr(conv, "number_events", wide)


def everybody_may_see_everything(patch: pytest.MonkeyPatch) -> None:
    """Who asks for another's conversation gets it."""
    patch.setattr(conv, "may_see", lambda identity, state: True)


def attempts_ignored(patch: pytest.MonkeyPatch) -> None:
    """The connection that arrives last wins, also where its page has long opened a newer one."""
    attach = Presence.attach

    def careless(self: Any, key: Any, session: Any) -> Any:
        return attach(self, key, session._replace(attempt=0))

    patch.setattr(Presence, "attach", careless)


def outbox_dropped_on_reload(patch: pytest.MonkeyPatch) -> None:
    """A page begins with an empty outbox."""
    patch.setattr(pages.Tab, "_stored_outbox", lambda self: Outbox())


def record_half_applied(patch: pytest.MonkeyPatch) -> None:
    """Only a record's first event moves the state."""
    evolve = conv.evolve

    def half(state: Any, events: Sequence[Any], first_seq: int, moment: Any) -> Any:
        return evolve(state, events[:1] if state is not None else events, first_seq, moment)

    patch.setattr(conv, "evolve", half)


def link_renumbered_after_a_restart(patch: pytest.MonkeyPatch) -> None:
    """A new link goes by the old one's name."""
    patch.setattr(links, "Numberer", lambda link_id: numbering.Numberer(1))


def holes_of_the_link_not_told(patch: pytest.MonkeyPatch) -> None:
    """A gateway serves on where messages of the home are missing, and nobody audits it."""
    accept = numbering.Sequence.accept

    def trusting(self: Any, link_id: int, number: int) -> numbering.Verdict:
        verdict = accept(self, link_id, number)
        hole = verdict is numbering.Verdict.HOLE
        return numbering.Verdict.DELIVER if hole else verdict

    patch.setattr(numbering.Sequence, "accept", trusting)
    patch.setattr(numbering.Sequence, "is_behind", lambda self, link_id, number: False)
    patch.setattr(Home, "_tell_heads", lambda self: None)


def late_link_frames_applied(patch: pytest.MonkeyPatch) -> None:
    """A link message that comes late or again is taken once more."""
    accept = numbering.Sequence.accept

    def greedy(self: Any, link_id: int, number: int) -> numbering.Verdict:
        verdict = accept(self, link_id, number)
        duplicate = verdict is numbering.Verdict.DUPLICATE
        return numbering.Verdict.DELIVER if duplicate else verdict

    patch.setattr(numbering.Sequence, "accept", greedy)


def resume_skips_an_event(patch: pytest.MonkeyPatch) -> None:
    """The first missed event is left out when a page is read again."""
    following_events = history.Histories._next

    def skipping(self: Any, state: Any, after_seq: int, public: bool) -> Any:
        events = following_events(self, state, after_seq, public)
        return events[1:] or events

    patch.setattr(history.Histories, "_next", skipping)


def eligibility_not_asked(patch: pytest.MonkeyPatch) -> None:
    """The router gives visitors to whoever is free, of any team, with any skill."""
    patch.setattr(conv, "ineligible_because", lambda *_: None)
    # The package lists a function of the module's name, so the module is asked for by text.
    decide = import_module("airdesk.core.conversation.decide")
    patch.setattr(decide, "ineligible_because", lambda *_: None)


def read_positions_go_back(patch: pytest.MonkeyPatch) -> None:
    """A receipt counts whatever was known before."""

    def advance(self: Any, state: Any, by_visitor: bool, delivered: int, read: int) -> None:
        side = (state.conversation_id, by_visitor)
        self._to_store.setdefault(state.account_id, {})[side] = min(read, state.last_seq)

    patch.setattr(receipts.Receipts, "advance", advance)


def checkpoint_not_loaded(patch: pytest.MonkeyPatch) -> None:
    """A home begins with the records after the checkpoint and without what came before."""
    open_states = MemoryEventLog.open_states

    def accounts_only(self: MemoryEventLog) -> Iterable[StoredState]:
        return [one for one in open_states(self) if one.key == one.account_id]

    patch.setattr(MemoryEventLog, "open_states", accounts_only)


def lists_not_told(patch: pytest.MonkeyPatch) -> None:
    """Agents get their lists when they connect and never again."""
    patch.setattr(Home, "_tell_lists", lambda self: None)


def router_asleep(patch: pytest.MonkeyPatch) -> None:
    """Nobody looks for a free desk."""
    patch.setattr(Home, "_route", lambda self: None)


def last_come_first_served(patch: pytest.MonkeyPatch) -> None:
    """The queue is a stack."""

    def last(self: Any, line: Any) -> Any:
        return self._lines[line][-1].conversation_id

    patch.setattr(WaitingQueue, "first", last)


def repeat_gets_another_answer(patch: pytest.MonkeyPatch) -> None:
    """A repeat is answered with where the conversation stands now."""
    repeated = Conversations._repeated

    def fresh(self: Any, key: Any, digest: bytes) -> Any:
        outcome = repeated(self, key, digest)
        if outcome is None or outcome.number:
            return outcome
        state = self.find(outcome.answer.conversation_id)
        if state is None:
            return outcome
        answer = conv.FirstAnswer(state.conversation_id, state.last_seq, outcome.answer.ts_ms)
        return outcome._replace(answer=answer)

    patch.setattr(Conversations, "_repeated", fresh)


def a_second_open_conversation(patch: pytest.MonkeyPatch) -> None:
    """A visitor's message always begins a new conversation."""
    patch.setattr(conv, "continues", lambda *_: False)


def told_before_it_is_stored(patch: pytest.MonkeyPatch) -> None:
    """Rows and pages show what is in memory, whether the disk has it or not."""

    def at_once(self: Any, gateway: Any, message: Any) -> None:
        self._links.send(gateway, message)

    patch.setattr(Home, "_send_when_durable", at_once)


def followers_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A page that somebody asked for is sent, and its next events are not."""

    def begin(self: Following, session: Any, line: Any, base: int) -> None:
        line.is_followed = line.is_asked = False
        line.last_seq = base
        session.send(m.Opened(line.ref, base))

    patch.setattr(Following, "begin", begin)
    patch.setattr(Home, "_tell_heads", lambda self: None)


FAULTS: dict[str, tuple[Break, str]] = {
    "acknowledged before fsync": (acknowledged_before_fsync, "which is not stored"),
    "operations forgotten after a restart": (
        operations_forgotten_after_a_restart,
        "operation id was appended twice|took effect twice",
    ),
    "prev without class": (prev_without_class, "the log has Fact|a hole"),
    "holes passed over": (holes_passed_over, "a hole"),
    "notes for visitors": (notes_for_visitors, "not for his eyes"),
    "everybody may see everything": (everybody_may_see_everything, "somebody else's|his eyes"),
    "attempts ignored": (attempts_ignored, "was sent away: 4010"),
    "outbox dropped on reload": (outbox_dropped_on_reload, "never answered"),
    "record half applied": (record_half_applied, "not what its records say|numbered|Error"),
    "link renumbered after a restart": (
        link_renumbered_after_a_restart,
        "not connected|shows|still waits|opened a conversation|his",
    ),
    "holes of the link not told": (
        holes_of_the_link_not_told,
        "shows|is told|counts|still waits|not connected|never",
    ),
    "late link frames applied": (late_link_frames_applied, "an older list"),
    "resume skips an event": (resume_skips_an_event, "though it could go on|shows|a hole"),
    "eligibility not asked": (eligibility_not_asked, "routed to an agent who is"),
    "read positions go back": (read_positions_go_back, "a read position goes back"),
    "checkpoint not loaded": (checkpoint_not_loaded, "not in memory|Error|two open|numbered"),
    "lists not told": (lists_not_told, "is told|counts|another queue|shows the row|availability"),
    "router asleep": (router_asleep, "waits beside a free desk"),
    "last come, first served": (last_come_first_served, "overtakes"),
    "a repeat gets another answer": (repeat_gets_another_answer, "the first answer was"),
    "a second open conversation": (a_second_open_conversation, "two open conversations"),
    "told before it is stored": (told_before_it_is_stored, "not yet stored|not in the log"),
    "followers forgotten": (followers_forgotten, "shows"),
}
"""Name, fault, and what the checker has to say of it."""
