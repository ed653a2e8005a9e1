"""Visitors and agents who do what comes to their mind, also what they may not do."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from airdesk.core.kernel import InboxId, TokenExpired, parse_id
from tests.integration.crowd.model import NO_PERSON, Person, marked, nobody
from tests.integration.crowd.page import Crowd, Somebody
from tests.integration.crowd.papers import Login, proof_of


class Idea(NamedTuple):
    """Something to do, and how often it comes to mind."""

    weight: float
    act: Callable[[], Awaitable[object]]


class Customer(NamedTuple):
    """Somebody whom the site's server names; two devices of his are one visitor."""

    user_id: str
    proof: str
    names: set[str]
    ids: set[str]
    kin: set[str]

    def claim(self) -> dict[str, str]:
        """What the page says of him."""
        return {"user_id": self.user_id, "hmac": self.proof, "name": self.user_id}


class Visitor(Somebody):
    """Somebody at an inbox, who also tries what others have."""

    def __init__(self, crowd: Crowd, person: Person, token: str, binary: bool) -> None:
        super().__init__(crowd, person, token, binary)
        self.has_web = True
        """He uses HTTP, too."""
        self._customer: Customer | None = None
        self._is_named = False
        self._guest_token = ""
        """Of before he was named; it lies in the browser still."""
        self._others: list[Customer] = []
        """Customers of the same door, whose names anybody may learn."""
        self._lives = 0

    def meet(self, customers: list[Customer], himself: Customer | None) -> None:
        """Learn what the site calls its customers, and himself, if it knows him."""
        self._others = [one for one in customers if one is not himself]
        self._customer = himself

    async def prepare(self) -> None:
        """See Somebody: the key was renewed, or it is time to say who he is."""
        if self.closings and self.closings[-1] == TokenExpired.number:
            await self._begin_anew()
        elif self.leaves and self._customer is not None:
            await self._say_who(self._customer)

    async def do_something(self) -> None:
        """See Somebody."""
        chance = self.crowd.chance
        ideas = [*self._talk(), *self._mischief(), *(self._web() if self.has_web else ())]
        if self._customer is not None and not self._is_named:
            ideas.append(Idea(12, self._leave))
        mine = list(self.person.refs)
        if mine:
            ideas += self._at(chance.choice(mine))
        await _chosen(ideas, chance)

    def _text(self, words: str) -> str:
        return marked(words, self.person.account, self.person.name, "public")

    def _talk(self) -> list[Idea]:
        return [
            Idea(40, lambda: self.command("send", where=0, text=self._text("hello"))),
            Idea(5, lambda: self.command("start")),
            Idea(5, lambda: self.command("rate", where=0, score=4)),
            Idea(3, lambda: self.command("hand_off", where=0)),
            Idea(3, lambda: self.say("refresh")),
        ]

    def _at(self, ref: int) -> list[Idea]:
        chance = self.crowd.chance
        seq = self.last_seq.get(ref, 1)
        marks = [{"ref": ref, "delivered": seq, "read": seq}]
        theirs = chance.choice(("resolve", "reopen", "assign"))
        return [
            Idea(15, lambda: self.say("typing", ref=ref)),
            Idea(10, lambda: self.say("receipt", marks=marks)),
            Idea(5, lambda: self.say("history", ref=ref, before=seq)),
            # An agent's commands in his own conversation.
            Idea(4, lambda: self.command(theirs, True, where=ref)),
            Idea(3, lambda: self.command("note", True, where=ref, text=self._text("note"))),
            Idea(2, lambda: self.command("set_availability", True, availability=2)),
        ]

    def _web(self) -> list[Idea]:
        return [
            Idea(3, self._send_file),
            Idea(3, self._download),
            Idea(1.5, self._boot),
            Idea(0.5, lambda: self.ask("GET", "/api/widget/agents")),
            Idea(0.5, self._fill_form),
            Idea(0.2, self._try_another_door),
            Idea(0.5, self._forge),
        ]

    def _mischief(self) -> list[Idea]:
        ideas: list[Idea] = []
        if self._guest_token:
            ideas += [Idea(0.7, self._try_guest_token), Idea(0.3, self._share_computer)]
        stolen = self.crowd.stolen_ticket(self.person)
        if stolen is not None:
            text = self._text("stolen")
            ideas.append(
                Idea(2, lambda: self.command("send", True, where=0, text=text, file=stolen))
            )
        foreign = self.foreign()
        if foreign is not None:
            text = self._text("hello")
            ideas += [
                Idea(5, lambda: self.say("follow", conversation=foreign)),
                Idea(5, lambda: self.command("send", True, where=foreign, text=text)),
                Idea(2, lambda: self.command("rate", True, where=foreign, score=1)),
            ]
        return ideas

    # Files and HTTP -------------------------------------------------------------------------

    async def _send_file(self) -> None:
        sent = await self.upload("/api/widget/files", self._text("my file"))
        if sent is not None:
            await self.command("send", where=0, text=sent[0], file=sent[1])

    async def _download(self) -> None:
        """Ask for a file of his own, or for any: what comes says whose it is."""
        file_id = self.crowd.chance.choice((self.crowd.some_file(), *self.files[-1:]))
        if file_id is not None:
            await self.ask("GET", f"/api/widget/files/{file_id}")

    async def _boot(self) -> None:
        said = {"inbox": self.person.inbox_id, "token": self.token}
        await self.ask("POST", "/api/widget/boot", body=said)

    async def _fill_form(self) -> None:
        await self.ask("POST", "/api/widget/contact", body={"name": self._text("me")[:100]})

    async def _try_another_door(self) -> None:
        door = self.crowd.chance.choice(self.crowd.doors)
        if door != self.person.inbox_id:
            said = {"inbox": door, "token": self.token}
            account = self.crowd.model.account_of_door(door)
            await self.ask("POST", "/api/widget/boot", body=said, person=nobody(account, door))

    # Who he is ------------------------------------------------------------------------------

    async def _leave(self) -> None:
        self.leaves = True

    async def _say_who(self, customer: Customer) -> None:
        """Be named by the site's server; what the guest wrote goes with him from now on."""
        customer.names.update(self.person.names)
        customer.ids.update(self.person.ids)
        device = f"{customer.user_id} as {self.person.name}"
        customer.kin.add(device)
        before, self.person = self.person, self._turned(device, customer.names, customer.ids)
        said = {"inbox": before.inbox_id, "token": self.token, "identify": customer.claim()}
        answer = await self._enter(said)
        if answer is None:
            self.person = before
            return
        if not self._is_named:
            self._guest_token = self.token
        self._is_named = True
        self._is_now(answer, customer.ids)

    async def _begin_anew(self) -> None:
        """The key was renewed: a customer comes back as himself, a guest as somebody new."""
        old = self.token
        # A gateway that has not looked yet lets him in for less than a second, as who he was.
        await self.try_void_token(old, self.person)
        void = nobody(self.person.account, self.person.inbox_id)
        void.is_out = True
        await self.ask("GET", "/api/widget/agents", person=void)
        self._lives += 1
        name = f"{self.person.name.partition(' again')[0]} again {self._lives}"
        self.person.kin.add(name)
        # Whatever was his before is a stranger's to who begins anew.
        before, self.person = self.person, self._turned(name, set(), set())
        answer = await self._enter({"inbox": before.inbox_id, "token": old})
        if answer is None:
            # Too many are new just now. The next hello is refused like this one was.
            self.person = before
            return
        self._guest_token = ""
        self._is_named = False
        self.closings.clear()
        self.crowd.model.seen["began anew"] += 1
        self._is_now(answer, self.person.ids)

    def _turned(self, name: str, names: set[str], ids: set[str]) -> Person:
        before = self.person
        person_id = before.person_id if ids else NO_PERSON
        return Person(
            name, before.account, person_id, False, before.inbox_id, names, ids, before.kin
        )

    async def _enter(self, said: Mapping[str, object]) -> dict[str, Any] | None:
        answer = await self.ask("POST", "/api/widget/boot", body=said)
        return answer.json if answer.is_good else None

    def _is_now(self, answer: dict[str, Any], ids: set[str]) -> None:
        self.token = answer["token"]
        self.person.person_id = answer["visitor_id"]
        ids.add(self.person.person_id)
        self.crowd.model.add(self.person)

    async def _try_guest_token(self) -> None:
        """Use the token of the guest that he was: it shows nothing any more."""
        stranger = nobody(self.person.account, self.person.inbox_id)
        stranger.ids.update(self.person.ids)
        credential = {"authorization": f"Bearer {self._guest_token}"}
        said = {"inbox": self.person.inbox_id, "token": self._guest_token}
        await self.ask("POST", "/api/widget/boot", body=said, person=stranger)
        file_id = self.crowd.some_file()
        if file_id is not None:
            path = f"/api/widget/files/{file_id}"
            await self.ask("GET", path, person=stranger, credential=credential)
        self.crowd.model.seen["guest's token after he was named"] += 1

    async def _share_computer(self) -> None:
        """Somebody else is named at the same browser: nothing of the first one is his."""
        thief = nobody(self.person.account, self.person.inbox_id)
        user_id = f"another one at {self.person.name}"
        inbox_id = InboxId(parse_id(self.person.inbox_id))
        claim = {"user_id": user_id, "hmac": proof_of(inbox_id, user_id)}
        for token in (self._guest_token, self.token):
            said = {"inbox": self.person.inbox_id, "token": token, "identify": claim}
            await self.ask("POST", "/api/widget/boot", body=said, person=thief)

    async def _forge(self) -> None:
        """Say that one is a customer, with the proof of another name."""
        victim = self.crowd.chance.choice(self._others)
        claim = {**victim.claim(), "hmac": proof_of(InboxId(b"no door of theirs"), victim.user_id)}
        said = {"inbox": self.person.inbox_id, "token": self.token, "identify": claim}
        await self.ask("POST", "/api/widget/boot", body=said, forbidden=True)


class Agent(Somebody):
    """Somebody at a desk, who also tries what is not his account's.

    Args:
        crowd, person, binary: see Somebody.
        logins: his sessions; he loses one after the other.
    """

    def __init__(self, crowd: Crowd, person: Person, logins: Sequence[Login], binary: bool) -> None:
        super().__init__(crowd, person, "", binary)
        self._logins = list(logins)
        self._visitors: dict[str, str] = {}
        """Names of the visitors by conversation, from their words: a row has only an id."""

    async def take(self, frame: dict[str, Any]) -> None:
        """See Somebody."""
        await super().take(frame)
        if frame["type"] == "event" and "⟦" in frame.get("text", ""):
            conversation = self.person.refs[int(frame["ref"])]
            self._visitors[conversation] = frame["text"].split("|")[1]

    @property
    def credential(self) -> dict[str, str]:
        """See Somebody."""
        cookie, csrf = self._logins[0]
        return {"cookie": f"airdesk_session={cookie}", "x-airdesk-csrf": csrf}

    async def prepare(self) -> None:
        """See Somebody: a session gives a token for its sockets."""
        while not self.token:
            answer = await self.ask("POST", "/api/auth/socket-token")
            self.token = answer.json["token"] if answer.is_good else ""

    async def do_something(self) -> None:
        """See Somebody."""
        chance = self.crowd.chance
        ideas = [
            *self._web(),
            Idea(
                6,
                lambda: self.command("set_availability", availability=chance.choice((1, 2, 2, 2))),
            ),
            Idea(2, lambda: self.say("refresh")),
        ]
        known = [one for one in self.person.refs.values() if one in self._visitors]
        mine = [one for one in known if self._row(one).get("assignee") == self.person.person_id]
        for conversation in [chance.choice(some) for some in (mine, mine, known) if some]:
            ideas += self._at(conversation)
        seen = [one for one in self.person.refs.values() if one not in self._visitors]
        if seen:
            ideas.append(Idea(20, lambda: self.say("follow", conversation=chance.choice(seen))))
        foreign = self.foreign()
        if foreign is not None:
            ideas += [
                Idea(4, lambda: self.say("follow", conversation=foreign)),
                Idea(3, lambda: self.command("note", True, where=foreign, text="sneaky")),
                Idea(3, lambda: self.command("assign", True, where=foreign)),
                Idea(3, lambda: self.command("resolve", True, where=foreign)),
                Idea(3, lambda: self._pry(foreign)),
            ]
        await _chosen(ideas, chance)

    # HTTP -----------------------------------------------------------------------------------

    def _web(self) -> list[Idea]:
        ideas = [
            Idea(2, lambda: self.ask("GET", "/api/v1/conversations?limit=20")),
            Idea(1, lambda: self.ask("GET", "/api/v1/search/messages?q=hello")),
            Idea(1, lambda: self.ask("GET", "/api/v1/contacts?limit=20")),
            Idea(10, self._download),
        ]
        if len(self._logins) > 1:
            ideas.append(Idea(4, self._log_out))
        return ideas

    async def _download(self) -> None:
        file_id = self.crowd.chance.choice((self.crowd.some_file(), *self.files[-1:]))
        if file_id is not None:
            await self.ask("GET", f"/api/v1/files/{file_id}")

    async def _send_file(self, conversation: str, text: str) -> None:
        sent = await self.upload(f"/api/v1/conversations/{conversation}/files", text)
        if sent is not None:
            await self.command("send", where=conversation, text=sent[0], file=sent[1])

    async def _send_stolen(self, conversation: str, text: str) -> None:
        stolen = self.crowd.stolen_ticket(self.person)
        if stolen is not None:
            await self.command("send", True, where=conversation, text=text, file=stolen)

    async def _pry(self, foreign: str) -> None:
        path = f"/api/v1/conversations/{foreign}"
        await self.ask("GET", path, forbidden=True)
        await self.ask("GET", f"{path}/messages", forbidden=True)
        await self.ask("POST", f"{path}/files?name=a.txt", content=b"sneaky", forbidden=True)

    async def _log_out(self) -> None:
        """Lose the session: its socket closes, and nothing of it is good any more."""
        if not (await self.ask("POST", "/api/auth/logout")).is_good:
            return
        if not await self.is_closed():
            self.crowd.model.report(self.person, "his socket outlived his session")
        credential, token = self.credential, self.token
        del self._logins[0]
        void = Person(f"{self.person.name}, logged out", self.person.account, "", True, is_out=True)
        for path in ("/api/v1/conversations?limit=5", "/api/auth/session"):
            await self.ask("GET", path, person=void, credential=credential)
        await self.try_void_token(token, void)
        self.token = ""
        self.leaves = True

    # Conversations --------------------------------------------------------------------------

    def _row(self, conversation: str) -> dict[str, Any]:
        return self.rows.get(conversation, {})

    def _at(self, conversation: str) -> list[Idea]:
        chance = self.crowd.chance
        ref = next(r for r, one in self.person.refs.items() if one == conversation)
        visitor = self._visitors[conversation]
        public = marked("how can I help", self.person.account, visitor, "public")
        note = marked("a difficult one", self.person.account, visitor, "staff")
        agent, team = chance.choice(self.crowd.agents), chance.choice(self.crowd.teams)
        seq = self.last_seq.get(ref, 1)
        until_ms = 1_000 * (chance.randint(2, 6)) + time.time_ns() // 1_000_000
        return [
            Idea(25, lambda: self.command("send", where=conversation, text=public)),
            Idea(15, lambda: self.command("note", where=conversation, text=note)),
            Idea(10, lambda: self.say("typing", ref=ref)),
            Idea(
                10, lambda: self.say("receipt", marks=[{"ref": ref, "delivered": seq, "read": seq}])
            ),
            Idea(4, lambda: self.command("assign", where=conversation)),
            Idea(4, lambda: self._hand_on(conversation, agent, "")),
            Idea(3, lambda: self._hand_on(conversation, "", team)),
            Idea(5, lambda: self.command("resolve", where=conversation)),
            Idea(2, lambda: self.command("reopen", where=conversation)),
            Idea(3, lambda: self.command("snooze", where=conversation, until_ms=until_ms)),
            Idea(4, lambda: self.say("history", ref=ref, before=seq)),
            Idea(2, lambda: self.say("unfollow", ref=ref)),
            Idea(4, lambda: self._send_file(conversation, public)),
            Idea(2, lambda: self._send_stolen(conversation, public)),
            Idea(2, lambda: self.ask("GET", f"/api/v1/conversations/{conversation}/messages")),
        ]

    async def _hand_on(self, conversation: str, agent: str, team: str) -> None:
        """Hand it on, perhaps to people of another account, who may not get it."""
        accounts = self.crowd.model.accounts_of(agent or team)
        note = marked("over to you", self.person.account, self._visitors[conversation], "staff")
        await self.command(
            "transfer",
            self.person.account not in accounts,
            where=conversation,
            agent=agent,
            team=team,
            note=note,
        )


async def _chosen(ideas: list[Idea], chance: Random) -> None:
    (idea,) = chance.choices(ideas, [one.weight for one in ideas])
    await idea.act()
