"""Reads what `strace` wrote, and tells in which order a server wrote, synced and answered.

The trace must be made with STRACE: system calls of all threads, bytes in hexadecimal, files
behind their descriptors. A call that others interrupt has two lines, its entry and its end; what
matters is that a sync has *ended* with 0 before an answer's call is *entered*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

SYNCS = ("fdatasync", "fsync")
FILE_WRITES = ("pwrite64",)
SOCKET_WRITES = ("write", "sendto", "sendmsg", "writev")


def strace(out: Path) -> tuple[str, ...]:
    """Give the words before a command that trace it, and all that it starts, into a file."""
    return (
        *("strace", "-D", "-f", "-ttt", "-y", "-xx", "-s", "262144", "-o", str(out)),
        *("-e", f"trace={','.join((*SYNCS, *FILE_WRITES, *SOCKET_WRITES))}"),
        *("-e", "signal=none", "--"),
    )


class Call(NamedTuple):
    """One system call."""

    name: str
    target: str
    """The file or socket behind its first argument."""
    data: bytes
    """All the bytes it was given, one string after the other."""
    entered: int
    """Line of its entry."""
    ended: int
    """Line of its end."""
    result: int


_LINE = re.compile(r"^(\d+) +[\d.]+ (.*)$")
_RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$")
_ENTRY = re.compile(r"^(\w+)\(\d+<([^>]*)>")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_STRING_PART = re.compile(r"\\x([0-9a-f]{2})")
_RESULT = re.compile(r"\) += (-?\d+)")
_UNFINISHED = " <unfinished ...>"


def calls(lines: Iterable[str]) -> Iterator[Call]:
    """Give the calls of a trace that have ended, in the order of their ends."""
    open_calls: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        parted = _LINE.match(line.rstrip("\n"))
        if parted is None:
            continue
        thread, said = parted.groups()
        resumed = _RESUMED.match(said)
        if resumed is not None:
            entered, start = open_calls.pop(thread)
            yield from _call(start + resumed.group(2), entered, number)
        elif said.endswith(_UNFINISHED):
            open_calls[thread] = (number, said.removesuffix(_UNFINISHED))
        else:
            yield from _call(said, number, number)


def _call(said: str, entered: int, ended: int) -> Iterator[Call]:
    entry, result = _ENTRY.match(said), _RESULT.search(said)
    if entry is None or result is None:
        return
    data = b"".join(bytes.fromhex(string.replace("\\x", "")) for string in _STRING.findall(said))
    target = _STRING_PART.sub(lambda byte: chr(int(byte.group(1), 16)), entry.group(2))
    yield Call(entry.group(1), target, data, entered, ended, int(result.group(1)))


class Answered(NamedTuple):
    """Where one operation was written, synced and told of; None for a line that never came."""

    operation: bytes
    written: int | None
    """End of the first write of its record to the write-ahead log."""
    synced: int | None
    """End of the first good sync of that file that began afterwards."""
    told: int | None
    """Entry of the first call that gave a socket anything with the operation's id."""

    @property
    def is_in_order(self) -> bool:
        """True if its record was on the disk before anybody heard of it."""
        if self.written is None or self.synced is None or self.told is None:
            return False
        return self.written < self.synced < self.told


def answered(trace: Sequence[Call], operations: Sequence[tuple[bytes, bytes]]) -> list[Answered]:
    """Look up what became of operations.

    Args:
        trace: the calls of a whole run.
        operations: for each the bytes of its id in the record, and those in the answer.
    """
    # The other files of the data folder have journals of their own; their syncs prove nothing.
    log = [call for call in trace if call.target.endswith("log.db-wal")]
    written = [call for call in log if call.name in FILE_WRITES and call.result > 0]
    synced = [call for call in log if call.name in SYNCS and call.result == 0]
    told = [call for call in trace if call.name in SOCKET_WRITES and _is_socket(call)]
    found = []
    for stored_id, told_id in operations:
        record = next((call.ended for call in written if stored_id in call.data), None)
        sync = None
        if record is not None:
            sync = next((call.ended for call in synced if call.entered > record), None)
        answer = min((call.entered for call in told if told_id in call.data), default=None)
        found.append(Answered(stored_id, record, sync, answer))
    return found


def _is_socket(call: Call) -> bool:
    return call.target.startswith(("socket:", "TCP", "UNIX"))
