"""Home and gateway together: files, offered answers, whispers, and what may not be seen."""

from __future__ import annotations

import pytest

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    NO_ID,
    ConversationId,
    FileFacts,
    FileId,
    FileRefused,
    Identity,
    NotPermitted,
    Role,
    ValueRefused,
    limits,
)
from airdesk.core.wire import BINARY, JSON, Encoding
from airdesk.core.wire import messages as m
from airdesk.core.wire.client import CommandDone, CommandRefused, OtherSide, ViewClosed
from airdesk.services.conversations import Outcome
from tests.kit.house import ACCOUNT, INBOX, House, Person, agent

FILE = FileFacts(FileId(b"f" * 16), 5_000, "image/png", 640, 480)
SHOWN = m.File(b"f" * 16, 5_000, "image/png", 640, 480)
BOTH = pytest.mark.parametrize("encoding", [BINARY, JSON], ids=["binary", "json"])


def events(person: Person) -> list[m.Event]:
    return person.shown[person.conversation]


def send_file(house: House, person: Person, who: str, name: str = "发票.png") -> bytes:
    ticket = house.tokens.sign_file_ticket(house.identity(who), FILE, name)
    op = house.ids.new_id()
    person.do(m.Send(op, 0, "", ticket))
    return op


@BOTH
def test_a_file_is_a_message_whose_text_is_its_name(encoding: Encoding) -> None:
    house = House()
    anna = house.agent_online()
    visitor = house.join("visitor 1", encoding)
    op = send_file(house, visitor, "visitor 1")
    for person in (anna, visitor):
        [shown] = [event for event in events(person) if event.kind == 3]
        assert (shown.text, shown.file) == ("发票.png", SHOWN)
    assert next(event.op for event in events(visitor) if event.kind == 3) == op


def test_a_file_is_in_pages_and_in_what_is_read_again() -> None:
    house = House()
    house.agent_online()
    visitor = house.join("visitor 1")
    send_file(house, visitor, "visitor 1")
    later = house.join("visitor 1")
    assert [event.file for event in events(later) if event.kind == 3] == [SHOWN]
    later.session.history(later.conversation, 9)
    house.settle()
    [page] = [one.message for one in later.took(OtherSide) if isinstance(one.message, m.Page)]  # type: ignore[union-attr]
    assert [event.file for event in page.events if event.kind == 3] == [SHOWN]


def test_a_repeated_file_is_one_message_although_its_ticket_was_signed_again() -> None:
    house = House()
    visitor = house.join("visitor 1")
    op = send_file(house, visitor, "visitor 1")
    house.clock.ms += 5_000
    ticket = house.tokens.sign_file_ticket(house.identity("visitor 1"), FILE, "发票.png")
    visitor.do(m.Send(op, 0, "", ticket))
    assert visitor.texts() == ["发票.png"]
    assert len({one.answer for one in visitor.took(CommandDone)}) == 1  # type: ignore[union-attr]


def test_somebody_else_s_ticket_is_refused_and_the_connection_lives_on() -> None:
    house = House()
    visitor = house.join("visitor 1")
    send_file(house, visitor, "visitor 2")
    assert [one.number for one in visitor.took(CommandRefused)] == [FileRefused.number]  # type: ignore[union-attr]
    visitor.send("hello")
    assert visitor.texts() == ["hello"]


# Offered answers ------------------------------------------------------------------------------


def bot_says(house: House, conversation: ConversationId, command: conv.Command) -> Outcome:
    return house.outcome(command, Identity(ACCOUNT, Role.BOT, NO_ID), conversation)


@BOTH
def test_the_bot_offers_answers_and_choosing_one_is_sending_it(encoding: Encoding) -> None:
    house = House(facts=conv.InboxFacts(INBOX, has_bot=True))
    visitor = house.join("visitor 1", encoding)
    visitor.send("hello")
    offer = conv.SendMessage("What is it about?", None, ("Delivery", "退款"))
    assert bot_says(house, visitor.conversation, offer).number == 0
    visitor.send("退款")
    assert visitor.texts() == ["hello", "What is it about?", "退款"]
    assert [event.options for event in events(visitor) if event.text] == [
        (),
        ("Delivery", "退款"),
        (),
    ]


@pytest.mark.parametrize(
    "options",
    [("x",) * (limits.OPTIONS_MAX + 1), ("",), ("x" * (limits.OPTION_BYTES_MAX + 1),)],
)
def test_answers_that_do_not_fit_a_phone_are_refused(options: tuple[str, ...]) -> None:
    house = House(facts=conv.InboxFacts(INBOX, has_bot=True))
    visitor = house.join("visitor 1")
    visitor.send("hello")
    offer = conv.SendMessage("?", None, options)
    assert bot_says(house, visitor.conversation, offer).number == ValueRefused.number


def test_nobody_but_the_bot_offers_answers() -> None:
    house = House()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    command = conv.SendMessage("?", None, ("yes",))
    answer = house.outcome(command, house.identity("visitor 1"))
    assert answer.number == NotPermitted.number


# Whispers -------------------------------------------------------------------------------------


def participants(person: Person) -> tuple[bytes, ...]:
    row = person.session.views[person.conversation].row
    assert row is not None
    return row.participants


def test_an_agent_who_only_whispers_is_not_known_to_the_visitor() -> None:
    house = House(agents=2)
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    bo = house.join("agent 2")
    bo.session.follow(anna.conversation)
    house.settle()
    bo.do(m.Note(house.ids.new_id(), anna.conversation, "I know him"))
    anna.send("hi", anna.conversation)
    house.pass_time(3_000)
    assert participants(anna) == (agent(1), agent(2))
    assert participants(visitor) == (agent(1), NO_ID)
    assert agent(2) not in {event.subject for event in events(visitor)}
    assert agent(2) in {event.subject for event in events(anna)}
    assert visitor.texts() == ["hello", "hi"]


def test_who_whispered_first_keeps_his_number_when_he_speaks() -> None:
    house = House(agents=2)
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    sue = house.join("supervisor 2")
    sue.do(m.Note(house.ids.new_id(), anna.conversation, "careful"))
    sue.do(m.Send(house.ids.new_id(), anna.conversation, "May I help?"))
    assert participants(visitor) == participants(anna) == (agent(1), agent(2))
    note, said = (event for event in events(anna) if event.author == 4)
    assert (note.kind, said.kind) == (4, 3)
    assert [event.author for event in events(visitor) if event.text] == [0, 4]
    joined = [event.subject for event in events(visitor) if event.kind == 2]
    assert joined == [agent(1), agent(2)]
    assert not visitor.session.views[visitor.conversation].healing


def test_who_only_whispers_is_not_seen_typing() -> None:
    house = House(agents=2)
    anna = house.agent_online()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    bo = house.join("agent 2")
    bo.session.follow(anna.conversation)
    house.settle()
    bo.do(m.Note(house.ids.new_id(), anna.conversation, "mine?"))
    bo.session.typing(anna.conversation, True)
    anna.session.typing(anna.conversation, True)
    house.settle()
    assert [one.message.author for one in visitor.took(OtherSide)] == [3]  # type: ignore[union-attr]


# What may not be seen -------------------------------------------------------------------------


@BOTH
def test_a_follow_of_what_may_not_be_seen_is_answered(encoding: Encoding) -> None:
    house = House()
    visitor = house.join("visitor 1")
    visitor.send("secret")
    other = house.join("visitor 2", encoding)
    other.session.follow(visitor.conversation)
    house.settle()
    assert other.took(ViewClosed) == [ViewClosed(visitor.conversation)]
    assert not other.session.views
    other.send("mine")
    assert other.texts() == ["mine"]


def test_what_was_held_and_may_not_be_seen_any_more_is_closed() -> None:
    house = House()
    visitor = house.join("visitor 1")
    visitor.send("secret")
    other = house.join("visitor 2")
    other.say(m.Alive())
    other.hang_up()
    other.session.follow(visitor.conversation)
    other.connect()
    assert other.took(ViewClosed) == [ViewClosed(visitor.conversation)]


def test_a_command_that_no_frame_holds_does_not_enter_the_outbox() -> None:
    house = House()
    visitor = house.join("visitor 1", JSON)
    with pytest.raises(ValueError, match="frame"):
        visitor.send("\x01" * 11_000)
    assert len(visitor.session.outbox) == 0
    visitor.send("\x01" * 10_000)
    assert visitor.texts() == ["\x01" * 10_000]
