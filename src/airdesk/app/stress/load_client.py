"""The load client: a process that is 15,000 people, driven by JSON lines on its standard input.

Messages are sent at times fixed beforehand (a Poisson process, the same in every run), and a
message's latency counts from its time, not from the moment at which a busy client got to it: no
coordinated omission. Every message has a number, so that each can be seen to arrive once, at its
sender and at the other side, and to be acknowledged once.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

import msgspec
import uvloop

from airdesk.adapters.system import SystemClock, SystemIds, load_or_create_key
from airdesk.app.builtin import Builtin, builtin_account
from airdesk.app.stress.load_session import LoadSession, View
from airdesk.app.stress.load_texts import make_texts
from airdesk.core.conversation import Availability
from airdesk.core.kernel import Identity, uuid7
from airdesk.core.wire import BINARY, messages
from airdesk.services.access import Tokens

CONNECTING: Final = 100
"""Connections that are opened at once."""

STARTS_PER_TURN: Final = 5
"""Conversations started every ten milliseconds."""

FLUSH_SLOTS: Final = 20
"""Receipts leave once a second for each connection, spread over so many moments."""

VISITORS_SHARE: Final = 0.6
"""Of the messages, by visitors."""

DRAIN_S: Final = 10.0
"""A message that was not delivered and acknowledged so long after the last is lost."""

READY_S: Final = 60.0
"""Longest wait for connections or assignments to be complete."""

TEXTS: Final = 2_000
_FIRST_WORDS: Final = "您好，在吗？"


class Connect(msgspec.Struct, tag="connect"):
    """Open sockets of agents and of visitors, and say hello on each."""

    port: int
    data: str
    agents: int
    seats: int
    """Seats of the built-in account."""
    visitors: int


class Start(msgspec.Struct, tag="start"):
    """Let all agents be online, and the first visitors each start a conversation."""

    conversations: int


class Run(msgspec.Struct, tag="run"):
    """Send messages in the conversations."""

    rate: float
    """Messages a second."""
    warmup_s: float
    seconds: float


Request: TypeAlias = Connect | Start | Run


class Done(msgspec.Struct, tag="done"):
    """The request is carried out."""

    connections: int = 0


class Window(msgspec.Struct, tag="window"):
    """The measured window begins, or it ends."""

    begins: bool


class Report(msgspec.Struct, tag="report"):
    """What became of the messages of the window; all of it was delivered and acknowledged."""

    messages: int
    latency_us: list[int]
    """From a message's time to its arrival at the other side, sorted."""
    acknowledged_us: list[int]
    """From a message's time to its acknowledgement, sorted."""
    lateness_us: list[int]
    """From a message's time to the moment at which the client sent it, sorted."""
    client_cpu_share: float
    """Share of its core that the client used in the window."""


class Failed(msgspec.Struct, tag="failed"):
    """The server did what it must not do; the client ends."""

    reason: str


Answer: TypeAlias = Done | Window | Report | Failed


class Pair:
    """A conversation of the load: who speaks in it, and where."""

    __slots__ = ("agent", "agent_ref", "visitor", "visitor_ref")

    def __init__(self) -> None:
        self.visitor: LoadSession | None = None
        self.agent: LoadSession | None = None
        self.visitor_ref = 0
        self.agent_ref = 0


class Numbered:
    """Everything about the numbered messages of one run, in arrays: a number is an index.

    Args:
        due_ns: when each is due, ascending.
    """

    def __init__(self, due_ns: list[int]) -> None:
        count = len(due_ns)
        self.due_ns = array("q", due_ns)
        self.sent_ns = array("q", bytes(8 * count))
        self.arrived_ns = array("q", bytes(8 * count))
        self.acknowledged_ns = array("q", bytes(8 * count))
        self.returned = bytearray(count)
        self._awaited = 3 * count
        self.all_here = asyncio.Event()
        """Set when every message has arrived, was acknowledged, and has returned."""

    def one_here(self) -> None:
        """Count an arrival, an acknowledgement or a return."""
        self._awaited -= 1
        if self._awaited == 0:
            self.all_here.set()


class Load:
    """All sockets of the process; see LoadListener.

    Args:
        answer: writes to whoever gave the request.
    """

    def __init__(self, answer: Callable[[Answer], None]) -> None:
        self._answer = answer
        self._visitors: list[LoadSession] = []
        self._agents: list[LoadSession] = []
        self._pairs: dict[bytes, Pair] = {}
        self._starting: set[LoadSession] = set()
        self._numbered = Numbered([])
        self._dice = random.Random(1)
        self._texts = make_texts(TEXTS)
        self._awaited = 0
        self._all_here = asyncio.Event()
        self._flushes: list[list[LoadSession]] = [[] for _ in range(FLUSH_SLOTS)]
        self._flush_slot = 0
        self._ended = False

    # Connecting -----------------------------------------------------------------------------

    async def connect(self, wish: Connect) -> None:
        """Carry out a Connect."""
        key = load_or_create_key(Path(wish.data) / "secret.key")
        tokens = Tokens(key, SystemClock())
        builtin = builtin_account(key, wish.seats)
        people = [*builtin.agents()[: wish.agents], *_visitors(builtin, wish.visitors)]
        for start in range(0, len(people), CONNECTING):
            group = people[start : start + CONNECTING]
            self._expect(len(group))
            await asyncio.gather(*(self._open(one, tokens, wish.port) for one in group))
            await self._wait()
        self._flush_turn()

    async def _open(self, identity: Identity, tokens: Tokens, port: int) -> None:
        ids = SystemIds()
        hello = messages.Hello(tokens.sign(identity), ids.new_id(), ids.new_id())
        person = b"" if identity.is_visitor else identity.person_id
        loop = asyncio.get_running_loop()
        _, session = await loop.create_connection(
            lambda: LoadSession(BINARY.encode(hello), person, self, self._one_here),
            "127.0.0.1",
            port,
        )
        (self._visitors if identity.is_visitor else self._agents).append(session)

    def _expect(self, count: int) -> None:
        self._awaited = count
        self._all_here.clear()

    def _one_here(self) -> None:
        self._awaited -= 1
        if self._awaited == 0:
            self._all_here.set()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._all_here.wait(), READY_S)
        except TimeoutError:
            self.failed(f"{self._awaited} did not come within {READY_S} s")

    # Conversations --------------------------------------------------------------------------

    async def start(self, wish: Start) -> None:
        """Carry out a Start."""
        ids = SystemIds()
        self._expect(len(self._agents))
        for agent in self._agents:
            op = ids.new_id()
            agent.send(BINARY.encode(messages.SetAvailability(op, int(Availability.ONLINE))))
        await self._wait()
        # Each conversation is told to its visitor, to its agent, and acknowledged.
        self._expect(3 * wish.conversations)
        for index, visitor in enumerate(self._visitors[: wish.conversations]):
            visitor.say(ids.new_id(), 0, _FIRST_WORDS)
            if index % STARTS_PER_TURN == 0:
                await asyncio.sleep(0.01)
        await self._wait()

    def assigned(self, session: LoadSession, view: View) -> None:
        """See LoadListener."""
        pair = self._pairs.setdefault(view.conversation, Pair())
        if session.is_visitor:
            if pair.visitor is None:
                pair.visitor, pair.visitor_ref = session, view.ref
                self._one_here()
        elif pair.agent is None:
            pair.agent, pair.agent_ref = session, view.ref
            self._one_here()
        elif pair.agent is not session:
            self.failed("a conversation has two agents")

    # Messages -------------------------------------------------------------------------------

    async def run(self, wish: Run) -> None:
        """Carry out a Run."""
        gaps = random.Random(2)
        at_s, due_s = 0.0, []
        while (at_s := at_s + gaps.expovariate(wish.rate)) < wish.warmup_s + wish.seconds:
            due_s.append(at_s)
        gc.collect()
        gc.freeze()
        start_ns = time.perf_counter_ns() + 100_000_000
        numbered = Numbered([start_ns + round(one * 1e9) for one in due_s])
        self._numbered = numbered
        window_ns = (
            start_ns + round(wish.warmup_s * 1e9),
            start_ns + round((wish.warmup_s + wish.seconds) * 1e9),
        )
        first = next(i for i, due in enumerate(numbered.due_ns) if due >= window_ns[0])
        await self._send_until(window_ns[0])
        self._answer(Window(True))
        cpu_s = time.process_time()
        await self._send_until(window_ns[1])
        self._answer(Window(False))
        share = (time.process_time() - cpu_s) / wish.seconds
        await self._drain(numbered)
        self._answer(_report(numbered, first, share))

    async def _send_until(self, end_ns: int) -> None:
        """Send what is due, until a time."""
        numbered, pairs = self._numbered, list(self._pairs.values())
        sent = sum(1 for one in numbered.sent_ns if one)
        count = len(numbered.due_ns)
        while (now_ns := time.perf_counter_ns()) < end_ns:
            while sent < count and numbered.due_ns[sent] <= now_ns:
                self._send(sent, self._dice.choice(pairs))
                sent += 1
            next_ns = min(numbered.due_ns[sent] if sent < count else end_ns, end_ns)
            await asyncio.sleep(max(0, next_ns - time.perf_counter_ns()) / 1e9)
        while sent < count and numbered.due_ns[sent] < end_ns:
            self._send(sent, self._dice.choice(pairs))
            sent += 1

    def _send(self, number: int, pair: Pair) -> None:
        by_visitor = self._dice.random() < VISITORS_SHARE
        session = pair.visitor if by_visitor else pair.agent
        if session is None:
            self.failed("a conversation is not whole")
        numbered = self._numbered
        op = _operation_id(number)
        ref = pair.visitor_ref if by_visitor else pair.agent_ref
        numbered.sent_ns[number] = time.perf_counter_ns()
        session.say(op, ref, f"{number} {self._texts[number % TEXTS]}")

    async def _drain(self, numbered: Numbered) -> None:
        try:
            await asyncio.wait_for(numbered.all_here.wait(), DRAIN_S)
        except TimeoutError:
            lost = sum(1 for one in numbered.arrived_ns if not one)
            unanswered = sum(1 for one in numbered.acknowledged_ns if not one)
            self.failed(f"{lost} messages were lost, {unanswered} were not acknowledged")

    def accepted(self, op: bytes, now_ns: int) -> None:
        """See LoadListener."""
        numbered = self._numbered
        if op[8:12] != _MARK:
            self._one_here()
            return
        number = int.from_bytes(op[12:], "big")
        if numbered.acknowledged_ns[number]:
            self.failed(f"message {number} was acknowledged twice")
        numbered.acknowledged_ns[number] = now_ns
        numbered.one_here()

    def arrived(self, session: LoadSession, number: int, is_own: bool, now_ns: int) -> None:
        """See LoadListener."""
        numbered = self._numbered
        if numbered.returned[number] if is_own else numbered.arrived_ns[number]:
            self.failed(f"message {number} came twice, now to {session}")
        if is_own:
            numbered.returned[number] = 1
        else:
            numbered.arrived_ns[number] = now_ns
        numbered.one_here()

    # Receipts -------------------------------------------------------------------------------

    def marked(self, session: LoadSession) -> None:
        """See LoadListener: each connection has its moment in the second."""
        self._flushes[hash(session) // 64 % FLUSH_SLOTS].append(session)

    def _flush_turn(self) -> None:
        self._flush_slot = (self._flush_slot + 1) % FLUSH_SLOTS
        due, self._flushes[self._flush_slot] = self._flushes[self._flush_slot], []
        for session in due:
            session.flush_marks()
        asyncio.get_running_loop().call_later(1 / FLUSH_SLOTS, self._flush_turn)

    # The end --------------------------------------------------------------------------------

    def failed(self, reason: str) -> NoReturn:
        """See LoadListener: nothing that comes after it would mean anything."""
        if not self._ended:
            self._ended = True
            self._answer(Failed(reason))
        # An exception would only end the loop's callback from which this is called.
        os._exit(1)

    def end(self) -> None:
        """Let connections end."""
        self._ended = True


_MARK: Final = b"\x80AD#"
"""In the operation ids of numbered messages, to tell them from others."""


def _operation_id(number: int) -> bytes:
    """Give a UUIDv7 of now that holds a message's number."""
    unix_ms = time.time_ns() // 1_000_000
    return uuid7(unix_ms, b"\x70\x00" + _MARK + number.to_bytes(4, "big"))


def _visitors(builtin: Builtin, count: int) -> list[Identity]:
    ids = SystemIds()
    return [builtin.visitor(ids.new_id()) for _ in range(count)]


def _report(numbered: Numbered, first: int, share: float) -> Report:
    due_ns = numbered.due_ns[first:]

    def after_due(times_ns: array[int]) -> list[int]:
        pairs = zip(times_ns[first:], due_ns, strict=True)
        return sorted((then - due) // 1000 for then, due in pairs)

    return Report(
        len(due_ns),
        after_due(numbered.arrived_ns),
        after_due(numbered.acknowledged_ns),
        after_due(numbered.sent_ns),
        round(share, 3),
    )


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    def answer(message: Answer) -> None:
        sys.stdout.write(msgspec.json.encode(message).decode() + "\n")
        sys.stdout.flush()

    load = Load(answer)
    decoder = msgspec.json.Decoder(Request)
    while line := await reader.readline():
        await _carry_out(load, decoder.decode(line), answer)
    load.end()


async def _carry_out(load: Load, wish: Request, answer: Callable[[Answer], None]) -> None:
    if isinstance(wish, Connect):
        await load.connect(wish)
    elif isinstance(wish, Start):
        await load.start(wish)
    else:
        await load.run(wish)
        return
    answer(Done())


def main() -> None:
    """Serve requests until the standard input ends."""
    uvloop.run(_serve())


if __name__ == "__main__":
    main()
