"""The table of transitions says exactly what `decide` does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import get_args

import pytest

from airdesk.core import conversation as c
from airdesk.core.kernel import (
    CommandRejected,
    Identity,
    IllegalTransition,
    NotPermitted,
    Role,
)
from tests.kit import conversations as k

COMMANDS: dict[type, tuple[c.ConversationCommand, ...]] = {
    c.StartConversation: (c.StartConversation(),),
    c.SendMessage: (c.SendMessage("text"),),
    c.AddNote: (c.AddNote("note"),),
    c.AssignAgent: (c.AssignAgent(k.ANNA), c.AssignAgent(k.BO)),
    c.TransferConversation: (
        c.TransferConversation(k.ANNA),
        c.TransferConversation(k.BO, note="look"),
        c.TransferConversation(team_id=k.TEAM),
    ),
    c.ResolveConversation: (c.ResolveConversation(),),
    c.ReopenConversation: (c.ReopenConversation(),),
    c.SnoozeConversation: (c.SnoozeConversation(k.START_MS + 9 * 10**6),),
    c.RateConversation: (c.RateConversation(4),),
    c.HandOff: (c.HandOff(),),
    c.SetLabels: (c.SetLabels(k.LABELS), c.SetLabels(())),
    c.SetPriority: (c.SetPriority(2), c.SetPriority(3)),
    c.ReturnToBot: (c.ReturnToBot(),),
    c.InviteVisitor: (c.InviteVisitor(k.INBOX, k.VISITOR, "May I help?"),),
    c.RouteConversation: (c.RouteConversation(k.ANNA), c.RouteConversation(k.BO)),
    c.RequeueConversation: (c.RequeueConversation(c.Cause.NO_ANSWER),),
    c.WakeConversation: (c.WakeConversation(),),
}
ALLOWED: dict[Role, set[type]] = {
    Role.VISITOR: {c.StartConversation, c.SendMessage, c.RateConversation, c.HandOff},
    Role.BOT: {c.SendMessage, c.AddNote, c.HandOff, c.ResolveConversation},
}
STAFF: set[type] = {
    c.SendMessage,
    c.AddNote,
    c.AssignAgent,
    c.TransferConversation,
    c.ResolveConversation,
    c.ReopenConversation,
    c.SnoozeConversation,
    c.SetLabels,
    c.SetPriority,
    c.ReturnToBot,
    c.InviteVisitor,
}
ALLOWED |= {Role.AGENT: STAFF, Role.SUPERVISOR: STAFF, Role.OWNER: STAFF}
ALLOWED[Role.SYSTEM] = STAFF | {c.RouteConversation, c.RequeueConversation, c.WakeConversation}

TRIPLES = list(product(c.Status, COMMANDS, k.EVERYBODY))
ONLINE, BUSY, OFFLINE = c.Availability.ONLINE, c.Availability.BUSY, c.Availability.OFFLINE


def name_of(value: object) -> str:
    if isinstance(value, Identity):
        return f"{value.role.name.lower()}-{value.person_id.rstrip(b'.').decode('ascii', 'ignore')}"
    return value.name if isinstance(value, c.Status) else getattr(value, "__name__", "")


def circumstances(kind: type) -> Iterator[tuple[int, c.AccountState]]:
    bots = (False, True) if kind is c.ReturnToBot else (False,)
    for now_ms, anna, bo, has_bot in product(
        (k.START_MS + 10_000, k.START_MS + 10**7), (ONLINE, BUSY, OFFLINE), (ONLINE, OFFLINE), bots
    ):
        yield now_ms, k.account(anna, bo, has_bot)


def outcomes(
    status: c.Status, kind: type, actor: Identity
) -> Iterator[c.Status | type[CommandRejected]]:
    """Try the command in all circumstances; give each end, a status or an error."""
    for (now_ms, facts), command in product(circumstances(kind), COMMANDS[kind]):
        history = k.in_status(status)
        before = c.encode_state(history.now)
        facts_before = c.encode_state(facts)
        try:
            decision = c.decide(command, actor, history.now, c.Context(now_ms, facts, {}))
        except CommandRejected as error:
            yield type(error)
        else:
            moment = c.Moment(99, now_ms, k.ACCOUNT, k.CONVERSATION)
            after = history.now
            if decision.events:
                after = c.evolve(history.now, decision.events, history.now.last_seq + 1, moment)
            yield after.status
        assert c.encode_state(history.now) == before
        assert c.encode_state(facts) == facts_before


def test_every_command_is_tried() -> None:
    assert set(COMMANDS) == set(get_args(c.ConversationCommand))
    assert set(c.TRANSITIONS) == set(c.Status)


@pytest.mark.parametrize(("status", "kind", "actor"), TRIPLES, ids=name_of)
def test_a_command_ends_where_the_table_says_or_is_rejected_and_changes_nothing(
    status: c.Status, kind: type, actor: Identity
) -> None:
    ends = set(outcomes(status, kind, actor))
    if kind not in ALLOWED[actor.role]:
        assert ends == {NotPermitted}
    elif kind not in c.TRANSITIONS[status]:
        assert ends == {IllegalTransition}
    else:
        reached = {end for end in ends if isinstance(end, c.Status)}
        assert reached <= c.TRANSITIONS[status][kind]


@pytest.mark.parametrize("status", c.Status)
def test_every_arrow_of_the_table_can_be_gone(status: c.Status) -> None:
    for kind, statuses in c.TRANSITIONS[status].items():
        reached = {end for actor in k.EVERYBODY for end in outcomes(status, kind, actor)}
        assert statuses <= reached, kind


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        c.TRANSITIONS[c.Status.BOT] = {}  # type: ignore[index]
