"""Home and gateway together: what an agent's and a supervisor's desk shows and does."""

from __future__ import annotations

from typing import Any

import pytest

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    Blocked,
    ConversationId,
    Identity,
    IllegalTransition,
    InboxId,
    LabelId,
    NotPermitted,
    OperationId,
    UnknownSubject,
    ValueRefused,
    VisitorId,
    limits,
)
from airdesk.core.wire import BINARY, JSON, Encoding
from airdesk.core.wire import messages as m
from airdesk.core.wire.client import CommandRefused, MentionArrived, OtherSide
from airdesk.ports.link import Executed
from airdesk.services.conversations import Outcome
from tests.kit.house import ACCOUNT, INBOX, House, Person, agent, visitor

BOTH = pytest.mark.parametrize("encoding", [BINARY, JSON], ids=["binary", "json"])
LABELS = (LabelId(b"label 1".ljust(16)), LabelId(b"label 2".ljust(16)))


def executes(house: House, who: str, command: conv.Command) -> Outcome:
    return house.outcome(command, house.identity(who))


def row(person: Person, conversation: ConversationId) -> m.Row:
    known = person.session.views[conversation].row
    assert known is not None
    return known


def told(person: Person, kind: type[Any]) -> list[Any]:
    messages = [one.message for one in person.happenings if isinstance(one, OtherSide)]
    return [message for message in messages if isinstance(message, kind)]


def refusals(person: Person) -> list[int]:
    return [one.number for one in person.happenings if isinstance(one, CommandRefused)]


# Labels and priority --------------------------------------------------------------------------


@BOTH
def test_labels_and_priority_reach_the_staff_and_never_the_visitor(encoding: Encoding) -> None:
    house = House()
    anna = house.join("agent 1", encoding)
    anna.do(m.SetAvailability(house.ids.new_id(), 2))
    guest = house.join("visitor 1", encoding)
    guest.send("hello")
    conversation = guest.conversation
    before = row(guest, conversation)
    anna.do(m.SetLabels(house.ids.new_id(), conversation, LABELS))
    anna.do(m.SetPriority(house.ids.new_id(), conversation, 2))
    house.pass_time(1_000)
    seen = row(anna, conversation)
    assert (seen.labels, seen.priority, seen.inbox) == (LABELS, 2, INBOX)
    [labelled] = [event for event in anna.shown[conversation] if event.kind == 11]
    assert (labelled.author, labelled.subjects) == (3, LABELS)
    [prioritised] = [event for event in anna.shown[conversation] if event.kind == 12]
    assert prioritised.value == 2
    kept = row(guest, conversation)
    assert (kept.labels, kept.priority, kept.inbox, kept.snoozed_until_ms) == ((), 0, b"", 0)
    assert kept.last_seq == before.last_seq
    assert not {11, 12} & {event.kind for event in guest.shown[conversation]}


def test_who_is_urgent_goes_before_who_came_first() -> None:
    house = House()
    anna = house.join("agent 1")
    talks = []
    for number in (1, 2, 3):
        talks.append(house.talking(f"visitor {number}"))
        house.pass_time(1_000)
    last = talks[2][1]
    anna.do(m.SetPriority(house.ids.new_id(), last, 2))
    house.pass_time(3_000)
    assert [row(guest, conversation).place for guest, conversation in talks] == [2, 3, 1]
    house.home.execute(
        conv.ConfigureAgent(conv.AgentFacts(agent(1), 1)), house.identity_of_system()
    )
    anna.do(m.SetAvailability(house.ids.new_id(), 2))
    assert row(anna, last).assignee == agent(1)


def test_a_snoozed_row_says_until_when() -> None:
    house = House()
    anna = house.agent_online()
    _, conversation = house.talking()
    until = house.clock.ms + 3_600_000
    anna.do(m.Snooze(house.ids.new_id(), conversation, until))
    assert row(anna, conversation).snoozed_until_ms == until


# Mentions -------------------------------------------------------------------------------------


@BOTH
def test_a_mentioned_agent_hears_of_it_wherever_he_is(encoding: Encoding) -> None:
    house = House(agents=3)
    anna = house.agent_online(1)
    bo = house.join("agent 2", encoding)
    bo.session.view(None)
    cleo = house.join("agent 3", encoding)
    guest, conversation = house.talking()
    anna.session.view(conversation)
    everybody = (agent(2), agent(3), agent(1))
    anna.do(m.Note(house.ids.new_id(), conversation, "@Bo look", everybody))
    note = next(event for event in anna.shown[conversation] if event.kind == 4)
    assert note.subjects == everybody
    assert bo.took(MentionArrived) == [MentionArrived(conversation, note.seq, agent(1))]
    assert cleo.took(MentionArrived) == [], "his client never said that it knows of mentions"
    assert anna.took(MentionArrived) == [], "he wrote it himself"
    assert guest.took(MentionArrived) == []


# Viewing --------------------------------------------------------------------------------------


def viewers(person: Person) -> list[tuple[bytes, ...]]:
    return [message.agents for message in told(person, m.SomebodyViewing)]


@BOTH
def test_agents_see_who_else_looks_and_visitors_do_not(encoding: Encoding) -> None:
    house = House(agents=2)
    anna = house.agent_online(1)
    bo = house.join("agent 2", encoding)
    guest, conversation = house.talking()
    anna.session.view(conversation)
    bo.session.follow(conversation)
    bo.session.view(conversation)
    guest.say(m.Viewing(guest.session.views[conversation].ref))
    house.pass_time(500)
    assert viewers(anna) == [(agent(2),)]
    assert viewers(bo) == [(agent(1),)]
    assert viewers(guest) == []
    bo.session.view(None)
    house.pass_time(500)
    assert viewers(anna) == [(agent(2),), ()]


def test_who_looks_is_known_again_after_a_break_and_gone_with_the_connection() -> None:
    house = House(agents=2)
    anna, bo = house.agent_online(1), house.join("agent 2")
    _, conversation = house.talking()
    for person in (anna, bo):
        person.session.follow(conversation)
        person.session.view(conversation)
    house.pass_time(500)
    anna.hang_up()
    house.pass_time(500)
    assert viewers(bo)[-1] == ()
    anna.connect()
    house.pass_time(500)
    assert viewers(bo)[-1] == (agent(1),)
    assert viewers(anna)[-1] == (agent(2),)
    house.crash_home()
    house.start_home()
    house.pass_time(500)
    house.pass_time(500)
    assert set(house.home_viewers(conversation)) == {agent(1), agent(2)}


def test_a_page_looks_at_one_conversation_at_a_time() -> None:
    house = House(agents=2)
    anna, bo = house.agent_online(1), house.agent_online(2)
    _, first = house.talking("visitor 1")
    _, second = house.talking("visitor 2")
    for conversation in (first, second):
        bo.session.follow(conversation)
    bo.session.view(first)
    house.settle()
    for conversation in (first, second):
        anna.session.follow(conversation)
        anna.session.view(conversation)
        house.pass_time(500)
    assert house.home_viewers(first) == (agent(2),)
    assert house.home_viewers(second) == (agent(1),)


def test_nobody_looks_at_what_another_account_has() -> None:
    house = House()
    anna = house.agent_online()
    anna.session.view(ConversationId(b"no conversation."))
    house.pass_time(500)
    assert house.home_viewers(ConversationId(b"no conversation.")) == ()


# What a visitor has typed so far --------------------------------------------------------------


@BOTH
def test_staff_who_follow_see_what_a_visitor_types_and_nobody_else(encoding: Encoding) -> None:
    house = House(agents=2)
    anna = house.join("agent 1", encoding)
    anna.do(m.SetAvailability(house.ids.new_id(), 2))
    bo = house.join("agent 2", encoding)
    guest, conversation = house.talking()
    other_tab = house.join("visitor 1", encoding)
    guest.session.typing(conversation, True, "我的订单还没" + "x" * 600)
    house.settle()
    [typing] = told(anna, m.SomebodyTyping)
    assert (typing.on, typing.author, len(typing.text)) == (True, 0, limits.TYPED_CHARS_MAX)
    assert told(bo, m.SomebodyTyping) == told(other_tab, m.SomebodyTyping) == []
    guest.session.typing(conversation, False, "gone")
    house.settle()
    assert told(anna, m.SomebodyTyping)[-1] == m.SomebodyTyping(typing.ref, 0, False)


def test_what_an_agent_types_is_not_shown() -> None:
    house = House()
    anna = house.agent_online()
    guest, conversation = house.talking()
    anna.send("One moment", conversation)
    anna.session.typing(conversation, True, "I think he is")
    house.settle()
    assert [message.text for message in told(guest, m.SomebodyTyping)] == [""]


# Watch, whisper, take over --------------------------------------------------------------------


def watched() -> tuple[House, Person, Person, Person, ConversationId]:
    """Anna talks with a visitor; a supervisor looks on."""
    house = House(agents=2)
    anna = house.agent_online(1)
    guest, conversation = house.talking()
    anna.send("Hello", conversation)
    sue = house.join("supervisor 2")
    sue.session.follow(conversation)
    sue.session.view(conversation)
    house.settle()
    return house, anna, guest, sue, conversation


def test_a_watching_supervisor_sees_everything_and_the_visitor_learns_nothing() -> None:
    house, anna, guest, sue, conversation = watched()
    before = (row(guest, conversation), list(guest.shown[conversation]))
    guest.send("Where is it?")
    anna.send("On its way", conversation)
    sue.session.typing(conversation, True)
    house.pass_time(1_000)
    assert sue.texts(conversation) == ["hello", "Hello", "Where is it?", "On its way"]
    assert told(guest, m.SomebodyTyping) == []
    added = guest.shown[conversation][len(before[1]) :]
    assert [event.kind for event in added] == [3, 3]
    assert row(guest, conversation).participants == before[0].participants == (agent(1),)


def test_a_whisper_reaches_the_agent_and_not_the_visitor() -> None:
    house, anna, guest, sue, conversation = watched()
    known = len(guest.shown[conversation])
    sue.do(m.Note(house.ids.new_id(), conversation, "offer the discount"))
    anna.send("I can offer a discount", conversation)
    assert "offer the discount" in anna.texts(conversation)
    assert guest.texts(conversation) == ["hello", "Hello", "I can offer a discount"]
    added = guest.shown[conversation][known:]
    assert [event.kind for event in added] == [3]
    assert row(guest, conversation).participants == (agent(1), NO_ID)
    assert agent(2) not in row(guest, conversation).participants


def test_a_supervisor_takes_over_and_the_agent_is_told() -> None:
    house, anna, guest, sue, conversation = watched()
    sue.do(m.SetAvailability(house.ids.new_id(), 1))
    sue.do(m.Assign(house.ids.new_id(), conversation))
    house.pass_time(500)
    assert [row(who, conversation).assignee for who in (guest, sue)] == [agent(2)] * 2
    last = anna.shown[conversation][-1]
    assert (last.kind, last.subject) == (6, agent(2))
    assert conversation not in anna.session.views, "it is on none of his lists any more"
    anna.send("still me?", conversation)
    assert refusals(anna) == [NotPermitted.number]
    sue.send("I take it from here", conversation)
    assert guest.texts(conversation)[-1] == "I take it from here"


def test_an_agent_does_not_take_over_from_another() -> None:
    house, _, _, _, conversation = watched()
    house.home.execute(conv.ConfigureAgent(conv.AgentFacts(agent(2))), house.identity_of_system())
    bo = house.agent_online(2)
    bo.do(m.Assign(house.ids.new_id(), conversation))
    assert refusals(bo) == [NotPermitted.number]


# Back to the bot ------------------------------------------------------------------------------


def test_a_conversation_goes_back_to_the_bot_and_leaves_the_agent_s_list() -> None:
    house = House(facts=conv.InboxFacts(INBOX, has_bot=True))
    anna = house.agent_online()
    guest, conversation = house.talking()
    guest.do(m.HandOff(house.ids.new_id(), 0))
    assert row(anna, conversation).assignee == agent(1)
    anna.do(m.ReturnToBot(house.ids.new_id(), conversation))
    house.pass_time(500)
    assert row(guest, conversation).status == int(conv.Status.BOT)
    assert house.home.conversations.loads[ACCOUNT][agent(1)] == 0
    guest.do(m.HandOff(house.ids.new_id(), 0))
    assert row(anna, conversation).assignee == agent(1)


def test_no_bot_takes_what_an_inbox_without_one_has() -> None:
    house = House()
    anna = house.agent_online()
    _, conversation = house.talking()
    anna.do(m.ReturnToBot(house.ids.new_id(), conversation))
    assert refusals(anna) == [UnknownSubject.number]


# Invitations ----------------------------------------------------------------------------------


def invitation(number: int = 1, text: str = "May I help?") -> conv.InviteVisitor:
    return conv.InviteVisitor(INBOX, VisitorId(visitor(number)), text)


def test_an_invited_visitor_gets_the_words_at_once_and_answers() -> None:
    house = House()
    anna = house.agent_online()
    guest = house.join("visitor 1")
    assert executes(house, "agent 1", invitation()).number == 0
    assert guest.texts() == ["May I help?"]
    assert row(guest, guest.conversation).assignee == agent(1)
    guest.send("Yes")
    assert anna.texts() == ["May I help?", "Yes"]


def test_a_repeated_invitation_is_one() -> None:
    house = House()
    house.agent_online()
    guest = house.join("visitor 1")
    op = OperationId(house.ids.new_id())
    identity = house.identity("agent 1")
    nowhere = ConversationId(NO_ID)
    answers: list[Executed] = [
        house.answer_of(house.gateway.requests.execute(identity, op, nowhere, invitation()))
        for _ in range(2)
    ]
    assert answers[0].conversation_id == answers[1].conversation_id == guest.conversation
    assert guest.texts() == ["May I help?"]


def test_who_talks_already_is_not_invited() -> None:
    house = House()
    house.agent_online()
    house.talking()
    assert executes(house, "agent 1", invitation()).number == IllegalTransition.number


def test_who_is_somebody_else_by_now_is_not_invited_beside_his_open_conversation() -> None:
    house = House()
    house.agent_online()
    _, conversation = house.talking("visitor 2")
    alias = conv.AliasVisitor(INBOX, VisitorId(visitor(1)), VisitorId(visitor(2)))
    house.home.execute(alias, house.identity_of_system())
    house.settle()
    assert executes(house, "agent 1", invitation(1)).number == IllegalTransition.number
    assert house.home.conversations.find(conversation) is not None


def test_a_visitor_who_was_served_is_invited_into_a_new_conversation() -> None:
    house = House()
    anna = house.agent_online()
    guest, first = house.talking()
    anna.do(m.Resolve(house.ids.new_id(), first))
    assert executes(house, "agent 1", invitation()).number == 0
    assert guest.conversation > first
    assert guest.texts(guest.conversation) == ["May I help?"]


# Blocking -------------------------------------------------------------------------------------


def block(number: int, blocked: bool = True) -> conv.BlockVisitor:
    return conv.BlockVisitor(INBOX, VisitorId(visitor(number)), blocked)


def test_a_blocked_visitor_comes_in_sees_and_says_nothing() -> None:
    house = House()
    anna = house.agent_online()
    guest, conversation = house.talking()
    assert executes(house, "agent 1", block(1)).number == 0
    guest.send("let me in")
    guest.session.typing(conversation, True, "let me")
    house.settle()
    assert refusals(guest) == [Blocked.number]
    assert told(anna, m.SomebodyTyping) == []
    anna.do(m.Resolve(house.ids.new_id(), conversation))
    guest.send("again")
    guest.do(m.Start(house.ids.new_id()))
    guest.do(m.Rate(house.ids.new_id(), conversation, 1))
    assert refusals(guest) == [Blocked.number] * 4
    later = house.join("visitor 1")
    assert later.texts(conversation) == ["hello"]
    assert executes(house, "agent 1", invitation()).number == Blocked.number


def test_who_is_let_in_again_speaks_and_others_were_never_kept_out() -> None:
    house = House()
    house.agent_online()
    guest, _ = house.talking()
    executes(house, "agent 1", block(1))
    other, _ = house.talking("visitor 2")
    assert refusals(other) == []
    executes(house, "agent 1", block(1, blocked=False))
    guest.send("thank you")
    assert guest.texts() == ["hello", "thank you"]


@pytest.mark.parametrize("known", [1, 2])
def test_another_name_does_not_help_a_blocked_visitor(known: int) -> None:
    house = House()
    house.agent_online()
    guest = house.join("visitor 1")
    alias = conv.AliasVisitor(INBOX, VisitorId(visitor(1)), VisitorId(visitor(2)))
    house.home.execute(alias, house.identity_of_system())
    executes(house, "agent 1", block(known))
    guest.send("under my old name")
    later = house.join("visitor 2")
    later.send("under my new one")
    assert refusals(guest) == refusals(later) == [Blocked.number]


def test_a_block_outlives_the_home() -> None:
    house = House()
    guest, _ = house.talking()
    executes(house, "agent 1", block(1))
    house.home.conversations.checkpoint_now()
    house.settle()
    house.crash_home()
    house.start_home()
    house.pass_time(1_000)
    guest.send("now?")
    assert refusals(guest) == [Blocked.number]


def test_visitors_block_nobody_and_a_door_that_is_not_there_has_nobody_to_block() -> None:
    house = House()
    elsewhere = conv.BlockVisitor(InboxId(b"x" * 16), VisitorId(visitor(1)), True)
    assert executes(house, "visitor 2", block(1)).number == NotPermitted.number
    assert executes(house, "agent 1", elsewhere).number == UnknownSubject.number


def test_blocked_visitors_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BLOCKED_MAX", 2)
    house = House()
    numbers = [executes(house, "agent 1", block(number)).number for number in (1, 2, 2, 3)]
    assert numbers == [0, 0, 0, ValueRefused.number]
    executes(house, "agent 1", block(1, blocked=False))
    assert executes(house, "agent 1", block(3)).number == 0


def test_an_identity_is_whoever_the_gateway_vouches_for() -> None:
    house = House()
    stranger = Identity(
        type(ACCOUNT)(b"another account."), house.identity("agent 1").role, AgentId(agent(1))
    )
    assert house.outcome(block(1), stranger).number == UnknownSubject.number
