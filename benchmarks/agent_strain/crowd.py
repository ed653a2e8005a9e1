"""Visitors over real sockets: they type, write, and read what the agent answers."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Sequence
from random import Random
from types import TracebackType

from airdesk.adapters.system import SystemIds
from airdesk.core.kernel import ConversationId
from airdesk.core.wire import messages as m
from tests.kit.socket_person import SocketPerson

IDS = SystemIds()
RECEIPTS_S = 1.0
TYPING_S = 0.8
"""Between the first letter of a message and its end."""

_WORDS = (
    "Hello",
    "Is it possible to change the address of my order?",
    "The parcel came today, but one of the two cups is broken. I can send a picture if that helps.",
    "请问什么时候发货？",
    "我昨天下的订单，付款成功了，但是页面上一直显示待付款，能帮我看一下吗？",
    "ok",
    "Thanks!\nAnd one more thing: the invoice has the wrong name on it.",
    "https://shop.example/orders/20931 is the one I mean",
)


class Crowd:
    """Visitors with one open conversation each, in a thread with a loop of its own.

    A context manager; within it everybody is connected and has said hello.

    Args:
        tokens: one for each visitor who is there from the beginning.
        newcomers: tokens of those who come later, one at a time.
        port: of the server.
        per_second: messages of all of them together.
        seed: of who writes what.
    """

    def __init__(
        self,
        tokens: Sequence[str],
        newcomers: Sequence[str],
        port: int,
        per_second: float,
        seed: int,
    ) -> None:
        self._people = [SocketPerson(token, port) for token in tokens]
        self._newcomers = [SocketPerson(token, port) for token in newcomers]
        self._pause_s = 1 / per_second
        self._random = Random(seed)
        self._writes = threading.Event()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="crowd")
        self._task: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        self._typing: set[asyncio.Task[None]] = set()
        """Messages that were begun and are not written yet."""
        self.sent: list[str] = []
        """All that was written since the first hello, in order."""
        self.failures: list[BaseException] = []

    def __enter__(self) -> Crowd:
        self._thread.start()
        self._ready.wait()
        self._raise()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    def write(self) -> None:
        """Write from now on."""
        self._writes.set()

    def come(self) -> None:
        """Let another visitor come, if there is one left, and say hello."""
        if self._newcomers:
            coming = self._come(self._newcomers.pop())
            asyncio.run_coroutine_threadsafe(coming, self._loop).result()

    def rest(self) -> None:
        """Write no more, and wait until the server has taken everything."""
        self._writes.clear()
        settled = asyncio.run_coroutine_threadsafe(self._settled(), self._loop)
        settled.result()
        self._raise()

    def _raise(self) -> None:
        for failure in self.failures:
            raise failure

    # In the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            try:
                runner.run(self._live())
            except asyncio.CancelledError:
                pass  # The end.
            except BaseException as error:
                self.failures.append(error)
            finally:
                self._ready.set()

    async def _live(self) -> None:
        self._task = asyncio.current_task()
        async with asyncio.TaskGroup() as group:
            self._group = group
            for person in self._people:
                await self._greet(person)
            self._ready.set()
            group.create_task(self._receipts())
            group.create_task(self._talk(group))

    async def _greet(self, person: SocketPerson) -> None:
        self._group.create_task(person.live())
        await person.do(m.Send(IDS.new_id(), 0, "Hello, are you there?"))
        await person.settled(1)

    async def _come(self, person: SocketPerson) -> None:
        await self._greet(person)
        self._people.append(person)

    async def _talk(self, group: asyncio.TaskGroup) -> None:
        """Start a message each `pause`, whatever became of those before it."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if not self._writes.is_set():
                due = loop.time()
            else:
                saying = group.create_task(self._say(self._random.choice(self._people)))
                self._typing.add(saying)
                saying.add_done_callback(self._typing.discard)
            due += self._pause_s
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def _say(self, person: SocketPerson) -> None:
        words = self._random.choice(_WORDS)
        conversation = next(iter(person.shown))
        person.session.typing(conversation, True, words)
        await person.flush()
        await asyncio.sleep(TYPING_S)
        text = f"{words} #{next(self._numbers)}"
        self.sent.append(text)
        await person.do(m.Send(IDS.new_id(), 0, text))

    async def _receipts(self) -> None:
        """Say what was received and read, as pages do."""
        while True:
            await asyncio.sleep(RECEIPTS_S)
            for person in self._people:
                for conversation, events in person.shown.items():
                    if events:
                        person.session.read(ConversationId(conversation), events[-1].seq)
                person.session.flush_receipts()
                await person.flush()

    async def _settled(self) -> None:
        while self._typing:
            await asyncio.wait(self._typing)
        for person in self._people:
            await person.settled(0)
