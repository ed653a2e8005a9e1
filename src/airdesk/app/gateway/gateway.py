"""The gateway: sockets on one side, the home on the other, sessions between.

Like the home it has no socket, clock or loop of its own, so the simulator drives the same
object: connections come by `open`, the home's messages by `link_message`, time by `tick`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import structlog

from airdesk.app.gateway.credentials import Credentials
from airdesk.app.gateway.following import Following
from airdesk.app.gateway.from_clients import ClientMessages
from airdesk.app.gateway.from_home import HomeMessages
from airdesk.app.gateway.home_requests import HomeRequests
from airdesk.app.gateway.roster import Roster
from airdesk.app.gateway.session import Session, Stage
from airdesk.app.gateway.tallies import Tallies
from airdesk.core.kernel import (
    AccessError,
    AirDeskError,
    CapacityError,
    HelloTimeout,
    Identity,
    RateExceeded,
    limits,
)
from airdesk.core.wire import ENCODINGS, messages
from airdesk.ports import link
from airdesk.ports.clock import Clock
from airdesk.ports.link import GatewayLink, HeldView, SessionId
from airdesk.ports.sockets import SocketConnection

ROUNDS = limits.BEAT_MS // limits.SWEEP_MS
"""A session is looked at once in SWEEP_MS and gets its beat in every so manieth look."""

SILENT_ROUNDS_MAX = limits.SILENCE_MS_MAX // limits.SWEEP_MS
"""Looks in a row at which nothing was heard: the peer is dead."""

logger = structlog.get_logger()

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
        credentials: checks tokens and tickets; reads no database.
    """

    def __init__(self, home: GatewayLink, clock: Clock, credentials: Credentials) -> None:
        self._home = home
        self._clock = clock
        self._roster = Roster()
        self.tallies = Tallies()
        """What was counted since the start."""
        self._following = Following(home)
        self._clients = ClientMessages(
            home, self._roster, self._following, credentials, self.tallies
        )
        self.requests = HomeRequests(home)
        """What the same process asks of the home beside the sockets."""
        self._homes = HomeMessages(
            home, self._roster, self._following, self.requests, clock, self.fail, self.tallies
        )
        self._next_id = 1
        self._greeting: deque[tuple[int, Session]] = deque()
        slices = limits.SWEEP_MS // limits.SWEEP_SLICE_MS
        self._sweeps: list[set[Session]] = [set() for _ in range(slices)]
        self._sweep = 0
        self._next_sweep_ms = 0
        self._bare_beats: dict[str, tuple[int, bytes]] = {}
        self._is_up = False
        self._to_attach: deque[Session] = deque()
        self._check: Callable[[Identity, int], None] = _anybody
        self._to_check: deque[Session] = deque()

    @property
    def connections(self) -> int:
        """Open sockets."""
        return len(self._roster)

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
        self._roster.add(session)
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
            self.tallies.message(type(message))
            self._clients.take(session, message)
        except AirDeskError as error:
            self.fail(session, error)

    def closed(self, session: Session) -> None:
        """A connection is gone."""
        if not self._roster.remove(session):
            return
        session.stage = Stage.CLOSED
        self._sweeps[session.session_id % len(self._sweeps)].discard(session)
        for line in session.followed():
            self._following.end(session, line)
        if session.identity is not None:
            self._home.send(link.Disconnect(session.session_id))
        session.lines = session.refs = session.pending = None

    def fail(self, session: Session, error: AirDeskError) -> None:
        """Tell a client why, then close its connection."""
        if session.stage == Stage.CLOSED:
            return
        self.tallies.error(error.number)
        logger.debug("a connection is ended", connection=session.session_id, number=error.number)
        retry_ms = RETRY_MS if error.number >= CapacityError.number else 0
        session.send(messages.Failure(error.number, str(error), retry_ms))
        session.connection.close(error.number, str(error))
        self.closed(session)

    def close_all(self, error: AirDeskError) -> None:
        """End every session, as before a planned stop."""
        for session in self._roster.all():
            self.fail(session, error)

    def look_again(self, check: Callable[[Identity, int], None]) -> None:
        """Put out whoever may not stay, a few at each tick.

        Args:
            check: takes an identity and its token's key epoch; raises AccessError for who has
                to go.
        """
        self._check = check
        self._to_check = deque(self._roster.all())

    def _look_at_some(self) -> None:
        put_out = 0
        for _ in range(limits.LOOKED_AGAIN_MAX):
            if not self._to_check or put_out == limits.PUT_OUT_MAX:
                return
            session = self._to_check.popleft()
            if session.identity is None:
                continue
            try:
                self._check(session.identity, session.key_epoch)
            except AccessError as error:
                self.fail(session, error)
                put_out += 1

    def _check_rate(self, session: Session) -> None:
        now_ms = self._clock.now_ms()
        if now_ms - session.window_start_ms >= limits.RATE_WINDOW_MS:
            session.window_start_ms = now_ms
            session.window_count = 0
        session.window_count += 1
        if session.window_count > limits.MESSAGES_PER_WINDOW_MAX:
            raise RateExceeded(
                limit=limits.MESSAGES_PER_WINDOW_MAX, window_ms=limits.RATE_WINDOW_MS
            )

    # The link -----------------------------------------------------------------------------

    def link_up(self) -> None:
        """See GatewaySide: introduce every session to a home that knows none."""
        self._is_up = True
        self._attach_all()
        self.requests.link_up()

    def link_hole(self) -> None:
        """See GatewaySide: whatever was missed is read again."""
        self._attach_all()
        self.requests.link_hole()

    def link_down(self) -> None:
        """See GatewaySide: sockets stay, commands wait."""
        self._is_up = False
        for session in self._roster.all():
            session.is_attached = False
        self.requests.link_down()

    def _attach_all(self) -> None:
        """Introduce every session again, a few at a time: each answer lets the next one go."""
        self._homes.round += 1
        self._to_attach = deque(self._roster.all())
        for session in self._to_attach:
            session.is_attached = False
        for _ in range(limits.ATTACHING_MAX):
            self._attach_next()

    def _attach_next(self) -> None:
        while self._to_attach:
            session = self._to_attach.popleft()
            if session.identity is not None and session.stage != Stage.CLOSED:
                self._attach_again(session)
                return

    def _attach_again(self, session: Session) -> None:
        known = {one.conversation_id: one for one in session.held}
        for line in session.followed():
            line.read_after = None
            known[line.conversation_id] = HeldView(
                line.conversation_id, line.last_seq, line.is_wanted
            )
        session.held = tuple(known.values())
        epoch = self._homes.epoch
        # Before its first answer only the client knows of which history it holds something.
        is_new = session.stage == Stage.OPENING
        cursor = session.cursor if is_new else f"{epoch}.0" if epoch else ""
        self._clients.attach(session, cursor)

    def link_message(self, message: link.ToGateway) -> None:
        """See GatewaySide."""
        self._homes.take(message)
        if self._to_attach and type(message) in (link.Connected, link.Fence):
            self._attach_next()

    # Time ---------------------------------------------------------------------------------

    def tick(self) -> None:
        """Do what is due. Called about every SWEEP_SLICE_MS; less often means more at once."""
        now_ms = self._clock.now_ms()
        self._look_at_some()
        while self._greeting and self._greeting[0][0] <= now_ms:
            _, session = self._greeting.popleft()
            if session.stage == Stage.GREETING:
                self.fail(session, HelloTimeout(limit_ms=limits.HELLO_MS_MAX))
        for _ in range(self._due_slices(now_ms)):
            self._sweep += 1
            for session in list(self._sweeps[self._sweep % len(self._sweeps)]):
                self._look_at(session, now_ms)

    def _due_slices(self, now_ms: int) -> int:
        """Count the slices whose time has come; few sessions each, so that beats are no burst."""
        late_ms = now_ms - self._next_sweep_ms
        if -limits.SWEEP_SLICE_MS <= late_ms < 0:
            return 0
        due = late_ms // limits.SWEEP_SLICE_MS + 1
        if 0 < due <= len(self._sweeps):
            self._next_sweep_ms += due * limits.SWEEP_SLICE_MS
            return due
        # The clock jumped, and nobody may go without beats for that.
        self._next_sweep_ms = now_ms + limits.SWEEP_SLICE_MS
        return len(self._sweeps) if due > 0 else 1

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
        look = (self._sweep + session.session_id) // len(self._sweeps)
        if session.stage == Stage.LIVE and look % ROUNDS == 0:
            connection.ping()
            self._beat(session, now_ms)

    def _beat(self, session: Session, now_ms: int) -> None:
        if not session.lines:
            # Most have no conversation: one encoding serves all of a slice.
            encoding = session.encoding
            told_ms, payload = self._bare_beats.get(encoding.subprotocol, (0, b""))
            if told_ms != now_ms:
                payload = encoding.encode(messages.Beat(now_ms))
                self._bare_beats[encoding.subprotocol] = (now_ms, payload)
            session.connection.send(payload, encoding.binary)
            return
        heads = tuple(
            messages.Head(line.ref, line.last_seq, line.version)
            for line in session.followed()
            if line.read_after is None
        )
        session.send(messages.Beat(now_ms, "", heads))


def _anybody(identity: Identity, key_epoch: int) -> None:
    """Let everybody stay: nothing was learned that asks for more."""
