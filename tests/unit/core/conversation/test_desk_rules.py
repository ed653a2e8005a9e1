"""What the staff does beside talking: labels, priority, mentions, the bot, invitations, blocks."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from airdesk.core import conversation as c
from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    Blocked,
    CommandRejected,
    Identity,
    IllegalTransition,
    InboxId,
    LabelId,
    NotEligible,
    NotPermitted,
    Role,
    TextRefused,
    UnknownSubject,
    ValueRefused,
    VisitorId,
    limits,
)
from tests.kit import conversations as k

REFUND, VIP, BUG = k.LABELS
INVITATION = c.InviteVisitor(k.INBOX, k.VISITOR, "May I help?")
OUTSIDERS = (k.AS_VISITOR, k.AS_BOT)


def kinds(decision: c.Decision) -> list[str]:
    return [type(event).__name__ for event in decision.events]


def refused(
    history: k.History, actor: Identity, command: c.ConversationCommand
) -> type[CommandRejected]:
    with pytest.raises(CommandRejected) as caught:
        history.wish(k.Wish(actor, command))
    return type(caught.value)


# Labels ---------------------------------------------------------------------------------------


def test_labels_are_exactly_those_that_were_set_last() -> None:
    history = k.assigned()
    assert history.does(k.AS_ANNA, c.SetLabels((REFUND, VIP))).label_ids == (REFUND, VIP)
    assert history.does(k.AS_BO, c.SetLabels((BUG,))).label_ids == (BUG,)
    assert history.does(k.AS_BO, c.SetLabels(())).label_ids == ()


def test_the_same_labels_in_another_order_change_nothing() -> None:
    history = k.assigned()
    history.does(k.AS_ANNA, c.SetLabels((REFUND, VIP)))
    again = c.SetLabels((VIP, REFUND, VIP))
    assert history.wish(k.Wish(k.AS_ANNA, again)).events == ()


def test_a_resolved_conversation_is_still_labelled_but_not_prioritised() -> None:
    history = k.in_status(c.Status.RESOLVED)
    assert history.does(k.AS_BO, c.SetLabels((VIP,))).status == c.Status.RESOLVED
    assert refused(history, k.AS_BO, c.SetPriority(1)) is IllegalTransition


def test_labels_have_a_bound_and_name_something() -> None:
    history = k.assigned()
    many = tuple(LabelId(number.to_bytes(16, "big")) for number in range(1, 22))
    assert refused(history, k.AS_ANNA, c.SetLabels(many)) is ValueRefused
    assert refused(history, k.AS_ANNA, c.SetLabels((LabelId(NO_ID),))) is ValueRefused
    assert len(history.does(k.AS_ANNA, c.SetLabels(many[:20])).label_ids) == limits.LABELS_MAX


# Priority -------------------------------------------------------------------------------------


@pytest.mark.parametrize("priority", [0, 1, 2])
def test_a_priority_is_kept_through_every_status(priority: int) -> None:
    history = k.assigned()
    history.does(k.AS_BO, c.SetPriority(priority))
    history.does(k.AS_ANNA, c.ResolveConversation())
    assert history.does(k.AS_VISITOR, c.SendMessage("again")).priority == priority
    assert history.wish(k.Wish(k.AS_BO, c.SetPriority(priority))).events == ()


@pytest.mark.parametrize("priority", [-1, 3])
def test_no_other_priority_exists(priority: int) -> None:
    assert refused(k.assigned(), k.AS_ANNA, c.SetPriority(priority)) is ValueRefused


# Mentions -------------------------------------------------------------------------------------


def test_a_note_mentions_each_agent_once() -> None:
    noted = k.assigned().wish(k.Wish(k.AS_ANNA, c.AddNote("look", (k.BO, k.SUE, k.BO))))
    assert noted.events == (c.NoteAdded(c.AUTHOR_FIRST_PARTICIPANT, 0, (k.BO, k.SUE)),)


def test_who_has_no_seat_is_not_mentioned() -> None:
    assert refused(k.assigned(), k.AS_ANNA, c.AddNote("look", (k.STRANGER,))) is UnknownSubject


def test_mentions_have_a_bound() -> None:
    crowd = tuple(AgentId(number.to_bytes(16, "big")) for number in range(1, 22))
    facts = k.account()
    facts = replace(facts, agents={**facts.agents, **{one: c.AgentFacts(one) for one in crowd}})
    history = k.assigned()
    history.facts = facts
    assert refused(history, k.AS_ANNA, c.AddNote("look", crowd)) is ValueRefused
    history.does(k.AS_ANNA, c.AddNote("look", crowd[: limits.MENTIONS_MAX]))


# Back to the bot ------------------------------------------------------------------------------


def handed_off() -> k.History:
    """Give a conversation that the bot handed to Anna."""
    history = k.started(has_bot=True)
    history.does(k.AS_VISITOR, c.HandOff())
    history.does(k.AS_SYSTEM, c.RouteConversation(k.ANNA))
    return history


@pytest.mark.parametrize("status", ["queued", "assigned", "snoozed"])
def test_the_bot_gets_it_back_and_speaks_again(status: str) -> None:
    history = handed_off()
    if status == "queued":
        history.does(k.AS_SYSTEM, c.RequeueConversation(c.Cause.AGENT_LEFT))
    elif status == "snoozed":
        history.does(k.AS_ANNA, c.SnoozeConversation(history.now_ms + 3_600_000))
    state = history.does(k.AS_ANNA, c.ReturnToBot())
    assert (state.status, state.assignee_id) == (c.Status.BOT, NO_ID)
    assert (state.waiting_since_ms, state.answer_due_ms, state.snoozed_until_ms) == (0, 0, 0)
    history.does(k.AS_VISITOR, c.SendMessage("and now?"))
    assert history.does(k.AS_BOT, c.SendMessage("I am back")).status == c.Status.BOT
    assert history.wish(k.Wish(k.AS_ANNA, c.ReturnToBot())).events == ()


def test_the_bot_is_silent_while_a_person_has_it() -> None:
    history = handed_off()
    assert refused(history, k.AS_BOT, c.SendMessage("too late")) is IllegalTransition
    history.does(k.AS_ANNA, c.ReturnToBot())
    history.does(k.AS_BO, c.AssignAgent(k.BO))
    assert refused(history, k.AS_BOT, c.SendMessage("too late")) is IllegalTransition


def test_an_inbox_without_a_bot_has_nobody_to_give_it_to() -> None:
    assert refused(k.assigned(), k.AS_ANNA, c.ReturnToBot()) is UnknownSubject


def test_only_who_holds_it_or_a_supervisor_gives_it_back() -> None:
    assert refused(handed_off(), k.AS_BO, c.ReturnToBot()) is NotPermitted
    assert handed_off().does(k.AS_SUE, c.ReturnToBot()).status == c.Status.BOT


# What the visitor sees of it ------------------------------------------------------------------


def test_the_visitor_sees_nothing_of_how_the_staff_sorts() -> None:
    history = handed_off()
    before = history.now.public_seq
    for command in (
        c.SetLabels((VIP,)),
        c.SetPriority(2),
        c.AddNote("look", (k.BO,)),
        c.ReturnToBot(),
    ):
        history.does(k.AS_SUE, command)
    assert history.now.public_seq == before
    assert history.now.hidden == (k.SUE,)


# Watch, whisper, take over --------------------------------------------------------------------


def test_a_supervisor_whispers_unseen_and_takes_over() -> None:
    history = k.assigned()
    history.does(k.AS_SUE, c.AddNote("offer the discount"))
    assert history.now.hidden == (k.SUE,)
    state = history.does(k.AS_SUE, c.AssignAgent(k.SUE))
    assert (state.assignee_id, state.hidden) == (k.SUE, ())
    assert refused(history, k.AS_ANNA, c.SendMessage("mine?")) is NotPermitted


def test_an_agent_takes_over_from_nobody() -> None:
    assert refused(k.assigned(), k.AS_BO, c.AssignAgent(k.BO)) is NotPermitted
    assert k.started().does(k.AS_BO, c.AssignAgent(k.BO)).assignee_id == k.BO


# Invitations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("has_bot", [False, True])
def test_an_invitation_begins_a_conversation_of_the_agent_s_own(has_bot: bool) -> None:
    history = k.History(k.account(has_bot=has_bot))
    decision = history.wish(k.Wish(k.AS_ANNA, INVITATION))
    assert kinds(decision) == [
        "ConversationStarted",
        "ParticipantJoined",
        "AgentAssigned",
        "MessageSent",
    ]
    assert decision.bodies == ("May I help?",)
    state = history.now
    assert (state.status, state.assignee_id) == (c.Status.ASSIGNED, k.ANNA)
    assert (state.visitor_id, state.inbox_id) == (k.VISITOR, k.INBOX)
    assert (state.waiting_since_ms, state.answer_due_ms, state.unread_by_visitor) == (0, 0, (4,))
    assert history.does(k.AS_VISITOR, c.SendMessage("Yes")).answer_due_ms > 0


def test_who_has_an_open_conversation_is_not_invited() -> None:
    for status in (c.Status.BOT, c.Status.QUEUED, c.Status.ASSIGNED, c.Status.SNOOZED):
        assert refused(k.in_status(status), k.AS_BO, INVITATION) is IllegalTransition


def test_an_invitation_needs_a_door_words_and_an_agent_who_is_there() -> None:
    for command, error in (
        (c.InviteVisitor(InboxId(b"x" * 16), k.VISITOR, "Hi"), UnknownSubject),
        (c.InviteVisitor(k.INBOX, k.VISITOR, " "), TextRefused),
    ):
        assert refused(k.History(), k.AS_ANNA, command) is error
    away = k.History(k.account(anna=c.Availability.OFFLINE))
    assert refused(away, k.AS_ANNA, INVITATION) is NotEligible
    assert refused(k.History(), Identity(k.ACCOUNT, Role.AGENT, k.STRANGER), INVITATION) is (
        UnknownSubject
    )
    for actor in OUTSIDERS:
        assert refused(k.History(), actor, INVITATION) is NotPermitted


# Blocking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [c.StartConversation(), c.SendMessage("x"), c.HandOff(), c.RateConversation(1)]
)
def test_a_blocked_visitor_does_nothing(command: c.ConversationCommand) -> None:
    context = k.context()._replace(is_blocked=True)
    for state in (None, k.assigned().now, k.in_status(c.Status.RESOLVED).now):
        with pytest.raises(Blocked):
            c.decide(command, k.AS_VISITOR, state, context)


def test_a_blocked_visitor_is_not_invited_but_his_conversation_goes_on_for_the_staff() -> None:
    context = k.context()._replace(is_blocked=True)
    with pytest.raises(Blocked):
        c.decide(INVITATION, k.AS_ANNA, None, context)
    resolved = c.decide(c.ResolveConversation(), k.AS_ANNA, k.assigned().now, context)
    assert kinds(resolved) == ["ConversationResolved"]


def test_a_block_and_its_end_are_facts_of_the_account() -> None:
    facts = k.account()
    for blocked, expected in ((True, {k.INBOX + k.VISITOR: 7}), (False, {})):
        event = c.VisitorBlocked(k.INBOX, k.VISITOR, blocked)
        facts = c.evolve_account(facts, (event,), 7)
        assert facts.blocked == expected
    never = c.VisitorBlocked(k.INBOX, VisitorId(b"v" * 16), False)
    assert c.evolve_account(facts, (never,), 8).blocked == {}
