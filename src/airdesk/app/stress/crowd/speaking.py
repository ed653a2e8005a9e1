"""Says what is due, when it is due, whether or not the server keeps up."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from airdesk.app.stress.crowd.plan import Plan

SLEEP_S_MAX: Final = 0.05


class Speakers(Protocol):
    """Those who say it."""

    def now_ns(self) -> int:
        """The monotonic clock."""

    def say(self, number: int, now_ns: int) -> None:
        """Let a message's author say it, if he is here."""

    def type(self, number: int) -> None:
        """Let a message's author begin to type it, if he is here."""


async def say_what_is_due(plan: Plan, people: Speakers, start_ns: int) -> None:
    """Go through the plan from its first moment to its end.

    Args:
        plan: what is said.
        people: who says it.
        start_ns: the first moment, by the monotonic clock.
    """
    typing = sorted((plan.typing_ns(number), number) for number in range(len(plan)))
    typed = said = 0
    while said < len(plan):
        now_ns = people.now_ns()
        while typed < len(typing) and typing[typed][0] <= now_ns - start_ns:
            people.type(typing[typed][1])
            typed += 1
        while said < len(plan) and plan.due_ns[said] <= now_ns - start_ns:
            people.say(said, now_ns)
            said += 1
        next_ns = min(
            plan.due_ns[said] if said < len(plan) else now_ns,
            typing[typed][0] if typed < len(typing) else plan.due_ns[-1],
        )
        wait_s = (start_ns + next_ns - people.now_ns()) / 1e9
        await asyncio.sleep(max(0.0, min(wait_s, SLEEP_S_MAX)))
