"""The load client's parts: a benchmark that overlooks a lost message would be worth nothing."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
import pytest

from airdesk.app.stress.load_frames import BINARY, Frame, binary_frame, cut_frames
from airdesk.app.stress.load_session import LoadSession, View
from airdesk.app.stress.load_texts import MEDIAN_BYTES, make_texts, median_bytes
from airdesk.app.stress.probe import StageClock
from airdesk.app.stress.probe_stages import STAGES, WRAPPED

HANDSHAKE = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
REF, CONVERSATION = 1, b"c" * 16


class Failed(Exception):
    """What the listener was told."""


class Recorder:
    """Hears what a session tells."""

    def __init__(self) -> None:
        self.arrivals: list[tuple[int, bool]] = []
        self.marked_sessions = 0

    def accepted(self, op: bytes, now_ns: int) -> None:
        raise NotImplementedError

    def arrived(self, session: LoadSession, number: int, is_own: bool, now_ns: int) -> None:
        self.arrivals.append((number, is_own))

    def assigned(self, session: LoadSession, view: View) -> None:
        raise NotImplementedError

    def marked(self, session: LoadSession) -> None:
        self.marked_sessions += 1

    def failed(self, reason: str) -> None:
        raise Failed(reason)


class Wire(asyncio.Transport):
    """Keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))


def server_frame(message: object) -> bytes:
    payload = msgspec.msgpack.encode(message)
    return bytes((BINARY, len(payload))) + payload


def event(seq: int, prev: int, text: str, author: int = 3) -> bytes:
    return server_frame((70, REF, seq, prev, 0, 3, author, text))


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def visitor(recorder: Recorder) -> LoadSession:
    session = LoadSession(b"hello", b"", recorder, lambda: None)
    session.connection_made(Wire())
    session.data_received(HANDSHAKE)
    session.data_received(server_frame((68, REF, CONVERSATION, 0, 1, 1, CONVERSATION, 0, 0)))
    session.data_received(server_frame((69, REF, 0)))
    return session


@pytest.mark.parametrize("size", [0, 1, 125, 126, 5_000])
def test_a_frame_is_cut_wherever_the_bytes_are_torn(size: int) -> None:
    payload = bytes(size)
    head = bytes((BINARY, size)) if size < 126 else bytes((BINARY, 126)) + size.to_bytes(2, "big")
    for torn in (0, 1, 2, 3, len(head) + size):
        whole = head + payload
        frames, rest = cut_frames(whole[:torn])
        assert cut_frames(rest + whole[torn:]) == ([Frame(BINARY, payload)][len(frames) :], b"")


def test_a_client_frame_has_a_mask_and_its_length() -> None:
    assert binary_frame(b"abc") == b"\x82\x83\0\0\0\0abc"
    assert binary_frame(bytes(200))[:8] == b"\x82\xfe\x00\xc8\0\0\0\0"


def test_messages_of_both_sides_are_told_apart(visitor: LoadSession, recorder: Recorder) -> None:
    visitor.data_received(event(1, 0, "7 hi") + event(2, 1, "8 hello", author=0))
    assert recorder.arrivals == [(7, False), (8, True)]
    assert visitor.marks == {REF: 1}


def test_an_event_that_does_not_follow_ends_the_benchmark(visitor: LoadSession) -> None:
    with pytest.raises(Failed, match="event 3 after 2, but 0 is here"):
        visitor.data_received(event(3, 2, "7 hi"))


def test_a_repeated_event_ends_the_benchmark(visitor: LoadSession) -> None:
    visitor.data_received(event(1, 0, "7 hi"))
    with pytest.raises(Failed, match="but 1 is here"):
        visitor.data_received(event(1, 0, "7 hi"))


def test_a_message_that_overtook_another_ends_the_benchmark(visitor: LoadSession) -> None:
    visitor.data_received(event(1, 0, "8 hi"))
    with pytest.raises(Failed, match="message 7 came after 8"):
        visitor.data_received(event(2, 1, "7 hi"))


def test_a_closed_connection_ends_the_benchmark(visitor: LoadSession) -> None:
    with pytest.raises(Failed, match="a connection ended"):
        visitor.connection_lost(None)


def test_texts_are_as_long_as_in_chats() -> None:
    assert abs(median_bytes(make_texts(2_000)) - MEDIAN_BYTES) <= 2


def test_every_stage_has_functions_that_exist() -> None:
    for stage, place, name in WRAPPED:
        assert stage in STAGES
        assert callable(getattr(place, name))


def test_time_belongs_to_the_innermost_stage() -> None:
    clock = StageClock(("other", "outer", "inner"))

    def burn() -> None:
        end_ns = time.thread_time_ns() + 20_000_000
        while time.thread_time_ns() < end_ns:
            pass

    inner = clock.wrap("inner", burn)

    def work() -> None:
        inner()
        inner()

    clock.wrap("outer", work)()
    spent = clock.read()
    assert spent["inner"] >= 40_000_000
    assert spent["outer"] < spent["inner"]
