"""A person at a real socket: the session machine of our clients, connected while he lives."""

from __future__ import annotations

import asyncio

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from airdesk.adapters.system import SystemIds
from airdesk.core.kernel import ConversationId, DeviceId, InstanceId
from airdesk.core.wire import BINARY, ClientSession, Outbox
from airdesk.core.wire import messages as m
from airdesk.core.wire.client import EventArrived, Happening, ListChanged, ViewReset, Welcomed

RECONNECT_S = 0.05

IDS = SystemIds()


class SocketPerson:
    """Somebody with a page at one gateway: the real session machine over a real socket.

    Args:
        token: the credential.
        port: of the gateway.
    """

    def __init__(self, token: str, port: int) -> None:
        self._uri = f"ws://127.0.0.1:{port}/socket"
        self._socket: ClientConnection | None = None
        self._moved = asyncio.Event()
        self.session = ClientSession(
            BINARY, token, DeviceId(IDS.new_id()), InstanceId(IDS.new_id()), Outbox()
        )
        self.shown: dict[ConversationId, list[m.Event]] = {}
        self.mine: tuple[ConversationId, ...] = ()
        self.connects = 0
        self.resets = 0
        """Welcomes that made void everything shown before."""

    async def live(self) -> None:
        """Stay connected until cancelled, as a page does."""
        while True:
            try:
                async with connect(
                    self._uri, subprotocols=[Subprotocol(BINARY.subprotocol)]
                ) as opened:
                    await self._converse(opened)
            except (OSError, WebSocketException):
                pass  # The gateway is away: that is what is tried here.
            self._socket = None
            self.session.disconnected()
            await asyncio.sleep(RECONNECT_S)  # A page pauses, too.

    async def _converse(self, opened: ClientConnection) -> None:
        self._socket = opened
        self.connects += 1
        self.session.connected()
        await self._write()
        async for payload in opened:
            assert isinstance(payload, bytes)
            self.session.receive(payload)
            for happening in self.session.take_happenings():
                self._show(happening)
            await self._write()
            self._moved.set()

    def _show(self, happening: Happening) -> None:
        if isinstance(happening, Welcomed):
            if happening.welcome.reset:
                self.resets += 1
                self.shown.clear()
        elif isinstance(happening, ViewReset):
            self.shown[happening.conversation] = []
        elif isinstance(happening, EventArrived):
            self.shown[happening.conversation].append(happening.event)
        elif isinstance(happening, ListChanged):
            self.mine = happening.mine

    async def _write(self) -> None:
        for payload in self.session.take_outgoing():
            if self._socket is not None:
                await self._socket.send(payload)

    async def do(self, command: m.CommandMessage) -> None:
        """Wish something through the outbox, connected or not."""
        self.session.submit(command)
        try:
            await self._write()
        except WebSocketException:
            pass  # It stays in the outbox.

    async def flush(self) -> None:
        """Send what the session has to say by itself: receipts, typing."""
        try:
            await self._write()
        except WebSocketException:
            pass  # Nobody needs it after a break.

    async def settled(self, words: int) -> None:
        """Wait until every wish is answered and so many words are on the screen."""
        while len(self.session.outbox) or len(self.words()) < words:
            self._moved.clear()
            await self._moved.wait()

    async def moved(self) -> None:
        """Wait until something else is on the screen, or was answered."""
        self._moved.clear()
        await self._moved.wait()

    def words(self) -> list[str]:
        """Give the words on the screen."""
        return [event.text for events in self.shown.values() for event in events if event.text]
