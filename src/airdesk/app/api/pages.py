"""Our pages as files: widget, entrance, console, demo shop, plain pages of the built-in account.

Names of files never come from an address as they are: pages are a fixed list, and assets are
served by Starlette's StaticFiles, which keeps to its folder.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from airdesk.app.api.context import Api, api_of
from airdesk.core.kernel import DependencyError, InboxId, UnknownEntity, id_text, parse_id
from airdesk.services.visitors import proof_of

LOADER_CACHE: Final = "public, max-age=300"
ASSET_CACHE: Final = "public, max-age=31536000, immutable"
PAGE_CACHE: Final = "no-cache"

ENTRANCE_PAGES: Final = ("/setup", "/login", "/invite/{link}", "/enter/{link}")

_FORMER_PAGES: Final = {"/agent": "/console", "/settings": "/console/settings"}
"""Addresses that people may still have, and where their work is done now. Not for good: with the
built-in account `/agent` is another page, and a browser would not ask again."""

_FRAME_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors {ancestors}"
)
_CONSOLE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The console's components write their styles into the page: those with the nonce are let in.
Its settings show the widget in a frame."""

_NONCE_PLACE: Final = "AIRDESK-STYLE-NONCE"
"""What stands in the built console where each answer has a nonce of its own."""

_DEMO_POLICY: Final = (
    "default-src 'none'; script-src 'self' {desk}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: {desk}; connect-src 'self' {desk}; frame-src {desk}; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The shop's own: it loads the widget from the other name of this machine."""

_OTHER_NAME: Final = {"localhost": "127.0.0.1", "127.0.0.1": "localhost"}


class Assets(StaticFiles):
    """Files whose names hold a hash of their contents: they never change.

    Args:
        directory: the folder; it may come later.
        cross_origin: other sites' pages may load them.
    """

    def __init__(self, directory: Path, cross_origin: bool = False) -> None:
        super().__init__(directory=directory, check_dir=False)
        self._cross_origin = cross_origin

    async def get_response(self, path: str, scope: Scope) -> Response:
        """See Starlette."""
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = ASSET_CACHE
        if self._cross_origin:
            response.headers["cross-origin-resource-policy"] = "cross-origin"
        return response


def install_pages(app: FastAPI, api: Api) -> None:
    """Add the pages to an application."""
    app.router.routes.extend(_routes(api))


def _routes(api: Api) -> list[BaseRoute]:
    web = api.web
    entrance, widget = web / "entrance" / "dist", web / "widget" / "dist"
    routes: list[BaseRoute] = [
        Route("/", _root, name="root"),
        Route("/widget.js", _loader, name="loader"),
        Route("/widget/frame", _frame, name="frame"),
        Route("/chat/{inbox}", _chat, name="chat"),
        _preview("/widget/preview", widget.parent / "preview" / "dist" / "site.html"),
        _preview("/widget/preview/chat", widget.parent / "preview" / "dist" / "chat.html"),
        Mount("/widget/preview/assets", Assets(widget.parent / "preview" / "dist" / "assets")),
        Mount("/widget/assets", Assets(widget / "assets", cross_origin=True)),
        Mount("/entrance/assets", Assets(entrance / "assets")),
        Mount("/console/assets", Assets(web / "console" / "dist" / "assets")),
        Route("/console", _console, name="console"),
        Route("/console/{place:path}", _console, name="console place"),
    ]
    routes += [_page(path, entrance / f"{path.split('/')[1]}.html") for path in ENTRANCE_PAGES]
    if api.has_builtin:
        plain = web / "plain" / "dist"
        routes += [_page("/visitor", plain / "visitor.html"), _page("/agent", plain / "agent.html")]
        routes.append(Mount("/assets", Assets(plain / "assets")))
    # The first route that fits answers: the plain page is above.
    routes += [route for former in _FORMER_PAGES.items() for route in _former(*former)]
    if api.has_demo:
        demo = web / "widget" / "demo" / "dist"
        routes.append(Mount("/demo/assets", Assets(demo / "assets")))
        routes.append(Route("/demo/facts.json", _demo_facts, name="demo facts"))
        routes.append(Route("/demo", _demo, name="demo"))
        routes.append(Route("/demo/{page}", _demo, name="demo page"))
    return routes


def _page(path: str, file: Path) -> Route:
    async def serve(request: Request) -> Response:
        return _html(file)

    return Route(path, serve, name=path)


def _former(path: str, place: str) -> list[Route]:
    """Lead from a page that is no more to the console.

    What the address names behind "#" goes along by itself: the browser keeps it.
    """

    async def lead(request: Request) -> Response:
        return RedirectResponse(place, status_code=HTTPStatus.FOUND)

    return [Route(one, lead, name=one) for one in (path, f"{path}/{{rest:path}}")]


def _html(file: Path) -> FileResponse:
    """Give a built page.

    Raises:
        DependencyError: it is not built.
    """
    if not file.is_file():
        raise DependencyError(name=file.name, reason="the pages are not built; run make setup")
    return FileResponse(file, headers={"cache-control": PAGE_CACHE}, media_type="text/html")


async def _console(request: Request) -> Response:
    """Give the console; which of its pages is shown is decided by its script.

    Raises:
        DependencyError: it is not built.
    """
    file = api_of(request).web / "console" / "dist" / "index.html"
    if not file.is_file():
        raise DependencyError(name="console", reason="the pages are not built; run make setup")
    nonce = secrets.token_urlsafe(16)
    text = file.read_text(encoding="utf-8").replace(_NONCE_PLACE, nonce)
    headers = {
        "cache-control": "no-store",
        "content-security-policy": _CONSOLE_POLICY.format(nonce=nonce),
    }
    return HTMLResponse(text, headers=headers)


async def _root(request: Request) -> Response:
    api = api_of(request)
    if api.has_builtin:
        return RedirectResponse("/visitor")
    return RedirectResponse("/setup" if await api.links.needs_owner() else "/console")


async def _loader(request: Request) -> Response:
    """Give the script that a customer's site embeds."""
    file = api_of(request).web / "widget" / "dist" / "widget.js"
    if not file.is_file():
        raise DependencyError(name=file.name, reason="the pages are not built; run make setup")
    headers = {
        "cache-control": LOADER_CACHE,
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    return FileResponse(file, headers=headers, media_type="text/javascript")


async def _frame(request: Request) -> Response:
    """Give the page in the widget's iframe; only the inbox's own sites may show it."""
    ancestors = await _ancestors(request, request.query_params.get("inbox", ""))
    answer = _html(api_of(request).web / "widget" / "dist" / "frame.html")
    answer.headers["content-security-policy"] = _FRAME_POLICY.format(ancestors=ancestors)
    # The site decides who may embed it by the policy; the page itself is public.
    answer.headers["cross-origin-resource-policy"] = "cross-origin"
    answer.headers["cross-origin-opener-policy"] = "unsafe-none"
    return answer


async def _chat(request: Request) -> Response:
    """Give the widget as a page of its own; nobody may frame it."""
    await _ancestors(request, request.path_params["inbox"])
    answer = _html(api_of(request).web / "widget" / "dist" / "frame.html")
    answer.headers["content-security-policy"] = _FRAME_POLICY.format(ancestors="'none'")
    return answer


def _preview(path: str, file: Path) -> Route:
    """Give a page that shows how a widget would look; only our own pages may frame it."""

    async def serve(request: Request) -> Response:
        answer = _html(file)
        policy = _FRAME_POLICY.format(ancestors="'self'")
        answer.headers["content-security-policy"] = f"{policy}; frame-src 'self'"
        return answer

    return Route(path, serve, name=path)


async def _ancestors(request: Request, inbox_text: str) -> str:
    """Give the sources for `frame-ancestors`: the inbox's allowed origins and our own pages.

    The origins are in normal form (scheme, host, port), so none of them ends the directive.

    Raises:
        UnknownEntity: no such inbox.
    """
    try:
        inbox_id = InboxId(parse_id(inbox_text))
    except ValueError:
        raise UnknownEntity(name="inbox") from None
    inbox = await api_of(request).visitors.inbox(inbox_id)
    return " ".join(("'self'", *inbox.allowed_origins))


async def _demo(request: Request) -> Response:
    """Give the shop. It loads the widget from the machine's other name, which is another site."""
    api = api_of(request)
    page = request.path_params.get("page", "index")
    folder = api.web / "widget" / "demo" / "dist"
    known = {file.stem: file for file in folder.glob("*.html")}
    if page not in known:
        page = "index"
    answer = _html(known.get(page, folder / "index.html"))
    answer.headers["content-security-policy"] = _DEMO_POLICY.format(desk=_other_site(request))
    answer.headers["cross-origin-opener-policy"] = "unsafe-none"
    answer.headers["referrer-policy"] = "strict-origin-when-cross-origin"
    return answer


DEMO_CUSTOMERS: Final = (
    ("demo-lin", "林晓雨", "lin@customer.example"),
    ("demo-emma", "Emma Clark", "emma@customer.example"),
)
"""Those who may log in to the shop: the id there, name, e-mail."""


async def _demo_facts(request: Request) -> Response:
    """Tell the shop's page what a shop's own server would: its inbox, and signed customers.

    Whoever can read this can be these customers, so it is served with the demo alone.
    """
    async with api_of(request).directory.reading() as tx:
        accounts = await tx.accounts.all()
        inboxes = await tx.inboxes.page(accounts[0].account_id, limit=1) if accounts else []
    if not inboxes:
        raise UnknownEntity(name="inbox")
    inbox = inboxes[0]
    customers = [
        {
            "user_id": user_id,
            "hmac": proof_of(inbox.identify_secret, user_id),
            "name": name,
            "email": email,
        }
        for user_id, name, email in DEMO_CUSTOMERS
    ]
    facts = {"inbox": id_text(inbox.inbox_id), "customers": customers}
    return JSONResponse(facts, headers={"cache-control": "no-store"})


def _other_site(request: Request) -> str:
    other = _OTHER_NAME.get(request.url.hostname or "")
    if other is None:
        # What a stranger writes into Host must not become a part of a policy.
        return "'self'"
    port = f":{request.url.port}" if request.url.port else ""
    return f"{request.url.scheme}://{other}{port}"
