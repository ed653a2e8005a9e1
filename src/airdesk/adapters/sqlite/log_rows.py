"""Stores many rows with one statement.

Each return from SQLite to Python takes the interpreter's lock again, for which a busy event loop
makes the writer wait up to 5 ms. `executemany` returns for every row: with one thread computing
beside it on a free second core it stored 375 to 700 records/s, where statements of up to 512 rows
stored 27,000 to 34,000. Alone, both store 100,000 to 150,000
(`python benchmarks/log_choices.py inserts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final

from airdesk.adapters.sqlite.log_schema import NO_ID_SQL

ROWS_MAX: Final = 512
"""Rows of the largest statement; at 13 values a row far below SQLite's 32,766."""

EXACT_ROWS_MAX: Final = 16
"""Up to here a statement is made for each number of rows."""

RECORD_COLUMNS: Final = 13
"""Columns of `records`, one for each field of `Record`, in the same order."""

STATE_COLUMNS: Final = 6
"""Columns of `states`, one for each field of `StoredState`, in the same order."""


class RowStatements:
    """Statements that store 1, 2, 3, … EXACT_ROWS_MAX rows, then 32, 64, … ROWS_MAX, so that few
    need to be prepared and the small commits of a moderate load are one statement each.

    Args:
        columns: values in a row.
        write: writes the SQL around a source of rows `FROM (…) WHERE column1 IS NOT NULL`.
    """

    def __init__(self, columns: int, write: Callable[[str], str]) -> None:
        self._columns = columns
        row = "(" + ",".join("?" * columns) + ")"
        powers = {1 << power for power in range(ROWS_MAX.bit_length())}
        self._statements = {
            size: write(f"FROM (VALUES {','.join([row] * size)}) WHERE column1 IS NOT NULL")
            for size in powers.union(range(1, EXACT_ROWS_MAX + 1))
        }

    def cut(self, rows: Sequence[tuple[object, ...]]) -> Iterator[tuple[str, list[object]]]:
        """Give statements and their values for all rows, in order.

        A statement is filled up with empty rows, which SQL leaves out, where at most a quarter
        of it is empty.
        """
        start = 0
        while start < len(rows):
            left = len(rows) - start
            size = left if left <= EXACT_ROWS_MAX else self._size(left)
            part = rows[start : start + size]
            values: list[object] = list(chain.from_iterable(part))
            values.extend([None] * (self._columns * (size - len(part))))
            yield self._statements[size], values
            start += size

    def _size(self, left: int) -> int:
        size = min(1 << (left - 1).bit_length(), ROWS_MAX)
        return size // 2 if left < size * 3 // 4 else size


def _insert_records(source: str) -> str:
    columns = [f"column{number}" for number in range(1, RECORD_COLUMNS + 1)]
    columns[2] = f"nullif({columns[2]}, {NO_ID_SQL})"
    columns[8] = f"nullif({columns[8]}, {NO_ID_SQL})"
    return f"INSERT INTO records SELECT {', '.join(columns)} {source}"


def _upsert_states(source: str) -> str:
    return (
        "INSERT INTO states (key, account_id, visitor_key, is_open, position, state)"
        f" SELECT * {source} ON CONFLICT (key) DO UPDATE SET"
        " account_id = excluded.account_id, visitor_key = excluded.visitor_key,"
        " is_open = excluded.is_open, position = excluded.position, state = excluded.state"
    )


RECORD_INSERTS: Final = RowStatements(RECORD_COLUMNS, _insert_records)
"""Stores rows that are a `Record` field by field."""

STATE_UPSERTS: Final = RowStatements(STATE_COLUMNS, _upsert_states)
"""Stores rows that are a `StoredState` field by field, replacing those of the same keys."""
