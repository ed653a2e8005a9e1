"""The class that uvicorn makes for each connection that asks to become a WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

from airdesk.adapters.sockets.connection import PicowsConnection
from airdesk.adapters.sockets.handshake import (
    Accepted,
    AllowOrigin,
    HandshakeRules,
    Refused,
    judge,
    read_request,
)
from airdesk.adapters.sockets.outgoing import Outgoing
from airdesk.adapters.sockets.pace import Pace
from airdesk.adapters.sockets.picows_private import (
    CALM_BYTES_MAX,
    PicowsProtocol,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
    initialize_protocol,
)
from airdesk.adapters.sockets.wheel import WheelTimer
from airdesk.core.kernel.limits import CLOSE_MS_MAX, CONNECTIONS_MAX
from airdesk.ports.sockets import SocketFactory

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.server import ServerState

SUBPROTOCOLS: Final = ("airdesk.v1.bin", "airdesk.v1.json")

BINARY_SUFFIX: Final = ".bin"

_REQUEST: Final = (
    b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %b\r\n\r\n"
)
_ANY_KEY: Final = "AAAAAAAAAAAAAAAAAAAAAA=="
_CLOSING_TICK_MS: Final = 250
_CLOSE_RESTART: Final = 1012
_NO_HEADERS: Final = WSUpgradeResponse.create_error_response(HTTPStatus.NOT_FOUND).headers
_buffer_updated = PicowsProtocol.buffer_updated


class _Listening:
    """What the connections of one server share."""

    def __init__(self, factory: SocketFactory, rules: HandshakeRules, connections_max: int) -> None:
        self.factory = factory
        self.rules = rules
        self.connections_max = connections_max
        self.connections = 0
        self.outgoing = Outgoing()
        self.pace = Pace()
        self.responses = {
            # One for all connections: picows fills in the accept header and writes it at once.
            subprotocol: WSUpgradeResponse.create_101_response(
                {"Sec-WebSocket-Protocol": subprotocol}
            )
            for subprotocol in rules.subprotocols
        }
        self._closings: WheelTimer[PicowsConnection] | None = None

    @property
    def closings(self) -> WheelTimer[PicowsConnection]:
        """The wheel of closing handshakes; made late, since it needs the running loop."""
        if self._closings is None:
            self._closings = WheelTimer(_drop, tick_ms=_CLOSING_TICK_MS, delay_ms_max=CLOSE_MS_MAX)
        return self._closings

    def judge(self, head: bytes) -> Accepted | Refused:
        """Judge a request by the rules and by the number of connections."""
        verdict = judge(read_request(head), self.rules)
        if isinstance(verdict, Accepted) and self.connections >= self.connections_max:
            return Refused(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"more than {self.connections_max} connections",
                (("retry-after", "5"),),
            )
        return verdict


def _drop(connection: PicowsConnection, now_ms: int) -> int:
    connection.drop()
    return 0


class SocketProtocol(PicowsProtocol):
    """picows' protocol as uvicorn wants it; subclassed by `socket_protocol` for each server.

    To picows it is also the transport, so that picows writes nothing past us. Its parser works
    one frame ahead: it would send its close frame for a broken frame before we have answered the
    good one in front of it.
    """

    __slots__ = ("_connection", "_opening", "_raw", "_uvicorn_connections")

    listening: _Listening

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any]
    ) -> None:
        """Take uvicorn's arguments; only its set of connections is needed."""
        initialize_protocol(self, self._accept)
        self._connection: PicowsConnection | None = None
        self._opening = False
        self._raw: asyncio.Transport | None = None
        self._uvicorn_connections: set[Any] = server_state.connections

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Wait for the request, which uvicorn hands over next."""
        self._raw = transport

    def data_received(self, head: bytes) -> None:
        """Take the head of the request, whole, as uvicorn gives it; called once."""
        transport = self._raw
        assert transport is not None
        verdict = self.listening.judge(head)
        if isinstance(verdict, Refused):
            transport.write(verdict.response())
            transport.close()
            return
        self._open(transport, verdict)

    def buffer_updated(self, nbytes: int) -> None:
        """Parse what arrived; hot: called for every read."""
        connection = self._connection
        if connection is None:
            return
        connection.heard = True
        self.listening.pace.stir()
        if connection.deaf:
            return
        grown = connection.grown
        if grown:
            connection.rest_bytes = -1
        _buffer_updated(self, nbytes)
        if self.transport.is_close_frame_sent:
            self._fail(connection)
        elif nbytes > CALM_BYTES_MAX:
            connection.grown = True
        elif grown and connection.rest_bytes == 0:
            self._shrink(connection)

    def connection_lost(self, exc: Exception | None) -> None:
        """End, also where the handshake was refused and picows never began."""
        if self._connection is not None:
            self.listening.connections -= 1
            self._uvicorn_connections.discard(self)
            super().connection_lost(exc)
            self._connection = None
        self._raw = None

    def shutdown(self) -> None:
        """Close for a restart; uvicorn calls this when the server stops."""
        if self._connection is not None:
            self._connection.close(_CLOSE_RESTART, "the server restarts")

    # What picows takes for its transport ---------------------------------------------------

    def get_extra_info(self, name: str, default: object = None) -> object:
        """Tell about the real transport."""
        return self._raw.get_extra_info(name, default) if self._raw is not None else default

    def get_write_buffer_size(self) -> int:
        """Never 0, or picows would write to the file descriptor itself."""
        return 1

    def write(self, data: bytes) -> None:
        """Let the answer to the handshake through; the rest is a close frame, see `_fail`."""
        if self._opening and self._raw is not None:
            self._raw.write(data)

    def close(self) -> None:
        """Do nothing: picows wants to end what it failed; the connection lingers instead."""

    # Inside --------------------------------------------------------------------------------

    def _fail(self, connection: PicowsConnection) -> None:
        """Send the close frame that picows' parser wanted to send."""
        sent = self.transport.close_handshake.sent
        assert sent is not None
        connection.fail(int(cast(int, sent.code)), sent.reason)

    def _open(self, transport: asyncio.Transport, accepted: Accepted) -> None:
        """Run picows' handshake on the least request that it accepts."""
        listening = self.listening
        listening.connections += 1
        self._uvicorn_connections.add(self)
        self._connection = PicowsConnection(
            transport,
            accepted.subprotocol,
            accepted.subprotocol.endswith(BINARY_SUFFIX),
            listening.factory,
            listening.closings,
            listening.outgoing,
        )
        self._opening = True
        self._start_parser(accepted.key)
        self._opening = False

    def _start_parser(self, key: str) -> None:
        super().connection_made(cast(asyncio.Transport, self))
        request = _REQUEST % key.encode("ascii")
        self.get_buffer(len(request))[: len(request)] = request
        _buffer_updated(self, len(request))
        self.transport.request.headers = _NO_HEADERS

    def _shrink(self, connection: PicowsConnection) -> None:
        """Give a read buffer of up to 112 KB back, once nothing is left in it.

        picows never shrinks it, so its constructor and handshake run anew, unheard by the peer.
        Waiting for a small read keeps the buffer while large messages follow each other.
        """
        connection.grown = False
        if connection.deaf:
            return
        initialize_protocol(self, self._accept)
        self._start_parser(_ANY_KEY)

    def _accept(self, request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
        assert self._connection is not None
        response = self.listening.responses[self._connection.subprotocol]
        return WSUpgradeResponseWithListener(response, self._connection)


def socket_protocol(
    factory: SocketFactory,
    path: str = "/socket",
    subprotocols: Sequence[str] = SUBPROTOCOLS,
    *,
    allow_origin: AllowOrigin | None = None,
    connections_max: int = CONNECTIONS_MAX,
) -> type[asyncio.Protocol]:
    """Make the class for uvicorn's `ws` setting.

    Args:
        factory: makes the receiver of each connection.
        path: where sockets are opened; an upgrade elsewhere gets 404.
        subprotocols: in the server's order of preference; those that end with `.bin` carry
            binary messages only, the others text only.
        allow_origin: asked with the Origin and Host headers; False is answered with 403.
        connections_max: sockets open at once; more are answered with 503.

    Returns:
        A new class, whose connections count together. uvicorn wants it to be an
        asyncio.Protocol by name; the event loop must see that it is not one by descent, because
        it reads into picows' own buffer.
    """
    rules = HandshakeRules(path, tuple(subprotocols), allow_origin)
    listening = _Listening(factory, rules, connections_max)
    made = type(
        "AirDeskSocketProtocol", (SocketProtocol,), {"__slots__": (), "listening": listening}
    )
    return cast("type[asyncio.Protocol]", made)
