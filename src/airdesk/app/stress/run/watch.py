"""What a server uses while it is under stress: processor, memory, the kernel's share of it.

Memory is the proportional set size of all its processes, and half of what the kernel's sockets
have grown by: both ends of every connection are on this machine, and only one is the server's.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from airdesk.app.stress.processes import cpu_ticks, family, pss_bytes

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")

SOCKET_SLABS: Final = frozenset(
    {
        *("TCP", "TCPv6", "sock_inode_cache", "request_sock_TCP", "request_sock_TCPv6"),
        *("tw_sock_TCP", "tw_sock_TCPv6", "skbuff_small_head", "skbuff_head_cache"),
        *("skbuff_fclone_cache", "tcp_bind_bucket", "tcp_bind2_bucket"),
    }
)
"""The kernel's stores of what a TCP socket consists of."""


class Sample(NamedTuple):
    """One look."""

    cpu_s: float
    """User and system time of all processes since the start, those that died included."""
    memory_bytes: int
    kernel_bytes: int
    """Half of the growth of the kernel's memory for sockets."""


class Watch:
    """Looks at a server.

    Args:
        pid: the process whose family the server is; None while it does not run.
    """

    def __init__(self, pid: int) -> None:
        self.pid: int | None = pid
        self._ticks: dict[int, int] = {}
        self._pss_bytes = self._rss_bytes = 0
        self._kernel_before = kernel_socket_bytes()
        self.peak_bytes = 0
        """The most that memory and the kernel's share were at any look."""

    def measure(self) -> int:
        """Give the proportional set size, exactly; takes some milliseconds of the server's."""
        pids = self._family()
        self._pss_bytes = sum(_or_zero(pss_bytes, pid) for pid in pids)
        self._rss_bytes = sum(_resident_bytes(pid) for pid in pids)
        return self._pss_bytes

    def look(self) -> Sample:
        """Look without holding the server up: the exact figure, and how resident memory moved."""
        pids = self._family()
        for pid in pids:
            self._ticks[pid] = _or_zero(cpu_ticks, pid) or self._ticks.get(pid, 0)
        resident = sum(_resident_bytes(pid) for pid in pids)
        memory = max(0, self._pss_bytes + resident - self._rss_bytes)
        kernel = max(0, kernel_socket_bytes() - self._kernel_before) // 2
        self.peak_bytes = max(self.peak_bytes, memory + kernel)
        return Sample(sum(self._ticks.values()) / _TICKS_PER_S, memory, kernel)

    def _family(self) -> list[int]:
        return [] if self.pid is None else family(self.pid)


def kernel_socket_bytes() -> int:
    """Give what the kernel holds for TCP sockets of this machine: their slabs and buffers.

    Without the right to read the slabs, the buffers alone.
    """
    return _slab_bytes() + _buffer_bytes()


def knows_slabs() -> bool:
    """True where the kernel tells its slabs; usually to root only."""
    return os.access("/proc/slabinfo", os.R_OK)


def _slab_bytes() -> int:
    try:
        lines = Path("/proc/slabinfo").read_text().splitlines()
    except OSError:
        return 0
    total = 0
    for line in lines:
        fields = line.split()
        if fields[0] in SOCKET_SLABS:
            total += int(fields[14]) * int(fields[5]) * _PAGE_BYTES
    return total


def _buffer_bytes() -> int:
    for line in Path("/proc/net/sockstat").read_text().splitlines():
        if line.startswith("TCP:"):
            return int(line.rpartition(" ")[2]) * _PAGE_BYTES
    return 0


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except OSError:
        return 0


def _or_zero(read: Callable[[int], int], pid: int) -> int:
    """Read a figure of a process that may just have ended."""
    try:
        return read(pid)
    except OSError:
        return 0
