"""A server whose clock a test moves, so that an hour or a week pass at once.

The program reads the time in one module, `airdesk.adapters.system.clock`. Here it runs unchanged
but for that module's `time`, which is ahead of the machine's by what stands in a file. A server
gets it as its wrapper; settings of the program know nothing of it.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from pathlib import Path

_AHEAD = struct.Struct("<q")
_COMMAND_WORDS = 3
"""`python -m airdesk.app.cli`, which this stands for."""


class MovedClock:
    """How far a server's clock is ahead of the machine's.

    Args:
        file: where it stands; made.
        ahead_ms: at the beginning.
    """

    def __init__(self, file: Path, ahead_ms: int = 0) -> None:
        self._file = file
        self.ahead_ms = 0
        self.move(ahead_ms)

    @property
    def wrapper(self) -> tuple[str, ...]:
        """Words before the command of the server."""
        return (sys.executable, __file__, str(self._file))

    def move(self, by_ms: int) -> None:
        """Let time pass: the server sees it the next time it looks at its clock."""
        self.ahead_ms += by_ms
        # One small write in place: a reader finds the old time or the new one.
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(handle, _AHEAD.pack(self.ahead_ms), 0)
        finally:
            os.close(handle)


class _Ahead:
    """What the clock's module asks of `time`."""

    def __init__(self, file: str) -> None:
        self._handle = os.open(file, os.O_RDONLY)

    def time_ns(self) -> int:
        (ahead_ms,) = _AHEAD.unpack(os.pread(self._handle, _AHEAD.size, 0))
        return time.time_ns() + int(ahead_ms) * 1_000_000


def main() -> None:
    """Run `airdesk` with the moved clock: `moved_clock.py FILE python -m airdesk.app.cli …`."""
    from airdesk.adapters.system import clock
    from airdesk.app import cli

    file, *words = sys.argv[1:]
    vars(clock)["time"] = _Ahead(file)
    sys.argv = ["airdesk", *words[_COMMAND_WORDS:]]
    cli.main()


if __name__ == "__main__":
    main()
