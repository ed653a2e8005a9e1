"""One open WebSocket over picows' parser: the rules that picows leaves to its user.

picows cuts the stream into frames, takes off the mask, and refuses unmasked frames, unknown
opcodes, lengths in the wrong form, frames above FRAME_BYTES_MAX, and control frames that are
fragmented or long. Everything else that RFC 6455 asks of a server is here.
"""

from __future__ import annotations

import asyncio
import codecs
import logging
from typing import TYPE_CHECKING, Final

from airdesk.adapters.sockets.outgoing import JOINED_BYTES_MAX, JOINED_FRAMES_MAX, Outgoing
from airdesk.adapters.sockets.picows_private import (
    CALM_BYTES_MAX,
    WSListener,
    WSMsgType,
    WSTransport,
)
from airdesk.adapters.sockets.wheel import WheelTimer
from airdesk.core.kernel import SlowReader
from airdesk.core.kernel.limits import CLOSE_MS_MAX, FRAME_BYTES_MAX, OUTBOX_BYTES_MAX
from airdesk.ports.sockets import SocketFactory, SocketReceiver

if TYPE_CHECKING:
    from picows import WSFrame

CLOSE_PROTOCOL_ERROR: Final = 1002
CLOSE_UNSUPPORTED_DATA: Final = 1003
CLOSE_NO_CODE: Final = 1005
CLOSE_LOST: Final = 1006
CLOSE_BAD_TEXT: Final = 1007
CLOSE_TOO_BIG: Final = 1009
CLOSE_INTERNAL_ERROR: Final = 1011

_REASON_BYTES_MAX: Final = 123
_SHORT_BYTES_MAX: Final = 125
_CODES: Final = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})

_OPEN: Final = 0
_CLOSING: Final = 1
"""Our close frame is out; only the peer's is awaited."""
_DEAF: Final = 2
"""What arrives is thrown away until the TCP connection has ended."""

_CONTINUATION: Final = WSMsgType.CONTINUATION
_TEXT: Final = WSMsgType.TEXT
_BINARY: Final = WSMsgType.BINARY
_CLOSE: Final = WSMsgType.CLOSE
_PING: Final = WSMsgType.PING

_logger = logging.getLogger("airdesk.sockets")


def may_be_sent(code: int) -> bool:
    """True for codes that a close frame may carry (RFC 6455, section 7.4; IANA to 1014)."""
    return code in _CODES or 3000 <= code < 5000


def frame_head(opcode: int, length: int) -> bytes:
    """Write the head of a server's unfragmented frame (RFC 6455, section 5.2)."""
    first = 0x80 | opcode
    if length <= _SHORT_BYTES_MAX:
        return bytes((first, length))
    if length < 1 << 16:
        return bytes((first, 126)) + length.to_bytes(2, "big")
    return bytes((first, 127)) + length.to_bytes(8, "big")


class _Nobody:
    """The receiver of a connection that got none."""

    def socket_message(self, payload: bytes, binary: bool) -> None:
        """Never called: the connection is ending."""

    def socket_closed(self, code: int) -> None:
        """Nobody to tell."""


_NOBODY: Final = _Nobody()

_PING_FRAME: Final = frame_head(0x9, 0)

_SHORT_HEADS: Final = {
    True: tuple(frame_head(2, length) for length in range(_SHORT_BYTES_MAX + 1)),
    False: tuple(frame_head(1, length) for length in range(_SHORT_BYTES_MAX + 1)),
}


class PicowsConnection(WSListener):
    """A SocketConnection, and the listener that picows tells about frames."""

    __slots__ = (
        "_binary",
        "_closings",
        "_code",
        "_decoder",
        "_expected",
        "_factory",
        "_frames",
        "_outgoing",
        "_parts",
        "_phase",
        "_receiver",
        "_socket",
        "grown",
        "heard",
        "rest_bytes",
        "subprotocol",
    )

    _receiver: SocketReceiver

    def __init__(
        self,
        socket: asyncio.Transport,
        subprotocol: str,
        binary: bool,
        factory: SocketFactory,
        closings: WheelTimer[PicowsConnection],
        outgoing: Outgoing,
    ) -> None:
        """Prepare for a connection whose handshake was accepted.

        Args:
            binary: whether its messages are binary; those of the other kind end it.
            closings: drops the TCP connections whose closing handshake takes too long.
            outgoing: lets frames that wait be written.
        """
        self._socket = socket
        self.subprotocol = subprotocol
        self.heard = False
        # The protocol's notes about picows' read buffer: it has grown; bytes behind this frame.
        self.grown = False
        self.rest_bytes = 0
        self._binary = binary
        self._expected = _BINARY if binary else _TEXT
        self._factory: SocketFactory | None = factory
        self._closings = closings
        self._outgoing = outgoing
        self._frames: list[bytes] | None = None
        """Frames of this turn of the loop, not written yet."""
        self._parts: bytearray | None = None
        self._decoder: codecs.IncrementalDecoder | None = None
        self._phase = _OPEN
        self._code = CLOSE_LOST

    # The gateway's side --------------------------------------------------------------------

    @property
    def outbox_bytes(self) -> int:
        """Bytes handed over that the operating system has not taken yet."""
        waiting = sum(map(len, self._frames or ()))
        return waiting + self._socket.get_write_buffer_size()

    def send(self, payload: bytes, binary: bool) -> None:
        """Send one message, in our own frame, with others of the same turn of the loop.

        picows' send would keep a buffer as large as the largest message of each connection, and
        its way for messages above 8 KB shows uvloop a buffer that the next send overwrites.
        """
        if self._phase != _OPEN:
            return
        length = len(payload)
        if length <= _SHORT_BYTES_MAX:
            head = _SHORT_HEADS[binary][length]
        else:
            head = frame_head(2 if binary else 1, length)
        self._hold(head + payload)

    def ping(self) -> None:
        """Send a PING without a payload."""
        if self._phase == _OPEN:
            self._hold(_PING_FRAME)

    def close(self, code: int, reason: str) -> None:
        """Send our close frame and wait for the peer's, CLOSE_MS_MAX at the most."""
        if self._phase == _OPEN:
            self._phase = _CLOSING
            self._code = code
            self._send_close(code, reason)
            self._closings.place(self, CLOSE_MS_MAX)

    def abort(self) -> None:
        """Drop the TCP connection."""
        self._cut(self._code)

    # picows' side --------------------------------------------------------------------------

    @property
    def deaf(self) -> bool:
        """Whether what arrives is to be thrown away unread."""
        return self._phase == _DEAF

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Make the receiver, unless it is only the parser that was made anew."""
        factory, self._factory = self._factory, None
        if factory is None:
            return
        try:
            self._receiver = factory(self)
        except Exception:
            _logger.exception("no receiver could be made for a socket")
            self._receiver = _NOBODY
            self.fail(CLOSE_INTERNAL_ERROR, "internal error")

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take one frame: the usual one, a whole message of the right kind, at once."""
        if self.grown:
            self.rest_bytes = frame.tail_size
        if (
            frame.msg_type is not self._expected
            or not frame.fin
            or frame.rsv1
            or frame.rsv2
            or frame.rsv3
            or self._parts is not None
            or self._phase != _OPEN
        ):
            self._take_other_frame(frame)
            return
        payload = frame.get_payload_as_bytes()
        if len(payload) > CALM_BYTES_MAX:
            self.grown = True
        if not self._binary and not _is_utf8(payload):
            self.fail(CLOSE_BAD_TEXT, "text is not UTF-8")
            return
        self._hand_over(payload)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Tell the receiver; picows calls this exactly once."""
        self._phase = _DEAF
        self._frames = None
        self._closings.remove(self)
        try:
            self._receiver.socket_closed(self._code)
        except Exception:
            _logger.exception("a receiver failed when its socket closed")

    def write_waiting(self) -> None:
        """Write the frames that wait, in one call; cut the connection if its peer is too slow."""
        frames, self._frames = self._frames, None
        if frames is None:
            return
        self._socket.write(frames[0] if len(frames) == 1 else b"".join(frames))
        if self._socket.get_write_buffer_size() > OUTBOX_BYTES_MAX:
            self._cut(SlowReader.number)

    def pause_writing(self) -> None:
        """Do nothing: the outbox is bounded by `send`."""

    def resume_writing(self) -> None:
        """Do nothing: nobody waits."""

    def fail(self, code: int, reason: str) -> None:
        """End the connection because the peer broke the protocol (RFC 6455, section 7.1.7)."""
        if self._phase == _DEAF:
            return
        if self._phase == _OPEN:
            self._code = code
            self._send_close(code, reason)
        self._linger()

    def drop(self) -> None:
        """Drop the TCP connection of a peer who took too long to close."""
        self._phase = _DEAF
        self._frames = None
        self._socket.abort()

    # Inside --------------------------------------------------------------------------------

    def _hand_over(self, payload: bytes) -> None:
        try:
            self._receiver.socket_message(payload, self._binary)
        except Exception:
            _logger.exception("a receiver failed on a message")
            self.fail(CLOSE_INTERNAL_ERROR, "internal error")

    def _take_other_frame(self, frame: WSFrame) -> None:
        if self._phase == _DEAF:
            return
        kind = frame.msg_type
        if frame.rsv1 or frame.rsv2 or frame.rsv3:
            self.fail(CLOSE_PROTOCOL_ERROR, "a reserved bit is set")
        elif kind is _CLOSE:
            self._take_close(frame.get_payload_as_bytes())
        elif self._phase == _CLOSING:
            return
        elif kind is _PING:
            self._send_control(0xA, frame.get_payload_as_bytes())
        elif kind in (_CONTINUATION, _TEXT, _BINARY):
            self._take_part(frame)

    def _take_part(self, frame: WSFrame) -> None:
        kind = frame.msg_type
        if (kind is _CONTINUATION) != (self._parts is not None):
            self.fail(CLOSE_PROTOCOL_ERROR, "a fragment is out of order")
        elif kind is not _CONTINUATION and kind is not self._expected:
            wanted = "binary" if self._binary else "text"
            self.fail(CLOSE_UNSUPPORTED_DATA, f"{self.subprotocol} is {wanted}")
        else:
            self._collect(frame)

    def _collect(self, frame: WSFrame) -> None:
        parts = self._parts
        if parts is None:
            parts = self._parts = bytearray()
            if not self._binary:
                self._decoder = codecs.getincrementaldecoder("utf-8")()
        if len(parts) + frame.payload_size > FRAME_BYTES_MAX:
            self.fail(CLOSE_TOO_BIG, f"a message has at most {FRAME_BYTES_MAX} bytes")
            return
        self.grown = self.grown or frame.payload_size > CALM_BYTES_MAX
        fragment = frame.get_payload_as_bytes()
        if not self._decodes(fragment, bool(frame.fin)):
            self.fail(CLOSE_BAD_TEXT, "text is not UTF-8")
            return
        parts += fragment
        if frame.fin:
            self._forget_parts()
            self._hand_over(bytes(parts))

    def _decodes(self, fragment: bytes, last: bool) -> bool:
        """Look at a text as it comes, so that a bad one ends before it is whole."""
        if self._decoder is None:
            return True
        try:
            self._decoder.decode(fragment, last)
        except UnicodeDecodeError:
            return False
        return True

    def _take_close(self, payload: bytes) -> None:
        """Answer the peer's close frame, or end after it has answered ours."""
        code = int.from_bytes(payload[:2], "big") if payload else CLOSE_NO_CODE
        if payload and not may_be_sent(code):
            self.fail(CLOSE_PROTOCOL_ERROR, f"{code} is no close code")
            return
        if self._phase == _OPEN:
            self._code = code
            self._send_control(0x8, payload[:2])
            self.write_waiting()
        self._phase = _DEAF
        self._forget_parts()
        # The outbox may still be full: closing waits for it, the wheel does not.
        self._closings.place(self, CLOSE_MS_MAX)
        self._socket.close()

    def _send_control(self, opcode: int, payload: bytes) -> None:
        if self._phase != _OPEN:
            return
        self._hold(frame_head(opcode, len(payload)) + payload)

    def _hold(self, frame: bytes) -> None:
        """Hold a frame back until the turn of the loop ends, but not too many or too long ones."""
        frames = self._frames
        if frames is None:
            frames = self._frames = [frame]
            self._outgoing.add(self)
        else:
            frames.append(frame)
        if len(frame) > JOINED_BYTES_MAX or len(frames) >= JOINED_FRAMES_MAX:
            self.write_waiting()

    def _send_close(self, code: int, reason: str) -> None:
        cut = reason.encode()[:_REASON_BYTES_MAX].decode(errors="ignore").encode()
        payload = code.to_bytes(2, "big") + cut
        self.write_waiting()
        self._socket.write(frame_head(0x8, len(payload)) + payload)

    def _linger(self) -> None:
        """Send no more, read and forget what still comes, and let the peer end the connection.

        Closing with unread bytes would reset the connection and could take our close frame from
        the peer's buffer (RFC 6455, section 7.1.1).
        """
        self._phase = _DEAF
        self._forget_parts()
        self._closings.place(self, CLOSE_MS_MAX)
        if self._socket.can_write_eof():
            self._socket.write_eof()
        else:
            self._socket.close()

    def _cut(self, code: int) -> None:
        if self._phase == _DEAF:
            return
        self._code = code
        self.drop()

    def _forget_parts(self) -> None:
        self._parts = None
        self._decoder = None


def _is_utf8(payload: bytes) -> bool:
    if payload.isascii():
        return True
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
