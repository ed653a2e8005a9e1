"""Real dialogues from labelled sets, as lines that a visitor and an agent say by turns."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from airdesk.core.kernel import AirDeskError


class NoDialogues(AirDeskError):
    """The folder does not hold the sets that are needed."""

    template = "{folder} does not hold the dialogues of {name}"


class Line(NamedTuple):
    """What one side says."""

    by_visitor: bool
    text: str


class Dialogue(NamedTuple):
    """One conversation, begun by the visitor."""

    lines: Sequence[Line]
    chars_per_s: float
    """How fast people type this language."""


CHINESE_CHARS_PER_S = 2.0
ENGLISH_CHARS_PER_S = 5.0
"""About 120 and 300 characters a minute, as practised writers do."""


def read(folder: Path, name: str, count: int) -> list[Dialogue]:
    """Give dialogues of a set, evenly taken from all of it.

    Args:
        folder: holds the sets, a folder each.
        name: `jddc_satisfaction_zh` or `multidogo_en`.
        count: at most so many.

    Raises:
        NoDialogues: the set is not there.
    """
    reader = _READERS[name]
    try:
        found = [one for one in reader(folder / name) if one.lines]
    except OSError:
        raise NoDialogues(folder=str(folder), name=name) from None
    if not found:
        raise NoDialogues(folder=str(folder), name=name)
    count = min(count, len(found))
    return [found[index * len(found) // count] for index in range(count)]


def _jddc(folder: Path) -> Iterator[Dialogue]:
    with (folder / "train.jsonl").open(encoding="utf-8") as file:
        for row in file:
            turns = json.loads(row)["turns"]
            said = [
                Line(side == "user", turn[side].strip())
                for turn in turns
                for side in ("user", "agent")
                if turn[side].strip()
            ]
            yield Dialogue(_from_visitor(said), CHINESE_CHARS_PER_S)


def _multidogo(folder: Path) -> Iterator[Dialogue]:
    """The set has the visitors' turns only: both sides say them by turns."""
    dialogues: dict[str, list[str]] = {}
    with (folder / "train.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if text := row["text"].strip():
                dialogues.setdefault(row["conversation_id"], []).append(text)
    for texts in dialogues.values():
        lines = [Line(place % 2 == 0, text) for place, text in enumerate(texts)]
        yield Dialogue(lines, ENGLISH_CHARS_PER_S)


def _from_visitor(lines: list[Line]) -> list[Line]:
    begin = next((place for place, line in enumerate(lines) if line.by_visitor), len(lines))
    return lines[begin:]


_READERS = {"jddc_satisfaction_zh": _jddc, "multidogo_en": _multidogo}
SETS = tuple(_READERS)
"""Their names."""
