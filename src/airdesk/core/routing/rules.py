"""Classic rules: who of the eligible agents gets the next visitor. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import NamedTuple

from airdesk.core.kernel import AgentId


class Candidate(NamedTuple):
    """An eligible agent, as a rule sees him."""

    agent_id: AgentId
    load: int
    """Conversations he holds."""
    capacity: int
    free_since_ms: int
    """When he last got or lost a conversation: the longest idle has the smallest."""
    last_given: int
    """Number of the last assignment he got, in the order of the account's log; 0 for none."""


class Rule(IntEnum):
    """The same numbers as the inbox facts' routing rule."""

    MANUAL = 0
    LONGEST_IDLE = 1
    LEAST_BUSY = 2
    ROUND_ROBIN = 3


def choose(
    rule: Rule,
    candidates: Sequence[Candidate],
    sticky_agent_id: AgentId | None = None,
    silent_agent_ids: Sequence[AgentId] = (),
) -> AgentId | None:
    """Choose an agent, or None where there is no candidate or people take by hand.

    The visitor's former agent comes first; agents who let this visitor wait before come last.
    Ties are broken by the agent's id, so that every replay chooses the same.

    Args:
        rule: the inbox's rule.
        candidates: eligible agents, in any order.
        sticky_agent_id: whom the visitor had last time, None for nobody.
        silent_agent_ids: who lost this conversation because they did not answer.

    Cost: linear in the candidates.
    """
    if rule == Rule.MANUAL or not candidates:
        return None
    willing = [one for one in candidates if one.agent_id not in silent_agent_ids]
    pool = willing or candidates
    for one in pool:
        if one.agent_id == sticky_agent_id:
            return one.agent_id
    return min(pool, key=_ORDER[rule]).agent_id


def _longest_idle(one: Candidate) -> tuple[int, float, bytes]:
    return (one.free_since_ms, one.load / one.capacity, one.agent_id)


def _least_busy(one: Candidate) -> tuple[float, int, bytes]:
    return (one.load / one.capacity, one.free_since_ms, one.agent_id)


def _round_robin(one: Candidate) -> tuple[int, float, bytes]:
    return (one.last_given, one.load / one.capacity, one.agent_id)


_ORDER: dict[Rule, Callable[[Candidate], tuple[float, float, bytes]]] = {
    Rule.LONGEST_IDLE: _longest_idle,
    Rule.LEAST_BUSY: _least_busy,
    Rule.ROUND_ROBIN: _round_robin,
}
