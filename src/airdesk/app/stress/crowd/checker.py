"""The judge of a run: it knows every message, and says what became of it.

It hears three things, from all generators and in any order between them: who said a message, what
the server answered, and what each reader was shown, in the order in which he was shown it. Nothing
is taken on trust from the parts that send and receive: a message is told by its words.

    lost          acknowledged, and not shown to its visitor or to no agent
    duplicated    shown twice in one showing of a conversation, or acknowledged as two
    out_of_order  shown before an earlier one, overtaken by a later one of its own author, or at
                  another place for one reader than for another
    cross_talk    shown in somebody else's conversation
    altered       words that nobody said
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from airdesk.app.stress.crowd.plan import Plan

FAULTS: Final = (
    *("lost", "duplicated", "out_of_order", "cross_talk"),
    *("altered", "unanswered", "refused", "unsaid"),
)
"""Fields of Findings that must be zero."""

_NOT_YET: Final = -1


class Said(NamedTuple):
    """Somebody sent a message."""

    number: int
    author: int
    """A visitor's number, or `agent_reader` of an agent's."""


class Answered(NamedTuple):
    """The server acknowledged a message."""

    number: int
    seq: int


class Shown(NamedTuple):
    """A reader was shown a message."""

    number: int
    """-1 for words that are none of the plan's."""
    reader: int
    """A visitor's number, or `agent_reader` of an agent's."""
    talker: int
    """In whose conversation."""
    seq: int
    showing: int
    """Counts up when what the reader saw of the conversation became void and began anew."""


class Findings(NamedTuple):
    """What became of the messages."""

    sent: int
    """In the window, like `acked` and `delivered`; all others count the whole run."""
    acked: int
    delivered: int
    """Acknowledged, and shown to the other side."""
    lost: int
    duplicated: int
    out_of_order: int
    cross_talk: int
    altered: int
    unanswered: int
    """Neither acknowledged nor refused."""
    refused: int
    unsaid: int
    """Due, and there was nobody to say them."""

    @property
    def faults(self) -> tuple[str, ...]:
        """Name what went wrong; none is a good verdict."""
        return tuple(name for name in FAULTS if getattr(self, name))


def agent_reader(agent: int) -> int:
    """Give the number by which an agent is known as author and reader."""
    return -1 - agent


class Checker:
    """Hears everything, and judges at the end, as often as it is asked.

    Args:
        plan: what should have been said.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._author: dict[int, int] = {}
        self._seq: dict[int, int] = {}
        self._refused: set[int] = set()
        self._twice_acknowledged = 0
        self._shown: dict[tuple[int, int, int], list[tuple[int, int]]] = {}
        self._crossed = 0
        self._altered = 0

    def said(self, one: Said) -> None:
        """Hear of a message that was sent."""
        self._author[one.number] = one.author

    def answered(self, one: Answered) -> None:
        """Hear of an acknowledgement."""
        if self._seq.setdefault(one.number, one.seq) != one.seq:
            self._twice_acknowledged += 1

    def refused(self, number: int) -> None:
        """Hear that the server refused a message."""
        self._refused.add(number)

    def shown(self, one: Shown) -> None:
        """Hear that a reader saw a message; in his order."""
        if one.number < 0:
            self._altered += 1
            return
        is_his = one.reader < 0 or one.reader == one.talker
        if not is_his or self._plan.talkers[one.number] != one.talker:
            self._crossed += 1
            return
        thread = self._shown.setdefault((one.reader, one.talker, one.showing), [])
        thread.append((one.number, one.seq))

    def missing(self) -> list[int]:
        """Name the acknowledged messages that their visitor or every agent was not shown."""
        by_visitors, by_agents = self._readers()
        return [one for one in self._seq if one not in by_visitors or one not in by_agents]

    def unanswered(self) -> list[int]:
        """Name the messages that were sent and got no answer."""
        return [one for one in self._author if one not in self._seq and one not in self._refused]

    def findings(self) -> Findings:
        """Judge what was heard until now."""
        by_visitors, by_agents = self._readers()
        plan = self._plan
        doubled, disordered = self._order()
        window = [one for one in self._author if plan.in_window(one)]
        return Findings(
            sent=len(window),
            acked=sum(one in self._seq for one in window),
            delivered=sum(
                one in self._seq and one in (by_agents if plan.by_visitor[one] else by_visitors)
                for one in window
            ),
            lost=len(self.missing()),
            duplicated=doubled + self._twice_acknowledged,
            out_of_order=disordered,
            cross_talk=self._crossed,
            altered=self._altered,
            unanswered=len(self.unanswered()),
            refused=len(self._refused),
            unsaid=len(plan) - len(self._author),
        )

    def _readers(self) -> tuple[set[int], set[int]]:
        by_visitors: set[int] = set()
        by_agents: set[int] = set()
        for (reader, _, _), thread in self._shown.items():
            (by_visitors if reader >= 0 else by_agents).update(number for number, _ in thread)
        return by_visitors, by_agents

    def _order(self) -> tuple[int, int]:
        """Count what was shown twice, and what was shown out of its place."""
        places = dict(self._seq)
        doubled = disordered = 0
        for thread in self._shown.values():
            seen: set[int] = set()
            last_seq = _NOT_YET
            last_of: dict[int, int] = {}
            for number, seq in thread:
                if number in seen:
                    doubled += 1
                    continue
                seen.add(number)
                author = self._author.get(number, 0)
                is_late = seq <= last_seq or number <= last_of.get(author, _NOT_YET)
                disordered += is_late or places.setdefault(number, seq) != seq
                last_seq = max(last_seq, seq)
                last_of[author] = max(number, last_of.get(author, _NOT_YET))
        return doubled, disordered


def hear_all(
    checker: Checker, said: Iterable[int], answered: Iterable[int], shown: Iterable[int]
) -> None:
    """Hear rows as they come through a pipe: their fields one after the other."""
    for row in _rows(said, 2):
        checker.said(Said(*row))
    for row in _rows(answered, 2):
        checker.answered(Answered(*row))
    for row in _rows(shown, 5):
        checker.shown(Shown(*row))


def _rows(values: Iterable[int], width: int) -> Iterable[tuple[int, ...]]:
    each = iter(values)
    return zip(*(each,) * width, strict=True)
