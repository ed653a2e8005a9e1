"""How far each side has received and read: told soon, stored at most once a second."""

from __future__ import annotations

from typing import NamedTuple

from airdesk.core.conversation import ConversationState, ReadMark
from airdesk.core.kernel import AccountId, ConversationId


class Positions(NamedTuple):
    """How far one side of a conversation has come, as `seq`."""

    delivered: int = 0
    read: int = 0


_Side = tuple[ConversationId, bool]


class Receipts:
    """Positions of open conversations. `delivered` lives in memory only: it follows from what
    clients hold and comes again when they reconnect."""

    def __init__(self) -> None:
        self._delivered: dict[_Side, int] = {}
        self._to_tell: dict[_Side, None] = {}
        self._to_store: dict[AccountId, dict[_Side, int]] = {}
        self._read: dict[_Side, int] = {}

    def advance(
        self, state: ConversationState, by_visitor: bool, delivered: int, read: int
    ) -> None:
        """Take a client's receipt; positions never go back and never pass the last event."""
        side = (state.conversation_id, by_visitor)
        known = self.positions(state, by_visitor)
        read = min(read, state.last_seq)
        delivered = min(max(delivered, read), state.last_seq)
        if not state.is_open:
            if read > known.read:
                self._to_store.setdefault(state.account_id, {})[side] = read
            return
        if delivered > known.delivered:
            self._delivered[side] = delivered
            self._to_tell[side] = None
        if read > known.read:
            self._read[side] = read
            self._to_tell[side] = None
            self._to_store.setdefault(state.account_id, {})[side] = read

    def positions(self, state: ConversationState, by_visitor: bool) -> Positions:
        """Give how far one side has come."""
        side = (state.conversation_id, by_visitor)
        stored = state.visitor_read_seq if by_visitor else state.staff_read_seq
        read = max(stored, self._read.get(side, 0))
        return Positions(max(read, self._delivered.get(side, 0)), read)

    def take_to_tell(self) -> list[_Side]:
        """Give the sides that moved since the last call."""
        moved = list(self._to_tell)
        self._to_tell.clear()
        return moved

    def take_to_store(self) -> list[tuple[AccountId, tuple[ReadMark, ...]]]:
        """Give the read positions that moved since the last call, by account."""
        stored = [
            (account_id, tuple(ReadMark(*side, seq) for side, seq in sides.items()))
            for account_id, sides in self._to_store.items()
        ]
        self._to_store.clear()
        return stored

    def forget(self, conversation_id: ConversationId) -> None:
        """Let a resolved conversation's positions go; what was read is in its state."""
        for side in ((conversation_id, True), (conversation_id, False)):
            self._delivered.pop(side, None)
            self._read.pop(side, None)
