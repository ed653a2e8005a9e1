"""Where each adapter's link is made for the contract's tests, and who listens at its ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from airdesk.adapters.memory.links import DirectGatewayLink, DirectHomeLinks
from airdesk.adapters.unix import UnixGatewayLink, UnixHomeLinks
from airdesk.core.conversation import SendMessage
from airdesk.core.kernel import NO_ID, ConversationId, OperationId, limits
from airdesk.ports.link import (
    Answer,
    Disconnect,
    Fence,
    GatewayId,
    GatewayLink,
    GatewaySide,
    HomeLink,
    HomeSide,
    SessionId,
    Submit,
    ToGateway,
    ToHome,
)


def to_home(number: int) -> ToHome:
    """Make a small message that a number tells apart."""
    return Disconnect(SessionId(number))


def to_gateway(number: int) -> ToGateway:
    """Make a small message that a number tells apart."""
    return Fence(SessionId(number), number)


def text_to_gateway(text: str, number: int = 0) -> ToGateway:
    """Make a message as large as its text."""
    return Answer(
        SessionId(number), OperationId(NO_ID), ConversationId(NO_ID), number=number, text=text
    )


def text_to_home(text: str) -> ToHome:
    """Make a message as large as its text."""
    return Submit(SessionId(0), OperationId(NO_ID), ConversationId(NO_ID), SendMessage(text))


class _Listener:
    """Waits for what is heard, without a clock."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return as soon as the condition holds after something was heard."""
        while not condition():
            self._changed.clear()
            await self._changed.wait()

    def changed(self) -> None:
        """Look at the condition again."""
        self._changed.set()


class HomeEar(_Listener):
    """A home that writes down what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[GatewayId, ToHome]] = []
        self.gone: list[GatewayId] = []
        self.respond: Callable[[GatewayId, ToHome], None] | None = None

    def gateway_message(self, gateway: GatewayId, message: ToHome) -> None:
        """See HomeSide."""
        self.heard.append((gateway, message))
        if self.respond is not None:
            self.respond(gateway, message)
        self.changed()

    def gateway_gone(self, gateway: GatewayId) -> None:
        """See HomeSide."""
        self.gone.append(gateway)
        self.changed()

    def messages(self, gateway: GatewayId | None = None) -> list[ToHome]:
        """Give the messages of one gateway, or of all."""
        return [message for by, message in self.heard if gateway in (None, by)]


class GatewayEar(_Listener):
    """A gateway that writes down what it hears: "up", "down", "hole" and messages."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str | ToGateway] = []
        self.greeting: Callable[[], None] | None = None

    def link_message(self, message: ToGateway) -> None:
        """See GatewaySide."""
        self._hear(message)

    def link_hole(self) -> None:
        """See GatewaySide."""
        self._hear("hole")

    def link_up(self) -> None:
        """See GatewaySide."""
        self._hear("up")
        if self.greeting is not None:
            self.greeting()

    def link_down(self) -> None:
        """See GatewaySide."""
        self._hear("down")

    def _hear(self, what: str | ToGateway) -> None:
        self.heard.append(what)
        self.changed()

    async def until_heard(self, *what: str | ToGateway) -> None:
        """Return when exactly this was heard, in this order."""
        await self.until(
            lambda: (
                self.heard[: len(what)] != list(what)[: len(self.heard)]
                or len(self.heard) >= len(what)
            )
        )
        assert self.heard == list(what)


class HomeEnd(HomeLink, Protocol):
    """A home's end that was started."""

    async def stop(self) -> None:
        """Break all links."""


class GatewayEnd(GatewayLink, Protocol):
    """A gateway's end that was started."""

    async def stop(self) -> None:
        """Leave the home."""


class LinkPlace(Protocol):
    """Where homes and gateways find each other."""

    def too_many(self) -> list[ToGateway]:
        """Give more messages than may wait for a gateway that does not read."""

    async def home(self, side: HomeSide) -> HomeEnd:
        """Start a home's end."""

    async def gateway(self, side: GatewaySide) -> GatewayEnd:
        """Start a gateway's end."""

    async def close(self) -> None:
        """Stop all ends that still stand."""


class _DirectHome:
    def __init__(self, links: DirectHomeLinks) -> None:
        self.send = links.send
        self._links = links

    async def stop(self) -> None:
        self._links.stop()


class _DirectGateway:
    def __init__(self, link: DirectGatewayLink) -> None:
        self.send = link.send
        self._link = link

    async def stop(self) -> None:
        self._link.stop()


class MemoryPlace:
    """Both ends in one process, by calls."""

    def __init__(self) -> None:
        self._links = DirectHomeLinks(lambda call: asyncio.get_running_loop().call_soon(call))

    def too_many(self) -> list[ToGateway]:
        """See LinkPlace."""
        return [to_gateway(number) for number in range(limits.LINK_WAITING_MAX + 5)]

    async def home(self, side: HomeSide) -> HomeEnd:
        """See LinkPlace."""
        self._links.start(side)
        return _DirectHome(self._links)

    async def gateway(self, side: GatewaySide) -> GatewayEnd:
        """See LinkPlace."""
        link = DirectGatewayLink(self._links)
        link.start(side)
        return _DirectGateway(link)

    async def close(self) -> None:
        """See LinkPlace."""
        self._links.stop()


class _UnixGateway:
    def __init__(self, link: UnixGatewayLink, side: GatewaySide) -> None:
        self.send = link.send
        self._task = asyncio.get_running_loop().create_task(link.run(side))

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


class UnixPlace:
    """Both ends on a Unix socket."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "home.sock"
        self._ends: list[HomeEnd | GatewayEnd] = []

    def too_many(self) -> list[ToGateway]:
        """See LinkPlace."""
        large = "x" * (limits.LINK_BYTES_MAX // 8)
        return [text_to_gateway(large, number) for number in range(12)]

    async def home(self, side: HomeSide) -> UnixHomeLinks:
        """See LinkPlace."""
        links = UnixHomeLinks(self.path)
        await links.start(side)
        self._ends.append(links)
        return links

    async def gateway(self, side: GatewaySide) -> GatewayEnd:
        """See LinkPlace."""
        end = _UnixGateway(UnixGatewayLink(self.path), side)
        self._ends.append(end)
        return end

    async def close(self) -> None:
        """See LinkPlace."""
        for end in self._ends:
            await end.stop()
