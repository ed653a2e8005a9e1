"""Looks at the databases and the key, for a few seconds; `airdesk log verify` looks at all."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from airdesk.adapters.sql.schema import known_schemas
from airdesk.adapters.sqlite.log_check import open_to_read
from airdesk.adapters.sqlite.log_schema import last_position
from airdesk.adapters.system.secret_key import KEY_BYTES
from airdesk.app.doctor.findings import Finding, fault, good, warning
from airdesk.app.settings import Settings
from airdesk.core.kernel import AirDeskError

LOOK_S: Final = 5.0
"""For each database: a log of years would take minutes."""

_STEPS: Final = 10_000
_RESTORE: Final = "Stop the server, keep a copy of the folder, and restore the last backup."


def look_at_databases(settings: Settings) -> Finding:
    """Look for damage in what the data folder holds."""
    name = "databases"
    if settings.restoring_path.exists():
        return fault(
            name,
            f"a restore into {settings.data} was broken off",
            "Empty the folder and restore again.",
        )
    if not settings.log_path.exists() and not settings.directory_path.exists():
        return good(name, "there are none yet; the first start makes them")
    for broken in _faults(settings):
        return broken
    head = _head(settings.log_path)
    return good(name, f"no damage found; the log has {head:,} records")


def _faults(settings: Settings) -> Iterator[Finding]:
    name = "databases"
    key = settings.key_path
    if not key.is_file() or key.stat().st_size != KEY_BYTES:
        what = "is damaged" if key.exists() else "is missing"
        yield fault(
            name,
            f"{key} {what}: every visitor's and agent's token would be void",
            "Copy it from the last backup, mode 0600.",
        )
    try:
        _head(settings.log_path)
    except AirDeskError as error:
        yield fault(name, str(error), _RESTORE)
    for path in (settings.log_path, settings.directory_path):
        if path.exists() and (said := _damage(path)):
            yield fault(name, f"{path}: {said}", _RESTORE)
    schema = _schema(settings.directory_path)
    if schema and schema not in known_schemas():
        yield fault(
            name,
            f"{settings.directory_path} has schema {schema}, made by a newer AirDesk",
            "Start the newer one, or restore a backup made before.",
        )
    views = settings.views_path
    if views.exists() and (said := _damage(views)):
        yield warning(
            name,
            f"{views}: {said}",
            "Stop the server, remove it, start again: it is made anew of the log.",
        )


def _head(path: Path) -> int:
    if not path.exists():
        return 0
    with closing(open_to_read(path)) as connection:
        return last_position(connection)


def _damage(path: Path) -> str:
    """Give what SQLite finds within LOOK_S; "" for nothing."""
    end_s = time.monotonic() + LOOK_S
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=LOOK_S)) as one:
            one.set_progress_handler(lambda: int(time.monotonic() > end_s), _STEPS)
            (said,) = one.execute("PRAGMA quick_check(1)").fetchone()
            return "" if said == "ok" else str(said)
    except sqlite3.OperationalError as error:
        return "" if "interrupted" in str(error) else str(error)
    except sqlite3.DatabaseError as error:
        return str(error)


def _schema(path: Path) -> str:
    if not path.exists():
        return ""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=LOOK_S)) as one:
            row = one.execute("SELECT version_num FROM alembic_version").fetchone()
            return "" if row is None else str(row[0])
    except sqlite3.Error:
        return ""
