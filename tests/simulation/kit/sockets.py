"""Virtual WebSockets between a page and a gateway: ordered, late, cut at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from airdesk.ports.sockets import SocketReceiver
from tests.simulation.kit.pipes import Pipe
from tests.simulation.kit.world import World

if TYPE_CHECKING:
    from tests.simulation.kit.pages import Tab
    from tests.simulation.kit.servers import GatewayProcess


class Frame(NamedTuple):
    """What travels: a message, or a word of the connection itself."""

    kind: str
    """message, ping, pong, close, or end (of TCP)."""
    payload: bytes = b""


class Wire:
    """One connection, both of its ends and both directions.

    Each end learns of a cut on its own, perhaps never: then its silence limit ends it.
    """

    def __init__(self, world: World, tab: Tab, gateway: GatewayProcess) -> None:
        slow = world.between(2, 60)
        self.world = world
        self.tab = tab
        self.gateway = gateway
        self.up: Pipe[Frame] = Pipe(world, self._to_gateway, (1, slow))
        self.down: Pipe[Frame] = Pipe(world, self._to_page, (1, slow))
        self.page_open = True
        self.end: GatewayEnd | None = None
        self._receiver: SocketReceiver | None = None

    def open(self) -> None:
        """Knock at the gateway; the page hears that the connection stands when it does."""
        self.world.after(self.world.between(1, 40), self._accept)

    def _accept(self) -> None:
        if self.up.is_cut or not self.page_open:
            return
        if not self.gateway.is_alive:
            self.world.after(1, self._page_hears_end)
            return
        self.gateway.run(self._take)

    def _take(self) -> None:
        self.end = GatewayEnd(self)
        self._receiver = self.gateway.gateway.open(self.end)
        self.gateway.wires[self] = None
        self.down.put(Frame("open"))

    # Ends and their ways -------------------------------------------------------------------

    def _to_gateway(self, frame: Frame) -> None:
        end = self.end
        if end is None or not end.is_open:
            return
        if frame.kind == "end":
            self.gateway_hears_end()
            return
        end.heard = True
        if frame.kind == "message":
            self.gateway.take_message(self, frame.payload)

    def deliver(self, payload: bytes) -> None:
        """Hand a message to the gateway's receiver."""
        if self._receiver is not None:
            self._receiver.socket_message(payload, self.binary)

    @property
    def binary(self) -> bool:
        """True if the page speaks the binary encoding."""
        return self.tab.encoding.binary

    def _to_page(self, frame: Frame) -> None:
        if not self.page_open:
            return
        if frame.kind in ("end", "close"):
            self._page_hears_end()
        else:
            if frame.kind == "ping":
                self.up.put(Frame("pong"))
            self.tab.hears(self, frame)

    def _page_hears_end(self) -> None:
        if self.page_open:
            self.page_open = False
            self.up.cut(len(self.up))
            self.tab.lost(self)

    def gateway_hears_end(self) -> None:
        """The gateway's end of the connection is gone."""
        end = self.end
        if end is not None and end.is_open:
            end.is_open = False
            self.down.cut()
            self.gateway.run(self._tell_closed, 1006)

    def closed_by_gateway(self, code: int) -> None:
        """The gateway closed it: its receiver hears of it later, once."""
        self.world.after(0, self.gateway.run, self._tell_closed, code)

    def _tell_closed(self, code: int) -> None:
        self.gateway.wires.pop(self, None)
        receiver, self._receiver = self._receiver, None
        if receiver is not None:
            receiver.socket_closed(code)

    def hang_up(self) -> None:
        """The page lets go; what it sent before still arrives, however late."""
        if self.page_open:
            self.page_open = False
            self.up.put(Frame("end"))

    # Faults --------------------------------------------------------------------------------

    def cut(self, keep_up: int, keep_down: int, notice: tuple[int | None, int | None]) -> None:
        """Let the path die.

        Args:
            keep_up: messages in flight to the gateway that still arrive.
            keep_down: the same to the page.
            notice: after how many ms page and gateway hear of it; None for never.
        """
        self.up.cut(keep_up)
        self.down.cut(keep_down)
        page_ms, gateway_ms = notice
        if page_ms is not None:
            self.world.after(page_ms, self._page_hears_end)
        if gateway_ms is not None:
            self.world.after(gateway_ms, self.gateway_hears_end)

    def gateway_died(self, notice_ms: int | None) -> None:
        """The gateway's process is gone; the page hears of it, or not."""
        if self.end is not None:
            self.end.is_open = False
        self._receiver = None
        self.cut(0, self.world.between(0, len(self.down)), (notice_ms, None))

    def heal(self) -> None:
        """Let both ends know what they should: a cut path is an end, a slow one flows."""
        if self.up.is_cut or self.down.is_cut:
            self._page_hears_end()
            self.gateway_hears_end()
        self.up.flow()
        self.down.flow()


class GatewayEnd:
    """The gateway's end, as `ports.sockets.SocketConnection`."""

    __slots__ = ("_wire", "heard", "is_open", "subprotocol")

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.heard = True
        self.is_open = True
        self.subprotocol = wire.tab.encoding.subprotocol

    @property
    def outbox_bytes(self) -> int:
        """See SocketConnection."""
        return sum(len(item.payload) for _, item in self._wire.down.in_flight)

    def send(self, payload: bytes, binary: bool) -> None:
        """See SocketConnection."""
        if self.is_open:
            gateway = self._wire.gateway
            gateway.pass_point("before a socket is written")
            self._wire.down.put(Frame("message", bytes(payload)))
            gateway.pass_point("after a socket was written")

    def ping(self) -> None:
        """See SocketConnection."""
        if self.is_open:
            self._wire.down.put(Frame("ping"))

    def close(self, code: int, reason: str) -> None:
        """See SocketConnection."""
        if self.is_open:
            self.is_open = False
            self._wire.down.put(Frame("close"))
            self._wire.closed_by_gateway(code)

    def abort(self) -> None:
        """See SocketConnection."""
        if self.is_open:
            self.is_open = False
            self._wire.down.drop()
            self._wire.down.put(Frame("end"))
            self._wire.closed_by_gateway(1006)
