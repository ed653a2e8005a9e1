"""Two accounts, their people and visitors, and what one of them has and another must not get."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.json_client import JsonClient
from tests.kit.rest import RestCaller
from tests.kit.staff import Account, create, set_up

SECRET_WORDS = "alphasecret"
"""In everything that belongs to the first account."""

_LISTS = (
    "account",
    "members",
    "invitations",
    "teams",
    "inboxes",
    "canned",
    "faq",
    "labels",
    "skills",
    "contacts",
    "conversations",
)


@dataclass
class Guest:
    """A visitor with a conversation and a file in it."""

    rest: RestCaller
    token: str
    visitor_id: str
    conversation_id: str = ""
    file_id: str = ""


@dataclass
class World:
    """What the trials are about: alpha is tried, beta and others try."""

    server: AirDeskServer
    alpha: Account
    beta: Account
    other_inbox_id: str
    """A second inbox of alpha."""
    guest: Guest
    """Alpha's visitor, whose things are tried."""
    neighbour: Guest
    """Another visitor of the same inbox."""
    passer_by: Guest
    """A visitor of alpha's other inbox."""
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def nobody(self) -> RestCaller:
        """Somebody without a credential."""
        return RestCaller(self.server.port)

    def name(self) -> str:
        """Give a new name that nobody else's things have."""
        return f"{SECRET_WORDS}{next(self.numbers)}"

    def plain_name(self) -> str:
        """Give a new name that says nothing of alpha."""
        return f"thing{next(self.numbers)}"

    def made(self, path: str, body: dict[str, Any], name: str) -> dict[str, str]:
        """Let alpha's owner make something; gives its id by name."""
        return {name: str(self.alpha.owner.post(path, body)[name])}

    def snapshot(self) -> dict[str, Any]:
        """Give all that alpha's owner sees, but for times at which somebody was seen."""
        owner = self.alpha.owner
        seen: dict[str, Any] = {}
        for name in _LISTS:
            query = "?limit=100" if name not in ("account", "skills") else ""
            seen[name] = owner.get(f"/api/v1/{name}{query}")
        seen["hours"] = owner.get(f"/api/v1/inboxes/{self.alpha.inbox_id}/hours")
        seen["secret"] = owner.get(f"/api/v1/inboxes/{self.alpha.inbox_id}")
        path = f"/api/v1/conversations/{self.guest.conversation_id}/messages?limit=100"
        seen["messages"] = owner.get(path)
        seen["sessions"] = sorted(
            one["session_id"] for one in owner.get("/api/auth/sessions")["items"]
        )
        return json.loads(json.dumps(seen), object_hook=_without_times)  # type: ignore[no-any-return]


def _without_times(value: dict[str, Any]) -> dict[str, Any]:
    value.pop("last_seen_ms", None)
    value.pop("last_used_ms", None)
    return value


def make_world(server: AirDeskServer) -> World:
    """Set up both accounts, and let visitors speak to alpha."""
    alpha, beta = set_up(server, "alpha"), create(server, "beta")
    # Early, so that routing has heard of it when somebody is handed to it.
    everybody = [one["user_id"] for one in alpha.owner.get("/api/v1/members")["items"]]
    alpha.owner.post("/api/v1/teams", {"name": f"{SECRET_WORDS} team", "member_ids": everybody})
    other = alpha.owner.post("/api/v1/inboxes", {"name": f"{SECRET_WORDS} door"})["inbox_id"]
    guest, neighbour = _come(server, alpha.inbox_id), _come(server, alpha.inbox_id)
    passer_by = _come(server, other)
    world = World(server, alpha, beta, other, guest, neighbour, passer_by)
    for visitor in (guest, neighbour, passer_by):
        _speak(world, visitor)
    return world


def _come(server: AirDeskServer, inbox_id: str) -> Guest:
    said = RestCaller(server.port).post("/api/widget/boot", {"inbox": inbox_id})
    token = said["token"]
    return Guest(RestCaller(server.port, bearer=token), token, said["visitor_id"])


def _speak(world: World, guest: Guest) -> None:
    uploaded = guest.rest.post("/api/widget/files?name=alphasecret.txt", raw=b"alphasecret file")
    guest.file_id = uploaded["file"]["file_id"]
    with JsonClient(world.server.port, guest.token) as client:
        accepted = client.command("send", where=0, text=f"{SECRET_WORDS} words")
        assert accepted["type"] == "accepted", accepted
        sent = client.command("send", where=0, text="", file=uploaded["ticket"])
        assert sent["type"] == "accepted", sent
        row = client.hear("row")
        guest.conversation_id = row["conversation"]
    guest.rest.post("/api/widget/contact", {"name": f"{SECRET_WORDS} guest"})
    path = f"/api/v1/conversations/{guest.conversation_id}/messages"

    def is_seen() -> bool:
        answer = world.alpha.owner.call("GET", path)
        return answer.is_good and len(answer.json["items"]) >= 3

    wait_until(is_seen, "the views follow the log")
