"""What the doctor says of one thing."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """How a thing is."""

    GOOD = "good"
    WARNING = "warning"
    """It works, and will not for long, or not for everybody."""
    FAULT = "fault"
    """It keeps AirDesk from working."""
    UNTRIED = "untried"
    """It could not be looked at; the words say why."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    """Of the check; the same in every version."""
    verdict: Verdict
    says: str
    """What was found."""
    mend: str = ""
    """What to do; "" where there is nothing to do."""


def good(name: str, says: str) -> Finding:
    """It is as it should be."""
    return Finding(name, Verdict.GOOD, says)


def warning(name: str, says: str, mend: str) -> Finding:
    """It should be looked after."""
    return Finding(name, Verdict.WARNING, says, mend)


def fault(name: str, says: str, mend: str) -> Finding:
    """It has to be mended."""
    return Finding(name, Verdict.FAULT, says, mend)


def untried(name: str, says: str) -> Finding:
    """It could not be looked at."""
    return Finding(name, Verdict.UNTRIED, says)
