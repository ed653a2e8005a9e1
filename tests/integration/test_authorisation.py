"""Nobody gets in where he has no right: every REST route and every socket command is tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.authorisation.routes import (
    AGENT,
    OWNER,
    ROUTES,
    SUPERVISOR,
    Row,
    least_role,
)
from tests.integration.authorisation.world import SECRET_WORDS, World, make_world
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.rest import Answer, RestCaller

UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 401, 403, 404

STAFF_ROUTES = [name for name, row in ROUTES.items() if row.needs not in ("public", "visitor")]
VISITOR_ROUTES = [name for name, row in ROUTES.items() if row.needs == "visitor"]

_ORDER = (AGENT, SUPERVISOR, OWNER)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with AirDeskServer(tmp_path_factory.mktemp("authorisation"), agents=0) as server:
        yield make_world(server)


class Trial:
    """One route, with what its path names made once."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.method, self._path = name.split()
        self.row: Row = ROUTES[name]
        self._ids = self.row.ids(world) if self.row.ids is not None else {}
        self._body = self.row.body(world) if self.row.body is not None else None

    def by(self, caller: RestCaller) -> Answer:
        """Let somebody try it."""
        path = self._path.format(**self._ids) + self.row.query
        return caller.call(self.method, path, self._body, self.row.raw)

    def snapshot(self) -> Any:
        """Give what this route might change."""
        return None if self.method == "GET" else self.world.snapshot()

    def refuses(self, who: str, caller: RestCaller, *statuses: int) -> None:
        """Check that it refuses somebody in words, and says nothing of what is there."""
        answer = self.by(caller)
        said = f"{self.method} {self._path} as {who}: {answer.status} {answer.content[:200]!r}"
        assert answer.status in statuses, said
        assert answer.headers["content-type"] == "application/problem+json", said
        assert answer.json["status"] == answer.status, said
        assert SECRET_WORDS.encode() not in answer.content, said

    def lets_in(self, who: str, caller: RestCaller) -> None:
        """Check that it lets somebody in."""
        answer = self.by(caller)
        said = f"{self.method} {self._path} as {who}: {answer.status} {answer.content[:300]!r}"
        assert answer.status in self.row.good, said


def test_every_route_has_its_row_and_says_the_same(world: World) -> None:
    described = world.nobody.get("/openapi.json")
    found = {
        f"{method.upper()} {path}": operation["x-permission"]
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }
    assert found == {name: row.needs for name, row in ROUTES.items()}


@pytest.mark.parametrize("name", STAFF_ROUTES)
def test_a_route_of_the_staff_refuses_whoever_has_no_right(world: World, name: str) -> None:
    trial = Trial(world, name)
    row = trial.row
    before = trial.snapshot()
    trial.refuses("nobody", world.nobody, UNAUTHORIZED)
    for who, guest in (("the visitor", world.guest), ("another", world.neighbour)):
        trial.refuses(who, guest.rest, UNAUTHORIZED)
    trial.refuses("a revoked session", revoked(world), UNAUTHORIZED)
    trial.refuses("a made-up session", RestCaller(world.server.port, cookie="x" * 43), UNAUTHORIZED)
    owner = world.alpha.owner
    if trial.method != "GET":
        cookie_alone = RestCaller(world.server.port, cookie=owner.cookie)
        trial.refuses("a cookie without its word", cookie_alone, FORBIDDEN)
        stolen = RestCaller(world.server.port, cookie=owner.cookie, csrf=world.beta.owner.csrf)
        trial.refuses("another session's word", stolen, FORBIDDEN)
        elsewhere = RestCaller(
            world.server.port, cookie=owner.cookie, csrf=owner.csrf, origin="https://evil.example"
        )
        trial.refuses("another site", elsewhere, FORBIDDEN)
    if row.needs == "session":
        trial.refuses("an API token", token(world, "account:read"), UNAUTHORIZED)
    elif row.needs != "staff":
        trial.refuses("a token without the scope", token_without(world, row.needs), FORBIDDEN)
        for role in _ORDER[: _ORDER.index(least_role(row.needs))]:
            trial.refuses(role, getattr(world.alpha, role), FORBIDDEN)
    if row.ids is not None:
        trial.refuses("another account's owner", world.beta.owner, NOT_FOUND)
    if row.is_own:
        trial.refuses("a colleague", world.alpha.supervisor, NOT_FOUND)
    assert trial.snapshot() == before


@pytest.mark.parametrize("name", [n for n in STAFF_ROUTES if ROUTES[n].ids is None])
def test_a_route_without_a_name_in_it_shows_another_account_nothing(
    world: World, name: str
) -> None:
    if name == "POST /api/auth/logout":
        return  # it says nothing to anybody
    trial = Trial(world, name)
    before = trial.snapshot()
    answer = trial.by(world.beta.owner)
    assert answer.status in trial.row.good, answer.content
    if trial.method == "GET":
        assert SECRET_WORDS.encode() not in answer.content
        for one in (world.guest.visitor_id, world.guest.conversation_id, world.alpha.inbox_id):
            assert one.encode() not in answer.content
    assert trial.snapshot() == before


@pytest.mark.parametrize("name", STAFF_ROUTES)
def test_a_route_of_the_staff_lets_in_whoever_has_the_right(world: World, name: str) -> None:
    row = ROUTES[name]
    if name == "POST /api/auth/logout":
        Trial(world, name).lets_in("an owner", world.alpha.log_in(OWNER, world.server.port))
        return
    Trial(world, name).lets_in("the owner", world.alpha.owner)
    if row.needs in ("session", "staff"):
        return
    Trial(world, name).lets_in("a token of this scope", token(world, row.needs))
    if not row.is_own:
        role = least_role(row.needs)
        Trial(world, name).lets_in(role, getattr(world.alpha, role))


@pytest.mark.parametrize("name", VISITOR_ROUTES)
def test_a_route_of_visitors_is_for_the_visitor_alone(world: World, name: str) -> None:
    trial = Trial(world, name)
    before = trial.snapshot()
    forged = RestCaller(world.server.port, bearer=world.guest.token[:-4] + "AAAA")
    strange: list[tuple[str, RestCaller]] = [
        ("nobody", world.nobody),
        ("the owner", world.alpha.owner),
        ("an API token", token(world, "conversations:read")),
        ("a forged token", forged),
    ]
    for who, caller in strange:
        trial.refuses(who, caller, UNAUTHORIZED)
    if trial.row.ids is not None:
        for who, guest in (("a neighbour", world.neighbour), ("a passer-by", world.passer_by)):
            trial.refuses(who, guest.rest, NOT_FOUND)
    assert trial.snapshot() == before
    trial.lets_in("the visitor", world.guest.rest)


def test_what_one_visitor_says_of_himself_changes_nobody_else(world: World) -> None:
    before = contact_of(world, world.guest.visitor_id)
    for guest in (world.neighbour, world.passer_by):
        guest.rest.post("/api/widget/contact", {"name": "somebody else", "phone": "123"})
    assert contact_of(world, world.guest.visitor_id) == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/invitations", {"email": "x@beta.example", "team_ids": ["team_id"]}),
        ("/api/v1/teams", {"name": "theirs", "member_ids": ["user_id"]}),
        ("/api/v1/inboxes", {"name": "theirs", "team_id": "team_id"}),
        ("/api/v1/faq", {"question": "q", "answer": "a", "inbox_id": "inbox_id"}),
    ],
)
def test_a_body_cannot_name_what_another_account_has(
    world: World, path: str, body: dict[str, Any]
) -> None:
    owner = world.alpha.owner
    theirs = {
        "team_id": owner.post("/api/v1/teams", {"name": world.name()})["team_id"],
        "user_id": owner.get("/api/v1/members")["items"][0]["user_id"],
        "inbox_id": world.alpha.inbox_id,
    }
    named = {
        key: [theirs[one] for one in value] if isinstance(value, list) else theirs.get(value, value)
        for key, value in body.items()
    }
    answer = world.beta.owner.call("POST", path, named)
    assert answer.status in (NOT_FOUND, 422), answer.content


def test_nobody_gives_a_token_more_than_he_has(world: World) -> None:
    wish = {"name": "too much", "scopes": ["account:read", "audit:read"]}
    answer = world.alpha.agent.call("POST", "/api/v1/tokens", wish)
    if answer.is_good:
        caller = RestCaller(world.server.port, bearer=answer.json["secret"])
        assert caller.call("GET", "/api/v1/audit").status == FORBIDDEN
    else:
        assert answer.status in (FORBIDDEN, 422)


def contact_of(world: World, visitor_id: str) -> Any:
    """Give what alpha knows of a visitor, but for when he was seen."""
    path = f"/api/v1/contacts?visitor_id={visitor_id}"
    found = world.alpha.owner.get(path)["items"][0]
    return {name: value for name, value in found.items() if name != "last_seen_ms"}


TOKENS_KEPT = 30
"""API tokens at once, for the trials; the product allows a few more."""

_tokens: dict[tuple[int, str], tuple[RestCaller, str]] = {}
_revoked: dict[int, RestCaller] = {}


def token(world: World, *scopes: str) -> RestCaller:
    """Give an API token of alpha's owner."""
    port, name = world.server.port, " ".join(sorted(scopes))
    owner = world.alpha.owner
    if (port, name) not in _tokens:
        while len(_tokens) >= TOKENS_KEPT:
            _, token_id = _tokens.pop(next(iter(_tokens)))
            owner.call("DELETE", f"/api/v1/tokens/{token_id}")
        made = owner.post("/api/v1/tokens", {"name": name[:40], "scopes": list(scopes)})
        _tokens[port, name] = (RestCaller(port, bearer=made["secret"]), made["token_id"])
    return _tokens[port, name][0]


def token_without(world: World, permission: str) -> RestCaller:
    """Give an API token that may do everything but one thing."""
    own = world.alpha.owner.get("/api/auth/session")["permissions"]
    return token(world, *[one for one in own if one != permission])


def revoked(world: World) -> RestCaller:
    """Give an owner's session that has ended."""
    port = world.server.port
    if port not in _revoked:
        _revoked[port] = world.alpha.log_in(OWNER, port)
        _revoked[port].post("/api/auth/logout")
    return _revoked[port]
