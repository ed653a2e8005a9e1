"""The end of a log that another process may write."""

from __future__ import annotations

from pathlib import Path

from airdesk.adapters.sqlite.log_records import SqliteLogRecords
from airdesk.core.kernel import LogUnavailable


class LogHead:
    """Tells the last durable position of the log to a process that does not write it.

    Args:
        path: the file; it may come later, with the home.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._records: SqliteLogRecords | None = None

    def __call__(self) -> int:
        """Give the position; 0 before there is a log."""
        try:
            if self._records is None:
                self._records = SqliteLogRecords(self._path)
            return self._records.head()
        except LogUnavailable:
            return 0

    def close(self) -> None:
        """Close the file; whoever leaves it open last keeps its write-ahead file on the disk."""
        if self._records is not None:
            self._records.close()
