"""The epoch of the key by which an inbox knows its visitors."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add it; no key was renewed before."""
    op.add_column(
        "inboxes",
        sa.Column("visitor_key_epoch", sa.BigInteger(), nullable=False, server_default="0"),
    )
