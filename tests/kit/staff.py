"""Accounts of the real program with owner, supervisor and agent, set up as people do it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.command_line import printed_by
from tests.kit.rest import RestCaller

PASSWORD = "a word that nobody guesses 7"

_SETUP = re.compile(r"https?://\S+/setup\S*")
_LINK = re.compile(r"https?://\S+/(?:enter|reset|setup|login|password)\S*")


@dataclass
class Account:
    """An account and those who work for it."""

    name: str
    owner: RestCaller
    supervisor: RestCaller
    agent: RestCaller
    inbox_id: str

    def log_in(self, role: str, port: int) -> RestCaller:
        """Open a further session for one of them."""
        body = {"email": f"{role}@{self.name}.example", "password": PASSWORD}
        return RestCaller(port).logged_in("/api/auth/login", body)


def secret_of(link: str) -> str:
    """Give what a one-time link hides: after the mark, or its last part."""
    _, mark, behind = link.rstrip("/").partition("#")
    return (behind if mark else link.rstrip("/").rpartition("/")[2]).rpartition("=")[2]


def set_up(server: AirDeskServer, name: str) -> Account:
    """Let the first owner come in by the printed link, and invite the others."""
    wait_until(lambda: bool(_SETUP.search(server.stdout)), "the set-up link")
    link = _SETUP.findall(server.stdout)[-1]
    owner = RestCaller(server.port).logged_in(
        "/api/setup",
        {
            "link": secret_of(link),
            "account_name": name,
            "name": f"{name} owner",
            "email": f"owner@{name}.example",
            "password": PASSWORD,
            "site_origin": f"https://{name}.example",
        },
    )
    return _with_others(server, name, owner)


def create(server: AirDeskServer, name: str) -> Account:
    """Make a further account on the command line, beside the running program."""
    words = ("accounts", "create", "--name", name, "--email", f"owner@{name}.example")
    said = printed_by(*words, "--port", server.port, "--data", server.data)
    link = _LINK.findall(said)[-1]
    owner = RestCaller(server.port).logged_in(
        "/api/auth/link", {"link": secret_of(link), "password": PASSWORD}
    )
    return _with_others(server, name, owner)


def _with_others(server: AirDeskServer, name: str, owner: RestCaller) -> Account:
    supervisor = _invited(server, name, owner, "supervisor")
    agent = _invited(server, name, owner, "agent")
    inbox_id = owner.get("/api/v1/inboxes")["items"][0]["inbox_id"]
    return Account(name, owner, supervisor, agent, inbox_id)


def _invited(server: AirDeskServer, name: str, owner: RestCaller, role: str) -> RestCaller:
    email = f"{role}@{name}.example"
    url = owner.post("/api/v1/invitations", {"email": email, "role": role})["url"]
    return RestCaller(server.port).logged_in(
        f"/api/invitations/{secret_of(url)}", {"name": f"{name} {role}", "password": PASSWORD}
    )
