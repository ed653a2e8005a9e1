"""Frames of a link: a header, then one message in MessagePack. A byte machine, without a socket.

    4 bytes  length of the body
    8 bytes  number: of the message; of the last message, in a beat (no body); 0 in a hello
    n bytes  body

All numbers are big-endian. Both directions have the same form.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Final

import msgspec

from airdesk.core.kernel import MalformedMessage, MessageTooLarge, limits
from airdesk.ports.link import ToGateway, ToHome

HEADER: Final = Struct(">IQ")
HEADER_BYTES: Final = HEADER.size
HELLO_NUMBER: Final = 0

_encode = msgspec.msgpack.Encoder().encode
_to_home: msgspec.msgpack.Decoder[ToHome] = msgspec.msgpack.Decoder(ToHome)
_to_gateway: msgspec.msgpack.Decoder[ToGateway] = msgspec.msgpack.Decoder(ToGateway)


def encode_body(message: ToHome | ToGateway) -> bytes:
    """Give a message's body.

    Raises:
        MessageTooLarge: it is longer than LINK_FRAME_BYTES_MAX, a defect of the sender.
    """
    body = _encode(message)
    if len(body) > limits.LINK_FRAME_BYTES_MAX:
        raise _too_large()
    return body


def decode_to_home(body: memoryview) -> ToHome:
    """Give a body's message.

    Raises:
        MalformedMessage: it is none to the home.
    """
    try:
        return _to_home.decode(body)
    except msgspec.MsgspecError as error:
        raise MalformedMessage(reason=str(error)) from None


def decode_to_gateway(body: memoryview) -> ToGateway:
    """Give a body's message.

    Raises:
        MalformedMessage: it is none to a gateway.
    """
    try:
        return _to_gateway.decode(body)
    except msgspec.MsgspecError as error:
        raise MalformedMessage(reason=str(error)) from None


def encode_frame(number: int, body: bytes = b"") -> bytes:
    """Give one frame's bytes."""
    return HEADER.pack(len(body), number) + body


class FrameReader:
    """Cuts a stream of bytes into frames."""

    __slots__ = ("_bytes_needed", "_rest")

    def __init__(self) -> None:
        self._rest = bytearray()
        """The beginning of a frame that is not here whole."""
        self._bytes_needed = HEADER_BYTES
        """Bytes from the beginning of that frame without which nothing more can be said."""

    def receive_bytes(self, data: memoryview) -> Iterator[tuple[int, memoryview]]:
        """Take bytes and give (number, body) of each frame that they complete.

        A body is good until the next frame is asked for. The caller takes all frames before
        it gives more bytes.

        Raises:
            MessageTooLarge: a frame is longer than LINK_FRAME_BYTES_MAX; the stream is void.

        Cost: a frame that comes in one piece is not copied.
        """
        if self._rest:
            self._rest += data
            if len(self._rest) < self._bytes_needed:
                return
            data, self._rest = memoryview(self._rest), bytearray()
        start, end = 0, len(data)
        self._bytes_needed = HEADER_BYTES
        while end - start >= HEADER_BYTES:
            length, number = HEADER.unpack_from(data, start)
            if length > limits.LINK_FRAME_BYTES_MAX:
                raise _too_large()
            stop = start + HEADER_BYTES + length
            if stop > end:
                self._bytes_needed = stop - start
                break
            yield number, data[start + HEADER_BYTES : stop]
            start = stop
        if start < end:
            self._rest += data[start:]


def _too_large() -> MessageTooLarge:
    return MessageTooLarge(name="link message", limit=limits.LINK_FRAME_BYTES_MAX)
