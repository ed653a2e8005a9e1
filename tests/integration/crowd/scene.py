"""Three companies, their visitors and agents, and what the log says about who owns what."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random
from typing import NamedTuple

from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.core import conversation as conv
from airdesk.core.kernel import AgentId, InboxId, id_text
from tests.integration.crowd.model import Model, Person
from tests.integration.crowd.page import Crowd, Somebody
from tests.integration.crowd.papers import logins, proof_of
from tests.integration.crowd.people import Agent, Customer, Visitor
from tests.kit.companies import Company, Credentials, company

FREELANCER = conv.AgentFacts(AgentId(b"freelancer......"), 4)
"""He has a seat in two of the companies."""

COMPANIES = (
    company("alpha", inboxes=2, agents=6, shared=(FREELANCER,)),
    company("beta", inboxes=2, agents=6, shared=(FREELANCER,)),
    company("gamma", inboxes=2, agents=6),
)

VISITORS = 200

CUSTOMERS = 6
"""Of each door, with two devices."""

WEB_VISITORS = 24
"""Of each door, who use HTTP, too."""

_FIRST_DOORS = tuple(one.inboxes[0].inbox_id for one in COMPANIES[:2])
"""One more comes to each: 200 are not six times as many."""

_STAFF_ONLY = (conv.NoteAdded, conv.ConversationSnoozed)


class Scene(NamedTuple):
    """Everybody, and whoever judges them."""

    crowd: Crowd
    pages: list[Somebody]

    @property
    def people(self) -> dict[str, Person]:
        """Everybody, and whom they turned out to be."""
        return self.crowd.model.people


def make_scene(port: int, credentials: Credentials, chance: Random) -> Scene:
    """Seat the agents, and send the visitors to the doors."""
    teams = {id_text(team): _name(place) for place in COMPANIES for team in place.team_ids}
    doors = {id_text(one.inbox_id): _name(place) for place in COMPANIES for one in place.inboxes}
    crowd = Crowd(port, Model({}, teams, doors), chance)
    crowd.teams, crowd.doors = list(teams), list(doors)
    crowd.agents = [id_text(seat.agent_id) for place in COMPANIES for seat in place.agents]
    pages: list[Somebody] = []
    for place in COMPANIES:
        for door in place.inboxes:
            pages += _visitors(crowd, credentials, place, door.inbox_id)
        for index, seat in enumerate(place.agents):
            person = Person(
                f"{_name(place)}: agent {index}", _name(place), id_text(seat.agent_id), True
            )
            pages.append(Agent(crowd, person, logins(place, seat.agent_id), _is_binary(crowd)))
    for page in pages:
        crowd.model.add(page.person)
    return Scene(crowd, pages)


def _visitors(
    crowd: Crowd, credentials: Credentials, place: Company, inbox_id: InboxId
) -> list[Visitor]:
    """Send visitors to a door: customers with two devices each, and guests.

    The first visitor has the same id in every company, as one who copies it would, and so have the
    next ones; those who keep to their sockets have it at every door, which never happens: a
    contact belongs to an account.
    """
    side = inbox_id != place.inboxes[0].inbox_id
    door = f"{_name(place)}: {side:d}"
    count = VISITORS // 6 + (inbox_id in _FIRST_DOORS)
    customers = [_customer(inbox_id, f"{door} customer {one}") for one in range(CUSTOMERS)]
    found: list[Visitor] = []
    for number in range(count):
        has_web = number < WEB_VISITORS
        visitor_id = b"visitor" + bytes([side and has_web]) + number.to_bytes(8, "big")
        name = f"{door} visitor {number}"
        customer = customers[number // 2] if number // 2 < CUSTOMERS else None
        person = Person(name, _name(place), id_text(visitor_id), False, id_text(inbox_id))
        if customer is not None:
            person.kin = customer.kin
            customer.kin.add(name)
        token = credentials.visitor(place, inbox_id, visitor_id)
        page = Visitor(crowd, person, token, _is_binary(crowd))
        page.meet(customers, customer)
        page.has_web = has_web
        found.append(page)
    return found


def _customer(inbox_id: InboxId, user_id: str) -> Customer:
    return Customer(user_id, proof_of(inbox_id, user_id), set(), set(), set())


def _is_binary(crowd: Crowd) -> bool:
    return crowd.chance.random() < 0.4


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
