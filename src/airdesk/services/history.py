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
    """The conversation goes on, perhaps with events that are not durable yet: whoever tells the
    page when they are, lets the reader ask for them at once."""


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
        events = self._next(state, after_seq, public)
        if not events:
            return FeedPage(after_seq, (), more=True)
        return FeedPage(_prev(events[0], public), events, more=events[-1].seq < head)

    def _next(
        self, state: ConversationState, after_seq: int, public: bool
    ) -> tuple[FeedEvent, ...]:
        """Give the next events that the reader may see, at most a page of records further on.

        A page of nothing but notes is skipped: told as an empty page with more behind it, it
        would be asked for again for ever. None is left only where the rest is not durable yet.
        """
        while True:
            records = self._log.read_conversation(
                state.conversation_id, after_seq, limits.PAGE_EVENTS_MAX
            )
            events = tuple(event for event in _visible(records, public) if event.seq > after_seq)
            if events or not records:
                return events
            after_seq = records[-1].last_seq

    def _newest(self, state: ConversationState, public: bool) -> FeedPage:
        events, _ = self.before(state, state.last_seq + 1, public)
        head = state.public_seq if public else state.last_seq
        if not events:
            return FeedPage(0, (), more=head > 0)
        return FeedPage(_prev(events[0], public), events, more=events[-1].seq < head)

    def before(
        self, state: ConversationState, before_seq: int, public: bool
    ) -> tuple[tuple[FeedEvent, ...], bool]:
        """Give the page of events before a `seq`, and whether it is the first one.

        A page of nothing but notes is skipped, since the reader could not ask beyond it.
        """
        while True:
            records = self._log.read_conversation_back(
                state.conversation_id, before_seq, limits.OPENING_EVENTS
            )
            events = tuple(event for event in _visible(records, public) if event.seq < before_seq)
            at_start = not records or records[0].first_seq <= 1
            if events or at_start:
                return events, at_start
            before_seq = records[0].first_seq


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
