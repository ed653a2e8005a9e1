"""`/metrics`: the figures, for those who may see them."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import Route

from airdesk.app.metrics.exposition import CONTENT_TYPE, exposition
from airdesk.app.metrics.figures import Snapshot
from airdesk.core.kernel import BadToken, PermissionMissing

LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})

FORWARDING: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Whoever comes through a proxy on this machine looks local, but for these."""


def install_metrics(app: FastAPI, snapshot: Callable[[], Awaitable[Snapshot]], token: str) -> None:
    """Add the address to an application.

    Args:
        app: the application.
        snapshot: gives the figures of all processes.
        token: what is asked for; "" lets in this machine alone, and nobody through a proxy.
    """

    async def metrics(request: Request) -> Response:
        _check(request, token)
        return Response(
            exposition(await snapshot()),
            headers={"cache-control": "no-store"},
            media_type=CONTENT_TYPE,
        )

    app.router.routes.append(Route("/metrics", metrics, name="metrics"))


def _check(request: Request, token: str) -> None:
    """See whether the figures are for this caller.

    Raises:
        BadToken: there is a token, and he has not got it.
        PermissionMissing: he is not on this machine.
    """
    if token:
        said = request.headers.get("authorization", "")
        if not hmac.compare_digest(said.encode(), f"Bearer {token}".encode()):
            raise BadToken()
        return
    client = request.client.host if request.client is not None else ""
    if client not in LOOPBACK or any(name in request.headers for name in FORWARDING):
        raise PermissionMissing(permission="metrics")
