"""Commands over HTTP: each once, whoever repeats it, and in the order of the socket's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.integration.test_rest_widget import say
from tests.kit.json_client import JsonClient, new_id
from tests.kit.rest_desk import Person, RestDesk

OPERATION_REUSED = 4011
BUSY, ONLINE = 1, 2


def talk(desk: RestDesk, text: str = "hello") -> tuple[Person, str]:
    """Let a new visitor say something; give him and the address of his conversation."""
    visitor = desk.visitor()
    say(desk, visitor.token, text)
    conversation = desk.boot(token=visitor.token).json()["conversation"]["conversation"]
    return visitor, f"/api/v1/conversations/{conversation}"


def texts(person: Person, path: str) -> list[str]:
    items = person.get(f"{path}/messages").json()["items"]
    return [event["text"] for event in items if event["text"]]


def test_what_one_did_is_in_the_next_list(desk: RestDesk) -> None:
    _, path = talk(desk)
    token = desk.owner.post("/api/auth/socket-token").json()["token"]
    with JsonClient(desk.server.port, token) as socket:
        socket.command("set_availability", availability=ONLINE)
        assert desk.owner.post(f"{path}/assign").status_code == 200
        assert desk.owner.post(f"{path}/messages", {"text": "good day"}).status_code == 200
        socket.command("set_availability", availability=BUSY)
    assert texts(desk.owner, path) == ["hello", "good day"]
    shown = desk.owner.get(path).json()
    assert (shown["status"], shown["assignee_id"]) == ("assigned", desk.owner.id)
    assert shown["last_text"] == "good day"
    assert desk.owner.post(f"{path}/resolve").status_code == 200
    listed = desk.owner.get("/api/v1/conversations", status="resolved").json()["items"]
    assert path.rpartition("/")[2] in [one["conversation_id"] for one in listed]


def test_the_same_key_sends_one_message(desk: RestDesk) -> None:
    _, path = talk(desk)
    key = {"idempotency-key": "draft-1"}
    first, second = (desk.owner.post(f"{path}/messages", {"text": "once"}, **key) for _ in range(2))
    assert first.json() == second.json()
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert texts(desk.owner, path).count("once") == 1


def test_twenty_at_once_with_one_key_send_one_message(desk: RestDesk) -> None:
    _, path = talk(desk)
    headers = dict(desk.owner.http.headers) | {"idempotency-key": new_id()}

    def send(_: int) -> httpx2.Response:
        return httpx2.post(
            f"{desk.address}{path}/messages",
            json={"text": "once"},
            headers=headers,
            cookies=desk.owner.http.cookies,
            timeout=20,
        )

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(send, range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert texts(desk.owner, path).count("once") == 1


def test_the_same_key_for_something_else_is_refused(desk: RestDesk) -> None:
    _, path = talk(desk)
    key = {"idempotency-key": new_id()}
    assert desk.owner.post(f"{path}/messages", {"text": "a"}, **key).status_code == 200
    for answer in (
        desk.owner.post(f"{path}/messages", {"text": "b"}, **key),
        desk.owner.post(f"{path}/notes", {"text": "a"}, **key),
    ):
        assert (answer.status_code, answer.json()["number"]) == (422, OPERATION_REUSED)


def test_a_key_belongs_to_its_person(desk: RestDesk) -> None:
    agent = desk.join("keys@shop.example")
    key = {"idempotency-key": "the-same"}
    made = [
        person.post("/api/v1/canned", {"shortcut": word, "text": "x"}, **key).json()
        for person, word in ((desk.owner, "ownerskey"), (agent, "agentskey"))
    ]
    assert made[0]["canned_id"] != made[1]["canned_id"]


def test_a_repeat_makes_no_second_label(desk: RestDesk) -> None:
    key = {"idempotency-key": new_id()}
    body = {"name": "repeated", "colour": "#00ff00"}
    first, second = (desk.owner.post("/api/v1/labels", body, **key) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()


def test_a_refusal_is_not_remembered(desk: RestDesk) -> None:
    body = {"name": "wanted", "colour": "#00ff00"}
    key = {"idempotency-key": new_id()}
    blocker = desk.owner.post("/api/v1/labels", body).json()
    assert desk.owner.post("/api/v1/labels", body, **key).status_code == 409
    desk.owner.http.delete(f"/api/v1/labels/{blocker['label_id']}")
    assert desk.owner.post("/api/v1/labels", body, **key).status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 201, "two words", "naïve"])
def test_a_key_is_short_printable_ascii(desk: RestDesk, key: str) -> None:
    answer = desk.owner.http.post(
        "/api/v1/labels",
        json={"name": "never", "colour": "#00ff00"},
        headers=[(b"idempotency-key", key.encode())],
    )
    assert answer.status_code == 422


def test_a_draft_sent_by_socket_and_by_http_is_one_message(desk: RestDesk) -> None:
    _, path = talk(desk)
    conversation = path.rpartition("/")[2]
    token = desk.owner.post("/api/auth/socket-token").json()["token"]
    with JsonClient(desk.server.port, token) as socket:
        operation = socket.begin("send", where=conversation, text="one draft")
        assert socket.answer(operation)["type"] == "accepted"
    key = {"idempotency-key": operation}
    assert desk.owner.post(f"{path}/messages", {"text": "one draft"}, **key).status_code == 200
    assert texts(desk.owner, path).count("one draft") == 1


def test_secrets_are_kept_nowhere_for_a_repeat(desk: RestDesk) -> None:
    key = {"idempotency-key": new_id()}
    body = {"name": "t", "scopes": ["labels:read"]}
    first, second = (desk.owner.post("/api/v1/tokens", body, **key).json() for _ in range(2))
    assert first["secret"] != second["secret"]
    stored = b"".join(path.read_bytes() for path in desk.server.data.glob("directory.db*"))
    assert first["secret"].encode() not in stored


def test_another_accounts_conversations_are_not_found(desk: RestDesk) -> None:
    _, path = talk(desk, "a secret of ours")
    stranger = desk.other_account("Talk", f"{new_id()}@talk.example")
    assert stranger.get(path).status_code == 404
    assert stranger.get(f"{path}/messages").status_code == 404
    for action, body in (
        ("messages", {"text": "x"}),
        ("notes", {"text": "x"}),
        ("assign", {}),
        ("resolve", {}),
        ("snooze", {"until_ms": 2_000_000_000_000}),
    ):
        assert stranger.post(f"{path}/{action}", body).status_code == 404, action
    assert stranger.upload(f"{path}/files", b"x").status_code == 404
    assert stranger.get("/api/v1/search/messages", q="secret").json()["items"] == []
    assert stranger.get("/api/v1/conversations").json()["items"] == []


def test_search_finds_messages_and_contacts(desk: RestDesk) -> None:
    visitor, path = talk(desk, "where is my 红色雨伞 umbrella")
    visitor.post("/api/widget/contact", {"name": "Umberto Findme"})
    for words in ("umbrella", "雨伞"):
        (found,) = desk.owner.get("/api/v1/search/messages", q=words).json()["items"]
        assert path.endswith(found["conversation_id"])
        begin, end = found["marks"][0]
        assert found["text"][begin:end] == words
    (contact,) = desk.owner.get("/api/v1/search/contacts", q="findme").json()["items"]
    assert visitor.id in contact["visitor_ids"]
    listed = desk.owner.get(f"/api/v1/contacts/{contact['contact_id']}/conversations").json()
    assert [path.endswith(one["conversation_id"]) for one in listed["items"]] == [True]


def test_a_question_is_tried_out_before_visitors_ask_it(desk: RestDesk) -> None:
    body = {"question": "When are you open?", "answer": "From nine to five."}
    made = desk.owner.post("/api/v1/faq", body).json()
    tried = desk.owner.post("/api/v1/faq/test", {"question": "when are you open"}).json()
    assert "From nine to five." in tried["text"]
    assert tried["matches"][0]["faq_id"] == made["faq_id"]
    assert tried["matches"][0]["score"] >= tried["answer_score"]


def test_pages_follow_each_other_without_a_gap_or_a_repeat(desk: RestDesk) -> None:
    paths = [talk(desk)[1] for _ in range(5)]
    seen: list[str] = []
    after = ""
    while True:
        page = desk.owner.get("/api/v1/conversations", limit=2, after=after).json()
        seen += [one["conversation_id"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen))
    assert {path.rpartition("/")[2] for path in paths} <= set(seen)
    for cursor in ("x", "!!!!", "AAAA", "é", "MTIz" * 30):
        answer = desk.owner.get("/api/v1/conversations", after=cursor)
        assert answer.status_code == 422, cursor
