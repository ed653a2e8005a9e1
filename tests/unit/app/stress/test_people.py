"""The eyes of the crowd: what a server does wrong reaches the judge over a page and a tick."""

from __future__ import annotations

import asyncio
from array import array

import pytest

from airdesk.app.stress.crowd.checker import Checker, Findings, agent_reader, hear_all
from airdesk.app.stress.crowd.page import Page
from airdesk.app.stress.crowd.people import ANSWER, FIRST_WORDS, People
from airdesk.app.stress.crowd.pipe import Person, Rules, Setup, Tick
from airdesk.app.stress.crowd.plan import Load, Plan
from airdesk.app.stress.crowd.speaking import say_what_is_due
from airdesk.core.wire import BINARY, messages

PLAN = Plan(Load(visitors=3, talkers=2, agents=1, rate=30.0, warmup_s=0.0, seconds=4.0))
VISITORS = [Person(number, "token", bytes((number + 1,)) * 16) for number in range(3)]
AGENT = Person(0, "token", b"a" * 16)
NOW_NS = 10_000_000_000


def conversation_of(talker: int) -> bytes:
    return bytes((0x80 + talker,)) * 16


class Crowd:
    """People without sockets, to whose pages a test says what a server would."""

    def __init__(self) -> None:
        setup = Setup(
            load=PLAN.load,
            url="ws://127.0.0.1:1/socket",
            is_local=True,
            visitors=VISITORS,
            agents=[AGENT],
            talker_ids={one.person_id: one.number for one in VISITORS[:2]},
            has_bot=False,
            salt=7,
            rules=Rules(100.0, 100.0),
        )
        self.people = People(setup, PLAN)
        self.people.start_ns = NOW_NS - PLAN.load.window_ns[1]
        self.agent = self.people.agents[0]
        for page in self.people.pages:
            page.session.connected()
            self.tell(page, messages.Welcome(page.person.person_id, 0, 0, 25_000, "cursor"))
        for talker in (0, 1):
            self.opens(self.visitor(talker), talker, ref=1)
            self.opens(self.agent, talker, ref=talker + 1)
        self.tick = self.people.take_tick()

    def visitor(self, number: int) -> Page:
        return self.people.visitors[number]

    def tell(self, page: Page, message: messages.ServerMessage) -> None:
        page.received(BINARY.encode(message), NOW_NS)

    def opens(self, page: Page, talker: int, ref: int) -> None:
        """Show a page a talker's conversation, held by the agent, with two messages in it."""
        conversation, visitor = conversation_of(talker), VISITORS[talker].person_id
        row = messages.Row(ref, conversation, 0, 1, 2, visitor, 3, 0, assignee=AGENT.person_id)
        self.tell(page, row)
        self.tell(page, messages.Opened(ref, 0))
        self.says(page, ref, 1, 0, FIRST_WORDS)
        self.says(page, ref, 2, 3, ANSWER)

    def says(self, page: Page, ref: int, seq: int, author: int, text: str) -> None:
        """Bring a message; it follows the one before it."""
        self.tell(page, messages.Event(ref, seq, seq - 1, 0, 3, author, text))

    def brings(self, number: int, page: Page, seq: int, ref: int = 1) -> None:
        """Bring a message of the plan."""
        author = 0 if PLAN.by_visitor[number] else 3
        self.says(page, ref, seq, author, PLAN.text(number))

    def told(self) -> Tick:
        self.tick = self.people.take_tick()
        return self.tick

    def judged(self) -> Findings:
        checker, tick = Checker(PLAN), self.told()
        hear_all(checker, *(array("q", r) for r in (tick.said, tick.answered, tick.shown)))
        return checker.findings()


@pytest.fixture
def crowd() -> Crowd:
    return Crowd()


def number_of(talker: int, by_visitor: bool) -> int:
    """Give the first message of the plan in a conversation, by a side."""
    return next(
        number
        for number in range(len(PLAN))
        if PLAN.talkers[number] == talker and bool(PLAN.by_visitor[number]) == by_visitor
    )


def test_people_learn_who_has_their_conversations(crowd: Crowd) -> None:
    tick = crowd.tick
    assert (tick.connected, tick.opened) == (4, 4)
    assert (tick.served_visitors, tick.served_agents, tick.greeted) == (2, 2, 2)
    assert crowd.judged().cross_talk == 0


def test_a_message_that_reaches_the_other_side_has_its_latency(crowd: Crowd) -> None:
    number = number_of(0, by_visitor=False)
    crowd.brings(number, crowd.visitor(0), seq=3)
    tick = crowd.told()
    assert array("q", tick.shown).tolist() == [number, 0, 0, 3, 1]
    late_us = (PLAN.load.window_ns[1] - PLAN.due_ns[number]) // 1_000
    assert tick.latency.max_us == late_us


def test_a_message_that_comes_back_to_its_author_has_none(crowd: Crowd) -> None:
    number = number_of(0, by_visitor=True)
    crowd.brings(number, crowd.visitor(0), seq=3)
    tick = crowd.told()
    assert array("q", tick.shown).tolist() == [number, 0, 0, 3, 1]
    assert tick.latency.steps == []


def test_an_agent_reads_by_conversation_and_under_his_own_name(crowd: Crowd) -> None:
    number = number_of(1, by_visitor=True)
    crowd.brings(number, crowd.agent, seq=3, ref=2)
    assert array("q", crowd.told().shown).tolist() == [number, agent_reader(0), 1, 3, 1]


def test_a_message_that_comes_twice_reaches_the_judge_twice(crowd: Crowd) -> None:
    number = number_of(0, by_visitor=False)
    crowd.brings(number, crowd.visitor(0), seq=3)
    crowd.brings(number, crowd.visitor(0), seq=4)
    assert crowd.judged().duplicated == 1


def test_a_message_of_somebody_elses_conversation_is_seen_as_cross_talk(crowd: Crowd) -> None:
    crowd.brings(number_of(1, by_visitor=False), crowd.visitor(0), seq=3)
    assert crowd.judged().cross_talk == 1


def test_a_conversation_of_somebody_else_in_ones_list_is_told(crowd: Crowd) -> None:
    crowd.opens(crowd.visitor(2), 0, ref=1)
    assert crowd.told().crossed == 1


def test_words_that_were_changed_on_the_way_are_seen(crowd: Crowd) -> None:
    number = number_of(0, by_visitor=False)
    crowd.says(crowd.visitor(0), 1, 3, 3, PLAN.text(number) + "?")
    assert crowd.judged().altered == 1


def test_a_hole_is_counted_and_a_reset_begins_a_new_showing(crowd: Crowd) -> None:
    page = crowd.visitor(0)
    number = number_of(0, by_visitor=False)
    crowd.brings(number, page, seq=3)
    crowd.tell(page, messages.Opened(1, 2))
    crowd.brings(number, page, seq=3)
    tick = crowd.told()
    assert tick.full_reloads == 1
    assert array("q", tick.shown).tolist() == [number, 0, 0, 3, 1, number, 0, 0, 3, 2]


def test_a_session_that_has_to_forget_everything_is_a_full_reload(crowd: Crowd) -> None:
    page = crowd.visitor(0)
    page.session.disconnected()
    page.session.connected()
    welcome = messages.Welcome(page.person.person_id, 0, 0, 25_000, "cursor", reset=True)
    crowd.tell(page, welcome)
    assert crowd.told().full_reloads == 1


def test_what_is_said_is_written_down_with_its_author_and_its_answer(crowd: Crowd) -> None:
    by_visitor, by_agent = number_of(0, True), number_of(0, False)
    for number in (by_visitor, by_agent):
        crowd.people.say(number, NOW_NS)
    ops = [
        (page, entry.op, number)
        for page, number in ((crowd.visitor(0), by_visitor), (crowd.agent, by_agent))
        for entry in page.session.outbox.entries
        if getattr(entry, "text", "") == PLAN.text(number)
    ]
    crowd.tell(ops[0][0], messages.Accepted(ops[0][1], 1, 3))
    crowd.tell(ops[1][0], messages.Rejected(ops[1][1], 4201, "no"))
    tick = crowd.told()
    assert array("q", tick.said).tolist() == [by_visitor, 0, by_agent, agent_reader(0)]
    assert array("q", tick.answered).tolist() == [by_visitor, 3]
    assert tick.refused == {by_agent: 4201}


def test_everything_is_said_when_it_is_due_and_typed_before() -> None:
    class Speakers:
        """Hears the wishes; its clock moves on at each look, far faster than a real one."""

        def __init__(self) -> None:
            self.time_ns = 0
            self.done: list[tuple[str, int]] = []

        def now_ns(self) -> int:
            self.time_ns += 20_000_000
            return self.time_ns

        def say(self, number: int, now_ns: int) -> None:
            assert now_ns >= PLAN.due_ns[number]
            self.done.append(("say", number))

        def type(self, number: int) -> None:
            self.done.append(("type", number))

    speakers = Speakers()
    asyncio.run(say_what_is_due(PLAN, speakers, 0))
    said = [number for what, number in speakers.done if what == "say"]
    assert said == list(range(len(PLAN)))
    for number in said:
        assert speakers.done.index(("type", number)) < speakers.done.index(("say", number))
