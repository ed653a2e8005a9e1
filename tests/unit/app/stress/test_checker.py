"""The judge of a run: every fault that a server could have is put in, and must be found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from airdesk.app.stress.crowd.checker import (
    Answered,
    Checker,
    Findings,
    Said,
    Shown,
    agent_reader,
    hear_all,
)
from airdesk.app.stress.crowd.plan import Load, Plan

PLAN = Plan(Load(visitors=20, talkers=4, agents=2, rate=20.0, warmup_s=1.0, seconds=4.0))


class Server:
    """One that does nothing wrong; a test makes it do something wrong."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.answers: list[Answered] = []
        self.shown: list[Shown] = []
        seqs = [1] * PLAN.load.talkers
        for number in range(len(PLAN)):
            talker = PLAN.talkers[number]
            agent = agent_reader(talker % PLAN.load.agents)
            self.said.append(Said(number, talker if PLAN.by_visitor[number] else agent))
            seqs[talker] += 1
            self.answers.append(Answered(number, seqs[talker]))
            for reader in (talker, agent):
                self.shown.append(Shown(number, reader, talker, seqs[talker], 1))

    def judged(self) -> Findings:
        checker = Checker(PLAN)
        hear_all(checker, _flat(self.said), _flat(self.answers), _flat(self.shown))
        return checker.findings()

    def last_to(self, is_visitor: bool) -> Shown:
        """Give the last thing shown to a visitor, or to an agent."""
        return next(one for one in reversed(self.shown) if (one.reader >= 0) == is_visitor)


def _flat(rows: list[Said] | list[Answered] | list[Shown]) -> Iterator[int]:
    for row in rows:
        yield from row


@pytest.fixture
def server() -> Server:
    return Server()


def test_a_server_without_fault_is_found_without_fault(server: Server) -> None:
    found = server.judged()
    assert found.faults == ()
    window = sum(PLAN.in_window(number) for number in range(len(PLAN)))
    assert (found.sent, found.acked, found.delivered) == (window, window, window)


@pytest.mark.parametrize("is_visitor", [True, False])
def test_a_message_that_one_side_never_saw_is_lost(server: Server, is_visitor: bool) -> None:
    server.shown.remove(server.last_to(is_visitor))
    found = server.judged()
    assert (found.lost, found.faults) == (1, ("lost",))


def test_a_message_that_came_back_to_its_sender_alone_is_not_delivered(server: Server) -> None:
    number = len(PLAN) - 1
    by_visitor = bool(PLAN.by_visitor[number])
    server.shown.remove(server.last_to(not by_visitor))
    found = server.judged()
    assert found.delivered == found.sent - 1
    assert found.lost == 1


def test_what_was_never_acknowledged_is_unanswered_and_not_lost(server: Server) -> None:
    server.answers.pop()
    number = len(PLAN) - 1
    server.shown = [one for one in server.shown if one.number != number]
    found = server.judged()
    assert found.faults == ("unanswered",)
    assert found.acked == found.sent - 1


@pytest.mark.parametrize("is_visitor", [True, False])
def test_a_message_that_is_shown_twice_is_duplicated(server: Server, is_visitor: bool) -> None:
    last = server.last_to(is_visitor)
    server.shown.append(last._replace(seq=last.seq + 1))
    found = server.judged()
    assert (found.duplicated, found.faults) == (1, ("duplicated",))


def test_a_message_that_is_shown_again_after_a_reset_is_not_duplicated(server: Server) -> None:
    last = server.last_to(True)
    server.shown.append(last._replace(showing=2))
    assert server.judged().faults == ()


def test_an_operation_that_took_effect_twice_is_duplicated(server: Server) -> None:
    last = server.answers[-1]
    server.answers.append(last._replace(seq=last.seq + 1))
    assert server.judged().duplicated == 1


def test_the_same_answer_twice_is_no_fault(server: Server) -> None:
    server.answers.append(server.answers[-1])
    assert server.judged().faults == ()


def _neighbours(server: Server, reader: int) -> tuple[int, int]:
    """Give where two messages of one author lie that follow each other for one reader."""
    mine = [i for i, one in enumerate(server.shown) if one.reader == reader == one.talker]
    own = [server.said[server.shown[i].number].author == reader for i in mine]
    for n in range(len(mine) - 1):
        if own[n] and own[n + 1]:
            return mine[n], mine[n + 1]
    raise AssertionError("nobody said two things in a row")


def test_messages_shown_the_wrong_way_round_are_out_of_order(server: Server) -> None:
    i, j = _neighbours(server, reader=1)
    server.shown[i], server.shown[j] = server.shown[j], server.shown[i]
    found = server.judged()
    assert (found.out_of_order, found.faults) == (1, ("out_of_order",))


def test_messages_that_overtook_one_another_in_the_log_are_out_of_order(server: Server) -> None:
    i, j = _neighbours(server, reader=1)
    first, second = server.shown[i], server.shown[j]
    swapped = {first.number: second.seq, second.number: first.seq}
    server.answers = [a._replace(seq=swapped.get(a.number, a.seq)) for a in server.answers]
    server.shown = [one._replace(seq=swapped.get(one.number, one.seq)) for one in server.shown]
    server.shown.sort(key=lambda one: one.seq)
    found = server.judged()
    # Both readers were shown it so, and the log says so: it is wrong all the same.
    assert (found.out_of_order, found.faults) == (2, ("out_of_order",))


def test_two_readers_with_two_orders_are_out_of_order(server: Server) -> None:
    last = server.last_to(False)
    server.shown[server.shown.index(last)] = last._replace(seq=last.seq + 1)
    found = server.judged()
    assert (found.out_of_order, found.faults) == (1, ("out_of_order",))


def test_a_message_in_another_conversation_is_cross_talk(server: Server) -> None:
    last = server.last_to(True)
    other = (last.talker + 1) % PLAN.load.talkers
    server.shown.append(last._replace(reader=other, talker=other, seq=999))
    found = server.judged()
    assert (found.cross_talk, found.faults) == (1, ("cross_talk",))


def test_a_visitor_in_somebody_elses_conversation_is_cross_talk(server: Server) -> None:
    last = server.last_to(True)
    server.shown.append(last._replace(reader=(last.talker + 1) % PLAN.load.talkers))
    assert server.judged().faults == ("cross_talk",)


def test_words_that_nobody_said_are_altered(server: Server) -> None:
    server.shown.append(server.last_to(True)._replace(number=-1))
    assert server.judged().faults == ("altered",)


def test_a_message_that_was_refused_or_never_said_is_told(server: Server) -> None:
    checker = Checker(PLAN)
    hear_all(checker, _flat(server.said[:-1]), _flat(server.answers[:-2]), _flat(server.shown[:-4]))
    checker.refused(len(PLAN) - 2)
    found = checker.findings()
    assert (found.refused, found.unsaid) == (1, 1)
    assert found.faults == ("refused", "unsaid")


def test_the_missing_are_named_so_that_their_readers_can_resume(server: Server) -> None:
    checker = Checker(PLAN)
    hear_all(checker, _flat(server.said), _flat(server.answers[:-1]), _flat(server.shown[:-6]))
    assert checker.missing() == [len(PLAN) - 3, len(PLAN) - 2]
    assert checker.unanswered() == [len(PLAN) - 1]
