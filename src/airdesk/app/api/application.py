"""HTTP beside the sockets: health, tokens for visitors, the pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from airdesk import __version__
from airdesk.app.builtin import Builtin
from airdesk.core.kernel import AccessError, Identity, id_text, limits
from airdesk.ports.clock import IdSource
from airdesk.services.access import Tokens

TOKEN_BODY_BYTES_MAX = 2 * limits.TOKEN_BYTES_MAX
"""A wish for a token: the old token, an inbox, and the JSON around them."""

_SECURITY_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class _TokenWish(msgspec.Struct):
    token: str = ""
    inbox: str = ""


class SecurityHeaders:
    """Adds to every answer what keeps a page from being misused.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_SECURITY_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)


def application(
    builtin: Builtin,
    tokens: Tokens,
    ids: IdSource,
    web: Path,
    is_linked: Callable[[], bool],
) -> Starlette:
    """Make the HTTP application of one gateway process.

    Args:
        builtin: the account that visitors come to.
        tokens: signs visitors' tokens.
        ids: ids of new visitors.
        web: folder of the built pages.
        is_linked: tells whether a home is behind this process.
    """

    async def health(request: Request) -> Response:
        linked = is_linked()
        body = {"status": "ok" if linked else "no home", "version": __version__}
        return JSONResponse(body, 200 if linked else 503)

    async def visitor_token(request: Request) -> Response:
        body = await _small_body(request)
        if body is None:
            return _problem(413, f"a body has at most {TOKEN_BODY_BYTES_MAX} bytes")
        try:
            wish = msgspec.json.decode(body or b"{}", type=_TokenWish)
        except (msgspec.MsgspecError, RecursionError) as error:
            return _problem(400, str(error))
        if wish.inbox and wish.inbox.lower() != id_text(builtin.inbox_id):
            return _problem(404, "no such inbox")
        identity = _visitor_of(wish.token, tokens)
        if identity is None:
            identity = builtin.visitor(ids.new_id())
        return JSONResponse({"token": tokens.sign(identity)})

    async def root(request: Request) -> Response:
        return RedirectResponse("/visitor")

    def page(name: str) -> Route:
        async def serve(request: Request) -> Response:
            path = web / f"{name}.html"
            if not path.is_file():
                return _problem(503, "the pages are not built; run make setup")
            return FileResponse(path, headers={"cache-control": "no-cache"})

        return Route(f"/{name}", serve)

    assets = StaticFiles(directory=web / "assets", check_dir=False)
    return Starlette(
        routes=[
            Route("/", root),
            Route("/health", health),
            Route("/api/visitor-token", visitor_token, methods=["POST"]),
            page("visitor"),
            page("agent"),
            Mount("/assets", assets),
        ],
        middleware=[Middleware(SecurityHeaders)],
    )


def _visitor_of(token: str, tokens: Tokens) -> Identity | None:
    """Give the visitor of a good token, so that a page gets a fresh one for the same person."""
    if not token:
        return None
    try:
        identity = tokens.check(token)
    except AccessError:
        return None
    return identity if identity.is_visitor else None


async def _small_body(request: Request) -> bytes | None:
    """Read a request's body; None, and no further byte is read, where it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > TOKEN_BODY_BYTES_MAX:
            return None
    return body


def _problem(status: int, detail: str) -> JSONResponse:
    """Give an error as RFC 9457 has it."""
    return JSONResponse(
        {"type": "about:blank", "status": status, "detail": detail},
        status,
        media_type="application/problem+json",
    )
