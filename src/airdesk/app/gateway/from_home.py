"""What the home says, carried to the sockets it concerns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airdesk.app.gateway.following import Following
from airdesk.app.gateway.home_requests import HomeAnswer, HomeRequests
from airdesk.app.gateway.rendering import SharedBodies, page_event
from airdesk.app.gateway.roster import Roster
from airdesk.app.gateway.session import Session, Stage
from airdesk.app.gateway.tallies import Tallies
from airdesk.core.kernel import (
    NO_ID,
    AccessRevoked,
    AirDeskError,
    ConversationId,
    Fenced,
    HomeUnavailable,
    error_told,
    is_final_for_command,
    limits,
)
from airdesk.core.wire import messages
from airdesk.ports import link
from airdesk.ports.clock import Clock
from airdesk.ports.link import GatewayLink, HeldView, RowFacts


class HomeMessages:
    """Takes each message of the home.

    Args:
        home: the link back to it.
        roster: who is connected.
        following: who follows what.
        requests: who waits for the home without a session.
        clock: the wall clock.
        fail: ends a session's connection with an error.
        tallies: count what is refused.
    """

    def __init__(
        self,
        home: GatewayLink,
        roster: Roster,
        following: Following,
        requests: HomeRequests,
        clock: Clock,
        fail: Callable[[Session, AirDeskError], None],
        tallies: Tallies,
    ) -> None:
        self._home = home
        self._roster = roster
        self._following = following
        self._requests = requests
        self._clock = clock
        self._fail = fail
        self._tallies = tallies
        self.round = 0
        """Counts how often all sessions had to be introduced to a home."""
        self.epoch = ""
        """Of the log, as the home last said."""

    def take(self, message: link.ToGateway) -> None:
        """Do what a message asks."""
        _HANDLERS[type(message)](self, message)

    def _connected(self, message: link.Connected) -> None:
        session = self._roster.session(message.session)
        if session is None or session.identity is None:
            return
        self.epoch = message.cursor.partition(".")[0]
        if session.stage == Stage.OPENING:
            session.stage = Stage.LIVE
            session.cursor = ""
            session.send(
                messages.Welcome(
                    session.identity.person_id,
                    int(session.identity.role),
                    self._clock.now_ms(),
                    limits.BEAT_MS,
                    message.cursor,
                    message.reset,
                )
            )
        elif message.reset:
            self._fail(session, HomeUnavailable())
            return
        session.is_attached = True
        held = {} if message.reset else {one.conversation_id: one for one in session.held}
        shown = dict.fromkeys(row.conversation_id for row in message.rows)
        session.held = tuple(
            one for one in session.held if not message.reset and one.conversation_id not in shown
        )
        for row in message.rows:
            line = self._following.send_row(session, row)
            view = held.get(row.conversation_id)
            if view is not None and (view.wanted or row.conversation_id not in message.mine):
                line.is_wanted = True
        session.shown_lists = None
        self._following.send_lists(session, (), message)
        self._follow_rows(session, message, held)
        for view in session.held:
            # Asked for while the home was answering, or not to be seen: it has to say which.
            self._home.send(link.Read(session.session_id, view.conversation_id, view.seq))
        if session.viewed != NO_ID:
            self._home.send(link.ViewingSignal(session.session_id, session.viewed))
        self._send_again(session)

    def _send_again(self, session: Session) -> None:
        """Repeat what is unanswered, once however many introductions were under way.

        A second repeat could be accepted after the first one's refusal was told.
        """
        is_first = session.repeated_round != self.round
        session.repeated_round = self.round
        unsent, session.unsent = session.unsent, ()
        for submit in (session.pending or {}).values():
            if is_first or submit.operation_id in unsent:
                self._home.send(submit)

    def _follow_rows(
        self, session: Session, message: link.Connected, held: dict[ConversationId, HeldView]
    ) -> None:
        """Read what the session follows or has to follow from where it stands."""
        shown = dict.fromkeys(row.conversation_id for row in message.rows)
        for conversation_id in shown:
            line = session.line(conversation_id)
            if line is not None and (conversation_id in held or conversation_id in message.mine):
                view = held.get(conversation_id)
                if view is not None and line.last_seq == 0:
                    # Nothing was written to this socket yet: it goes on where the client stands.
                    line.last_seq = view.seq
                    line.is_asked = True
                self._following.read(session, line, line.last_seq)
        for line in list((session.lines or {}).values()):
            if line.conversation_id in shown:
                continue
            if line.is_followed and (line.is_wanted or session.is_public):
                # No list has it, but it is on the screen: the home says whether it still may be.
                self._following.read(session, line, line.last_seq)
            else:
                self._following.close(session, line)

    def _fence(self, message: link.Fence) -> None:
        session = self._roster.session(message.session)
        if session is not None:
            is_revoked = message.number == AccessRevoked.number
            self._fail(session, AccessRevoked() if is_revoked else Fenced())

    def _answer(self, message: link.Answer) -> None:
        session = self._roster.session(message.session)
        if session is None:
            return
        session.settle(message.operation_id)
        if message.number == 0:
            line = session.line(message.conversation_id)
            ref, dt_ms = (0, 0) if line is None else (line.ref, message.ts_ms - line.opened_ms)
            session.send(messages.Accepted(message.operation_id, ref, message.seq, max(0, dt_ms)))
        elif is_final_for_command(message.number):
            self._tallies.error(message.number)
            session.send(messages.Rejected(message.operation_id, message.number, message.text))
        else:
            self._fail(session, error_told(message.number, message.text))

    def _delivery(self, message: link.Delivery) -> None:
        if message.row is not None:
            self._welcome_audience(message, message.row)
        if not self._following.has_followers(message.conversation_id):
            return
        shared = [SharedBodies(event) for event in message.events]
        for session, line in self._following.followers(message.conversation_id):
            for bodies in shared:
                if not self._following.pass_on(session, line, bodies):
                    break
        if message.row is not None:
            self._let_go(message, message.row)

    def _welcome_audience(self, message: link.Delivery, row: RowFacts) -> None:
        """Show the new row to everybody whom the change concerns, and let them follow."""
        following = self._following.followers(message.conversation_id)
        sessions = dict.fromkeys(session for session, _ in following)
        sessions.update(dict.fromkeys(self._roster.of_person(row.visitor_key)))
        if row.canonical_key:
            sessions.update(dict.fromkeys(self._roster.of_person(row.canonical_key)))
        for agent_id in message.agent_ids:
            person = row.account_id + agent_id
            sessions.update(dict.fromkeys(self._roster.of_person(person)))
        for session in sessions:
            if session.stage != Stage.LIVE or not session.is_attached:
                continue
            line = self._following.send_row(session, row)
            if line.is_followed:
                continue
            if message.events[0].seq == 1:
                self._following.begin(session, line, 0)
            else:
                self._following.read(session, line, line.last_seq)

    def _let_go(self, message: link.Delivery, row: RowFacts) -> None:
        """End the feed of an agent who holds the conversation no longer."""
        for agent_id in message.agent_ids:
            if agent_id == row.assignee_id:
                continue
            for session in self._roster.of_person(row.account_id + agent_id):
                line = session.line(row.conversation_id)
                if line is not None and line.is_followed and not line.is_wanted:
                    self._following.end(session, line)

    def _feed(self, message: link.Feed) -> None:
        session = self._roster.session(message.session)
        if session is None or session.stage != Stage.LIVE:
            return
        row = message.row
        line = session.line(row.conversation_id)
        is_asked = line is None or (not line.is_wanted and session.wants(row.conversation_id))
        if line is None:
            line = self._following.send_row(session, row)
        if is_asked:
            session.let_go(row.conversation_id)
            line.is_wanted = line.is_asked = True
        if line.read_after is None and is_asked:
            line.last_seq = message.after_seq
        elif line.read_after != message.after_seq:
            return  # An answer to an older question; the newer one's is on its way.
        line.read_after = None
        self._following.begin(session, line, message.base)
        for event in message.events:
            if not self._following.pass_on(session, line, SharedBodies(event)):
                return
        if message.more or line.is_missing:
            self._following.read(session, line, line.last_seq)

    def _feed_refused(self, message: link.FeedRefused) -> None:
        session = self._roster.session(message.session)
        if session is None:
            return
        is_asked = session.holds(message.conversation_id)
        session.let_go(message.conversation_id)
        line = session.line(message.conversation_id)
        if line is None and is_asked:
            session.send(messages.Closed(0, message.conversation_id))
        if line is not None:
            self._following.end(session, line)
            session.send(messages.Closed(line.ref))
            session.drop_line(line)

    def _feed_back(self, message: link.FeedBack) -> None:
        session = self._roster.session(message.session)
        line = None if session is None else session.line(message.conversation_id)
        if session is None or line is None:
            return
        public = session.is_public
        events = tuple(page_event(event, line.opened_ms, public) for event in message.events)
        session.send(messages.Page(line.ref, message.before_seq, events, message.at_start))

    def _lists(self, message: link.Lists) -> None:
        for session in self._roster.of_person(message.account_id + message.agent_id):
            if session.stage == Stage.LIVE and session.is_attached:
                self._following.send_lists(session, message.rows, message)

    def _row_notice(self, message: link.RowNotice) -> None:
        for session, _ in self._following.followers(message.row.conversation_id):
            self._following.send_row(session, message.row)

    def _receipt_notice(self, message: link.ReceiptNotice) -> None:
        for session, line in self._following.followers(message.conversation_id):
            if session.is_public != message.by_visitor:
                mark = messages.Mark(line.ref, message.delivered, message.read)
                session.send(messages.Receipts((mark,)))

    def _typing_notice(self, message: link.TypingNotice) -> None:
        for session, line in self._following.followers(message.conversation_id):
            if not session.is_of(message.actor):
                text = "" if session.is_public else message.text
                session.send(messages.SomebodyTyping(line.ref, message.author, message.on, text))

    def _viewing_notice(self, message: link.ViewingNotice) -> None:
        for session, line in self._following.followers(message.conversation_id):
            if session.is_public or not session.tells_viewing or session.identity is None:
                continue
            own = session.identity.person_id
            others = tuple(one for one in message.agent_ids if one != own)
            if others != line.viewers:
                line.viewers = others
                session.send(messages.SomebodyViewing(line.ref, others))

    def _mention_notice(self, message: link.MentionNotice) -> None:
        mentioned = messages.Mentioned(message.conversation_id, message.seq, message.by)
        for agent_id in message.agent_ids:
            for session in self._roster.of_person(message.account_id + agent_id):
                if session.stage == Stage.LIVE and session.tells_viewing:
                    session.send(mentioned)

    def _answered_request(self, message: HomeAnswer) -> None:
        self._requests.answered(message)

    def _heads(self, message: link.Heads) -> None:
        for conversation_id, public_seq, last_seq in message.heads:
            if not self._following.has_followers(conversation_id):
                continue
            for session, line in self._following.followers(conversation_id):
                head = public_seq if session.is_public else last_seq
                if line.last_seq < head and line.read_after is None:
                    self._following.read(session, line, line.last_seq)


_HANDLERS: dict[type, Callable[[HomeMessages, Any], None]] = {
    link.Connected: HomeMessages._connected,
    link.Fence: HomeMessages._fence,
    link.Answer: HomeMessages._answer,
    link.Delivery: HomeMessages._delivery,
    link.Feed: HomeMessages._feed,
    link.FeedRefused: HomeMessages._feed_refused,
    link.FeedBack: HomeMessages._feed_back,
    link.Lists: HomeMessages._lists,
    link.RowNotice: HomeMessages._row_notice,
    link.ReceiptNotice: HomeMessages._receipt_notice,
    link.TypingNotice: HomeMessages._typing_notice,
    link.Heads: HomeMessages._heads,
    link.Executed: HomeMessages._answered_request,
    link.Board: HomeMessages._answered_request,
    link.VisitorsOnline: HomeMessages._answered_request,
    link.ViewingNotice: HomeMessages._viewing_notice,
    link.MentionNotice: HomeMessages._mention_notice,
    link.InboxPresence: HomeMessages._answered_request,
}
