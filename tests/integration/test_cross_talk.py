"""200 visitors and 20 seats of three companies do what they like: nobody hears what is not his."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from random import Random

import pytest

from airdesk.core.kernel import id_text
from tests.integration.crowd.http import Request, call
from tests.integration.crowd.model import Person
from tests.integration.crowd.papers import OWNER, furnish, logins
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

LONG_S = 60.0
"""In so long each of TRIED happens dozens of times; in less it may be that one never does."""

TRIED = (
    "POST /api/widget/files: done",
    "GET /api/widget/files/…: done",
    "GET /api/widget/files/…: refused",
    "POST /api/v1/conversations/…/files: done",
    "POST /api/v1/conversations/…/files: refused",
    "GET /api/v1/files/…: done",
    "GET /api/v1/files/…: refused",
    "POST /api/widget/boot: done",
    "POST /api/widget/boot: refused",
    "POST /api/auth/logout: done",
    "GET /api/auth/session: refused",
    "guest's token after he was named",
    "hello with a void token",
    "began anew",
)
"""What has to have happened: a crowd that does nothing learns nothing."""


@pytest.mark.parametrize(("workers", "seconds"), [(0, SECONDS), (2, min(SECONDS, 20.0))])
def test_nobody_hears_what_is_not_his(tmp_path: Path, workers: int, seconds: float) -> None:
    server = AirDeskServer(tmp_path, workers=workers)
    credentials = found(server.data, COMPANIES)
    furnish(server.data / "directory.db", COMPANIES)
    scene = make_scene(server.port, credentials, Random(SEED))
    staff = sum(page.person.is_staff for page in scene.pages)
    assert (len(scene.pages) - staff, staff) == (200, 20)
    with server:
        asyncio.run(_live(scene, seconds))
    model = scene.crowd.model
    assert model.violations == []
    _check_against_log(scene, server.data)
    assert sum(model.seen.values()) > FRAMES_S_MIN * seconds, model.seen
    tried = TRIED if seconds >= LONG_S else ()
    for kind in (*PRIVATE, *tried, "listing", "texts for public", "texts for staff", "refused"):
        assert model.seen[kind] > 0, f"nobody ever got {kind}: {model.seen}"
    _check_that_the_model_can_fail(scene)


async def _live(scene: Scene, seconds: float) -> None:
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    async with asyncio.TaskGroup() as tasks:
        for page in scene.pages:
            tasks.create_task(page.live(over))
        await asyncio.wait([asyncio.create_task(over.wait())], timeout=seconds / 2)
        await _renew_key(scene)


async def _renew_key(scene: Scene) -> None:
    """The owner of the last company voids the tokens of all visitors at one of its doors."""
    company = COMPANIES[-1]
    (login, *_) = logins(company, OWNER)
    inbox_id = id_text(company.inboxes[0].inbox_id)
    headers = {"cookie": f"airdesk_session={login.cookie}", "x-airdesk-csrf": login.csrf}
    wish = Request("POST", f"/api/v1/inboxes/{inbox_id}/visitor-key", headers)
    answer = await call(scene.crowd.port, wish)
    assert answer.is_good, answer


def _check_against_log(scene: Scene, data: Path) -> None:
    """The log has the last word: what anybody was ever told of is his."""
    owners = read_log(data)
    for person in scene.people.values():
        for conversation in filter(scene.crowd.model.is_conversation, person.conversations):
            owner = owners[conversation]
            assert owner.account == person.account, person.name
            if not person.is_staff:
                assert owner.inbox_id == person.inbox_id, person.name
                assert owner.visitor_id in person.ids, person.name
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
    others = [one for one in scene.people.values() if one.name not in person.kin | person.names]
    others = [one for one in others if one.person_id != person.person_id]
    strangers = [
        next(one for one in others if one.is_staff and one.account != person.account),
        *[one for one in others if one.inbox_id == person.inbox_id and person.inbox_id][:1],
    ]
    return [Person(**{**vars(one), "refs": {}}) for one in strangers]
