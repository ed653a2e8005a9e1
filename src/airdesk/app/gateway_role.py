"""Wires a gateway: sockets, HTTP and what stands behind its routes."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn

from airdesk.adapters.objects import FolderObjects
from airdesk.adapters.sockets import server_config, socket_protocol
from airdesk.adapters.sqlite.log_head import LogHead
from airdesk.adapters.sqlite.views import SqliteConversationViews
from airdesk.adapters.system.secret_key import name_of
from airdesk.adapters.text import JiebaSegmenter
from airdesk.app.api.application import application
from airdesk.app.api.context import Api
from airdesk.app.collector import planned_collection
from airdesk.app.gateway.gateway import Gateway
from airdesk.app.metrics.points import MetricsPoint
from airdesk.app.office import Office, Parts
from airdesk.core.kernel import HomeUnavailable, limits
from airdesk.ports.link import GatewayLink
from airdesk.services.faq import Faqs
from airdesk.services.faq_sources import DirectoryFaqSources
from airdesk.services.files import Files
from airdesk.services.first_answers import FirstAnswers
from airdesk.services.quotas import Quota
from airdesk.services.visitors import Visitors


def new_gateway(made: Parts, link: GatewayLink) -> Gateway:
    """Make a gateway without a socket.

    Args:
        made: the process's parts.
        link: its way to the home; it may be down.
    """
    return Gateway(link, made.clock, made.proofs)


async def serve(
    made: Parts,
    office: Office,
    gateway: Gateway,
    listener: socket.socket,
    ready: Callable[[int], None],
    point: MetricsPoint | None = None,
) -> None:
    """Take connections and requests until told to stop.

    Args:
        made: the process's parts.
        office: the directory and the services over it.
        gateway: it has a link to a home.
        listener: a bound socket; it is listened on here.
        ready: called with the port once connections are taken.
        point: tells the figures; None while they are off.
    """
    settings = made.settings
    views = SqliteConversationViews(
        settings.views_path, JiebaSegmenter(), gateway.requests.views_wanted
    )
    log_head = LogHead(settings.log_path)
    config = server_config(
        application(_api(made, office, gateway, views, log_head, point)),
        socket_protocol(gateway.open),
        host=settings.host,
        port=settings.port,
        proxies=settings.proxies,
    )
    server = _Server(config, gateway)
    await made.proofs.look(office.directory)
    tasks = (
        asyncio.ensure_future(_tick(gateway)),
        asyncio.ensure_future(
            made.proofs.run(
                office.directory, lambda: gateway.look_again(made.proofs.check_standing)
            )
        ),
    )
    try:
        with planned_collection():
            ready(listener.getsockname()[1])
            await server.serve(sockets=[listener])
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        views.close()
        log_head.close()


def _api(
    made: Parts,
    office: Office,
    gateway: Gateway,
    views: SqliteConversationViews,
    log_head: LogHead,
    point: MetricsPoint | None,
) -> Api:
    settings, clock, ids, tokens = made.settings, made.clock, made.ids, made.tokens
    home, directory = gateway.requests, office.directory
    objects = FolderObjects(settings.files_path)
    return Api(
        builtin=made.builtin,
        clock=clock,
        ids=ids,
        tokens=tokens,
        directory=directory,
        access=office.access,
        links=office.links,
        accounts=office.accounts,
        home=home,
        views=views,
        faqs=Faqs(DirectoryFaqSources(directory), JiebaSegmenter()),
        files=Files(directory, objects, views, tokens, clock, ids),
        visitors=Visitors(
            directory, office.changes, tokens, made.key, home, views, log_head, clock, ids
        ),
        first_answers=FirstAnswers(directory, clock, ids),
        new_visitors=Quota(limits.NEW_VISITORS_MAX, limits.NEW_VISITORS_WINDOW_MS, clock),
        uploads=Quota(limits.UPLOADS_MAX, limits.UPLOADS_WINDOW_MS, clock),
        contact_changes=Quota(limits.CONTACT_CHANGES_MAX, limits.CONTACT_CHANGES_WINDOW_MS, clock),
        trails=Quota(limits.TRAILS_MAX, limits.TRAILS_WINDOW_MS, clock),
        log_head=log_head,
        is_linked=lambda: gateway.is_linked,
        web=settings.web,
        installation=name_of(made.key),
        figures=None if point is None else point.all,
        metrics_token=settings.metrics_token,
        answered=gateway.tallies.request,
        has_demo=settings.demo,
    )


class _Server(uvicorn.Server):
    """uvicorn that ends the sockets itself, with a word to each client."""

    def __init__(self, config: uvicorn.Config, gateway: Gateway) -> None:
        super().__init__(config)
        self._gateway = gateway

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on a signal, without raising it again: what stops after us has work to do."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._gateway.close_all(HomeUnavailable())
        await super().shutdown(sockets)


async def _tick(gateway: Gateway) -> None:
    """Let the gateway do what is due, a little at a time."""
    while True:
        await asyncio.sleep(limits.SWEEP_SLICE_MS / 1000)
        gateway.tick()
