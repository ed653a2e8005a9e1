"""What a seed means: who there is, what they do and what breaks, as a plain list.

The list is made before anything runs, so that a failing scenario can be made smaller by leaving
steps out.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

from airdesk.core import conversation as conv
from airdesk.core.kernel import AccountId, AgentId, Identity, InboxId, Role, TeamId

OPERATIONS = 260
FAULTS = 40
ACTING_MS = 46_000
"""People act and things break for so long."""

OPERATION_WEIGHTS = {
    "visitor says": 30,
    "visitor starts": 3,
    "visitor rates": 3,
    "visitor asks for people": 3,
    "agent says": 24,
    "agent notes": 7,
    "agent takes": 7,
    "agent assigns": 3,
    "agent transfers": 5,
    "agent gives to a team": 3,
    "agent resolves": 9,
    "agent reopens": 4,
    "agent snoozes": 9,
    "agent says how available he is": 14,
    "agent labels": 6,
    "agent says how urgent it is": 6,
    "agent gives back to the bot": 5,
    "double click": 6,
    "both tabs": 5,
    "an old command again": 8,
}
GESTURE_WEIGHTS = {
    "reads": 30,
    "types": 6,
    "scrolls back": 10,
    "opens a conversation": 12,
    "closes a conversation": 5,
    "a seat changes": 3,
    "the bot says": 5,
    "another tab opens": 4,
    "a visitor identifies himself": 3,
    "looks at a conversation": 14,
    "a visitor is invited": 6,
    "a visitor is blocked or let in": 4,
}
FAULT_WEIGHTS = {
    "a path is cut": 7,
    "a path is half open": 3,
    "a path is slow": 5,
    "an old connection is late": 4,
    "a page is reloaded": 5,
    "a page crashes": 5,
    "a browser crashes": 2,
    "a gateway crashes": 5,
    "the home crashes": 9,
    "the machine loses power": 3,
    "a link breaks": 4,
    "a link loses frames": 4,
    "a link doubles frames": 3,
    "a link delays frames": 3,
    "a link is slow": 3,
    "the disk is slow": 4,
    "the disk fails": 2,
    "the clock jumps": 2,
}


class Step(NamedTuple):
    """Something happens."""

    at_ms: int
    kind: str
    dice: int
    """Seeds all choices of this step."""


class Person(NamedTuple):
    """Somebody with browsers."""

    name: str
    identity: Identity
    devices: int


class Cast(NamedTuple):
    """Who there is."""

    gateways: int
    """0: one process for home and gateway."""
    people: tuple[Person, ...]
    inboxes: tuple[tuple[AccountId, conv.InboxFacts], ...]
    seats: tuple[tuple[AccountId, conv.AgentFacts], ...]
    teams: tuple[tuple[AccountId, TeamId], ...]


class Scenario(NamedTuple):
    """A seed, told in full."""

    seed: int
    cast: Cast
    steps: tuple[Step, ...]


def make_scenario(seed: int) -> Scenario:
    """Give the scenario of a seed."""
    dice = Random(seed * 2 + 1)
    steps = [
        Step(dice.randrange(2_000, ACTING_MS), kind, dice.getrandbits(40))
        for kind in _some(dice, FAULT_WEIGHTS, FAULTS)
    ]
    faults = [fault.at_ms for fault in steps]
    for weights, count in ((OPERATION_WEIGHTS, OPERATIONS), (GESTURE_WEIGHTS, OPERATIONS // 2)):
        steps += [
            Step(_moment(dice, faults), kind, dice.getrandbits(40))
            for kind in _some(dice, weights, count)
        ]
    return Scenario(seed, _cast(dice), tuple(sorted(steps)))


def _some(dice: Random, weights: Mapping[str, int], count: int) -> list[str]:
    return dice.choices(list(weights), list(weights.values()), k=count)


def _moment(dice: Random, faults: list[int]) -> int:
    """People act at any time, and as often as not just when something breaks."""
    if dice.random() < 0.5:
        return dice.randrange(500, ACTING_MS)
    return max(500, dice.choice(faults) + dice.randrange(-300, 700))


def _cast(dice: Random) -> Cast:
    people: list[Person] = []
    inboxes: list[tuple[AccountId, conv.InboxFacts]] = []
    seats: list[tuple[AccountId, conv.AgentFacts]] = []
    teams: list[tuple[AccountId, TeamId]] = []
    for letter, agents, visitors in (("A", 3, 4), ("B", 2, 2)):
        account = AccountId(_name(letter, "account"))
        own_teams = [TeamId(_name(letter, f"team {number}")) for number in range(2)]
        teams += [(account, team) for team in own_teams]
        doors = [_door(dice, letter, number, own_teams) for number in range(2)]
        inboxes += [(account, door) for door in doors]
        for number in range(agents):
            seat = _seat(dice, letter, number, own_teams)
            seats.append((account, seat))
            role = Role.SUPERVISOR if number == 0 else Role.AGENT
            identity = Identity(account, role, seat.agent_id)
            people.append(Person(f"agent {letter}{number}", identity, 1))
        for number in range(visitors):
            door = dice.choice(doors)
            # The same visitor's id in both accounts: only the account tells them apart.
            identity = Identity(
                account, Role.VISITOR, _name("", f"visitor {number}"), door.inbox_id
            )
            people.append(Person(f"visitor {letter}{number}", identity, 1 + dice.randrange(2)))
    return Cast(
        dice.choice((0, 1, 2, 2, 3)), tuple(people), tuple(inboxes), tuple(seats), tuple(teams)
    )


def _door(dice: Random, letter: str, number: int, teams: list[TeamId]) -> conv.InboxFacts:
    rules = (1, 1, 2, 2, 3, 3, 0)
    return conv.InboxFacts(
        InboxId(_name(letter, f"inbox {number}")),
        conv.RoutingRule(dice.choice(rules)),
        dice.choice((TeamId(bytes(16)), TeamId(bytes(16)), teams[0])),
        dice.random() < 0.6,
        number == 1 and dice.random() < 0.6,
        dice.choice((0, 4_000, 9_000)),
        dice.choice((0, 5_000, 60_000)),
        ("chinese",) if dice.random() < 0.2 else (),
    )


def _seat(dice: Random, letter: str, number: int, teams: list[TeamId]) -> conv.AgentFacts:
    return conv.AgentFacts(
        AgentId(_name(letter, f"agent {number}")),
        dice.randrange(1, 4),
        tuple(team for team in teams if dice.random() < 0.7),
        ("chinese",) if dice.random() < 0.8 else (),
    )


def _name(letter: str, text: str) -> bytes:
    return f"{letter} {text}".encode().ljust(16, b".")
