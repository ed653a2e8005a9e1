"""Golden bytes of what is stored: they must be readable for ever."""

from __future__ import annotations

from typing import Any

import msgspec

from airdesk.core import conversation as c
from airdesk.core.kernel import (
    AccountId,
    AgentId,
    ConversationId,
    CredentialId,
    FileFacts,
    FileId,
    InboxId,
    LabelId,
    TeamId,
    VisitorId,
)

ACCOUNT = AccountId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000001201"))
AGENT = AgentId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000000a01"))
CONVERSATION = ConversationId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000000c01"))
INBOX = InboxId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000001301"))
TEAM = TeamId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000001001"))
VISITOR = VisitorId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000001101"))

LABEL = LabelId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000001601"))
LABEL_2 = LabelId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000001602"))
VISITOR_2 = VisitorId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000001102"))
CREDENTIAL = CredentialId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000001501"))
FILE = FileFacts(
    FileId(bytes.fromhex("0192f0c1a2b37c4d8e5f000000001401")), 5_000, "image/png", 640, 480
)

AGENT_FACTS = c.AgentFacts(AGENT, 5, (TEAM,), ("中文",), c.Availability.ONLINE)
INBOX_FACTS = c.InboxFacts(INBOX, c.RoutingRule.LEAST_BUSY, TEAM, False, True, 60_000, 1, ("en",))
READ = c.ReadMark(CONVERSATION, True, 7)

EVENTS: tuple[c.Event, ...] = (
    c.ConversationStarted(INBOX, VISITOR, True, TEAM, AGENT, CONVERSATION, 180_000),
    c.ParticipantJoined(AGENT, True),
    c.MessageSent(c.AUTHOR_VISITOR, 1, FILE, 2),
    c.NoteAdded(c.AUTHOR_FIRST_PARTICIPANT, 2, (AGENT,)),
    c.ConversationQueued(c.Cause.NO_ANSWER, TEAM),
    c.AgentAssigned(AGENT, c.Cause.ROUTED),
    c.ConversationSnoozed(c.AUTHOR_FIRST_PARTICIPANT, 1_760_000_000_000),
    c.ConversationResolved(c.AUTHOR_BOT),
    c.ConversationReopened(c.AUTHOR_VISITOR, c.Cause.REOPENED),
    c.ConversationRated(5),
    c.LabelsSet(c.AUTHOR_FIRST_PARTICIPANT, (LABEL, LABEL_2)),
    c.PrioritySet(c.AUTHOR_FIRST_PARTICIPANT, 2),
    c.ConversationReturned(c.AUTHOR_FIRST_PARTICIPANT),
    c.AgentConfigured(AGENT_FACTS),
    c.InboxConfigured(INBOX_FACTS),
    c.AvailabilityChanged(AGENT, c.Availability.BUSY, c.Cause.AGENT_LEFT),
    c.ReadsAdvanced((READ,)),
    c.AgentRemoved(AGENT, 1_760_000_360_000),
    c.CredentialRevoked(AGENT, CREDENTIAL, 1_760_000_360_000),
    c.VisitorAliased(INBOX, VISITOR, VISITOR_2),
    c.InboxRemoved(INBOX),
    c.VisitorBlocked(INBOX, VISITOR, True),
)
SHORT_EVENTS: tuple[c.Event, ...] = (
    c.ConversationStarted(INBOX, VISITOR, False),
    c.ParticipantJoined(AGENT),
    c.MessageSent(c.AUTHOR_VISITOR, 1),
    c.MessageSent(c.AUTHOR_SYSTEM),
    c.NoteAdded(c.AUTHOR_BOT),
    c.NoteAdded(c.AUTHOR_FIRST_PARTICIPANT, 2),
    c.ConversationQueued(c.Cause.NEW),
    c.AvailabilityChanged(AGENT, c.Availability.ONLINE),
)
"""Kinds whose last fields have defaults: bytes without those fields give the same event."""

ANSWER = c.FirstAnswer(CONVERSATION, 7, 1_760_000_000_000)
STATE = c.ConversationState(
    conversation_id=CONVERSATION,
    account_id=ACCOUNT,
    inbox_id=INBOX,
    visitor_id=VISITOR,
    status=c.Status.ASSIGNED,
    opened_ms=1_760_000_000_000,
    position=4711,
    last_seq=9,
    public_seq=8,
    last_ms=1_760_000_060_000,
    participants=(AGENT,),
    assignee_id=AGENT,
    team_id=TEAM,
    priority=1,
    waiting_since_ms=1_760_000_000_001,
    assigned_ms=1_760_000_010_000,
    answer_due_ms=1_760_000_190_000,
    snoozed_until_ms=1,
    resolved_ms=2,
    sticky_agent_id=AGENT,
    silent_agent_ids=(AGENT,),
    visitor_read_seq=3,
    staff_read_seq=4,
    unread_by_staff=(7, 8),
    unread_by_visitor=(5,),
    score=4,
    answer_ms_max=180_000,
    hidden=(AGENT,),
    label_ids=(LABEL, LABEL_2),
)
SHORT_STATE = c.ConversationState(
    CONVERSATION, ACCOUNT, INBOX, VISITOR, c.Status.QUEUED, 1_760_000_000_000, 4711
)
ACCOUNT_STATE = c.AccountState(
    ACCOUNT,
    12,
    {AGENT: AGENT_FACTS},
    {INBOX: INBOX_FACTS},
    {CREDENTIAL: 1_760_000_360_000},
    1,
    (INBOX,),
    {INBOX + VISITOR: 11},
)

FIRST_RECORD = (
    "9e9801c4100192f0c1a2b37c4d8e5f000000001301c4100192f0c1a2b37c4d8e5f000000001101c3c41001"
    "92f0c1a2b37c4d8e5f000000001001c4100192f0c1a2b37c4d8e5f000000000a01c4100192f0c1a2b37c4d"
    "8e5f000000000c01ce0002bf209202c4100192f0c1a2b37c4d8e5f000000000a0193030001930403029305"
    "02c4100192f0c1a2b37c4d8e5f0000000010019306c4100192f0c1a2b37c4d8e5f000000000a0108930703"
    "cf00000199c82cc00092080293090005920a05922895c4100192f0c1a2b37c4d8e5f000000000a010591c4"
    "100192f0c1a2b37c4d8e5f00000000100191a6e4b8ade6968702922998c4100192f0c1a2b37c4d8e5f0000"
    "0000130102c4100192f0c1a2b37c4d8e5f000000001001c2c3cdea600191a2656e942ac4100192f0c1a2b3"
    "7c4d8e5f000000000a010103922b9193c4100192f0c1a2b37c4d8e5f000000000c01c307"
)
"""A record with every kind of event, as the first release stored it."""
FIRST_EVENTS: tuple[c.Event, ...] = (
    EVENTS[0],
    c.ParticipantJoined(AGENT),
    c.MessageSent(c.AUTHOR_VISITOR, 1),
    c.NoteAdded(c.AUTHOR_FIRST_PARTICIPANT, 2),
    *EVENTS[4:10],
    *EVENTS[13:17],
)
FIRST_STATE = (
    "dc001bc4100192f0c1a2b37c4d8e5f000000000c01c4100192f0c1a2b37c4d8e5f000000001201c4100192"
    "f0c1a2b37c4d8e5f000000001301c4100192f0c1a2b37c4d8e5f00000000110102cf00000199c82cc000cd"
    "12670908cf00000199c82daa6091c4100192f0c1a2b37c4d8e5f000000000a01c4100192f0c1a2b37c4d8e"
    "5f000000000a01c4100192f0c1a2b37c4d8e5f00000000100101cf00000199c82cc001cf00000199c82ce7"
    "10cf00000199c82fa6300102c4100192f0c1a2b37c4d8e5f000000000a0191c4100192f0c1a2b37c4d8e5f"
    "000000000a010304920708910504ce0002bf20"
)
FIRST_ACCOUNT_STATE = (
    "94c4100192f0c1a2b37c4d8e5f0000000012010c81c4100192f0c1a2b37c4d8e5f000000000a0195c41001"
    "92f0c1a2b37c4d8e5f000000000a010591c4100192f0c1a2b37c4d8e5f00000000100191a6e4b8ade69687"
    "0281c4100192f0c1a2b37c4d8e5f00000000130198c4100192f0c1a2b37c4d8e5f00000000130102c41001"
    "92f0c1a2b37c4d8e5f000000001001c2c3cdea600191a2656e"
)
"""States as the first release stored them: of STATE and ACCOUNT_STATE without their last fields."""


LINKS = c.VisitorLinks(ACCOUNT, INBOX, VISITOR, 12, VISITOR_2, (VISITOR,))


def vectors() -> dict[str, Any]:
    """Give what `tests/vectors/events.json` holds."""
    return {
        "events": [_event(event, c.encode_events((event,))) for event in EVENTS],
        "short_events": [_event(event, _short_list(event)) for event in SHORT_EVENTS],
        "record": c.encode_events(EVENTS).hex(),
        "bodies": c.encode_bodies(("你好", "", "two")).hex(),
        "first_answer": c.encode_answer(ANSWER).hex(),
        "conversation_state": c.encode_state(STATE).hex(),
        "short_conversation_state": _short(SHORT_STATE).hex(),
        "account_state": c.encode_state(ACCOUNT_STATE).hex(),
        "visitor_links": c.encode_links(LINKS).hex(),
    }


def _event(event: c.Event, stored: bytes) -> dict[str, str]:
    return {"kind": type(event).__name__, "bin": stored.hex()}


def _short_list(event: c.Event) -> bytes:
    return b"\x91" + _short(event)


def _short(value: msgspec.Struct) -> bytes:
    """Give the bytes of a program that did not yet know the fields that have their defaults."""
    values: list[object] = list(msgspec.structs.astuple(value))
    fields = msgspec.structs.fields(type(value))
    while values and values[-1] == fields[len(values) - 1].default:
        values.pop()
    tag = value.__struct_config__.tag
    return msgspec.msgpack.encode(values if tag is None else [tag, *values])
