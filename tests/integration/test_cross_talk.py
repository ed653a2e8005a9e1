"""200 visitors and 20 seats of three companies do what they like: nobody hears what is not his."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from random import Random

import pytest

from tests.integration.crowd.model import Person
from tests.integration.crowd.scene import COMPANIES, Scene, make_scene, read_log
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.companies import found

SECONDS = float(os.environ.get("AIRDESK_TEST_CROSS_TALK_S", "120"))
"""How long the crowd acts at one process; a shorter time is for those who change this test."""

SEED = 20_240

FRAMES_S_MIN = 20
"""Frames a second without which nothing was shown."""

PRIVATE = ("row", "event", "page", "opened", "accepted", "rejected", "receipts", "somebody_typing")
"""Messages about one conversation or operation."""


@pytest.mark.parametrize(("workers", "seconds"), [(0, SECONDS), (2, min(SECONDS, 20.0))])
def test_nobody_hears_what_is_not_his(tmp_path: Path, workers: int, seconds: float) -> None:
    server = AirDeskServer(tmp_path, workers=workers)
    credentials = found(server.data, COMPANIES)
    uri = f"ws://127.0.0.1:{server.port}/socket"
    scene = make_scene(uri, credentials, Random(SEED))
    with server:
        asyncio.run(_live(scene, seconds))
    model = scene.crowd.model
    assert model.violations == []
    _check_against_log(scene, server.data)
    assert sum(model.seen.values()) > FRAMES_S_MIN * seconds, model.seen
    for kind in (*PRIVATE, "listing", "texts for public", "texts for staff", "refused"):
        assert model.seen[kind] > 0, f"nobody ever got {kind}: {model.seen}"
    _check_that_the_model_can_fail(scene)


async def _live(scene: Scene, seconds: float) -> None:
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    await asyncio.gather(*(page.live(over) for page in scene.pages))


def _check_against_log(scene: Scene, data: Path) -> None:
    """The log has the last word: what anybody was ever told of is his."""
    owners = read_log(data)
    for person in scene.people.values():
        for conversation in person.conversations:
            owner = owners[conversation]
            assert owner.account == person.account, person.name
            if not person.is_staff:
                whose = (owner.inbox_id, owner.visitor_id)
                assert whose == (person.inbox_id, person.person_id), person.name
        for conversation, seq in person.events:
            assert person.is_staff or seq in owners[conversation].public, person.name
    started = sum(owner.account != "" for owner in owners.values())
    assert started >= len(scene.people) // 2


def _check_that_the_model_can_fail(scene: Scene) -> None:
    """Each private message that somebody got is a violation if it comes to another one."""
    model = scene.crowd.model
    for kind in PRIVATE:
        for name, frame in scene.crowd.samples[kind][:100]:
            for other in _others(scene, scene.people[name]):
                model.violations.clear()
                model.heard(other, frame)
                assert model.violations, f"{other.name} may get {frame} of {name}"


def _others(scene: Scene, person: Person) -> list[Person]:
    """Give an agent of another account and, for a visitor, another one of the same inbox; their
    connections are new."""
    others = [one for one in scene.people.values() if one.person_id != person.person_id]
    strangers = [
        next(one for one in others if one.is_staff and one.account != person.account),
        *[one for one in others if one.inbox_id == person.inbox_id and person.inbox_id][:1],
    ]
    return [Person(**{**vars(one), "refs": {}}) for one in strangers]
