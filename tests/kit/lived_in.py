"""An installation in which everything has happened once: every kind of event and every entity."""

from __future__ import annotations

import time
from typing import Any

import httpx2

from tests.kit.json_client import JsonClient
from tests.kit.rest_desk import Person, RestDesk, proof

DAY_MS = 24 * 3_600_000
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
"""A PNG of one pixel."""


def good(answer: httpx2.Response) -> Any:
    """Give what an answer says; it has to be a good one."""
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


class LivedIn:
    """A shop's desk with people, settings and a week's conversations.

    Args:
        desk: an installation that was just set up.
    """

    def __init__(self, desk: RestDesk) -> None:
        self._desk = desk
        self._owner = desk.owner
        self._api = "/api/v1"
        self.jonas = desk.join("jonas@shop.example")
        self.mia = desk.join("mia@shop.example", role="supervisor")
        self.visitors: dict[str, Person] = {}

    def fill(self) -> None:
        """Let everything happen."""
        self._settings()
        with self._online(self.jonas), self._online(self.mia):
            self._days()
            self._people_who_went()

    # Settings ---------------------------------------------------------------------------------

    def _settings(self) -> None:
        inbox = f"{self._api}/inboxes/{self._desk.inbox['inbox_id']}"
        self.team = self._make("teams", name="Returns", member_ids=[self.mia.id])["team_id"]
        self.label = self._make("labels", name="Refund 退款", colour="#c42b33")["label_id"]
        self._make("canned", shortcut="hello", text="Hello {{contact.name}}, 您好")
        self._make("canned", shortcut="bye", text="Thank you. {{agent.name}}")
        question = "When do you open?"
        self._make(
            "faq", question=question, answer="At nine.", variants=["hours"], is_suggested=True
        )
        self._make("faq", question="怎么退货？", answer="七天内可退。", language="zh")
        self._make("tokens", name="shop", scopes=["contacts:read"])
        self._make("invitations", email="later@shop.example")
        good(self._owner.upload(f"{inbox}/logo/files", PICTURE, "logo.png"))
        texts = {"zh": {"greeting": "您好！"}, "en": {"greeting": "Hello!"}}
        look = {"colour": "#0a7d55", "texts": texts}
        change = {"settings": look, "allowed_origins": ["https://shop.example"]}
        good(self._owner.http.patch(inbox, json=change))
        week = [[[540, 720], [780, 1080]]] * 5 + [[]] * 2
        hours = {"timezone": "Asia/Shanghai", "week": week, "holidays": ["2026-10-01"]}
        good(self._owner.http.put(f"{inbox}/hours", json=hours))
        self.bot_inbox = self._desk.new_inbox(name="Bot", has_bot=True, rule="round_robin")
        self._desk.new_inbox(name="Nobody's", team_id=self.team, skills=["returns"])
        for agent in (self.jonas, self.mia):
            seat = {"capacity": 20, "capacity_max": 40, "skills": ["returns"]}
            good(self._owner.http.patch(f"{self._api}/members/{agent.id}", json=seat))

    def _make(self, kind: str, **fields: object) -> Any:
        return good(self._owner.post(f"{self._api}/{kind}", fields))

    # Conversations ----------------------------------------------------------------------------

    def _online(self, agent: Person) -> JsonClient:
        token = good(agent.post("/api/auth/socket-token"))["token"]
        client = JsonClient(self._desk.server.port, token)
        assert client.command("set_availability", availability=2)["type"] == "accepted"
        return client

    def _write(self, name: str, *texts: str, inbox: dict[str, Any] | None = None) -> str:
        """Let a visitor of that name write, and give the conversation's id."""
        visitor = self._desk.visitor(inbox)
        self.visitors[name] = visitor
        good(visitor.post("/api/widget/contact", {"name": name, "attributes": {"plan": "gold"}}))
        page = {"url": "https://shop.example/tea", "title": "Tea 茶"}
        good(visitor.post("/api/widget/pages", {"views": [page]}))
        with self._at_socket(name) as socket:
            for text in texts:
                assert socket.command("send", where=0, text=text)["type"] == "accepted"
        return str(self._of(name)["conversation_id"])

    def _at_socket(self, name: str) -> JsonClient:
        return JsonClient(self._desk.server.port, self.visitors[name].token)

    def _of(self, name: str) -> dict[str, Any]:
        items = good(self._owner.get(f"{self._api}/conversations", list="all", limit=100))["items"]
        found: dict[str, Any]
        (found,) = [one for one in items if one["visitor_id"] == self.visitors[name].id]
        return found

    def _do(self, agent: Person, conversation: str, deed: str, **fields: object) -> None:
        good(agent.post(f"{self._api}/conversations/{conversation}/{deed}", fields))

    def _give(self, conversation: str, agent: Person) -> None:
        """Let the supervisor say whose it is, whomever it was routed to."""
        self._do(self.mia, conversation, "assign", agent_id=agent.id)

    def _days(self) -> None:
        tea = self._write("Emma 艾玛", "My parcel is late", "订单号 4711")
        self._give(tea, self.jonas)
        self._do(self.jonas, tea, "messages", text="I am looking")
        self._do(self.jonas, tea, "notes", text="@mia do you know?", mentions=[self.mia.id])
        self._do(self.jonas, tea, "labels", label_ids=[self.label])
        self._do(self.jonas, tea, "priority", priority=2)
        files = f"{self._api}/conversations/{tea}/files"
        ticket = good(self.jonas.upload(files, PICTURE, "map.png"))["ticket"]
        self._do(self.jonas, tea, "messages", text="map.png", file=ticket)
        self._do(self.jonas, tea, "transfer", agent_id=self.mia.id, note="hers, please")
        self._do(self.mia, tea, "messages", text="It comes tomorrow")
        self._do(self.mia, tea, "resolve")
        with self._at_socket("Emma 艾玛") as socket:
            told = socket.hear("event", where=lambda one: one.get("text") == "It comes tomorrow")
            mark = {"ref": told["ref"], "delivered": told["seq"], "read": told["seq"]}
            socket.say(type="receipt", marks=[mark])
            assert socket.command("rate", where=0, score=5)["type"] == "accepted"
        late = self._write("Ben", "Later, please")
        self._give(late, self.mia)
        until_ms = int(time.time() * 1000) + 300 * DAY_MS
        self._do(self.mia, late, "snooze", until_ms=until_ms)
        again = self._write("Chloe", "Once more")
        self._give(again, self.jonas)
        self._do(self.jonas, again, "resolve")
        self._do(self.jonas, again, "reopen")
        queued = self._write("Dan", "To the team")
        self._give(queued, self.jonas)
        self._do(self.jonas, queued, "transfer", team_id=self.team)
        asked = self._write("Eve", "When do you open?", inbox=self.bot_inbox)
        with self._at_socket("Eve") as socket:
            assert socket.command("hand_off", where=0)["type"] == "accepted"
        self._give(asked, self.mia)
        self._do(self.mia, asked, "bot")
        self._identified()

    def _identified(self) -> None:
        """A visitor whom the shop knows, on two devices: the second's id is an alias."""
        said = {"user_id": "u1", "hmac": proof(self._desk.inbox, "u1"), "name": "Fay"}
        first = self._desk.visitor(identify=said)
        self.visitors["Fay"] = first
        with self._at_socket("Fay") as socket:
            socket.command("send", where=0, text="known")
        second = self._desk.visitor()
        with JsonClient(self._desk.server.port, second.token) as socket:
            socket.command("send", where=0, text="as a guest")
        good(self._desk.boot(token=second.token, identify=said))

    def _people_who_went(self) -> None:
        spam = self._write("Gus", "buy now")
        self._give(spam, self.jonas)
        self._do(self.jonas, spam, "resolve")
        where = f"{self._desk.inbox['inbox_id']}/{self.visitors['Gus'].id}"
        good(self.jonas.post(f"{self._api}/visitors/{where}/block"))
        leaver = self._desk.join("leaver@shop.example")
        good(self._owner.http.delete(f"{self._api}/members/{leaver.id}"))
        gone = self._desk.new_inbox(name="Gone")
        good(self._owner.http.delete(f"{self._api}/inboxes/{gone['inbox_id']}"))
