"""The rows that go with every change: who did what, and what the home must hear."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import NewType

import msgspec

from airdesk.core.kernel import ID_BYTES, NO_ID, AccountId, OperationId, id_text

AuditId = NewType("AuditId", bytes)

HIDDEN_FIELDS = frozenset({"account_id", "password_hash", "secret_hash", "csrf", "identify_secret"})
"""Fields that no answer and no audit row shows."""


class ActorKind(IntEnum):
    """Who changed something. Stored; the numbers never change."""

    SYSTEM = 0
    USER = 1
    TOKEN = 2
    COMMAND_LINE = 3
    VISITOR = 4


class Actor(msgspec.Struct, frozen=True):
    """Who changes something, as the audit keeps it: his name then, whatever becomes of him."""

    kind: ActorKind
    id: bytes = NO_ID
    name: str = ""


class AuditRow(msgspec.Struct, frozen=True):
    """One change. Never altered, never removed while the account lives."""

    account_id: AccountId
    audit_id: AuditId
    at_ms: int
    actor_kind: ActorKind
    actor_id: bytes
    actor_name: str
    action: str
    """Such as "inbox.changed"."""
    subject_kind: str
    subject_id: bytes
    before: str = ""
    """JSON of the subject; "" if it was not there."""
    after: str = ""
    """JSON of the subject; "" if it is there no longer."""


class AuditFilter(msgspec.Struct, frozen=True):
    """Which rows of the audit are wanted; a field that is left out lets all pass."""

    actor_kind: ActorKind | None = None
    actor_id: bytes = NO_ID
    subject_kind: str = ""
    """Such as "inbox"."""
    from_ms: int = 0
    to_ms: int = 0
    """Before this; 0 for no end."""

    def passes(self, row: AuditRow) -> bool:
        """True for a row that is wanted."""
        return (
            (self.actor_kind is None or row.actor_kind == self.actor_kind)
            and self.actor_id in (NO_ID, row.actor_id)
            and self.subject_kind in ("", row.subject_kind)
            and row.at_ms >= self.from_ms
            and (self.to_ms == 0 or row.at_ms < self.to_ms)
        )


EVERY_ROW = AuditFilter()


class OutboxRow(msgspec.Struct, frozen=True):
    """An account command that the home has to execute, in the order of numbers."""

    account_id: AccountId
    operation_id: OperationId
    """Made with the row, so that a repeat after a crash takes no second effect."""
    command: bytes
    """The command in msgpack, as the log hashes it."""
    number: int = 0
    """Given by the directory."""


def shown(value: object) -> object:
    """Turn an entity into what JSON can say: ids as UUID text, choices as words, no secrets.

    `NO_ID` becomes None.
    """
    if isinstance(value, msgspec.Struct):
        return {
            name: shown(getattr(value, name))
            for name in value.__struct_fields__
            if name not in HIDDEN_FIELDS
        }
    if isinstance(value, bytes):
        return _shown_bytes(value)
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, list | tuple):
        return [shown(one) for one in value]
    if isinstance(value, dict):
        return {str(name): shown(one) for name, one in value.items()}
    return value


def _shown_bytes(value: bytes) -> str | None:
    if value == NO_ID:
        return None
    return id_text(value) if len(value) == ID_BYTES else value.hex()


def shown_json(value: object) -> str:
    """Give `shown` as JSON text; "" for None."""
    return "" if value is None else msgspec.json.encode(shown(value)).decode()
