"""How far each side has received and read: told soon, stored at most once a second."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from airdesk.core.conversation import ConversationState, ReadMark
from airdesk.core.kernel import AccountId, ConversationId


class Positions(NamedTuple):
    """How far one side of a conversation has come, as `seq`."""

    delivered: int = 0
    read: int = 0


_Side = tuple[ConversationId, bool]


class _Known:
    """What a conversation's two sides have told since it is open."""

    __slots__ = ("staff", "visitor")

    def __init__(self) -> None:
        self.visitor = self.staff = _NOTHING


_NOTHING = Positions()


class Receipts:
    """Positions of open conversations. `delivered` lives in memory only: it follows from what
    clients hold and comes again when they reconnect."""

    def __init__(self) -> None:
        self._known: dict[ConversationId, _Known] = {}
        self._to_tell: dict[_Side, None] = {}
        self._to_store: dict[AccountId, dict[_Side, int]] = {}

    def advance(
        self, state: ConversationState, by_visitor: bool, delivered: int, read: int
    ) -> None:
        """Take a client's receipt; positions never go back and never pass the last event."""
        side = (state.conversation_id, by_visitor)
        known = self.positions(state, by_visitor)
        read = max(known.read, min(read, state.last_seq))
        delivered = max(known.delivered, min(max(delivered, read), state.last_seq))
        if read > known.read:
            # A resolved conversation's is known by its state alone, so another may wait already.
            waiting = self._to_store.setdefault(state.account_id, {})
            waiting[side] = max(read, waiting.get(side, 0))
        if state.is_open and (delivered, read) != known:
            self._keep(state.conversation_id, by_visitor, Positions(delivered, read))
            self._to_tell[side] = None

    def _keep(self, conversation_id: ConversationId, by_visitor: bool, told: Positions) -> None:
        known = self._known.get(conversation_id)
        if known is None:
            known = self._known[conversation_id] = _Known()
        if by_visitor:
            known.visitor = told
        else:
            known.staff = told

    def positions(self, state: ConversationState, by_visitor: bool) -> Positions:
        """Give how far one side has come."""
        known = self._known.get(state.conversation_id)
        stored = state.visitor_read_seq if by_visitor else state.staff_read_seq
        told = _NOTHING if known is None else known.visitor if by_visitor else known.staff
        if told.read >= stored:
            return told
        return Positions(max(stored, told.delivered), stored)

    def take_to_tell(self) -> list[_Side]:
        """Give the sides that moved since the last call."""
        moved = list(self._to_tell)
        self._to_tell.clear()
        return moved

    def count_to_store(self) -> int:
        """Count the read positions that moved and were not taken to be stored."""
        return sum(map(len, self._to_store.values()))

    def take_to_store(self, limit: int) -> list[tuple[AccountId, tuple[ReadMark, ...]]]:
        """Give read positions that moved, those that wait longest first, by account.

        Args:
            limit: of each account at most.
        """
        stored = []
        for account_id, sides in list(self._to_store.items()):
            taken = list(islice(sides, limit))
            marks = tuple(ReadMark(*side, sides.pop(side)) for side in taken)
            if not sides:
                del self._to_store[account_id]
            if marks:
                stored.append((account_id, marks))
        return stored

    def forget(self, conversation_id: ConversationId) -> None:
        """Let a resolved conversation's positions go; what was read is in its state."""
        self._known.pop(conversation_id, None)
