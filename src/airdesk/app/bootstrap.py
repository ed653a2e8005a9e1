"""Composes the roles of `serve`. Only this module and the wirings of the two roles make parts.

A role is imported by the process that plays it: a home serves no HTTP, and a gateway keeps no log,
so neither waits for the other's modules.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from airdesk.app.listener import bound_socket
from airdesk.app.metrics.wiring import metrics_point, told
from airdesk.app.office import opened_office, parts
from airdesk.app.settings import Settings


async def serve_embedded(settings: Settings, ready: Callable[[int], None]) -> None:
    """Home and gateway in one process, until it is told to stop.

    Args:
        settings: the settings.
        ready: called with the port once connections are taken.
    """
    from airdesk.adapters.memory import DirectGatewayLink, DirectHomeLinks
    from airdesk.app import gateway_role, home_role

    made = parts(settings)
    # The port first: a second start on it must not write into the first one's folder.
    listener = bound_socket(settings.host, settings.port)
    links = DirectHomeLinks(asyncio.get_running_loop().call_soon)
    runner = home_role.new_runner(made, lambda: links.start(runner), links.stop)
    runner.links = links
    link = DirectGatewayLink(links)
    gateway = gateway_role.new_gateway(made, link)
    point = metrics_point(made, "all", gateway, runner)
    async with opened_office(made, gateway.requests.facts_written) as office, told(point):
        link.start(gateway)
        async with home_role.running(made, runner, office):
            try:
                await gateway_role.serve(made, office, gateway, listener, ready, point)
            finally:
                link.stop()
                links.stop()


async def serve_home(settings: Settings, ready: Callable[[], None]) -> None:
    """The home alone, for gateways on the same machine, until it is told to stop."""
    from airdesk.adapters.unix import UnixHomeLinks
    from airdesk.app import home_role

    made = parts(settings)
    links = UnixHomeLinks(settings.link_path)
    switch = home_role.LinkSwitch(links)
    runner = home_role.new_runner(made, lambda: switch.up(runner), switch.down)
    runner.links = links
    point = metrics_point(made, "home", None, runner)
    async with opened_office(made) as office, home_role.running(made, runner, office), told(point):
        await home_role.serve(switch, ready)


async def serve_gateway(settings: Settings, ready: Callable[[int], None]) -> None:
    """One gateway process beside others on the same port, until it is told to stop."""
    from airdesk.adapters.unix import UnixGatewayLink
    from airdesk.app import gateway_role

    made = parts(settings)
    link = UnixGatewayLink(settings.link_path)
    gateway = gateway_role.new_gateway(made, link)
    linking = asyncio.ensure_future(link.run(gateway))
    listener = bound_socket(settings.host, settings.port, reuse_port=True)
    point = metrics_point(made, "gateway", gateway, None)
    async with opened_office(made, gateway.requests.facts_written) as office, told(point):
        serving = asyncio.ensure_future(
            gateway_role.serve(made, office, gateway, listener, ready, point)
        )
        done, _ = await asyncio.wait((linking, serving), return_when=asyncio.FIRST_COMPLETED)
        for task in (linking, serving):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await linking
        for task in done:
            task.result()
