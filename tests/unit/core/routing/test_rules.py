"""Who of the eligible agents gets the next visitor."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airdesk.core.conversation import RoutingRule
from airdesk.core.kernel import AgentId
from airdesk.core.routing import Candidate, Rule, choose


def agent(name: str) -> AgentId:
    return AgentId(name.encode().ljust(16, b"."))


ANNA = Candidate(agent("anna"), load=1, capacity=2, free_since_ms=300, last_given=7)
BO = Candidate(agent("bo"), load=3, capacity=10, free_since_ms=100, last_given=9)
CAI = Candidate(agent("cai"), load=4, capacity=10, free_since_ms=200, last_given=0)
ALL = (ANNA, BO, CAI)

candidates = st.lists(
    st.builds(
        Candidate,
        st.sampled_from([agent(name) for name in "abcdef"]),
        st.integers(0, 3),
        st.integers(4, 6),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one.agent_id,
)
rules = st.sampled_from([Rule.LONGEST_IDLE, Rule.LEAST_BUSY, Rule.ROUND_ROBIN])


@pytest.mark.parametrize(
    ("rule", "chosen"),
    [
        (Rule.LONGEST_IDLE, BO),
        (Rule.LEAST_BUSY, BO),
        (Rule.ROUND_ROBIN, CAI),
    ],
)
def test_each_rule_has_its_choice(rule: Rule, chosen: Candidate) -> None:
    assert choose(rule, ALL) == chosen.agent_id


def test_least_busy_is_by_share_of_capacity() -> None:
    assert choose(Rule.LEAST_BUSY, (ANNA, CAI)) == CAI.agent_id


@given(candidates)
def test_by_hand_and_without_candidates_nobody_is_chosen(pool: list[Candidate]) -> None:
    assert choose(Rule.MANUAL, pool, pool[0].agent_id) is None
    assert all(choose(rule, ()) is None for rule in Rule)


@given(rules, candidates, st.integers(0, 5))
def test_the_visitors_former_agent_comes_first(
    rule: Rule, pool: list[Candidate], index: int
) -> None:
    former = pool[index % len(pool)].agent_id
    assert choose(rule, pool, former) == former


@given(rules, candidates, st.data())
def test_whoever_let_the_visitor_wait_comes_last(
    rule: Rule, pool: list[Candidate], data: st.DataObject
) -> None:
    silent = data.draw(st.lists(st.sampled_from([one.agent_id for one in pool])))
    chosen = choose(rule, pool, pool[0].agent_id, silent)
    assert chosen is not None
    assert chosen not in silent or all(one.agent_id in silent for one in pool)


@given(rules, candidates, st.integers(0, 100))
def test_the_order_of_the_candidates_does_not_matter(
    rule: Rule, pool: list[Candidate], seed: int
) -> None:
    shuffled = list(pool)
    random.Random(seed).shuffle(shuffled)
    assert choose(rule, shuffled) == choose(rule, pool)


@given(candidates)
def test_nobody_is_idle_for_longer_than_the_longest_idle(pool: list[Candidate]) -> None:
    by_id = {one.agent_id: one for one in pool}
    chosen = choose(Rule.LONGEST_IDLE, pool)
    assert chosen is not None
    assert by_id[chosen].free_since_ms == min(one.free_since_ms for one in pool)


def test_round_robin_goes_round() -> None:
    pool = {one.agent_id: one for one in ALL}
    given_to = []
    for number in range(10, 16):
        chosen = choose(Rule.ROUND_ROBIN, list(pool.values()))
        assert chosen is not None
        pool[chosen] = pool[chosen]._replace(last_given=number)
        given_to.append(chosen)
    assert given_to == [CAI.agent_id, ANNA.agent_id, BO.agent_id] * 2


def test_rules_have_the_numbers_of_the_inbox_facts() -> None:
    assert {rule.name: rule.value for rule in Rule} == {
        rule.name: rule.value for rule in RoutingRule
    }
