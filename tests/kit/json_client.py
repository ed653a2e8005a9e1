"""A person at the socket who speaks JSON: the plainest client there can be."""

from __future__ import annotations

import http.client
import json
import os
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

TIMEOUT_S = 20.0

MESSAGE_KIND = 3
"""`kind` of an event in which somebody said something in public."""

Message = dict[str, Any]


def new_id() -> str:
    """Make a UUIDv7."""
    moment = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    value = int.from_bytes(moment + os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def get_visitor_token(port: int, token: str = "") -> str:
    """Become a visitor, or stay the one of a token."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        headers = {"content-type": "application/json"}
        body = json.dumps({"token": token})
        connection.request("POST", "/api/visitor-token", body, headers)
        answer = connection.getresponse()
        assert answer.status == http.HTTPStatus.OK
        return str(json.loads(answer.read())["token"])
    finally:
        connection.close()


class JsonClient:
    """One connection that has said hello; a context manager.

    Args:
        port: of the server.
        token: the credential.
    """

    def __init__(self, port: int, token: str) -> None:
        self._heard: list[Message] = []
        self._closing = ExitStack()
        connecting = connect(
            f"ws://127.0.0.1:{port}/socket",
            subprotocols=[Subprotocol("airdesk.v1.json")],
            proxy=None,
            compression=None,
        )
        self._socket: ClientConnection = self._closing.enter_context(connecting)
        self.say(type="hello", token=token, device=new_id(), instance=new_id())
        self.welcome = self.hear("welcome")

    def __enter__(self) -> JsonClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    @property
    def heard(self) -> list[Message]:
        """Messages that came and were not given yet."""
        return list(self._heard)

    def close(self) -> None:
        """Hang up."""
        self._closing.close()

    def say(self, **message: object) -> None:
        """Send one message."""
        self._socket.send(json.dumps(message))

    def command(self, name: str, **fields: object) -> Message:
        """Send a command and give its answer."""
        operation = self.begin(name, **fields)
        return self.answer(operation)

    def answer(self, operation: str) -> Message:
        """Wait for the answer to a command."""
        return self.hear("accepted", "rejected", where=lambda message: message["op"] == operation)

    def begin(self, name: str, **fields: object) -> str:
        """Send a command, and give its operation id without waiting."""
        operation = new_id()
        self.say(type=name, op=operation, **fields)
        return operation

    def hear(self, *types: str, where: Callable[[Message], bool] | None = None) -> Message:
        """Give the first message of these types that was not given yet; wait for it."""
        seen = 0
        while True:
            for index in range(seen, len(self._heard)):
                message = self._heard[index]
                if message["type"] in types and (where is None or where(message)):
                    return self._heard.pop(index)
            seen = len(self._heard)
            self._heard.append(json.loads(self._socket.recv(timeout=TIMEOUT_S)))

    def texts(self, count: int) -> list[str]:
        """Give the next texts of messages, in their order."""
        return [self.hear("event", where=_is_message)["text"] for _ in range(count)]

    def close_code(self) -> int:
        """Wait until the server closes the connection, and give its code."""
        try:
            while True:
                self._socket.recv(timeout=TIMEOUT_S)
        except ConnectionClosed:
            return self._socket.close_code or 0


def _is_message(event: Message) -> bool:
    return bool(event["kind"] == MESSAGE_KIND)
