"""Whoever calls the REST interface: by a session's cookie, by a bearer, or as nobody."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

TIMEOUT_S = 30.0


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)

    @property
    def is_good(self) -> bool:
        """True for 2xx."""
        return 200 <= self.status < 300


class RestCaller:
    """Somebody with one credential, or with none.

    Args:
        port: the server's.
        bearer: an API token or a visitor's token.
        cookie: the session's secret.
        csrf: the session's word; "" sends none.
        origin: the page from which the request comes; "" for a program.
    """

    def __init__(
        self, port: int, bearer: str = "", cookie: str = "", csrf: str = "", origin: str = ""
    ) -> None:
        self.port = port
        self.bearer = bearer
        self.cookie = cookie
        self.csrf = csrf
        self.origin = origin

    def call(self, method: str, path: str, body: object = None, raw: bytes | None = None) -> Answer:
        """Call a route.

        Args:
            method: of HTTP.
            path: with its query.
            body: sent as JSON; None for no body.
            raw: sent as it is.
        """
        headers = {"connection": "close"}
        if self.bearer:
            headers["authorization"] = f"Bearer {self.bearer}"
        if self.cookie:
            headers["cookie"] = f"airdesk_session={self.cookie}"
        if self.csrf:
            headers["x-airdesk-csrf"] = self.csrf
        if self.origin:
            headers["origin"] = self.origin
        content = raw
        if body is not None:
            headers["content-type"] = "application/json"
            content = json.dumps(body).encode()
        if method != "GET":
            headers["idempotency-key"] = str(uuid.uuid4())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, content, headers)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read())
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        """Give a good answer's JSON."""
        return self._good("GET", path, self.call("GET", path))

    def post(self, path: str, body: object = None, raw: bytes | None = None) -> Any:
        """Give a good answer's JSON."""
        return self._good("POST", path, self.call("POST", path, body, raw))

    def delete(self, path: str) -> Any:
        """Give a good answer's JSON."""
        return self._good("DELETE", path, self.call("DELETE", path))

    def logged_in(self, path: str, body: object) -> RestCaller:
        """Come in by a route that opens a session; gives who one is then."""
        answer = self.call("POST", path, body)
        said = self._good("POST", path, answer)
        cookie = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
        return RestCaller(self.port, cookie=cookie, csrf=said["csrf"])

    def socket_token(self) -> str:
        """Get a token for the socket."""
        return str(self.post("/api/auth/socket-token")["token"])

    @staticmethod
    def _good(method: str, path: str, answer: Answer) -> Any:
        assert answer.is_good, f"{method} {path}: {answer.status} {answer.content[:500]!r}"
        return answer.json if answer.content else None
