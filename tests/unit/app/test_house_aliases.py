"""Home and gateway together: a visitor who turns out to be another, and nobody else."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    IllegalTransition,
    NotPermitted,
    UnknownSubject,
    ValueRefused,
    VisitorId,
    limits,
    system_identity,
)
from airdesk.core.wire import messages as m
from airdesk.core.wire.client import CommandRefused, ListChanged, ViewClosed
from airdesk.services.conversations import Outcome
from tests.kit.house import ACCOUNT, INBOX, House, Person, visitor

SYSTEM = system_identity(ACCOUNT)
KNOWN, ANONYMOUS, STRANGER = 1, 2, 3


def alias(house: House, source: int, target: int) -> Outcome:
    """Say that one visitor is another; gives the answer."""
    wish = conv.AliasVisitor(INBOX, VisitorId(visitor(source)), VisitorId(visitor(target)))
    return house.outcome(wish, SYSTEM)


def newest(person: Person) -> bytes:
    """Give the conversation that a person was told is his."""
    return person.took(ListChanged)[-1].mine[0]  # type: ignore[union-attr]


def state_of(house: House, conversation: bytes) -> conv.ConversationState:
    state = house.home.conversations.find(conversation)  # type: ignore[arg-type]
    assert state is not None
    return state


@pytest.mark.parametrize("is_there", [True, False])
def test_who_identifies_sees_and_continues_what_he_began_unknown(is_there: bool) -> None:
    house = House()
    anna = house.agent_online()
    unknown = house.join("visitor 2")
    unknown.send("hello")
    known = house.join("visitor 1") if is_there else None
    assert alias(house, ANONYMOUS, KNOWN).number == 0
    known = known or house.join("visitor 1")
    anna.send("hi", anna.conversation)
    known.send("it is me")
    assert known.texts() == anna.texts() == ["hello", "hi", "it is me"]
    assert newest(known) == unknown.conversation
    known.session.read(known.conversation, 6)
    known.session.flush_receipts()
    house.pass_time(500)
    assert anna.marks()[-1].read == 6


def test_both_devices_show_the_same_history_to_the_same_person() -> None:
    house = House()
    anna = house.agent_online()
    unknown = house.join("visitor 2")
    unknown.send("from the first device")
    alias(house, ANONYMOUS, KNOWN)
    first, second = house.join("visitor 1"), house.join("visitor 1")
    anna.send("welcome back", anna.conversation)
    second.send("from the second device")
    assert first.texts() == second.texts() == anna.texts()
    assert len(first.texts()) == 3


def test_an_open_one_of_each_becomes_one_and_the_other_stays_readable() -> None:
    house = House()
    house.agent_online()
    known = house.join("visitor 1")
    known.send("mine")
    unknown = house.join("visitor 2")
    unknown.send("unknown")
    alias(house, ANONYMOUS, KNOWN)
    kept, left = newest(known), unknown.conversation
    assert state_of(house, kept).is_open
    assert not state_of(house, left).is_open
    known.session.follow(left)
    house.settle()
    assert known.texts(left) == ["unknown"]
    known.send("goes on")
    assert known.texts(kept) == ["mine", "goes on"]  # type: ignore[arg-type]


def test_the_unknown_one_s_token_sees_its_own_and_nothing_of_the_known_one() -> None:
    house = House()
    house.agent_online()
    known = house.join("visitor 1")
    known.send("private")
    private = known.conversation
    unknown = house.join("visitor 2")
    unknown.send("before")
    alias(house, ANONYMOUS, KNOWN)
    known.send("more")
    again = house.join("visitor 2")
    again.session.follow(private)
    house.settle()
    assert again.took(ViewClosed) == [ViewClosed(private)]
    assert [text for shown in again.shown.values() for text in (e.text for e in shown) if text] == [
        "before"
    ]
    again.send("anybody?")
    assert [one.number for one in again.took(CommandRefused)] == [IllegalTransition.number]  # type: ignore[union-attr]
    assert known.texts(private) == ["private", "more"]


def test_what_was_sent_unknown_and_is_repeated_known_is_one_message() -> None:
    house = House()
    unknown = house.join("visitor 2")
    op = unknown.send("once")
    alias(house, ANONYMOUS, KNOWN)
    known = house.join("visitor 1")
    known.do(m.Send(op, 0, "once"))
    assert known.texts() == ["once"]


def test_a_stranger_sees_nothing_of_either() -> None:
    house = House()
    unknown = house.join("visitor 2")
    unknown.send("hello")
    alias(house, ANONYMOUS, KNOWN)
    other = house.join("visitor 3")
    other.session.follow(unknown.conversation)
    house.settle()
    assert other.took(ViewClosed)
    assert not other.shown


def test_an_agent_does_not_reopen_an_older_one_beside_the_open_one() -> None:
    house = House()
    anna = house.agent_online()
    unknown = house.join("visitor 2")
    unknown.send("old")
    anna.do(m.Resolve(house.ids.new_id(), unknown.conversation))
    known = house.join("visitor 1")
    known.send("new")
    alias(house, ANONYMOUS, KNOWN)
    anna.do(m.Reopen(house.ids.new_id(), unknown.conversation))
    assert [one.number for one in anna.took(CommandRefused)] == [IllegalTransition.number]  # type: ignore[union-attr]


# Said twice, in a ring, in a row --------------------------------------------------------------


def test_said_again_or_the_other_way_round_it_changes_nothing() -> None:
    house = House()
    house.join("visitor 2").send("hello")
    alias(house, ANONYMOUS, KNOWN)
    before = house.home.conversations.account(ACCOUNT).aliases
    for source, target in ((ANONYMOUS, KNOWN), (KNOWN, ANONYMOUS), (KNOWN, KNOWN)):
        assert alias(house, source, target).number == 0
    assert house.home.conversations.account(ACCOUNT).aliases == before == 1


def test_an_alias_of_an_alias_is_an_alias_of_the_same_person() -> None:
    house = House()
    first = house.join("visitor 2")
    first.send("from two")
    alias(house, 2, 3)
    alias(house, 4, 2)
    alias(house, 3, KNOWN)
    four = house.join("visitor 4")
    known = house.join("visitor 1")
    known.send("from one")
    assert known.texts() == ["from two", "from one"]
    four.send("from four")
    assert [one.number for one in four.took(CommandRefused)] == [IllegalTransition.number]  # type: ignore[union-attr]


def test_one_person_s_alias_does_not_become_another_s() -> None:
    house = House()
    house.join("visitor 2").send("hello")
    alias(house, ANONYMOUS, KNOWN)
    assert alias(house, ANONYMOUS, STRANGER).number == ValueRefused.number
    assert not house.join("visitor 3").shown


def test_who_becomes_an_alias_is_shown_nothing_more_of_his_own_aliases() -> None:
    house = House()
    house.agent_online()
    two, three = house.join("visitor 2"), house.join("visitor 3")
    two.send("from two")
    three.send("from three")
    alias(house, 3, 2)
    followed = three.conversation
    two.session.follow(followed)
    house.settle()
    assert two.texts(followed) == ["from three"]
    alias(house, 2, KNOWN)
    assert followed not in two.session.views
    assert two.texts(two.conversation) == ["from two"]
    known = house.join("visitor 1")
    known.session.follow(followed)
    house.settle()
    assert known.texts(followed) == ["from three"]


def test_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALIASES_MAX", 2)
    house = House()
    assert [alias(house, number, KNOWN).number for number in (2, 3, 4)] == [
        0,
        0,
        ValueRefused.number,
    ]


def test_only_the_directory_says_who_is_who_and_only_of_its_own_inboxes() -> None:
    house = House()
    wish = conv.AliasVisitor(INBOX, VisitorId(visitor(2)), VisitorId(visitor(1)))
    actors = (
        house.identity("visitor 1"),
        house.identity("supervisor 1"),
        system_identity(AccountId(b"another account.")),
    )
    numbers = [house.outcome(wish, actor).number for actor in actors]
    assert numbers == [NotPermitted.number, NotPermitted.number, UnknownSubject.number]


# Restarts and memory --------------------------------------------------------------------------


@pytest.mark.parametrize("checkpoint", [True, False])
def test_who_is_who_is_known_after_a_restart(checkpoint: bool) -> None:
    house = House()
    house.join("visitor 2").send("hello")
    alias(house, 2, 3)
    alias(house, 3, KNOWN)
    if checkpoint:
        house.home.conversations.checkpoint_now()
        house.settle()
    house.crash_home()
    house.start_home()
    known = house.join("visitor 1")
    known.send("still me")
    assert known.texts() == ["hello", "still me"]


def test_memory_holds_a_bounded_number_of_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALIASES_CACHED_MAX", 5)
    monkeypatch.setattr(limits, "CHECKPOINT_RECORDS", 10)
    monkeypatch.setattr(limits, "HOT_RESOLVED_MAX", 1)
    house = House()
    for number in range(1, 41, 2):
        house.join(f"visitor {number}").send("hello")
        alias(house, number, number + 1)
    aliases = house.home.conversations._aliases
    assert len(aliases._cached) <= 5
    assert len(aliases._fresh) < 20
    for number in range(1, 41, 2):
        assert house.join(f"visitor {number + 1}").texts() == ["hello"]


# Whatever happens -----------------------------------------------------------------------------

steps = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(1, 5), st.just(0)),
        st.tuples(st.just("alias"), st.integers(1, 5), st.integers(1, 5)),
        st.tuples(st.just("resolve"), st.integers(1, 5), st.just(0)),
        st.tuples(st.sampled_from(["restart", "save"]), st.just(0), st.just(0)),
    ),
    max_size=14,
)


class Model:
    """Who is who, by the words of the rules alone."""

    def __init__(self) -> None:
        self.canonical = {number: number for number in range(1, 6)}

    def join(self, source: int, target: int) -> None:
        if self.canonical[source] != source or self.canonical[target] == source:
            return
        new = self.canonical[target]
        for number, known in self.canonical.items():
            if known == source:
                self.canonical[number] = new

    def sees(self, number: int, other: int) -> bool:
        return other == number or self.canonical[other] == number


def number_of(state: conv.ConversationState) -> int:
    return int.from_bytes(state.visitor_id[6:], "big")


@settings(max_examples=60, deadline=None)
@example([("say", 2, 0), ("say", 3, 0), ("resolve", 3, 0), ("alias", 3, 2), ("alias", 2, 1)])
@given(steps)
def test_whoever_is_who_nobody_sees_another_s_and_has_one_open(
    played: list[tuple[str, int, int]],
) -> None:
    house, model = House(), Model()
    people = {number: house.join(f"visitor {number}") for number in range(1, 6)}
    for kind, number, other in played:
        if kind == "say":
            people[number].send(f"by {number}")
        elif kind == "alias":
            alias(house, number, other)
            model.join(number, other)
        elif kind == "resolve":
            for state in all_states(house).values():
                if number_of(state) == number:
                    house.home.execute(conv.ResolveConversation(), SYSTEM, state.conversation_id)
        elif kind == "save":
            house.home.conversations.checkpoint_now()
        else:
            house.crash_home()
            house.start_home()
        house.settle()
        assert not leaks(house, model, people)
    check(house, model, people)


def all_states(house: House) -> dict[bytes, conv.ConversationState]:
    ids = {record.conversation_id for record in house.disk.records} - {NO_ID}
    return {one: state_of(house, one) for one in ids}


def leaks(house: House, model: Model, people: dict[int, Person]) -> list[tuple[int, int]]:
    """Give who is shown what of whom, though it is not his."""
    states = all_states(house)
    return [
        (number, number_of(states[conversation]))
        for number, person in people.items()
        for conversation in person.session.views
        if not model.sees(number, number_of(states[conversation]))
    ]


def check(house: House, model: Model, people: dict[int, Person]) -> None:
    states = all_states(house)
    for number, person in people.items():
        mine = [one for one in states.values() if model.sees(number, number_of(one))]
        assert sum(one.is_open for one in mine) <= 1
        late = house.join(f"visitor {number}")
        if mine:
            latest: dict[bytes, conv.ConversationState] = {}
            for one in sorted(mine, key=lambda one: one.conversation_id):
                latest[one.visitor_id] = one
            chosen = max(
                latest.values(), key=lambda one: (one.is_open, one.last_ms, one.conversation_id)
            )
            assert newest(late) == chosen.conversation_id
            assert late.texts(chosen.conversation_id) == person.texts(chosen.conversation_id)
        late.hang_up()
        house.people.remove(late)
    assert not house.failures


def test_a_log_that_takes_nothing_leaves_both_open(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    house.join("visitor 1").send("one")
    house.join("visitor 2").send("two")
    monkeypatch.setattr(limits, "APPENDS_IN_FLIGHT_MAX", 0)
    told = alias(house, ANONYMOUS, KNOWN)
    assert 4300 <= told.number < 4400
    assert all(state.is_open for state in house.home.conversations.hot())
