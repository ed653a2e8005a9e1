"""The fair queue: who waits, in which order, and at which place."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterator
from typing import Generic, NamedTuple, TypeVar

from airdesk.core.kernel import ConversationId

LineT = TypeVar("LineT", bound=Hashable)


class Place(NamedTuple):
    """Where a conversation stands in its line: smaller is served first."""

    urgency: int
    """Minus the priority."""
    waiting_since_ms: int
    conversation_id: ConversationId


class WaitingQueue(Generic[LineT]):
    """All waiting conversations of one account, a line for each kind of agent they need.

    Two visitors who need the same agents stand in one line: the higher priority first, then who
    has waited longer. A visitor who is queued again keeps the time since when he waits, so
    newer ones do not overtake him.

    Cost: entering and leaving are a bisection and a move of memory; `place` is a bisection;
    `heads` is the number of lines, not of visitors.
    """

    __slots__ = ("_lines", "_places")

    def __init__(self) -> None:
        self._lines: dict[LineT, list[Place]] = {}
        self._places: dict[ConversationId, tuple[LineT, Place]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, conversation_id: ConversationId) -> bool:
        return conversation_id in self._places

    def enter(self, line: LineT, place: Place) -> None:
        """Let a conversation wait; one that waits already moves to the new place."""
        known = self._places.get(place.conversation_id)
        if known == (line, place):
            return
        if known is not None:
            self.leave(place.conversation_id)
        self._places[place.conversation_id] = (line, place)
        insort(self._lines.setdefault(line, []), place)

    def leave(self, conversation_id: ConversationId) -> None:
        """Let a conversation wait no longer; nothing happens if it did not wait."""
        known = self._places.pop(conversation_id, None)
        if known is None:
            return
        line, place = known
        waiting = self._lines[line]
        del waiting[bisect_left(waiting, place)]
        if not waiting:
            del self._lines[line]

    def position(self, conversation_id: ConversationId) -> int:
        """Give the place in its line: 1 for the next one, 0 if it does not wait."""
        known = self._places.get(conversation_id)
        if known is None:
            return 0
        line, place = known
        return bisect_left(self._lines[line], place) + 1

    def lines(self) -> list[LineT]:
        """Give the lines, the one whose first visitor comes first in front."""
        return sorted(self._lines, key=lambda line: self._lines[line][0])

    def waiting(self, line: LineT) -> Iterator[ConversationId]:
        """Give a line's conversations in order."""
        return (place.conversation_id for place in self._lines.get(line, ()))

    def length(self, line: LineT) -> int:
        """Give how many stand in a line."""
        return len(self._lines.get(line, ()))

    def first(self, line: LineT) -> ConversationId:
        """Give the next conversation of a line that is not empty."""
        return self._lines[line][0].conversation_id

    def in_order(self, limit: int) -> list[ConversationId]:
        """Give the first conversations over all lines, at most `limit`."""
        heads = [place for line in self._lines.values() for place in line[:limit]]
        heads.sort()
        return [place.conversation_id for place in heads[:limit]]
