"""A process with one end of a link: `link_process.py home|gateway PATH BEAT_MS`.

A home answers every message with the same number; a gateway prints what it hears, one line each,
and sends each number back.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from airdesk.adapters.unix import UnixGatewayLink, UnixHomeLinks
from airdesk.core.kernel import LinkMismatch, limits
from airdesk.ports.link import Disconnect, Fence, GatewayId, SessionId, ToGateway, ToHome


def say(line: str) -> None:
    """Print past every buffer of this process."""
    os.write(1, f"{line}\n".encode())


class EchoHome:
    """A home that answers."""

    def __init__(self, links: UnixHomeLinks) -> None:
        self._links = links

    def gateway_message(self, gateway: GatewayId, message: ToHome) -> None:
        """See HomeSide."""
        if isinstance(message, Disconnect):
            self._links.send(gateway, Fence(message.session, 0))

    def gateway_gone(self, gateway: GatewayId) -> None:
        """See HomeSide."""
        say("gone")


class EchoGateway:
    """A gateway that answers."""

    def __init__(self, link: UnixGatewayLink) -> None:
        self._link = link

    def link_message(self, message: ToGateway) -> None:
        """See GatewaySide."""
        if isinstance(message, Fence):
            say(str(message.session))
            self._link.send(Disconnect(message.session))

    def link_hole(self) -> None:
        """See GatewaySide."""
        say("hole")

    def link_up(self) -> None:
        """See GatewaySide."""
        say("up")
        self._link.send(Disconnect(SessionId(0)))

    def link_down(self) -> None:
        """See GatewaySide."""
        say("down")


async def main(role: str, path: Path) -> None:
    """Stand for ever."""
    if role == "home":
        links = UnixHomeLinks(path)
        await links.start(EchoHome(links))
        say("serving")
        await asyncio.Event().wait()
    link = UnixGatewayLink(path)
    try:
        await link.run(EchoGateway(link))
    except LinkMismatch:
        sys.exit(os.EX_CONFIG)


if __name__ == "__main__":
    limits.LINK_BEAT_MS = int(sys.argv[3])  # type: ignore[misc]
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
