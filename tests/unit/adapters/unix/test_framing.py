"""Frames of a link: any message, cut anywhere, comes out as it went in."""

from __future__ import annotations

import typing
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airdesk.adapters.unix import framing
from airdesk.adapters.unix.framing import FrameReader, encode_body, encode_frame
from airdesk.core.kernel import (
    NO_ID,
    ConversationId,
    MalformedMessage,
    MessageTooLarge,
    OperationId,
    PeerError,
    limits,
)
from airdesk.ports import link

TO_HOME: tuple[Any, ...] = typing.get_args(link.ToHome)
TO_GATEWAY: tuple[Any, ...] = typing.get_args(link.ToGateway)
INTEGERS = st.integers(-(2**63), 2**64 - 1)
"""All that MessagePack can say."""


def messages_of(kind: Any) -> st.SearchStrategy[Any]:
    """Make any message of one kind; structs inside are made the same way."""
    fields = {name: values_of(hint) for name, hint in typing.get_type_hints(kind).items()}
    return st.builds(kind, **fields)


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    parts = typing.get_args(hint)
    if hasattr(hint, "__struct_fields__") or hasattr(hint, "_fields"):
        return messages_of(hint)
    if getattr(hint, "__supertype__", hint) is int:
        return INTEGERS
    if typing.get_origin(hint) is tuple:
        return st.lists(values_of(parts[0]), max_size=3).map(tuple)
    if parts:
        return st.one_of(*map(values_of, parts))
    return st.from_type(hint)


any_to_home = st.one_of(*map(messages_of, TO_HOME))
any_to_gateway = st.one_of(*map(messages_of, TO_GATEWAY))
any_frames = st.lists(st.tuples(st.integers(0, 2**64 - 1), st.binary(max_size=40)), max_size=8)


def cut(stream: bytes, places: list[int]) -> list[memoryview]:
    """Cut a stream at places that wrap around its length."""
    ends = sorted({place % (len(stream) + 1) for place in places} | {0, len(stream)})
    return [memoryview(stream[a:b]) for a, b in pairwise(ends)]


def read(chunks: list[memoryview]) -> list[tuple[int, bytes]]:
    reader = FrameReader()
    return [
        (number, bytes(body)) for chunk in chunks for number, body in reader.receive_bytes(chunk)
    ]


@given(any_to_home)
def test_every_message_to_the_home_comes_out_as_it_went_in(message: link.ToHome) -> None:
    assert framing.decode_to_home(memoryview(encode_body(message))) == message


@given(any_to_gateway)
def test_every_message_to_a_gateway_comes_out_as_it_went_in(message: link.ToGateway) -> None:
    assert framing.decode_to_gateway(memoryview(encode_body(message))) == message


@given(any_to_home)
def test_no_message_to_the_home_is_understood_at_a_gateway(message: link.ToHome) -> None:
    with pytest.raises(MalformedMessage):
        framing.decode_to_gateway(memoryview(encode_body(message)))


@given(any_to_gateway)
def test_no_message_to_a_gateway_is_understood_at_the_home(message: link.ToGateway) -> None:
    with pytest.raises(MalformedMessage):
        framing.decode_to_home(memoryview(encode_body(message)))


@given(any_frames, st.lists(st.integers(0, 500), max_size=12))
def test_a_stream_that_is_cut_anywhere_gives_the_same_frames(
    frames: list[tuple[int, bytes]], places: list[int]
) -> None:
    stream = b"".join(encode_frame(number, body) for number, body in frames)
    assert read(cut(stream, places)) == frames


def test_a_stream_that_comes_byte_by_byte_gives_the_same_frames() -> None:
    frames = [(1, b"one"), (2, b""), (3, b"three" * 20)]
    stream = b"".join(encode_frame(number, body) for number, body in frames)
    assert read([memoryview(stream[index : index + 1]) for index in range(len(stream))]) == frames


def test_a_frame_of_the_largest_size_is_taken() -> None:
    frame = encode_frame(1, bytes(limits.LINK_FRAME_BYTES_MAX))
    half = len(frame) // 2
    chunks = [memoryview(frame[:half]), memoryview(frame[half:])]
    assert [len(body) for _, body in read(chunks)] == [limits.LINK_FRAME_BYTES_MAX]


def test_a_frame_is_refused_by_its_header_alone() -> None:
    header = framing.HEADER.pack(limits.LINK_FRAME_BYTES_MAX + 1, 1)
    with pytest.raises(MessageTooLarge):
        read([memoryview(header)])


def test_frames_before_a_bad_one_are_given() -> None:
    reader = FrameReader()
    bad = framing.HEADER.pack(limits.LINK_FRAME_BYTES_MAX + 1, 2)
    taken = reader.receive_bytes(memoryview(encode_frame(1, b"good") + bad))
    number, body = next(taken)
    assert (number, bytes(body)) == (1, b"good")
    with pytest.raises(MessageTooLarge):
        next(taken)


def test_a_message_that_is_too_large_is_not_encoded() -> None:
    text = "x" * limits.LINK_FRAME_BYTES_MAX
    answer = link.Answer(link.SessionId(1), OperationId(NO_ID), ConversationId(NO_ID), text=text)
    with pytest.raises(MessageTooLarge):
        encode_body(answer)


@given(st.binary(max_size=80))
def test_random_bodies_raise_nothing_but_a_peer_error(body: bytes) -> None:
    for decode in (framing.decode_to_home, framing.decode_to_gateway):
        try:
            decode(memoryview(body))
        except PeerError:
            continue
        assert encode_body(decode(memoryview(body)))


@given(st.binary(max_size=200))
def test_random_streams_raise_nothing_but_a_peer_error(stream: bytes) -> None:
    try:
        frames = read([memoryview(stream)])
    except PeerError:
        return
    assert (
        b"".join(encode_frame(number, body) for number, body in frames)
        == stream[: sum(framing.HEADER_BYTES + len(body) for _, body in frames)]
    )
