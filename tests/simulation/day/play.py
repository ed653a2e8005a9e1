"""A whole day from its first visitor to the last one's answer."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from airdesk.core import conversation as conv
from airdesk.core.kernel import AgentId, TeamId
from tests.kit.house import START_MS, agent
from tests.simulation.day.office import CHINESE, DOORS, INVOICES, SALES, SUPPORT, TICK_MS
from tests.simulation.day.people import Agent, Day, Visitor

HOUR_MS = 3_600_000
OVERTIME_MS = 2 * HOUR_MS
"""After closing time agents stay until everybody is served, so long at most."""

CURVE = (1, 3, 8, 4, 2, 6, 8, 1)
"""Visitors by hour, from the door's opening to its closing: two hills with a lunch between."""


class Size(NamedTuple):
    """How large a day is."""

    agents: int = 30
    visitors: int = 2_000
    hours: int = 8


WHOLE = Size()


class Outcome(NamedTuple):
    """What became of a day."""

    violations: tuple[str, ...]
    seen: Counter[str]
    chats: int


def play(seed: int, size: Size = WHOLE) -> Outcome:
    """Play the day of a seed.

    Args:
        seed: decides everything.
        size: agents, visitors, hours.
    """
    day = Day(seed)
    closing_ms = START_MS + size.hours * HOUR_MS
    agents = [_seat(day, number, closing_ms) for number in range(1, size.agents + 1)]
    for one in agents:
        _plan_work(day, one, size)
    _plan_visits(day, size)
    while day.now < closing_ms or day.judge.unfinished:
        _step(day)
        if day.judge.violations or day.now > closing_ms + OVERTIME_MS:
            break
        if day.now >= closing_ms and day.now % 60_000 == 0:
            _call_in(agents)
    for chat in day.judge.unfinished:
        day.judge.report(f"{chat.name} was never served: {chat.status}")
    for error in day.office.failures:
        day.judge.report(f"the home failed: {error}")
    return Outcome(tuple(day.judge.violations), day.judge.seen, len(day.judge.chats))


def _step(day: Day) -> None:
    day.office.clock.ms += TICK_MS
    for action in day.agenda.due(day.now):
        action()
        if day.chance.random() < 0.3:  # else the next one's commands go into the same commit
            day.office.settle()
    day.office.step()
    day.judge.look(day.now)


def _seat(day: Day, number: int, closing_ms: int) -> Agent:
    """Make a seat: most are of one team, some of both or none, with skills here and there.

    The first four can do everything, so that there is always somebody for every visitor.
    """
    teams: tuple[TeamId, ...] = ((SALES,), (SUPPORT,), (SALES, SUPPORT), ())[number % 4]
    skills: tuple[str, ...] = ()
    if number % 3 == 0:
        skills = (CHINESE,)
    elif number % 5 == 0:
        skills = (INVOICES,)
    if number <= 4:
        teams, skills = (SALES, SUPPORT), (CHINESE, INVOICES)
    facts = conv.AgentFacts(AgentId(agent(number)), day.chance.randint(1, 4), teams, skills)
    return Agent(day, facts, number, closing_ms)


def _plan_work(day: Day, one: Agent, size: Size) -> None:
    """Plan when somebody comes, rests, goes, crashes and is given another capacity."""
    last_ms = size.hours * HOUR_MS
    day.agenda.at(START_MS + day.chance.randint(0, last_ms // 4), one.come)
    for _ in range(size.hours):
        for what in (one.rest, one.go, one.crash, one.crash, one.change_capacity):
            if day.chance.random() < 0.5:
                day.agenda.at(START_MS + day.chance.randint(0, last_ms), what)


def _plan_visits(day: Day, size: Size) -> None:
    hours = range(size.hours)
    weights = [CURVE[hour % len(CURVE)] for hour in hours]
    for number in range(1, size.visitors + 1):
        (hour,) = day.chance.choices(hours, weights)
        (door,) = day.chance.choices(range(len(DOORS)), [one.weight for one in DOORS])
        moment = START_MS + hour * HOUR_MS + day.chance.randint(0, HOUR_MS - 1)
        day.agenda.at(moment, Visitor(day, number, door + 1).come)


def _call_in(agents: list[Agent]) -> None:
    """After closing time nobody rests while somebody waits, and everybody takes at least one."""
    for one in agents:
        if not one.is_here:
            one.come()
        one.say_available(conv.Availability.ONLINE)
        if one.facts.capacity == 0:
            one.change_capacity()
