"""Coming in and going out over HTTP, and what keeps others from it."""

from __future__ import annotations

import pytest

from tests.kit.json_client import JsonClient
from tests.kit.rest_desk import COOKIE, CSRF, PASSWORD, RestDesk

ACCESS_REVOKED = 4103
SESSION_ENDED = 4106
REQUEST_FORGED = 4224
PERMISSION_MISSING = 4223


def test_the_set_up_link_works_once(desk: RestDesk) -> None:
    answer = desk.client().post("/api/setup", json=desk.setup_body)
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"
    assert desk.client().get("/api/setup").json() == {"needs_owner": False}


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(desk: RestDesk) -> None:
    client = desk.client()
    answer = client.post(
        "/api/auth/login", json={"email": "olga@shop.example", "password": PASSWORD}
    )
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE)
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie
    assert "secure" not in cookie, "a cookie over plain http would be thrown away"
    proxied = client.post(
        "/api/auth/login",
        json={"email": "olga@shop.example", "password": PASSWORD},
        headers={"x-forwarded-proto": "https"},
    )
    assert "secure" in proxied.headers["set-cookie"].lower()


def test_an_unknown_email_and_a_wrong_password_get_the_same_answer(desk: RestDesk) -> None:
    desk.join("wrong@shop.example")
    answers = [
        desk.client().post("/api/auth/login", json={"email": email, "password": "wrong password"})
        for email in ("wrong@shop.example", "nobody@shop.example")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].json() == answers[1].json()
    assert COOKIE not in answers[0].headers.get("set-cookie", "")


def test_nobody_gets_in_without_a_credential(desk: RestDesk) -> None:
    for headers in (
        {},
        {"cookie": f"{COOKIE}=nonsense"},
        {"cookie": f"{COOKIE}={'x' * 5000}"},
        {"authorization": "Bearer adt_nonsense"},
        {"authorization": "Bearer nonsense"},
        {"authorization": "Basic b2xnYTpwYXNz"},
    ):
        answer = desk.client().get("/api/v1/members", headers=headers)
        assert answer.status_code == 401, headers
        assert answer.json()["status"] == 401


def test_a_visitors_token_opens_nothing_of_the_desk(desk: RestDesk) -> None:
    visitor = desk.visitor()
    assert visitor.get("/api/v1/conversations").status_code == 401
    assert visitor.get("/api/auth/session").status_code == 401


def test_a_session_opens_nothing_of_the_widget(desk: RestDesk) -> None:
    socket_token = desk.owner.post("/api/auth/socket-token").json()["token"]
    answer = desk.client().get(
        "/api/widget/presence", headers={"authorization": f"Bearer {socket_token}"}
    )
    assert answer.status_code == 401
    assert desk.owner.get("/api/widget/presence").status_code == 401


def test_a_change_without_the_csrf_word_is_refused(desk: RestDesk) -> None:
    agent = desk.join("csrf@shop.example")
    before = agent.http.headers.pop(CSRF)
    for headers in ({}, {CSRF: ""}, {CSRF: "wrong"}):
        answer = agent.post("/api/v1/canned", {"shortcut": "forged", "text": "x"}, **headers)
        assert (answer.status_code, answer.json()["number"]) == (403, REQUEST_FORGED)
    answer = agent.post("/api/v1/canned", {"shortcut": "honest", "text": "x"}, **{CSRF: before})
    assert answer.status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "file://"])
def test_a_change_from_another_origin_is_refused(desk: RestDesk, origin: str) -> None:
    answer = desk.owner.post("/api/v1/labels", {"name": "x", "colour": "#000000"}, origin=origin)
    assert (answer.status_code, answer.json()["number"]) == (403, REQUEST_FORGED)
    body = {"email": "olga@shop.example", "password": PASSWORD}
    login = desk.client().post("/api/auth/login", json=body, headers={"origin": origin})
    assert login.json()["number"] == REQUEST_FORGED


def test_a_change_from_our_own_origin_is_taken(desk: RestDesk) -> None:
    answer = desk.owner.post(
        "/api/v1/labels", {"name": "own", "colour": "#000000"}, origin=desk.address
    )
    assert answer.status_code == 200


def test_a_form_of_another_site_is_no_json(desk: RestDesk) -> None:
    answer = desk.client().post(
        "/api/auth/login",
        content=b'{"email": "olga@shop.example", "password": "x"}',
        headers={"content-type": "text/plain"},
    )
    assert answer.status_code == 422


def test_no_answer_of_the_api_may_be_read_by_another_site(desk: RestDesk) -> None:
    answer = desk.owner.http.get("/api/auth/session", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_log_out_ends_the_session_and_its_socket(desk: RestDesk) -> None:
    agent = desk.join("leaver@shop.example")
    token = agent.post("/api/auth/socket-token").json()["token"]
    with JsonClient(desk.server.port, token) as socket:
        assert agent.post("/api/auth/logout").status_code == 200
        assert socket.close_code() == ACCESS_REVOKED
    answer = agent.get("/api/auth/session")
    assert (answer.status_code, answer.json()["number"]) == (401, SESSION_ENDED)


def test_an_owner_ends_the_log_in_of_a_lost_laptop_and_the_seat_stays(desk: RestDesk) -> None:
    agent = desk.join("laptop@shop.example")
    path = f"/api/v1/members/{agent.id}/sessions"
    token = agent.post("/api/auth/socket-token").json()["token"]
    with JsonClient(desk.server.port, token) as socket:
        (row,) = desk.owner.get(path).json()["items"]
        assert not row["is_current"]
        assert agent.get(path).status_code == 403
        assert desk.owner.http.delete(f"{path}/{row['session_id']}").status_code == 200
        assert socket.close_code() == ACCESS_REVOKED
    assert agent.get("/api/auth/session").status_code == 401
    again = desk.log_in("laptop@shop.example")
    assert desk.owner.http.delete(path).json() == {"ended": 1}
    assert again.get("/api/auth/session").status_code == 401
    newest = desk.owner.get("/api/v1/audit", limit=2).json()["items"]
    told = [(one["action"], one["subject"]["id"], one["actor"]["name"]) for one in newest]
    assert told[0] == ("member.session_ended", agent.id, "Olga")


def test_a_person_ends_only_sessions_of_his_own(desk: RestDesk) -> None:
    agent = desk.join("two@shop.example")
    second = desk.log_in("two@shop.example")
    rows = agent.get("/api/auth/sessions").json()["items"]
    assert [row["is_current"] for row in rows].count(True) == 1
    (other,) = [row for row in rows if not row["is_current"]]
    path = f"/api/auth/sessions/{other['session_id']}"
    assert desk.owner.http.delete(path).status_code == 404
    assert agent.http.delete(path).status_code == 200
    assert second.get("/api/auth/session").status_code == 401


def test_a_new_password_ends_all_other_sessions(desk: RestDesk) -> None:
    agent = desk.join("newpass@shop.example")
    second = desk.log_in("newpass@shop.example")
    wrong = agent.post("/api/auth/password", {"old": "wrong password", "new": "another password"})
    assert wrong.status_code == 403
    new = agent.post("/api/auth/password", {"old": PASSWORD, "new": "quite another one"})
    assert new.status_code == 200
    assert second.get("/api/auth/session").status_code == 401
    assert agent.get("/api/auth/session").status_code == 200


def test_an_agent_may_not_do_what_owners_do(desk: RestDesk) -> None:
    agent = desk.join("plain@shop.example")
    for answer in (
        agent.post("/api/v1/invitations", {"email": "x@shop.example", "role": "owner"}),
        agent.http.patch(f"/api/v1/members/{agent.id}", json={"role": "owner"}),
        agent.get("/api/v1/audit"),
        agent.post(f"/api/v1/inboxes/{desk.inbox['inbox_id']}/identify-secret"),
    ):
        assert (answer.status_code, answer.json()["number"]) == (403, PERMISSION_MISSING)
    inbox = agent.get(f"/api/v1/inboxes/{desk.inbox['inbox_id']}").json()
    assert inbox["identify_secret"] is None


def test_an_api_token_does_what_its_scopes_say_and_no_more(desk: RestDesk) -> None:
    agent = desk.join("robot@shop.example")
    too_much = agent.post("/api/v1/tokens", {"name": "t", "scopes": ["members:write"]})
    assert too_much.status_code == 422
    made = agent.post("/api/v1/tokens", {"name": "t", "scopes": ["labels:read"]}).json()
    bearer = {"authorization": f"Bearer {made['secret']}"}
    robot = desk.client()
    assert robot.get("/api/v1/labels", headers=bearer).status_code == 200
    assert robot.get("/api/v1/members", headers=bearer).status_code == 403
    more = robot.post(
        "/api/v1/tokens", json={"name": "u", "scopes": ["labels:read"]}, headers=bearer
    )
    assert more.status_code == 403
    assert robot.get("/api/auth/sessions", headers=bearer).status_code == 401
    assert made["secret"] not in agent.get("/api/v1/tokens").text
    assert agent.http.delete(f"/api/v1/tokens/{made['token_id']}").status_code == 200
    assert robot.get("/api/v1/labels", headers=bearer).status_code == 401


def test_another_account_finds_nothing_of_ours(desk: RestDesk) -> None:
    stranger = desk.other_account("Other", "stranger@other.example")
    label = desk.owner.post("/api/v1/labels", {"name": "ours", "colour": "#ff0000"}).json()
    for path in (
        f"/api/v1/labels/{label['label_id']}",
        f"/api/v1/inboxes/{desk.inbox['inbox_id']}",
        f"/api/v1/members/{desk.owner.id}",
    ):
        assert desk.owner.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
        assert stranger.http.patch(path, json={"name": "theirs"}).status_code in (404, 422)
        assert stranger.http.delete(path).status_code in (404, 405)
    assert all(one["name"] != "ours" for one in stranger.get("/api/v1/labels").json()["items"])


def test_every_change_is_in_the_audit_without_secrets(desk: RestDesk) -> None:
    made = desk.owner.post("/api/v1/tokens", {"name": "audited", "scopes": ["labels:read"]}).json()
    row = desk.owner.get("/api/v1/audit", limit=1).json()["items"][0]
    assert (row["action"], row["actor"]["name"]) == ("token.added", "Olga")
    assert row["after"]["name"] == "audited" and row["before"] is None
    audit = desk.owner.get("/api/v1/audit", limit=100).text
    assert made["secret"] not in audit
    assert desk.inbox["identify_secret"] not in audit
    assert "argon2" not in audit
