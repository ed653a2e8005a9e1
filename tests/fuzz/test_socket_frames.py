"""Random streams of bytes to the real port: nothing may escape the adapter or end the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit.raw_socket import MASK, TEXT, EchoServer, Frame, RawClient, frame, handshake


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with EchoServer() as running:
        yield running


def head_and_body(first: int, length: int, body: bytes) -> bytes:
    """Write a frame whose length need not be true."""
    return bytes((first, 0x80 | length)) + MASK + body


frames = st.builds(
    frame,
    st.integers(0, 15),
    st.binary(max_size=300),
    fin=st.booleans(),
    rsv=st.sampled_from((0, 0, 0, 0, 1, 4, 7)),
    length=st.one_of(st.none(), st.none(), st.integers(0, 2**63 - 1)),
)
streams = st.lists(
    st.one_of(
        frames,
        st.binary(max_size=64),
        st.builds(head_and_body, st.integers(0, 255), st.integers(0, 127), st.binary(max_size=140)),
    ),
    max_size=12,
)


def survive(server: EchoServer, opening: bytes, stream: bytes, chop: int) -> None:
    """Send everything, hang up, and read what a server that is well would say."""
    with RawClient(server.port) as client:
        try:
            client.send(opening)
            if client.read_head().startswith(b"HTTP/1.1 101 "):
                client.send(stream, chop)
                client.hang_up()
                client.read_to_end()
        except (BrokenPipeError, ConnectionResetError):
            pass  # The server may have ended it first; what matters is asked below.
    with RawClient(server.port).open() as client:
        client.send(frame(TEXT, b"well?"))
        assert client.read_frame() == Frame(TEXT, b"well?")
    assert server.defects == []
    assert server.log.records == []


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    stream=streams.map(b"".join),
    chop=st.sampled_from((0, 0, 1, 7, 100)),
    subprotocol=st.sampled_from(("airdesk.v1.bin", "airdesk.v1.json")),
)
def test_random_frames_harm_nobody(
    server: EchoServer, stream: bytes, chop: int, subprotocol: str
) -> None:
    opening = handshake(replace={"Sec-WebSocket-Protocol": subprotocol})
    survive(server, opening, stream, chop)


header_values = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=40
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(
        (
            "Host",
            "Origin",
            "Upgrade",
            "Connection",
            "Sec-WebSocket-Key",
            "Sec-WebSocket-Version",
            "Sec-WebSocket-Protocol",
            "Sec-WebSocket-Extensions",
        )
    ),
    value=st.one_of(st.none(), header_values),
)
def test_random_headers_harm_nobody(server: EchoServer, name: str, value: str | None) -> None:
    text = handshake(replace={name: None})
    line = b"" if value is None else f"{name}: {value}\r\n".encode("latin-1")
    survive(server, text[:-2] + line + b"\r\n", b"", 0)
