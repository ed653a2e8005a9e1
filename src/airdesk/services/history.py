"""Pages of a conversation's durable events, for one class of readers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from airdesk.core import conversation as conv
from airdesk.core.conversation import ConversationState, FeedEvent
from airdesk.core.kernel import limits
from airdesk.ports.event_log import EventLog, Record


class FeedPage(NamedTuple):
    """Events in order, contiguous from `base`."""

    base: int
    events: tuple[FeedEvent, ...]
    more: bool


class Histories:
    """Reads conversations from the log.

    Args:
        log: the shard's log.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def after(self, state: ConversationState, after_seq: int, public: bool) -> FeedPage:
        """Give the events after a `seq`, or the newest ones where there is no going on.

        A reader who holds nothing (0), or more than there is, or who missed more than
        RESUME_EVENTS_MAX, begins anew with the newest OPENING_EVENTS.
        """
        head = state.public_seq if public else state.last_seq
        if after_seq == head:
            return FeedPage(after_seq, (), more=False)
        if not 0 < after_seq < head or head - after_seq > limits.RESUME_EVENTS_MAX:
            return self._newest(state, public)
        records = self._log.read_conversation(
            state.conversation_id, after_seq, limits.PAGE_EVENTS_MAX
        )
        events = [event for event in _visible(records, public) if event.seq > after_seq]
        more = bool(records) and records[-1].last_seq < state.last_seq
        if events:
            base = _prev(events[0], public)
            return FeedPage(base, tuple(events), more)
        return FeedPage(after_seq, (), more and len(records) == limits.PAGE_EVENTS_MAX)

    def _newest(self, state: ConversationState, public: bool) -> FeedPage:
        events, _ = self.before(state, state.last_seq + 1, public)
        base = _prev(events[0], public) if events else 0
        return FeedPage(base, events, more=False)

    def before(
        self, state: ConversationState, before_seq: int, public: bool
    ) -> tuple[tuple[FeedEvent, ...], bool]:
        """Give the page of events before a `seq`, and whether it is the first one."""
        records = self._log.read_conversation_back(
            state.conversation_id, before_seq, limits.OPENING_EVENTS
        )
        events = tuple(event for event in _visible(records, public) if event.seq < before_seq)
        at_start = not records or records[0].first_seq <= 1
        return events, at_start


def _prev(event: FeedEvent, public: bool) -> int:
    return event.public_prev if public else event.seq - 1


def record_header(record: Record) -> conv.RecordHeader:
    """Give what numbering takes from a stored record."""
    return conv.RecordHeader(
        record.first_seq,
        record.public_before,
        record.ts_ms,
        record.actor,
        record.operation_id,
    )


def _visible(records: Iterable[Record], public: bool) -> Iterable[FeedEvent]:
    for record in records:
        events: tuple[conv.ConversationEvent, ...]
        events = conv.decode_events(record.events)  # type: ignore[assignment]
        numbered = conv.number_events(
            events,
            conv.decode_bodies(record.bodies),
            record_header(record),
        )
        for event in numbered:
            if not public or event.public_prev >= 0:
                yield event
