"""What holds in every conversation, whatever happened in it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from airdesk.core import conversation as c
from airdesk.core.kernel import NO_ID, CommandRejected
from tests.kit import conversations as k
from tests.kit import strategies as s

thorough = settings(max_examples=200, deadline=None)


@thorough
@given(s.histories(), st.data())
def test_a_snapshot_and_the_events_after_it_equal_the_state(
    history: k.History, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(history.records)))
    state: c.ConversationState | None = None
    for kept in history.records[:cut]:
        state = k.apply(state, kept)
    assert state is not None
    state = c.decode_state(c.encode_state(state))
    for kept in history.records[cut:]:
        assert c.decode_events(c.encode_events(kept.events)) == kept.events
        state = k.apply(state, kept)
    assert state == history.now
    assert c.encode_state(state) == c.encode_state(history.now)


@thorough
@given(s.histories())
def test_public_seq_is_the_last_event_that_the_visitor_may_see(history: k.History) -> None:
    events = history.events()
    assert history.now.public_seq == max(seq for seq, event in events if c.is_public(event))
    assert history.now.last_seq == events[-1][0] == len(events)


@thorough
@given(s.histories())
def test_prev_is_the_event_before_for_both_classes_of_readers(history: k.History) -> None:
    whole, public = 0, 0
    for one in history.feed():
        assert one.seq == whole + 1
        whole = one.seq
        assert (one.public_prev >= 0) == c.is_public(one.event)
        if one.public_prev >= 0:
            assert one.public_prev == public
            public = one.seq
    assert (whole, public) == (history.now.last_seq, history.now.public_seq)


@thorough
@given(s.histories())
def test_every_message_and_note_keeps_its_own_words(history: k.History) -> None:
    for one in history.feed():
        spoken = isinstance(one.event, c.MessageSent | c.NoteAdded)
        assert bool(one.text.strip()) == spoken


@thorough
@given(s.histories())
def test_unread_counts_are_exact(history: k.History) -> None:
    messages = [(seq, e) for seq, e in history.events() if isinstance(e, c.MessageSent)]
    state = history.now
    by_visitor = [seq for seq, e in messages if e.author == c.AUTHOR_VISITOR]
    by_others = [seq for seq, e in messages if e.author != c.AUTHOR_VISITOR]
    assert state.unread_by_staff == tuple(x for x in by_visitor if x > state.staff_read_seq)
    assert state.unread_by_visitor == tuple(x for x in by_others if x > state.visitor_read_seq)


@thorough
@given(s.histories())
def test_who_holds_and_who_waits_fit_the_status(history: k.History) -> None:
    for state in history.states:
        if state.status == c.Status.ASSIGNED:
            assert state.assignee_id in state.participants
        if state.status in (c.Status.BOT, c.Status.QUEUED, c.Status.RESOLVED):
            assert state.assignee_id == NO_ID
        if state.status == c.Status.QUEUED:
            assert state.waiting_since_ms > 0
        assert (state.snoozed_until_ms > 0) == (state.status == c.Status.SNOOZED)
        assert state.answer_due_ms == 0 or state.status == c.Status.ASSIGNED
        assert len(set(state.participants)) == len(state.participants)


@thorough
@given(s.histories())
def test_authors_of_agents_are_participants_who_joined_before(history: k.History) -> None:
    known = 0
    for _, event in history.events():
        if isinstance(event, c.ParticipantJoined):
            known += 1
        author = getattr(event, "author", 0)
        assert author < c.AUTHOR_FIRST_PARTICIPANT + known


@thorough
@given(s.histories(), s.wishes())
def test_a_rejected_wish_changes_nothing_and_a_decision_never_does(
    history: k.History, wish: k.Wish
) -> None:
    before = history.now
    stored = c.encode_state(before)
    count = len(history.records)
    try:
        decision = history.wish(wish)
    except CommandRejected:
        assert history.now is before
        assert len(history.records) == count
    else:
        if not decision.events:
            assert history.now is before
        assert history.now.status in c.TRANSITIONS[before.status][type(wish.command)]
    assert c.encode_state(before) == stored


@thorough
@given(s.histories(), st.integers(0, 100), st.booleans())
def test_reads_never_go_back_nor_beyond_the_end(
    history: k.History, seq: int, by_visitor: bool
) -> None:
    before = history.now
    after = history.read(k.Read(by_visitor, seq))
    assert before.visitor_read_seq <= after.visitor_read_seq <= after.last_seq
    assert before.staff_read_seq <= after.staff_read_seq <= after.last_seq
    assert len(after.unread_by_staff) <= len(before.unread_by_staff)
    assert after.last_seq == before.last_seq


@thorough
@given(s.histories())
def test_nothing_internal_reaches_the_visitor(history: k.History) -> None:
    for one in history.feed():
        if one.public_prev >= 0:
            assert type(one.event) not in c.INTERNAL_EVENTS
