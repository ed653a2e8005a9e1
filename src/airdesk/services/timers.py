"""Due times: what has to happen when nobody does anything."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from airdesk.core.conversation import ConversationState
from airdesk.core.kernel import ConversationId


class Timers:
    """A heap of due times taken from states.

    An entry that no longer fits its state is dropped when it comes due, so moving a due time
    costs one push.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[int, ConversationId]] = []

    def moved(self, before: ConversationState | None, after: ConversationState) -> None:
        """Note a conversation's new due time."""
        due_ms = due_time(after)
        if due_ms and (before is None or due_time(before) != due_ms):
            self.set(after.conversation_id, due_ms)

    def set(self, conversation_id: ConversationId, due_ms: int) -> None:
        """Look at a conversation at this time."""
        heapq.heappush(self._heap, (due_ms, conversation_id))

    def due(self, now_ms: int) -> Iterator[ConversationId]:
        """Give the conversations to look at now."""
        while self._heap and self._heap[0][0] <= now_ms:
            yield heapq.heappop(self._heap)[1]


def due_time(state: ConversationState) -> int:
    """Give when something is due in a conversation; 0 for never."""
    return state.answer_due_ms or state.snoozed_until_ms
