"""How events, answers and states are stored, and how old bytes become today's events.

An event is an array that begins with its tag. A kind gains fields only at its end, with
defaults, so old bytes are read by today's class. A change that this cannot express gets a new
tag; the retired class moves to `UPCASTERS` with a function that makes today's event of it.
Golden bytes in `tests/vectors` hold every kind for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from airdesk.core.conversation import commands as c
from airdesk.core.conversation import events as e
from airdesk.core.conversation.facts import AccountState
from airdesk.core.conversation.state import ConversationState
from airdesk.core.kernel import ConversationId

COMMAND_HASH_BYTES: Final = 8

UPCASTERS: Final[Mapping[type, Callable[[Any], e.Event]]] = {}
"""Retired event classes and what makes today's event of them. None is retired yet."""


class FirstAnswer(msgspec.Struct, frozen=True, array_like=True):
    """What the sender was told: given again, word for word, to every repeat."""

    conversation_id: ConversationId
    seq: int
    ts_ms: int


_encoder: Final = msgspec.msgpack.Encoder()
_event_decoder: Final = msgspec.msgpack.Decoder(tuple[e.Event, ...])
_bodies_decoder: Final = msgspec.msgpack.Decoder(tuple[str, ...])
_answer_decoder: Final = msgspec.msgpack.Decoder(FirstAnswer)
_state_decoder: Final = msgspec.msgpack.Decoder(ConversationState)
_account_decoder: Final = msgspec.msgpack.Decoder(AccountState)

encode_events: Final[Callable[[Sequence[e.Event]], bytes]] = _encoder.encode
"""Give the stored bytes of one record's events."""

encode_bodies: Final[Callable[[Sequence[str]], bytes]] = _encoder.encode
"""Give the stored bytes of one record's words."""

encode_answer: Final[Callable[[FirstAnswer], bytes]] = _encoder.encode
encode_state: Final[Callable[[ConversationState | AccountState], bytes]] = _encoder.encode


def decode_events(stored: bytes) -> tuple[e.Event, ...]:
    """Read one record's events, upcast to today's classes.

    Raises:
        msgspec.DecodeError, msgspec.ValidationError: the bytes are damaged.
    """
    return upcast(_event_decoder.decode(stored), UPCASTERS)


def upcast(
    events: tuple[Any, ...], upcasters: Mapping[type, Callable[[Any], e.Event]]
) -> tuple[e.Event, ...]:
    """Turn retired events into today's; one step a version, until none is retired."""
    if not upcasters or not any(type(event) in upcasters for event in events):
        return events
    stepped = tuple(
        upcasters[type(event)](event) if type(event) in upcasters else event for event in events
    )
    return upcast(stepped, upcasters)


def decode_bodies(stored: bytes) -> tuple[str, ...]:
    """Read one record's words; none where there were none or they were erased."""
    return _bodies_decoder.decode(stored) if stored else ()


def decode_answer(stored: bytes) -> FirstAnswer:
    """Read a first answer."""
    return _answer_decoder.decode(stored)


def decode_state(stored: bytes) -> ConversationState:
    """Read a conversation's state from a checkpoint."""
    return _state_decoder.decode(stored)


def decode_account(stored: bytes) -> AccountState:
    """Read an account's state from a checkpoint."""
    return _account_decoder.decode(stored)


def command_hash(command: c.Command, conversation_id: ConversationId) -> bytes:
    """Give 8 bytes that stand for the command and the conversation that its sender named."""
    # As it was before messages had files and notes mentions: repeats of what was sent then have
    # the same hash.
    if type(command) is c.SendMessage and command.file is None and not command.options:
        encoded = _encoder.encode((2, command.text))
    elif type(command) is c.AddNote and not command.mentions:
        encoded = _encoder.encode((3, command.text))
    else:
        encoded = _encoder.encode(command)
    return hashlib.blake2b(conversation_id + encoded, digest_size=COMMAND_HASH_BYTES).digest()
