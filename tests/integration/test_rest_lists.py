"""An agent's lists over HTTP: what is in them, what narrows them, how many there are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.test_rest_conversations import BUSY, talk
from tests.kit.json_client import JsonClient, new_id
from tests.kit.rest_desk import Person, RestDesk

LISTS = ("mine", "queue", "bot", "all", "snoozed", "resolved", "mentions")
HOUR_MS = 3_600_000


@pytest.fixture
def ann(desk: RestDesk) -> Iterator[Person]:
    """An agent of his own for each test, who is at his desk and gets nothing by himself."""
    person = desk.join(f"{new_id()}@shop.example")
    token = person.post("/api/auth/socket-token").json()["token"]
    with JsonClient(desk.server.port, token) as socket:
        socket.command("set_availability", availability=BUSY)
        yield person


@pytest.fixture
def door(desk: RestDesk) -> dict[str, Any]:
    """An inbox of its own for each test, where everybody waits until somebody takes him."""
    return desk.new_inbox(rule="manual")


def came(desk: RestDesk, door: dict[str, Any], text: str = "hello") -> str:
    """Let a new visitor say something there; gives his conversation."""
    visitor = desk.visitor(door)
    with JsonClient(desk.server.port, visitor.token) as socket:
        assert socket.command("send", where=0, text=text)["type"] == "accepted"
    booted = desk.boot(door, token=visitor.token).json()
    return str(booted["conversation"]["conversation"])


def listed(person: Person, listed: str, **query: Any) -> list[str]:
    answer = person.get("/api/v1/conversations", list=listed, **query)
    assert answer.status_code == 200, answer.text
    return [one["conversation_id"] for one in answer.json()["items"]]


def counted(person: Person, **query: Any) -> dict[str, int]:
    """Count, without the lists that are empty."""
    answer = person.get("/api/v1/conversations/counts", **query)
    assert answer.status_code == 200, answer.text
    told: dict[str, int] = answer.json()
    assert tuple(told) == LISTS
    return {name: number for name, number in told.items() if number}


def do(person: Person, conversation: str, action: str, **body: Any) -> dict[str, Any]:
    answer = person.post(f"/api/v1/conversations/{conversation}/{action}", body)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


def label(desk: RestDesk) -> str:
    body = {"name": new_id(), "colour": "#aa3355"}
    return str(desk.owner.post("/api/v1/labels", body).json()["label_id"])


def test_each_list_holds_its_own_and_the_counts_say_how_many(
    desk: RestDesk, ann: Person, door: dict[str, Any]
) -> None:
    waiting, mine, snoozed, done = (came(desk, door) for _ in range(4))
    for conversation in (mine, snoozed, done):
        do(ann, conversation, "assign")
    do(ann, snoozed, "snooze", until_ms=time.time_ns() // 1_000_000 + HOUR_MS)
    do(ann, done, "resolve")
    here = {"inbox_id": door["inbox_id"]}
    held = {name: listed(ann, name, **here) for name in LISTS}
    assert held == {
        "mine": [mine],
        "queue": [waiting],
        "bot": [],
        "all": [snoozed, mine, waiting],
        "snoozed": [snoozed],
        "resolved": [done],
        "mentions": [],
    }
    assert counted(ann, **here) == {name: len(ids) for name, ids in held.items() if ids}
    others = counted(desk.owner, **here)
    assert "mine" not in others and others["queue"] == 1
    assert listed(ann, "mine", agent_id=desk.owner.id) == []
    assert listed(desk.owner, "all", agent_id=ann.id, **here) == [snoozed, mine]
    assert listed(ann, "all", status="snoozed", **here) == [snoozed]
    assert listed(ann, "queue", status="snoozed", **here) == []
    do(ann, done, "reopen")
    assert counted(ann, **here) == {"mine": 2, "queue": 1, "all": 4, "snoozed": 1}


def test_labels_are_set_listed_and_counted(
    desk: RestDesk, ann: Person, door: dict[str, Any]
) -> None:
    red, blue = label(desk), label(desk)
    one, two = came(desk, door), came(desk, door)
    do(ann, one, "labels", label_ids=[red, blue])
    do(ann, two, "labels", label_ids=[red])
    assert listed(ann, "all", label_id=red) == [two, one]
    assert listed(ann, "queue", label_id=blue) == [one]
    assert counted(ann, label_id=blue) == {"queue": 1, "all": 1}
    shown = ann.get(f"/api/v1/conversations/{one}").json()
    assert set(shown["label_ids"]) == {red, blue}
    do(ann, one, "labels", label_ids=[])
    assert counted(ann, label_id=blue) == {}
    events = ann.get(f"/api/v1/conversations/{one}/messages").json()["items"]
    assert [set(event["subjects"]) for event in events if event["kind"] == 11] == [
        {red, blue},
        set(),
    ]


@pytest.mark.parametrize("count", [1, 21])
def test_labels_that_are_none_of_the_accounts_are_refused(
    desk: RestDesk, ann: Person, door: dict[str, Any], count: int
) -> None:
    conversation = came(desk, door)
    path = f"/api/v1/conversations/{conversation}/labels"
    answer = ann.post(path, {"label_ids": [new_id() for _ in range(count)]})
    assert answer.status_code == (404 if count == 1 else 422)
    assert ann.get(f"/api/v1/conversations/{conversation}").json()["label_ids"] == []


def test_the_visitor_learns_nothing_of_labels_and_priority(
    desk: RestDesk, ann: Person, door: dict[str, Any]
) -> None:
    visitor = desk.visitor(door)
    with JsonClient(desk.server.port, visitor.token) as socket:
        socket.command("send", where=0, text="hello")
        booted = desk.boot(door, token=visitor.token).json()
        conversation = booted["conversation"]["conversation"]
        do(ann, conversation, "labels", label_ids=[label(desk)])
        do(ann, conversation, "priority", priority=2)
        do(ann, conversation, "notes", text="a difficult one")
    again = desk.boot(door, token=visitor.token)
    assert again.json()["events"] == booted["events"]
    assert ann.id not in again.json()["conversation"]["participants"]
    assert "priority" not in again.json()["conversation"]


def test_priority_is_shown_and_bounded(desk: RestDesk, ann: Person, door: dict[str, Any]) -> None:
    conversation = came(desk, door)
    assert ann.get(f"/api/v1/conversations/{conversation}").json()["priority"] == 0
    do(ann, conversation, "priority", priority=2)
    assert ann.get(f"/api/v1/conversations/{conversation}").json()["priority"] == 2
    for wrong in (-1, 3, "high", None):
        body = {"priority": wrong}
        answer = ann.post(f"/api/v1/conversations/{conversation}/priority", body)
        assert answer.status_code == 422, wrong


def test_who_is_mentioned_finds_it_in_his_list(
    desk: RestDesk, ann: Person, door: dict[str, Any]
) -> None:
    one, two = came(desk, door), came(desk, door)
    for conversation in (one, two, one):
        do(desk.owner, conversation, "notes", text="please look", mentions=[ann.id])
    assert listed(ann, "mentions") == [one, two]
    assert counted(ann)["mentions"] == 2
    assert listed(desk.owner, "mentions", inbox_id=door["inbox_id"]) == []
    path = f"/api/v1/conversations/{one}/notes"
    stranger = desk.owner.post(path, {"text": "look", "mentions": [new_id()]})
    assert stranger.status_code == 404


def test_a_team_has_its_own_list(desk: RestDesk, ann: Person, door: dict[str, Any]) -> None:
    body = {"name": new_id(), "member_ids": [ann.id]}
    team = desk.owner.post("/api/v1/teams", body).json()["team_id"]
    conversation, _ = came(desk, door), came(desk, door)
    do(desk.owner, conversation, "transfer", team_id=team)
    assert listed(ann, "queue", team_id=team) == [conversation]
    assert counted(ann, team_id=team) == {"queue": 1, "all": 1}
    assert ann.get(f"/api/v1/conversations/{conversation}").json()["team_id"] == team


def test_back_to_the_bot_only_where_there_is_one(
    desk: RestDesk, ann: Person, door: dict[str, Any]
) -> None:
    without = came(desk, door)
    answer = ann.post(f"/api/v1/conversations/{without}/bot")
    assert answer.status_code in (403, 404)
    path = f"/api/v1/inboxes/{door['inbox_id']}"
    assert desk.owner.http.patch(path, json={"has_bot": True}).status_code == 200
    conversation = came(desk, door)
    assert listed(ann, "bot", inbox_id=door["inbox_id"]) == [conversation]
    do(ann, conversation, "assign")
    assert listed(ann, "bot", inbox_id=door["inbox_id"]) == []
    do(ann, conversation, "bot")
    assert listed(ann, "bot", inbox_id=door["inbox_id"]) == [conversation]


def test_a_row_names_the_visitor_for_whoever_may_read_contacts(desk: RestDesk, ann: Person) -> None:
    visitor, path = talk(desk)
    visitor.post("/api/widget/contact", {"name": "Zoe <b>"})
    contact = ann.get(path).json()["contact"]
    (known,) = ann.get("/api/v1/contacts", visitor_id=visitor.id).json()["items"]
    assert contact == {"id": known["contact_id"], "name": "Zoe <b>"}
    items = ann.get("/api/v1/conversations", visitor_id=visitor.id).json()["items"]
    assert [one["contact"] for one in items] == [contact]
    body = {"name": "narrow", "scopes": ["conversations:read"]}
    secret = desk.owner.post("/api/v1/tokens", body).json()["secret"]
    narrow = desk.client()
    narrow.headers["authorization"] = f"Bearer {secret}"
    assert narrow.get(path).json()["contact"] is None


@pytest.mark.parametrize(
    "query", [{"list": "everything"}, {"label_id": "x"}, {"team_id": "1"}, {"limit": 0}]
)
def test_a_list_that_is_none_is_refused(desk: RestDesk, query: dict[str, Any]) -> None:
    assert desk.owner.get("/api/v1/conversations", **query).status_code == 422


def test_who_may_answer_how_fast_and_by_which_rule_is_the_owners_to_say(desk: RestDesk) -> None:
    door = desk.new_inbox()
    path = f"/api/v1/inboxes/{door['inbox_id']}"
    wanted = {
        "rule": "least_busy",
        "sticky": False,
        "answer_ms_max": 45_000,
        "reopen_ms_max": 3_600_000,
        "skills": ["french"],
        "has_bot": True,
    }
    changed = desk.owner.http.patch(path, json=wanted)
    assert changed.status_code == 200, changed.text
    shown = desk.owner.get(path).json()
    assert {name: shown[name] for name in wanted} == wanted
    for rule in ("manual", "longest_idle", "least_busy", "round_robin"):
        assert desk.owner.http.patch(path, json={"rule": rule}).status_code == 200
    for wrong in ({"rule": "random"}, {"answer_ms_max": -1}, {"reopen_ms_max": 10**12}):
        assert desk.owner.http.patch(path, json=wrong).status_code == 422, wrong


def test_hours_holidays_and_what_is_said_meanwhile_are_the_owners_to_say(desk: RestDesk) -> None:
    door = desk.new_inbox()
    path = f"/api/v1/inboxes/{door['inbox_id']}"
    texts = {"zh": {"offline": "我们九点上班"}, "en": {"offline": "We are back at nine"}}
    answer = desk.owner.http.patch(path, json={"settings": {"texts": texts}})
    assert answer.status_code == 200
    hours = {
        "timezone": "Asia/Shanghai",
        "week": [[[540, 720], [780, 1080]]] * 5 + [[]] * 2,
        "holidays": ["2027-01-01", "2027-02-06"],
    }
    assert desk.owner.get(f"{path}/hours").json()["is_set"] is False
    answer = desk.owner.http.put(f"{path}/hours", json=hours)
    assert answer.status_code == 200
    told = {"inbox_id": door["inbox_id"], **hours, "is_set": True}
    assert desk.owner.get(f"{path}/hours").json() == told
    closed = {**hours, "week": [[]] * 7}
    assert desk.owner.http.put(f"{path}/hours", json=closed).status_code == 200
    booted = desk.boot(door).json()
    assert booted["online"] == 0
    told = booted["inbox"]["texts"]
    assert (told["zh"]["offline"], told["en"]["offline"]) == ("我们九点上班", "We are back at nine")


def test_hours_as_the_first_release_had_them_are_still_read(desk: RestDesk) -> None:
    path = f"/api/v1/inboxes/{desk.new_inbox()['inbox_id']}/hours"
    of_then = {"timezone": "UTC", "week": [[540, 1080]] * 5 + [[0, 0], [600, 600]]}
    answer = desk.owner.http.put(path, json=of_then)
    assert answer.json()["week"] == [[[540, 1080]]] * 5 + [[], []], answer.text


def test_hours_that_overlap_or_are_empty_are_refused_with_the_day(desk: RestDesk) -> None:
    path = f"/api/v1/inboxes/{desk.new_inbox()['inbox_id']}/hours"
    before = desk.owner.get(path).json()
    for tuesday, fault in (
        ([[540, 720], [700, 1080]], "those of Tuesday overlap"),
        ([[540, 540]], "Tuesday is not"),
    ):
        week = [[[540, 1080]], tuesday, *[[]] * 5]
        answer = desk.owner.http.put(path, json={"timezone": "UTC", "week": week})
        assert answer.status_code == 422
        (told,) = answer.json()["fields"]
        assert told["field"] == "week" and fault in told["fault"]
    assert desk.owner.get(path).json() == before


def test_a_member_changes_his_own_name_language_and_capacity(desk: RestDesk, ann: Person) -> None:
    mine = {"name": "Anna", "language": "zh", "capacity": 8}
    changed = ann.http.patch("/api/v1/members/me", json=mine)
    assert changed.status_code == 200, changed.text
    seat = ann.get(f"/api/v1/members/{ann.id}").json()
    assert {name: seat[name] for name in mine} == mine
    bound = desk.owner.http.patch(f"/api/v1/members/{ann.id}", json={"capacity_max": 4})
    assert (bound.json()["capacity"], bound.json()["capacity_max"]) == (4, 4)
    for wrong in ({"capacity": 5}, {"capacity": 0}, {"language": "fr"}, {"role": "owner"}):
        assert ann.http.patch("/api/v1/members/me", json=wrong).status_code == 422, wrong
    assert ann.http.patch(f"/api/v1/members/{ann.id}", json={"capacity": 9}).status_code == 403
