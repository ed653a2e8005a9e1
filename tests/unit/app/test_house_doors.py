"""Home and gateway together: a door that its owner removed."""

from __future__ import annotations

import pytest

from airdesk.core import conversation as conv
from airdesk.core.conversation import Status
from airdesk.core.kernel import (
    Identity,
    InboxId,
    NotPermitted,
    Role,
    UnknownSubject,
    system_identity,
)
from tests.kit.house import ACCOUNT, INBOX, House, visitor

SYSTEM = system_identity(ACCOUNT)
SIDE_DOOR = InboxId(b"side door.......")
GUEST = Identity(ACCOUNT, Role.VISITOR, visitor(9), SIDE_DOOR)


def wish(house: House, command: conv.AccountCommand) -> None:
    house.home.execute(command, SYSTEM)
    house.settle()


def number_of(house: House, command: conv.Command, who: Identity) -> int:
    """Let somebody try something; gives the number of the error, 0 for none."""
    return house.outcome(command, who).number


def with_side_door() -> House:
    house = House()
    wish(house, conv.ConfigureInbox(conv.InboxFacts(SIDE_DOOR)))
    return house


@pytest.mark.parametrize(
    "command", [conv.StartConversation(), conv.SendMessage("hello")], ids=["start", "message"]
)
def test_nobody_comes_in_by_a_removed_door_even_after_a_crash(
    command: conv.ConversationCommand,
) -> None:
    house = with_side_door()
    wish(house, conv.RemoveInbox(SIDE_DOOR))
    assert number_of(house, command, GUEST) == UnknownSubject.number
    house.crash_home()
    house.start_home()
    assert number_of(house, command, GUEST) == UnknownSubject.number
    other_door = house.identity("visitor 1")
    assert number_of(house, command, other_door) == 0


def test_open_conversations_go_on_and_are_still_given_to_agents() -> None:
    house = House()
    held = house.join("visitor 1")
    held.send("hello")
    wish(house, conv.RemoveInbox(INBOX))
    anna = house.agent_online()
    state = house.home.conversations.find(held.conversation)
    assert state is not None and state.status == Status.ASSIGNED
    held.send("still here")
    assert anna.texts() == held.texts() == ["hello", "still here"]
    assert held.connection.closed_with is None
    assert not house.failures


def test_a_message_behind_the_end_does_not_open_the_conversation_again() -> None:
    house = with_side_door()
    assert number_of(house, conv.SendMessage("hello"), GUEST) == 0
    conversation = house.disk.records[-1].conversation_id
    house.home.execute(conv.ResolveConversation(), SYSTEM, conversation)
    house.settle()
    wish(house, conv.RemoveInbox(SIDE_DOOR))
    assert number_of(house, conv.SendMessage("more"), GUEST) == UnknownSubject.number


def test_only_a_door_that_is_there_is_removed_and_one_that_is_back_lets_people_in() -> None:
    house = with_side_door()
    for inbox_id in (SIDE_DOOR, SIDE_DOOR, InboxId(b"no such door....")):
        wish(house, conv.RemoveInbox(inbox_id))
    events = [one for record in house.disk.records for one in conv.decode_events(record.events)]
    removals = [one for one in events if isinstance(one, conv.InboxRemoved)]
    assert removals == [conv.InboxRemoved(SIDE_DOOR)]
    wish(house, conv.ConfigureInbox(conv.InboxFacts(SIDE_DOOR)))
    assert number_of(house, conv.StartConversation(), GUEST) == 0


def test_only_the_directory_removes_doors() -> None:
    house = House()
    supervisor = house.identity("supervisor 1")
    assert number_of(house, conv.RemoveInbox(INBOX), supervisor) == NotPermitted.number
