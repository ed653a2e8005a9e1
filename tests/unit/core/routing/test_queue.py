"""The fair queue against a sorted list."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from airdesk.core.kernel import ConversationId
from airdesk.core.routing import Place, WaitingQueue

names = st.integers(0, 30).map(lambda n: ConversationId(n.to_bytes(16, "big")))
places = st.builds(Place, st.integers(-2, 0), st.integers(0, 5), names)
lines = st.sampled_from(["everybody", "team", "chinese"])


class QueueMachine(RuleBasedStateMachine):
    """Does to the queue and to a dictionary the same, and compares all views."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: WaitingQueue[str] = WaitingQueue()
        self.model: dict[ConversationId, tuple[str, Place]] = {}

    @rule(line=lines, place=places)
    def enter(self, line: str, place: Place) -> None:
        self.queue.enter(line, place)
        self.model[place.conversation_id] = (line, place)

    @rule(name=names)
    def leave(self, name: ConversationId) -> None:
        self.queue.leave(name)
        self.model.pop(name, None)

    def line(self, line: str) -> list[ConversationId]:
        waiting = sorted(place for its, place in self.model.values() if its == line)
        return [place.conversation_id for place in waiting]

    @invariant()
    def every_line_is_sorted(self) -> None:
        for line in ("everybody", "team", "chinese"):
            expected = self.line(line)
            assert list(self.queue.waiting(line)) == expected
            if expected:
                assert self.queue.first(line) == expected[0]
            for index, name in enumerate(expected):
                assert self.queue.position(name) == index + 1

    @invariant()
    def lines_stand_in_the_order_of_their_first(self) -> None:
        firsts: dict[str, Place] = {}
        for line, place in self.model.values():
            firsts[line] = min(place, firsts.get(line, place))
        assert self.queue.lines() == sorted(firsts, key=lambda line: firsts[line])

    @invariant()
    def the_first_of_all_are_in_order(self) -> None:
        everybody = [place.conversation_id for place in sorted(p for _, p in self.model.values())]
        for limit in (0, 1, 3, 50):
            assert self.queue.in_order(limit) == everybody[:limit]

    @invariant()
    def members_are_counted(self) -> None:
        assert len(self.queue) == len(self.model)
        for number in range(31):
            name = ConversationId(number.to_bytes(16, "big"))
            assert (name in self.queue) == (name in self.model)
            if name not in self.model:
                assert self.queue.position(name) == 0


QueueMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestQueue = QueueMachine.TestCase


@given(st.lists(places, max_size=30, unique_by=lambda place: place.conversation_id))
def test_the_order_of_coming_is_the_order_of_time(entering: list[Place]) -> None:
    queue: WaitingQueue[str] = WaitingQueue()
    for place in entering:
        queue.enter("line", place)
    assert list(queue.waiting("line")) == [place.conversation_id for place in sorted(entering)]
