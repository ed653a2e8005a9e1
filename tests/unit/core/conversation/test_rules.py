"""Single rules of the conversation, each as a person would tell it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from airdesk.core import conversation as c
from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    CommandRejected,
    Identity,
    IllegalTransition,
    InboxId,
    NotEligible,
    NotPermitted,
    Role,
    TeamId,
    TextRefused,
    UnknownConversation,
    UnknownSubject,
    ValueRefused,
    limits,
)
from tests.kit import conversations as k

OFFLINE, BUSY = c.Availability.OFFLINE, c.Availability.BUSY


def kinds(decision: c.Decision) -> list[str]:
    return [type(event).__name__ for event in decision.events]


def decided(
    history: k.History, actor: Identity, command: c.ConversationCommand, **context: object
) -> c.Decision:
    """Decide without storing."""
    return c.decide(command, actor, history.state, k.context(now_ms=history.now_ms, **context))  # type: ignore[arg-type]


# Beginning ------------------------------------------------------------------------------------


def test_the_first_message_opens_a_conversation_and_queues_it() -> None:
    decision = k.started().wish(k.Wish(k.AS_VISITOR, c.SendMessage("again")))
    assert kinds(decision) == ["MessageSent"]
    first = c.decide(c.SendMessage("Hello"), k.AS_VISITOR, None, k.context())
    assert kinds(first) == ["ConversationStarted", "MessageSent", "ConversationQueued"]
    assert first.bodies == ("Hello",)


def test_with_a_bot_nothing_is_queued() -> None:
    context = k.context(k.account(has_bot=True))
    decision = c.decide(c.StartConversation(), k.AS_VISITOR, None, context)
    assert kinds(decision) == ["ConversationStarted"]
    assert k.started(has_bot=True).now.status == c.Status.BOT


def test_starting_twice_is_starting_once() -> None:
    assert decided(k.started(), k.AS_VISITOR, c.StartConversation()).events == ()


def test_a_new_conversation_knows_the_agent_of_the_last_one() -> None:
    previous = k.in_status(c.Status.RESOLVED).now
    context = k.context(previous=previous)
    decision = c.decide(c.StartConversation(), k.AS_VISITOR, None, context)
    started = decision.events[0]
    assert isinstance(started, c.ConversationStarted)
    assert started.sticky_agent_id == k.ANNA
    assert started.previous_id == previous.conversation_id


def test_an_inbox_that_is_not_sticky_forgets_the_agent() -> None:
    facts = k.account()
    facts = replace(facts, inboxes={k.INBOX: replace(facts.inboxes[k.INBOX], sticky=False)})
    context = k.context(facts, previous=k.in_status(c.Status.RESOLVED).now)
    started = c.decide(c.StartConversation(), k.AS_VISITOR, None, context).events[0]
    assert isinstance(started, c.ConversationStarted)
    assert started.sticky_agent_id == NO_ID


def test_an_unknown_inbox_opens_nothing() -> None:
    visitor = Identity(k.ACCOUNT, Role.VISITOR, k.VISITOR, InboxId(b"x" * 16))
    with pytest.raises(UnknownSubject):
        c.decide(c.StartConversation(), visitor, None, k.context())


@pytest.mark.parametrize(
    ("actor", "command", "error"),
    [
        (k.AS_VISITOR, c.RateConversation(5), UnknownConversation),
        (k.AS_VISITOR, c.AddNote("x"), NotPermitted),
        (k.AS_ANNA, c.SendMessage("x"), UnknownConversation),
        (k.AS_ANNA, c.StartConversation(), NotPermitted),
        (k.AS_BOT, c.SendMessage("x"), UnknownConversation),
    ],
)
def test_nobody_else_and_nothing_else_opens_one(
    actor: Identity, command: c.ConversationCommand, error: type[CommandRejected]
) -> None:
    with pytest.raises(error):
        c.decide(command, actor, None, k.context())


# Who may see it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stranger",
    [
        Identity(k.OTHER_ACCOUNT, Role.OWNER, k.SUE),
        Identity(k.OTHER_ACCOUNT, Role.SYSTEM, NO_ID),
        Identity(k.OTHER_ACCOUNT, Role.VISITOR, k.VISITOR, k.INBOX),
        Identity(k.ACCOUNT, Role.VISITOR, b"v" * 16, k.INBOX),
        Identity(k.ACCOUNT, Role.VISITOR, k.VISITOR, InboxId(b"i" * 16)),
    ],
)
def test_a_stranger_learns_not_even_that_it_exists(stranger: Identity) -> None:
    state = k.started().now
    assert not c.may_see(stranger, state)
    with pytest.raises(UnknownConversation):
        c.decide(c.SendMessage("x"), stranger, state, k.context())


@pytest.mark.parametrize("actor", k.EVERYBODY)
def test_the_visitor_and_the_account_see_it(actor: Identity) -> None:
    assert c.may_see(actor, k.started().now)


# Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\n\t", "四" * (limits.TEXT_BYTES_MAX // 3 + 1)])
def test_no_words_and_too_many_words_are_refused(text: str) -> None:
    history = k.assigned()
    for actor, command in (
        (k.AS_VISITOR, c.SendMessage(text)),
        (k.AS_ANNA, c.AddNote(text)),
        (k.AS_ANNA, c.SendMessage(text)),
    ):
        with pytest.raises(TextRefused):
            decided(history, actor, command)


def test_the_longest_text_is_taken() -> None:
    text = "x" * limits.TEXT_BYTES_MAX
    assert decided(k.started(), k.AS_VISITOR, c.SendMessage(text)).bodies == (text,)


def test_an_agent_speaks_only_where_he_is_the_assignee() -> None:
    with pytest.raises(NotPermitted):
        decided(k.assigned(), k.AS_BO, c.SendMessage("x"))
    with pytest.raises(NotPermitted):
        decided(k.started(), k.AS_ANNA, c.SendMessage("x"))
    assert kinds(decided(k.assigned(), k.AS_ANNA, c.SendMessage("x"))) == ["MessageSent"]


def test_a_supervisor_speaks_everywhere_and_joins_once() -> None:
    history = k.assigned()
    first = history.wish(k.Wish(k.AS_SUE, c.SendMessage("x")))
    assert kinds(first) == ["ParticipantJoined", "MessageSent"]
    assert kinds(history.wish(k.Wish(k.AS_SUE, c.SendMessage("y")))) == ["MessageSent"]
    assert history.now.participants == (k.ANNA, k.SUE)


def test_the_bot_is_silent_once_people_are_asked() -> None:
    history = k.started(has_bot=True)
    history.does(k.AS_BOT, c.SendMessage("I am a bot."))
    history.does(k.AS_VISITOR, c.HandOff())
    for status in (c.Status.QUEUED, c.Status.ASSIGNED):
        assert history.now.status == status
        with pytest.raises(IllegalTransition):
            decided(history, k.AS_BOT, c.SendMessage("too late"))
        with pytest.raises(IllegalTransition):
            decided(history, k.AS_BOT, c.ResolveConversation())
        assert decided(history, k.AS_VISITOR, c.HandOff()).events == ()
        if status == c.Status.QUEUED:
            history.does(k.AS_SYSTEM, c.RouteConversation(k.ANNA))


def test_a_note_is_never_public_and_leaves_no_hole() -> None:
    history = k.assigned()
    before = history.now.public_seq
    history.does(k.AS_ANNA, c.AddNote("VIP"))
    assert history.now.public_seq == before
    history.does(k.AS_ANNA, c.SendMessage("Hello"))
    note, message = history.feed()[-2:]
    assert note.public_prev == -1
    assert message.public_prev == before
    assert (note.text, message.text) == ("VIP", "Hello")


def test_erased_words_are_empty() -> None:
    events = (c.MessageSent(0, 0), c.NoteAdded(3, 1))
    header = c.RecordHeader(5, 4, 0, b"", b"")
    assert [one.text for one in c.number_events(events, (), header)] == ["", ""]


# Giving ---------------------------------------------------------------------------------------


def test_assigning_to_the_assignee_is_done_already() -> None:
    for actor in (k.AS_ANNA, k.AS_BO, k.AS_SUE):
        assert decided(k.assigned(), actor, c.AssignAgent(k.ANNA)).events == ()


@pytest.mark.parametrize("status", [c.Status.ASSIGNED, c.Status.SNOOZED])
@pytest.mark.parametrize(
    "command",
    [
        c.AssignAgent(k.BO),
        c.TransferConversation(k.BO),
        c.ResolveConversation(),
        c.SnoozeConversation(k.START_MS + 10**6),
        c.ReopenConversation(),
    ],
)
def test_nobody_takes_what_another_agent_holds(
    status: c.Status, command: c.ConversationCommand
) -> None:
    if type(command) not in c.TRANSITIONS[status]:
        return
    history = k.in_status(status)
    with pytest.raises(NotPermitted):
        decided(history, k.AS_BO, command)
    assert decided(history, k.AS_SUE, command).events


def test_a_wish_goes_above_capacity_but_not_to_somebody_who_is_gone() -> None:
    history = k.started()
    assert decided(history, k.AS_ANNA, c.AssignAgent(k.BO), loads={k.BO: 99}).events
    assert decided(history, k.AS_ANNA, c.AssignAgent(k.BO), facts=k.account(bo=BUSY)).events
    with pytest.raises(NotEligible):
        decided(history, k.AS_ANNA, c.AssignAgent(k.BO), facts=k.account(bo=OFFLINE))
    with pytest.raises(UnknownSubject):
        decided(history, k.AS_ANNA, c.AssignAgent(k.STRANGER))


def test_the_router_checks_everything() -> None:
    history = k.started()
    route = c.RouteConversation(k.BO)
    for circumstances in (
        {"loads": {k.BO: 5}},
        {"facts": k.account(bo=BUSY)},
        {"facts": k.account(bo=OFFLINE)},
    ):
        with pytest.raises(NotEligible):
            decided(history, k.AS_SYSTEM, route, **circumstances)
    assert kinds(decided(history, k.AS_SYSTEM, route)) == ["ParticipantJoined", "AgentAssigned"]


def test_a_transfer_names_one_agent_or_one_team() -> None:
    history = k.assigned()
    for command in (c.TransferConversation(), c.TransferConversation(k.BO, k.TEAM)):
        with pytest.raises(ValueRefused):
            decided(history, k.AS_ANNA, command)


def test_a_transfer_with_a_note_introduces_both_agents_in_order() -> None:
    history = k.assigned()
    decision = history.wish(k.Wish(k.AS_SUE, c.TransferConversation(k.BO, note="look")))
    assert kinds(decision) == [
        "ParticipantJoined",
        "NoteAdded",
        "ParticipantJoined",
        "AgentAssigned",
    ]
    assert history.now.participants == (k.ANNA, k.SUE, k.BO)
    assert history.now.assignee_id == k.BO


def test_a_transfer_to_the_assignee_keeps_the_note_alone() -> None:
    decision = decided(k.assigned(), k.AS_ANNA, c.TransferConversation(k.ANNA, note="mine"))
    assert kinds(decision) == ["NoteAdded"]


def test_a_transfer_to_a_team_changes_who_may_get_it() -> None:
    history = k.assigned()
    history.does(k.AS_ANNA, c.TransferConversation(team_id=k.TEAM))
    assert (history.now.status, history.now.team_id) == (c.Status.QUEUED, k.TEAM)
    with pytest.raises(NotEligible):
        decided(history, k.AS_SYSTEM, c.RouteConversation(k.BO))
    assert decided(history, k.AS_SYSTEM, c.RouteConversation(k.ANNA)).events


# Waiting --------------------------------------------------------------------------------------


def test_a_visitor_keeps_his_place_when_he_is_queued_again() -> None:
    history = k.started()
    since = history.now.waiting_since_ms
    assert since == history.now_ms
    history.does(k.AS_SYSTEM, c.RouteConversation(k.ANNA))
    history.does(k.AS_SYSTEM, c.RequeueConversation(c.Cause.NO_ANSWER))
    assert history.now.waiting_since_ms == since
    assert history.now.silent_agent_ids == (k.ANNA,)


def test_an_answer_ends_the_waiting_and_the_next_question_begins_it_anew() -> None:
    history = k.assigned()
    history.does(k.AS_ANNA, c.SendMessage("Hello"))
    assert (history.now.waiting_since_ms, history.now.answer_due_ms) == (0, 0)
    history.does(k.AS_VISITOR, c.SendMessage("And?"))
    assert history.now.waiting_since_ms == history.now_ms
    assert history.now.answer_due_ms == history.now_ms + limits.ANSWER_MS_MAX


def test_a_supervisors_word_in_the_queue_takes_nobodys_place() -> None:
    history = k.started()
    since = history.now.waiting_since_ms
    history.does(k.AS_SUE, c.SendMessage("Somebody comes soon."))
    assert (history.now.status, history.now.waiting_since_ms) == (c.Status.QUEUED, since)


def test_without_a_bound_no_answer_is_due() -> None:
    history = k.History()
    facts = history.facts.inboxes[k.INBOX]
    history.facts = replace(history.facts, inboxes={k.INBOX: replace(facts, answer_ms_max=0)})
    history.does(k.AS_VISITOR, c.SendMessage("Hello"))
    history.does(k.AS_SYSTEM, c.RouteConversation(k.ANNA))
    history.does(k.AS_VISITOR, c.SendMessage("Hello?"))
    assert history.now.answer_due_ms == 0


# Aside and back -------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead_ms", [-1, 0, limits.SNOOZE_MS_MAX + 1])
def test_a_time_in_the_past_or_beyond_a_year_is_refused(ahead_ms: int) -> None:
    history = k.assigned()
    with pytest.raises(ValueRefused):
        decided(history, k.AS_ANNA, c.SnoozeConversation(history.now_ms + ahead_ms))


def test_nothing_wakes_before_its_time() -> None:
    history = k.in_status(c.Status.SNOOZED)
    assert decided(history, k.AS_SYSTEM, c.WakeConversation()).events == ()
    history.now_ms = history.now.snoozed_until_ms
    decision = history.wish(k.Wish(k.AS_SYSTEM, c.WakeConversation()))
    assert kinds(decision) == ["ConversationReopened", "AgentAssigned"]
    assert not c.is_public(decision.events[0])


def test_an_assignee_who_writes_in_his_snoozed_conversation_keeps_it() -> None:
    history = k.in_status(c.Status.SNOOZED)
    decision = decided(
        history, k.AS_ANNA, c.SendMessage("x"), facts=k.account(anna=BUSY), loads={k.ANNA: 9}
    )
    assert kinds(decision) == ["ConversationReopened", "AgentAssigned", "MessageSent"]


@pytest.mark.parametrize("status", [c.Status.SNOOZED, c.Status.RESOLVED])
def test_the_visitors_message_takes_it_up_with_the_agent_who_had_it(status: c.Status) -> None:
    decision = decided(k.in_status(status), k.AS_VISITOR, c.SendMessage("One more thing"))
    assert kinds(decision) == ["ConversationReopened", "AgentAssigned", "MessageSent"]
    decision = decided(
        k.in_status(status), k.AS_VISITOR, c.SendMessage("x"), facts=k.account(anna=BUSY)
    )
    assert kinds(decision) == ["ConversationReopened", "ConversationQueued", "MessageSent"]


def test_whoever_comes_back_to_an_agent_of_an_earlier_conversation_meets_a_participant() -> None:
    history = k.History(previous=k.in_status(c.Status.RESOLVED).now)
    history.does(k.AS_VISITOR, c.SendMessage("Hello again"))
    history.does(k.AS_BO, c.SnoozeConversation(history.now_ms + 10**6))
    history.does(k.AS_VISITOR, c.SendMessage("Are you there?"))
    assert history.now.assignee_id == k.ANNA
    assert history.now.participants == (k.BO, k.ANNA)


def test_staff_cannot_speak_in_a_resolved_conversation() -> None:
    for actor in (k.AS_ANNA, k.AS_SUE, k.AS_SYSTEM):
        with pytest.raises(IllegalTransition):
            decided(k.in_status(c.Status.RESOLVED), actor, c.SendMessage("x"))


def test_resolving_twice_is_resolving_once() -> None:
    for actor in (k.AS_ANNA, k.AS_BO, k.AS_SYSTEM):
        assert decided(k.in_status(c.Status.RESOLVED), actor, c.ResolveConversation()).events == ()


def test_who_reopens_gets_it_unless_he_is_gone() -> None:
    history = k.in_status(c.Status.RESOLVED)
    reopened = decided(history, k.AS_BO, c.ReopenConversation())
    assert reopened.events[-1] == c.AgentAssigned(k.BO, c.Cause.BY_HAND)
    away = decided(history, k.AS_BO, c.ReopenConversation(), facts=k.account(bo=OFFLINE))
    assert away.events[-1] == c.AgentAssigned(k.ANNA, c.Cause.RETURNED)


@pytest.mark.parametrize("score", [0, 6])
def test_a_score_is_one_to_five(score: int) -> None:
    with pytest.raises(ValueRefused):
        decided(k.in_status(c.Status.RESOLVED), k.AS_VISITOR, c.RateConversation(score))


def test_a_rating_is_kept() -> None:
    history = k.in_status(c.Status.RESOLVED)
    assert history.does(k.AS_VISITOR, c.RateConversation(4)).score == 4


def test_the_next_message_continues_a_conversation_for_some_time() -> None:
    facts = k.account()
    resolved = k.in_status(c.Status.RESOLVED).now
    last_ms = resolved.resolved_ms + facts.inboxes[k.INBOX].reopen_ms_max
    message = c.SendMessage("One more thing")
    assert c.continues(message, k.started().now, facts, 10**15)
    assert c.continues(message, resolved, facts, last_ms)
    assert not c.continues(message, resolved, facts, last_ms + 1)
    assert not c.continues(message, resolved, c.AccountState(k.ACCOUNT), resolved.resolved_ms)
    assert not resolved.is_open
    assert resolved.visitor_key == k.INBOX + k.VISITOR


def test_a_start_continues_an_open_conversation_only_and_a_rating_any() -> None:
    facts = k.account()
    resolved = k.in_status(c.Status.RESOLVED).now
    assert c.continues(c.StartConversation(), k.started().now, facts, 10**15)
    assert not c.continues(c.StartConversation(), resolved, facts, resolved.resolved_ms)
    assert c.continues(c.RateConversation(5), resolved, facts, 10**15)


def test_a_team_without_members_is_none() -> None:
    with pytest.raises(UnknownSubject):
        decided(k.assigned(), k.AS_ANNA, c.TransferConversation(team_id=TeamId(b"x" * 16)))


# Counting -------------------------------------------------------------------------------------


def test_unread_is_exact_after_any_number_of_messages() -> None:
    history = k.started()
    for _ in range(2 * c.UNREAD_MAX):
        history.does(k.AS_VISITOR, c.SendMessage("x"))
    assert len(history.now.unread_by_staff) == c.UNREAD_MAX + 1
    history.read(k.Read(False, history.now.last_seq - 3))
    assert len(history.now.unread_by_staff) == 3


def test_a_read_position_does_not_pass_the_end() -> None:
    history = k.started()
    history.read(k.Read(False, 10**9))
    history.does(k.AS_VISITOR, c.SendMessage("unread"))
    assert history.now.unread_by_staff == (history.now.last_seq,)


@pytest.mark.parametrize("events", [(), (c.MessageSent(0),)])
def test_a_conversation_begins_with_its_start(events: tuple[c.ConversationEvent, ...]) -> None:
    moment = c.Moment(1, 1, k.ACCOUNT, k.CONVERSATION)
    with pytest.raises(ValueError, match="ConversationStarted"):
        c.evolve(None, events, 1, moment)


# The account's facts --------------------------------------------------------------------------


def test_the_directory_does_not_change_what_an_agent_says_of_himself() -> None:
    state = c.AccountState(k.ACCOUNT)
    configured = c.AgentConfigured(c.AgentFacts(k.ANNA, 3))
    state = c.evolve_account(state, (configured,), 1)
    came = c.AvailabilityChanged(k.ANNA, c.Availability.ONLINE)
    state = c.evolve_account(state, (came,), 2)
    again = c.AgentConfigured(c.AgentFacts(k.ANNA, 9, (k.TEAM,)))
    state = c.evolve_account(state, (again, c.InboxConfigured(c.InboxFacts(k.INBOX))), 3)
    assert state.agents[k.ANNA] == c.AgentFacts(k.ANNA, 9, (k.TEAM,), (), c.Availability.ONLINE)
    assert state.inboxes == {k.INBOX: c.InboxFacts(k.INBOX)}
    assert c.evolve_account(state, (c.ReadsAdvanced(()),), 4) == replace(state, position=4)


@pytest.mark.parametrize(
    ("facts", "team_id", "skills", "load", "reason"),
    [
        (None, NO_ID, (), 0, "no such agent"),
        (c.AgentFacts(k.BO, availability=BUSY), NO_ID, (), 0, "not online"),
        (c.AgentFacts(k.BO, 2, availability=c.Availability.ONLINE), NO_ID, (), 2, "at capacity"),
        (c.AgentFacts(k.BO, availability=c.Availability.ONLINE), k.TEAM, (), 0, "not in the team"),
        (
            c.AgentFacts(k.BO, 5, (k.TEAM,), ("en",), c.Availability.ONLINE),
            k.TEAM,
            ("en", "zh"),
            0,
            "a skill is missing",
        ),
        (
            c.AgentFacts(AgentId(k.BO), 5, (k.TEAM,), ("en",), c.Availability.ONLINE),
            k.TEAM,
            ("en",),
            4,
            None,
        ),
    ],
)
def test_why_an_agent_may_not_get_it(
    facts: c.AgentFacts | None,
    team_id: TeamId,
    skills: tuple[str, ...],
    load: int,
    reason: str | None,
) -> None:
    assert c.ineligible_because(facts, team_id, skills, load) == reason


def test_airdesk_itself_speaks_as_the_system() -> None:
    decision = decided(k.started(), k.AS_SYSTEM, c.SendMessage("We open at nine."))
    assert decision.events == (c.MessageSent(c.AUTHOR_SYSTEM),)
