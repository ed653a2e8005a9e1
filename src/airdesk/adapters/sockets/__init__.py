"""WebSockets on uvicorn's port, parsed by picows."""

from airdesk.adapters.sockets.handshake import AllowOrigin
from airdesk.adapters.sockets.protocol import SUBPROTOCOLS, socket_protocol
from airdesk.adapters.sockets.server import server_config
from airdesk.adapters.sockets.wheel import TimingWheel, WheelTimer

__all__ = [
    "SUBPROTOCOLS",
    "AllowOrigin",
    "TimingWheel",
    "WheelTimer",
    "server_config",
    "socket_protocol",
]
