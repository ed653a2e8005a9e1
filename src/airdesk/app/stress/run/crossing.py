"""Which gateway process holds which connection, found out from the kernel's tables."""

from __future__ import annotations

import os
import re
import socket
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from airdesk.app.stress.crowd.plan import Plan

_ESTABLISHED: Final = "01"
_LISTENING: Final = "0A"
_SOCKET: Final = re.compile(r"socket:\[(\d+)\]")


def holders_of(pids: Iterable[int], port: int) -> dict[str, int]:
    """Give, for each client `ip:port` of a listening port, the process that holds its socket."""
    clients = _clients_by_inode(port)
    found: dict[str, int] = {}
    for pid in pids:
        folder = f"/proc/{pid}/fd"
        try:
            files = os.listdir(folder)
        except OSError:
            continue  # It has ended.
        for file in files:
            try:
                told = _SOCKET.match(os.readlink(f"{folder}/{file}"))
            except OSError:
                continue  # It was closed meanwhile.
            if told is not None and (client := clients.get(int(told[1]))) is not None:
                found[client] = pid
    return found


def listeners(port: int) -> int:
    """Give how many sockets listen on a port of the loopback."""
    return sum(
        int(fields[1].rpartition(":")[2], 16) == port and fields[3] == _LISTENING
        for fields in _sockets()
    )


def cross_share(plan: Plan, visitors: Mapping[int, int], agents: Mapping[int, int]) -> float:
    """Give the share of a plan's messages whose reader is at another process than their author.

    Args:
        plan: the messages.
        visitors: by the talker's number, the process that holds him.
        agents: by the talker's number, the process that holds his agent.
    """
    known = [one for one in plan.talkers if one in visitors and one in agents]
    if not known:
        return 0.0
    return sum(visitors[one] != agents[one] for one in known) / len(known)


def _clients_by_inode(port: int) -> dict[int, str]:
    clients: dict[int, str] = {}
    for fields in _sockets():
        if int(fields[1].rpartition(":")[2], 16) == port and fields[3] == _ESTABLISHED:
            address, _, client_port = fields[2].partition(":")
            host = socket.inet_ntoa(struct.pack("<I", int(address, 16)))
            clients[int(fields[9])] = f"{host}:{int(client_port, 16)}"
    return clients


def _sockets() -> Iterator[list[str]]:
    """Give the fields of each line of the kernel's table of TCP sockets."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        yield line.split()
