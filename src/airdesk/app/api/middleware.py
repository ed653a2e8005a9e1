"""What every answer carries and what no request may bring, below FastAPI."""

from __future__ import annotations

import secrets
import time
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote_to_bytes

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from airdesk.app.api.problems import error_response, problem
from airdesk.app.error_map import NUMBER_INVALID
from airdesk.core.kernel import MessageTooLarge

logger = structlog.get_logger()

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of our own pages; answers of the API inherit it, which harms nobody."""

QUERY_BYTES_MAX: Final = 8 * 1024
"""The text behind `?`. Longer: 414."""

_SECURITY_HEADERS: Final = (
    ("content-security-policy", PAGE_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
)


class SecurityHeaders:
    """Adds to every answer what keeps a page from being misused, where it says nothing itself.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY_HEADERS:
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class RequestNames:
    """Gives each request a name that its log lines and its answer bear, and counts answers.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = secrets.token_hex(8)
        began_s = time.monotonic()
        api = getattr(scope["app"].state, "api", None)

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-request-id"] = name
                status = message["status"]
                if api is not None:
                    api.answered(status)
                took_ms = round((time.monotonic() - began_s) * 1000, 1)
                logger.debug(
                    "answered",
                    method=scope["method"],
                    path=scope["path"],
                    status=status,
                    took_ms=took_ms,
                )
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=name):
            await self._app(scope, receive, send_named)


class BodyLimit:
    """Ends a request whose body is too long, before more than the limit is in memory.

    Args:
        app: what answers.
        bytes_max: for every route but those of uploads.
        upload_bytes_max: for addresses that end with `/files`, whose bodies go to a disk.
    """

    def __init__(self, app: ASGIApp, bytes_max: int, upload_bytes_max: int) -> None:
        self._app = app
        self._bytes_max = bytes_max
        self._upload_bytes_max = upload_bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"].endswith("/files")
        bytes_max = self._upload_bytes_max if is_upload else self._bytes_max
        if _announced_bytes(scope) > bytes_max:
            await error_response(_too_large(bytes_max))(scope, receive, send)
            return
        count = 0

        async def receive_counted() -> Message:
            nonlocal count
            message = await receive()
            count += len(message.get("body", b""))
            if count > bytes_max:
                # FastAPI passes this one on, where it makes a 400 of every other error.
                raise HTTPException(413, str(_too_large(bytes_max)))
            return message

        await self._app(scope, receive_counted, send)


def _announced_bytes(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else 0
    return 0


def _too_large(limit: int) -> MessageTooLarge:
    return MessageTooLarge(name="a body", limit=limit)


class PlainAddresses:
    """Refuses addresses with NUL bytes or without UTF-8, which no database and no folder takes.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "http":
            refused = _refused_address(scope)
            if refused is not None:
                status, detail = refused
                answer = problem(status, status.phrase, detail, NUMBER_INVALID)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _refused_address(scope: Scope) -> tuple[HTTPStatus, str] | None:
    query = scope.get("query_string", b"")
    if len(query) > QUERY_BYTES_MAX:
        return HTTPStatus.REQUEST_URI_TOO_LONG, f"a query has at most {QUERY_BYTES_MAX} bytes"
    for part in (scope.get("raw_path") or scope["path"].encode(), query):
        plain = unquote_to_bytes(part)
        if b"\x00" in plain:
            return HTTPStatus.BAD_REQUEST, "an address has no NUL byte"
        try:
            plain.decode()
        except UnicodeDecodeError:
            return HTTPStatus.BAD_REQUEST, "an address is UTF-8"
    return None
