"""What a message takes on the wire, and what it would take in other forms.

The terse JSON is a rival made as small as JSON gets without a scheme: keys of one or two letters,
numbers for the types, defaults left out, no white space, Chinese as it is. Its letters are frozen,
so that figures of different years can be compared.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from airdesk.core.wire import BINARY, JSON, messages

KEYS: Final = {
    "after": "af",
    "agent": "g",
    "agents": "gs",
    "assignee": "as",
    "at_start": "st",
    "attempt": "at",
    "author": "a",
    "availability": "av",
    "base": "b",
    "beat_ms": "bm",
    "before": "bf",
    "by": "by",
    "bytes": "bs",
    "client": "cl",
    "conversation": "c",
    "cursor": "cu",
    "delivered": "d",
    "device": "dv",
    "dt_ms": "t",
    "events": "es",
    "file": "f",
    "heads": "hs",
    "height": "h",
    "held": "hd",
    "inbox": "ib",
    "instance": "in",
    "kind": "k",
    "labels": "ls",
    "last_ms": "lm",
    "last_seq": "l",
    "marks": "ms",
    "media_type": "mt",
    "mentions": "me",
    "mine": "mi",
    "note": "nt",
    "number": "nr",
    "on": "on",
    "op": "o",
    "opened_ms": "om",
    "options": "op",
    "participants": "ps",
    "place": "pl",
    "prev": "p",
    "priority": "pr",
    "queue": "q",
    "read": "rd",
    "ref": "r",
    "reset": "rs",
    "retry_ms": "rm",
    "role": "ro",
    "score": "sc",
    "seq": "s",
    "server_ms": "sm",
    "snoozed_until_ms": "sn",
    "status": "su",
    "subject": "sj",
    "subjects": "ss",
    "team": "tm",
    "text": "x",
    "token": "tk",
    "type": "y",
    "unread": "u",
    "until_ms": "um",
    "value": "v",
    "version": "vs",
    "visitor": "vi",
    "waiting": "wt",
    "wanted": "w",
    "where": "wh",
    "width": "wd",
    "you": "yo",
}


class Sizes:
    """Adds up bytes on the wire, and compares a sample of the messages with their other forms."""

    def __init__(self) -> None:
        self.messages = 0
        """Frames of messages with their headers, both directions."""
        self.controls = 0
        """Pings, pongs and closes."""
        self.sample = [0, 0, 0]
        """Of the sampled messages: as sent, in JSON, in terse JSON; headers included."""
        self._until_sample = SAMPLE_EVERY

    def add(self, payload: bytes, mask: int) -> None:
        """Count a message.

        Args:
            payload: without its header.
            mask: MASK_BYTES for a client's, 0 for the server's.
        """
        size = header_bytes(len(payload)) + mask
        self.messages += size + len(payload)
        self._until_sample -= 1
        if not self._until_sample:
            self._until_sample = SAMPLE_EVERY
            decode = BINARY.decode_client if mask else BINARY.decode_server
            message: Any = decode(payload)
            forms = (payload, JSON.encode(message), terse_json(message))
            for index, form in enumerate(forms):
                self.sample[index] += len(form) + header_bytes(len(form)) + mask

    def control(self, payload: int, mask: int) -> None:
        """Count a ping, a pong or a close."""
        self.controls += 2 + mask + payload


SAMPLE_EVERY: Final = 61
"""One in so many messages is looked at in other forms, which costs about 10 µs; a prime, so that it
falls into step with nothing."""

MASK_BYTES: Final = 4


def header_bytes(length: int) -> int:
    """Give the length of a frame's header without a mask (RFC 6455, section 5.2)."""
    return 2 if length < 126 else 4 if length < 65_536 else 10


def terse_json(message: messages.ClientMessage | messages.ServerMessage) -> bytes:
    """Write a message in terse JSON."""
    value = msgspec.json.decode(JSON.encode(message))
    value["type"] = type(message).__struct_config__.tag
    return msgspec.json.encode(_terse(value))


def _terse(value: Any) -> Any:
    if isinstance(value, dict):
        return {KEYS[name]: _terse(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_terse(one) for one in value]
    return value
