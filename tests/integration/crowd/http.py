"""HTTP as the crowd speaks it: one request on one connection, with no memory of cookies."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

TIMEOUT_S = 60.0


class Answer(NamedTuple):
    """What came back."""

    status: int
    content: bytes

    @property
    def is_good(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The body as JSON; None for what is none."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None


class Request(NamedTuple):
    """What is asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes = b""


async def call(port: int, request: Request) -> Answer:
    """Ask the server on this machine.

    Raises:
        TimeoutError: there was no answer.
    """
    async with asyncio.timeout(TIMEOUT_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(_written(port, request))
            head = await reader.readuntil(b"\r\n\r\n")
            return Answer(int(head.split(b" ", 2)[1]), await _body(reader, head))
        finally:
            writer.close()


def _written(port: int, request: Request) -> bytes:
    headers = {
        "host": f"127.0.0.1:{port}",
        "connection": "close",
        "content-length": str(len(request.content)),
        **request.headers,
    }
    lines = [f"{request.method} {request.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join((*lines, "", "")).encode() + request.content


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return await reader.readexactly(int(value))
    raise AssertionError(f"an answer without a length: {head!r}")
