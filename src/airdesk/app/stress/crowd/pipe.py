"""What goes through the pipe between the one who runs a stress test and its generators."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from airdesk.app.stress.crowd.histogram import Counted
from airdesk.app.stress.crowd.plan import Load


class Person(NamedTuple):
    """Somebody of the crowd."""

    number: int
    """A visitor's, or an agent's."""
    token: str
    person_id: bytes
    """The id of the visitor or agent."""


class Rules(NamedTuple):
    """How the people of one generator behave on the network."""

    connect_per_s: float
    """New connections at the begin."""
    starts_per_s: float
    """Conversations begun."""
    typing: bool = True
    """They type before they send, and the other side is told."""
    answer_ms_max: int = 8_000
    """Longest wait for the answer to a command, until the page connects anew."""


class Setup(NamedTuple):
    """Who a generator's people are."""

    load: Load
    url: str
    """Of the socket, `ws://…/socket`."""
    is_local: bool
    """The target is this machine: everybody gets an address of his own."""
    visitors: list[Person]
    agents: list[Person]
    talker_ids: dict[bytes, int]
    """Of all visitors who talk: their ids and numbers."""
    has_bot: bool
    """A bot answers first: visitors ask for a person."""
    salt: int
    """Makes the operation ids of this run others than those of the last one."""
    rules: Rules
    core: int | None = None
    """Where the generator runs; None for anywhere."""


class Connect(NamedTuple):
    """Open the sockets of agents, or of visitors; agents come online."""

    agents: bool


class Talk(NamedTuple):
    """Let those visitors who talk begin their conversations."""


class Run(NamedTuple):
    """Say what is due, from a moment on."""

    start_ns: int
    """The plan's first moment, by the monotonic clock."""


class Resume(NamedTuple):
    """Drop the connections of these talkers and their agents; they come back."""

    talkers: tuple[int, ...]


class Where(NamedTuple):
    """Tell where the talkers and their agents are: `Places`."""


class Stop(NamedTuple):
    """Close everything and end."""


Wish: TypeAlias = Connect | Talk | Run | Resume | Where | Stop


class HungUp(NamedTuple):
    """A page found out by itself that its connection was dead."""

    address: str
    """Its own end, `ip:port`."""
    at_ns: int
    waited_ms: int
    """For the answer, or since the last byte."""
    by_answer: bool
    """An answer was missing; else nothing had come for long."""


class Tick(NamedTuple):
    """What happened in a generator since its last tick; totals where it says so."""

    at_ns: int
    connected: int
    """Welcome and open now."""
    connected_min: int
    """The fewest at once in the window until now."""
    opened: int
    """Connections that were ever welcome. A total, as all that follows up to `pending`."""
    online: int
    """Agents who said that they are online, and were heard."""
    served_visitors: int
    """Visitors who learnt that an agent has their conversation."""
    served_agents: int
    """Conversations that agents learnt to be theirs."""
    greeted: int
    """Conversations whose agent has said his first words and was heard."""
    pending: int
    """Commands without an answer now."""
    returning: int
    """Pages that were live and are not back with all that they missed."""
    latency: Counted
    """Of messages of the window: from their time to their arrival on the other side."""
    ack: Counted
    """Of messages of the window: from their time to their answer."""
    late: Counted
    """From a message's time until the generator got to it."""
    back: Counted
    """From the loss of a connection until all that was missed had come."""
    said: bytes
    """Rows for the checker, as arrays of 64-bit numbers."""
    answered: bytes
    shown: bytes
    refused: dict[int, int]
    """Numbers of refused messages, and of the errors."""
    crossed: int
    """Conversations of others that a visitor got to see. A total, as all that follows."""
    full_reloads: int
    """Sessions and conversations of which all that was shown became void."""
    holes: int
    """Events that did not follow the one before; the page asked again."""
    failures: dict[int, int]
    """Ends that the server gave a reason for, by the error's number."""
    connect_errors: int
    hung_up: list[HungUp]
    """New ones."""
    wire_bytes: int
    control_bytes: int
    """Of those, pings, pongs and closes."""
    sample_bytes: tuple[int, int, int]
    cpu_s: float


class Places(NamedTuple):
    """Own ends of connections, `ip:port`, by the talker's number."""

    visitors: dict[int, str]
    agents: dict[int, str]


class Broken(NamedTuple):
    """The generator ended by a defect of its own."""

    reason: str
