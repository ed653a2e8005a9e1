"""Visitors and agents who do what comes to their mind, also what they may not do."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, NamedTuple

from tests.integration.crowd.model import Person, marked
from tests.integration.crowd.page import Crowd, Somebody


class Idea(NamedTuple):
    """Something to do, and how often it comes to mind."""

    weight: int
    act: Callable[[], Awaitable[None]]


class Visitor(Somebody):
    """Somebody at an inbox, who also tries what others have."""

    async def do_something(self) -> None:
        """See Somebody."""
        chance = self.crowd.chance
        text = marked("hello", self.person.account, self.person.name, "public")
        mine = list(self.person.refs)
        ideas = [
            Idea(40, lambda: self.command("send", where=0, text=text)),
            Idea(5, lambda: self.command("start")),
            Idea(5, lambda: self.command("rate", where=0, score=4)),
            Idea(3, lambda: self.command("hand_off", where=0)),
            Idea(3, lambda: self.say("refresh")),
        ]
        if mine:
            ref = chance.choice(mine)
            seq = self.last_seq.get(ref, 1)
            ideas += [
                Idea(15, lambda: self.say("typing", ref=ref)),
                Idea(
                    10,
                    lambda: self.say(
                        "receipt", marks=[{"ref": ref, "delivered": seq, "read": seq}]
                    ),
                ),
                Idea(5, lambda: self.say("history", ref=ref, before=seq)),
                # An agent's commands in his own conversation.
                Idea(
                    4,
                    lambda: self.command(
                        chance.choice(("resolve", "reopen", "assign")), True, where=ref
                    ),
                ),
                Idea(3, lambda: self.command("note", True, where=ref, text=text)),
                Idea(2, lambda: self.command("set_availability", True, availability=2)),
            ]
        foreign = self.foreign()
        if foreign is not None:
            ideas += [
                Idea(5, lambda: self.say("follow", conversation=foreign)),
                Idea(5, lambda: self.command("send", True, where=foreign, text=text)),
                Idea(2, lambda: self.command("rate", True, where=foreign, score=1)),
            ]
        await _chosen(ideas, chance)


class Agent(Somebody):
    """Somebody at a desk, who also tries what is not his account's."""

    def __init__(self, crowd: Crowd, person: Person, token: str, binary: bool) -> None:
        super().__init__(crowd, person, token, binary)
        self._visitors: dict[str, str] = {}
        """Names of the visitors by conversation, from their words: a row has only an id."""

    async def take(self, frame: dict[str, Any]) -> None:
        """See Somebody."""
        await super().take(frame)
        if frame["type"] == "event" and "⟦" in frame.get("text", ""):
            conversation = self.person.refs[int(frame["ref"])]
            self._visitors[conversation] = frame["text"].split("|")[1]

    async def do_something(self) -> None:
        """See Somebody."""
        chance = self.crowd.chance
        ideas = [
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
            ]
        await _chosen(ideas, chance)

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
