"""Data folders of released versions, as `kill -9` left them, under today's program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.command_line import airdesk
from tests.kit.json_client import JsonClient
from tests.kit.kept_installation import INSTALLATIONS, Kept, kinds_of_events, told, unpack
from tests.kit.rest_desk import RestDesk

VERSIONS = sorted(path.name.removesuffix(".tar.gz") for path in INSTALLATIONS.glob("*.tar.gz"))
FIRST = "0.1.0"


@pytest.fixture(scope="module", params=VERSIONS)
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Kept, AirDeskServer, RestDesk]]:
    folder = tmp_path_factory.mktemp("upgrade")
    kept = unpack(request.param, folder)
    with AirDeskServer(folder, options=("--agents", "0")) as server:
        desk = RestDesk.of_old(server)
        yield kept, server, desk
        desk.close()


def test_the_first_release_is_kept_and_has_every_kind_of_event_of_its_time(tmp_path: Path) -> None:
    assert FIRST in VERSIONS
    unpack(FIRST, tmp_path)
    assert kinds_of_events(tmp_path / "data") == EVENTS_OF_FIRST


def test_everything_that_was_there_is_there(
    upgraded: tuple[Kept, AirDeskServer, RestDesk],
) -> None:
    kept, _, desk = upgraded
    answers, messages = told(desk.owner)
    for name, rows in kept.answers.items():
        assert _cut(answers[name], rows) == rows, name
    for conversation, events in kept.messages.items():
        now = messages[conversation][: len(events)]
        assert _cut(now, events) == events, conversation


def test_people_of_then_go_on_with_their_tokens_and_passwords(
    upgraded: tuple[Kept, AirDeskServer, RestDesk],
) -> None:
    kept, server, desk = upgraded
    with JsonClient(server.port, kept.tokens["Chloe"]) as visitor:
        chloe = visitor.hear("row")["conversation"]
        assert visitor.texts(1) == ["Once more"]
        answer = visitor.command("send", where=0, text="after the upgrade 升级")
        assert answer["type"] == "accepted"
    found = desk.log_in("jonas@shop.example").get("/api/v1/search/messages", q="升级").json()
    assert [one["conversation_id"] for one in found["items"]] == [chloe]
    with JsonClient(server.port, kept.tokens["Gus"]) as blocked:
        assert blocked.command("send", where=0, text="buy")["number"] == 4209


def test_the_blocked_of_then_are_listed_with_who_did_it_and_can_be_let_in(
    upgraded: tuple[Kept, AirDeskServer, RestDesk],
) -> None:
    kept, server, desk = upgraded
    (gus,) = desk.owner.get("/api/v1/contacts/blocked").json()["items"]
    blocks = [
        row
        for row in desk.owner.get("/api/v1/audit", limit=100).json()["items"]
        if row["subject"]["id"] == gus["contact_id"] and row["after"]["is_blocked"]
    ]
    assert (gus["blocked_by"], gus["blocked_ms"]) == (
        blocks[-1]["actor"]["name"],
        blocks[-1]["at_ms"],
    )
    assert desk.owner.http.delete(f"/api/v1/contacts/{gus['contact_id']}/block").status_code == 200
    with JsonClient(server.port, kept.tokens["Gus"]) as visitor:
        assert visitor.command("send", where=0, text="sorry")["type"] == "accepted"


def test_hours_of_then_are_read_and_can_be_given_a_break(
    upgraded: tuple[Kept, AirDeskServer, RestDesk],
) -> None:
    _, _, desk = upgraded
    shop = f"/api/v1/inboxes/{desk.inbox['inbox_id']}/hours"
    hours = desk.owner.get(shop).json()
    *workdays, saturday, sunday = hours["week"]
    assert [(day[0][0], day[-1][1]) for day in workdays] == [(540, 1080)] * 5
    assert saturday == sunday == []
    del hours["inbox_id"], hours["is_set"]
    hours["week"][0] = [[540, 720], [750, 1080]]
    assert desk.owner.http.put(shop, json=hours).json()["week"] == hours["week"]


def test_the_log_is_sound_and_can_be_backed_up(
    upgraded: tuple[Kept, AirDeskServer, RestDesk], tmp_path: Path
) -> None:
    _, server, _ = upgraded
    assert airdesk("log", "verify", data=server.data).code == 0
    assert airdesk("backup", "--to", tmp_path / "after.tar", data=server.data).code == 0


def _cut(now: list[dict[str, Any]], then: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give of today's rows the fields that there were then; later versions may tell more."""
    return [{key: row.get(key) for key in old} for row, old in zip(now, then, strict=True)]


EVENTS_OF_FIRST = {
    "ConversationStarted",
    "ParticipantJoined",
    "MessageSent",
    "NoteAdded",
    "ConversationQueued",
    "AgentAssigned",
    "ConversationSnoozed",
    "ConversationResolved",
    "ConversationReopened",
    "ConversationRated",
    "LabelsSet",
    "PrioritySet",
    "ConversationReturned",
    "AgentConfigured",
    "InboxConfigured",
    "AvailabilityChanged",
    "ReadsAdvanced",
    "AgentRemoved",
    "CredentialRevoked",
    "VisitorAliased",
    "InboxRemoved",
    "VisitorBlocked",
}
