"""One person's loaded page: our client's session over real sockets, one after the other.

It behaves as the page in a browser does: says hello, answers pings, keeps what is not acknowledged,
comes back with jitter when the connection breaks, resumes from its cursor. Besides, it hangs up by
itself when an answer is late or nothing has come for long.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from airdesk.app.stress.crowd.pipe import Person
from airdesk.app.stress.crowd.sizes import MASK_BYTES, Sizes
from airdesk.core.kernel import DeviceId, InstanceId, MalformedMessage, limits
from airdesk.core.wire import BINARY, BINARY_SUBPROTOCOL, ClientSession, Outbox, Phase, client

BACK_OFF_S_MIN: Final = 1.0
BACK_OFF_S_MAX: Final = 30.0
"""Bounds of the random pause before the next connection; see docs/protocol.md, Resume."""

HANDSHAKE_S_MAX: Final = 10.0
READ_BUFFER_BYTES: Final = 2_048

HEADERS: Final = (
    ("Sec-WebSocket-Protocol", BINARY_SUBPROTOCOL),
    ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari"),
    ("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8"),
    ("Accept-Encoding", "gzip, deflate, br"),
    ("Pragma", "no-cache"),
    ("Cache-Control", "no-cache"),
)
"""What a browser sends, too: the server has to read it."""

_OPENED: Final = 69
_CLOSED: Final = 76
_FOLLOW: Final = 20


class PageOwner(Protocol):
    """Who has pages and hears what happens to them."""

    sizes: Sizes

    def now_ns(self) -> int:
        """The monotonic clock."""

    def happened(self, page: Page, happenings: Sequence[client.Happening], now_ns: int) -> None:
        """Something came."""

    def hole(self, page: Page) -> None:
        """An event did not follow the one before it; the page asked again."""

    def went(self, page: Page) -> None:
        """The connection is gone; the page has to come back."""


class Page:
    """A visitor's or an agent's page.

    Args:
        person: who.
        is_agent: an agent's.
        address: where it comes from; "" for wherever the machine likes.
        ids: makes ids.
        owner: told what happens.
    """

    __slots__ = (
        *("address", "back_off_s", "is_agent", "is_connecting", "last_ns", "line", "lost_ns"),
        *("is_counted", "marked", "opened_left", "owner", "person", "retry_s", "session", "shown"),
        *("showing", "waiting_ns", "was_live"),
    )

    def __init__(
        self,
        person: Person,
        is_agent: bool,
        address: str,
        ids: Callable[[], bytes],
        owner: PageOwner,
    ) -> None:
        self.person = person
        self.is_agent = is_agent
        self.address = address
        self.owner = owner
        self.session = ClientSession(
            BINARY, person.token, DeviceId(ids()), InstanceId(ids()), Outbox()
        )
        self.line: Line | None = None
        self.is_connecting = False
        self.is_counted = False
        """Its owner counts it as live."""
        self.was_live = False
        """It was welcome at least once."""
        self.last_ns = 0
        """When the last byte came."""
        self.waiting_ns = 0
        """Since when an answer to a command is missing on this connection; 0 for none."""
        self.lost_ns = 0
        """When the connection was lost; 0 once all that was missed has come."""
        self.opened_left = 0
        """Conversations whose missing events the server has yet to announce."""
        self.back_off_s = BACK_OFF_S_MIN
        self.retry_s = 0.0
        """The server's word: not before."""
        self.marked = False
        """It has receipts to send."""
        self.showing = 1
        self.shown: set[bytes] = set()
        """Conversations that it shows."""

    @property
    def is_live(self) -> bool:
        """Welcome and connected."""
        return self.session.phase is Phase.LIVE

    @property
    def is_back(self) -> bool:
        """Live, and all that was missed has come."""
        return self.is_live and self.opened_left <= 0

    def pause_s(self, dice: random.Random) -> float:
        """Give the time until the next try; the bound doubles until a welcome."""
        pause = max(self.retry_s, dice.uniform(0, self.back_off_s))
        self.back_off_s = min(2 * self.back_off_s, BACK_OFF_S_MAX)
        self.retry_s = 0.0
        return pause

    async def connect(self, url: str) -> bool:
        """Open a socket and say hello; False if that failed."""
        self.is_connecting = True
        try:
            await ws_connect(
                lambda: Line(self),
                url,
                extra_headers=HEADERS,
                websocket_handshake_timeout=HANDSHAKE_S_MAX,
                enable_auto_pong=False,
                read_buffer_init_size=READ_BUFFER_BYTES,
                max_frame_size=limits.LINK_FRAME_BYTES_MAX,
                use_aiofastnet=False,
                local_addr=(self.address, 0) if self.address else None,
            )
        except (OSError, EOFError, TimeoutError, WSError):
            return False
        finally:
            self.is_connecting = False
        return self.line is not None

    def hang_up(self) -> None:
        """Drop the connection without a word."""
        if self.line is not None:
            self.line.transport.disconnect(graceful=False)

    def send_waiting(self, now_ns: int) -> None:
        """Send what the session has to say."""
        session, line = self.session, self.line
        if line is None:
            return
        for payload in session.take_outgoing():
            if payload[1] == _FOLLOW:
                self.owner.hole(self)
            self.owner.sizes.add(payload, MASK_BYTES)
            line.transport.send(WSMsgType.BINARY, payload)
        if not self.waiting_ns and len(session.outbox) and session.phase is Phase.LIVE:
            self.waiting_ns = now_ns

    # From the socket --------------------------------------------------------------------------

    def up(self, line: Line) -> None:
        """A socket opened."""
        self.line = line
        self.last_ns = self.owner.now_ns()
        session = self.session
        session.connected()
        held = sum(view.opened for view in session.views.values())
        self.opened_left = min(held, limits.HELD_CONVERSATIONS_MAX)
        self.send_waiting(self.last_ns)

    def down(self, line: Line) -> None:
        """The socket is gone."""
        if self.line is not line:
            return
        now_ns = self.owner.now_ns()
        if self.was_live and not self.lost_ns:
            self.lost_ns = now_ns
        self.line = None
        self.waiting_ns = 0
        self.session.disconnected()
        self.owner.went(self)

    def received(self, payload: bytes, now_ns: int) -> None:
        """A message came."""
        self.owner.sizes.add(payload, 0)
        session = self.session
        try:
            session.receive(payload)
        except MalformedMessage:
            self.owner.hole(self)
            self.hang_up()
            return
        if payload[1] in (_OPENED, _CLOSED):
            # A conversation that went to somebody else meanwhile is closed instead.
            self.opened_left -= 1
        happenings = session.take_happenings()
        if happenings or self.lost_ns:
            self.owner.happened(self, happenings, now_ns)
        self.send_waiting(now_ns)


class Line(WSListener):
    """One connection of a page."""

    __slots__ = ("_page", "transport")

    transport: WSTransport

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page

    def on_ws_connected(self, transport: WSTransport) -> None:
        """See WSListener."""
        self.transport = transport
        self._page.up(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """See WSListener."""
        page = self._page
        if page.line is not self:
            return
        now_ns = page.owner.now_ns()
        page.last_ns = now_ns
        kind = frame.msg_type
        if kind is WSMsgType.BINARY:
            page.received(frame.get_payload_as_bytes(), now_ns)
        elif kind is WSMsgType.PING:
            payload = frame.get_payload_as_bytes()
            page.owner.sizes.control(len(payload), 0)
            page.owner.sizes.control(len(payload), MASK_BYTES)
            transport.send_pong(payload)
        elif kind is WSMsgType.CLOSE:
            page.owner.sizes.control(frame.payload_size, 0)
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """See WSListener."""
        self._page.down(self)

    @property
    def own_address(self) -> str:
        """This end, `ip:port`; "" where the socket is gone already."""
        name = self.transport.underlying_transport.get_extra_info("sockname")
        return f"{name[0]}:{name[1]}" if name else ""
