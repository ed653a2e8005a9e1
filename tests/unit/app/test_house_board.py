"""Home and gateway together: the supervisor's board, and who is online."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    NO_ID,
    ConversationId,
    InboxId,
    limits,
)
from airdesk.core.wire import messages as m
from tests.kit.house import ACCOUNT, INBOX, House, agent, visitor

# The board ------------------------------------------------------------------------------------


def test_the_board_counts_what_happens() -> None:
    house = House(agents=2, capacity=1)
    house.agent_online(1)
    house.join("agent 1")
    talks = []
    for number in (1, 2, 3):
        talks.append(house.talking(f"visitor {number}"))
        house.pass_time(1_000)
    board = house.answer_of(house.gateway.requests.board(ACCOUNT))
    assert (board.waiting, board.assigned, board.with_bot, board.snoozed) == (2, 1, 0, 0)
    assert board.longest_wait_ms == 2_000
    assert [tuple(one) for one in board.agents] == [(agent(1), 2, 1, 1, 2), (agent(2), 0, 0, 1, 0)]
    assert [tuple(one) for one in board.inboxes] == [(INBOX, 2, 2_000, 1)]
    anna = house.people[0]
    anna.do(m.Snooze(house.ids.new_id(), talks[0][1], house.clock.ms + 10**6))
    board = house.answer_of(house.gateway.requests.board(ACCOUNT))
    assert (board.waiting, board.assigned, board.snoozed) == (1, 1, 1)
    for _, conversation in talks:
        executes_on(house, conversation, conv.ResolveConversation())
    board = house.answer_of(house.gateway.requests.board(ACCOUNT))
    assert (board.waiting, board.assigned, board.snoozed, board.longest_wait_ms) == (0, 0, 0, 0)


def executes_on(house: House, conversation: ConversationId, command: conv.Command) -> None:
    house.home.execute(command, house.identity_of_system(), conversation)
    house.settle()


def test_a_home_that_begins_anew_shows_the_same_board() -> None:
    house = House(facts=conv.InboxFacts(INBOX, has_bot=True))
    house.agent_online()
    guest, _ = house.talking("visitor 1")
    guest.do(m.HandOff(house.ids.new_id(), 0))
    house.talking("visitor 2")
    before = house.answer_of(house.gateway.requests.board(ACCOUNT))
    assert (before.with_bot, before.assigned) == (1, 1)
    house.home.conversations.checkpoint_now()
    house.settle()
    house.crash_home()
    house.start_home()
    house.pass_time(1_000)
    after = house.answer_of(house.gateway.requests.board(ACCOUNT))
    assert replace(after, request=before.request) == before


def test_the_board_of_another_account_is_empty() -> None:
    house = House()
    house.talking()
    board = house.answer_of(house.gateway.requests.board(type(ACCOUNT)(b"another account.")))
    assert (board.waiting, board.agents, board.inboxes) == (0, (), ())


def test_the_board_is_bounded_and_shows_those_who_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BOARD_AGENTS_MAX", 2)
    monkeypatch.setattr(limits, "BOARD_INBOXES_MAX", 1)
    house = House(agents=4)
    quiet = conv.InboxFacts(InboxId(bytes(15) + b"\x01"))
    house.home.execute(conv.ConfigureInbox(quiet), house.identity_of_system())
    house.talking()
    house.join("agent 4").do(m.SetAvailability(house.ids.new_id(), 1))
    board = house.answer_of(house.gateway.requests.board(ACCOUNT))
    assert [one.agent_id for one in board.agents] == [agent(4), agent(1)]
    assert [one.inbox_id for one in board.inboxes] == [INBOX]


def test_an_inbox_counts_agents_of_its_team_and_skills() -> None:
    house = House(agents=0)
    team = conv.AgentFacts(agent(1)).team_ids
    for number, skills in ((1, ("ja",)), (2, ("ja", "en")), (3, ())):
        facts = conv.AgentFacts(agent(number), 5, team, skills)
        house.home.execute(conv.ConfigureAgent(facts), house.identity_of_system())
        house.agent_online(number)
    skilled = conv.InboxFacts(INBOX, skills=("ja", "en"))
    house.home.execute(conv.ConfigureInbox(skilled), house.identity_of_system())
    house.settle()
    board = house.answer_of(house.gateway.requests.board(ACCOUNT))
    assert [one.online for one in board.inboxes] == [1]


# Visitors online ------------------------------------------------------------------------------


def online(house: House) -> list[tuple[bytes, int, bytes]]:
    answer = house.answer_of(house.gateway.requests.visitors_online(ACCOUNT))
    assert {one.inbox_id for one in answer.visitors} <= {INBOX}
    return [(one.visitor_id, one.since_ms, one.conversation_id) for one in answer.visitors]


def test_visitors_are_online_while_they_have_a_socket_the_latest_first() -> None:
    house = House()
    house.agent_online()
    began = house.clock.ms
    first = house.join("visitor 1")
    second_tab = house.join("visitor 1")
    house.pass_time(1_000)
    _, conversation = house.talking("visitor 2")
    assert online(house) == [
        (visitor(2), began + 1_000, conversation),
        (visitor(1), began, NO_ID),
    ]
    first.hang_up()
    assert len(online(house)) == 2
    second_tab.hang_up()
    assert [one[0] for one in online(house)] == [visitor(2)]
    executes_on(house, conversation, conv.ResolveConversation())
    assert online(house) == [(visitor(2), began + 1_000, NO_ID)]


def test_the_list_of_visitors_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "VISITORS_SHOWN_MAX", 2)
    house = House()
    for number in (1, 2, 3):
        house.join(f"visitor {number}")
    assert [one[0] for one in online(house)] == [visitor(3), visitor(2)]
