"""Three companies, their visitors and agents, and what the log says about who owns what."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random
from typing import NamedTuple

from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.core import conversation as conv
from airdesk.core.kernel import AgentId, Role, id_text
from tests.integration.crowd.model import Model, Person
from tests.integration.crowd.page import Crowd, Somebody
from tests.integration.crowd.people import Agent, Visitor
from tests.kit.companies import Company, Credentials, company

FREELANCER = conv.AgentFacts(AgentId(b"freelancer......"), 4)
"""He has a seat in two of the companies."""

COMPANIES = (
    company("alpha", inboxes=2, agents=6, shared=(FREELANCER,)),
    company("beta", inboxes=2, agents=6, shared=(FREELANCER,)),
    company("gamma", inboxes=2, agents=6),
)

VISITORS = 200

_STAFF_ONLY = (conv.NoteAdded, conv.ConversationSnoozed)


class Scene(NamedTuple):
    """Everybody, and whoever judges them."""

    crowd: Crowd
    people: dict[str, Person]
    pages: list[Somebody]


def make_scene(uri: str, credentials: Credentials, chance: Random) -> Scene:
    """Seat the agents, and send the visitors to the doors.

    Visitor 1 has the same id at every door of every company, as one who copies it would; and
    so have the next ones.
    """
    people: dict[str, Person] = {}
    tokens: dict[str, str] = {}
    for number in range(VISITORS):
        place, door = COMPANIES[number % 3], number // 3 % 2
        visitor_id = b"visitor" + (number // 6).to_bytes(9, "big")
        inbox_id = place.inboxes[door].inbox_id
        name = f"{_name(place)}/{door}/visitor {number // 6}"
        people[name] = Person(name, _name(place), id_text(visitor_id), False, id_text(inbox_id))
        tokens[name] = credentials.visitor(place, inbox_id, visitor_id)
    for place in COMPANIES:
        for index, seat in enumerate(place.agents):
            name = f"{_name(place)}/agent {index}"
            people[name] = Person(name, _name(place), id_text(seat.agent_id), True)
            role = Role.SUPERVISOR if index == 0 else Role.AGENT
            tokens[name] = credentials.agent(place, seat.agent_id, role)
    teams = {id_text(team): _name(place) for place in COMPANIES for team in place.team_ids}
    crowd = Crowd(uri, Model(people, teams), chance)
    crowd.teams = list(teams)
    crowd.agents = [id_text(seat.agent_id) for place in COMPANIES for seat in place.agents]
    pages = [_page(crowd, people[name], token) for name, token in tokens.items()]
    return Scene(crowd, people, pages)


def _page(crowd: Crowd, person: Person, token: str) -> Somebody:
    kind = Agent if person.is_staff else Visitor
    return kind(crowd, person, token, binary=crowd.chance.random() < 0.4)


def _name(place: Company) -> str:
    return place.account_id.split(b".")[0].decode()


class Belonging(NamedTuple):
    """Whose a conversation is, and what its visitor may see of it."""

    account: str
    inbox_id: str
    visitor_id: str
    public: set[int]


def read_log(data: Path) -> dict[str, Belonging]:
    """Ask the log of a stopped installation whose each conversation is."""
    return asyncio.run(_read_log(data / "log.db"))


async def _read_log(path: Path) -> dict[str, Belonging]:
    names = {place.account_id: _name(place) for place in COMPANIES}
    log = SqliteEventLog(path, asyncio.get_running_loop())
    found: dict[str, Belonging] = {}
    position = 0
    while records := log.read(position, 1_000):
        for record in records:
            position = record.position
            name = id_text(record.conversation_id)
            for offset, event in enumerate(conv.decode_events(record.events)):
                if isinstance(event, conv.ConversationStarted):
                    account = names.get(record.account_id, "")
                    inbox_id, visitor_id = id_text(event.inbox_id), id_text(event.visitor_id)
                    found[name] = Belonging(account, inbox_id, visitor_id, set())
                woken = isinstance(event, conv.ConversationReopened) and (
                    event.cause == conv.Cause.WOKEN
                )
                if name in found and not woken and not isinstance(event, _STAFF_ONLY):
                    found[name].public.add(record.first_seq + offset)
    log.close()
    return found
