"""Visitors' devices, blocked contacts, and the bound of what a member may set himself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add them; nobody is blocked and nothing is bounded before."""
    op.add_column(
        "members", sa.Column("capacity_max", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "contacts",
        sa.Column("is_blocked", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "devices",
        sa.Column("account_id", sa.LargeBinary(), nullable=False),
        sa.Column("visitor_id", sa.LargeBinary(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.account_id"],
            name=op.f("fk_devices_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "visitor_id", name=op.f("pk_devices")),
    )
