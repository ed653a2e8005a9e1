"""Where the crowd's credentials come from: the own server's key, or the owner of another one."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from airdesk.adapters.system import SystemClock, SystemIds, load_or_create_key
from airdesk.app.builtin import builtin_account
from airdesk.app.stress.crowd.addresses import is_loopback
from airdesk.app.stress.crowd.pipe import Person
from airdesk.app.stress.crowd.plan import Load
from airdesk.app.stress.run.settings import StressRefused
from airdesk.core.kernel import Permission, limits, parse_id
from airdesk.services.access import Tokens

WARM_PEOPLE: Final = 50
"""Visitors beside the crowd, who come first, so that modules and buffers are there."""

ASK_S: Final = 30.0


class Crowd(NamedTuple):
    """Everybody, with credentials."""

    visitors: list[Person]
    agents: list[Person]
    warm: list[Person]
    """Visitors whose numbers lie behind those of the crowd."""


def own_crowd(data: Path, load: Load) -> Crowd:
    """Make the crowd of a server whose data folder is ours."""
    key = load_or_create_key(data / "secret.key")
    tokens, ids = Tokens(key, SystemClock()), SystemIds()
    builtin = builtin_account(key, load.agents)

    def visitor(number: int) -> Person:
        person_id = ids.new_id()
        return Person(number, tokens.sign(builtin.visitor(person_id)), person_id)

    agents = [
        Person(number, tokens.sign(identity), identity.person_id)
        for number, identity in enumerate(builtin.agents())
    ]
    everybody = [visitor(number) for number in range(load.visitors + WARM_PEOPLE)]
    return Crowd(everybody[: load.visitors], agents, everybody[load.visitors :])


class _Someone(msgspec.Struct):
    id: str
    token: str


class _People(msgspec.Struct):
    visitors: list[_Someone]
    agents: list[_Someone]


def allowed_crowd(url: str, token_file: Path | None, load: Load) -> Crowd:
    """Ask a server for a crowd, by its owner's leave.

    Args:
        url: the server's address.
        token_file: holds an API token that may `stress:run`.
        load: how many.

    Raises:
        StressRefused: its owner has not allowed it, or it has too few seats.
    """
    if token_file is None:
        place = "it" if is_loopback(urlsplit(url).hostname or "") else "a server elsewhere"
        raise StressRefused(
            reason=f"{url}: only the owner of a server may put {place} under stress; --token names"
            f" a file with an API token of his that may {Permission.STRESS_RUN}"
        )
    try:
        token = token_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StressRefused(reason=f"{token_file}: {error.strerror}") from None
    visitors: list[_Someone] = []
    agents: list[_Someone] = []
    while len(visitors) < load.visitors + WARM_PEOPLE:
        wanted = min(limits.STRESS_PEOPLE_MAX, load.visitors + WARM_PEOPLE - len(visitors))
        people = _ask(url, token, wanted)
        visitors += people.visitors
        agents = people.agents
    if len(agents) < load.agents:
        raise StressRefused(
            reason=f"{url} has {len(agents)} seats for tests, {load.agents} are needed: serve it"
            f" with --agents {load.agents} --capacity 25"
        )
    crowd = [_person(number, one) for number, one in enumerate(visitors)]
    seats = [_person(number, one) for number, one in enumerate(agents[: load.agents])]
    return Crowd(crowd[: load.visitors], seats, crowd[load.visitors :])


def _person(number: int, one: _Someone) -> Person:
    return Person(number, one.token, parse_id(one.id))


def _ask(url: str, token: str, visitors: int) -> _People:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=ASK_S)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        body = msgspec.json.encode({"visitors": visitors})
        connection.request("POST", "/api/v1/stress/people", body, headers)
        answer = connection.getresponse()
        said = answer.read()
    except OSError as error:
        raise StressRefused(reason=f"{url}: {error}") from None
    finally:
        connection.close()
    if answer.status != 200:
        raise StressRefused(reason=f"{url} refuses: {answer.status} {said.decode()[:300]}")
    return msgspec.json.decode(said, type=_People)
