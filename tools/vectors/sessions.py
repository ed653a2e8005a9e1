"""Recorded traces of the client's session machine, driven step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airdesk.core.kernel import ConversationId, limits
from airdesk.core.wire import messages as m
from tools.vectors.recorder import Recorder, operation
from tools.vectors.wire import (
    AGENT,
    AGENT_2,
    CONVERSATION,
    CONVERSATION_2,
    LABEL,
    LABEL_2,
    VISITOR,
)

_ALPHA = ConversationId(CONVERSATION)
_BETA = ConversationId(CONVERSATION_2)
_OPENED_MS = 1_760_000_000_000


# What the server says in the traces -----------------------------------------------------------


def _welcome(cursor: str = "e1:10", reset: bool = False, role: int = 0) -> m.Welcome:
    who = VISITOR if role == 0 else AGENT
    return m.Welcome(who, role, _OPENED_MS, 25_000, cursor, reset)


def _row(
    ref: int, conversation: bytes, version: int, last_seq: int, status: int = 1, unread: int = 0
) -> m.Row:
    return m.Row(
        ref,
        conversation,
        _OPENED_MS,
        version,
        status,
        VISITOR,
        last_seq,
        _OPENED_MS + last_seq,
        unread,
    )


def _message(ref: int, seq: int, prev: int, text: str, author: int = 3) -> m.Event:
    return m.Event(ref, seq, prev, seq * 1_000, 3, author, text)


def _live_with_three_events(recorder: Recorder) -> None:
    """A visitor's conversation: started, a message, queued."""
    recorder.connected()
    recorder.receive(
        _welcome(),
        _row(1, CONVERSATION, 10, 3),
        m.Opened(1, 0),
        m.Event(1, 1, 0, 0, 1),
        _message(1, 2, 1, "Hello", author=0),
        m.Event(1, 3, 2, 2_000, 5),
        m.Listing((1,), cursor="e1:10"),
    )


# The traces -----------------------------------------------------------------------------------


def _fresh_visitor(r: Recorder) -> None:
    r.connected()
    r.receive(_welcome("e1:0"), m.Listing((), cursor="e1:0"))
    r.submit(m.Send(operation(1), 0, "你好"))
    r.receive(
        _row(1, CONVERSATION, 5, 3),
        m.Opened(1, 0),
        m.Event(1, 1, 0, 0, 1),
        m.Event(1, 2, 1, 0, 3, 0, "你好", op=operation(1)),
        m.Event(1, 3, 2, 0, 5),
        m.Accepted(operation(1), 1, 2),
        m.Listing((1,), cursor="e1:5"),
        m.Event(1, 4, 3, 2_000, 2, subject=AGENT),
        m.Event(1, 5, 4, 2_000, 6, subject=AGENT, value=8),
        _message(1, 6, 5, "您好，请讲。"),
    )
    r.flush_receipts()


def _resume_contiguous(r: Recorder) -> None:
    _live_with_three_events(r)
    r.disconnected()
    r.connected()
    r.receive(
        _welcome("e1:10"),
        _row(1, CONVERSATION, 14, 5),
        m.Opened(1, 3),
        _message(1, 4, 3, "one"),
        _message(1, 5, 4, "two"),
        m.Listing((1,), cursor="e1:14"),
    )
    r.disconnected()
    r.connected()


def _resume_with_another_ref(r: Recorder) -> None:
    _live_with_three_events(r)
    r.read(_ALPHA, 3)
    r.flush_receipts()
    r.disconnected()
    r.connected()
    r.receive(_welcome("e1:10"), _row(2, CONVERSATION, 10, 3), m.Opened(2, 3))
    r.receive(_message(1, 4, 3, "a ref of the connection before"), _message(2, 4, 3, "now"))
    r.flush_receipts()


def _hole_is_healed(r: Recorder) -> None:
    _live_with_three_events(r)
    r.receive(
        _message(1, 5, 4, "before it one is missing"),
        _message(1, 6, 5, "ignored while healing"),
        m.Opened(1, 3),
        _message(1, 4, 3, "the missing one"),
        _message(1, 5, 4, "before it one is missing"),
        _message(1, 6, 5, "ignored while healing"),
        _message(1, 6, 5, "a repeat"),
    )


def _view_is_reset(r: Recorder) -> None:
    _live_with_three_events(r)
    r.disconnected()
    r.connected()
    r.receive(
        _welcome("e1:10"),
        _row(1, CONVERSATION, 9_000, 2_000),
        m.Opened(1, 1_950),
        _message(1, 1_951, 1_950, "fifty from the end"),
    )


def _another_epoch(r: Recorder) -> None:
    _live_with_three_events(r)
    r.follow(_BETA)
    r.receive(_row(2, CONVERSATION_2, 11, 1), m.Opened(2, 0), m.Event(2, 1, 0, 0, 1))
    r.read(_ALPHA, 3)
    r.submit(m.Send(operation(1), CONVERSATION, "still in the outbox"))
    r.disconnected()
    r.connected()
    r.receive(
        _welcome("e2:0", reset=True),
        _row(1, CONVERSATION, 2, 2),
        m.Opened(1, 0),
        m.Event(1, 1, 0, 0, 1),
        m.Listing((1,), cursor="e2:2"),
    )
    r.flush_receipts()


def _row_versions(r: Recorder) -> None:
    r.connected()
    r.receive(
        _welcome(role=1),
        _row(1, CONVERSATION, 10, 3, status=2, unread=1),
        _row(1, CONVERSATION, 12, 4, status=2, unread=2),
        _row(1, CONVERSATION, 11, 4, status=1, unread=9),
        _row(1, CONVERSATION, 12, 4, status=2, unread=2),
        _row(1, CONVERSATION, 13, 5, status=4),
    )


def _fenced(r: Recorder) -> None:
    _live_with_three_events(r)
    r.receive(m.Failure(4010, "a newer connection of this instance took over"))
    r.submit(m.Send(operation(1), CONVERSATION, "kept, not sent"))
    r.disconnected()


def _new_token(r: Recorder) -> None:
    r.connected()
    r.receive(m.Failure(4102, "the token has expired"))
    r.disconnected()
    r.new_token("another token")
    r.connected()
    r.receive(_welcome("e1:0"))


def _capacity(r: Recorder) -> None:
    _live_with_three_events(r)
    r.receive(m.Failure(4302, "more than 100 messages in 5000 ms", 2_000))
    r.disconnected()
    r.connected()


def _rejected(r: Recorder) -> None:
    _live_with_three_events(r)
    r.submit(m.Rate(operation(1), CONVERSATION, 5))
    r.receive(m.Rejected(operation(1), 4203, "not possible"))
    r.receive(m.Rejected(operation(1), 4203, "not possible"))
    r.submit(m.Send(operation(2), CONVERSATION, "reused"))
    r.receive(m.Rejected(operation(2), 4011, "operation id was used for another command"))


def _outbox_in_order(r: Recorder) -> None:
    r.submit(m.Send(operation(2), CONVERSATION, "one"))
    r.connected()
    r.submit(m.Send(operation(3), CONVERSATION, "two"))
    r.receive(_welcome(), _row(1, CONVERSATION, 10, 3), m.Accepted(operation(1), 1, 4, 4_000))
    r.submit(m.Resolve(operation(4), CONVERSATION))
    r.submit(m.Resolve(operation(4), CONVERSATION))
    r.disconnected()
    r.connected()
    r.receive(_welcome("e1:10"))
    r.receive(m.Accepted(operation(3)), m.Accepted(operation(2)), m.Accepted(operation(2)))
    r.resubmit()


def _outbox_bounded(r: Recorder) -> None:
    for number in range(1, limits.COMMANDS_IN_FLIGHT_MAX + 4):
        r.submit(m.Send(operation(number), CONVERSATION, f"{number}"))
    r.connected()
    r.receive(_welcome())
    r.receive(m.Accepted(operation(2)), m.Rejected(operation(1), 4205, "too long"))
    r.disconnected()
    r.connected()
    r.receive(_welcome())


def _receipts(r: Recorder) -> None:
    _live_with_three_events(r)
    r.flush_receipts()
    r.receive(
        _message(1, 4, 3, "from the other side"),
        m.Event(1, 5, 4, 5_000, 3, 0, "mine", op=operation(1)),
        m.Event(1, 6, 5, 6_000, 6, subject=AGENT, value=8),
    )
    r.flush_receipts()
    r.read(_ALPHA, 4)
    r.read(_ALPHA, 3)
    r.flush_receipts()
    r.flush_receipts()
    r.read(_ALPHA, 6)
    r.disconnected()
    r.flush_receipts()
    r.connected()
    r.receive(_welcome(), _row(7, CONVERSATION, 10, 6), m.Opened(7, 6))
    r.flush_receipts()


def _unknown_in_listing(r: Recorder) -> None:
    r.connected()
    r.receive(
        _welcome("e1:10", role=1),
        _row(1, CONVERSATION, 10, 3),
        m.Listing((1, 2), (3,), 1, "e1:20", 2),
        _row(2, CONVERSATION_2, 20, 1),
        m.Listing((1,), (2,), 1, "e1:20", 2),
    )


def _beat(r: Recorder) -> None:
    _live_with_three_events(r)
    r.receive(
        m.Beat(_OPENED_MS + 25_000, "e1:12", (m.Head(1, 3, 10),)),
        m.Beat(_OPENED_MS + 50_000, "e1:14", (m.Head(1, 4, 10),)),
        m.Beat(_OPENED_MS + 75_000, "e1:15", (m.Head(1, 4, 10),)),
        m.Opened(1, 3),
        _message(1, 4, 3, "the lost one"),
        m.Beat(_OPENED_MS + 100_000, "e1:30", (m.Head(1, 4, 29),)),
        _row(1, CONVERSATION, 29, 4),
        m.Listing((1,), cursor="e1:30"),
        m.Beat(_OPENED_MS + 125_000, "e1:40", (m.Head(9, 1, 31),)),
        m.Beat(_OPENED_MS + 150_000),
    )


def _follow_and_close(r: Recorder) -> None:
    r.follow(_BETA)
    r.connected()
    r.receive(
        _welcome(role=1),
        _row(4, CONVERSATION_2, 10, 60),
        m.Opened(4, 59),
        _message(4, 60, 59, "newest", author=0),
    )
    r.history(_BETA, 60)
    r.receive(m.Page(4, 60, (m.PageEvent(59, 58, 59_000, 3, 0, "older"),)))
    r.typing(_BETA, True)
    r.receive(m.SomebodyTyping(4, 0), m.SomebodyTyping(4, 0, False), m.Receipts((m.Mark(4, 60),)))
    r.unfollow(_BETA)
    r.receive(m.Closed(4), _message(4, 61, 60, "too late"))


def _refused_follow(r: Recorder) -> None:
    r.follow(_BETA)
    r.connected()
    r.receive(_welcome(role=1), _row(1, CONVERSATION, 10, 3), m.Opened(1, 0))
    r.receive(m.Closed(0, CONVERSATION), m.Closed(0, CONVERSATION_2), m.Closed(0, CONVERSATION_2))


def _unknown_refs(r: Recorder) -> None:
    r.connected()
    r.receive(
        _welcome(),
        m.Opened(1, 0),
        m.Event(1, 1, 0, 0, 1),
        m.SomebodyTyping(1, 3),
        m.Receipts((m.Mark(1, 1, 1),)),
        m.Closed(1),
        m.Accepted(operation(9), 1, 1),
    )
    r.typing(_ALPHA, True)
    r.history(_ALPHA, 5)
    r.unfollow(_ALPHA)
    r.read(_ALPHA, 5)
    r.flush_receipts()


def _participants(r: Recorder) -> None:
    r.connected()
    r.receive(
        _welcome(role=2),
        m.Row(
            1,
            CONVERSATION,
            _OPENED_MS,
            10,
            2,
            VISITOR,
            9,
            _OPENED_MS + 9,
            3,
            0,
            AGENT,
            (AGENT_2, AGENT),
            8,
            7,
        ),
        m.Listing((1,), cursor="e1:10", availability=2),
    )
    r.submit(m.Transfer(operation(1), CONVERSATION, AGENT_2, note="请接手"))
    r.submit(m.SetAvailability(operation(2), 1))


def _desk(r: Recorder) -> None:
    """An agent tells at what he looks, hears of others, sorts, and comes again after a break."""
    r.view(_ALPHA)
    r.connected()
    r.receive(
        _welcome(role=1),
        _row(1, CONVERSATION, 10, 3, status=2),
        _row(2, CONVERSATION_2, 11, 3, status=2),
        m.Listing((1, 2), cursor="e1:11", availability=2),
        m.Opened(1, 3),
        m.SomebodyViewing(1, (AGENT_2,)),
        m.SomebodyViewing(9, (AGENT_2,)),
        m.SomebodyTyping(1, 0, True, "我的订单"),
        m.Mentioned(CONVERSATION_2, 4, AGENT_2),
    )
    r.view(_ALPHA)
    r.view(_BETA)
    r.submit(m.SetLabels(operation(1), CONVERSATION_2, (LABEL, LABEL_2)))
    r.submit(m.SetPriority(operation(2), CONVERSATION_2, 2))
    r.submit(m.ReturnToBot(operation(3), CONVERSATION_2))
    r.typing(_BETA, True, "x" * 501)
    r.disconnected()
    r.view(_ALPHA)
    r.connected()
    r.receive(_welcome(role=1), _row(1, CONVERSATION_2, 11, 3), _row(2, CONVERSATION, 10, 3))
    r.view(None)
    r.view(None)


_TRACES: dict[str, tuple[str, Callable[[Recorder], None]]] = {
    "fresh_visitor": ("A visitor without history says hello and is answered.", _fresh_visitor),
    "resume_contiguous": ("A connection breaks; the next goes on.", _resume_contiguous),
    "resume_another_ref": ("Refs belong to a connection.", _resume_with_another_ref),
    "hole": ("A lost event is asked for again.", _hole_is_healed),
    "view_reset": ("Too much was missed: the view begins anew.", _view_is_reset),
    "epoch_reset": ("The cursor belongs to another history.", _another_epoch),
    "row_versions": ("An older row is ignored.", _row_versions),
    "fenced": ("A newer connection of the page took over.", _fenced),
    "new_token": ("An expired token is replaced.", _new_token),
    "capacity": ("A limit was reached: wait, then come again.", _capacity),
    "rejected": ("A rejected command leaves the outbox.", _rejected),
    "outbox_order": ("The outbox is sent again in order.", _outbox_in_order),
    "outbox_bounded": ("At most 32 commands are sent ahead of their answers.", _outbox_bounded),
    "receipts": ("Receipts gather until they are flushed.", _receipts),
    "listing_unknown_ref": ("A list with an unknown ref: refresh.", _unknown_in_listing),
    "beat_heads": ("A beat shows what was silently lost.", _beat),
    "follow": ("An agent looks into a conversation.", _follow_and_close),
    "follow_refused": ("A conversation that may not be seen.", _refused_follow),
    "unknown_refs": ("Messages about refs that nobody introduced.", _unknown_refs),
    "desk": ("What an agent looks at, and how he sorts.", _desk),
    "row_fields": ("A row with every field; refs in commands.", _participants),
}
_OUTBOXES: dict[str, tuple[m.CommandMessage, ...]] = {
    "outbox_order": (m.Send(operation(1), CONVERSATION, "zero, of an earlier page"),)
}


def traces() -> dict[str, dict[str, Any]]:
    """Give what `tests/vectors/session` holds, by file name without its ending."""
    documents = {}
    for name, (title, play) in _TRACES.items():
        recorder = Recorder(title, _OUTBOXES.get(name, ()))
        play(recorder)
        documents[name] = recorder.document()
    return documents
