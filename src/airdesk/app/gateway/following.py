"""Who follows which conversation, and how events and rows get onto sockets.

A session writes an event only if it follows the one written before: where `prev` does not fit,
the gateway asks the home for a page from the last position and ignores what comes meanwhile.
So a lost link message, a new follower, a reconnect and a home that died are one case.
"""

from __future__ import annotations

from collections.abc import Iterable

from airdesk.app.gateway.rendering import SharedBodies, row_message
from airdesk.app.gateway.session import Line, Session
from airdesk.core.kernel import ConversationId
from airdesk.core.wire import messages
from airdesk.ports import link
from airdesk.ports.link import GatewayLink, RowFacts


class Following:
    """The lines of all sessions that events flow into.

    Args:
        home: the link to the home.
    """

    def __init__(self, home: GatewayLink) -> None:
        self._home = home
        self._followers: dict[ConversationId, dict[Session, Line]] = {}

    def followers(self, conversation_id: ConversationId) -> list[tuple[Session, Line]]:
        """Give the sessions that follow a conversation, as they are now."""
        return list(self._followers.get(conversation_id, {}).items())

    def has_followers(self, conversation_id: ConversationId) -> bool:
        """True if anybody here follows the conversation; if not, the home is told so."""
        if conversation_id in self._followers:
            return True
        self._home.send(link.Unwatch(conversation_id))
        return False

    def read(self, session: Session, line: Line, after_seq: int) -> None:
        """Ask the home for a page; the session follows from now on."""
        line.read_after = after_seq
        line.is_missing = False
        if not line.is_followed:
            line.is_followed = True
            self._followers.setdefault(line.conversation_id, {})[session] = line
        self._home.send(link.Read(session.session_id, line.conversation_id, after_seq))

    def begin(self, session: Session, line: Line, base: int) -> None:
        """Let events flow after `base`; the client is told if that is not where it stands."""
        is_told = line.is_asked or line.last_seq != base or base == 0
        line.is_followed = True
        line.is_asked = False
        line.last_seq = base
        self._followers.setdefault(line.conversation_id, {})[session] = line
        if is_told:
            session.send(messages.Opened(line.ref, base))

    def end(self, session: Session, line: Line) -> None:
        """Let no more events flow; the home is told if nobody here is left."""
        line.is_followed = False
        line.read_after = None
        followers = self._followers.get(line.conversation_id)
        if followers is None:
            return
        followers.pop(session, None)
        if not followers:
            del self._followers[line.conversation_id]
            self._home.send(link.Unwatch(line.conversation_id))

    def pass_on(self, session: Session, line: Line, shared: SharedBodies) -> bool:
        """Write an event if it is the next one; else read from the last position.

        Returns:
            False if what comes after it need not be tried.
        """
        event = shared.event
        public = session.is_public
        prev = event.public_prev if public else event.seq - 1
        if prev < 0 or event.seq <= line.last_seq:
            return True
        if line.read_after is not None or line.is_asked:
            line.is_missing = True
            return False
        if prev != line.last_seq:
            self.read(session, line, line.last_seq)
            return False
        is_sender = event.sender != b"" and session.is_of(event.sender)
        body = shared.body(session.encoding, line.opened_ms, public, is_sender)
        frame = session.encoding.event_frame(line.ref, body)
        line.last_seq = event.seq
        session.connection.send(frame, session.encoding.binary)
        return True

    # Rows ---------------------------------------------------------------------------------

    def send_row(self, session: Session, row: RowFacts) -> Line:
        """Show a row if it is not older than the one shown; gives its line."""
        line = session.ensure_line(row)
        if row.version >= line.version:
            line.version = row.version
            session.send(row_message(row, line.ref, session.is_public))
        return line

    def send_lists(
        self, session: Session, rows: Iterable[RowFacts], lists: link.Connected | link.Lists
    ) -> None:
        """Show rows, say what the lists are if they changed, and end what left them and nobody has
        open."""
        for row in rows:
            self.send_row(session, row)
        shown = (lists.mine, lists.queue, lists.waiting, lists.availability)
        if shown == session.shown_lists:
            return
        mine = [line.ref for one in lists.mine if (line := session.line(one)) is not None]
        queue = [line.ref for one in lists.queue if (line := session.line(one)) is not None]
        session.send(
            messages.Listing(
                tuple(mine), tuple(queue), lists.waiting, lists.cursor, lists.availability
            )
        )
        listed = {*lists.mine, *lists.queue}
        is_whole = len(mine) == len(lists.mine) and len(queue) == len(lists.queue)
        for line in list((session.lines or {}).values()):
            if line.conversation_id not in listed and not line.is_wanted and not session.is_public:
                self.close(session, line)
        session.shown_lists = shown if is_whole else None

    def close(self, session: Session, line: Line) -> None:
        """A conversation left the lists and nobody has it open: its ref ends."""
        self.end(session, line)
        session.send(messages.Closed(line.ref))
        session.drop_line(line)
