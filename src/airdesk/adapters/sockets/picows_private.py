"""The part of picows that is not public: its protocol class, and how to make one.

Everything that a new version of picows could break is in this module. The version is pinned, and
`tests/contract/test_picows.py` fails with a sentence when the constructor changes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal

from picows import (
    WSAutoPingStrategy,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
)

from airdesk.core.kernel.limits import FRAME_BYTES_MAX

__all__ = [
    "CALM_BYTES_MAX",
    "READ_BUFFER_BYTES",
    "PicowsProtocol",
    "WSListener",
    "WSMsgType",
    "WSTransport",
    "WSUpgradeRequest",
    "WSUpgradeResponse",
    "WSUpgradeResponseWithListener",
    "initialize_protocol",
]

if TYPE_CHECKING:
    import asyncio

    class PicowsProtocol:
        """What we use of picows' WSProtocol, which its type stubs leave out."""

        __slots__ = ()
        transport: WSTransport

        def __init__(self, **arguments: object) -> None: ...

        def connection_made(self, transport: asyncio.Transport) -> None:
            """Set socket options and make the WSTransport."""

        def connection_lost(self, exc: Exception | None) -> None:
            """Tell the listener."""

        def get_buffer(self, size_hint: int) -> memoryview:
            """Give the free part of the read buffer."""
            raise NotImplementedError

        def buffer_updated(self, nbytes: int) -> None:
            """Parse, and call the listener for each whole frame."""
else:
    from picows.picows import WSProtocol as PicowsProtocol

READ_BUFFER_BYTES: Final = 2_048
"""The read buffer at first; picows takes no less. It doubles for a larger frame and stays so."""

CALM_BYTES_MAX: Final = 1_024
"""What is read at once, and a frame, up to here leaves the read buffer as small as it is."""

_logger = logging.getLogger("airdesk.sockets")


class _QuietLogger:
    """What picows may say: only defects.

    Not a `logging.Logger`, because picows would make a child of it for every connection (1 KB),
    and because it calls each mistake of a peer an error.
    """

    def isEnabledFor(self, level: int) -> Literal[False]:  # noqa: N802 (logging's name)
        """Say that nothing is logged."""
        return False

    def log(self, level: int, message: str, *arguments: object) -> None:
        """Say nothing: debugging of the library's own state."""

    def debug(self, message: str, *arguments: object) -> None:
        """Say nothing: sends after the close frame are dropped by design."""

    def info(self, message: str, *arguments: object) -> None:
        """Say nothing: connections come and go."""

    def warning(self, message: str, *arguments: object) -> None:
        """Say nothing: the outbox has its own bound."""

    def error(self, message: str, *arguments: object) -> None:
        """Say nothing: the peer broke the protocol and was told so."""

    def exception(self, message: str, *arguments: object) -> None:
        """Report an exception that escaped one of our own calls."""
        _logger.exception(message, *arguments)


_QUIET: Final = _QuietLogger()


def initialize_protocol(
    protocol: PicowsProtocol,
    listener_factory: Callable[[WSUpgradeRequest], WSUpgradeResponseWithListener],
) -> None:
    """Run picows' constructor for the server's side: no timers, no tasks, a small buffer."""
    PicowsProtocol.__init__(
        protocol,
        host_port=None,
        ws_path=None,
        is_client_side=False,
        ws_listener_factory=listener_factory,
        logger=_QUIET,
        disconnect_on_exception=True,
        websocket_handshake_timeout=None,
        enable_auto_ping=False,
        auto_ping_idle_timeout=None,
        auto_ping_reply_timeout=None,
        auto_ping_strategy=WSAutoPingStrategy.PING_WHEN_IDLE,
        enable_auto_pong=False,
        max_frame_size=FRAME_BYTES_MAX,
        extra_headers=None,
        read_buffer_init_size=READ_BUFFER_BYTES,
    )
