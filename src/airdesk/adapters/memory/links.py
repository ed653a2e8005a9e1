"""The link between a home and gateways in one process: calls, no bytes.

A message to the home is a call. A message to a gateway waits for the loop's next turn, because
the home sends while it walks through its sessions and a gateway answers while it walks through
its own: called straight away, each would change what the other is in the middle of. With one of
the two directions deferred neither is ever entered from inside itself: a home calls no gateway,
and a gateway is called by its clients and by the loop alone.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from enum import Enum, auto

from airdesk.core.kernel import limits
from airdesk.ports.link import GatewayId, GatewaySide, HomeSide, ToGateway, ToHome

_logger = logging.getLogger("airdesk.link")

Schedule = Callable[[Callable[[], None]], object]
"""Lets the loop call something soon, in order: `asyncio.AbstractEventLoop.call_soon`."""


class _Signal(Enum):
    UP = auto()
    DOWN = auto()


class DirectHomeLinks:
    """The home's end. See HomeLink.

    Args:
        schedule: how to be called in the loop's next turn.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self._side: HomeSide | None = None
        self._ends: dict[DirectGatewayLink, None] = {}
        self._linked: dict[GatewayId, DirectGatewayLink] = {}
        self._last_id = 0

    def start(self, side: HomeSide) -> None:
        """Link a home that can decide to all gateways that have started."""
        self._side = side
        for end in self._ends:
            self._link(end, side)

    def stop(self) -> None:
        """Break all links at once; the home hears nothing any more. It may be started again."""
        self._side = None
        ends = list(self._linked.values())
        self._linked.clear()
        for end in ends:
            end.broken()

    def send(self, gateway: GatewayId, message: ToGateway) -> None:
        """See HomeLink."""
        end = self._linked.get(gateway)
        if end is not None:
            end.put(message)

    def join(self, end: DirectGatewayLink) -> None:
        """Take a gateway that has started."""
        self._ends[end] = None
        if self._side is not None:
            self._link(end, self._side)

    def leave(self, end: DirectGatewayLink, gateway: GatewayId | None) -> None:
        """Let a gateway go that has stopped."""
        self._ends.pop(end, None)
        if gateway is None or self._side is None:
            return
        del self._linked[gateway]
        self._side.gateway_gone(gateway)

    def _link(self, end: DirectGatewayLink, side: HomeSide) -> None:
        self._last_id += 1
        gateway = GatewayId(self._last_id)
        self._linked[gateway] = end
        end.linked(gateway, side)


class DirectGatewayLink:
    """A gateway's end. See GatewayLink.

    Args:
        home: the other end, in the same process.
    """

    def __init__(self, home: DirectHomeLinks) -> None:
        self._home = home
        self._side: GatewaySide | None = None
        self._gateway: GatewayId | None = None
        self._home_side: HomeSide | None = None
        self._waiting: deque[ToGateway | _Signal] = deque()
        self._is_scheduled = False
        self._is_up = False
        """The home of this link may be called: the gateway was told that it stands."""
        self._is_down_due = False
        """The gateway was told of a link and not yet of its end."""
        self._is_missing = False

    def start(self, side: GatewaySide) -> None:
        """Link a gateway to the home, now or as soon as there is one."""
        self._side = side
        self._home.join(self)

    def stop(self) -> None:
        """Leave the home; the gateway hears nothing any more."""
        gateway, self._gateway = self._gateway, None
        self._side = self._home_side = None
        self._is_up = self._is_down_due = self._is_missing = False
        self._waiting.clear()
        self._home.leave(self, gateway)

    def send(self, message: ToHome) -> None:
        """See GatewayLink."""
        if self._is_up and self._home_side is not None and self._gateway is not None:
            try:
                self._home_side.gateway_message(self._gateway, message)
            except Exception:
                _logger.exception("The home could not take a %s", type(message).__name__)

    # The home's end calls -------------------------------------------------------------------

    def linked(self, gateway: GatewayId, side: HomeSide) -> None:
        """A home stands behind the link."""
        self._gateway, self._home_side = gateway, side
        self._signal(_Signal.UP)

    def broken(self) -> None:
        """The home is gone, and what it has sent with it."""
        self._gateway = self._home_side = None
        self._is_up = self._is_missing = False
        self._waiting.clear()
        if self._is_down_due:
            self._signal(_Signal.DOWN)

    def put(self, message: ToGateway) -> None:
        """Take a message of the home, or drop it where too many wait."""
        if self._is_missing or len(self._waiting) >= limits.LINK_WAITING_MAX:
            self._is_missing = True
            return
        self._waiting.append(message)
        if not self._is_scheduled:
            self._schedule()

    def _signal(self, signal: _Signal) -> None:
        self._waiting.append(signal)
        if not self._is_scheduled:
            self._schedule()

    def _schedule(self) -> None:
        self._is_scheduled = True
        self._home.schedule(self._deliver)

    def _deliver(self) -> None:
        """Hand over what waits now; what the gateway's answers bring waits for the next turn."""
        self._is_scheduled = False
        waiting = self._waiting
        for _ in range(len(waiting)):
            if self._side is None or not waiting:
                return
            self._hand_over(self._side, waiting.popleft())
        if self._is_missing and not waiting and self._side is not None:
            self._is_missing = False
            self._side.link_hole()
        if waiting and not self._is_scheduled:
            self._schedule()

    def _hand_over(self, side: GatewaySide, message: ToGateway | _Signal) -> None:
        try:
            if message is _Signal.UP:
                self._is_up = self._is_down_due = True
                side.link_up()
            elif message is _Signal.DOWN:
                self._is_down_due = False
                side.link_down()
            else:
                side.link_message(message)
        except Exception:
            _logger.exception("The gateway could not take a %s", type(message).__name__)
