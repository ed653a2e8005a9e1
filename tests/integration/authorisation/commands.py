"""Every message of a client, and what happens to whoever sends it without the right to."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.integration.authorisation.world import World

FieldMaker = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class CommandRow:
    """One command with an operation id.

    Args:
        fields: what it says, about alpha's guest's conversation where it names one.
        staff: it is for those with a seat; else for visitors.
        holder: an agent who does not hold the conversation may not.
        own: it is about the sender alone: nobody else's is named.
    """

    fields: FieldMaker
    staff: bool = True
    holder: bool = False
    own: bool = False


def _where(world: World) -> dict[str, Any]:
    return {"where": world.guest.conversation_id}


def _text(world: World) -> dict[str, Any]:
    return {**_where(world), "text": "words"}


def _team(world: World) -> dict[str, Any]:
    teams = world.alpha.owner.get("/api/v1/teams")["items"]
    return {**_where(world), "team": teams[0]["team_id"]}


def _later(world: World) -> dict[str, Any]:
    return {**_where(world), "until_ms": time.time_ns() // 1_000_000 + 3_600_000}


COMMANDS: dict[str, CommandRow] = {
    "send": CommandRow(_text, holder=True),
    "note": CommandRow(_text),
    "start": CommandRow(lambda world: {}, staff=False, own=True),
    "assign": CommandRow(_where, holder=True),
    "transfer": CommandRow(_team, holder=True),
    "resolve": CommandRow(_where, holder=True),
    "reopen": CommandRow(_where, holder=True),
    "snooze": CommandRow(_later, holder=True),
    "rate": CommandRow(lambda world: {**_where(world), "score": 5}, staff=False),
    "hand_off": CommandRow(_where, staff=False),
    "set_labels": CommandRow(lambda world: {**_where(world), "labels": [str(uuid.uuid4())]}),
    "set_priority": CommandRow(lambda world: {**_where(world), "priority": 2}),
    "return_to_bot": CommandRow(_where, holder=True),
    "set_availability": CommandRow(lambda world: {"availability": 1}, own=True),
}
"""By name on the wire. `send` is for both sides; here the staff's is tried."""

SIGNALS: dict[str, FieldMaker] = {
    "follow": lambda world: {"conversation": world.guest.conversation_id},
    "unfollow": lambda world: {"ref": 1},
    "receipt": lambda world: {"marks": [{"ref": 1, "delivered": 9, "read": 9}]},
    "typing": lambda world: {"ref": 1},
    "refresh": lambda world: {},
    "history": lambda world: {"ref": 1, "before": 9},
    "viewing": lambda world: {"ref": 1},
    "alive": lambda world: {},
}
"""Messages without an operation id, apart from `hello`."""
