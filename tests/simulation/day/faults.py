"""Faults put into the product on purpose, to see that the judge of a day finds them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from airdesk.core import conversation as conv
from airdesk.core.conversation import AgentFacts, Availability
from airdesk.core.kernel import AccountId, AgentId, ConversationId, TeamId
from airdesk.core.routing import WaitingQueue
from airdesk.services.desk import Desk
from airdesk.services.presence import Presence

Patch = pytest.MonkeyPatch

_decide = importlib.import_module("airdesk.core.conversation.decide")
"""The module: its package has a function of the same name."""


def serves_the_last_first(patch: Patch) -> None:
    """The queue is a stack."""
    patch.setattr(WaitingQueue, "first", lambda self, line: list(self.waiting(line))[-1])


def forgets_to_stir(patch: Patch) -> None:
    """Nobody looks at the queue when an agent comes or gets free, nor every now and then."""
    for name in ("facts_moved", "_move_load"):
        patch.setattr(Desk, name, _quietly(getattr(Desk, name)))
    patch.setattr(Desk, "stir", lambda self: None)


def _quietly(follow: Callable[..., None]) -> Callable[..., None]:
    def follow_quietly(self: Desk, *arguments: Any) -> None:
        stirred = dict(self._stirred)
        follow(self, *arguments)
        self._stirred = stirred

    return follow_quietly


def gives_one_too_many(patch: Patch) -> None:
    """A full agent counts as one with a free place."""
    settle, why_not = Desk._settle, conv.ineligible_because

    def settle_generously(self: Desk, desk: Any, agent_id: AgentId) -> None:
        settle(self, desk, agent_id)
        facts = desk.account.agents.get(agent_id)
        load = self._loads[desk.account.account_id][agent_id]
        if facts and facts.availability == Availability.ONLINE and load == facts.capacity:
            desk.free.add(agent_id)

    def why_not_generously(
        agent: AgentFacts | None, team_id: TeamId, skills: tuple[str, ...], load: int
    ) -> str | None:
        return why_not(agent, team_id, skills, load - 1)

    patch.setattr(Desk, "_settle", settle_generously)
    patch.setattr(conv, "ineligible_because", why_not_generously)
    patch.setattr(_decide, "ineligible_because", why_not_generously)


def asks_for_no_skill(patch: Patch) -> None:
    """Everybody can do everything."""
    why_not = conv.ineligible_because

    def why_not_blindly(
        agent: AgentFacts | None, team_id: TeamId, skills: tuple[str, ...], load: int
    ) -> str | None:
        return why_not(agent, team_id, (), load)

    patch.setattr(conv, "ineligible_because", why_not_blindly)
    patch.setattr(_decide, "ineligible_because", why_not_blindly)


def waits_for_ever_for_who_crashed(patch: Patch) -> None:
    """The grace of an agent without a connection never ends."""
    patch.setattr(Presence, "expect", lambda *arguments: None)


def leaves_a_chat_in_the_list_of_who_had_it(patch: Patch) -> None:
    """An agent who lost a conversation is told that it is still his."""
    held_by = Desk.held_by
    had: dict[AgentId, dict[ConversationId, None]] = {}

    def held_or_had(
        self: Desk, account_id: AccountId, agent_id: AgentId
    ) -> tuple[ConversationId, ...]:
        mine = had.setdefault(agent_id, {})
        mine.update(dict.fromkeys(held_by(self, account_id, agent_id)))
        return tuple(mine)

    patch.setattr(Desk, "held_by", held_or_had)
