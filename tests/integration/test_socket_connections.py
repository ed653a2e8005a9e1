"""How connections end, and what they may cost, on the real port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from airdesk.core.kernel import SlowReader
from airdesk.ports.sockets import SocketConnection, SocketReceiver
from tests.kit.raw_socket import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    EchoServer,
    Frame,
    RawClient,
    close_frame,
    frame,
)


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with EchoServer() as running:
        yield running


def code_of(close: Frame | None) -> int:
    assert close is not None and close.opcode == CLOSE
    return int.from_bytes(close.payload[:2], "big")


@pytest.mark.parametrize(("subprotocol", "opcode"), [("bin", TEXT), ("json", BINARY)])
def test_the_other_kind_of_message_ends_the_connection(
    server: EchoServer, subprotocol: str, opcode: int
) -> None:
    with RawClient(server.port).open(f"airdesk.v1.{subprotocol}") as client:
        receiver = server.receiver()
        client.send(frame(opcode, b"{}"))
        (last,) = client.read_to_end()
    assert code_of(last) == receiver.code() == 1003


def test_our_close_is_answered_by_the_peer(server: EchoServer) -> None:
    with RawClient(server.port).open() as client:
        receiver = server.receiver()
        client.send(frame(TEXT, b"close") + frame(TEXT, b"too late"))
        close = client.read_frame()
        assert code_of(close) == 4010
        assert close is not None and 2 < len(close.payload) <= 125
        assert set(close.payload[2:].decode()) == {"敬"}
        client.send(close_frame(4010))
        assert client.read_frame() is None
    assert receiver.code() == 4010


def test_a_peer_who_does_not_answer_our_close_is_dropped(server: EchoServer) -> None:
    with RawClient(server.port).open() as client:
        receiver = server.receiver()
        client.send(frame(TEXT, b"close"))
        assert code_of(client.read_frame()) == 4010
        client.wait_for_the_end()
    assert receiver.code() == 4010


def test_an_abort_sends_nothing(server: EchoServer) -> None:
    with RawClient(server.port).open() as client:
        receiver = server.receiver()
        client.send(frame(TEXT, b"abort"))
        client.wait_for_the_end()
    assert receiver.code() == 1006


def test_a_peer_who_vanishes_is_lost(server: EchoServer) -> None:
    with RawClient(server.port).open():
        receiver = server.receiver()
    assert receiver.code() == 1006
    server.call(receiver.connection.send, b"into the void", False)
    server.call(receiver.connection.ping)
    server.call(receiver.connection.close, 4010, "late")
    server.call(receiver.connection.abort)
    assert receiver.closed.empty()
    assert server.defects == []


def test_any_byte_is_heard(server: EchoServer) -> None:
    with RawClient(server.port).open() as client:
        connection = server.receiver().connection
        client.send(frame(TEXT, b"ping"))
        assert client.read_frame() == Frame(PING, b"")
        connection.heard = False
        # The first half of a frame is no message yet, but it is life.
        whole = frame(PONG)
        client.send(whole[:3])
        while not connection.heard:
            server.call(int)
        client.send(whole[3:] + frame(TEXT, b"after"))
        assert client.read_frame() == Frame(TEXT, b"after")


def test_a_reader_who_does_not_read_is_cut_and_others_are_served(server: EchoServer) -> None:
    with (
        RawClient(server.port, receive_bytes=4096).open("airdesk.v1.bin") as slow,
        RawClient(server.port).open() as other,
    ):
        receiver = server.receiver()
        slow.send(frame(BINARY, b"flood"))
        other.send(frame(TEXT, b"still there?"))
        assert other.read_frame() == Frame(TEXT, b"still there?")
        assert receiver.code() == SlowReader.number
        assert receiver.closed.empty()
    assert server.defects == []


def test_a_flood_of_pings_from_one_who_does_not_read_is_cut(server: EchoServer) -> None:
    flood = frame(PING, b"*" * 125) * 500
    server.drain()
    with RawClient(server.port, receive_bytes=4096).open() as client:
        receiver = server.receiver()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            client.send(flood * 1_000)
        assert receiver.code() == SlowReader.number


def test_a_receiver_that_raises_ends_its_connection_and_is_logged(server: EchoServer) -> None:
    server.drain()
    with RawClient(server.port).open() as client:
        receiver = server.receiver()
        client.send(frame(TEXT, b"raise"))
        assert code_of(client.read_frame()) == 1011
    assert receiver.code() == 1011
    assert [record.getMessage() for record in server.log.records] == [
        "a receiver failed on a message"
    ]


def test_a_factory_that_raises_ends_the_connection() -> None:
    def broken(connection: SocketConnection) -> SocketReceiver:
        raise RuntimeError("no receiver today")

    with EchoServer(factory=broken) as server:
        with RawClient(server.port).open() as client:
            assert code_of(client.read_frame()) == 1011
            assert client.read_frame() is None
        assert len(server.log.records) == 1
        assert server.defects == []


def test_a_server_that_stops_says_so() -> None:
    with EchoServer() as server, RawClient(server.port).open() as client:
        receiver = server.receiver()
        server.stop()
        assert code_of(client.read_frame()) == 1012
        client.send(close_frame(1012))
        assert client.read_frame() is None
        assert receiver.code() == 1012


def read_buffer_bytes(server: EchoServer) -> int:
    (protocol,) = server.protocols()
    return len(protocol.get_buffer(-1))


@pytest.mark.parametrize("chop", [0, 1_000])
def test_the_memory_of_a_large_message_is_given_back(chop: int) -> None:
    large, small = b"*" * 60_000, b"small"
    with EchoServer() as server, RawClient(server.port).open() as client:
        receiver = server.receiver()
        client.send(frame(TEXT, small))
        assert client.read_frame() == Frame(TEXT, small)
        at_first = read_buffer_bytes(server)
        assert at_first < 2_048
        client.send(frame(TEXT, large), chop)
        assert client.read_frame() == Frame(TEXT, large)
        for _ in range(3):
            client.send(frame(TEXT, small))
            assert client.read_frame() == Frame(TEXT, small)
        # The echo comes from within the read that gives the memory back: let that one end.
        server.call(int)
        assert read_buffer_bytes(server) == at_first
        client.send(frame(TEXT, b"in ", fin=False) + frame(0, large[:50_000], fin=False))
        client.send(frame(PING) + frame(0, b" parts"))
        assert client.read_frame() == Frame(PONG, b"")
        assert client.read_frame() == Frame(TEXT, b"in " + large[:50_000] + b" parts")
        client.send(frame(3))
        assert code_of(client.read_frame()) == receiver.code() == 1002
        assert server.defects == []
