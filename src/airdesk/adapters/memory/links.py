"""The link inside one process: function calls."""

from __future__ import annotations

from airdesk.ports.link import GatewayId, GatewaySide, HomeSide, ToGateway, ToHome

_ONLY = GatewayId(1)


class DirectLinks:
    """Both ends of a link that never loses anything."""

    def __init__(self) -> None:
        self._home: HomeSide | None = None
        self._gateway: GatewaySide | None = None
        self._is_up = False
        self.home_end = _HomeEnd(self)
        self.gateway_end = _GatewayEnd(self)

    def connect(self, home: HomeSide, gateway: GatewaySide) -> None:
        """Name the two sides; nothing flows before `bring_up`."""
        self._home, self._gateway = home, gateway

    def bring_up(self) -> None:
        """The home takes commands."""
        self._is_up = True
        if self._gateway is not None:
            self._gateway.link_up()

    def take_down(self) -> None:
        """The home is void."""
        self._is_up = False
        if self._gateway is not None:
            self._gateway.link_down()

    def to_home(self, message: ToHome) -> None:
        """Carry a message up."""
        if self._is_up and self._home is not None:
            self._home.gateway_message(_ONLY, message)

    def to_gateway(self, message: ToGateway) -> None:
        """Carry a message down."""
        if self._is_up and self._gateway is not None:
            self._gateway.link_message(message)


class _HomeEnd:
    def __init__(self, links: DirectLinks) -> None:
        self._links = links

    def send(self, gateway: GatewayId, message: ToGateway) -> None:
        """See HomeLink."""
        self._links.to_gateway(message)


class _GatewayEnd:
    def __init__(self, links: DirectLinks) -> None:
        self._links = links

    def send(self, message: ToHome) -> None:
        """See GatewayLink."""
        self._links.to_home(message)
