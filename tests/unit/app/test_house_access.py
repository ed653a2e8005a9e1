"""Home and gateway together: who was let in, and whose access ends."""

from __future__ import annotations

import pytest

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    AccessRevoked,
    NotPermitted,
    limits,
    system_identity,
)
from airdesk.core.wire import messages as m
from airdesk.core.wire.client import ViewReset
from tests.kit.house import ACCOUNT, House, Person, agent, credential

SYSTEM = system_identity(ACCOUNT)
REVOKED = AccessRevoked.number


def wish(house: House, command: conv.AccountCommand) -> None:
    house.home.execute(command, SYSTEM)
    house.settle()


def welcomed(person: Person) -> bool:
    return person.connection.closed_with is None and bool(person.session.phase.value == "live")


def test_a_revoked_credential_ends_its_sessions_and_no_others() -> None:
    house = House(agents=2)
    first = house.join("agent 1 by 1")
    second = house.join("agent 1 by 2")
    other = house.join("agent 2 by 3")
    visitor = house.join("visitor 1")
    wish(house, conv.RevokeAccess(credential_id=credential(1)))
    assert first.connection.closed_with == REVOKED
    assert all(welcomed(one) for one in (second, other, visitor))


def test_an_agent_s_access_is_revoked_wherever_he_came_from() -> None:
    house = House(agents=2)
    sessions = [house.join(f"agent 1 by {number}") for number in (0, 1, 2)]
    other = house.join("agent 2")
    wish(house, conv.RevokeAccess(agent(1)))
    assert [one.connection.closed_with for one in sessions] == [REVOKED] * 3
    assert welcomed(other)


@pytest.mark.parametrize("restarts", [False, True])
def test_a_revoked_credential_stays_outside_for_six_minutes_over_a_restart(restarts: bool) -> None:
    house = House()
    wish(house, conv.RevokeAccess(credential_id=credential(1)))
    if restarts:
        house.home.conversations.checkpoint_now()
        house.settle()
        house.crash_home()
        house.start_home()
    late = house.join("agent 1 by 1")
    assert late.connection.closed_with == REVOKED
    assert welcomed(house.join("agent 1 by 2"))
    house.pass_time(limits.REVOKED_MS - 1_000, 60_000)
    assert house.join("agent 1 by 1").connection.closed_with == REVOKED
    house.pass_time(2_000)
    assert welcomed(house.join("agent 1 by 1"))


def test_denials_that_are_over_are_forgotten_and_the_rest_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "REVOKED_MAX", 3)
    house = House()
    for number in range(1, 6):
        wish(house, conv.RevokeAccess(credential_id=credential(number)))
    denied = house.home.conversations.account(ACCOUNT).denied
    assert list(denied) == [credential(3), credential(4), credential(5)]
    house.clock.ms += limits.REVOKED_MS
    wish(house, conv.RevokeAccess(credential_id=credential(9)))
    assert list(house.home.conversations.account(ACCOUNT).denied) == [credential(9)]


def test_a_removed_agent_is_gone_and_his_conversations_go_to_another() -> None:
    house = House(agents=2)
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    bo = house.agent_online(2)
    wish(house, conv.RemoveAgent(agent(1)))
    house.pass_time(1_000)
    assert anna.connection.closed_with == REVOKED
    state = house.home.conversations.find(visitor.conversation)
    assert state is not None
    assert state.assignee_id == agent(2)
    assert bo.texts() == ["hello"]
    assert house.join("agent 1").connection.closed_with == REVOKED
    house.pass_time(limits.PRESENCE_GRACE_MS + 1_000, 1_000)
    assert not house.failures


def test_a_removed_agent_gets_nothing_new() -> None:
    house = House()
    house.agent_online()
    wish(house, conv.RemoveAgent(agent(1)))
    visitor = house.join("visitor 1")
    visitor.send("hello")
    state = house.home.conversations.find(visitor.conversation)
    assert state is not None
    assert state.status == conv.Status.QUEUED


def test_an_agent_who_is_back_in_his_seat_is_let_in() -> None:
    house = House()
    wish(house, conv.RemoveAgent(agent(1)))
    wish(house, conv.ConfigureAgent(conv.AgentFacts(agent(1))))
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    assert anna.took(ViewReset)


def test_a_change_of_his_seat_does_not_let_a_revoked_agent_in() -> None:
    house = House()
    wish(house, conv.RevokeAccess(agent(1)))
    wish(house, conv.ConfigureAgent(conv.AgentFacts(agent(1), 9)))
    assert house.join("agent 1").connection.closed_with == REVOKED


def test_removing_again_changes_nothing() -> None:
    house = House()
    wish(house, conv.RemoveAgent(agent(1)))
    before = house.home.conversations.account(ACCOUNT)
    wish(house, conv.RemoveAgent(agent(1)))
    assert house.home.conversations.account(ACCOUNT) == before


@pytest.mark.parametrize(
    "command", [conv.RemoveAgent(agent(1)), conv.RevokeAccess(agent(1))], ids=["remove", "revoke"]
)
def test_only_the_directory_takes_access_away(command: conv.AccountCommand) -> None:
    house = House()
    assert house.outcome(command, house.identity("supervisor 1")).number == NotPermitted.number


def test_an_outbox_survives_the_end_of_access() -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    wish(house, conv.RevokeAccess(agent(1)))
    anna.session.submit(m.Send(house.ids.new_id(), anna.conversation, "later"))
    assert len(anna.session.outbox) == 1
    house.pass_time(limits.PRESENCE_GRACE_MS // 2, 1_000)
    house.clock.ms += limits.REVOKED_MS
    anna.connect()
    house.settle()
    assert welcomed(anna)
