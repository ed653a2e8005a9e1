"""Who says what, and when: decided before anybody connects, the same in every process.

Messages come at times fixed beforehand (a Poisson process), whether or not the server keeps up: an
open loop, so that waiting is not hidden. A message is known by its number; the plan gives its time,
its conversation, its side and its words, so each process can judge what it sees without asking the
others.
"""

from __future__ import annotations

import math
import random
from array import array
from typing import Final

import msgspec

from airdesk.app.stress.crowd.texts import make_texts

TALKERS_SHARE: Final = 0.2
"""Of the visitors, in an open, assigned conversation."""

VISITORS_SHARE: Final = 0.6
"""Of the messages, by visitors."""

TALKS_PER_AGENT: Final = 25
TEXTS: Final = 2_000
"""Different texts; a message is told from others by its mark."""

TYPING_MS_MIN: Final = 800
TYPING_MS_PER_CHAR: Final = 40
TYPING_MS_MAX: Final = 4_000
"""How long people type before a message leaves."""

_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class Load(msgspec.Struct, frozen=True):
    """What a plan is made of."""

    visitors: int
    talkers: int
    """Visitors in a conversation: those numbered from 0."""
    agents: int
    rate: float
    """Messages a second."""
    warmup_s: float
    seconds: float
    """The measured window, behind the warm-up."""
    seed: int = 1

    @property
    def connections(self) -> int:
        """Visitors and agents."""
        return self.visitors + self.agents

    @property
    def window_ns(self) -> tuple[int, int]:
        """When the window begins and ends, from the first moment of the plan."""
        begin = round(self.warmup_s * 1e9)
        return begin, begin + round(self.seconds * 1e9)


def load_of(visitors: int, rate: float, warmup_s: float, seconds: float) -> Load:
    """Give the load of so many visitors: a fifth of them talk, one agent to 25 of those."""
    talkers = max(1, round(visitors * TALKERS_SHARE))
    agents = math.ceil(talkers / TALKS_PER_AGENT)
    return Load(visitors, talkers, agents, rate, warmup_s, seconds)


class Plan:
    """All messages of a run; a number is an index.

    Args:
        load: what it is made of. The same load always gives the same plan.

    Cost: 1 µs and 15 bytes a message.
    """

    def __init__(self, load: Load) -> None:
        self.load = load
        self.due_ns = array("q")
        """When each is due, from the first moment of the plan; ascending."""
        self.talkers = array("l")
        """In whose conversation, by the visitor's number."""
        self.by_visitor = bytearray()
        """1 where the visitor says it, 0 where his agent does."""
        self._texts = make_texts(TEXTS, load.seed)
        dice = random.Random(load.seed)
        end_s, at_s = load.warmup_s + load.seconds, 0.0
        while (at_s := at_s + dice.expovariate(load.rate)) < end_s:
            self.due_ns.append(round(at_s * 1e9))
            self.talkers.append(dice.randrange(load.talkers))
            self.by_visitor.append(dice.random() < VISITORS_SHARE)

    def __len__(self) -> int:
        return len(self.due_ns)

    def text(self, number: int) -> str:
        """Give a message's words; they begin with its mark."""
        return f"{mark_of(number)} {self._texts[number % TEXTS]}"

    def number(self, text: str) -> int:
        """Give the number of a message by its words; -1 if the plan has no such message."""
        try:
            number = int(text.partition(" ")[0], 36)
        except ValueError:
            return -1
        if not 0 <= number < len(self.due_ns) or text != self.text(number):
            return -1
        return number

    def typing_ns(self, number: int) -> int:
        """Give when its author begins to type; before the plan's first moment for some."""
        typed_ms = TYPING_MS_PER_CHAR * len(self._texts[number % TEXTS])
        typed_ms = max(TYPING_MS_MIN, min(TYPING_MS_MAX, typed_ms))
        return self.due_ns[number] - typed_ms * 1_000_000

    def in_window(self, number: int) -> bool:
        """True for a message of the measured window."""
        begin, end = self.load.window_ns
        return begin <= self.due_ns[number] < end


def mark_of(number: int) -> str:
    """Write a number to the base of 36."""
    written = ""
    while True:
        number, digit = divmod(number, 36)
        written = _DIGITS[digit] + written
        if not number:
            return written
