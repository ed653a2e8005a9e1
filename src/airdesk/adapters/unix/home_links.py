"""The home's end of all links: a Unix socket at which gateways knock."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import socket
from pathlib import Path
from typing import Final

from airdesk.adapters.unix.framing import decode_to_home, encode_body
from airdesk.adapters.unix.handshake import fingerprint
from airdesk.adapters.unix.link_protocol import LinkProtocol
from airdesk.core.kernel import (
    AirDeskError,
    DependencyError,
    MalformedMessage,
    MessageTooLarge,
    limits,
)
from airdesk.ports.link import GatewayId, HomeSide, ToGateway

_logger = logging.getLogger("airdesk.link")

BACKLOG: Final = 64
"""Gateways that knock at the same moment; one that finds no place comes again."""


class UnixHomeLinks:
    """All links of one home. See HomeLink.

    Only processes of the same user may knock (mode 0600): who may is trusted with everything.

    Args:
        path: the socket. Beside it lies its lock, `path` with `.lock` added, which stays.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._dialect = fingerprint()
        self._side: HomeSide | None = None
        self._server: asyncio.Server | None = None
        self._lock: int | None = None
        self._open: dict[LinkProtocol, asyncio.Future[None]] = {}
        self._ids: dict[LinkProtocol, GatewayId] = {}
        self._links: dict[GatewayId, LinkProtocol] = {}
        self._last_id = 0
        self._last_message: ToGateway | None = None
        self._last_body = b""

    async def start(self, side: HomeSide) -> None:
        """Let gateways in. May be called again after `stop`, with another home.

        Raises:
            DependencyError: another home serves at this path, or it cannot be a socket.
        """
        self._lock = self._take_lock()
        self._side = side
        try:
            listener = self._bind()
            loop = asyncio.get_running_loop()
            self._server = await loop.create_unix_server(
                self._new_link, sock=listener, backlog=BACKLOG
            )
        except OSError as error:
            self._leave()
            raise DependencyError(name=f"socket {self._path}", reason=str(error)) from error

    async def stop(self) -> None:
        """Break all links; the home hears nothing any more. Returns when the socket is gone."""
        self._side = None
        if self._server is not None:
            self._server.close()
        ended = list(self._open.values())
        for link in list(self._open):
            link.flush()
            # uvloop writes at the end of its turn; what the system takes until then has left.
            asyncio.get_running_loop().call_soon(link.cut)
        await asyncio.gather(*ended)
        self._leave()

    def send(self, gateway: GatewayId, message: ToGateway) -> None:
        """See HomeLink.

        Cost: a message that goes to several gateways one after the other is encoded once.
        """
        link = self._links.get(gateway)
        if link is None:
            return
        if message is not self._last_message:
            try:
                self._last_body = encode_body(message)
            except MessageTooLarge as error:
                link.cut(error)
                return
            self._last_message = message
        link.send(self._last_body)

    def bytes_waiting(self, gateway: GatewayId) -> int:
        """Bytes that a gateway has not taken yet; at most LINK_BYTES_MAX and a few beats."""
        link = self._links.get(gateway)
        return 0 if link is None else link.bytes_waiting

    # One home at a time ---------------------------------------------------------------------

    def _take_lock(self) -> int:
        """Take the lock, which the system lets go when this process dies, however it dies."""
        path = self._path.with_name(self._path.name + ".lock")
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise DependencyError(
                name=f"socket {self._path}", reason="another home serves there"
            ) from error
        return lock

    def _bind(self) -> socket.socket:
        """Make the socket; with the lock in hand, one that lies there is a dead home's."""
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            listener.setblocking(False)
            listener.bind(os.fspath(self._path))
            # Nobody can knock before `listen`, so there is no moment at which others could.
            os.chmod(self._path, 0o600)
        except OSError:
            listener.close()
            raise
        return listener

    def _leave(self) -> None:
        if self._lock is None:
            return
        self._server = None
        self._path.unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = None

    # Links ----------------------------------------------------------------------------------

    def _new_link(self) -> LinkProtocol:
        link = LinkProtocol(self, self._dialect, bytes_max=limits.LINK_BYTES_MAX, drops=True)
        self._open[link] = asyncio.get_running_loop().create_future()
        return link

    def link_opened(self, link: LinkProtocol) -> None:
        """See LinkOwner."""
        self._last_id += 1
        gateway = GatewayId(self._last_id)
        self._ids[link] = gateway
        self._links[gateway] = link
        _logger.info("Gateway %d is linked", gateway)

    def link_frame(self, link: LinkProtocol, body: memoryview) -> None:
        """See LinkOwner."""
        message = decode_to_home(body)
        if self._side is None:
            return
        try:
            self._side.gateway_message(self._ids[link], message)
        except Exception:
            # One session's defect; to cut the link would let the gateway repeat it for ever.
            _logger.exception("The home could not take a %s", type(message).__name__)

    def link_missing(self, link: LinkProtocol) -> None:
        """See LinkOwner. Gateways drop nothing, so this one has a defect."""
        raise MalformedMessage(reason="a number is missing")

    def link_closed(self, link: LinkProtocol, error: AirDeskError | None) -> None:
        """See LinkOwner."""
        self._open.pop(link).set_result(None)
        gateway = self._ids.pop(link, None)
        if error is not None:
            _logger.error("The link to gateway %s is cut: %s", gateway or "(unknown)", error)
        if gateway is None:
            return
        del self._links[gateway]
        _logger.info("Gateway %d is gone", gateway)
        if self._side is not None:
            self._side.gateway_gone(gateway)
