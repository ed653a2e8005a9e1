"""Due times: none is missed, and what is over takes no room."""

from __future__ import annotations

from msgspec.structs import replace

from airdesk.core.conversation import ConversationState, Status
from airdesk.core.kernel import AccountId, ConversationId, InboxId, VisitorId
from airdesk.services.timers import SWEEP_MIN, Timers

BLANK = ConversationState(
    ConversationId(bytes(16)),
    AccountId(b"a" * 16),
    InboxId(b"i" * 16),
    VisitorId(b"v" * 16),
    Status.ASSIGNED,
    1,
    1,
)


def conversation(number: int, due_ms: int) -> ConversationState:
    conversation_id = ConversationId(number.to_bytes(16, "big"))
    return replace(BLANK, conversation_id=conversation_id, answer_due_ms=due_ms)


def resolved(state: ConversationState) -> ConversationState:
    return replace(state, status=Status.RESOLVED, answer_due_ms=0)


def test_what_is_due_comes_once_and_in_order() -> None:
    timers = Timers()
    later, sooner = conversation(1, 300), conversation(2, 200)
    timers.moved(later)
    timers.moved(sooner)
    assert list(timers.due(199)) == []
    assert list(timers.due(300)) == [sooner.conversation_id, later.conversation_id]
    assert list(timers.due(1_000)) == []


def test_a_resolved_conversation_is_not_due() -> None:
    timers = Timers()
    state = conversation(1, 100)
    timers.moved(state)
    timers.moved(resolved(state))
    assert list(timers.due(1_000)) == []


def test_a_conversation_that_is_open_again_is_due() -> None:
    timers = Timers()
    state = conversation(1, 100)
    for moved in (state, resolved(state), replace(state, answer_due_ms=200)):
        timers.moved(moved)
    assert list(timers.due(1_000)) == [state.conversation_id]


def test_resolved_conversations_take_no_room() -> None:
    timers = Timers()
    kept = conversation(0, 50)
    timers.moved(kept)
    for number in range(1, 10 * SWEEP_MIN):
        state = conversation(number, 100 + number)
        timers.moved(state)
        timers.moved(resolved(state))
    assert len(timers) <= 2 + SWEEP_MIN
    assert list(timers.due(10**9)) == [kept.conversation_id]
