"""The plan of a crowd: an open loop, the mix of people, and words that are known again."""

from __future__ import annotations

import itertools

from airdesk.app.stress.crowd.histogram import Histogram
from airdesk.app.stress.crowd.plan import Load, Plan, load_of
from airdesk.app.stress.crowd.texts import CHARS_MAX, CHARS_MIN

LOAD = load_of(visitors=1_000, rate=500.0, warmup_s=2.0, seconds=20.0)


def test_a_fifth_of_the_visitors_talk_and_an_agent_holds_25_of_them() -> None:
    assert (LOAD.talkers, LOAD.agents, LOAD.connections) == (200, 8, 1_008)
    assert load_of(3, 1.0, 0.0, 1.0) == Load(3, 1, 1, 1.0, 0.0, 1.0)


def test_arrivals_are_random_at_the_rate_that_was_asked_for() -> None:
    plan = Plan(LOAD)
    assert abs(len(plan) - 11_000) < 500
    gaps = [b - a for a, b in itertools.pairwise(plan.due_ns)]
    assert min(gaps) >= 0
    mean = sum(gaps) / len(gaps)
    # The gaps of a Poisson process spread as widely as their mean: no steady drum.
    spread = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5
    assert 0.9 < spread / mean < 1.1


def test_every_process_makes_the_same_plan_and_another_seed_another_one() -> None:
    one, same = Plan(LOAD), Plan(LOAD)
    assert one.due_ns == same.due_ns
    assert [one.text(n) for n in range(50)] == [same.text(n) for n in range(50)]
    other = Plan(Load(1_000, 200, 8, 500.0, 2.0, 20.0, seed=2))
    assert other.due_ns != one.due_ns


def test_visitors_say_three_fifths_and_all_conversations_take_part() -> None:
    plan = Plan(LOAD)
    assert 0.57 < sum(plan.by_visitor) / len(plan) < 0.63
    counts = [plan.talkers.count(talker) for talker in range(200)]
    assert min(counts) > 20
    assert max(counts) < 110


def test_texts_have_5_to_120_characters_in_both_languages() -> None:
    plan = Plan(LOAD)
    texts = [plan.text(number) for number in range(len(plan))]
    lengths = sorted(map(len, texts))
    assert CHARS_MIN <= lengths[0] <= 8
    assert 80 < lengths[-1] <= CHARS_MAX
    chinese = sum(not text.isascii() for text in texts) / len(texts)
    assert 0.4 < chinese < 0.6


def test_a_message_is_known_by_its_words_and_by_no_others() -> None:
    plan = Plan(LOAD)
    for number in (0, 35, 36, 9_999):
        assert plan.number(plan.text(number)) == number
    assert plan.number(plan.text(7) + "!") == -1
    assert plan.number("您好") == -1
    assert plan.number("-1 x") == -1
    assert plan.number("zzzzzz x") == -1


def test_people_type_before_they_send() -> None:
    plan = Plan(LOAD)
    leads = [plan.due_ns[n] - plan.typing_ns(n) for n in range(len(plan))]
    assert min(leads) == 800_000_000
    assert max(leads) == 4_000_000_000


def test_the_window_lies_behind_the_warm_up() -> None:
    plan = Plan(LOAD)
    assert not plan.in_window(0)
    assert plan.in_window(len(plan) - 1)
    inside = sum(plan.in_window(number) for number in range(len(plan)))
    assert abs(inside - 10_000) < 500


def test_a_histogram_is_right_within_a_hundredth() -> None:
    times = [*range(1, 300), *range(1_000, 2_000_000, 777), 3_600_000_000]
    histogram = Histogram()
    for time_us in times:
        histogram.add(time_us)
    times.sort()
    for share in (0.001, 0.2, 0.5, 0.99, 0.999):
        exact = times[max(0, -(-int(share * len(times) * 1_000) // 1_000) - 1)]
        assert exact * 0.999 <= histogram.quantile_us(share) <= exact * 1.02 + 2
    assert histogram.quantile_us(1.0) == histogram.max_us == 3_600_000_000


def test_histograms_of_several_processes_add_up() -> None:
    whole, left, right = Histogram(), Histogram(), Histogram()
    for time_us in range(0, 100_000, 7):
        whole.add(time_us)
        (left if time_us % 2 else right).add(time_us)
    left.add_all(right.take())
    assert left.counts == whole.counts
    assert (left.count, left.max_us) == (whole.count, whole.max_us)
    assert right.count == right.quantile_us(0.99) == 0
