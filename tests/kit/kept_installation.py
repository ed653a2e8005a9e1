"""Data folders that released versions wrote, kept so that every later one is tried with them.

    python -m tests.kit.kept_installation

writes tests/installations/<this version>.tar.gz: the data folder after `kill -9`, and what the
program of then answered. Run once for a release, never again for the same version.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airdesk import __version__
from airdesk.adapters.sqlite.log_check import open_to_read
from airdesk.core import conversation as conv
from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.lived_in import LivedIn, good
from tests.kit.rest_desk import Person, RestDesk

INSTALLATIONS = Path(__file__).resolve().parents[1] / "installations"

_LISTS = ("members", "teams", "inboxes", "canned", "faq", "labels", "contacts", "invitations")
_OF_THE_AGENT = ("status", "assignee_id", "participants", "waiting_since_ms", "snoozed_until_ms")
_CHANGED_BY_TIME = {"conversations": {*_OF_THE_AGENT, "unread", "last_ms", "last_seq"}}


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of an installation.

    Args:
        answers: what it told of its entities, by list.
        messages: the events of each conversation, in order.
        tokens: of visitors, by name.
    """

    answers: dict[str, list[dict[str, Any]]]
    messages: dict[str, list[dict[str, Any]]]
    tokens: dict[str, str]


def told(owner: Person) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[dict[str, Any]]]]:
    """Ask for everything that an owner may read; what time changes is left out."""
    answers = {name: _items(owner, f"/api/v1/{name}") for name in _LISTS}
    rows = [
        row
        for name in ("all", "resolved", "snoozed")
        for row in _items(owner, "/api/v1/conversations", list=name)
    ]
    answers["conversations"] = sorted(rows, key=lambda row: str(row["conversation_id"]))
    messages = {
        one["conversation_id"]: _items(
            owner, f"/api/v1/conversations/{one['conversation_id']}/messages"
        )
        for one in answers["conversations"]
    }
    return _lasting(answers), messages


def _lasting(answers: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Take out what time itself changes: agents are gone after a while, conversations queued."""
    return {
        name: [
            {key: value for key, value in row.items() if key not in _CHANGED_BY_TIME.get(name, ())}
            for row in rows
        ]
        for name, rows in answers.items()
    }


def _items(owner: Person, path: str, **query: object) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = good(owner.get(path, limit=100, **query))["items"]
    return items


def kinds_of_events(data: Path) -> set[str]:
    """Give the names of all events that a log has."""
    with contextlib.closing(open_to_read(data / "log.db")) as log:
        records = log.execute("SELECT events FROM records").fetchall()
    return {type(event).__name__ for (stored,) in records for event in conv.decode_events(stored)}


def keep(place: Path) -> Path:
    """Live in a new installation, kill it, and keep its folder.

    Args:
        place: the folder of the archives.

    Raises:
        FileExistsError: this version has one.
    """
    archive = place / f"{__version__}.tar.gz"
    if archive.exists():
        raise FileExistsError(archive)
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = AirDeskServer(Path(folder), options=("--agents", "0"))
        with server:
            desk = RestDesk(server)
            lived = LivedIn(desk)
            lived.fill()
            # Read positions are stored a little later than everything else.
            wait_until(lambda: "ReadsAdvanced" in kinds_of_events(server.data), "read positions")
            answers, messages = told(desk.owner)
            tokens = {name: visitor.token for name, visitor in lived.visitors.items()}
            desk.close()
            server.kill(server.pid)
            facts = json.dumps(
                {"answers": answers, "messages": messages, "tokens": tokens}, ensure_ascii=False
            ).encode()
            with tarfile.open(archive, "w:gz") as tar:
                tar.add(server.data, "data")
                entry = tarfile.TarInfo("kept.json")
                entry.size = len(facts)
                tar.addfile(entry, io.BytesIO(facts))
    return archive


def unpack(version: str, folder: Path) -> Kept:
    """Put the data folder of a version into `folder`/data.

    Returns:
        What the installation told when it was kept.
    """
    with tarfile.open(INSTALLATIONS / f"{version}.tar.gz") as tar:
        tar.extractall(folder)
    kept = json.loads((folder / "kept.json").read_text())
    return Kept(_lasting(kept["answers"]), kept["messages"], kept["tokens"])


if __name__ == "__main__":
    sys.stdout.write(f"{keep(INSTALLATIONS)}\n")
