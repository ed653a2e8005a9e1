"""Joins what a turn of the event loop sends to one socket into one write.

uvloop writes at once, a system call for each message. On the way of a chat message they come in
twos and more (an acknowledgement with its event, a row with a list and a receipt, a ping with a
beat), and a call costs more than all that made the message.
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

JOINED_FRAMES_MAX: Final = 64
JOINED_BYTES_MAX: Final = 4_096
"""A longer frame is written at once with all before it; so a turn holds 256 KB back at the most."""


class Waiting(Protocol):
    """Something that holds frames back."""

    def write_waiting(self) -> None:
        """Write them."""


class Outgoing:
    """Lets everything that holds frames back write when the turn of the loop has ended."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []

    def add(self, one: Waiting) -> None:
        """Let it write soon; until then it may gather more."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._write_all)
        self._waiting.append(one)

    def _write_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            one.write_waiting()
