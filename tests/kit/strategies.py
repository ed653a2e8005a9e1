"""Hypothesis strategies: wishes about a conversation, and every message of the wire."""

from __future__ import annotations

from typing import Any, get_args, get_origin

import msgspec
from hypothesis import strategies as st

from airdesk.core import conversation as c
from airdesk.core.kernel import AgentId, Identity
from airdesk.core.wire import messages as m
from tests.kit import conversations as k

_agents = st.sampled_from([k.ANNA, k.BO, k.SUE, k.STRANGER])
_texts = st.sampled_from(["Hello", "你好", "😀 ok", "x" * 200, "", " "])
_notes = st.sampled_from(["", "look", "请看", " "])
_snoozes = st.sampled_from([k.START_MS, k.START_MS + 10**6, k.START_MS + 10**8])
_labels = st.lists(st.sampled_from(k.LABELS), max_size=4).map(tuple)
_requeues = st.sampled_from([c.Cause.NO_ANSWER, c.Cause.AGENT_LEFT])

_commands: dict[type, st.SearchStrategy[c.ConversationCommand]] = {
    c.StartConversation: st.just(c.StartConversation()),
    c.SendMessage: st.builds(c.SendMessage, _texts),
    c.AddNote: st.builds(c.AddNote, _texts, st.lists(_agents, max_size=2).map(tuple)),
    c.AssignAgent: st.builds(c.AssignAgent, _agents),
    c.TransferConversation: st.one_of(
        st.builds(c.TransferConversation, agent_id=_agents, note=_notes),
        st.builds(c.TransferConversation, team_id=st.just(k.TEAM), note=_notes),
        st.builds(c.TransferConversation, agent_id=_agents, team_id=st.just(k.TEAM)),
    ),
    c.ResolveConversation: st.just(c.ResolveConversation()),
    c.ReopenConversation: st.just(c.ReopenConversation()),
    c.SnoozeConversation: st.builds(c.SnoozeConversation, _snoozes),
    c.RateConversation: st.builds(c.RateConversation, st.integers(0, 6)),
    c.HandOff: st.just(c.HandOff()),
    c.SetLabels: st.builds(c.SetLabels, _labels),
    c.SetPriority: st.builds(c.SetPriority, st.integers(-1, 3)),
    c.ReturnToBot: st.just(c.ReturnToBot()),
    c.InviteVisitor: st.builds(c.InviteVisitor, st.just(k.INBOX), st.just(k.VISITOR), _texts),
    c.RouteConversation: st.builds(c.RouteConversation, _agents),
    c.RequeueConversation: st.builds(c.RequeueConversation, _requeues),
    c.WakeConversation: st.just(c.WakeConversation()),
}
_FOR_SYSTEM = (c.RouteConversation, c.RequeueConversation, c.WakeConversation)
_FOR_VISITOR = (c.StartConversation, c.RateConversation, c.HandOff)
_PEOPLE = (k.AS_VISITOR, k.AS_ANNA, k.AS_BO, k.AS_SUE, k.AS_BOT)

_availabilities = st.sampled_from(list(c.Availability))
accounts = st.builds(k.account, _availabilities, _availabilities)
_loads: st.SearchStrategy[tuple[tuple[AgentId, int], ...]] = st.lists(
    st.tuples(_agents, st.integers(0, 6)), max_size=1
).map(tuple)
_advances = st.sampled_from([1_000, 1, 0, 10**6, 10**7])


def _actors_for(kind: type) -> tuple[Identity, ...]:
    if kind in _FOR_SYSTEM:
        return (k.AS_SYSTEM,)
    return (k.AS_VISITOR,) if kind in _FOR_VISITOR else _PEOPLE


@st.composite
def wishes(draw: st.DrawFn, status: c.Status | None = None) -> k.Wish:
    """Give a wish: any at all, or where a status is given one that is likely to be fulfilled."""
    kinds = list(_commands if status is None else c.TRANSITIONS[status])
    kind = draw(st.sampled_from(kinds))
    actor = draw(st.sampled_from(k.EVERYBODY if status is None else _actors_for(kind)))
    facts = draw(st.one_of(st.none(), st.none(), accounts))
    return k.Wish(actor, draw(_commands[kind]), draw(_advances), draw(_loads), facts)


_lengths = st.sampled_from([0, 5, 15])
_reads = st.builds(k.Read, st.booleans(), st.integers(0, 60))


@st.composite
def histories(draw: st.DrawFn) -> k.History:
    """Give a conversation with a random past that `decide` allowed."""
    history = k.History(k.account(has_bot=draw(st.booleans())))
    if draw(st.booleans()):
        history.previous = k.in_status(c.Status.RESOLVED).now
    history.does(k.AS_VISITOR, c.SendMessage("Hello"))
    for choice in draw(st.lists(st.integers(0, 9), min_size=draw(_lengths), max_size=30)):
        if choice == 0:
            history.play([draw(_reads)])
        else:
            history.play([draw(wishes(None if choice == 1 else history.now.status))])
    return history


# Messages -------------------------------------------------------------------------------------

_ids = st.binary(min_size=16, max_size=16)
_nats = st.one_of(st.integers(0, 300), st.integers(0, 2**53 - 1), st.just(2**53 - 1))
_long_texts = st.text(max_size=40) | st.sampled_from(
    ["", "x" * 300, "中文" * 200, "\x00\x7f\u2028"]
)


def _values(hint: Any) -> st.SearchStrategy[Any]:
    """Give values of a field, by its type."""
    if hint == m.Id:
        return _ids
    if hint == m.OptionalId:
        return _ids | st.just(b"")
    if hint == m.Where:
        return _nats | _ids
    if hint == m.Nat:
        return _nats
    if hint is str:
        return _long_texts
    if hint is bool:
        return st.booleans()
    if hint == m.File | None:
        return st.none() | _instances(m.File)
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        values = _instances(item) if isinstance(item, type) and item is not str else _values(item)
        return st.lists(values, max_size=4).map(tuple)
    raise AssertionError(f"no values for {hint}")


def _instances(cls: type) -> st.SearchStrategy[Any]:
    fields = {}
    for field in msgspec.structs.fields(cls):
        values = _values(field.type)
        if field.default is not msgspec.NODEFAULT:
            values = st.just(field.default) | values
        fields[field.name] = values
    return st.builds(cls, **fields)


CLIENT_CLASSES: tuple[type, ...] = get_args(m.ClientMessage)
SERVER_CLASSES: tuple[type, ...] = get_args(m.ServerMessage)


def messages_of(cls: type) -> st.SearchStrategy[Any]:
    """Give messages of one class; each field with a default has it half of the time."""
    return _instances(cls)


page_events: st.SearchStrategy[m.PageEvent] = _instances(m.PageEvent)
optional_ids: st.SearchStrategy[bytes] = _values(m.OptionalId)
