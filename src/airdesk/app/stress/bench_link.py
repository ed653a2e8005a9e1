"""What a message costs on its way over a link: microseconds of CPU at either end.

The home's end runs in this process, the gateway's in another. Three ways are measured: commands
to a home that takes them in, events to a gateway that takes them in, and the calls within one
process. Messages are those of a busy desk: 60 bytes of text. They are sent in bursts of as many
as a turn of the loop brings under load, and a burst is answered before the next one leaves.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, TypedDict

import uvloop

from airdesk.adapters.memory.links import DirectGatewayLink, DirectHomeLinks
from airdesk.adapters.unix import UnixGatewayLink, UnixHomeLinks
from airdesk.core.conversation import AUTHOR_VISITOR, FeedEvent, MessageSent, SendMessage
from airdesk.core.kernel import ConversationId, OperationId
from airdesk.ports.link import (
    Delivery,
    Disconnect,
    Fence,
    GatewayId,
    RefreshLists,
    SessionId,
    Submit,
    ToGateway,
    ToHome,
)

TEXT: Final = "Good morning, my parcel has not arrived yet. Can you help me?"
_SESSION: Final = SessionId(1)
_CONVERSATION: Final = ConversationId(bytes(range(16)))
_OPERATION: Final = OperationId(bytes(range(16, 32)))
_LAST: Final = SessionId(2)
"""The session in a burst's last message."""


class EndCost(TypedDict):
    """Microseconds of CPU for each message."""

    home_us: float
    gateway_us: float


class Result(TypedDict):
    """What the benchmark prints as JSON."""

    messages: int
    burst: int
    to_home: EndCost
    to_gateway: EndCost
    direct_to_home_us: float
    direct_to_gateway_us: float


def main(json_path: str = "-", messages: int = 200_000, burst: int = 50) -> None:
    """Run the benchmark and write its result as one JSON object.

    Args:
        json_path: a file, or `-` for the standard output.
        messages: each way.
        burst: messages that leave in one turn of the loop.
    """
    text = json.dumps(run(messages, burst), indent=2) + "\n"
    if json_path == "-":
        sys.stdout.write(text)
    else:
        Path(json_path).write_text(text)


def run(messages: int = 200_000, burst: int = 50) -> Result:
    """Measure. The processes are gone when it returns."""
    bursts = messages // burst
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure(bursts, burst))


def submit(index: int) -> ToHome:
    """Make a visitor's message on its way to the home; each is an object of its own."""
    session = SessionId(index)
    return Submit(session, _OPERATION, _CONVERSATION, SendMessage(TEXT))


def delivery(seq: int) -> ToGateway:
    """Make a visitor's message on its way to his agent."""
    event = FeedEvent(
        seq, seq - 1, 1_800_000_000_000, MessageSent(AUTHOR_VISITOR), TEXT, bytes(17), _OPERATION
    )
    return Delivery(_CONVERSATION, (event,))


class _Home:
    """Takes bursts in, and sends them."""

    def __init__(self, send: Callable[[GatewayId, ToGateway], None]) -> None:
        self._send = send
        self.gateway = GatewayId(0)
        self.arrived = asyncio.Event()

    def gateway_message(self, gateway: GatewayId, message: ToHome) -> None:
        """Count nothing; a burst's end is answered."""
        if type(message) is Disconnect:
            self._send(gateway, Fence(_SESSION, 0))
        elif type(message) is RefreshLists:
            self.gateway = gateway
            self.arrived.set()

    def gateway_gone(self, gateway: GatewayId) -> None:
        """The measurement is over."""

    async def burst(self, size: int) -> None:
        """Send a burst and wait until the gateway has taken it."""
        self.arrived.clear()
        for seq in range(size - 1):
            self._send(self.gateway, delivery(seq))
        self._send(self.gateway, Fence(_LAST, 0))
        await self.arrived.wait()


class _Gateway:
    """Takes bursts in, and sends them."""

    def __init__(self, send: Callable[[ToHome], None]) -> None:
        self._send = send
        self.answered = asyncio.Event()

    def link_message(self, message: ToGateway) -> None:
        """Count nothing; a burst's end is answered."""
        if type(message) is Fence:
            if message.session == _LAST:
                self._send(RefreshLists(_SESSION))
            else:
                self.answered.set()

    def link_hole(self) -> None:
        """Bursts are far below the bound."""
        raise AssertionError("a burst was dropped")

    def link_up(self) -> None:
        """Tell the home which gateway this is."""
        self._send(RefreshLists(_SESSION))

    def link_down(self) -> None:
        """The measurement is over."""

    async def burst(self, size: int) -> None:
        """Send a burst and wait until the home has taken it."""
        self.answered.clear()
        for index in range(size - 1):
            self._send(submit(index))
        self._send(Disconnect(_LAST))
        await self.answered.wait()


async def _measure(bursts: int, burst: int) -> Result:
    to_home, to_gateway = await _over_unix(bursts, burst)
    direct_to_home, direct_to_gateway = await _direct(bursts, burst)
    return {
        "messages": bursts * burst,
        "burst": burst,
        "to_home": to_home,
        "to_gateway": to_gateway,
        "direct_to_home_us": direct_to_home,
        "direct_to_gateway_us": direct_to_gateway,
    }


async def _over_unix(bursts: int, burst: int) -> tuple[EndCost, EndCost]:
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    with tempfile.TemporaryDirectory(prefix="link-") as folder:
        path = Path(folder) / "home.sock"
        links = UnixHomeLinks(path)
        home = _Home(links.send)
        await links.start(home)
        other = processes.Process(target=_gateway_process, args=(path, theirs, bursts, burst))
        other.start()
        try:
            await home.arrived.wait()
            to_home = await _to_home(ours, bursts * burst)
            to_gateway = await _to_gateway(ours, home, bursts, burst)
        finally:
            other.terminate()
            other.join()
            await links.stop()
    return to_home, to_gateway


async def _to_home(gateway: Connection, messages: int) -> EndCost:
    began = time.process_time()
    gateway.send("burst")
    cost = await _answer(gateway)
    return _cost(time.process_time() - began, cost, messages)


async def _to_gateway(gateway: Connection, home: _Home, bursts: int, burst: int) -> EndCost:
    gateway.send("mark")
    await _answer(gateway)
    began = time.process_time()
    for _ in range(bursts):
        await home.burst(burst)
    spent = time.process_time() - began
    gateway.send("mark")
    return _cost(spent, await _answer(gateway), bursts * burst)


def _cost(home_s: float, gateway_s: float, messages: int) -> EndCost:
    each = 1e6 / messages
    return {"home_us": round(home_s * each, 2), "gateway_us": round(gateway_s * each, 2)}


async def _answer(gateway: Connection) -> float:
    """Wait for the other process without holding the loop."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(gateway.fileno(), ready.set)
    await ready.wait()
    loop.remove_reader(gateway.fileno())
    return float(gateway.recv())


def _gateway_process(path: Path, parent: Connection, bursts: int, burst: int) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve_gateway(path, parent, bursts, burst))


async def _serve_gateway(path: Path, parent: Connection, bursts: int, burst: int) -> None:
    """Do what the parent asks: send all bursts, or say what CPU was used since the last mark."""
    link = UnixGatewayLink(path)
    gateway = _Gateway(link.send)
    standing = asyncio.create_task(link.run(gateway))
    wishes: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_reader(parent.fileno(), lambda: wishes.put_nowait(parent.recv()))
    mark = time.process_time()
    while not standing.done():
        if await wishes.get() == "burst":
            mark = time.process_time()
            for _ in range(bursts):
                await gateway.burst(burst)
        now = time.process_time()
        parent.send(now - mark)
        mark = now


async def _direct(bursts: int, burst: int) -> tuple[float, float]:
    loop = asyncio.get_running_loop()
    links = DirectHomeLinks(loop.call_soon)
    link = DirectGatewayLink(links)
    home, gateway = _Home(links.send), _Gateway(link.send)
    links.start(home)
    link.start(gateway)
    await home.arrived.wait()
    costs = []
    for end in (gateway, home):
        began = time.process_time()
        for _ in range(bursts):
            await end.burst(burst)
        costs.append(round((time.process_time() - began) * 1e6 / (bursts * burst), 2))
    return costs[0], costs[1]


if __name__ == "__main__":
    main(messages=int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
