"""Time and fresh ids come from outside, so that a test can drive them."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """The wall clock of this process."""

    def now_ms(self) -> int:
        """Milliseconds since 1970. It may jump, also backwards; users take the maximum."""


class IdSource(Protocol):
    """Where new ids come from."""

    def new_id(self) -> bytes:
        """A fresh UUIDv7, 16 bytes; unique without asking anybody."""
