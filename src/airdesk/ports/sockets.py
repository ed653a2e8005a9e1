"""Sockets: what the gateway holds for each open WebSocket, and what it is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class SocketConnection(Protocol):
    """One open WebSocket, its opening handshake done and its subprotocol agreed.

    Guarantees:
        Ordering: messages leave in the order of the `send` calls.
        Delivery: none. A message may be lost with the connection; the session above resumes.
        Bounds: at most OUTBOX_BYTES_MAX (and the message that crossed it) waits for a reader who
            does not read; then the connection is aborted with SlowReader's number.
        Calls: never block, never raise because of the peer, and never call the receiver before
            they return, so that they may be made while a set of connections is walked through.
            After `close`, `abort` or the end they do nothing.
        Threads: every call is made on the thread of the event loop.
    """

    @property
    def subprotocol(self) -> str:
        """The subprotocol that both ends agreed on."""

    @property
    def outbox_bytes(self) -> int:
        """Bytes handed over that the operating system has not taken yet."""

    heard: bool
    """True once any byte arrived, pings, pongs and parts of frames included. The reader of the
    flag sets it to False, to find out later whether the peer has lived since."""

    def send(self, payload: bytes, binary: bool) -> None:
        """Send one unfragmented message; text must be UTF-8."""

    def ping(self) -> None:
        """Send a WebSocket PING; the peer's PONG shows in `heard` only."""

    def close(self, code: int, reason: str) -> None:
        """Start the closing handshake.

        Messages that arrive afterwards are dropped. The TCP connection is dropped after
        CLOSE_MS_MAX without the peer's answer.

        Args:
            code: a code that may be sent (RFC 6455, section 7.4), such as an error's number.
            reason: for people; cut to 123 bytes of UTF-8.
        """

    def abort(self) -> None:
        """Drop the TCP connection and what waits in the outbox, without a closing handshake."""


class SocketReceiver(Protocol):
    """Who hears one connection. Made by the SocketFactory when the connection is open.

    An exception from a call is a defect of the receiver: it is logged, and the connection is
    closed with 1011.
    """

    def socket_message(self, payload: bytes, binary: bool) -> None:
        """Take one whole message, at most FRAME_BYTES_MAX bytes; text is valid UTF-8."""

    def socket_closed(self, code: int) -> None:
        """Hear that the connection has ended; called exactly once, as the last call.

        Args:
            code: what ended it: the peer's close code (1005 if it gave none), the code of our
                own `close` or of our objection (1002, 1003, 1007, 1009, 1011), SlowReader's
                number, or 1006 for a connection that was lost or aborted.
        """


SocketFactory = Callable[[SocketConnection], SocketReceiver]
"""Makes the receiver of a connection that has just opened; it may send at once."""
