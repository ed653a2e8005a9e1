"""Moves pages from SQLite's write-ahead log into the database, beside the commits.

Left to `wal_autocheckpoint` the writer does this inside a commit, which then waits for some
thousand page writes and a sync of the database. A thread with a connection of its own moves the
bulk while commits go on. Under load it never gets to the very end, and the write-ahead log is
only used again from its start when everything was moved: so the writer moves the small rest.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from airdesk.adapters.sqlite.log_schema import connect

MOVE_BYTES: Final = 16 * 1024 * 1024
"""Bytes written, by estimate, before pages are moved: the write-ahead log stays around double
this, and a page that changed many times meanwhile is moved once."""

PASSES: Final = 2
"""The second pass moves what was committed during the first, so that little is left over."""

CACHE_BYTES: Final = 1024 * 1024
"""The moving connection reads no tables."""


class LogCheckpointer:
    """A thread that moves pages when asked.

    Args:
        path: the database, which exists.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._asked: SimpleQueue[bool] = SimpleQueue()
        self._busy = False
        self._moved = False
        self._unmoved_bytes = 0
        self.error: sqlite3.Error | None = None
        """What stopped it; nothing is moved any more."""
        self._thread = threading.Thread(target=self._run, name="log-checkpointer", daemon=True)
        self._thread.start()

    def wrote(self, bytes_written: int, writer: sqlite3.Connection) -> None:
        """Note a commit's size and do what is due. Called by the writer between commits.

        Raises:
            sqlite3.Error: pages could not be moved.
        """
        self._unmoved_bytes += bytes_written
        if self.error is not None:
            raise self.error
        if self._moved:
            self._moved = self._busy = False
            writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        elif not self._busy and self._unmoved_bytes >= MOVE_BYTES:
            self._busy, self._unmoved_bytes = True, 0
            self._asked.put(True)

    def close(self) -> None:
        """Stop after the move that goes on."""
        self._asked.put(False)
        self._thread.join()

    def _run(self) -> None:
        try:
            connection = connect(self._path, cache_bytes=CACHE_BYTES)
            while self._asked.get():
                for _ in range(PASSES):
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                self._moved = True
            connection.close()
        except sqlite3.Error as error:
            self.error = error
