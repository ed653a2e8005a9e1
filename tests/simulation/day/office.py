"""The house of a busy company: several teams, skills and doors, and clients that come and go."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    Identity,
    InboxId,
    Role,
    TeamId,
    system_identity,
)
from tests.kit.house import ACCOUNT, House, Person, agent, visitor

SALES = TeamId(b"team sales......")
SUPPORT = TeamId(b"team support....")
TEAMS = (SALES, SUPPORT)
CHINESE, INVOICES = "chinese", "invoices"

TICK_MS = 1_000
"""From one step of the day to the next: half of what anybody may wait beside a free desk."""


class Door(NamedTuple):
    """An inbox and how many of the visitors come in by it."""

    facts: conv.InboxFacts
    weight: int


def _door(number: int, weight: int, **facts: object) -> Door:
    inbox_id = InboxId(b"inbox." + number.to_bytes(10, "big"))
    return Door(conv.InboxFacts(inbox_id, **facts), weight)  # type: ignore[arg-type]


DOORS = (
    _door(1, 30, rule=conv.RoutingRule.LONGEST_IDLE, team_id=SALES, reopen_ms_max=60_000),
    _door(2, 30, rule=conv.RoutingRule.LEAST_BUSY, team_id=SUPPORT),
    _door(3, 15, rule=conv.RoutingRule.ROUND_ROBIN, team_id=SUPPORT, skills=(INVOICES,)),
    _door(4, 15, rule=conv.RoutingRule.LEAST_BUSY, skills=(CHINESE,), sticky=False),
    _door(5, 5, rule=conv.RoutingRule.LONGEST_IDLE, has_bot=True, answer_ms_max=60_000),
    _door(6, 5, rule=conv.RoutingRule.MANUAL, team_id=SALES),
)


class Agenda:
    """What people are going to do, by the time at which they do it."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def at(self, ms: int, action: Callable[[], None]) -> None:
        """Do something at a time."""
        heapq.heappush(self._heap, (ms, next(self._numbers), action))

    def due(self, now_ms: int) -> Iterator[Callable[[], None]]:
        """Give what is to be done now, in order, also what is added meanwhile."""
        while self._heap and self._heap[0][0] <= now_ms:
            yield heapq.heappop(self._heap)[2]


class Office(House):
    """The real home, gateway and log, with the doors and seats of a company of some size."""

    def __init__(self) -> None:
        super().__init__(agents=0)
        for door in DOORS:
            self.home.execute(conv.ConfigureInbox(door.facts), system_identity(ACCOUNT))
        self.settle()

    def identity(self, token: str) -> Identity:
        """Give the identity of "visitor 7 2", who came by door 2, and of "agent 3"."""
        kind, number, *door = token.split()
        if kind == "visitor":
            inbox_id = DOORS[int(door[0]) - 1].facts.inbox_id
            return Identity(ACCOUNT, Role.VISITOR, visitor(int(number)), inbox_id)
        return Identity(ACCOUNT, Role.AGENT, agent(int(number)))

    def configure(self, facts: conv.AgentFacts) -> None:
        """Let the directory tell what a seat's holder can do."""
        self.home.execute(conv.ConfigureAgent(facts), system_identity(ACCOUNT))

    def enter(self, person: Person) -> None:
        """Let a client's frames be carried from now on."""
        self.people.append(person)
        self.settle()

    def leave(self, person: Person) -> None:
        """Carry a client's frames no more."""
        if person in self.people:
            self.people.remove(person)

    def settle(self) -> None:
        """Carry everything until nothing moves; who has nothing to carry costs nothing."""
        while True:
            moved = False
            while self._soon:
                self._soon.popleft()()
                moved = True
            if self.log.waiting:
                self.log.commit()
                moved = True
            # Looked at in one go, for most of the hundreds have nothing to carry at a time.
            busy = [one for one in self.people if one.connection.sent or one.session._outgoing]
            for person in busy:
                moved = person.pump() or moved
            if not moved:
                return

    def step(self) -> None:
        """Let home and gateway do what is due, and carry what follows."""
        self.home.tick()
        self.gateway.tick()
        self.settle()
