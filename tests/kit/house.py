"""A whole small house in memory: home, gateway, log, and clients that speak to them."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from airdesk.adapters.memory import (
    DirectGatewayLink,
    DirectHomeLinks,
    MemoryDisk,
    MemoryEventLog,
)
from airdesk.app.gateway.gateway import Gateway, Receiver
from airdesk.app.home.home import Home
from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    AccountId,
    AgentId,
    BadToken,
    ConversationId,
    CredentialId,
    DeviceId,
    Identity,
    InboxId,
    InstanceId,
    OperationId,
    Role,
    system_identity,
    uuid7,
)
from airdesk.core.wire import BINARY, ClientSession, Encoding, Outbox
from airdesk.core.wire import messages as m
from airdesk.core.wire.client import EventArrived, Happening, OtherSide, ViewReset
from airdesk.ports.link import GatewayId, SessionId
from airdesk.ports.log_followers import LogFollower
from airdesk.services.access import Credential, FileTicket, Tokens
from airdesk.services.conversations import NO_CONVERSATION, Asked, Outcome

AnswerT = TypeVar("AnswerT")

ACCOUNT = AccountId(b"account.account.")
INBOX = InboxId(b"inbox.inbox.inb.")
START_MS = 1_800_000_000_000


class VirtualClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.ms = START_MS

    def now_ms(self) -> int:
        """See Clock."""
        return self.ms


class CountedIds:
    """Ids that count, so that every run has the same."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)

    def new_id(self) -> bytes:
        """See IdSource."""
        return uuid7(self._clock.ms, next(self._numbers).to_bytes(10, "big"))


class MemoryConnection:
    """A socket without a network; what was sent is in `sent`."""

    outbox_bytes = 0

    def __init__(self, subprotocol: str) -> None:
        self.subprotocol = subprotocol
        self.heard = True
        self.is_reachable = True
        """False: the peer is gone without a word, and nothing tells of it."""
        self.sent: deque[bytes] = deque()
        self.pings = 0
        self.closed_with: int | None = None

    def send(self, payload: bytes, binary: bool) -> None:
        """See SocketConnection."""
        if self.closed_with is None and self.is_reachable:
            self.sent.append(payload)

    def ping(self) -> None:
        """See SocketConnection. A browser answers by itself."""
        self.pings += 1
        self.heard = self.heard or self.is_reachable

    def close(self, code: int, reason: str) -> None:
        """See SocketConnection."""
        self.closed_with = code

    def abort(self) -> None:
        """See SocketConnection."""
        self.closed_with = 1006


class Person:
    """A client of the house: the real session machine and what its page would show."""

    def __init__(self, house: House, token: str, encoding: Encoding = BINARY) -> None:
        self._house = house
        self._encoding = encoding
        self.session = ClientSession(
            encoding,
            token,
            DeviceId(house.ids.new_id()),
            InstanceId(house.ids.new_id()),
            Outbox(),
        )
        self.connection = MemoryConnection(encoding.subprotocol)
        self._receiver: Receiver | None = None
        self.happenings: list[Happening] = []
        self.shown: dict[ConversationId, list[m.Event]] = {}
        self.connect()

    def connect(self) -> None:
        """Open a new connection and say hello."""
        self.session.disconnected()
        self.connection = MemoryConnection(self._encoding.subprotocol)
        self._receiver = self._house.gateway.open(self.connection)
        self.session.connected()
        self._house.settle()

    def hang_up(self) -> None:
        """Lose the connection."""
        if self._receiver is not None:
            self._receiver.socket_closed(1006)
            self._receiver = None
        self.session.disconnected()

    def vanish(self) -> None:
        """Be gone without a word: the server has to find out by itself."""
        self.connection.is_reachable = False
        self._receiver = None
        self.session.disconnected()

    def say(self, message: m.ClientMessage) -> None:
        """Write one message as it is, past the session machine."""
        if self._receiver is not None:
            self._receiver.socket_message(self._encoding.encode(message), self._encoding.binary)
        self._house.settle()

    def do(self, command: m.CommandMessage) -> None:
        """Wish something through the outbox."""
        self.session.submit(command)
        self._house.settle()

    def send(self, text: str, where: int | bytes = 0) -> bytes:
        """Say something; gives the operation id."""
        op = self._house.ids.new_id()
        self.do(m.Send(op, where, text))
        return op

    def pump(self) -> bool:
        """Carry what waits in both directions; False if nothing waited."""
        outgoing = self.session.take_outgoing()
        for payload in outgoing:
            if self._receiver is not None:
                self._receiver.socket_message(payload, self._encoding.binary)
        arrived = 0
        while self.connection.sent:
            self.session.receive(bytes(self.connection.sent.popleft()))
            arrived += 1
        for happening in self.session.take_happenings():
            self.happenings.append(happening)
            self._show(happening)
        return bool(outgoing or arrived)

    def _show(self, happening: Happening) -> None:
        if isinstance(happening, ViewReset):
            self.shown[happening.conversation] = []
        elif isinstance(happening, EventArrived):
            self.shown[happening.conversation].append(happening.event)

    def texts(self, conversation: ConversationId | None = None) -> list[str]:
        """Give the texts on the screen of one conversation, the only one by default."""
        if conversation is None:
            conversation = next(iter(self.shown))
        return [event.text for event in self.shown[conversation] if event.text]

    @property
    def conversation(self) -> ConversationId:
        """The newest conversation it knows."""
        return max(self.session.views)

    def took(self, kind: type[Happening]) -> list[Happening]:
        """Give the happenings of one kind."""
        return [one for one in self.happenings if isinstance(one, kind)]

    def marks(self) -> list[m.Mark]:
        """Give the other side's receipts."""
        return [
            one.message
            for one in self.happenings
            if isinstance(one, OtherSide) and isinstance(one.message, m.Mark)
        ]


class House:
    """Home, gateway and log in memory, driven by hand.

    Args:
        agents: seats; their ids are agent(1), agent(2), …
        facts: the inbox.
        capacity: of every agent.
    """

    follower: LogFollower | None = None
    """Hears of the home's records."""

    def __init__(
        self, agents: int = 1, facts: conv.InboxFacts | None = None, capacity: int = 5
    ) -> None:
        self.clock = VirtualClock()
        self.ids = CountedIds(self.clock)
        self.disk = MemoryDisk()
        self.people: list[Person] = []
        self.failures: list[Exception] = []
        self._soon: deque[Callable[[], None]] = deque()
        self._links = DirectHomeLinks(self._soon.append)
        link = DirectGatewayLink(self._links)
        self.tokens = Tokens(b"k" * 32, self.clock)
        self.gateway = Gateway(link, self.clock, self)
        link.start(self.gateway)
        self._agents = agents
        self._facts = facts or conv.InboxFacts(INBOX)
        self._capacity = capacity
        self.start_home()

    def start_home(self) -> None:
        """Start a home on the disk as it is."""
        self.log = MemoryEventLog(self.disk)
        self.home = Home(
            self.log, self.clock, self.ids, self._links, self.failures.append, self.follower
        )
        self.home.start()
        system = system_identity(ACCOUNT)
        self.home.execute(conv.ConfigureInbox(self._facts), system)
        for number in range(1, self._agents + 1):
            facts = conv.AgentFacts(agent(number), self._capacity)
            self.home.execute(conv.ConfigureAgent(facts), system)
        self._links.start(self.home)
        self.settle()

    def crash_home(self) -> None:
        """The home's process dies: what was not committed is lost."""
        self._links.stop()
        self.log.crash()
        self.settle()

    def check_credential(self, token: str) -> Credential:
        """See Credentials: "agent 2 by 7" shows the credential 7."""
        who, _, number = token.partition(" by ")
        return Credential(self.identity(who), credential(int(number or 0)))

    def check_file_ticket(self, ticket: str, identity: Identity) -> FileTicket:
        """See Credentials."""
        return self.tokens.check_file_ticket(ticket, identity)

    def identity(self, token: str) -> Identity:
        """Give the identity of "visitor 1", "agent 2", "supervisor 3"."""
        kind, _, number = token.partition(" ")
        if kind == "visitor":
            return Identity(ACCOUNT, Role.VISITOR, visitor(int(number)), INBOX)
        if kind in ("agent", "supervisor"):
            role = Role.AGENT if kind == "agent" else Role.SUPERVISOR
            return Identity(ACCOUNT, role, agent(int(number)))
        raise BadToken()

    def identity_of_system(self) -> Identity:
        """Give the identity of AirDesk itself."""
        return system_identity(ACCOUNT)

    def home_viewers(self, conversation: ConversationId) -> tuple[AgentId, ...]:
        """Give who looks at a conversation, as the home knows it."""
        return self.home.viewers(conversation)

    def join(self, token: str, encoding: Encoding = BINARY) -> Person:
        """Let somebody connect."""
        person = Person(self, token, encoding)
        self.people.append(person)
        self.settle()
        return person

    def agent_online(self, number: int = 1, kind: str = "agent") -> Person:
        """Let an agent connect and be available."""
        person = self.join(f"{kind} {number}")
        person.do(m.SetAvailability(self.ids.new_id(), 2))
        return person

    def outcome(
        self,
        command: conv.Command,
        actor: Identity,
        conversation: ConversationId = NO_CONVERSATION,
    ) -> Outcome:
        """Let somebody ask the home for something; gives its answer once that is durable."""
        told: list[Outcome] = []
        operation = OperationId(self.ids.new_id())
        asked = Asked(GatewayId(0), SessionId(0), operation, told.append)
        self.home.conversations.execute(command, actor, conversation, asked)
        self.settle()
        (answer,) = told
        return answer

    def talking(self, name: str = "visitor 1") -> tuple[Person, ConversationId]:
        """Let a visitor say hello; gives him and his conversation."""
        guest = self.join(name)
        guest.send("hello")
        return guest, guest.conversation

    def answer_of(self, question: Coroutine[Any, Any, AnswerT]) -> AnswerT:
        """Ask the home over the gateway's link."""

        async def run() -> AnswerT:
            task = asyncio.ensure_future(question)
            await asyncio.sleep(0)
            self.settle()
            return await task

        return asyncio.run(run())

    def settle(self) -> None:
        """Carry everything until nothing moves."""
        while True:
            moved = False
            while self._soon:
                self._soon.popleft()()
                moved = True
            if self.log.waiting:
                self.log.commit()
                moved = True
            for person in self.people:
                moved = person.pump() or moved
            if not moved:
                return

    def pass_time(self, ms: int, step_ms: int = 250, parts: int = 1) -> None:
        """Let time pass with its ticks, each one of `parts` of a whole one."""
        end = self.clock.ms + ms
        while self.clock.ms < end:
            self.clock.ms = min(end, self.clock.ms + step_ms)
            self.home.tick(parts)
            self.gateway.tick()
            self.settle()


def agent(number: int) -> AgentId:
    """Give an agent's id."""
    return AgentId(b"agent." + number.to_bytes(10, "big"))


def credential(number: int) -> CredentialId:
    """Give a credential's id; 0 for none."""
    return CredentialId(number.to_bytes(16, "big"))


def visitor(number: int) -> bytes:
    """Give a visitor's id."""
    return b"visitr" + number.to_bytes(10, "big")
