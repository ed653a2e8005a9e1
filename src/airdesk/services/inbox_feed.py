"""The inbox feed: rows of an agent's lists, gathered and sent a few times a second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from airdesk.core.conversation import ConversationState, Status
from airdesk.core.kernel import NO_ID, AccountId, AgentId, ConversationId

_Seat = tuple[AccountId, AgentId]


class Changes(NamedTuple):
    """What changed in one agent's lists since he was told."""

    account_id: AccountId
    agent_id: AgentId
    conversation_ids: tuple[ConversationId, ...]


class InboxFeed:
    """Which rows of which agents changed. Rows are made when they are sent, not before, so ten
    messages in a quarter of a second are one row."""

    def __init__(self) -> None:
        self._mine: dict[_Seat, dict[ConversationId, None]] = {}
        self._queue: dict[AccountId, dict[ConversationId, None]] = {}

    def committed(self, before: ConversationState | None, after: ConversationState) -> None:
        """Follow a durable change of a conversation."""
        account_id, conversation_id = after.account_id, after.conversation_id
        if before is not None and before.assignee_id not in (NO_ID, after.assignee_id):
            self.touch((account_id, before.assignee_id), conversation_id)
        if after.assignee_id != NO_ID:
            self.touch((account_id, after.assignee_id), conversation_id)
        waited = before is not None and before.status == Status.QUEUED
        if waited or after.status == Status.QUEUED:
            self._queue.setdefault(account_id, {})[conversation_id] = None

    def touch(self, seat: _Seat, conversation_id: ConversationId | None = None) -> None:
        """Note that a row of an agent, or just one of his lists, changed."""
        rows = self._mine.setdefault(seat, {})
        if conversation_id is not None:
            rows[conversation_id] = None

    def take(self, present: list[_Seat]) -> Iterator[Changes]:
        """Give what changed for each connected agent; it counts as told.

        Agents who are not connected get their lists when they come.
        """
        if not self._mine and not self._queue:
            return
        mine, queue = self._mine, self._queue
        self._mine, self._queue = {}, {}
        for seat in present:
            waiting = queue.get(seat[0])
            own = mine.get(seat)
            if waiting is None and own is None:
                continue
            yield Changes(*seat, tuple({**(own or {}), **(waiting or {})}))
