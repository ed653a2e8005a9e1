"""OpenAPI says what is there, and nothing that fits or does not fit it breaks the server."""

from __future__ import annotations

import json
import socket
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from airdesk.app.api.application import described_application
from airdesk.app.api.openapi import route_table
from airdesk.core.kernel import Permission
from tests.kit.rest_desk import RestDesk

EXAMPLES = 4
"""Of each operation and credential; together about a minute."""

ENDING = ("/auth/logout", "/auth/password", "/auth/sessions/{session_id}", "/members/{user_id}")
"""Operations that would end the credential of the test itself."""

HARMLESS = ("/api/v1/faq/test", "/api/auth/socket-token")
"""POST because of what is sent or told, though nothing is changed."""

APP = described_application()
DESCRIPTION: dict[str, Any] = json.loads(json.dumps(APP.openapi()))
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)


def test_every_operation_has_an_id_of_its_own() -> None:
    ids = [row.operation_id for row in route_table(APP)]
    assert len(ids) == len(set(ids))


def test_every_route_says_whom_it_lets_in_and_what_it_does() -> None:
    for row in route_table(APP):
        operation = DESCRIPTION["paths"][row.path][row.method.lower()]
        assert operation["x-permission"] == (row.permission or row.credential.value)
        assert row.summary.endswith("."), row.path
        if row.path.startswith("/api/v1/"):
            assert row.permission in set(Permission), row.path


def test_reading_needs_no_permission_to_write() -> None:
    # Where people are logged in is read by who may end it; who is there, by who hands chats on.
    listing = {
        ("GET", "/api/v1/invitations"),
        ("GET", "/api/v1/tokens"),
        ("GET", "/api/v1/members/{user_id}/sessions"),
        ("GET", "/api/v1/presence"),
    }
    for row in route_table(APP):
        if row.permission.endswith(":read") and row.path not in HARMLESS:
            assert row.method == "GET", row.path
        if row.permission.endswith(":write") and (row.method, row.path) not in listing:
            assert row.method != "GET", row.path


def test_the_served_description_is_the_one_of_the_code(desk: RestDesk) -> None:
    assert desk.client().get("/openapi.json").json() == DESCRIPTION


@pytest.fixture(scope="module")
def credentials(desk: RestDesk) -> dict[str, dict[str, str]]:
    """Headers of somebody who is let in, by what OpenAPI says of an operation."""
    owner = desk.owner.http
    cookie = "; ".join(f"{name}={value}" for name, value in owner.cookies.items())
    return {
        "staff": {"cookie": cookie, "x-airdesk-csrf": owner.headers["x-airdesk-csrf"]},
        "visitor": {"authorization": f"Bearer {desk.visitor().token}"},
        "public": {},
    }


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_input_breaks_the_server(
    case: schemathesis.Case[Any], desk: RestDesk, credentials: dict[str, dict[str, str]]
) -> None:
    allowed = case.operation.definition.raw["x-permission"]
    kind = allowed if allowed in credentials else "staff"
    if case.operation.path.endswith(ENDING) and case.method != "GET":
        kind = "public"
    case.call_and_validate(
        base_url=desk.address, headers=credentials[kind], checks=[not_a_server_error]
    )


BAD_BODIES = {
    "no JSON": b"{",
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "a NUL": b'{"name": "a\\u0000b", "colour": "#000000"}',
    "half a pair": b'{"name": "\\ud800", "colour": "#000000"}',
    "half a pair as a name": b'{"\\ud800": 1}',
    "a huge number": b'{"name": ' + b"9" * 10_000 + b"}",
    "a number beyond 64 bits": b'{"name": 99999999999999999999}',
    "no number": b'{"name": NaN}',
    "infinity": b'{"name": 1e999}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"name":' * 20_000,
    "a list": b"[]",
    "null": b"null",
    "a text": b'"x"',
    "nothing": b"",
    "too long": b'{"name": "' + b"x" * 300_000 + b'"}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
@pytest.mark.parametrize(
    "path", ["/api/v1/labels", "/api/auth/login", "/api/widget/boot", "/api/visitor-token"]
)
def test_a_bad_body_is_the_callers_fault(desk: RestDesk, path: str, body: bytes) -> None:
    answer = desk.owner.http.post(path, content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code and problem["number"] >= 4000


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/labels/%00",
        "/api/v1/labels?after=%00",
        "/api/v1/labels?after=%ff",
        "/api/v1/labels?limit=" + "9" * 5000,
        "/api/v1/labels?limit=-1",
        "/api/v1/conversations/x/messages?before=" + "9" * 30,
        "/api/v1/search/messages?q=%00",
        "/api/v1/search/messages?q=" + "x" * 10_000,
        "/api/v1/search/messages?q=%22%20OR%20*%20NEAR(",
        "/api/v1/contacts?query=%25_%27%3B--",
        "/api/v1/%ff%fe",
        "/api/invitations/%2e%2e%2f",
        "//api/v1/labels",
    ],
)
def test_a_bad_address_is_the_callers_fault(desk: RestDesk, target: str) -> None:
    head = [f"GET {target} HTTP/1.1", "host: x", "connection: close"]
    head += [f"cookie: airdesk_session={desk.owner.http.cookies['airdesk_session']}"]
    with socket.create_connection(("127.0.0.1", desk.server.port), timeout=20) as raw:
        raw.sendall("\r\n".join(head).encode() + b"\r\n\r\n")
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    status = int(answer.split(b" ", 2)[1])
    assert status == 200 or 400 <= status < 500, answer


@pytest.mark.parametrize("name", ["authorization", "cookie", "x-airdesk-csrf", "idempotency-key"])
def test_odd_headers_are_the_callers_fault(desk: RestDesk, name: str) -> None:
    for value in (b"\xff\xfe", b"x" * 10_000, b"", b"Bearer \xe9", b"airdesk_session=\xff"):
        answer = httpx2.post(
            f"{desk.address}/api/v1/labels", json={}, headers=[(name.encode(), value)]
        )
        assert 400 <= answer.status_code < 500
