"""Goes the way that people come: by the public address, through whatever stands in between.

The operator's own address is asked, by our own requests; no other address is ever connected to.
"""

from __future__ import annotations

import base64
import http.client
import os
import socket
import ssl
import time
from contextlib import closing
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import msgspec

from airdesk.app.doctor.findings import Finding, fault, good, untried, warning

WAIT_S: Final = 10.0
"""For one answer; a proxy that takes longer loses people, too."""

SUBPROTOCOL: Final = "airdesk.v1.json"

_BAD_TOKEN: Final = "4101"
_PROXY_PAGE: Final = "docs/operations/proxies.md has the lines for nginx and Caddy."


class Reached(msgspec.Struct):
    """What came back from an address."""

    address: str
    error: str = ""
    """Why nothing came; "" if something did."""
    status: int = 0
    location: str = ""
    installation: str = ""
    """Whose answer it is; "" if it is no AirDesk."""
    version: str = ""
    host: str = ""
    """The Host that arrived."""
    scheme: str = ""
    skew_ms: int | None = None
    """How far the answering machine's clock is ahead."""


def ask_reach(address: str) -> Reached:
    """Ask an address who it is."""
    reached = Reached(address)
    try:
        with closing(_connection(address)) as connection:
            connection.request("GET", "/api/reach", headers={"connection": "close"})
            answer = connection.getresponse()
            reached.status = answer.status
            reached.location = answer.getheader("location", "")
            reached.skew_ms = _skew_ms(answer.getheader("date", ""))
            said = answer.read(64 * 1024)
    except ssl.SSLError as error:
        reached.error = f"TLS: {error.reason or error}"
        return reached
    except (OSError, http.client.HTTPException) as error:
        reached.error = str(error) or type(error).__name__
        return reached
    try:
        known = msgspec.json.decode(said, type=dict[str, str])
    except msgspec.MsgspecError:
        return reached
    reached.installation = known.get("installation", "")
    reached.version = known.get("version", "")
    reached.host, reached.scheme = known.get("host", ""), known.get("scheme", "")
    return reached


def look_at_address(reached: Reached | None, ours: str) -> Finding:
    """Judge what came back from the public address.

    Args:
        reached: None if no address is set.
        ours: the name of this installation.
    """
    name = "address"
    if reached is None:
        return untried(name, "`address` is not set, so the way from outside was not tried")
    address, parts = reached.address, urlsplit(reached.address)
    if reached.error:
        return fault(
            name,
            f"{address} does not answer: {reached.error}",
            "Start server and proxy, and see that the name leads here and the certificate is good.",
        )
    if not reached.installation:
        to = f", a redirect to {reached.location}" if reached.location else ""
        what = {502: "the proxy finds no AirDesk behind it", 504: "AirDesk is silent"}.get(
            reached.status, "something else answers there"
        )
        return fault(
            name,
            f"{address} gives status {reached.status}{to}: {what}",
            "Set `address` to what people type, without a path, and let the proxy pass every path"
            f" to AirDesk's port. {_PROXY_PAGE}",
        )
    if reached.installation != ours:
        return fault(
            name,
            f"{address} leads to another AirDesk than the one of this data folder",
            "Set `address` or `data` right, or let the proxy lead to this server's port.",
        )
    if reached.host.lower() != parts.netloc.lower():
        return fault(
            name,
            f"people ask for {parts.netloc}, but AirDesk is told {reached.host}: log-in and changes"
            " will be refused as forged",
            f"Let the proxy hand on Host, with its port. {_PROXY_PAGE}",
        )
    if reached.scheme != parts.scheme:
        return fault(
            name,
            f"people come by {parts.scheme}, but AirDesk is told {reached.scheme}: cookies are not"
            " marked as secure",
            "Let the proxy send X-Forwarded-Proto, and name it in `trusted_proxies`."
            f" {_PROXY_PAGE}",
        )
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        return warning(
            name,
            f"{address} is not encrypted",
            f"Put a proxy with a certificate in front. {_PROXY_PAGE}",
        )
    return good(name, f"{address} leads here, with its name and scheme")


def look_at_socket(address: str) -> Finding:
    """Open a WebSocket by an address, say hello, and hear that the token is none."""
    name = "websocket"
    try:
        with closing(_connection(address)) as connection:
            said = _upgraded(connection)
    except (OSError, http.client.HTTPException) as error:
        return fault(
            name,
            f"no WebSocket at {address}: {str(error) or type(error).__name__}",
            f"Chats need it. Let the proxy hand on Upgrade and Connection. {_PROXY_PAGE}",
        )
    return said if isinstance(said, Finding) else good(name, f"messages go both ways at {address}")


def _upgraded(connection: http.client.HTTPConnection) -> Finding | None:
    name = "websocket"
    key = base64.b64encode(os.urandom(16)).decode()
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": key,
        "Sec-WebSocket-Protocol": SUBPROTOCOL,
    }
    connection.request("GET", "/socket", headers=headers)
    stream = connection.sock
    answer = connection.getresponse()
    if answer.status != http.HTTPStatus.SWITCHING_PROTOCOLS:
        return fault(
            name,
            f"the upgrade was answered with status {answer.status}: something in between does not"
            " hand it on",
            f"Let the proxy hand on Upgrade and Connection, by HTTP/1.1. {_PROXY_PAGE}",
        )
    if answer.getheader("sec-websocket-protocol") != SUBPROTOCOL:
        return fault(
            name,
            "the upgrade came back without Sec-WebSocket-Protocol, so browsers end it",
            f"Let the proxy hand on every Sec-WebSocket header. {_PROXY_PAGE}",
        )
    stream.sendall(_frame(_HELLO))
    heard = b""
    while _BAD_TOKEN.encode() not in heard:
        part = stream.recv(4096)
        if not part:
            return fault(
                name,
                "the WebSocket opens, but no message comes through",
                f"Switch buffering and inspection of WebSockets off. {_PROXY_PAGE}",
            )
        heard += part
    return None


_HELLO: Final = (
    b'{"type":"hello","token":"doctor","device":"01900000-0000-7000-8000-000000000001",'
    b'"instance":"01900000-0000-7000-8000-000000000002"}'
)


def _frame(payload: bytes) -> bytes:
    """Write a client's text frame. Its mask of zeros leaves the bytes as they are."""
    return bytes((0x81, 0x80 | 126)) + len(payload).to_bytes(2, "big") + bytes(4) + payload


def _connection(address: str) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    host = parts.hostname or ""
    made: http.client.HTTPConnection
    if parts.scheme == "https":
        made = http.client.HTTPSConnection(host, parts.port, timeout=WAIT_S)
    else:
        made = http.client.HTTPConnection(host, parts.port, timeout=WAIT_S)
    made.connect()
    made.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def _skew_ms(date: str) -> int | None:
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError):
        return None
    return int((theirs - time.time()) * 1000)
