"""Numbers of a link's messages, so that a missing one is noticed: arithmetic, no bytes.

The sending end stamps what it sends with the link's id and 1, 2, 3, …; a message that it drops
takes its number with it. The receiving end compares. A link that broke is never mended: the next
one has a new id and starts again with 1.
"""

from __future__ import annotations

from collections import deque
from enum import Enum, auto
from typing import Final

LINKS_REMEMBERED: Final = 64
"""Ended links whose late frames a receiver still knows for what they are. A frame would have to
be late by so many reconnects to pass for the first of a new link."""


class Numberer:
    """The sending end of one link.

    Args:
        link_id: never used before and never again, in this process or another.
    """

    __slots__ = ("last_number", "link_id")

    def __init__(self, link_id: int) -> None:
        self.link_id = link_id
        self.last_number = 0
        """Number of the last message, sent or dropped; 0 before the first."""

    def next_number(self) -> int:
        """Give the next message its number. A message that is dropped afterwards keeps it."""
        self.last_number += 1
        return self.last_number


class Verdict(Enum):
    """What the receiving end does with a message."""

    DELIVER = auto()
    """It is the next one: take it."""
    DUPLICATE = auto()
    """It was taken, its hole was told, or its link has ended: ignore it."""
    HOLE = auto()
    """Messages before it are missing: tell of the hole, then take it."""


class Sequence:
    """The receiving end: which messages of which link have come.

    Guarantees:
        No message is taken twice, none after a later one, and none after one of a later link.
        Between two messages that are taken and do not follow each other there is a HOLE.
    """

    __slots__ = ("_link_id", "_links_ended", "last_number")

    def __init__(self) -> None:
        self._link_id: int | None = None
        self._links_ended: deque[int] = deque(maxlen=LINKS_REMEMBERED)
        self.last_number = 0
        """Number of the last message that was taken or is known to be missing."""

    def accept(self, link_id: int, number: int) -> Verdict:
        """Judge a message; a link id that was not seen before starts anew."""
        if not self._is_current(link_id) or number <= self.last_number:
            return Verdict.DUPLICATE
        is_next = number == self.last_number + 1
        self.last_number = number
        return Verdict.DELIVER if is_next else Verdict.HOLE

    def is_behind(self, link_id: int, number: int) -> bool:
        """Hear of the sender's last number without a message; True if messages are missing.

        So a hole shows also where nothing comes after it. It is told once.
        """
        if not self._is_current(link_id) or number <= self.last_number:
            return False
        self.last_number = number
        return True

    def _is_current(self, link_id: int) -> bool:
        if link_id == self._link_id:
            return True
        if link_id in self._links_ended:
            return False
        if self._link_id is not None:
            self._links_ended.append(self._link_id)
        self._link_id = link_id
        self.last_number = 0
        return True
