"""Home, gateway and log together, in memory: what people see."""

from __future__ import annotations

from itertools import pairwise

import pytest

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    ConversationId,
    Fenced,
    IllegalTransition,
    NotPermitted,
    RateExceeded,
    limits,
)
from airdesk.core.wire import BINARY, JSON, Encoding
from airdesk.core.wire import messages as m
from airdesk.core.wire.client import CommandDone, CommandRefused, Ended, ListChanged, RowChanged
from tests.kit.house import INBOX, House, agent


@pytest.mark.parametrize("encoding", [BINARY, JSON], ids=["binary", "json"])
def test_a_visitor_and_an_agent_talk_in_either_encoding(encoding: Encoding) -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1", encoding)
    visitor.send("你好")
    anna.send("hello", visitor.conversation)
    assert visitor.texts() == anna.texts() == ["你好", "hello"]


def test_an_answer_comes_only_after_the_record_is_durable() -> None:
    house = House()
    visitor = house.join("visitor 1")
    visitor.session.submit(m.Send(house.ids.new_id(), 0, "hello"))
    for payload in visitor.session.take_outgoing():
        visitor._receiver.socket_message(payload, True)  # type: ignore[union-attr]
    while house._soon:
        house._soon.popleft()()
    assert house.log.waiting
    assert not visitor.connection.sent
    house.settle()
    assert visitor.took(CommandDone)


def test_what_was_not_committed_was_never_told_and_is_gone_after_a_crash() -> None:
    house = House()
    visitor = house.join("visitor 1")
    visitor.send("kept")
    op = house.ids.new_id()
    visitor.session.submit(m.Send(op, visitor.conversation, "in flight"))
    for payload in visitor.session.take_outgoing():
        visitor._receiver.socket_message(payload, True)  # type: ignore[union-attr]
    house.crash_home()
    assert visitor.texts() == ["kept"]
    house.start_home()
    assert visitor.texts() == ["kept", "in flight"]
    assert len(visitor.session.outbox) == 0


def test_a_home_that_returns_finds_its_gateways_sessions_and_feeds_them_on() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("one")
    house.crash_home()
    house.start_home()
    anna.send("two", visitor.conversation)
    assert visitor.texts() == anna.texts() == ["one", "two"]
    assert visitor.connection.closed_with is None


def test_a_repeat_gets_the_first_answer_even_after_a_restart() -> None:
    house = House()
    visitor = house.join("visitor 1")
    op = visitor.send("once")
    visitor.do(m.Send(op, 0, "once"))
    house.crash_home()
    house.start_home()
    visitor.do(m.Send(op, 0, "once"))
    answers = {one.answer for one in visitor.took(CommandDone)}  # type: ignore[union-attr]
    assert visitor.texts() == ["once"]
    assert len(answers) == 1


def test_the_same_operation_with_another_body_is_refused() -> None:
    house = House()
    visitor = house.join("visitor 1")
    op = visitor.send("once")
    visitor.do(m.Send(op, 0, "twice"))
    assert [one.number for one in visitor.took(CommandRefused)] == [4011]  # type: ignore[union-attr]
    assert visitor.texts() == ["once"]


def test_a_private_note_reaches_the_staff_alone_and_leaves_no_hole() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    anna.do(m.Note(house.ids.new_id(), visitor.conversation, "a difficult one"))
    anna.send("hi", visitor.conversation)
    assert visitor.texts() == ["hello", "hi"]
    assert anna.texts() == ["hello", "a difficult one", "hi"]
    assert not visitor.session.views[visitor.conversation].healing


def test_a_reconnect_resumes_where_the_client_stands() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("one")
    visitor.hang_up()
    anna.send("two", anna.conversation)
    anna.do(m.Note(house.ids.new_id(), anna.conversation, "private"))
    anna.send("three", anna.conversation)
    before = len(visitor.shown[visitor.conversation])
    visitor.connect()
    assert visitor.texts() == ["one", "two", "three"]
    assert len(visitor.shown[visitor.conversation]) == before + 2


def test_missing_more_than_is_replayed_begins_the_view_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "RESUME_EVENTS_MAX", 5)
    monkeypatch.setattr(limits, "OPENING_EVENTS", 3)
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("start")
    visitor.hang_up()
    for number in range(10):
        anna.send(str(number), anna.conversation)
    visitor.connect()
    assert visitor.texts() == ["7", "8", "9"]


def test_a_newer_connection_of_an_instance_fences_the_older_one() -> None:
    house = House()
    visitor = house.join("visitor 1")
    old = visitor.connection
    visitor.connect()
    assert old.closed_with == Fenced.number
    assert visitor.connection.closed_with is None


def test_a_late_hello_of_an_older_connection_is_fenced_itself() -> None:
    house = House()
    visitor = house.join("visitor 1")
    visitor.connect()
    late = house.join("visitor 1")
    late.session._instance = visitor.session._instance
    late.session._attempt = 0
    late.connect()
    assert late.connection.closed_with == Fenced.number
    assert late.took(Ended)
    assert visitor.connection.closed_with is None


def test_a_visitor_sees_nothing_of_another() -> None:
    house = House()
    first, second = house.join("visitor 1"), house.join("visitor 2")
    first.send("mine")
    second.say(m.Follow(first.conversation))
    second.do(m.Send(house.ids.new_id(), first.conversation, "hello?"))
    assert first.conversation not in second.shown
    assert first.texts() == ["mine"]
    assert second.took(CommandRefused)


def test_a_visitor_may_not_use_an_agents_commands() -> None:
    house = House()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    for command in (
        m.Note(house.ids.new_id(), visitor.conversation, "x"),
        m.Resolve(house.ids.new_id(), visitor.conversation),
        m.Assign(house.ids.new_id(), visitor.conversation),
        m.SetAvailability(house.ids.new_id(), 2),
    ):
        visitor.do(command)
    numbers = [one.number for one in visitor.took(CommandRefused)]  # type: ignore[union-attr]
    assert numbers == [NotPermitted.number] * 4


def test_nobody_waits_beside_a_free_desk() -> None:
    house = House(agents=2, capacity=1)
    visitors = [house.join(f"visitor {number}") for number in range(1, 4)]
    for visitor in visitors:
        visitor.send("hello")
    anna = house.agent_online(1)
    house.agent_online(2)
    states = [house.home.conversations.find(one.conversation) for one in visitors]
    assert [state.status for state in states if state] == [2, 2, 1]
    anna.do(m.Resolve(house.ids.new_id(), visitors[0].conversation))
    assert house.home.conversations.find(visitors[2].conversation).assignee_id == agent(1)  # type: ignore[union-attr]


def test_a_waiting_visitor_hears_his_place() -> None:
    house = House(agents=1, capacity=1)
    house.agent_online()
    visitors = [house.join(f"visitor {number}") for number in range(1, 4)]
    for visitor in visitors:
        visitor.send("hello")
        house.clock.ms += 10
    house.pass_time(3_000)
    rows = [one.session.views[one.conversation].row for one in visitors]
    assert [row.place for row in rows if row] == [0, 1, 2]


def test_chats_of_an_agent_who_vanished_go_on_elsewhere_after_the_grace() -> None:
    house = House(agents=2)
    anna = house.agent_online(1)
    visitor = house.join("visitor 1")
    visitor.send("hello")
    bert = house.agent_online(2)
    anna.hang_up()
    house.pass_time(limits.PRESENCE_GRACE_MS - 1_000)
    assert house.home.conversations.find(visitor.conversation).assignee_id == agent(1)  # type: ignore[union-attr]
    house.pass_time(2_000)
    assert house.home.conversations.find(visitor.conversation).assignee_id == agent(2)  # type: ignore[union-attr]
    assert bert.texts() == ["hello"]


def test_a_silent_agent_loses_the_visitor_to_one_who_is_free() -> None:
    facts = conv.InboxFacts(INBOX, answer_ms_max=30_000)
    house = House(agents=2, facts=facts)
    house.agent_online(1)
    visitor = house.join("visitor 1")
    visitor.send("hello")
    house.agent_online(2)
    house.pass_time(31_000)
    assert house.home.conversations.find(visitor.conversation).assignee_id == agent(2)  # type: ignore[union-attr]


def test_a_silent_agent_keeps_the_visitor_while_nobody_else_is_free() -> None:
    facts = conv.InboxFacts(INBOX, answer_ms_max=30_000)
    house = House(agents=1, facts=facts)
    house.agent_online(1)
    visitor = house.join("visitor 1")
    visitor.send("hello")
    house.pass_time(120_000, step_ms=1_000)
    state = house.home.conversations.find(visitor.conversation)
    assert state is not None and state.assignee_id == agent(1)


def test_a_snoozed_conversation_wakes_when_its_time_has_come() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    until_ms = house.clock.ms + 60_000
    anna.do(m.Snooze(house.ids.new_id(), visitor.conversation, until_ms))
    house.pass_time(59_000, step_ms=1_000)
    assert house.home.conversations.find(visitor.conversation).status == conv.Status.SNOOZED  # type: ignore[union-attr]
    house.pass_time(2_000, step_ms=1_000)
    assert house.home.conversations.find(visitor.conversation).status == conv.Status.ASSIGNED  # type: ignore[union-attr]


def test_read_and_delivered_reach_the_other_side_and_survive_a_restart() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    anna.session.flush_receipts()
    house.settle()
    house.pass_time(250)
    assert visitor.marks()[-1].delivered >= 2
    seq = anna.session.views[anna.conversation].last_seq
    anna.session.read(anna.conversation, seq)
    anna.session.flush_receipts()
    house.settle()
    house.pass_time(1_500)
    assert visitor.marks()[-1].read == seq
    house.crash_home()
    house.start_home()
    assert house.home.conversations.find(visitor.conversation).staff_read_seq == seq  # type: ignore[union-attr]


def test_ticks_in_parts_tell_and_store_everything_in_time() -> None:
    house = House(capacity=12)
    anna = house.agent_online()
    visitors = [house.join(f"visitor {number}") for number in range(12)]
    for visitor in visitors:
        visitor.send("hello")
        anna.session.read(visitor.conversation, anna.session.views[visitor.conversation].last_seq)
    anna.session.flush_receipts()
    house.settle()
    house.pass_time(2 * limits.ROWS_MS, step_ms=50, parts=5)
    read = [anna.session.views[visitor.conversation].last_seq for visitor in visitors]
    assert [visitor.marks()[-1].read for visitor in visitors] == read
    house.pass_time(3 * limits.READ_MARK_MS, step_ms=50, parts=5)
    house.crash_home()
    house.start_home()
    states = [house.home.conversations.find(visitor.conversation) for visitor in visitors]
    assert [state.staff_read_seq for state in states if state is not None] == read


def test_ticks_in_parts_tell_a_share_each() -> None:
    house = House(capacity=10)
    anna = house.agent_online()
    visitors = [house.join(f"visitor {number}") for number in range(10)]
    for visitor in visitors:
        visitor.send("hello")
    anna.session.flush_receipts()
    house.settle()
    told = []
    for _ in range(10):
        house.pass_time(50, step_ms=50, parts=5)
        told.append(sum(len(visitor.marks()) for visitor in visitors))
    steps = [after - before for before, after in pairwise([0, *told])]
    assert sum(steps) == 10 and max(steps) == 2


def test_beats_are_spread_and_each_connection_gets_its_own_in_time() -> None:
    house = House()
    visitors = [house.join(f"visitor {number}") for number in range(125)]
    house.pass_time(limits.SWEEP_SLICE_MS)
    for visitor in visitors:
        visitor.connection.pings = 0
    slices = []
    for _ in range(limits.BEAT_MS // limits.SWEEP_SLICE_MS):
        before = sum(visitor.connection.pings for visitor in visitors)
        house.pass_time(limits.SWEEP_SLICE_MS)
        slices.append(sum(visitor.connection.pings for visitor in visitors) - before)
    assert {visitor.connection.pings for visitor in visitors} == {1}
    assert max(slices) == 1


def test_resolved_leaves_the_agents_list_and_a_late_word_takes_it_up_again() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    anna.do(m.Resolve(house.ids.new_id(), visitor.conversation))
    house.pass_time(500)
    assert anna.took(ListChanged)[-1].mine == ()  # type: ignore[union-attr]
    visitor.send("one more thing")
    house.pass_time(500)
    assert anna.took(ListChanged)[-1].mine == (visitor.conversation,)  # type: ignore[union-attr]
    assert visitor.texts() == ["hello", "one more thing"]


def test_a_word_long_after_resolved_starts_anew() -> None:
    facts = conv.InboxFacts(INBOX, reopen_ms_max=1_000)
    house = House(facts=facts)
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    first = visitor.conversation
    anna.do(m.Resolve(house.ids.new_id(), first))
    house.pass_time(2_000)
    visitor.send("hello again")
    assert visitor.conversation != first
    assert visitor.texts(visitor.conversation) == ["hello again"]


def test_a_word_to_an_older_resolved_conversation_goes_to_the_newest() -> None:
    facts = conv.InboxFacts(INBOX, reopen_ms_max=0)
    house = House(facts=facts)
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("first")
    first = visitor.conversation
    anna.do(m.Resolve(house.ids.new_id(), first))
    house.clock.ms += 10
    visitor.send("second")
    visitor.send("third", first)
    assert visitor.texts(first) == ["first"]
    assert visitor.texts(visitor.conversation) == ["second", "third"]


def test_a_known_instance_id_fences_nobody_else() -> None:
    house = House()
    victim = house.join("visitor 1")
    thief = house.join("visitor 2")
    thief.session._instance = victim.session._instance
    thief.session._attempt = 7
    thief.connect()
    assert victim.connection.closed_with is None
    assert thief.connection.closed_with is None


def test_only_the_newest_conversation_of_a_visitor_is_reopened() -> None:
    facts = conv.InboxFacts(INBOX, reopen_ms_max=0)
    house = House(facts=facts)
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("first")
    first = visitor.conversation
    anna.do(m.Resolve(house.ids.new_id(), first))
    house.clock.ms += 10
    visitor.send("second")
    anna.do(m.Reopen(house.ids.new_id(), first))
    assert [one.number for one in anna.took(CommandRefused)] == [IllegalTransition.number]  # type: ignore[union-attr]


def test_typing_is_told_to_the_others_only() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    anna.send("hi", visitor.conversation)
    before = len(visitor.happenings), len(anna.happenings)
    visitor.session.typing(visitor.conversation, True)
    house.settle()
    assert len(visitor.happenings) == before[0]
    assert len(anna.happenings) == before[1] + 1


def test_an_event_lost_on_the_way_to_the_gateway_is_found_by_the_heads() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    followers = house.gateway._following._followers.pop(visitor.conversation)
    anna.session.submit(m.Send(house.ids.new_id(), anna.conversation, "lost"))
    house.settle()
    house.gateway._following._followers[ConversationId(visitor.conversation)] = followers
    house.home._presence.watch(
        next(iter(house._links._linked)), ConversationId(visitor.conversation)
    )
    assert visitor.texts() == ["hello"]
    house.pass_time(60_000, step_ms=1_000)
    assert visitor.texts() == ["hello", "lost"]


def test_two_devices_of_one_visitor_show_the_same() -> None:
    house = House()
    anna = house.agent_online()
    phone = house.join("visitor 1")
    phone.send("from the phone")
    laptop = house.join("visitor 1", JSON)
    laptop.send("from the laptop")
    anna.send("hello", anna.conversation)
    assert phone.texts() == laptop.texts() == anna.texts()


def test_only_the_sender_gets_the_operation_id_back() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    op = visitor.send("hello")
    ops = [event.op for event in visitor.shown[visitor.conversation] if event.text]
    assert ops == [op]
    assert all(not event.op for event in anna.shown[anna.conversation])


def test_own_words_read_again_after_a_reload_carry_their_operation_ids() -> None:
    house = House()
    visitor = house.join("visitor 1")
    op = visitor.send("hello")
    reloaded = house.join("visitor 1")
    ops = [event.op for event in reloaded.shown[reloaded.conversation] if event.text]
    assert ops == [op]


def test_more_messages_than_the_rate_end_the_connection_and_lose_nothing() -> None:
    house = House()
    visitor = house.join("visitor 1")
    for _ in range(limits.MESSAGES_PER_WINDOW_MAX):
        visitor.say(m.Alive())
    assert visitor.connection.closed_with == RateExceeded.number
    visitor.hang_up()
    visitor.session.submit(m.Send(house.ids.new_id(), 0, "hello"))
    house.clock.ms += limits.RATE_WINDOW_MS
    visitor.connect()
    assert visitor.texts() == ["hello"]


def test_a_vanished_agent_is_let_go_also_if_the_log_was_full_when_his_grace_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = House(agents=1)
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    anna.hang_up()
    monkeypatch.setattr(limits, "APPENDS_IN_FLIGHT_MAX", 0)
    house.pass_time(limits.PRESENCE_GRACE_MS + 1_000)
    assert house.home.conversations.find(visitor.conversation).assignee_id == agent(1)  # type: ignore[union-attr]
    monkeypatch.undo()
    house.pass_time(limits.PRESENCE_GRACE_MS + 1_000)
    assert house.home.conversations.find(visitor.conversation).status == conv.Status.QUEUED  # type: ignore[union-attr]


def test_a_failed_log_is_reported_once_and_its_home_takes_nothing_more() -> None:
    house = House()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    house.log.fail(OSError("disk full"))
    visitor.session.submit(m.Send(house.ids.new_id(), 0, "waits"))
    house.settle()
    assert len(house.failures) == 1
    assert len(visitor.session.outbox) == 1


def test_rows_carry_unread_counts_until_they_are_read() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    for text in ("one", "two", "three"):
        visitor.send(text)
    house.pass_time(500)
    rows = [one.row for one in anna.took(RowChanged)]  # type: ignore[union-attr]
    assert rows[-1].unread == 3
    anna.session.read(anna.conversation, rows[-1].last_seq)
    anna.session.flush_receipts()
    house.settle()
    house.pass_time(1_500)
    assert anna.took(RowChanged)[-1].row.unread == 0  # type: ignore[union-attr]


def test_history_is_paged_back_to_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPENING_EVENTS", 4)
    house = House()
    visitor = house.join("visitor 1")
    for number in range(10):
        visitor.send(str(number))
    late = house.join("visitor 1")
    view = late.session.views[late.conversation]
    first = late.shown[late.conversation][0].seq
    pages: list[m.Page] = []
    while first > 1:
        late.session.history(late.conversation, first)
        house.settle()
        page = late.happenings[-1].message  # type: ignore[union-attr]
        assert isinstance(page, m.Page)
        pages.append(page)
        first = page.events[0].seq
    shown = [event.seq for page in reversed(pages) for event in page.events]
    shown += [event.seq for event in late.shown[late.conversation]]
    assert shown == list(range(1, view.last_seq + 1))
    assert pages[-1].at_start


def test_checkpoint_and_replay_give_the_same_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHECKPOINT_RECORDS", 10)
    monkeypatch.setattr(limits, "CHECKPOINT_SLICE", 3)
    monkeypatch.setattr(limits, "HOT_RESOLVED_MAX", 2)
    house = House(agents=3, capacity=50)
    anna = house.agent_online()
    for number in range(20):
        visitor = house.join(f"visitor {number}")
        visitor.send("hello")
        if number % 2:
            anna.do(m.Resolve(house.ids.new_id(), visitor.conversation))
    before = {state.conversation_id: state for state in house.home.conversations.hot()}
    assert house.log.checkpoint > 0
    assert len([state for state in before.values() if not state.is_open]) < 10
    house.crash_home()
    house.start_home()
    after = {state.conversation_id: state for state in house.home.conversations.hot()}
    for conversation_id, state in before.items():
        assert house.home.conversations.find(conversation_id) == state
    assert {c for c, s in after.items() if s.is_open} == {c for c, s in before.items() if s.is_open}
