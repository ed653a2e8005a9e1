"""Facts from the directory to the log, over the death of the process that carries them."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from airdesk.adapters.sql import open_sqlite_directory
from tests.integration import relay_until_killed
from tests.kit.offices import Office

ROOT = Path(__file__).resolve().parents[2]
CHANGES = 5


async def prepare(folder: Path) -> int:
    """Write facts into a directory; gives how many wait."""
    directory = await open_sqlite_directory(folder / "directory.db")
    office = Office(directory)
    owner = await office.set_up()
    for number in range(CHANGES):
        await office.accounts.change_member(
            owner.credential.by, owner.credential.user.user_id, {"capacity": 10 + number}
        )
    count = len(await office.told())
    await directory.close()
    return count


def relay(folder: Path, moment: str) -> int:
    """Run the relay's process; gives its exit code."""
    script = Path(relay_until_killed.__file__)
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    words = [sys.executable, str(script), str(folder), moment]
    return subprocess.run(words, env=environment, check=False, timeout=60).returncode


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    """Read a database."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(query))


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_at_any_point_gives_each_fact_once(tmp_path: Path, moment: str) -> None:
    waiting = asyncio.run(prepare(tmp_path))
    assert waiting == CHANGES + 2
    assert relay(tmp_path, moment) == -signal.SIGKILL
    left = rows(tmp_path / "directory.db", "SELECT count(*) FROM outbox")
    assert left == [(waiting,)], "nothing was noted before the kill"
    assert relay(tmp_path, "never") == 0
    assert rows(tmp_path / "directory.db", "SELECT count(*) FROM outbox") == [(0,)]
    positions = rows(tmp_path / "log.db", "SELECT position FROM records")
    assert len(positions) == waiting
