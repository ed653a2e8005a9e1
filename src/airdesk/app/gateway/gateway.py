"""The gateway: sockets on one side, the home on the other, sessions between.

Like the home it has no socket, clock or loop of its own, so the simulator drives the same
object: connections come by `open`, the home's messages by `link_message`, time by `tick`.

A session writes an event only if it follows the one written before: where `prev` does not fit,
the gateway asks the home for a page from the last position and ignores what comes meanwhile.
So a lost link message, a new follower, a reconnect and a home that died are one case.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from airdesk.app.gateway.rendering import SharedBodies, page_event, row_message
from airdesk.app.gateway.requests import to_command
from airdesk.app.gateway.session import Line, Session, Stage
from airdesk.core.conversation import FeedEvent
from airdesk.core.kernel import (
    NO_ID,
    AirDeskError,
    BadToken,
    CapacityError,
    CommandRejected,
    ConversationId,
    Fenced,
    HelloTimeout,
    HomeUnavailable,
    Identity,
    InstanceId,
    OperationId,
    RateExceeded,
    TooMany,
    TooManyPending,
    UnexpectedMessage,
    UnknownConversation,
    is_final_for_command,
    limits,
)
from airdesk.core.wire import ENCODINGS, message_name, messages
from airdesk.ports import link
from airdesk.ports.clock import Clock
from airdesk.ports.link import GatewayLink, HeldView, RowFacts, SessionId
from airdesk.ports.sockets import SocketConnection

ROUNDS = limits.BEAT_MS // limits.SWEEP_MS
"""A session is looked at once in SWEEP_MS and gets its beat in every so manieth look."""

SILENT_ROUNDS_MAX = limits.SILENCE_MS_MAX // limits.SWEEP_MS
"""Looks in a row at which nothing was heard: the peer is dead."""

RETRY_MS = 1_000
"""When to come again after a limit was reached."""


class Receiver:
    """A connection's end of the gateway."""

    __slots__ = ("_gateway", "_session")

    def __init__(self, gateway: Gateway, session: Session) -> None:
        self._gateway = gateway
        self._session = session

    def socket_message(self, payload: bytes, binary: bool) -> None:
        """See SocketReceiver."""
        self._gateway.received(self._session, payload)

    def socket_closed(self, code: int) -> None:
        """See SocketReceiver."""
        self._gateway.closed(self._session)


class Gateway:
    """All sessions of one gateway process.

    Args:
        home: the link to the home; it may be down at first.
        clock: the wall clock.
        authenticate: gives a token's identity or raises AccessError; reads no database.
    """

    def __init__(
        self, home: GatewayLink, clock: Clock, authenticate: Callable[[str], Identity]
    ) -> None:
        self._home = home
        self._clock = clock
        self._authenticate = authenticate
        self._sessions: dict[SessionId, Session] = {}
        self._next_id = 1
        self._followers: dict[ConversationId, dict[Session, Line]] = {}
        self._people: dict[bytes, set[Session]] = {}
        self._greeting: deque[tuple[int, Session]] = deque()
        self._sweeps: list[set[Session]] = [set() for _ in range(limits.SWEEP_MS // 1000)]
        self._sweep = 0
        self._next_sweep_ms = 0
        self._epoch = ""
        self._is_up = False

    @property
    def connections(self) -> int:
        """Open sockets."""
        return len(self._sessions)

    @property
    def is_linked(self) -> bool:
        """True while the link to the home stands."""
        return self._is_up

    # Sockets ------------------------------------------------------------------------------

    def open(self, connection: SocketConnection) -> Receiver:
        """Take a connection whose handshake is done. See SocketFactory."""
        encoding = ENCODINGS[connection.subprotocol]
        session = Session(SessionId(self._next_id), connection, encoding)
        self._next_id += 1
        self._sessions[session.session_id] = session
        self._greeting.append((self._clock.now_ms() + limits.HELLO_MS_MAX, session))
        self._sweeps[session.session_id % len(self._sweeps)].add(session)
        return Receiver(self, session)

    def received(self, session: Session, payload: bytes) -> None:
        """Take one message from a client."""
        if session.stage == Stage.CLOSED:
            return
        try:
            self._check_rate(session)
            message = session.encoding.decode_client(payload)
            if (session.stage == Stage.LIVE) == isinstance(message, messages.Hello):
                raise UnexpectedMessage(name=message_name(message))
            if session.stage == Stage.OPENING:
                raise UnexpectedMessage(name=message_name(message))
            handler = _CLIENT.get(type(message), Gateway._command)
            handler(self, session, message)
        except AirDeskError as error:
            self.fail(session, error)

    def closed(self, session: Session) -> None:
        """A connection is gone."""
        if self._sessions.pop(session.session_id, None) is None:
            return
        session.stage = Stage.CLOSED
        self._sweeps[session.session_id % len(self._sweeps)].discard(session)
        for line in session.followed():
            self._unfollow_line(session, line)
        if session.identity is not None:
            person = _person(session.identity)
            others = self._people.get(person, set())
            others.discard(session)
            if not others:
                self._people.pop(person, None)
            self._home.send(link.Disconnect(session.session_id))
        session.lines = session.refs = session.pending = None

    def fail(self, session: Session, error: AirDeskError) -> None:
        """Tell a client why, then close its connection."""
        if session.stage == Stage.CLOSED:
            return
        retry_ms = RETRY_MS if error.number >= CapacityError.number else 0
        session.send(messages.Failure(error.number, str(error), retry_ms))
        session.connection.close(error.number, str(error))
        self.closed(session)

    def close_all(self, error: AirDeskError) -> None:
        """End every session, as before a planned stop."""
        for session in list(self._sessions.values()):
            self.fail(session, error)

    def _check_rate(self, session: Session) -> None:
        session.window_count += 1
        if session.window_count <= limits.MESSAGES_PER_WINDOW_MAX:
            return
        now_ms = self._clock.now_ms()
        if now_ms - session.window_start_ms < limits.RATE_WINDOW_MS:
            raise RateExceeded(
                limit=limits.MESSAGES_PER_WINDOW_MAX, window_ms=limits.RATE_WINDOW_MS
            )
        session.window_start_ms = now_ms
        session.window_count = 1

    # Clients speak ------------------------------------------------------------------------

    def _hello(self, session: Session, message: messages.Hello) -> None:
        if len(message.token) > limits.TOKEN_BYTES_MAX:
            raise BadToken()
        if len(message.held) > limits.HELD_CONVERSATIONS_MAX:
            raise TooMany(name="held conversations", limit=limits.HELD_CONVERSATIONS_MAX)
        identity = self._authenticate(message.token)
        session.identity = identity
        session.instance_id = InstanceId(message.instance)
        session.attempt = message.attempt
        session.held = tuple(
            HeldView(ConversationId(one.conversation), one.seq) for one in message.held
        )
        session.stage = Stage.OPENING
        self._people.setdefault(_person(identity), set()).add(session)
        self._attach(session, message.cursor)

    def _attach(self, session: Session, cursor: str) -> None:
        """Make the session known to the home."""
        if session.identity is None or session.instance_id is None:
            return
        session.is_attached = False
        self._home.send(
            link.Connect(
                session.session_id,
                session.identity,
                session.instance_id,
                session.attempt,
                cursor,
                session.held,
            )
        )

    def _command(self, session: Session, message: Any) -> None:
        identity = session.identity
        if identity is None:
            return
        operation_id = OperationId(message.op)
        try:
            conversation_id = self._where(session, getattr(message, "where", 0))
            command = to_command(message, identity)
        except CommandRejected as error:
            session.send(messages.Rejected(operation_id, error.number, str(error)))
            return
        if session.pending is not None and len(session.pending) >= limits.COMMANDS_PENDING_MAX:
            raise TooManyPending(limit=limits.COMMANDS_PENDING_MAX)
        submit = link.Submit(session.session_id, operation_id, conversation_id, command)
        session.keep_pending(submit)
        if session.is_attached:
            self._home.send(submit)

    def _where(self, session: Session, where: int | bytes) -> ConversationId:
        if isinstance(where, bytes):
            return ConversationId(where)
        if where == 0:
            return ConversationId(NO_ID)
        line = session.line_by_ref(where)
        if line is None:
            raise UnknownConversation()
        return line.conversation_id

    def _follow(self, session: Session, message: messages.Follow) -> None:
        conversation_id = ConversationId(message.conversation)
        line = session.line(conversation_id)
        if line is not None:
            line.is_asked = True
            line.is_wanted = line.is_wanted or not line.is_followed
            self._read(session, line, message.after)
            return
        if len(session.lines or ()) + len(session.held) >= limits.HELD_CONVERSATIONS_MAX:
            raise TooMany(name="followed conversations", limit=limits.HELD_CONVERSATIONS_MAX)
        if session.is_attached:
            self._home.send(link.Read(session.session_id, conversation_id, message.after))
        else:
            session.held = (*session.held, HeldView(conversation_id, message.after))

    def _unfollow(self, session: Session, message: messages.Unfollow) -> None:
        line = session.line_by_ref(message.ref)
        if line is not None:
            line.is_wanted = False

    def _receipt(self, session: Session, message: messages.Receipt) -> None:
        if len(message.marks) > limits.MARKS_MAX:
            raise TooMany(name="marks", limit=limits.MARKS_MAX)
        marks = []
        for mark in message.marks:
            line = session.line_by_ref(mark.ref)
            if line is not None:
                marks.append(link.PositionMark(line.conversation_id, mark.delivered, mark.read))
        if marks:
            self._home.send(link.Marks(session.session_id, tuple(marks)))

    def _typing(self, session: Session, message: messages.Typing) -> None:
        line = session.line_by_ref(message.ref)
        if line is not None:
            self._home.send(link.TypingSignal(session.session_id, line.conversation_id, message.on))

    def _refresh(self, session: Session, message: messages.Refresh) -> None:
        self._home.send(link.RefreshLists(session.session_id))

    def _history(self, session: Session, message: messages.History) -> None:
        line = session.line_by_ref(message.ref)
        if line is not None:
            self._home.send(link.ReadBack(session.session_id, line.conversation_id, message.before))

    def _alive(self, session: Session, message: messages.Alive) -> None:
        """Any byte counts as life; nothing else follows from it."""

    # The link -----------------------------------------------------------------------------

    def link_up(self) -> None:
        """See GatewaySide: introduce every session to a home that knows none."""
        self._is_up = True
        self._attach_all()

    def link_hole(self) -> None:
        """See GatewaySide: whatever was missed is read again."""
        self._attach_all()

    def link_down(self) -> None:
        """See GatewaySide: sockets stay, commands wait."""
        self._is_up = False
        for session in self._sessions.values():
            session.is_attached = False

    def _attach_all(self) -> None:
        cursor = f"{self._epoch}.0" if self._epoch else ""
        for session in list(self._sessions.values()):
            known = {one.conversation_id: one for one in session.held}
            for line in session.followed():
                line.reads = 0
                known[line.conversation_id] = HeldView(line.conversation_id, line.last_seq)
            session.held = tuple(known.values())
            self._attach(session, cursor)

    def link_message(self, message: link.ToGateway) -> None:
        """See GatewaySide."""
        _HOME[type(message)](self, message)

    # The home speaks ----------------------------------------------------------------------

    def _connected(self, message: link.Connected) -> None:
        session = self._sessions.get(message.session)
        if session is None or session.identity is None:
            return
        self._epoch = message.cursor.partition(".")[0]
        if session.stage == Stage.OPENING:
            session.stage = Stage.LIVE
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
            self.fail(session, HomeUnavailable())
            return
        session.is_attached = True
        held = {} if message.reset else {one.conversation_id: one.seq for one in session.held}
        session.held = ()
        for row in message.rows:
            line = self._send_row(session, row)
            if row.conversation_id in held and row.conversation_id not in message.mine:
                line.is_wanted = True
        self._send_lists(session, (), message)
        self._follow_rows(session, message, held)
        for submit in (session.pending or {}).values():
            self._home.send(submit)

    def _follow_rows(
        self, session: Session, message: link.Connected, held: dict[ConversationId, int]
    ) -> None:
        """Read what the session follows or has to follow from where it stands."""
        shown = {row.conversation_id for row in message.rows}
        for conversation_id in shown:
            line = session.line(conversation_id)
            if line is not None and (conversation_id in held or conversation_id in message.mine):
                self._read(session, line, held.get(conversation_id, 0))
        for line in session.followed():
            if line.conversation_id not in shown:
                self._close_line(session, line)

    def _fence(self, message: link.Fence) -> None:
        session = self._sessions.get(message.session)
        if session is not None:
            self.fail(session, Fenced())

    def _answer(self, message: link.Answer) -> None:
        session = self._sessions.get(message.session)
        if session is None:
            return
        session.settle(message.operation_id)
        if message.number == 0:
            line = session.line(message.conversation_id)
            ref, dt_ms = (0, 0) if line is None else (line.ref, message.ts_ms - line.opened_ms)
            session.send(messages.Accepted(message.operation_id, ref, message.seq, max(0, dt_ms)))
        elif is_final_for_command(message.number):
            session.send(messages.Rejected(message.operation_id, message.number, message.text))
        else:
            self.fail(session, _Numbered(message.number, message.text))

    def _delivery(self, message: link.Delivery) -> None:
        if message.row is not None:
            self._welcome_audience(message, message.row)
        followers = self._followers.get(message.conversation_id)
        if not followers:
            self._home.send(link.Unwatch(message.conversation_id))
            return
        shared = [SharedBodies(event, message.operation_id) for event in message.events]
        for session, line in list(followers.items()):
            is_sender = session.identity is not None and session.identity.actor == message.actor
            for event, bodies in zip(message.events, shared, strict=True):
                if not self._pass_on(session, line, event, bodies, is_sender):
                    break
        if message.row is not None:
            self._let_go(message, message.row)

    def _welcome_audience(self, message: link.Delivery, row: RowFacts) -> None:
        """Show the new row to everybody whom the change concerns, and let them follow."""
        sessions = dict.fromkeys(self._followers.get(message.conversation_id, ()))
        sessions.update(dict.fromkeys(self._people.get(row.visitor_key, ())))
        for agent_id in message.agent_ids:
            person = row.account_id + agent_id
            sessions.update(dict.fromkeys(self._people.get(person, ())))
        for session in sessions:
            if session.stage != Stage.LIVE or not session.is_attached:
                continue
            line = self._send_row(session, row)
            if line.is_followed:
                continue
            if message.events[0].seq == 1:
                self._start_following(session, line, 0)
            else:
                self._read(session, line, line.last_seq)

    def _let_go(self, message: link.Delivery, row: RowFacts) -> None:
        """End the feed of an agent who holds the conversation no longer."""
        for agent_id in message.agent_ids:
            if agent_id == row.assignee_id:
                continue
            for session in self._people.get(row.account_id + agent_id, ()):
                line = session.line(row.conversation_id)
                if line is not None and line.is_followed and not line.is_wanted:
                    self._unfollow_line(session, line)

    def _pass_on(
        self,
        session: Session,
        line: Line,
        event: FeedEvent,
        bodies: SharedBodies,
        is_sender: bool,
    ) -> bool:
        """Write an event if it is the next one; else read from the last position."""
        public = session.is_public
        prev = event.public_prev if public else event.seq - 1
        if prev < 0 or event.seq <= line.last_seq:
            return True
        if line.reads:
            line.is_missing = True
            return False
        if prev != line.last_seq:
            self._read(session, line, line.last_seq)
            return False
        body = bodies.body(session.encoding, line.opened_ms, public, is_sender)
        frame = session.encoding.event_frame(line.ref, body)
        line.last_seq = event.seq
        session.connection.send(frame, session.encoding.binary)
        return True

    def _feed(self, message: link.Feed) -> None:
        session = self._sessions.get(message.session)
        if session is None or session.stage != Stage.LIVE:
            return
        row = message.row
        line = session.line(row.conversation_id)
        if line is None:
            line = self._send_row(session, row)
            line.is_wanted = line.is_asked = True
            line.reads = 1
        if line.reads != 1:
            line.reads = max(0, line.reads - 1)
            return
        line.reads = 0
        self._start_following(session, line, message.base)
        for event in message.events:
            bodies = SharedBodies(event, b"")
            if not self._pass_on(session, line, event, bodies, is_sender=False):
                return
        if message.more or line.is_missing:
            self._read(session, line, line.last_seq)

    def _feed_refused(self, message: link.FeedRefused) -> None:
        session = self._sessions.get(message.session)
        line = None if session is None else session.line(message.conversation_id)
        if session is not None and line is not None:
            self._unfollow_line(session, line)
            session.send(messages.Closed(line.ref))
            session.drop_line(line)

    def _feed_back(self, message: link.FeedBack) -> None:
        session = self._sessions.get(message.session)
        line = None if session is None else session.line(message.conversation_id)
        if session is None or line is None:
            return
        public = session.is_public
        events = tuple(page_event(event, line.opened_ms, public) for event in message.events)
        session.send(messages.Page(line.ref, message.before_seq, events, message.at_start))

    def _lists(self, message: link.Lists) -> None:
        for session in self._people.get(message.account_id + message.agent_id, ()):
            if session.stage == Stage.LIVE and session.is_attached:
                self._send_lists(session, message.rows, message)

    def _row_notice(self, message: link.RowNotice) -> None:
        for session in self._followers.get(message.row.conversation_id, ()):
            self._send_row(session, message.row)

    def _receipt_notice(self, message: link.ReceiptNotice) -> None:
        for session, line in self._followers.get(message.conversation_id, {}).items():
            if session.is_public != message.by_visitor:
                mark = messages.Mark(line.ref, message.delivered, message.read)
                session.send(messages.Receipts((mark,)))

    def _typing_notice(self, message: link.TypingNotice) -> None:
        for session, line in self._followers.get(message.conversation_id, {}).items():
            if session.identity is not None and session.identity.actor != message.actor:
                session.send(messages.SomebodyTyping(line.ref, message.author, message.on))

    def _heads(self, message: link.Heads) -> None:
        for conversation_id, public_seq, last_seq in message.heads:
            followers = self._followers.get(conversation_id)
            if not followers:
                self._home.send(link.Unwatch(conversation_id))
                continue
            for session, line in list(followers.items()):
                head = public_seq if session.is_public else last_seq
                if line.last_seq < head and not line.reads:
                    self._read(session, line, line.last_seq)

    # Following ----------------------------------------------------------------------------

    def _read(self, session: Session, line: Line, after_seq: int) -> None:
        line.reads += 1
        line.is_missing = False
        if not line.is_followed:
            line.is_followed = True
            self._followers.setdefault(line.conversation_id, {})[session] = line
        self._home.send(link.Read(session.session_id, line.conversation_id, after_seq))

    def _start_following(self, session: Session, line: Line, base: int) -> None:
        """Let events flow after `base`; the client is told if that is not where it stands."""
        is_told = line.is_asked or line.last_seq != base or base == 0
        line.is_followed = True
        line.is_asked = False
        line.last_seq = base
        self._followers.setdefault(line.conversation_id, {})[session] = line
        if is_told:
            session.send(messages.Opened(line.ref, base))

    def _unfollow_line(self, session: Session, line: Line) -> None:
        line.is_followed = False
        line.reads = 0
        followers = self._followers.get(line.conversation_id)
        if followers is None:
            return
        followers.pop(session, None)
        if not followers:
            del self._followers[line.conversation_id]
            self._home.send(link.Unwatch(line.conversation_id))

    # Rows ---------------------------------------------------------------------------------

    def _send_row(self, session: Session, row: RowFacts) -> Line:
        line = session.ensure_line(row)
        if row.version >= line.version:
            line.version = row.version
            session.send(row_message(row, line.ref, session.is_public))
        return line

    def _send_lists(
        self, session: Session, rows: Iterable[RowFacts], lists: link.Connected | link.Lists
    ) -> None:
        for row in rows:
            self._send_row(session, row)
        mine = [line.ref for one in lists.mine if (line := session.line(one)) is not None]
        queue = [line.ref for one in lists.queue if (line := session.line(one)) is not None]
        session.send(
            messages.Listing(
                tuple(mine), tuple(queue), lists.waiting, lists.cursor, lists.availability
            )
        )
        listed = {*lists.mine, *lists.queue}
        for line in list((session.lines or {}).values()):
            if line.conversation_id not in listed and not line.is_wanted and not session.is_public:
                self._close_line(session, line)

    def _close_line(self, session: Session, line: Line) -> None:
        """A conversation left the lists and nobody has it open: its ref ends."""
        self._unfollow_line(session, line)
        session.send(messages.Closed(line.ref))
        session.drop_line(line)

    # Time ---------------------------------------------------------------------------------

    def tick(self) -> None:
        """Do what is due. Called about once a second."""
        now_ms = self._clock.now_ms()
        while self._greeting and self._greeting[0][0] <= now_ms:
            _, session = self._greeting.popleft()
            if session.stage == Stage.GREETING:
                self.fail(session, HelloTimeout(limit_ms=limits.HELLO_MS_MAX))
        if now_ms < self._next_sweep_ms:
            return
        self._next_sweep_ms = now_ms + 1000
        self._sweep += 1
        swept = self._sweeps[self._sweep % len(self._sweeps)]
        for session in list(swept):
            self._look_at(session, now_ms)

    def _look_at(self, session: Session, now_ms: int) -> None:
        connection = session.connection
        if connection.heard:
            connection.heard = False
            session.silent_rounds = 0
        else:
            session.silent_rounds += 1
            if session.silent_rounds >= SILENT_ROUNDS_MAX:
                connection.abort()
                self.closed(session)
                return
        look = self._sweep // len(self._sweeps)
        if session.stage == Stage.LIVE and (look + session.session_id // 5) % ROUNDS == 0:
            connection.ping()
            self._beat(session, now_ms)

    def _beat(self, session: Session, now_ms: int) -> None:
        heads = tuple(
            messages.Head(line.ref, line.last_seq, line.version)
            for line in session.followed()
            if not line.reads
        )
        session.send(messages.Beat(now_ms, "", heads))


class _Numbered(AirDeskError):
    """An error of the home, known here by its number."""

    template = "{text}"

    def __init__(self, number: int, text: str) -> None:
        super().__init__(text=text)
        self.number = number  # type: ignore[misc]


def _person(identity: Identity) -> bytes:
    if identity.is_visitor:
        return identity.inbox_id + identity.person_id
    return identity.account_id + identity.person_id


_CLIENT: dict[type, Callable[[Gateway, Session, Any], None]] = {
    messages.Hello: Gateway._hello,
    messages.Follow: Gateway._follow,
    messages.Unfollow: Gateway._unfollow,
    messages.Receipt: Gateway._receipt,
    messages.Typing: Gateway._typing,
    messages.Refresh: Gateway._refresh,
    messages.History: Gateway._history,
    messages.Alive: Gateway._alive,
}
_HOME: dict[type, Callable[[Gateway, Any], None]] = {
    link.Connected: Gateway._connected,
    link.Fence: Gateway._fence,
    link.Answer: Gateway._answer,
    link.Delivery: Gateway._delivery,
    link.Feed: Gateway._feed,
    link.FeedRefused: Gateway._feed_refused,
    link.FeedBack: Gateway._feed_back,
    link.Lists: Gateway._lists,
    link.RowNotice: Gateway._row_notice,
    link.ReceiptNotice: Gateway._receipt_notice,
    link.TypingNotice: Gateway._typing_notice,
    link.Heads: Gateway._heads,
}
