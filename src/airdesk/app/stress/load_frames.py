"""Client-side WebSocket frames made by hand, for a load client that shares a core with nobody.

The mask is four zero bytes: the server takes it off like any other (its parser does not look at
it), and the client is spared the work of putting it on.
"""

from __future__ import annotations

from typing import Final, NamedTuple

BINARY: Final = 0x82
CLOSE: Final = 0x88
PING: Final = 0x89
PONG: Final = 0x8A

_NO_MASK: Final = bytes(4)
_SHORT: Final = tuple(bytes((BINARY, 0x80 | length)) + _NO_MASK for length in range(126))

REQUEST: Final = (
    b"GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari\r\n"
    b"Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n"
    b"Accept-Encoding: gzip, deflate, br\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Protocol: airdesk.v1.bin\r\n\r\n"
)
"""An opening request with the headers that a browser sends."""


def binary_frame(payload: bytes) -> bytes:
    """Give a whole binary message as a client sends it (RFC 6455, section 5.2)."""
    length = len(payload)
    if length < 126:
        return _SHORT[length] + payload
    return bytes((BINARY, 0xFE)) + length.to_bytes(2, "big") + _NO_MASK + payload


def control_frame(opcode: int, payload: bytes) -> bytes:
    """Give a control frame as a client sends it."""
    return bytes((opcode, 0x80 | len(payload))) + _NO_MASK + payload


class Frame(NamedTuple):
    """One frame of the server."""

    opcode: int
    """Its first byte: FIN and the opcode."""
    payload: bytes


def cut_frames(received: bytes) -> tuple[list[Frame], bytes]:
    """Cut what a server sent into whole frames.

    Returns:
        The frames, and the bytes of one that is not whole yet.
    """
    frames = []
    start, end = 0, len(received)
    while end - start >= 2:
        length, head = received[start + 1], 2
        if length >= 126:
            width = 2 if length == 126 else 8
            head += width
            if end - start < head:
                break
            length = int.from_bytes(received[start + 2 : start + head], "big")
        stop = start + head + length
        if stop > end:
            break
        frames.append(Frame(received[start], received[start + head : stop]))
        start = stop
    return frames, received[start:]
