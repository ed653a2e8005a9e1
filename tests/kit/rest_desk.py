"""An installation with an owner, as people meet it over HTTP: the real program, the real client."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.command_line import printed_by

PASSWORD = "correct horse battery"
CSRF = "x-airdesk-csrf"
COOKIE = "airdesk_session"
SITE = "https://shop.example"

_SETUP = re.compile(r"#link=(\S+)")


@dataclass
class Person:
    """Somebody with a session or a visitor's token."""

    http: httpx2.Client
    id: str
    token: str = ""

    def get(self, path: str, **query: Any) -> httpx2.Response:
        """Read."""
        return self.http.get(path, params=query)

    def post(self, path: str, body: object = None, **headers: str) -> httpx2.Response:
        """Do."""
        return self.http.post(path, json={} if body is None else body, headers=headers)

    def upload(self, path: str, data: bytes, name: str = "file") -> httpx2.Response:
        """Send bytes."""
        kind = {"content-type": "application/octet-stream"}
        return self.http.post(path, params={"name": name}, content=data, headers=kind)


class RestDesk:
    """One server without the built-in account.

    Args:
        server: it runs.
    """

    def __init__(self, server: AirDeskServer) -> None:
        self._meet(server)
        wait_until(lambda: bool(_SETUP.search(server.stdout)), "the link to set up")
        link = _SETUP.findall(server.stdout)[-1]
        self.setup_body = {
            "link": link,
            "account_name": "Shop",
            "name": "Olga",
            "email": "olga@shop.example",
            "password": PASSWORD,
            "site_origin": SITE,
        }
        client = self.client()
        self.owner = self._let_in(client, client.post("/api/setup", json=self.setup_body))
        (inbox,) = self.owner.get("/api/v1/inboxes").json()["items"]
        self.inbox: dict[str, Any] = inbox

    @classmethod
    def of_old(cls, server: AirDeskServer) -> RestDesk:
        """Come to an installation that was set up before, in the same way."""
        desk = cls.__new__(cls)
        desk._meet(server)
        desk.owner = desk.log_in("olga@shop.example")
        desk.inbox = desk.owner.get("/api/v1/inboxes").json()["items"][0]
        return desk

    def _meet(self, server: AirDeskServer) -> None:
        self.server = server
        self._clients: list[httpx2.Client] = []
        self.address = f"http://127.0.0.1:{server.port}"

    def client(self) -> httpx2.Client:
        """Make a browser of nobody's."""
        client = httpx2.Client(base_url=self.address, timeout=20)
        self._clients.append(client)
        return client

    def close(self) -> None:
        """Hang up all browsers."""
        for client in self._clients:
            client.close()

    def _let_in(self, client: httpx2.Client, answer: httpx2.Response) -> Person:
        assert answer.status_code == 200, answer.text
        client.headers[CSRF] = answer.json()["csrf"]
        return Person(client, answer.json()["user"]["user_id"])

    def log_in(self, email: str) -> Person:
        """Log in with the password that everybody has."""
        client = self.client()
        body = {"email": email, "password": PASSWORD}
        return self._let_in(client, client.post("/api/auth/login", json=body))

    def join(self, email: str, role: str = "agent", by: Person | None = None) -> Person:
        """Invite somebody, who accepts."""
        body = {"email": email, "role": role}
        invited = (by or self.owner).post("/api/v1/invitations", body)
        assert invited.status_code == 200, invited.text
        link = invited.json()["url"].rpartition("/")[2]
        client = self.client()
        accepted = {"name": email.partition("@")[0], "password": PASSWORD}
        return self._let_in(client, client.post(f"/api/invitations/{link}", json=accepted))

    def other_account(self, name: str, email: str) -> Person:
        """Make another account by the command line, and log its owner in by the printed link."""
        words = ["accounts", "create", "--name", name, "--email", email]
        link = printed_by(*words, "--data", self.server.data).rpartition("/")[2]
        client = self.client()
        body = {"link": link, "password": PASSWORD}
        return self._let_in(client, client.post("/api/auth/link", json=body))

    def new_inbox(self, **fields: object) -> dict[str, Any]:
        """Make an inbox of the first account."""
        answer = self.owner.post("/api/v1/inboxes", {"name": "another", **fields})
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def boot(self, inbox: dict[str, Any] | None = None, **said: object) -> httpx2.Response:
        """Open the widget."""
        inbox_id = (inbox or self.inbox)["inbox_id"]
        return self.client().post("/api/widget/boot", json={"inbox": inbox_id, **said})

    def visitor(self, inbox: dict[str, Any] | None = None, **said: object) -> Person:
        """Become a visitor."""
        answer = self.boot(inbox, **said)
        assert answer.status_code == 200, answer.text
        client = self.client()
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return Person(client, answer.json()["visitor_id"], answer.json()["token"])


def proof(inbox: dict[str, Any], user_id: str) -> str:
    """Sign a name as the customer's server does."""
    secret = inbox["identify_secret"].encode()
    return hmac.new(secret, user_id.encode(), hashlib.sha256).hexdigest()
