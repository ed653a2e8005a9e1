"""The directory's file: its schema, its age, and several processes at once."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from msgspec.structs import replace
from sqlalchemy import create_engine

from airdesk.adapters.sql import migrate_file, open_sqlite_directory
from airdesk.adapters.sql.schema import MIGRATIONS
from airdesk.adapters.sql.tables import metadata
from airdesk.core.accounts import Account, Device
from airdesk.core.kernel import AccountId, DirectoryUnavailable

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = Path(__file__).resolve().parent / "fixtures"
"""What released versions wrote, as SQL: never changed."""

_STEP = """
from alembic import op
revision = "{revision}"
down_revision = "{before}"
def upgrade():
    op.execute("{statement}")
"""


def later_versions(folder: Path, *statements: str) -> Path:
    """Make a folder of today's migrations and one further for each statement."""
    versions = folder / "versions"
    shutil.copytree(MIGRATIONS, versions, ignore=shutil.ignore_patterns("__pycache__"))
    before = newest()
    for number, statement in enumerate(statements, 1):
        revision = f"later{number}"
        step = _STEP.format(revision=revision, before=before, statement=statement)
        (versions / f"{revision}.py").write_text(step)
        before = revision
    return versions


def newest() -> str:
    """Give today's schema."""
    return max(
        line.split('"')[1]
        for path in MIGRATIONS.glob("*.py")
        for line in path.read_text().splitlines()
        if line.startswith("revision")
    )


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    """Read a file past everything."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(query))


def version(path: Path) -> object:
    """Give the schema of a file."""
    return ask(path, "SELECT version_num FROM alembic_version")[0][0]


def test_the_migrations_make_the_tables_that_the_program_uses(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    migrate_file(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_an_older_schema_becomes_the_newest_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    migrate_file(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO accounts VALUES (x'01', 'Shop', 'en', 7)")
    versions = later_versions(
        tmp_path,
        "ALTER TABLE accounts ADD COLUMN plan TEXT NOT NULL DEFAULT 'free'",
        "UPDATE accounts SET plan = 'old'",
    )
    migrate_file(path, versions)
    assert version(path) == "later2"
    assert ask(path, "SELECT name, plan FROM accounts") == [("Shop", "old")]


def test_a_directory_of_the_first_release_keeps_all_that_was_in_it(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FIXTURES / "directory_0001.sql").read_text())
    before = contents(path)
    migrate_file(path)
    after = contents(path)
    assert version(path) == newest()
    assert set(before) < set(after)
    for table, rows in before.items():
        columns = len(rows[0]) if rows else 0
        if table == "hours":
            assert after[table] == [(*row[:3], WEEK_OF_FIRST, row[4]) for row in rows]
        elif table != "alembic_version":
            assert [row[:columns] for row in after[table]] == rows, table
            assert rows, f"the fixture says nothing of {table}"
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection_now:
        context = MigrationContext.configure(connection_now, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


WEEK_OF_FIRST = "[[[540,1080]],[[540,1080]],[[540,1080]],[[540,1080]],[[540,1080]],[],[]]"
"""The hours of the fixture, each day a list of spans."""


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give every row of every table."""
    tables = ask(path, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    names = [str(name) for (name,) in tables if not str(name).startswith("sqlite_")]
    return {name: ask(path, f"SELECT * FROM {name} ORDER BY rowid") for name in names}


def test_what_the_first_release_wrote_is_read_by_this_one(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FIXTURES / "directory_0001.sql").read_text())

    async def read() -> None:
        directory = await open_sqlite_directory(path)
        async with directory.transaction() as tx:
            (account,) = await tx.accounts.all()
            seats = await tx.members.page(account.account_id)
            assert [(seat.capacity, seat.capacity_max) for seat in seats] == [(5, 0), (3, 0)]
            known, nameless = await tx.contacts.page(account.account_id)
            assert (known.name, known.is_blocked) == ("Eve <script>", False)
            assert len(known.visitor_ids) == 2 and len(nameless.visitor_ids) == 1
            (inbox,) = await tx.inboxes.page(account.account_id)
            assert inbox.settings.texts.zh.title == "你好"
            hours = await tx.hours.get(account.account_id, inbox.inbox_id)
            assert hours is not None and hours.week == (((540, 1080),),) * 5 + ((),) * 2
            # All of it can be written, too.
            await tx.contacts.replace(replace(nameless, is_blocked=True))
            await tx.members.replace(replace(seats[1], capacity_max=4))
            await tx.devices.keep(account.account_id, known.visitor_ids[0], Device("Edge 140"))
        await directory.close()

    asyncio.run(read())


def test_a_migration_that_fails_leaves_the_schema_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    migrate_file(path)
    before = ask(path, "SELECT sql FROM sqlite_master ORDER BY name")
    versions = later_versions(tmp_path, "ALTER TABLE accounts ADD COLUMN plan TEXT", "NONSENSE")
    with pytest.raises(DirectoryUnavailable):
        migrate_file(path, versions)
    assert ask(path, "SELECT sql FROM sqlite_master ORDER BY name") == before
    assert version(path) == newest()


def test_a_migration_that_breaks_a_reference_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    migrate_file(path)
    versions = later_versions(tmp_path, "INSERT INTO teams VALUES (x'09', x'01', 'Lost')")
    with pytest.raises(DirectoryUnavailable, match="teams"):
        migrate_file(path, versions)
    assert ask(path, "SELECT * FROM teams") == []


def test_a_newer_schema_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    migrate_file(path, later_versions(tmp_path, "ALTER TABLE accounts ADD COLUMN plan TEXT"))
    with pytest.raises(DirectoryUnavailable, match="later1, made by a newer AirDesk"):
        asyncio.run(open_sqlite_directory(path))
    assert version(path) == "later1"


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    with pytest.raises(DirectoryUnavailable, match="something else"):
        migrate_file(path)
    assert ask(path, "SELECT name FROM sqlite_master") == [("songs",)]


@pytest.mark.parametrize("bytes_there", [b"no database at all, but a long enough text" * 100])
def test_a_file_that_is_no_database_is_said_so(tmp_path: Path, bytes_there: bytes) -> None:
    path = tmp_path / "directory.db"
    path.write_bytes(bytes_there)
    with pytest.raises(DirectoryUnavailable, match="not a database"):
        migrate_file(path)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DirectoryUnavailable, match="No such file"):
        migrate_file(tmp_path / "nowhere" / "directory.db")


def test_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"

    async def write() -> set[int]:
        directory = await open_sqlite_directory(path)
        async with directory.transaction() as tx:
            await tx.accounts.add(Account(AccountId(bytes(15) + b"1"), "Shop"))
        found = modes(tmp_path)
        await directory.close()
        return found

    assert asyncio.run(write()) == {0o600}


def modes(folder: Path) -> set[int]:
    """Give the permissions of a folder's files."""
    return {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


_PROCESS = """
import asyncio, pathlib, sys
from airdesk.adapters.sql import open_sqlite_directory
from airdesk.core.accounts import Account
from airdesk.core.kernel import AccountId

async def main(path, me):
    directory = await open_sqlite_directory(pathlib.Path(path))
    for number in range(20):
        async with directory.transaction() as tx:
            count = len(await tx.accounts.all())
            id = AccountId(count.to_bytes(16, "big"))
            await tx.accounts.add(Account(id, me))
    await directory.close()

asyncio.run(main(*sys.argv[1:]))
"""


def test_processes_that_start_at_once_share_one_new_file(tmp_path: Path) -> None:
    path = tmp_path / "directory.db"
    words = [sys.executable, "-c", _PROCESS, str(path)]
    processes = [
        subprocess.Popen([*words, str(number)], env={"PYTHONPATH": str(ROOT / "src")})
        for number in range(3)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert ask(path, "SELECT count(*), count(DISTINCT name) FROM accounts") == [(60, 3)]
