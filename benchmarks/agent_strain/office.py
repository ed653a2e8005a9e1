"""The place of work: a server, an agent, visitors, and a conversation of years."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from airdesk.core.kernel import (
    AccountId,
    ConversationId,
    Identity,
    InboxId,
    Role,
    VisitorId,
    parse_id,
)
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.json_client import JsonClient
from tests.kit.long_talk import write_long_talk
from tests.kit.rest_desk import Person, RestDesk

ONLINE = 2
CANNED = "Thank you for your patience, {{contact.name}}. {{agent.name}} will look into it."
URGENT = 2
"""The long conversation stands on top of the list, where the agent finds it."""


@dataclass
class Office:
    """A running server and who is there."""

    server: AirDeskServer
    desk: RestDesk
    agent: Person
    visitors: list[Person]
    """The first one has the long conversation."""
    long_id: str

    def conversations(self) -> list[str]:
        """Give the ids of all conversations that there are."""
        ids: list[str] = []
        after = ""
        while True:
            query = {"after": after, "limit": 100}
            page = self.agent.get("/api/v1/conversations", **query).json()
            ids += [one["conversation_id"] for one in page["items"]]
            after = page["next"] or ""
            if not after:
                return ids

    def messages(self, conversation: str) -> dict[int, str]:
        """Give what the server has of a conversation's messages by `seq`."""
        texts: dict[int, str] = {}
        before: int | None = 0
        while before is not None:
            path = f"/api/v1/conversations/{conversation}/messages"
            page = self.agent.get(path, before=before, limit=100).json()
            texts |= {one["seq"]: one["text"] for one in page["items"] if one["kind"] in (3, 4)}
            before = page["before"]
        return texts


@contextmanager
def open_office(folder: Path, visitors: int, long_messages: int) -> Iterator[Office]:
    """Serve from an empty folder, with an agent who can hold everybody.

    Args:
        folder: an empty one.
        visitors: they have tokens, and only the first has said something.
        long_messages: in the first visitor's conversation.
    """
    with AirDeskServer(folder, agents=0) as server:
        desk = RestDesk(server)
        try:
            agent = desk.join("jonas@shop.example")
            desk.owner.http.patch(f"/api/v1/members/{agent.id}", json={"capacity": visitors + 10})
            canned = {"shortcut": "thanks", "text": CANNED}
            desk.owner.post("/api/v1/canned", canned).raise_for_status()
            people = []
            for number in range(visitors):
                person = desk.visitor()
                name = f"Visitor {number:02}" if number else "Long Talker"
                person.post("/api/widget/contact", {"name": name}).raise_for_status()
                people.append(person)
            office = Office(server, desk, agent, people, "")
            office.long_id = _begin(office)
            _lengthen(office, long_messages)
            path = f"/api/v1/conversations/{office.long_id}/priority"
            agent.post(path, {"priority": URGENT}).raise_for_status()
            yield office
        finally:
            desk.close()


def _begin(office: Office) -> str:
    """Let the first visitor say something, and the agent get it."""
    token = office.agent.post("/api/auth/socket-token").json()["token"]
    port = office.server.port
    with JsonClient(port, token) as agent, JsonClient(port, office.visitors[0].token) as visitor:
        agent.command("set_availability", availability=ONLINE)
        visitor.command("send", where=0, text="Message 0")
        row = agent.hear("row", where=lambda row: row.get("assignee") == office.agent.id)
        return str(row["conversation"])


def _lengthen(office: Office, messages: int) -> None:
    """Write the long conversation by the code of the home, while the server does not run."""
    session = office.desk.owner.get("/api/auth/session").json()
    account_id = AccountId(parse_id(session["account"]["account_id"]))
    inbox_id = InboxId(parse_id(office.desk.inbox["inbox_id"]))
    visitor_id = VisitorId(parse_id(office.visitors[0].id))
    office.server.stop()
    write_long_talk(
        office.server.data,
        ConversationId(parse_id(office.long_id)),
        Identity(account_id, Role.VISITOR, visitor_id, inbox_id),
        Identity(account_id, Role.AGENT, parse_id(office.agent.id)),
        messages,
    )
    office.server.start()
