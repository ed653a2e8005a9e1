"""Tells waiting visitors their place in the queue, when it changed, now and then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from airdesk.core import conversation as conv
from airdesk.core.conversation import ConversationState
from airdesk.core.kernel import AccountId, ConversationId
from airdesk.services.conversations import Conversations
from airdesk.services.desk import Desk

PLACE_MS: Final = 2_000
"""Waiting visitors hear of their place at most this often."""


class Places:
    """Places that were told, of those who still wait.

    Args:
        conversations: the hot table.
        desk: knows the queues.
        tell: shows a conversation's row to those who follow it.
    """

    def __init__(
        self, conversations: Conversations, desk: Desk, tell: Callable[[ConversationState], None]
    ) -> None:
        self._conversations = conversations
        self._desk = desk
        self._tell = tell
        self._told: dict[ConversationId, int] = {}
        self._moved: dict[AccountId, None] = {}
        self._next_ms = 0

    def moved(self, account_id: AccountId) -> None:
        """Somebody came to an account's queue, or left it."""
        self._moved[account_id] = None

    def tell(self, now_ms: int) -> None:
        """Tell waiting visitors when their place changed."""
        is_early = now_ms < self._next_ms <= now_ms + PLACE_MS  # else the clock went back
        if is_early or not self._moved:
            return
        self._next_ms = now_ms + PLACE_MS
        moved, self._moved = self._moved, {}
        for account_id in moved:
            for conversation_id in self._desk.waits(account_id):
                place = self._desk.place(account_id, conversation_id)
                if self._told.get(conversation_id) != place:
                    self._told[conversation_id] = place
                    state = self._conversations.find(conversation_id)
                    if state is not None:
                        self._tell(state)
        self._told = {
            conversation_id: place
            for conversation_id, place in self._told.items()
            if place and self._is_waiting(conversation_id)
        }

    def _is_waiting(self, conversation_id: ConversationId) -> bool:
        state = self._conversations.find(conversation_id)
        return state is not None and state.status == conv.Status.QUEUED
