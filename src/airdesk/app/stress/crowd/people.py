"""The people of one generator: they connect, talk, type, read, come back; all is written down."""

from __future__ import annotations

import asyncio
import os
import random
import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from airdesk.adapters.system import SystemIds
from airdesk.app.stress.crowd.addresses import address_of
from airdesk.app.stress.crowd.checker import agent_reader
from airdesk.app.stress.crowd.histogram import Histogram
from airdesk.app.stress.crowd.page import BACK_OFF_S_MIN, Page
from airdesk.app.stress.crowd.pipe import HungUp, Person, Places, Setup, Tick
from airdesk.app.stress.crowd.plan import Plan
from airdesk.app.stress.crowd.sizes import Sizes
from airdesk.core.conversation import (
    AUTHOR_BOT,
    AUTHOR_SYSTEM,
    AUTHOR_VISITOR,
    Availability,
)
from airdesk.core.kernel import ConversationId, OperationId, limits, uuid7
from airdesk.core.wire import Phase, client, messages

FIRST_WORDS: Final = "您好，在吗？"
ANSWER: Final = "您好，请讲。 Hello, how can I help?"
BESIDE: Final = frozenset({FIRST_WORDS, ANSWER})
"""What is said before the plan begins; it is none of its messages."""

CONNECTING_MAX: Final = 200
"""Handshakes of one generator at once."""

FLUSH_SLOTS: Final = 20
"""Receipts leave once a second for each page, spread over so many moments."""

WATCH_SLOTS: Final = 10
"""Each page is looked at once a second, a tenth of them at a time."""

_MESSAGE_KIND: Final = 3
_NO_NUMBER: Final = 0xFFFF_FFFF


class People:
    """All pages of a generator.

    Args:
        setup: who they are.
        plan: what is said.
    """

    def __init__(self, setup: Setup, plan: Plan) -> None:
        self._setup = setup
        self.plan = plan
        self.sizes = Sizes()
        self._dice = random.Random(os.getpid())
        ids = SystemIds()
        agents = setup.load.agents

        def page(person: Person, is_agent: bool) -> Page:
            place = person.number if is_agent else agents + person.number
            address = address_of(place) if setup.is_local else ""
            return Page(person, is_agent, address, ids.new_id, self)

        self.agents = [page(one, True) for one in setup.agents]
        self.visitors = {one.number: page(one, False) for one in setup.visitors}
        self.pages = [*self.agents, *self.visitors.values()]
        self.holders: dict[int, tuple[Page, ConversationId]] = {}
        """By the talker's number: the agent's page that has the conversation, if it is one here."""
        self._served: set[int] = set()
        self._greeted: set[int] = set()
        self._held_once: set[int] = set()
        self._agents_online: set[int] = set()
        self._arrived = bytearray(len(plan))
        self.start_ns = 0
        self._connecting = asyncio.Semaphore(CONNECTING_MAX)
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_ending = False
        self._flushes: list[list[Page]] = [[] for _ in range(FLUSH_SLOTS)]
        self._begin_figures()

    def _begin_figures(self) -> None:
        self.live = self.live_min = self.opened = 0
        self.latency, self.ack, self.late, self.back = (Histogram() for _ in range(4))
        self._said, self._answered, self._shown = array("q"), array("q"), array("q")
        self._refused: dict[int, int] = {}
        self._failures: dict[int, int] = {}
        self._hung_up: list[HungUp] = []
        self.crossed = self.full_reloads = self.holes = self.connect_errors = 0

    # Connections ------------------------------------------------------------------------------

    @staticmethod
    def now_ns() -> int:
        """See PageOwner."""
        return time.monotonic_ns()

    async def connect(self, agents: bool) -> None:
        """Open the sockets of agents or visitors at the rate of the rules, and wait for all."""
        pages = self.agents if agents else list(self.visitors.values())
        begin_s = time.monotonic()
        for index, page in enumerate(pages):
            wait_s = begin_s + index / self._setup.rules.connect_per_s - time.monotonic()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            self._start(self._connect(page))
        if agents:
            for page in pages:
                online = messages.SetAvailability(self._new_id(), int(Availability.ONLINE))
                self.submit(page, online)

    async def _connect(self, page: Page) -> None:
        async with self._connecting:
            if self._is_ending or page.line is not None or page.is_connecting:
                return
            is_open = await page.connect(self._setup.url)
        if not is_open:
            self.connect_errors += 1
            self.went(page)

    async def _come_back(self, page: Page) -> None:
        await asyncio.sleep(page.pause_s(self._dice))
        await self._connect(page)

    def went(self, page: Page) -> None:
        """See PageOwner."""
        if page.is_counted:
            page.is_counted = False
            self.live -= 1
            self._count_fewest()
        if not self._is_ending and page.session.phase is not Phase.ENDED:
            self._start(self._come_back(page))

    def _count_fewest(self) -> None:
        begin, end = self.plan.load.window_ns
        if self.start_ns and begin <= self.now_ns() - self.start_ns < end:
            self.live_min = min(self.live_min, self.live)

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def resume(self, talkers: Iterable[int]) -> None:
        """Drop connections of talkers and their agents, so that they resume."""
        pages = {self.visitors[one] for one in talkers if one in self.visitors}
        pages |= {self.holders[one][0] for one in talkers if one in self.holders}
        for page in pages:
            page.hang_up()

    def end(self) -> None:
        """Drop everything."""
        self._is_ending = True
        for page in self.pages:
            page.hang_up()
        for task in self._tasks:
            task.cancel()

    # What they say ----------------------------------------------------------------------------

    async def talk(self) -> None:
        """Let the talkers begin their conversations."""
        begin_s = time.monotonic()
        talkers = [one for one in self.visitors if one < self.plan.load.talkers]
        for index, talker in enumerate(talkers):
            wait_s = begin_s + index / self._setup.rules.starts_per_s - time.monotonic()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            page = self.visitors[talker]
            self.submit(page, messages.Send(self._new_id(), 0, FIRST_WORDS))
            if self._setup.has_bot:
                self.submit(page, messages.HandOff(self._new_id(), 0))

    def submit(self, page: Page, command: messages.CommandMessage) -> None:
        """Put a command into a page's outbox."""
        page.session.submit(command)
        page.send_waiting(self.now_ns())

    def say(self, number: int, now_ns: int) -> None:
        """Let a message's author say it, if he is one of ours."""
        talker = self.plan.talkers[number]
        if self.plan.by_visitor[number]:
            page = self.visitors.get(talker)
            if page is None:
                return
            where: int | bytes = 0
            author = talker
        else:
            held = self.holders.get(talker)
            if held is None:
                return
            page, where = held
            author = agent_reader(page.person.number)
        self._said.extend((number, author))
        self.late.add((now_ns - self.start_ns - self.plan.due_ns[number]) // 1_000)
        op = self._new_id(number)
        self.submit(page, messages.Send(op, where, self.plan.text(number)))

    def type(self, number: int) -> None:
        """Let a message's author begin to type it, if he is one of ours."""
        if not self._setup.rules.typing:
            return
        talker = self.plan.talkers[number]
        if self.plan.by_visitor[number]:
            page = self.visitors.get(talker)
            conversation = None if page is None else next(iter(page.session.views), None)
        else:
            page, conversation = self.holders.get(talker, (None, None))
        if page is None or conversation is None or not page.is_live:
            return
        page.session.typing(conversation, True, self.plan.text(number).partition(" ")[2][:20])
        page.send_waiting(self.now_ns())

    def flush_receipts(self, slot: int) -> None:
        """Send the receipts of the pages of one moment of the second."""
        due, self._flushes[slot] = self._flushes[slot], []
        now_ns = self.now_ns()
        for page in due:
            page.marked = False
            page.session.flush_receipts()
            page.send_waiting(now_ns)

    def watch(self, slot: int) -> None:
        """Let those pages hang up whose connection seems to be dead."""
        now_ns = self.now_ns()
        silence_ns = limits.SILENCE_MS_MAX * 1_000_000
        answer_ns = self._setup.rules.answer_ms_max * 1_000_000
        for index in range(slot, len(self.pages), WATCH_SLOTS):
            page = self.pages[index]
            if page.line is None:
                continue
            late = bool(page.waiting_ns) and now_ns - page.waiting_ns > answer_ns
            if late or now_ns - page.last_ns > silence_ns:
                waited_ns = now_ns - (page.waiting_ns if late else page.last_ns)
                address = page.line.own_address
                self._hung_up.append(HungUp(address, now_ns, waited_ns // 1_000_000, late))
                page.hang_up()

    # What they hear ---------------------------------------------------------------------------

    def happened(self, page: Page, happenings: Sequence[client.Happening], now_ns: int) -> None:
        """See PageOwner."""
        for one in happenings:
            handler = _HANDLERS.get(type(one))
            if handler is not None:
                handler(self, page, one, now_ns)
        if page.lost_ns and page.is_back:
            self.back.add((now_ns - page.lost_ns) // 1_000)
            page.lost_ns = 0

    def hole(self, page: Page) -> None:
        """See PageOwner."""
        self.holes += 1

    def _welcomed(self, page: Page, one: client.Welcomed, now_ns: int) -> None:
        self.live += 1
        page.is_counted = True
        page.back_off_s = BACK_OFF_S_MIN
        if page.was_live:
            self.full_reloads += one.welcome.reset
        else:
            page.was_live = True
            self.opened += 1

    def _ended(self, page: Page, one: client.Ended, now_ns: int) -> None:
        self._failures[one.number] = self._failures.get(one.number, 0) + 1
        page.retry_s = max(0, one.retry_ms) / 1_000

    def _row(self, page: Page, one: client.RowChanged, now_ns: int) -> None:
        row = one.row
        if not page.is_agent:
            if row.visitor != page.person.person_id:
                self.crossed += 1
            elif row.assignee:
                self._served.add(page.person.number)
            return
        talker = self._setup.talker_ids.get(row.visitor)
        if talker is None:
            return
        if row.assignee == page.person.person_id:
            self.holders[talker] = (page, one.conversation)
            self._held_once.add(talker)
            if talker not in self._greeted:
                self._greeted.add(talker)
                self.submit(page, messages.Send(self._new_id(), one.conversation, ANSWER))
        else:
            self._lose(page, talker)

    def _lose(self, page: Page, talker: int) -> None:
        held = self.holders.get(talker)
        if held is not None and held[0] is page:
            del self.holders[talker]

    def _reset(self, page: Page, one: client.ViewReset, now_ns: int) -> None:
        if one.conversation in page.shown:
            page.showing += 1
            self.full_reloads += 1
        page.shown.add(one.conversation)

    def _closed(self, page: Page, one: client.ViewClosed, now_ns: int) -> None:
        if one.conversation in page.shown:
            page.shown.discard(one.conversation)
            page.showing += 1

    def _event(self, page: Page, one: client.EventArrived, now_ns: int) -> None:
        event = one.event
        if event.kind != _MESSAGE_KIND or event.author in (AUTHOR_BOT, AUTHOR_SYSTEM):
            return
        is_own = (event.author == AUTHOR_VISITOR) != page.is_agent
        if not is_own:
            page.session.read(one.conversation, event.seq)
            if not page.marked:
                page.marked = True
                self._flushes[self._dice.randrange(FLUSH_SLOTS)].append(page)
        if event.text in BESIDE:
            return
        number = self.plan.number(event.text)
        row = page.session.views[one.conversation].row
        talker = -1 if row is None else self._setup.talker_ids.get(row.visitor, -1)
        reader = page.person.number
        if page.is_agent:
            reader = agent_reader(reader)
        self._shown.extend((number, reader, talker, event.seq, page.showing))
        if number >= 0 and not is_own and not self._arrived[number]:
            self._arrived[number] = 1
            if self.plan.in_window(number):
                self.latency.add((now_ns - self.start_ns - self.plan.due_ns[number]) // 1_000)

    def _done(self, page: Page, one: client.CommandDone, now_ns: int) -> None:
        page.waiting_ns = now_ns if len(page.session.outbox) else 0
        number = _number_of(one.op)
        if number == _NO_NUMBER:
            if page.is_agent:
                self._agents_online.add(page.person.number)
            return
        self._answered.extend((number, one.answer.seq))
        if self.plan.in_window(number):
            self.ack.add((now_ns - self.start_ns - self.plan.due_ns[number]) // 1_000)

    def _command_refused(self, page: Page, one: client.CommandRefused, now_ns: int) -> None:
        page.waiting_ns = now_ns if len(page.session.outbox) else 0
        self._failures[one.number] = self._failures.get(one.number, 0) + 1
        number = _number_of(one.op)
        if number != _NO_NUMBER:
            self._refused[number] = one.number

    def places(self) -> Places:
        """Tell where the talkers and their agents are."""
        talkers = self.plan.load.talkers
        return Places(
            {
                number: page.line.own_address
                for number, page in self.visitors.items()
                if number < talkers and page.line is not None
            },
            {
                talker: page.line.own_address
                for talker, (page, _) in self.holders.items()
                if page.line is not None
            },
        )

    # What is told -----------------------------------------------------------------------------

    def take_tick(self) -> Tick:
        """Tell what happened since the last time."""
        tick = Tick(
            at_ns=self.now_ns(),
            connected=self.live,
            connected_min=self.live_min if self.start_ns else self.live,
            opened=self.opened,
            online=len(self._agents_online),
            served_visitors=len(self._served),
            served_agents=len(self._held_once),
            greeted=len(self._greeted),
            pending=sum(len(page.session.outbox) for page in self.pages),
            returning=sum(bool(page.lost_ns) for page in self.pages),
            latency=self.latency.take(),
            ack=self.ack.take(),
            late=self.late.take(),
            back=self.back.take(),
            said=self._said.tobytes(),
            answered=self._answered.tobytes(),
            shown=self._shown.tobytes(),
            refused=self._refused,
            crossed=self.crossed,
            full_reloads=self.full_reloads,
            holes=self.holes,
            failures=dict(self._failures),
            connect_errors=self.connect_errors,
            hung_up=self._hung_up,
            wire_bytes=self.sizes.messages + self.sizes.controls,
            control_bytes=self.sizes.controls,
            sample_bytes=(self.sizes.sample[0], self.sizes.sample[1], self.sizes.sample[2]),
            cpu_s=time.process_time(),
        )
        self._said, self._answered, self._shown = array("q"), array("q"), array("q")
        self._refused, self._hung_up = {}, []
        return tick

    def _new_id(self, number: int = _NO_NUMBER) -> bytes:
        """Make a UUIDv7 of now with a message's number in it."""
        end = self._setup.salt.to_bytes(2, "big") + number.to_bytes(4, "big")
        unix_ms = time.time_ns() // 1_000_000
        return uuid7(unix_ms, os.urandom(4) + end)


def _number_of(op: OperationId) -> int:
    return int.from_bytes(op[12:], "big")


_HANDLERS: Final[dict[type, Callable[[People, Page, Any, int], None]]] = {
    client.Welcomed: People._welcomed,
    client.Ended: People._ended,
    client.RowChanged: People._row,
    client.ViewReset: People._reset,
    client.ViewClosed: People._closed,
    client.EventArrived: People._event,
    client.CommandDone: People._done,
    client.CommandRefused: People._command_refused,
}
