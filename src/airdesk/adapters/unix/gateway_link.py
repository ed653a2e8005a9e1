"""A gateway's end of its link to the home."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from airdesk.adapters.unix.framing import decode_to_gateway, encode_body
from airdesk.adapters.unix.handshake import fingerprint
from airdesk.adapters.unix.link_protocol import LinkProtocol
from airdesk.core.kernel import AirDeskError, LinkMismatch, MessageTooLarge, limits
from airdesk.ports.link import GatewaySide, ToHome

_logger = logging.getLogger("airdesk.link")


class UnixGatewayLink:
    """The link to the home, made anew whenever it breaks. See GatewayLink.

    Args:
        path: the home's socket; it need not be there yet.
        dialect: see `handshake.fingerprint`; the one of this build if None.
    """

    def __init__(self, path: Path, dialect: bytes | None = None) -> None:
        self._path = path
        self._dialect = dialect or fingerprint()
        self._side: GatewaySide | None = None
        self._link: LinkProtocol | None = None
        """The link that stands, hello said on both sides."""
        self._ended: asyncio.Future[AirDeskError | None] | None = None

    async def run(self, side: GatewaySide) -> NoReturn:
        """Keep the link up until cancelled; after that the gateway hears nothing any more.

        Raises:
            LinkMismatch: the home is of another build. The process should end with
                `os.EX_CONFIG` and be started anew, from the home's build.
        """
        self._side = side
        try:
            await self._keep_linked()
        finally:
            self._side = None
            self._link = None

    def send(self, message: ToHome) -> None:
        """See GatewayLink."""
        link = self._link
        if link is None:
            return
        try:
            link.send(encode_body(message))
        except MessageTooLarge as error:
            link.cut(error)

    async def _keep_linked(self) -> NoReturn:
        loop = asyncio.get_running_loop()
        pause_ms = limits.LINK_RETRY_MS_MIN
        while True:
            began = loop.time()
            await self._stand()
            if (loop.time() - began) * 1000 > limits.LINK_RETRY_MS_MAX:
                pause_ms = limits.LINK_RETRY_MS_MIN
            await asyncio.sleep(pause_ms / 1000)
            pause_ms = min(2 * pause_ms, limits.LINK_RETRY_MS_MAX)

    async def _stand(self) -> None:
        """Link once, and return when that link has ended or there is no home."""
        loop = asyncio.get_running_loop()
        self._ended = loop.create_future()
        try:
            _, link = await loop.create_unix_connection(self._new_link, os.fspath(self._path))
        except OSError as error:
            _logger.debug("There is no home at %s: %s", self._path, error)
            return
        try:
            reason = await self._ended
        finally:
            link.cut()
        if isinstance(reason, LinkMismatch):
            _logger.critical("%s; both have to be started from one build", reason)
            raise reason

    def _new_link(self) -> LinkProtocol:
        # A gateway never drops what it sends: a link that cannot take it is made anew, and then
        # what has no answer is said again.
        return LinkProtocol(
            self, self._dialect, bytes_max=limits.LINK_TO_HOME_BYTES_MAX, drops=False
        )

    # The link speaks ------------------------------------------------------------------------

    def link_opened(self, link: LinkProtocol) -> None:
        """See LinkOwner."""
        _logger.info("Linked to the home at %s", self._path)
        self._link = link
        if self._side is not None:
            _hear(self._side.link_up)

    def link_frame(self, link: LinkProtocol, body: memoryview) -> None:
        """See LinkOwner."""
        message = decode_to_gateway(body)
        if self._side is None:
            return
        try:
            self._side.link_message(message)
        except Exception:
            # Whoever misses it reads again when the next event does not fit.
            _logger.exception("The gateway could not take a %s", type(message).__name__)

    def link_missing(self, link: LinkProtocol) -> None:
        """See LinkOwner."""
        _logger.warning("The home has dropped messages; they are read again")
        if self._side is not None:
            _hear(self._side.link_hole)

    def link_closed(self, link: LinkProtocol, error: AirDeskError | None) -> None:
        """See LinkOwner."""
        was_up, self._link = self._link is link, None
        if error is not None and not isinstance(error, LinkMismatch):
            _logger.error("The link to the home is cut: %s", error)
        if was_up and self._side is not None:
            _logger.warning("The link to the home is down")
            _hear(self._side.link_down)
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(error)


def _hear(call: Callable[[], None]) -> None:
    """Tell the gateway; a defect of it must not break the link for its other sessions."""
    try:
        call()
    except Exception:
        _logger.exception("The gateway failed to take the link's news")
