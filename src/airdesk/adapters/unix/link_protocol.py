"""One link on one stream socket: what home and gateway do alike."""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Final, Protocol, cast

from airdesk.adapters.unix import framing
from airdesk.adapters.unix.framing import FrameReader
from airdesk.adapters.unix.handshake import decode_hello, encode_hello
from airdesk.adapters.unix.numbering import Numberer, Sequence, Verdict
from airdesk.core.kernel import AirDeskError, MalformedMessage, SlowReader, limits

_logger = logging.getLogger("airdesk.link")

READ_BYTES: Final = 32 * 1024
"""Bytes taken in one turn of the loop: some 200 commands, a few milliseconds of the home. A crowd
of messages, as after a broken link, so does not keep the loop from its other sockets."""

_pack_header = framing.HEADER.pack
_HEADER_BYTES: Final = framing.HEADER_BYTES


class LinkOwner(Protocol):
    """Who hears a link. Exceptions are its own affair: they would end up in the loop."""

    def link_opened(self, link: LinkProtocol) -> None:
        """The other end said a good hello."""

    def link_frame(self, link: LinkProtocol, body: memoryview) -> None:
        """The next message's body.

        Raises:
            MalformedMessage: it holds none; the link is cut.
        """

    def link_missing(self, link: LinkProtocol) -> None:
        """Messages of the other end are missing before the next one.

        Raises:
            MalformedMessage: the other end never drops any; the link is cut.
        """

    def link_closed(self, link: LinkProtocol, error: AirDeskError | None) -> None:
        """The link has ended; called once, as the last call, whether it was opened or not.

        Args:
            error: why this end cut it; None if the other end or its owner did.
        """


class LinkProtocol(asyncio.BufferedProtocol):
    """One end of one link.

    Args:
        owner: who hears it.
        dialect: see `handshake.fingerprint`.
        bytes_max: what may wait for the other end.
        drops: at the bound messages are dropped, and the other end learns of the hole; else
            the link is cut.
    """

    def __init__(self, owner: LinkOwner, dialect: bytes, *, bytes_max: int, drops: bool) -> None:
        self._owner = owner
        self._dialect = dialect
        self._bytes_max = bytes_max
        self._drops = drops
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._numberer = Numberer(secrets.randbits(64))
        self._sequence = Sequence()
        self._their_link_id: int | None = None
        self._reader = FrameReader()
        self._read_buffer = memoryview(bytearray(READ_BYTES))
        self._parts: list[bytes] = []
        self._room = 0
        """Bytes that may still be added before the parts are written."""
        self._is_flush_due = False
        self._heard = False
        self._silent_beats = 0
        self._beat_timer: asyncio.TimerHandle | None = None
        self._error: AirDeskError | None = None
        self._is_cut = False

    # Sending --------------------------------------------------------------------------------

    def send(self, body: bytes) -> None:
        """Send a message's body with the next number; never blocks.

        What is sent in one turn of the loop leaves in one write.
        """
        number = self._numberer.next_number()
        size = _HEADER_BYTES + len(body)
        if not self._is_flush_due:
            self._begin_batch()
        if size > self._room:
            if not self._drops:
                self.cut(SlowReader(limit=self._bytes_max))
            return
        self._room -= size
        self._parts.append(_pack_header(len(body), number))
        self._parts.append(body)

    def _begin_batch(self) -> None:
        if self._is_cut or self._transport is None:
            self._room = -1
            return
        self._room = self._bytes_max - self._transport.get_write_buffer_size()
        self._is_flush_due = True
        self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write what was sent in this turn of the loop."""
        self._is_flush_due = False
        if self._parts and self._transport is not None and not self._is_cut:
            self._transport.write(b"".join(self._parts))
        self._parts.clear()

    def cut(self, error: AirDeskError | None = None) -> None:
        """End the link at once; what waits is forgotten and nothing more is heard of it."""
        if self._is_cut:
            return
        self._is_cut = True
        self._error = error
        self._parts.clear()
        if self._transport is not None:
            self._transport.abort()

    @property
    def bytes_waiting(self) -> int:
        """Bytes that the operating system has not taken yet."""
        own = sum(map(len, self._parts))
        return own + (0 if self._transport is None else self._transport.get_write_buffer_size())

    # Receiving ------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.BaseProtocol."""
        self._transport = cast(asyncio.Transport, transport)
        hello = encode_hello(self._dialect, self._numberer.link_id)
        self._transport.write(framing.encode_frame(framing.HELLO_NUMBER, hello))
        self._beat_timer = self._loop.call_later(limits.LINK_BEAT_MS / 1000, self._beat)

    def get_buffer(self, sizehint: int) -> memoryview:
        """See asyncio.BufferedProtocol."""
        return self._read_buffer

    def buffer_updated(self, nbytes: int) -> None:
        """See asyncio.BufferedProtocol."""
        self._heard = True
        try:
            for number, body in self._reader.receive_bytes(self._read_buffer[:nbytes]):
                self._receive(number, body)
                if self._is_cut:
                    return
        except AirDeskError as error:
            self.cut(error)
            return
        if nbytes == READ_BYTES:
            self._rest_from_reading()

    def _receive(self, number: int, body: memoryview) -> None:
        link_id = self._their_link_id
        if link_id is None:
            self._open(number, body)
        elif not body:
            if self._sequence.is_behind(link_id, number):
                self._owner.link_missing(self)
        else:
            verdict = self._sequence.accept(link_id, number)
            if verdict is Verdict.DUPLICATE:
                raise MalformedMessage(reason="a number came again")
            if verdict is Verdict.HOLE:
                self._owner.link_missing(self)
            self._owner.link_frame(self, body)

    def _open(self, number: int, body: memoryview) -> None:
        if number != framing.HELLO_NUMBER:
            raise MalformedMessage(reason="a link begins with a hello")
        self._their_link_id = decode_hello(body, self._dialect)
        self._owner.link_opened(self)

    def _rest_from_reading(self) -> None:
        """Let others have their turn: uvloop would read on at once, up to 32 times."""
        if self._transport is not None:
            self._transport.pause_reading()
            self._loop.call_soon(self._read_on)

    def _read_on(self) -> None:
        if not self._is_cut and self._transport is not None:
            self._transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.BaseProtocol."""
        if self._beat_timer is not None:
            self._beat_timer.cancel()
        self._is_cut = True
        self._transport = None
        self._parts.clear()
        self._owner.link_closed(self, self._error)

    # Life -----------------------------------------------------------------------------------

    def _beat(self) -> None:
        """Show that this process lives, and look whether the other one does.

        Beats are counted, not milliseconds: a process that slept itself has not listened, so it
        must not conclude that the other was silent.
        """
        self._silent_beats = 0 if self._heard else self._silent_beats + 1
        self._heard = False
        if self._silent_beats >= limits.LINK_SILENT_BEATS_MAX:
            _logger.warning("The other end of a link is silent; the link is cut")
            self.cut()
            return
        if not self._is_flush_due:
            self._begin_batch()
        # Past the bound too: it is the beat that tells of the messages that were dropped.
        self._parts.append(framing.encode_frame(self._numberer.last_number))
        self._beat_timer = self._loop.call_later(limits.LINK_BEAT_MS / 1000, self._beat)
