"""The opening handshake's rules (RFC 6455, section 4.2.1), without a socket.

uvicorn has parsed the request already and hands it over written anew, so the syntax is good; what
it says is judged here, stricter than picows does and without its dislike of Firefox.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

AllowOrigin = Callable[[str | None, str], bool]
"""Given the Origin header (None without one: not a browser) and the Host header."""

_VERSION: Final = "13"
_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class UpgradeRequest:
    """What a client asked for; header names in lower case, in their order, repeats kept."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """Give every value of a header."""
        return [value for key, value in self.headers if key == name]

    def tokens(self, name: str) -> list[str]:
        """Give the members of a header that is a list, over all its lines."""
        members = ",".join(self.values(name)).split(",")
        return [member.strip() for member in members if member.strip()]


@dataclass(frozen=True, slots=True)
class HandshakeRules:
    """What the server accepts."""

    path: str
    subprotocols: Sequence[str]
    """In the server's order of preference."""
    allow_origin: AllowOrigin | None
    """None: every origin may connect."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The connection becomes a WebSocket."""

    subprotocol: str
    key: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The connection is answered in HTTP and closed."""

    status: HTTPStatus
    reason: str
    headers: tuple[tuple[str, str], ...] = ()

    def response(self) -> bytes:
        """Write the answer."""
        body = f"{self.reason}\n".encode()
        lines = [
            f"HTTP/1.1 {self.status.value} {self.status.phrase}",
            "content-type: text/plain; charset=utf-8",
            f"content-length: {len(body)}",
            "connection: close",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def read_request(head: bytes) -> UpgradeRequest:
    """Read a request's head as uvicorn writes it: three words, then `name: value` lines."""
    request_line, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = request_line.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)
    return UpgradeRequest(method, target.partition("?")[0], headers)


def judge(request: UpgradeRequest, rules: HandshakeRules) -> Accepted | Refused:
    """Decide whether a request becomes a WebSocket, and with which subprotocol."""
    if request.path != rules.path:
        return Refused(HTTPStatus.NOT_FOUND, f"no socket here; it is at {rules.path}")
    if request.method != "GET":
        return Refused(
            HTTPStatus.METHOD_NOT_ALLOWED, "a WebSocket opens with GET", (("allow", "GET"),)
        )
    refused = _refuse_origin(request, rules) or _refuse_version(request)
    if refused is not None:
        return refused
    key = _valid_key(request)
    if key is None:
        return _bad_request("Sec-WebSocket-Key must be given once: 16 bytes in base64")
    offered = request.tokens("sec-websocket-protocol")
    for subprotocol in rules.subprotocols:
        if subprotocol in offered:
            return Accepted(subprotocol, key)
    spoken = ", ".join(rules.subprotocols)
    return _bad_request(f"no subprotocol in common; this server speaks {spoken}")


def _bad_request(reason: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, reason)


def _refuse_origin(request: UpgradeRequest, rules: HandshakeRules) -> Refused | None:
    hosts = request.values("host")
    origins = request.values("origin")
    if len(hosts) != 1 or len(origins) > 1:
        return _bad_request("Host must be given once, Origin at most once")
    if rules.allow_origin is None:
        return None
    if rules.allow_origin(origins[0] if origins else None, hosts[0]):
        return None
    return Refused(HTTPStatus.FORBIDDEN, "this origin may not connect")


def _refuse_version(request: UpgradeRequest) -> Refused | None:
    if request.values("sec-websocket-version") == [_VERSION]:
        return None
    return Refused(
        HTTPStatus.UPGRADE_REQUIRED,
        f"Sec-WebSocket-Version must be {_VERSION}",
        (("sec-websocket-version", _VERSION), ("upgrade", "websocket")),
    )


def _valid_key(request: UpgradeRequest) -> str | None:
    keys = request.values("sec-websocket-key")
    if len(keys) != 1:
        return None
    try:
        decoded = base64.b64decode(keys[0].encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return keys[0] if len(decoded) == _KEY_BYTES else None
