"""The table of all figures; docs/reference/metrics.md is made of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

PREFIX: Final = "airdesk_"


class Kind(StrEnum):
    """How Prometheus takes a figure."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Figure(NamedTuple):
    """One figure."""

    name: str
    """Without the prefix; a counter's without `_total`, which is added."""
    kind: Kind
    label: str
    """The name of its one label; "" for none."""
    help: str


FIGURES: Final = (
    Figure("info", Kind.GAUGE, "version", "1 for the version that runs."),
    Figure("processes", Kind.GAUGE, "", "Processes of this installation that answered."),
    Figure("home_up", Kind.GAUGE, "", "1 while a home takes messages: its log is open and well."),
    Figure("connections", Kind.GAUGE, "", "Open WebSockets."),
    Figure(
        "client_messages",
        Kind.COUNTER,
        "type",
        "Messages from clients over WebSockets; those of type `send` are what people said.",
    ),
    Figure(
        "client_errors",
        Kind.COUNTER,
        "number",
        "Errors told to clients over WebSockets, by the number that docs/reference/errors.md has.",
    ),
    Figure("http_requests", Kind.COUNTER, "status", "Answers over HTTP, by status."),
    Figure("waiting", Kind.GAUGE, "", "Conversations that wait for an agent."),
    Figure("assigned", Kind.GAUGE, "", "Conversations that agents hold."),
    Figure("log_records", Kind.GAUGE, "", "Records in the log."),
    Figure("records_committed", Kind.COUNTER, "", "Records that became durable since the start."),
    Figure(
        "commit_seconds",
        Kind.HISTOGRAM,
        "",
        "How long commits of the log took, the sync of the disk included.",
    ),
    Figure("disk_free_bytes", Kind.GAUGE, "", "Room on the disk of the data folder."),
    Figure("cpu_seconds", Kind.COUNTER, "role", "CPU time, by home, gateway, or all in one."),
    Figure("resident_bytes", Kind.GAUGE, "role", "Memory, by home, gateway, or all in one."),
)
"""Every figure, in the order in which they are written."""


class Snapshot(msgspec.Struct):
    """The figures of one process at one moment."""

    values: dict[str, dict[str, float]]
    """By name, then by the label's value, "" without a label."""
    commits: list[int] = []
    """Commits by bucket, see `CommitTimes`; [] in a process that has no log."""
    commit_seconds: float = 0.0


def added(snapshots: list[Snapshot]) -> Snapshot:
    """Add up what several processes tell."""
    total = Snapshot({})
    for one in snapshots:
        for name, values in one.values.items():
            mine = total.values.setdefault(name, {})
            for label, value in values.items():
                mine[label] = mine.get(label, 0) + value
        if one.commits:
            total.commits, total.commit_seconds = one.commits, one.commit_seconds
    return total
