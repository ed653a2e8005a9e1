"""Due times: what has to happen when nobody does anything."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Final

from airdesk.core.conversation import ConversationState
from airdesk.core.kernel import ConversationId

SWEEP_MIN: Final = 1_000
"""Entries of resolved conversations that are not worth a sweep."""


class Timers:
    """A heap of due times taken from states: one entry a conversation.

    An entry is early where its conversation's due time was put off since; whoever asks looks at
    the state and sets it again. So a due time that moves with every message costs nothing.
    Entries of resolved conversations are swept out once they are more than the others, so a heap
    is never longer than twice what is open (and SWEEP_MIN).
    """

    def __init__(self) -> None:
        self._heap: list[tuple[int, ConversationId]] = []
        self._set: dict[ConversationId, int] = {}

    def __len__(self) -> int:
        """Give the entries kept, swept out ones not among them."""
        return len(self._heap)

    def moved(self, after: ConversationState) -> None:
        """Note a conversation's due time."""
        due_ms = due_time(after)
        if due_ms:
            self.set(after.conversation_id, due_ms)
        elif not after.is_open and after.conversation_id in self._set:
            del self._set[after.conversation_id]
            self._sweep()

    def set(self, conversation_id: ConversationId, due_ms: int) -> None:
        """Look at a conversation at this time, or before if that is set already."""
        known = self._set.get(conversation_id)
        if known is None or due_ms < known:
            self._set[conversation_id] = due_ms
            heapq.heappush(self._heap, (due_ms, conversation_id))

    def _sweep(self) -> None:
        if len(self._heap) > 2 * len(self._set) + SWEEP_MIN:
            self._heap = [(due_ms, one) for one, due_ms in self._set.items()]
            heapq.heapify(self._heap)

    def due(self, now_ms: int) -> Iterator[ConversationId]:
        """Give the conversations to look at now."""
        while self._heap and self._heap[0][0] <= now_ms:
            due_ms, conversation_id = heapq.heappop(self._heap)
            if self._set.get(conversation_id) == due_ms:
                del self._set[conversation_id]
                yield conversation_id


def due_time(state: ConversationState) -> int:
    """Give when something is due in a conversation; 0 for never."""
    return state.answer_due_ms or state.snoozed_until_ms
