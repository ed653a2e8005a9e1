"""What everybody who asks the home is promised: over a link, in its process, and by the fake."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar

import pytest

from airdesk.adapters.memory import MemoryEventLog, MemoryHomeCommands
from airdesk.app.home.local_link import LocalLink
from airdesk.app.home.runner import HomeRunner
from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AirDeskError,
    Blocked,
    ConversationId,
    HomeUnavailable,
    IllegalTransition,
    NotPermitted,
    OperationId,
    OperationReused,
    TextRefused,
    TooManyPending,
    UnknownConversation,
    ValueRefused,
    VisitorId,
    limits,
    system_identity,
)
from airdesk.ports.home_commands import HomeCommands
from airdesk.ports.link import Executed
from airdesk.ports.log_followers import Committed
from tests.kit.house import ACCOUNT, INBOX, House, agent

MINE = ConversationId(NO_ID)
AnswerT = TypeVar("AnswerT")


def op(number: int) -> OperationId:
    return OperationId(b"operation." + number.to_bytes(6, "big"))


class Place(Protocol):
    """A home and somebody who asks it."""

    commands: HomeCommands

    def settle(self) -> None:
        """Let everything happen that is on its way."""


class LinkPlace:
    """Over a gateway's link."""

    def __init__(self) -> None:
        self.house = House()
        self.commands: HomeCommands = self.house.gateway.requests
        self.settle = self.house.settle


class LocalPlace:
    """In the home's own process."""

    def __init__(self) -> None:
        house = self.house = House()
        self.runner = HomeRunner(
            lambda: house.log, house.clock, house.ids, lambda home: None, _nothing, _nothing
        )
        link = LocalLink(self.runner)
        self.runner.followers.append(link)
        self.runner.home = house.home
        self.runner.home_started(0)
        self.commands: HomeCommands = link.requests
        self.settle = house.settle


class MemoryPlace:
    """By the fake."""

    def __init__(self) -> None:
        self.fake = MemoryHomeCommands()
        self.commands: HomeCommands = self.fake
        self.settle = _nothing
        for command in (
            conv.ConfigureInbox(conv.InboxFacts(INBOX)),
            conv.ConfigureAgent(conv.AgentFacts(agent(1))),
        ):
            asyncio.run(self.fake.execute(system_identity(ACCOUNT), op(999), MINE, command))
            self.fake._answers.clear()


def _nothing() -> None:
    """Nothing is on its way."""


PLACES: dict[str, Callable[[], Place]] = {
    "link": LinkPlace,
    "local": LocalPlace,
    "memory": MemoryPlace,
}


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> Place:
    return PLACES[request.param]()


def answer(place: Place, asked: Coroutine[Any, Any, AnswerT]) -> AnswerT:
    """Run until the home has answered."""

    async def run() -> AnswerT:
        task = asyncio.ensure_future(asked)
        await asyncio.sleep(0)
        place.settle()
        return await task

    return asyncio.run(run())


def visitor_says(place: Place, number: int, text: str) -> Executed:
    house = House()
    wish = conv.SendMessage(text)
    return answer(
        place, place.commands.execute(house.identity("visitor 1"), op(number), MINE, wish)
    )


def test_an_accepted_command_names_its_conversation_and_its_place_there(place: Place) -> None:
    first = visitor_says(place, 1, "hello")
    second = visitor_says(place, 2, "again")
    assert first.conversation_id == second.conversation_id != NO_ID
    assert (first.seq, second.seq, first.number) == (2, 4, 0)


def test_a_repeat_gets_the_first_answer(place: Place) -> None:
    first = visitor_says(place, 1, "hello")
    visitor_says(place, 2, "again")
    repeat = visitor_says(place, 1, "hello")
    assert (repeat.conversation_id, repeat.seq, repeat.ts_ms) == (
        first.conversation_id,
        first.seq,
        first.ts_ms,
    )


REFUSALS: list[tuple[type[AirDeskError], str, conv.Command, bool]] = [
    (TextRefused, "visitor 1", conv.SendMessage(" "), True),
    (NotPermitted, "visitor 1", conv.AddNote("mine"), True),
    (UnknownConversation, "agent 1", conv.ResolveConversation(), False),
    (UnknownConversation, "visitor 2", conv.SendMessage("not mine"), True),
]


@pytest.mark.parametrize(("error", "who", "command", "there"), REFUSALS)
def test_a_refusal_is_raised_as_the_home_s_own_error(
    place: Place, error: type[AirDeskError], who: str, command: conv.Command, there: bool
) -> None:
    known = visitor_says(place, 1, "hello").conversation_id
    where = known if there else ConversationId(op(7))
    identity = House().identity(who)
    with pytest.raises(error) as caught:
        answer(place, place.commands.execute(identity, op(2), where, command))
    assert type(caught.value) is error
    assert str(caught.value)


def test_the_same_operation_with_another_body_is_refused(place: Place) -> None:
    visitor_says(place, 1, "hello")
    with pytest.raises(OperationReused):
        visitor_says(place, 1, "something else")


def test_an_operation_that_nobody_could_repeat_is_refused(place: Place) -> None:
    identity = House().identity("visitor 1")
    with pytest.raises(ValueRefused):
        answer(
            place,
            place.commands.execute(identity, OperationId(NO_ID), MINE, conv.SendMessage("hello")),
        )


# Over a link only -----------------------------------------------------------------------------


def test_what_a_dead_home_left_unanswered_is_asked_of_the_next() -> None:
    place = LinkPlace()
    house = place.house

    async def run() -> Executed:
        identity = house.identity("visitor 1")
        asked = place.commands.execute(identity, op(1), MINE, conv.SendMessage("hello"))
        task = asyncio.ensure_future(asked)
        await asyncio.sleep(0)
        house.crash_home()
        assert not task.done()
        house.start_home()
        return await task

    told = asyncio.run(run())
    state = house.home.conversations.find(told.conversation_id)
    assert state is not None
    assert (told.seq, state.last_seq) == (2, 3)


def test_an_answer_that_fell_into_a_hole_is_told_again_and_nothing_is_done_twice() -> None:
    place = LinkPlace()
    house = place.house

    async def run() -> Executed:
        identity = house.identity("visitor 1")
        asked = place.commands.execute(identity, op(1), MINE, conv.SendMessage("hello"))
        task = asyncio.ensure_future(asked)
        await asyncio.sleep(0)
        house.log.commit()  # the answer is on its way …
        house._soon.clear()  # … and is lost
        house.gateway.link_hole()
        while not task.done():
            for end in house._links._linked.values():
                end._deliver()
            await asyncio.sleep(0)
        return await task

    told = asyncio.run(run())
    state = house.home.conversations.find(told.conversation_id)
    assert state is not None
    assert (told.seq, state.last_seq) == (2, 3)


def test_a_home_that_does_not_come_is_not_waited_for_longer_than_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = LinkPlace()
    place.house.crash_home()
    monkeypatch.setattr(limits, "HOME_REQUEST_MS_MAX", 1)
    identity = place.house.identity("visitor 1")
    with pytest.raises(HomeUnavailable):
        asyncio.run(place.commands.execute(identity, op(1), MINE, conv.SendMessage("hello")))


def test_more_than_the_limit_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    place = LinkPlace()
    monkeypatch.setattr(limits, "HOME_REQUESTS_MAX", 1)

    async def run() -> None:
        identity = place.house.identity("visitor 1")
        first = asyncio.ensure_future(
            place.commands.execute(identity, op(1), MINE, conv.SendMessage("hello"))
        )
        await asyncio.sleep(0)
        with pytest.raises(TooManyPending):
            await place.commands.inbox_presence(ACCOUNT, INBOX)
        place.settle()
        await first
        asked = asyncio.ensure_future(place.commands.inbox_presence(ACCOUNT, INBOX))
        await asyncio.sleep(0)
        place.settle()
        assert (await asked).waiting == 1

    asyncio.run(run())


def test_presence_counts_agents_who_are_there_and_visitors_who_wait() -> None:
    place = LinkPlace()
    place.house.agent_online()

    async def run() -> tuple[int, int]:
        asked = asyncio.ensure_future(place.commands.inbox_presence(ACCOUNT, INBOX))
        await asyncio.sleep(0)
        place.settle()
        told = await asked
        return told.online, told.waiting

    assert asyncio.run(run()) == (1, 0)


def test_a_waiting_conversation_has_a_place_until_somebody_takes_it() -> None:
    place = LinkPlace()
    first, second = place.house.join("visitor 1"), place.house.join("visitor 2")
    first.send("hello")
    second.send("hello")

    async def place_of(account_id: AccountId, conversation_id: ConversationId) -> int:
        asked = asyncio.ensure_future(
            place.commands.inbox_presence(account_id, INBOX, conversation_id)
        )
        await asyncio.sleep(0)
        place.settle()
        return (await asked).place

    mine = first.conversation, second.conversation
    assert [asyncio.run(place_of(ACCOUNT, one)) for one in (*mine, MINE)] == [1, 2, 0]
    # Another account asks for what is not its own.
    assert asyncio.run(place_of(AccountId(b"another account."), mine[1])) == 0
    place.house.agent_online()
    assert asyncio.run(place_of(ACCOUNT, mine[1])) == 0


@pytest.mark.parametrize("kind", ["link", "local"])
def test_the_board_and_the_visitors_are_told_as_they_are(kind: str) -> None:
    place = PLACES[kind]()
    assert isinstance(place, LinkPlace | LocalPlace)
    house = place.house
    house.agent_online()
    guest = house.join("visitor 1")
    guest.send("hello")
    board = answer(place, place.commands.board(ACCOUNT))
    assert (board.assigned, board.waiting, len(board.agents), len(board.inboxes)) == (1, 0, 1, 1)
    [one] = answer(place, place.commands.visitors_online(ACCOUNT)).visitors
    assert (one.inbox_id, one.conversation_id) == (INBOX, guest.conversation)


def test_an_account_without_anything_has_an_empty_board(place: Place) -> None:
    nobody = AccountId(b"another account.")
    board = answer(place, place.commands.board(nobody))
    assert (board.waiting, board.agents, board.inboxes) == (0, (), ())
    assert answer(place, place.commands.visitors_online(nobody)).visitors == ()


def test_a_visitor_is_invited_blocked_and_let_in(place: Place) -> None:
    anna, guest = House().identity("agent 1"), House().identity("visitor 7")
    there = conv.SetAvailability(conv.Availability.ONLINE)
    answer(place, place.commands.execute(anna, op(1), MINE, there))
    visitor_id = VisitorId(guest.person_id)
    invite = conv.InviteVisitor(INBOX, visitor_id, "May I help?")
    told = answer(place, place.commands.execute(anna, op(3), MINE, invite))
    assert (told.number, told.seq) == (0, 4)
    with pytest.raises(IllegalTransition):
        answer(place, place.commands.execute(anna, op(4), MINE, invite))
    for number, blocked in ((5, True), (6, False)):
        block = conv.BlockVisitor(INBOX, visitor_id, blocked)
        answer(place, place.commands.execute(anna, op(number), MINE, block))
        said = place.commands.execute(guest, op(10 + number), MINE, conv.SendMessage("hi"))
        if not blocked:
            assert answer(place, said).conversation_id == told.conversation_id
            continue
        with pytest.raises(Blocked):
            answer(place, said)


def test_a_command_over_http_is_shown_to_those_who_follow() -> None:
    place = LinkPlace()
    anna = place.house.agent_online()
    visitor = place.house.join("visitor 1")
    visitor.send("hello")
    told = answer(
        place,
        place.commands.execute(
            place.house.identity("agent 1"), op(1), visitor.conversation, conv.SendMessage("hi")
        ),
    )
    assert told.number == 0
    assert visitor.texts() == anna.texts() == ["hello", "hi"]


class Ear:
    """A follower that writes down what it hears, and has a defect at will."""

    def __init__(self, fails: bool = False) -> None:
        self.heard: list[str | int] = []
        self._fails = fails

    def home_started(self, head: int) -> None:
        self._hear("started")

    def log_moved(self, head: int, committed: Sequence[Committed] = ()) -> None:
        self._hear(head)

    def facts_written(self) -> None:
        self._hear("facts")

    def views_wanted(self) -> None:
        self._hear("views")

    def home_ended(self) -> None:
        self._hear("ended")

    def _hear(self, word: str | int) -> None:
        self.heard.append(word)
        if self._fails:
            raise RuntimeError("a defect of the follower")


def test_followers_hear_of_homes_durable_heads_and_facts_whatever_one_of_them_does() -> None:
    place = LocalPlace()
    house = place.house
    bad, good = Ear(fails=True), Ear()
    place.runner.followers[:] = [bad, good]
    place.runner.links = house._links

    async def run() -> int:
        place.runner.start()
        home = place.runner.home
        assert home is not None
        head = house.log.head
        home.execute(conv.ConfigureAgent(conv.AgentFacts(agent(9))), system_identity(ACCOUNT))
        house.log.commit()
        home.requests.facts_written()
        home.requests.views_wanted()
        place.runner.stop()
        return head

    house.log.crash()
    house.log = MemoryEventLog(house.disk)
    head = asyncio.run(run())
    assert good.heard == bad.heard == ["started", head + 1, "facts", "views", "ended"]
