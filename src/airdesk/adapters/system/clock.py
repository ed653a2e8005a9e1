"""The machine's clock and dice."""

from __future__ import annotations

import os
import time

from airdesk.core.kernel import uuid7


class SystemClock:
    """The wall clock."""

    def now_ms(self) -> int:
        """See Clock."""
        return time.time_ns() // 1_000_000


class SystemIds:
    """UUIDv7 from the wall clock and the kernel's random numbers."""

    def new_id(self) -> bytes:
        """See IdSource."""
        return uuid7(time.time_ns() // 1_000_000, os.urandom(10))
