"""What comes of a command, who waits for it, and who hears what the hot table does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from airdesk.core import conversation as conv
from airdesk.core.conversation import AccountState, ConversationState, FirstAnswer
from airdesk.core.kernel import NO_ID, ConversationId, OperationId
from airdesk.ports.link import GatewayId, SessionId
from airdesk.ports.log_followers import Committed


class Asked(NamedTuple):
    """Who waits for a command's answer."""

    gateway: GatewayId
    session: SessionId
    operation_id: OperationId
    told: Callable[[Outcome], None] | None = None
    """Who is told, where it is not a session."""


class Outcome(NamedTuple):
    """A command's answer: accepted (number 0) or not."""

    answer: FirstAnswer
    number: int = 0
    text: str = ""


NO_CONVERSATION = ConversationId(NO_ID)
NOTHING = FirstAnswer(NO_CONVERSATION, 0, 0)
"""The answer's place for a command that did nothing."""


class Listener(Protocol):
    """Who hears what the hot table does."""

    def moved(self, before: ConversationState | None, after: ConversationState) -> None:
        """A conversation changed in memory; perhaps not durable yet."""

    def facts_moved(self, before: AccountState, after: AccountState) -> None:
        """An account's facts changed in memory; perhaps not durable yet."""

    def committed(self, committed: Committed) -> None:
        """A record is durable: tell its readers."""

    def answered(self, asked: Asked, outcome: Outcome) -> None:
        """A command's answer may leave."""

    def log_moved(self, head: int, committed: Sequence[Committed]) -> None:
        """Everything up to here is durable and told; these are the records since the last call."""

    def failed(self, error: Exception) -> None:
        """The log failed: this table is void."""


def newest_key(state: ConversationState) -> tuple[bool, int, ConversationId]:
    """Give by what the newest of several visitors' conversations is found: an open one goes first,
    then the one where something happened last."""
    return state.is_open, state.last_ms, state.conversation_id


def answer_seq(events: Sequence[conv.Event], first_seq: int) -> int:
    """Give the `seq` a sender is told: of his words, else of the record's last event."""
    for index, event in enumerate(events):
        if isinstance(event, (conv.MessageSent, conv.NoteAdded)):
            return first_seq + index
    return max(0, first_seq + len(events) - 1)
