"""The table of statuses and commands; `docs/subsystems/conversation.md` draws it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from airdesk.core.conversation.commands import (
    AddNote,
    AssignAgent,
    HandOff,
    RateConversation,
    ReopenConversation,
    RequeueConversation,
    ResolveConversation,
    ReturnToBot,
    RouteConversation,
    SendMessage,
    SetLabels,
    SetPriority,
    SnoozeConversation,
    StartConversation,
    TransferConversation,
    WakeConversation,
)
from airdesk.core.conversation.state import Status

B, Q, A, S, R = Status.BOT, Status.QUEUED, Status.ASSIGNED, Status.SNOOZED, Status.RESOLVED

TRANSITIONS: Final[Mapping[Status, Mapping[type, frozenset[Status]]]] = MappingProxyType(
    {
        B: {
            StartConversation: frozenset({B}),
            SendMessage: frozenset({B}),
            AddNote: frozenset({B}),
            HandOff: frozenset({Q}),
            AssignAgent: frozenset({A}),
            TransferConversation: frozenset({A, Q}),
            ResolveConversation: frozenset({R}),
            SetLabels: frozenset({B}),
            SetPriority: frozenset({B}),
            ReturnToBot: frozenset({B}),
        },
        Q: {
            StartConversation: frozenset({Q}),
            SendMessage: frozenset({Q}),
            AddNote: frozenset({Q}),
            HandOff: frozenset({Q}),
            AssignAgent: frozenset({A}),
            RouteConversation: frozenset({A}),
            TransferConversation: frozenset({A, Q}),
            SnoozeConversation: frozenset({S}),
            ResolveConversation: frozenset({R}),
            SetLabels: frozenset({Q}),
            SetPriority: frozenset({Q}),
            ReturnToBot: frozenset({B}),
        },
        A: {
            StartConversation: frozenset({A}),
            SendMessage: frozenset({A}),
            AddNote: frozenset({A}),
            HandOff: frozenset({A}),
            AssignAgent: frozenset({A}),
            TransferConversation: frozenset({A, Q}),
            RequeueConversation: frozenset({Q}),
            SnoozeConversation: frozenset({S}),
            ResolveConversation: frozenset({R}),
            SetLabels: frozenset({A}),
            SetPriority: frozenset({A}),
            ReturnToBot: frozenset({B}),
        },
        S: {
            StartConversation: frozenset({S}),
            SendMessage: frozenset({A, Q}),
            AddNote: frozenset({S}),
            AssignAgent: frozenset({A}),
            TransferConversation: frozenset({A, Q}),
            WakeConversation: frozenset({A, Q, S}),
            ReopenConversation: frozenset({A, Q}),
            ResolveConversation: frozenset({R}),
            SetLabels: frozenset({S}),
            SetPriority: frozenset({S}),
            ReturnToBot: frozenset({B}),
        },
        R: {
            SendMessage: frozenset({A, Q}),
            AddNote: frozenset({R}),
            ReopenConversation: frozenset({A, Q}),
            RateConversation: frozenset({R}),
            ResolveConversation: frozenset({R}),
            SetLabels: frozenset({R}),
        },
    }
)
"""For each status the commands that are possible and the statuses in which they may end.

What is missing is rejected with IllegalTransition. `decide` keeps to this table and a property
test compares every pair.
"""
