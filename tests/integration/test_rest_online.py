"""Who is there: the supervisor's board, visitors online, an invitation, a block."""

from __future__ import annotations

from typing import Any

from tests.integration.test_rest_conversations import BUSY, ONLINE
from tests.integration.test_rest_lists import came, do
from tests.integration.test_rest_widget import identify
from tests.kit.airdesk_server import wait_until
from tests.kit.json_client import JsonClient, new_id
from tests.kit.rest_desk import SITE, Person, RestDesk

BLOCKED = 4209
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


def at_desk(desk: RestDesk, person: Person, availability: int = BUSY) -> JsonClient:
    """Let somebody sit down."""
    token = person.post("/api/auth/socket-token").json()["token"]
    socket = JsonClient(desk.server.port, token)
    socket.command("set_availability", availability=availability)
    return socket


def online(person: Person) -> dict[str, dict[str, Any]]:
    answer = person.get("/api/v1/visitors")
    assert answer.status_code == 200, answer.text
    return {one["visitor_id"]: one for one in answer.json()["items"]}


def test_the_board_tells_who_waits_and_who_is_there(desk: RestDesk) -> None:
    door = desk.new_inbox(rule="manual")
    ann = desk.join(f"{new_id()}@shop.example")
    boss = desk.join(f"{new_id()}@shop.example", "supervisor")
    waiting, held = came(desk, door), came(desk, door)
    with at_desk(desk, ann):
        do(ann, held, "assign")
        board = boss.get("/api/v1/board").json()
        (seat,) = [one for one in board["agents"] if one["agent_id"] == ann.id]
        assert (seat["availability"], seat["load"], seat["connections"]) == ("busy", 1, 1)
        (place,) = [one for one in board["inboxes"] if one["inbox_id"] == door["inbox_id"]]
        assert place["waiting"] == 1 and place["longest_wait_ms"] >= 0
        assert board["waiting"] >= 1 and board["assigned"] >= 1
        # Who hands a conversation on sees who is there, too.
        items = ann.get("/api/v1/presence").json()["items"]
        there = {one["agent_id"]: one for one in items}
        assert there[ann.id] == seat
        assert there[boss.id]["availability"] == "offline"
    assert ann.get("/api/v1/board").status_code == 403
    assert waiting != held


def test_a_visitor_is_listed_while_he_is_there_with_his_pages_and_device(desk: RestDesk) -> None:
    visitor = desk.visitor()
    visitor.http.headers["user-agent"] = PHONE
    views = [{"url": f"{SITE}/{number}", "title": f"Page {number}"} for number in range(7)]
    visitor.post("/api/widget/pages", {"views": views})
    assert visitor.id not in online(desk.owner)
    with JsonClient(desk.server.port, visitor.token) as socket:
        shown = online(desk.owner)[visitor.id]
        assert shown["inbox_id"] == desk.inbox["inbox_id"]
        assert shown["since_ms"] > 1_700_000_000_000
        assert (shown["conversation_id"], shown["contact"]) == (None, None)
        assert [page["title"] for page in shown["pages"]] == [f"Page {n}" for n in (6, 5, 4, 3, 2)]
        phone = {"browser": "Safari 17", "system": "iOS", "kind": "phone"}
        assert shown["device"] == phone
        socket.command("send", where=0, text="hello")
        visitor.post("/api/widget/contact", {"name": "Nina"})
        shown = online(desk.owner)[visitor.id]
        assert shown["conversation_id"] is not None
        assert (shown["contact"]["name"], shown["contact"]["device"]) == ("Nina", phone)
    wait_until(lambda: visitor.id not in online(desk.owner), "the visitor has gone")
    (contact,) = desk.owner.get("/api/v1/contacts", visitor_id=visitor.id).json()["items"]
    assert contact["device"] == phone


def test_an_odd_user_agent_is_no_device(desk: RestDesk) -> None:
    visitor = desk.visitor()
    for odd in (b"", b"<script>alert(1)</script>", b"\xff\xfe", b"x" * 8_000):
        answer = visitor.http.post(
            "/api/widget/pages",
            json={"views": [{"url": SITE, "title": ""}]},
            headers=[(b"user-agent", odd)],
        )
        assert answer.status_code in (200, 400), odd
    visitor.post("/api/widget/contact", {"name": "Odd"})
    (contact,) = desk.owner.get("/api/v1/contacts", visitor_id=visitor.id).json()["items"]
    assert contact["device"] is None


def test_an_invited_visitor_gets_the_first_word_from_the_agent(desk: RestDesk) -> None:
    ann = desk.join(f"{new_id()}@shop.example")
    visitor = desk.visitor()
    path = f"/api/v1/visitors/{desk.inbox['inbox_id']}/{visitor.id}/invite"
    with at_desk(desk, ann), JsonClient(desk.server.port, visitor.token) as socket:
        key = {"idempotency-key": new_id()}
        first = ann.post(path, {"text": "May I help?"}, **key)
        assert first.status_code == 200, first.text
        assert ann.post(path, {"text": "May I help?"}, **key).json() == first.json()
        row = socket.hear("row")
        assert row["conversation"] == first.json()["conversation_id"]
        conversation = ann.get(f"/api/v1/conversations/{row['conversation']}").json()
        assert (conversation["status"], conversation["assignee_id"]) == ("assigned", ann.id)
        assert conversation["last_text"] == "May I help?"
        again = ann.post(path, {"text": "Hello?"})
        assert 400 <= again.status_code < 500
        booted = desk.boot(token=visitor.token).json()
        assert [event["text"] for event in booted["events"] if event["text"]] == ["May I help?"]
    assert ann.post(path, {"text": ""}).status_code == 422


def test_a_blocked_visitor_says_nothing_more_until_he_is_let_in_again(desk: RestDesk) -> None:
    visitor = desk.visitor()
    path = f"/api/v1/visitors/{desk.inbox['inbox_id']}/{visitor.id}/block"
    with JsonClient(desk.server.port, visitor.token) as socket:
        assert socket.command("send", where=0, text="rude")["type"] == "accepted"
        blocked = desk.owner.post(path)
        assert blocked.status_code == 200, blocked.text
        assert blocked.json()["is_blocked"]
        refused = socket.command("send", where=0, text="ruder")
        assert (refused["type"], refused["number"]) == ("rejected", BLOCKED)
        for answer in (
            visitor.upload("/api/widget/files", b"rude", "rude.txt"),
            visitor.post("/api/widget/contact", {"name": "rude"}),
            visitor.post("/api/widget/pages", {"views": [{"url": "https://shop.example/rude"}]}),
        ):
            assert (answer.status_code, answer.json()["number"]) == (409, BLOCKED)
        # He still sees what was said.
        assert desk.boot(token=visitor.token).status_code == 200
    with JsonClient(desk.server.port, visitor.token) as socket:
        assert socket.command("send", where=0, text="again")["number"] == BLOCKED
        assert desk.owner.post(path).json()["is_blocked"]
        let_in = desk.owner.http.delete(path)
        assert (let_in.status_code, let_in.json()["is_blocked"]) == (200, False)
        assert socket.command("send", where=0, text="sorry")["type"] == "accepted"
        assert visitor.upload("/api/widget/files", b"kind", "kind.txt").status_code == 200
    (contact,) = desk.owner.get("/api/v1/contacts", visitor_id=visitor.id).json()["items"]
    assert not contact["is_blocked"]
    changes = desk.owner.get("/api/v1/audit", limit=100).json()["items"]
    mine = [one for one in changes if one["subject"]["id"] == contact["contact_id"]]
    blocks = [one for one in mine if one["actor"]["id"] == desk.owner.id]
    assert [one["after"]["is_blocked"] for one in blocks] == [False, True]


def test_whoever_never_spoke_can_be_blocked_and_has_a_contact_then(desk: RestDesk) -> None:
    visitor = desk.visitor()
    path = f"/api/v1/visitors/{desk.inbox['inbox_id']}/{visitor.id}/block"
    assert desk.owner.post(path).json()["visitor_ids"] == [visitor.id]
    with JsonClient(desk.server.port, visitor.token) as socket:
        assert socket.command("send", where=0, text="hello")["number"] == BLOCKED


def test_all_devices_of_a_person_are_blocked_at_once(desk: RestDesk) -> None:
    guest = desk.visitor()
    with JsonClient(desk.server.port, guest.token) as socket:
        socket.command("send", where=0, text="hello")
    claim = identify(desk.inbox, new_id())
    named = desk.visitor(token=guest.token, identify=claim)
    path = f"/api/v1/visitors/{desk.inbox['inbox_id']}"
    blocked = desk.owner.post(f"{path}/{guest.id}/block").json()
    assert blocked["is_blocked"] and set(blocked["visitor_ids"]) == {guest.id, named.id}
    for token in (guest.token, named.token):
        assert answer_to_words(desk, token)["number"] == BLOCKED
    desk.owner.post(f"{path}/{named.id}/block")
    assert not desk.owner.http.delete(f"{path}/{named.id}/block").json()["is_blocked"]
    assert answer_to_words(desk, named.token)["type"] == "accepted"


def test_a_blocked_guest_stays_blocked_when_he_logs_in(desk: RestDesk) -> None:
    guest = desk.visitor()
    assert answer_to_words(desk, guest.token)["type"] == "accepted"
    path = f"/api/v1/visitors/{desk.inbox['inbox_id']}/{guest.id}/block"
    assert desk.owner.post(path).json()["is_blocked"]
    named = desk.visitor(token=guest.token, identify=identify(desk.inbox, new_id()))
    assert answer_to_words(desk, named.token)["number"] == BLOCKED
    (contact,) = desk.owner.get("/api/v1/contacts", visitor_id=named.id).json()["items"]
    assert contact["is_blocked"]


def test_the_blocked_are_listed_with_since_when_and_by_whom_and_let_in_from_there(
    desk: RestDesk,
) -> None:
    blog = desk.new_inbox()
    guest = desk.visitor()
    doors = [f"/api/v1/visitors/{one['inbox_id']}/{guest.id}" for one in (desk.inbox, blog)]
    for door in doors:
        assert desk.owner.post(f"{door}/block").json()["is_blocked"]
    listed = desk.owner.get("/api/v1/contacts/blocked", limit=100).json()["items"]
    (told,) = [one for one in listed if guest.id in one["visitor_ids"]]
    assert told["blocked_by"] == "Olga" and told["blocked_ms"] > 0
    words = {"text": "Welcome"}
    assert desk.owner.post(f"{doors[1]}/invite", words).json()["number"] == BLOCKED
    path = f"/api/v1/contacts/{told['contact_id']}"
    let_in = desk.owner.http.delete(f"{path}/block").json()
    assert (let_in["is_blocked"], let_in["blocked_ms"], let_in["blocked_by"]) == (False, 0, "")
    assert answer_to_words(desk, guest.token)["type"] == "accepted"
    assert desk.owner.post(f"{doors[1]}/invite", words).json().get("number") != BLOCKED
    listed = desk.owner.get("/api/v1/contacts/blocked", limit=100).json()["items"]
    assert told["contact_id"] not in {one["contact_id"] for one in listed}


def answer_to_words(desk: RestDesk, token: str) -> dict[str, Any]:
    """Let a visitor say something, and give what he is answered."""
    with JsonClient(desk.server.port, token) as socket:
        return socket.command("send", where=0, text="words")


def test_availability_words_are_those_of_the_socket(desk: RestDesk) -> None:
    ann = desk.join(f"{new_id()}@shop.example")
    with at_desk(desk, ann, ONLINE):
        agents = desk.owner.get("/api/v1/board").json()["agents"]
        assert [one["availability"] for one in agents if one["agent_id"] == ann.id] == ["online"]
