"""Names of things: 16 raw bytes inside, UUID text outside.

Ids are UUIDv7 (RFC 9562, section 5.7), so they sort by the time at which they were made and an
index over them grows at its right edge. Inside the program and in the binary encoding an id is
its 16 bytes; in JSON, logs and addresses it is the usual text with dashes.
"""

from __future__ import annotations

import hashlib
from typing import NewType

AccountId = NewType("AccountId", bytes)
InboxId = NewType("InboxId", bytes)
TeamId = NewType("TeamId", bytes)
AgentId = NewType("AgentId", bytes)
VisitorId = NewType("VisitorId", bytes)
ConversationId = NewType("ConversationId", bytes)
DeviceId = NewType("DeviceId", bytes)
InstanceId = NewType("InstanceId", bytes)
OperationId = NewType("OperationId", bytes)
CredentialId = NewType("CredentialId", bytes)
FileId = NewType("FileId", bytes)
LabelId = NewType("LabelId", bytes)

ID_BYTES = 16
"""Length of every id."""

NO_ID = bytes(ID_BYTES)
"""Sixteen zero bytes (RFC 9562, section 5.9): the id that names nothing."""


def uuid7(unix_ms: int, random: bytes) -> bytes:
    """Lay out a UUIDv7 from a time and ten random bytes.

    Args:
        unix_ms: milliseconds since 1970, 0 to 2**48 - 1.
        random: 10 bytes; 74 of their 80 bits are used.

    Returns:
        16 bytes.

    Source: RFC 9562, section 5.7.
    """
    value = (unix_ms << 80) | int.from_bytes(random, "big")
    value &= ~(0xF << 76) & ~(0x3 << 62)
    value |= (0x7 << 76) | (0x2 << 62)
    return value.to_bytes(ID_BYTES, "big")


def derived_operation_id(consumer: str, position: int, n: int = 0) -> OperationId:
    """Give the operation id of what a consumer of the log wants done about a record.

    The same three always give the same id, so a consumer that reads a record again does nothing
    twice. It is laid out as a UUIDv7 with the position for its time, so that ids still grow.

    Args:
        consumer: the consumer's name; it never changes.
        position: the record's position.
        n: which of the consumer's commands about this record.
    """
    name = f"{consumer}\0{position}\0{n}".encode()
    digest = hashlib.blake2b(name, digest_size=10, person=b"airdesk-consumer").digest()
    return OperationId(uuid7(position, digest))


def id_ms(value: bytes) -> int:
    """Give the milliseconds since 1970 that a UUIDv7 carries."""
    return int.from_bytes(value[:6], "big")


def id_text(value: bytes) -> str:
    """Write an id as UUID text, lower case with dashes.

    Raises:
        ValueError: the value is not 16 bytes long.
    """
    if len(value) != ID_BYTES:
        raise ValueError(f"an id has {ID_BYTES} bytes, not {len(value)}")
    h = value.hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def parse_id(text: str) -> bytes:
    """Read an id from UUID text with dashes; upper case is accepted.

    Raises:
        ValueError: the text is not a UUID.
    """
    if len(text) != 36 or text[8] + text[13] + text[18] + text[23] != "----":
        raise ValueError("an id is a UUID with dashes")
    digits = text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
    if not digits.isalnum() or not digits.isascii():
        raise ValueError("an id is a UUID with dashes")
    return bytes.fromhex(digits)
