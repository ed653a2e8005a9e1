"""What a widget is told, and by whom it is believed."""

from __future__ import annotations

from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from airdesk.core.kernel import limits
from tests.kit.airdesk_server import wait_until
from tests.kit.json_client import JsonClient
from tests.kit.rest_desk import SITE, RestDesk, proof

TOKEN_EXPIRED, IDENTITY_UNPROVEN = 4102, 4107
SCRIPT = "<script>alert(1)</script>"


def identify(inbox: dict[str, Any], user_id: str, **more: object) -> dict[str, object]:
    return {"user_id": user_id, "hmac": proof(inbox, user_id), **more}


def say(desk: RestDesk, token: str, text: str) -> None:
    """Send a message as a visitor, by the socket, and wait until it is durable."""
    with JsonClient(desk.server.port, token) as socket:
        assert socket.command("send", where=0, text=text)["type"] == "accepted"


def texts(booted: dict[str, Any]) -> list[str]:
    return [event["text"] for event in booted["events"] if event["text"]]


def test_a_visitor_stays_himself_by_his_token(desk: RestDesk) -> None:
    first = desk.boot().json()
    again = desk.boot(token=first["token"]).json()
    other = desk.boot().json()
    assert again["visitor_id"] == first["visitor_id"] != other["visitor_id"]
    assert first["conversation"] is None and first["events"] == []


def test_what_was_acknowledged_is_there_before_the_first_paint(desk: RestDesk) -> None:
    visitor = desk.visitor()
    for text in ("one", "two", "three"):
        say(desk, visitor.token, text)
        booted = desk.boot(token=visitor.token).json()
        assert texts(booted)[-1] == text
    assert booted["conversation"]["visitor"] == visitor.id
    seqs = [event["seq"] for event in booted["events"]]
    assert seqs == sorted(seqs) and booted["at_start"]


def test_private_notes_are_not_in_a_visitors_boot(desk: RestDesk) -> None:
    visitor = desk.visitor()
    say(desk, visitor.token, "hello")
    conversation = desk.boot(token=visitor.token).json()["conversation"]["conversation"]
    path = f"/api/v1/conversations/{conversation}"
    assert desk.owner.post(f"{path}/notes", {"text": "a difficult one"}).status_code == 200
    booted = desk.boot(token=visitor.token)
    assert "a difficult one" not in booted.text
    assert "a difficult one" in desk.owner.get(f"{path}/messages").text


def test_a_token_of_another_inbox_is_no_token_here(desk: RestDesk) -> None:
    other = desk.new_inbox()
    visitor = desk.visitor()
    say(desk, visitor.token, "a secret of the first inbox")
    booted = desk.boot(other, token=visitor.token).json()
    assert booted["visitor_id"] != visitor.id and booted["conversation"] is None


@pytest.mark.parametrize("token", ["nonsense", "é" * 10, "A" * 1000, "lAGU"])
def test_a_bad_token_makes_a_new_visitor(desk: RestDesk, token: str) -> None:
    assert desk.boot(token=token).status_code == 200


def test_a_staffs_token_makes_no_visitor_of_staff(desk: RestDesk) -> None:
    token = desk.owner.post("/api/auth/socket-token").json()["token"]
    assert desk.boot(token=token).json()["visitor_id"] != desk.owner.id


def test_an_unknown_inbox_is_not_found(desk: RestDesk) -> None:
    answer = desk.boot({"inbox_id": "01a20cee-1742-7dea-b8d2-a9b8347b9260"})
    assert answer.status_code == 404
    assert desk.boot({"inbox_id": "x"}).status_code == 422


# Identify -------------------------------------------------------------------------------------


def test_two_devices_of_a_person_see_the_same(desk: RestDesk) -> None:
    claim = identify(desk.inbox, "customer-2")
    first = desk.boot(identify=claim).json()
    say(desk, first["token"], "from my phone")
    second = desk.boot(identify=claim).json()
    assert second["visitor_id"] == first["visitor_id"]
    assert texts(second) == ["from my phone"]
    assert second["contact"]["is_verified"]


@pytest.mark.parametrize("wrong", ["", "0" * 64, "x", "é"])
def test_a_wrong_proof_is_refused(desk: RestDesk, wrong: str) -> None:
    answer = desk.boot(identify={"user_id": "customer-3", "hmac": wrong})
    assert (answer.status_code, answer.json()["number"]) == (403, IDENTITY_UNPROVEN)
    assert "token" not in answer.json()


def test_a_proof_is_for_one_name_and_one_inbox(desk: RestDesk) -> None:
    other = desk.new_inbox()
    for claim in (
        {"user_id": "customer-5", "hmac": proof(desk.inbox, "customer-4")},
        {"user_id": "customer-4", "hmac": proof(other, "customer-4")},
    ):
        assert desk.boot(identify=claim).status_code == 403


def test_a_proof_by_the_old_secret_is_void(desk: RestDesk) -> None:
    inbox = desk.new_inbox()
    assert desk.boot(inbox, identify=identify(inbox, "a")).status_code == 200
    path = f"/api/v1/inboxes/{inbox['inbox_id']}/identify-secret"
    new = desk.owner.post(path).json()
    assert desk.boot(inbox, identify=identify(inbox, "a")).status_code == 403
    assert desk.boot(inbox, identify=identify({**inbox, **new}, "a")).status_code == 200


def test_where_proof_is_required_nobody_gets_a_token_without(desk: RestDesk) -> None:
    inbox = desk.new_inbox()
    guest = desk.visitor(inbox)
    path = f"/api/v1/inboxes/{inbox['inbox_id']}"
    assert desk.owner.http.patch(path, json={"identify_required": True}).status_code == 200
    for said in ({}, {"token": guest.token}, {"token": desk.visitor().token}):
        answer = desk.boot(inbox, **said)
        assert (answer.status_code, answer.json()["number"]) == (403, IDENTITY_UNPROVEN)
    assert guest.get("/api/widget/presence").status_code == 403
    body = {"inbox": inbox["inbox_id"]}
    assert desk.client().post("/api/visitor-token", json=body).status_code == 403
    known = desk.boot(inbox, identify=identify(inbox, "a")).json()
    assert desk.boot(inbox, token=known["token"]).json()["visitor_id"] == known["visitor_id"]


def test_an_old_guests_token_opens_no_socket_where_proof_is_required(desk: RestDesk) -> None:
    inbox = desk.new_inbox()
    guest = desk.visitor(inbox)
    path = f"/api/v1/inboxes/{inbox['inbox_id']}"
    assert desk.owner.http.patch(path, json={"identify_required": True}).status_code == 200
    known = desk.visitor(inbox, identify=identify(inbox, "socket"))
    with JsonClient(desk.server.port, known.token) as socket:
        assert socket.welcome["you"] == known.id
    wait_until(lambda: _refused_hello(desk, guest.token) == IDENTITY_UNPROVEN, "a closed door")


def test_a_guests_open_socket_closes_when_proof_becomes_required(desk: RestDesk) -> None:
    inbox = desk.new_inbox()
    guest = desk.visitor(inbox)
    known = desk.visitor(inbox, identify=identify(inbox, "stays"))
    path = f"/api/v1/inboxes/{inbox['inbox_id']}"
    with (
        JsonClient(desk.server.port, guest.token) as out,
        JsonClient(desk.server.port, known.token) as stays,
    ):
        assert desk.owner.http.patch(path, json={"identify_required": True}).status_code == 200
        assert out.close_code() == IDENTITY_UNPROVEN
        assert stays.command("send", where=0, text="still here")["type"] == "accepted"


def test_a_renewed_key_voids_every_token_of_before(desk: RestDesk) -> None:
    inbox = desk.new_inbox()
    guest = desk.visitor(inbox)
    known = desk.visitor(inbox, identify=identify(inbox, "regular"))
    elsewhere = desk.visitor()
    say(desk, guest.token, "from a lost telephone")
    say(desk, known.token, "from my telephone")
    with (
        JsonClient(desk.server.port, guest.token) as socket,
        JsonClient(desk.server.port, elsewhere.token) as other,
    ):
        path = f"/api/v1/inboxes/{inbox['inbox_id']}/visitor-key"
        assert desk.owner.post(path).json()["visitor_key_epoch"] == 1
        assert socket.close_code() == TOKEN_EXPIRED
        assert other.command("send", where=0, text="another door")["type"] == "accepted"
    for old in (guest, known):
        assert old.get("/api/widget/presence").status_code == 401
        assert _refused_hello(desk, old.token) == TOKEN_EXPIRED
    anew = desk.boot(inbox, token=guest.token).json()
    assert anew["visitor_id"] != guest.id and texts(anew) == []
    assert _refused_hello(desk, anew["token"]) == 0
    back = desk.boot(inbox, token=known.token, identify=identify(inbox, "regular")).json()
    assert back["visitor_id"] == known.id and texts(back) == ["from my telephone"]
    (row,) = desk.owner.get("/api/v1/audit", limit=1).json()["items"]
    assert (row["action"], row["subject"]["id"]) == ("inbox.changed", inbox["inbox_id"])
    assert [row[when]["visitor_key_epoch"] for when in ("before", "after")] == [0, 1]


def test_who_waits_is_told_his_place_before_the_first_paint(desk: RestDesk) -> None:
    inbox = desk.new_inbox()
    waiting = [desk.visitor(inbox) for _ in range(2)]
    for one in waiting:
        say(desk, one.token, "is anybody here?")
    first, second = (desk.boot(inbox, token=one.token).json() for one in waiting)
    places = [one["conversation"]["place"] for one in (first, second)]
    assert 0 < places[0] < places[1] == second["waiting"]


@pytest.mark.parametrize(
    ("path", "body", "limit"),
    [
        ("/api/widget/contact", {"name": "Eve"}, limits.CONTACT_CHANGES_MAX),
        ("/api/widget/pages", {"views": []}, limits.TRAILS_MAX),
    ],
)
def test_what_a_visitor_tells_of_himself_has_a_quota(
    desk: RestDesk, path: str, body: dict[str, object], limit: int
) -> None:
    eager, other = desk.visitor(), desk.visitor()
    answers = {eager.post(path, body).status_code for _ in range(limit)}
    assert answers == {200}
    refused = eager.post(path, body)
    assert (refused.status_code, refused.headers["content-type"]) == (
        429,
        "application/problem+json",
    )
    assert int(refused.headers["retry-after"]) > 0
    assert other.post(path, body).status_code == 200


def _refused_hello(desk: RestDesk, token: str) -> int:
    """Say hello and give the number with which it is refused; 0 if it is not."""
    try:
        JsonClient(desk.server.port, token).close()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else 0
    return 0


def test_what_a_guest_said_goes_with_him_when_he_is_named(desk: RestDesk) -> None:
    guest = desk.visitor()
    say(desk, guest.token, "before I logged in")
    guest.post("/api/widget/contact", {"name": "Gina", "email": "gina@example.com"})
    named = desk.boot(token=guest.token, identify=identify(desk.inbox, "gina")).json()
    assert named["visitor_id"] != guest.id
    assert texts(named) == ["before I logged in"]
    assert named["contact"] == {"name": "Gina", "email": "gina@example.com", "is_verified": True}


def test_on_a_shared_computer_the_second_person_gets_nothing_of_the_first(desk: RestDesk) -> None:
    guest = desk.visitor()
    say(desk, guest.token, "a secret of the first person")
    first = desk.boot(token=guest.token, identify=identify(desk.inbox, "first")).json()
    for token in (guest.token, first["token"]):
        second = desk.boot(token=token, identify=identify(desk.inbox, "second")).json()
        assert texts(second) == [] and second["conversation"] is None
    assert texts(desk.boot(token=first["token"]).json()) == ["a secret of the first person"]


def test_a_guest_who_was_named_shows_nothing_any_more(desk: RestDesk) -> None:
    guest = desk.visitor()
    say(desk, guest.token, "mine")
    file = guest.upload("/api/widget/files", b"mine, too").json()["file"]
    assert guest.get(f"/api/widget/files/{file['file_id']}").status_code == 200
    named = {"identify": identify(desk.inbox, "gone", name="Greta", email="greta@example.com")}
    for _ in range(2):  # an answer that was lost is asked for again
        person = desk.boot(token=guest.token, **named).json()
        assert texts(person) == ["mine"] and person["contact"]["name"] == "Greta"
    stranger = desk.boot(token=guest.token).json()
    assert texts(stranger) == [] and stranger["visitor_id"] != guest.id
    assert stranger["contact"] == {"name": "", "email": "", "is_verified": False}
    assert guest.get(f"/api/widget/files/{file['file_id']}").status_code == 401
    assert guest.post("/api/widget/contact", {"email": "thief@example.com"}).status_code == 401
    assert desk.boot(**named).json()["contact"]["email"] == "greta@example.com"


def test_a_form_makes_nobody_verified(desk: RestDesk) -> None:
    visitor = desk.visitor()
    answer = visitor.post("/api/widget/contact", {"name": "Eve", "email": "olga@shop.example"})
    assert answer.json() == {"name": "Eve", "email": "olga@shop.example", "is_verified": False}
    for field in ("is_verified", "external_id", "visitor_ids", "contact_id"):
        assert visitor.post("/api/widget/contact", {field: "x"}).status_code == 422


# Words and pages of strangers -----------------------------------------------------------------


def test_html_is_kept_as_the_text_that_it_is(desk: RestDesk) -> None:
    visitor = desk.visitor()
    visitor.post("/api/widget/contact", {"name": SCRIPT, "attributes": {SCRIPT: SCRIPT}})
    views = [{"url": f"{SITE}/?q={SCRIPT}", "title": SCRIPT}]
    assert visitor.post("/api/widget/pages", {"views": views}).status_code == 200
    (contact,) = desk.owner.get("/api/v1/contacts", visitor_id=visitor.id).json()["items"]
    assert contact["name"] == SCRIPT and contact["attributes"] == {SCRIPT: SCRIPT}
    answer = desk.owner.get(f"/api/v1/contacts/{contact['contact_id']}/pages")
    assert answer.json()["items"][0]["title"] == SCRIPT
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript://shop.example/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//shop.example/",
        "/relative",
        "https://",
        "https://shop.example/\n",
        "vbscript:x",
    ],
)
def test_only_addresses_of_the_web_are_kept(desk: RestDesk, url: str) -> None:
    visitor = desk.visitor()
    answer = visitor.post("/api/widget/pages", {"views": [{"url": url, "title": ""}]})
    assert answer.status_code == 422
    assert desk.boot(page={"url": url}).status_code == 422


def test_a_trail_is_bounded(desk: RestDesk) -> None:
    visitor = desk.visitor()
    page = {"url": SITE, "title": "x"}
    assert visitor.post("/api/widget/pages", {"views": [page] * 21}).status_code == 422
    assert visitor.post("/api/widget/pages", {"views": [page] * 20}).status_code == 200


def test_the_config_tells_looks_and_nothing_else(desk: RestDesk) -> None:
    answer = desk.client().get("/api/widget/config", params={"inbox": desk.inbox["inbox_id"]})
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["access-control-allow-origin"] == "*"
    told = answer.json()
    assert told["colour"] == "#2563eb"
    for secret in ("identify_secret", "allowed_origins", "rule", "team_id", "account_id"):
        assert secret not in told
    assert desk.inbox["identify_secret"] not in answer.text


def test_a_site_that_may_not_show_the_chat_gets_no_looks_and_is_told_why(desk: RestDesk) -> None:
    door = desk.new_inbox(allowed_origins=["https://elsewhere.example:8443"])
    query = {"inbox": door["inbox_id"]}
    told = desk.client().get(
        "/api/widget/config", params=query, headers={"origin": "https://elsewhere.example"}
    )
    assert (told.status_code, told.json()["number"]) == (403, 4108)
    assert "https://elsewhere.example" in told.json()["detail"]
    # The loader must be able to read it, or it would ask again for a quarter of an hour.
    assert told.headers["access-control-allow-origin"] == "*"
    for site in ("https://elsewhere.example:8443", desk.address):
        allowed = desk.client().get("/api/widget/config", params=query, headers={"origin": site})
        assert allowed.status_code == 200
        assert "origin" in allowed.headers["vary"].lower()


def test_who_has_not_written_yet_is_offered_what_the_bot_of_this_door_knows(
    desk: RestDesk,
) -> None:
    door = desk.new_inbox(has_bot=True, allowed_origins=[SITE])
    elsewhere = desk.new_inbox(has_bot=True, allowed_origins=[SITE])
    offered = {"answer": "Yes.", "is_suggested": True}
    for entry in (
        {**offered, "question": "Do you ship abroad?", "language": "en"},
        {**offered, "question": "可以退换吗？", "language": "zh", "inbox_id": door["inbox_id"]},
        {**offered, "question": "Only there?", "inbox_id": elsewhere["inbox_id"]},
        {**offered, "question": "Never offered?", "is_suggested": False},
    ):
        assert desk.owner.post("/api/v1/faq", {"language": "en", **entry}).status_code == 200
    told = desk.boot(door).json()["suggestions"]
    assert told == {"zh": ["可以退换吗？"], "en": ["Do you ship abroad?"]}
    # Where no bot listens, a click would ask nobody.
    assert desk.boot().json()["suggestions"] == {"zh": [], "en": []}


def test_agents_are_shown_by_name_alone(desk: RestDesk) -> None:
    visitor = desk.visitor()
    items = visitor.get("/api/widget/agents").json()["items"]
    assert {"id": desk.owner.id, "name": "Olga"} in items
    assert all(set(one) == {"id", "name"} for one in items)
