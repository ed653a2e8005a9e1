"""A process that drives conversations through a real home as fast as it goes, until it is killed.

No sockets and no gateway: messages of the link go straight into a `Home` on a log on the disk.
The first conversations stay open (an agent answered, nothing is owed); every other one is
started, routed, answered, answered again by its visitor, and resolved: five records.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import structlog
import uvloop

from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.system import SystemClock, SystemIds, load_or_create_key
from airdesk.app.builtin import Builtin, builtin_account
from airdesk.app.collector import PlannedCollector
from airdesk.app.home.home import Home
from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    ConversationId,
    Identity,
    InstanceId,
    OperationId,
    limits,
)
from airdesk.ports import link
from airdesk.ports.link import GatewayId, SessionId

IN_FLIGHT: Final = 400
"""Conversations that are on their way at once."""

REPORT_EVERY: Final = 100_000
"""Conversations from one report to the next."""

_GATEWAY: Final = GatewayId(1)
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_WORDS: Final = ("您好，请问什么时候发货？", "您好，我看一下，one moment", "好的，谢谢！")


class Wish(msgspec.Struct):
    """What to drive."""

    data: str
    conversations: int
    open: int
    """How many of them stay open."""
    agents: int
    capacity: int


class Progress(msgspec.Struct):
    """How far it is."""

    conversations: int
    records: int
    seconds: float
    rss_mb: float
    hot: int
    """Conversations in the home's memory."""


class _Journey:
    """One conversation on its way."""

    __slots__ = ("agent", "conversation_id", "number", "session", "steps")

    def __init__(self, number: int, session: SessionId) -> None:
        self.number = number
        self.session = session
        self.steps = 0
        self.agent = SessionId(0)
        self.conversation_id = ConversationId(NO_ID)


class Drive:
    """The gateway's side of a link, and all people behind it.

    Args:
        wish: what to drive.
        builtin: the account.
        report: told of the progress.
    """

    def __init__(self, wish: Wish, builtin: Builtin, report: Callable[[Progress], None]) -> None:
        self._wish = wish
        self._builtin = builtin
        self._report = report
        self._ids = SystemIds()
        self._inbox: deque[link.ToGateway] = deque()
        self._waiting: dict[OperationId, _Journey] = {}
        self._by_session: dict[SessionId, _Journey] = {}
        self._by_conversation: dict[ConversationId, _Journey] = {}
        self._agents: dict[AgentId, SessionId] = {}
        self._last_session = 0
        self._started = self._finished = 0
        self._start_s = time.monotonic()
        self.home: Home

    # The link -------------------------------------------------------------------------------

    def send(self, gateway: GatewayId, message: link.ToGateway) -> None:
        """See HomeLink."""
        if not self._inbox:
            asyncio.get_running_loop().call_soon(self._take_all)
        self._inbox.append(message)

    def _take_all(self) -> None:
        while self._inbox:
            message = self._inbox.popleft()
            if isinstance(message, link.Answer):
                self._answer(message)
            elif isinstance(message, link.Delivery) and message.row is not None:
                self._row(message.row)
        while self._started - self._finished < IN_FLIGHT:
            self._begin()

    def _say(self, message: link.ToHome) -> None:
        self.home.gateway_message(_GATEWAY, message)

    # People ---------------------------------------------------------------------------------

    def begin(self) -> None:
        """Let all agents come, and the first visitors."""
        for identity in self._builtin.agents():
            session = self._connect(identity)
            self._agents[AgentId(identity.person_id)] = session
            online = conv.SetAvailability(conv.Availability.ONLINE)
            operation_id = OperationId(self._ids.new_id())
            self._say(link.Submit(session, operation_id, ConversationId(NO_ID), online))

    def _connect(self, identity: Identity) -> SessionId:
        self._last_session += 1
        session = SessionId(self._last_session)
        self._say(link.Connect(session, identity, InstanceId(self._ids.new_id()), 1))
        return session

    def _begin(self) -> None:
        session = self._connect(self._builtin.visitor(self._ids.new_id()))
        journey = self._by_session[session] = _Journey(self._started, session)
        self._started += 1
        self._submit(journey, session, conv.SendMessage(_WORDS[0]))

    def _submit(
        self, journey: _Journey, session: SessionId, command: conv.ConversationCommand
    ) -> None:
        operation_id = OperationId(self._ids.new_id())
        self._waiting[operation_id] = journey
        self._say(link.Submit(session, operation_id, journey.conversation_id, command))

    def _answer(self, answer: link.Answer) -> None:
        journey = self._waiting.pop(answer.operation_id, None)
        if answer.number:
            raise RuntimeError(f"a command was refused: {answer.number} {answer.text}")
        if journey is None:
            return
        journey.steps += 1
        if journey.steps == 1:
            journey.conversation_id = answer.conversation_id
            self._by_conversation[answer.conversation_id] = journey
        self._go_on(journey)

    def _row(self, row: link.RowFacts) -> None:
        journey = self._by_conversation.get(row.conversation_id)
        if journey is not None and not journey.agent and row.assignee_id != NO_ID:
            journey.agent = self._agents[row.assignee_id]
            self._go_on(journey)

    def _go_on(self, journey: _Journey) -> None:
        """Take the next step, once the conversation has an agent and the last step is done."""
        if not journey.agent:
            return
        if journey.steps == 1:
            self._submit(journey, journey.agent, conv.SendMessage(_WORDS[1]))
        elif journey.steps == 2 and journey.number >= self._wish.open:
            self._submit(journey, journey.session, conv.SendMessage(_WORDS[2]))
        elif journey.steps == 3:
            self._submit(journey, journey.agent, conv.ResolveConversation())
        else:
            self._end(journey)

    def _end(self, journey: _Journey) -> None:
        del self._by_session[journey.session]
        del self._by_conversation[journey.conversation_id]
        self._say(link.Disconnect(journey.session))
        if journey.number >= self._wish.open:
            # As a gateway does whose last follower has gone.
            self._say(link.Unwatch(journey.conversation_id))
        self._finished += 1
        if self._finished % REPORT_EVERY == 0 or self._finished == self._wish.conversations:
            self._tell()

    def _tell(self) -> None:
        conversations = self.home.conversations
        self._report(
            Progress(
                self._finished,
                conversations.durable,
                round(time.monotonic() - self._start_s, 1),
                round(_rss_bytes() / 1e6, 1),
                len(conversations.hot()),
            )
        )


def _rss_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES


async def _drive(wish: Wish) -> None:
    folder = Path(wish.data)
    builtin = builtin_account(load_or_create_key(folder / "secret.key"), wish.agents)
    loop = asyncio.get_running_loop()

    def report(progress: Progress) -> None:
        sys.stdout.write(msgspec.json.encode(progress).decode() + "\n")
        sys.stdout.flush()

    drive = Drive(wish, builtin, report)
    log = SqliteEventLog(folder / "log.db", loop)
    home = drive.home = Home(log, SystemClock(), SystemIds(), drive, _failed)
    home.start()
    for command, identity in builtin.facts(wish.capacity):
        home.execute(command, identity)
    PlannedCollector().start()
    drive.begin()
    while True:
        await asyncio.sleep(limits.ROWS_MS / 1000)
        home.tick()


def _failed(error: Exception) -> None:
    sys.stderr.write(f"the log failed: {error}\n")
    # Raised, it would only end the loop's callback from which this is called.
    os._exit(1)


def main() -> None:
    """Read one wish from the standard input, and drive until the process is killed."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    uvloop.run(_drive(msgspec.json.decode(sys.stdin.readline(), type=Wish)))


if __name__ == "__main__":
    main()
