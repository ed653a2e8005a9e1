"""The floor under every figure about sockets: bare echo, measured in the same run."""

from __future__ import annotations

import asyncio
from typing import Final, TypedDict

import uvloop

from airdesk.app.stress.echo_client import EchoClient
from airdesk.app.stress.processes import MeasuredProcess

ECHO_S: Final = 10.0
"""Of messages, at most."""

WARM_CONNECTIONS: Final = 50
"""Opened before the memory is measured, so that modules and buffers are there."""

QUIET_S: Final = 10.0
"""After which a connection counts as idle."""


class BareEcho(TypedDict):
    """The floor."""

    cpu_us_per_message: float
    rss_bytes_per_connection: int


def measure_echo(connections: int, rate: float, seconds: float, core: int) -> BareEcho:
    """Measure a server of nothing but picows, on one core, with 60-byte messages.

    Args:
        connections: sockets that stand open.
        rate: messages a second.
        seconds: how long; ECHO_S at most.
        core: where it runs.
    """
    server = MeasuredProcess("airdesk.app.stress.bare_echo", ("--port", "0"), core)
    try:
        port = int(server.read_line())
        return uvloop.run(_drive(server, port, connections, rate, min(ECHO_S, seconds)))
    finally:
        server.kill()


async def _drive(
    server: MeasuredProcess, port: int, connections: int, rate: float, seconds: float
) -> BareEcho:
    warm, client = EchoClient(port), EchoClient(port)
    try:
        await warm.connect(WARM_CONNECTIONS)
        await warm.echo(rate, 0.5)
        pss_before = server.pss_bytes()
        await client.connect(connections)
        await asyncio.sleep(min(QUIET_S, seconds))
        idle_bytes = (server.pss_bytes() - pss_before) / connections
        cpu_s = server.cpu_s()
        messages = await client.echo(rate, seconds)
        cpu_s = server.cpu_s() - cpu_s
    finally:
        # uvloop waits for ever when it is closed over open sockets.
        await client.close()
        await warm.close()
    return BareEcho(
        cpu_us_per_message=round(cpu_s / messages * 1e6, 1),
        rss_bytes_per_connection=round(idle_bytes),
    )
