"""uvicorn, set up for a few requests and many sockets on one port."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import uvicorn

from airdesk.core.kernel.limits import BACKLOG_MAX

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def server_config(
    app: Callable[..., Any],
    protocol: type[asyncio.Protocol],
    *,
    host: str,
    port: int,
    proxies: Sequence[str] = (),
) -> uvicorn.Config:
    """Give uvicorn's settings for an ASGI application and the sockets beside it.

    Args:
        app: answers requests.
        protocol: takes the sockets.
        host: address to listen on.
        port: port to listen on.
        proxies: addresses and networks whose word on where a request came from is believed.

    HTTP is parsed by h11, which uvicorn brings: a socket costs one request in its life, so a
    faster parser would be a dependency without an effect.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        ws=protocol,
        http="h11",
        loop="uvloop",
        backlog=BACKLOG_MAX,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
    )
