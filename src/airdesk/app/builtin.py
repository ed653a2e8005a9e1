"""The built-in account: one inbox and some seats, until owners set up their own.

Its ids come from the installation's key, so every process knows them without asking.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    AccountId,
    AgentId,
    Identity,
    InboxId,
    Role,
    VisitorId,
    system_identity,
    uuid7,
)

BORN_MS = 1_767_225_600_000
"""The time inside the built-in ids: 2026-01-01."""


class Builtin(NamedTuple):
    """The ids of the built-in account."""

    account_id: AccountId
    inbox_id: InboxId
    agent_ids: tuple[AgentId, ...]

    def visitor(self, visitor_id: bytes) -> Identity:
        """Give the identity of a visitor of its inbox."""
        return Identity(self.account_id, Role.VISITOR, VisitorId(visitor_id), self.inbox_id)

    def agents(self) -> list[Identity]:
        """Give the identities of its seats; the first may supervise."""
        return [
            Identity(self.account_id, Role.AGENT if index else Role.SUPERVISOR, agent_id)
            for index, agent_id in enumerate(self.agent_ids)
        ]

    def facts(
        self, capacity: int, has_bot: bool = False
    ) -> Iterator[tuple[conv.AccountCommand, Identity]]:
        """Give the commands that make the account what it is; repeating them changes nothing."""
        system = system_identity(self.account_id)
        yield conv.ConfigureInbox(conv.InboxFacts(self.inbox_id, has_bot=has_bot)), system
        for agent_id in self.agent_ids:
            yield conv.ConfigureAgent(conv.AgentFacts(agent_id, capacity)), system


def builtin_account(key: bytes, agents: int) -> Builtin:
    """Give the built-in account of the installation with this key."""

    def named(name: str) -> bytes:
        digest = hashlib.blake2b(name.encode(), key=key, digest_size=10).digest()
        return uuid7(BORN_MS, digest)

    return Builtin(
        AccountId(named("account")),
        InboxId(named("inbox")),
        tuple(AgentId(named(f"agent {number}")) for number in range(1, agents + 1)),
    )
