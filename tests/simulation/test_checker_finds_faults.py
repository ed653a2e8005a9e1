"""The judge is judged: each deliberate fault is found, by the rule that is meant for it.

A fault is found if within a few seeds its rule's own words are among the violations: a simulator
that falls over does not count. The very same seed passes when the fault is taken out again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.simulation.kit import deliberate_faults as faults
from tests.simulation.kit import desk_faults
from tests.simulation.kit.scenario import make_scenario
from tests.simulation.kit.simulation import simulate

SEEDS = range(1, 61)
"""Looked through until the fault shows; nearly always one of the first few does."""


def assert_found(fault: Callable[[pytest.MonkeyPatch], None], rule: str) -> None:
    """Look for a seed in which a fault breaks a rule; without the fault it must be sound."""
    for seed in SEEDS:
        with pytest.MonkeyPatch.context() as patch:
            fault(patch)
            violations = simulate(make_scenario(seed)).violations
        if any(re.search(rule, line) for line in violations):
            assert simulate(make_scenario(seed)).violations == (), seed
            return
    pytest.fail(f"no seed of {SEEDS} shows it by {rule!r}", pytrace=False)


# Durability -----------------------------------------------------------------------------------


def test_an_answer_before_its_record_is_stored_is_found() -> None:
    assert_found(faults.acknowledges_before_fsync, "was acknowledged .*, which is not stored")


def test_an_event_before_its_record_is_stored_is_found() -> None:
    assert_found(faults.delivers_before_fsync, r"gets event \d+, which is not in the log")


def test_a_repeat_after_a_restart_that_is_done_again_is_found() -> None:
    assert_found(
        faults.forgets_operations_in_a_restart, r"operation of record \d+ took effect twice"
    )


def test_a_repeat_before_the_first_is_stored_that_is_done_again_is_found() -> None:
    assert_found(faults.forgets_operations_in_flight, r"operation of record \d+ took effect twice")


def test_a_replay_of_half_a_record_is_found() -> None:
    assert_found(faults.replays_the_first_event_of_a_record, r"record \d+ is numbered \d+, not \d+")


def test_a_changed_state_that_no_checkpoint_has_is_found() -> None:
    assert_found(
        faults.leaves_read_positions_out_of_checkpoints,
        "a restart: a conversation's state is not what its records say",
    )


def test_a_checkpoint_beyond_its_states_is_found() -> None:
    assert_found(
        faults.notes_a_checkpoint_too_far,
        "a restart: a conversation's state is not what its records say",
    )


# Answers --------------------------------------------------------------------------------------


def test_another_answer_to_a_repeat_is_found() -> None:
    assert_found(faults.answers_a_repeat_anew, r"was told seq \d+, the first answer was \d+")


def test_a_refusal_of_what_was_done_is_found() -> None:
    assert_found(faults.refuses_a_repeat, r"was refused \(\d+\) what was done before")


def test_an_operation_id_in_other_hands_is_found() -> None:
    assert_found(faults.gives_operation_ids_to_everybody, "gets an operation id that is not his")


# Numbers and holes ----------------------------------------------------------------------------


def test_a_prev_that_counts_hidden_events_is_found() -> None:
    assert_found(faults.counts_prev_without_class, r"visitor .* gets event \d+ as .*, the log has")


def test_a_hole_that_gateway_and_page_step_over_is_found() -> None:
    assert_found(faults.steps_over_holes, r"shows \d+ after \d+: a hole")


def test_a_resumption_that_skips_an_event_is_found() -> None:
    assert_found(
        faults.resumes_one_event_too_late, r"had \d+ and was reset to \d+, though it could go on"
    )


def test_a_new_link_taken_for_the_old_one_is_found() -> None:
    assert_found(faults.counts_a_new_link_on_from_the_old, r"still waits for \d+ answers")


def test_a_page_moved_past_a_hole_is_found() -> None:
    assert_found(faults.moves_a_page_past_a_hole, r"shows \d+ after \d+: a hole")


def test_a_hole_in_a_links_numbers_that_is_ignored_is_found() -> None:
    assert_found(faults.ignores_holes_of_a_link, r"still waits for \d+ answers")


def test_doubled_frames_that_reach_a_screen_are_found() -> None:
    assert_found(faults.applies_doubled_frames, r"shows \d+ after \d+: a hole")


def test_half_a_record_on_the_disk_is_found() -> None:
    assert_found(faults.keeps_half_of_a_record, r"record \d+ is numbered \d+, not \d+")


# Audiences ------------------------------------------------------------------------------------


def test_a_note_on_a_visitors_socket_is_found() -> None:
    assert_found(
        faults.shows_notes_to_visitors,
        r"visitor .* gets event \d+ \(kind \d+\), not for his eyes",
    )


def test_a_delivery_to_another_visitor_is_found() -> None:
    assert_found(faults.delivers_to_every_visitor, "visitor .* sees somebody else's conversation")


def test_a_conversation_open_to_anybody_is_found() -> None:
    assert_found(faults.lets_anybody_open_anything, "sees somebody else's conversation")


def test_an_audience_without_aliases_is_found() -> None:
    assert_found(faults.forgets_aliases, "does not show the visitor's conversation")


def test_a_row_that_tells_a_visitor_how_the_staff_sorts_is_found() -> None:
    assert_found(
        desk_faults.shows_the_staffs_rows_to_visitors, "is shown what is for the staff alone"
    )


def test_typed_words_on_a_visitors_other_page_are_found() -> None:
    assert_found(desk_faults.shows_typed_words_to_everybody, "is shown what is for the staff alone")


def test_a_mention_of_somebody_else_is_found() -> None:
    assert_found(desk_faults.mentions_everybody, "hears of a mention that is not in the log")


def test_a_viewer_who_left_and_is_still_told_is_found() -> None:
    assert_found(desk_faults.forgets_who_left, "is told that .* look too, not")


# Blocking and the bot -------------------------------------------------------------------------


def test_a_blocked_visitor_who_is_heard_is_found() -> None:
    assert_found(desk_faults.forgets_blocks, r"record \d+: a blocked visitor did something")


def test_a_bot_that_speaks_among_people_is_found() -> None:
    assert_found(
        desk_faults.lets_the_bot_speak_among_people, r"record \d+: the bot speaks where people are"
    )


def test_a_conversation_given_to_no_bot_is_found() -> None:
    assert_found(
        desk_faults.gives_to_a_bot_that_is_not_there,
        r"record \d+: given to a bot that is not there",
    )


# Order ----------------------------------------------------------------------------------------


def test_an_old_connection_that_fences_the_new_one_is_found() -> None:
    assert_found(faults.lets_an_old_connection_fence_the_new, r"was sent away: \d+ a newer")


def test_an_outbox_sent_backwards_is_found() -> None:
    assert_found(
        faults.sends_the_outbox_backwards, "commands were stored in another order than made"
    )


def test_an_outbox_dropped_on_reload_is_found() -> None:
    assert_found(faults.drops_the_outbox_on_reload, r"a \w+ was made and never answered")


def test_a_second_open_conversation_is_found() -> None:
    assert_found(faults.starts_a_second_conversation, "a visitor has two open conversations")


def test_a_read_position_that_goes_back_is_found() -> None:
    assert_found(faults.lets_read_positions_go_back, r"a read position goes back to \d+")


# Assignment -----------------------------------------------------------------------------------


def test_routing_beyond_capacity_is_found() -> None:
    assert_found(faults.routes_beyond_capacity, "routed to an agent who is at capacity")


def test_routing_to_an_agent_who_is_gone_is_found() -> None:
    assert_found(faults.routes_to_agents_who_are_gone, "assigned to somebody who is gone")


def test_a_visitor_who_waits_beside_a_free_desk_is_found() -> None:
    assert_found(faults.leaves_people_beside_free_desks, "somebody waits beside a free desk")


def test_a_queue_without_priorities_is_found() -> None:
    assert_found(
        desk_faults.queues_without_priority, r"record \d+ overtakes another who waits longer"
    )


def test_a_line_served_from_its_end_is_found() -> None:
    assert_found(faults.serves_the_last_first, r"record \d+ overtakes another who waits longer")
