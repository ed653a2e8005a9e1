"""The opening handshake, on the real port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kit.raw_socket import TEXT, EchoServer, Frame, RawClient, close_frame, frame, handshake


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with EchoServer() as running:
        yield running


def answer(server: EchoServer, request: bytes) -> tuple[int, bytes, bytes]:
    """Give status, head and body of the answer to a request that is refused."""
    with RawClient(server.port) as client:
        client.send(request)
        head = client.read_head()
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        body = client.read(length)
        assert client.read(1) == b"", "the connection must end after a refusal"
    return int(head.split(b" ")[1]), head.lower(), body


@pytest.mark.parametrize(
    "headers",
    [
        {"Connection": "keep-alive, Upgrade"},
        {"Connection": "Keep-Alive ,  UPGRADE"},
        {"Upgrade": "WebSocket"},
        {"Sec-WebSocket-Protocol": "chat,airdesk.v1.json , soap"},
        {"Sec-WebSocket-Protocol": None, "sec-websocket-PROTOCOL": "airdesk.v1.json"},
        {"Sec-WebSocket-Version": None, "SEC-WEBSOCKET-VERSION": "13"},
        {"Origin": "https://shop.example"},
    ],
    ids=["firefox", "spaces and case", "upgrade's case", "many", "names' case", "upper", "origin"],
)
def test_headers_are_taken_as_the_standard_allows(
    server: EchoServer, headers: dict[str, str | None]
) -> None:
    with RawClient(server.port) as client:
        client.send(handshake(replace=headers))
        head = client.read_head()
        assert head.startswith(b"HTTP/1.1 101 ")
        assert b"Sec-WebSocket-Protocol: airdesk.v1.json" in head
        client.send(frame(TEXT, b"hello"))
        assert client.read_frame() == Frame(TEXT, b"hello")


def test_the_accept_header_is_the_one_of_the_standard(server: EchoServer) -> None:
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    with RawClient(server.port) as client:
        client.send(handshake(replace=dict(key)))
        assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in client.read_head()


@pytest.mark.parametrize(
    "lines",
    [
        ["Sec-WebSocket-Protocol: airdesk.v1.json, airdesk.v1.bin"],
        ["Sec-WebSocket-Protocol: airdesk.v1.json", "Sec-WebSocket-Protocol: airdesk.v1.bin"],
    ],
)
def test_the_server_prefers_the_binary_subprotocol(server: EchoServer, lines: list[str]) -> None:
    with RawClient(server.port) as client:
        client.send(handshake(replace={"Sec-WebSocket-Protocol": None}, extra=lines))
        assert b"Sec-WebSocket-Protocol: airdesk.v1.bin" in client.read_head()


@pytest.mark.parametrize("offered", [None, "chat", "airdesk.v2.bin"])
def test_no_subprotocol_in_common_is_refused_with_the_names(
    server: EchoServer, offered: str | None
) -> None:
    status, _, body = answer(server, handshake(replace={"Sec-WebSocket-Protocol": offered}))
    assert status == 400
    assert b"airdesk.v1.bin, airdesk.v1.json" in body


@pytest.mark.parametrize("version", [None, "7", "8", "12", "13, 13", "14"])
def test_another_version_is_told_which_one_to_use(server: EchoServer, version: str | None) -> None:
    status, head, _ = answer(server, handshake(replace={"Sec-WebSocket-Version": version}))
    assert status == 426
    assert b"sec-websocket-version: 13" in head


@pytest.mark.parametrize(
    "key",
    [None, "", "dGhlIHNhbXBsZQ==", "not base64 at all!!!!!!", "dGhlIHNhbXBsZSBub25jZWVlZQ=="],
)
def test_a_key_that_is_missing_or_wrong_is_refused(server: EchoServer, key: str | None) -> None:
    status, _, body = answer(server, handshake(replace={"Sec-WebSocket-Key": key}))
    assert (status, b"Sec-WebSocket-Key" in body) == (400, True)


def test_two_keys_are_refused(server: EchoServer) -> None:
    second = ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]
    assert answer(server, handshake(extra=second))[0] == 400


@pytest.mark.parametrize("path", ["/", "/socket/", "/sockets", "/health"])
def test_sockets_open_on_one_path_only(server: EchoServer, path: str) -> None:
    assert answer(server, handshake(path=path))[0] == 404


def test_a_query_does_not_change_the_path(server: EchoServer) -> None:
    with RawClient(server.port) as client:
        client.send(handshake(path="/socket?v=1"))
        assert client.read_head().startswith(b"HTTP/1.1 101 ")


def test_another_method_is_refused(server: EchoServer) -> None:
    status, head, _ = answer(server, handshake(method="POST"))
    assert (status, b"allow: get" in head) == (405, True)


def test_http_is_served_on_the_same_port(server: EchoServer) -> None:
    with RawClient(server.port) as client:
        client.send(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.read_head().startswith(b"HTTP/1.1 200 ")
        assert client.read(2) == b"ok"


def test_an_origin_is_asked_about() -> None:
    asked: list[tuple[str | None, str]] = []

    def allow(origin: str | None, host: str) -> bool:
        asked.append((origin, host))
        return origin in (None, "https://shop.example")

    with EchoServer(allow_origin=allow) as server:
        status, _, _ = answer(server, handshake(replace={"Origin": "https://evil.example"}))
        assert status == 403
        for origin in ("https://shop.example", None):
            with RawClient(server.port) as client:
                client.send(handshake(replace={"Origin": origin}))
                assert client.read_head().startswith(b"HTTP/1.1 101 ")
    origins = ["https://evil.example", "https://shop.example", None]
    assert asked == [(origin, "localhost") for origin in origins]


def test_one_connection_too_many_is_told_to_come_again_and_may() -> None:
    with EchoServer(connections_max=2) as server:
        with RawClient(server.port).open() as first, RawClient(server.port).open():
            receiver = server.receiver()
            status, head, _ = answer(server, handshake())
            assert (status, b"retry-after: " in head) == (503, True)
            first.send(close_frame())
            assert receiver.code() == 1000
            with RawClient(server.port).open() as third:
                third.send(frame(TEXT, b"in"))
                assert third.read_frame() == Frame(TEXT, b"in")
        assert server.defects == []
