"""A histogram of times that can be added up: from microseconds to hours, within one per cent."""

from __future__ import annotations

from array import array
from typing import Final, NamedTuple

_SUB_BITS: Final = 7
_SUBS: Final = 1 << _SUB_BITS
"""Steps between a power of two and the next: a step is below 1 % of what it counts."""

_POWERS: Final = 36
"""Up to 2**42 µs, 50 days."""


class Counted(NamedTuple):
    """What a histogram counted, in a form for a pipe."""

    steps: list[tuple[int, int]]
    """Those that counted anything, and their counts."""
    max_us: int


class Histogram:
    """Counts times in microseconds, by steps that grow with them.

    As in HdrHistogram: below 128 µs each microsecond has a step of its own, above it each power of
    two is cut into 128.
    """

    __slots__ = ("count", "counts", "max_us")

    def __init__(self) -> None:
        self.counts = array("L", bytes(8 * _SUBS * _POWERS))
        self.count = 0
        self.max_us = 0
        """Exact."""

    def add(self, time_us: int) -> None:
        """Count one time; one below zero counts as zero."""
        time_us = max(0, time_us)
        shift = max(0, time_us.bit_length() - _SUB_BITS - 1)
        index = min((shift << _SUB_BITS) + (time_us >> shift), len(self.counts) - 1)
        self.counts[index] += 1
        self.count += 1
        self.max_us = max(self.max_us, time_us)

    def quantile_us(self, share: float) -> int:
        """Give the time below or at which a share of all lies, at most 1 % above it; 0 for none."""
        wanted = share * self.count
        passed = 0
        for index, count in enumerate(self.counts):
            passed += count
            if count and passed >= wanted:
                return min(_upper_us(index), self.max_us)
        return 0

    def take(self) -> Counted:
        """Give what was counted, and begin anew."""
        taken = Counted([(n, count) for n, count in enumerate(self.counts) if count], self.max_us)
        self.counts = array("L", bytes(8 * _SUBS * _POWERS))
        self.count = self.max_us = 0
        return taken

    def add_all(self, counted: Counted) -> None:
        """Add what another one took."""
        for index, count in counted.steps:
            self.counts[index] += count
            self.count += count
        self.max_us = max(self.max_us, counted.max_us)


def _upper_us(index: int) -> int:
    """Give the largest time that a step counts."""
    if index < 2 * _SUBS:
        return index
    shift = (index >> _SUB_BITS) - 1
    return (((index & (_SUBS - 1)) + _SUBS + 1) << shift) - 1
