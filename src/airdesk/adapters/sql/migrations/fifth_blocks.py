"""Since when, by whom and in which inboxes a contact is blocked."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_contacts = sa.table(
    "contacts",
    sa.column("account_id", sa.LargeBinary),
    sa.column("contact_id", sa.LargeBinary),
    sa.column("is_blocked", sa.Boolean),
    sa.column("blocked_ms", sa.BigInteger),
    sa.column("blocked_by", sa.Text),
)
_audit = sa.table(
    "audit",
    sa.column("account_id", sa.LargeBinary),
    sa.column("audit_id", sa.LargeBinary),
    sa.column("at_ms", sa.BigInteger),
    sa.column("actor_name", sa.Text),
    sa.column("subject_id", sa.LargeBinary),
    sa.column("before", sa.Text),
    sa.column("after", sa.Text),
)


def upgrade() -> None:
    """Add them; the audit tells when and by whom. Where was not written: () is anywhere."""
    op.add_column(
        "contacts", sa.Column("blocked_ms", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("contacts", sa.Column("blocked_by", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "contacts", sa.Column("blocked_inbox_ids", sa.Text(), nullable=False, server_default="[]")
    )
    connection = op.get_bind()
    is_blocked = sa.select(_contacts.c.account_id, _contacts.c.contact_id).where(
        _contacts.c.is_blocked
    )
    for account_id, contact_id in connection.execute(is_blocked).fetchall():
        block = _last_block(connection, account_id, contact_id)
        if block is not None:
            mine = sa.and_(
                _contacts.c.account_id == account_id, _contacts.c.contact_id == contact_id
            )
            values = {"blocked_ms": block[0], "blocked_by": block[1]}
            connection.execute(sa.update(_contacts).where(mine).values(values))


def _last_block(
    connection: sa.Connection, account_id: bytes, contact_id: bytes
) -> tuple[int, str] | None:
    """Give when a contact was blocked last, and by whom; None where the audit does not say."""
    audit = _audit.c
    rows = (
        sa.select(audit.at_ms, audit.actor_name, audit.before, audit.after)
        .where(audit.account_id == account_id, audit.subject_id == contact_id)
        .order_by(audit.audit_id.desc())
    )
    for at_ms, name, before, after in connection.execute(rows):
        if _is_blocked(after) and not _is_blocked(before):
            return at_ms, name
    return None


def _is_blocked(stored: str) -> bool:
    state: Any = json.loads(stored) if stored else None
    return isinstance(state, dict) and state.get("is_blocked") is True
