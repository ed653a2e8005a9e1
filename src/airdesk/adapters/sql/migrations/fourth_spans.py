"""Several spans on one day in an inbox's hours; before there was one."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_hours = sa.table(
    "hours",
    sa.column("account_id", sa.LargeBinary),
    sa.column("inbox_id", sa.LargeBinary),
    sa.column("week", sa.Text),
)


def upgrade() -> None:
    """Make a list of each day's span; equal numbers were a closed day."""
    connection = op.get_bind()
    for account_id, inbox_id, week in connection.execute(sa.select(_hours)).fetchall():
        days = [[] if start == end else [[start, end]] for start, end in json.loads(week)]
        mine = sa.and_(_hours.c.account_id == account_id, _hours.c.inbox_id == inbox_id)
        connection.execute(
            sa.update(_hours).where(mine).values(week=json.dumps(days, separators=(",", ":")))
        )
