"""The first frame of either end: who speaks, in which dialect, under which link id."""

from __future__ import annotations

import hashlib
from struct import Struct
from typing import Final

import msgspec.inspect

from airdesk.core.kernel import LinkMismatch, MalformedMessage
from airdesk.ports.link import ToGateway, ToHome

LINK_VERSION: Final = 1
"""Of the frames and of this hello; the messages speak for themselves, see `fingerprint`."""

_PREFIX: Final = Struct(">7sB8s")
"""What every version's hello begins with."""

_HELLO: Final = Struct(">7sB8sQ")
_MAGIC: Final = b"airdesk"


def fingerprint() -> bytes:
    """Give 8 bytes that differ where the two ends' messages differ.

    So a home and a gateway of different builds part at once, instead of misreading each other
    now and then, and nobody has to remember to raise a version.
    """
    shape = repr(msgspec.inspect.multi_type_info([ToHome, ToGateway]))
    return hashlib.sha256(shape.encode()).digest()[:8]


def encode_hello(dialect: bytes, link_id: int) -> bytes:
    """Give the body of a hello.

    Args:
        dialect: this end's `fingerprint`.
        link_id: under which this end numbers its messages.
    """
    return _HELLO.pack(_MAGIC, LINK_VERSION, dialect, link_id)


def decode_hello(body: memoryview, dialect: bytes) -> int:
    """Give the link id under which the other end numbers its messages.

    Raises:
        MalformedMessage: the other end is not of AirDesk.
        LinkMismatch: it is of another build than this one.
    """
    prefix = bytes(body[: _PREFIX.size])
    if len(prefix) < _PREFIX.size or not prefix.startswith(_MAGIC):
        raise MalformedMessage(reason="a link begins with a hello")
    _, version, their_dialect = _PREFIX.unpack(prefix)
    if (version, their_dialect) != (LINK_VERSION, dialect) or len(body) != _HELLO.size:
        theirs, ours = f"{version}.{their_dialect.hex()}", f"{LINK_VERSION}.{dialect.hex()}"
        raise LinkMismatch(theirs=theirs, ours=ours)
    link_id: int = _HELLO.unpack(body)[-1]
    return link_id
