"""Brings the directory's file to today's schema, whatever its age, in one transaction."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import structlog
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from airdesk.adapters.sql.tables import metadata
from airdesk.core.kernel import DirectoryUnavailable, limits

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
VERSION_TABLE = "alembic_version"

logger = structlog.get_logger()


def migrate_file(path: Path, versions: Path = MIGRATIONS) -> None:
    """Make a SQLite file of today's schema, of nothing or of any older one.

    Several processes may do so at once; the first one does the work.

    Args:
        path: the file.
        versions: folder of the migrations.

    Raises:
        DirectoryUnavailable: it cannot be written, is no directory, or was made by a newer AirDesk.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise DirectoryUnavailable(reason=f"{path}: {error.strerror}") from None
    engine = _migrating_engine(path)
    try:
        with engine.connect() as connection, connection.begin():
            migrate(connection, path.name, versions)
            _check_foreign_keys(connection, path)
    except DBAPIError as error:
        raise DirectoryUnavailable(reason=f"{path}: {error.orig}") from None
    finally:
        engine.dispose()


def _migrating_engine(path: Path) -> Engine:
    """Give an engine whose transactions hold table changes too, without foreign keys meanwhile."""
    seconds = limits.DIRECTORY_WAIT_MS_MAX / 1000
    engine = create_engine(
        f"sqlite:///{path}", poolclass=NullPool, connect_args={"timeout": seconds}
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def migrate(connection: Connection, name: str, versions: Path = MIGRATIONS) -> None:
    """Run the migrations that a database has not seen, inside the transaction that is open.

    Raises:
        DirectoryUnavailable: its schema is not one of ours.
    """
    config, scripts = _scripts(versions)
    before = _version(connection, name)
    newest = scripts.get_current_head()
    if before == newest:
        return
    if before is not None and before not in {one.revision for one in scripts.walk_revisions()}:
        raise DirectoryUnavailable(
            reason=f"{name} has schema {before}, made by a newer AirDesk; this one knows {newest}. "
            "Start the newer one, or restore a backup made before"
        )
    _run(connection, config, scripts)
    if before is not None:
        logger.info("the directory has a newer schema", was=before, now=newest)


def _scripts(versions: Path) -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "newline")
    return config, ScriptDirectory.from_config(config)


def known_schemas(versions: Path = MIGRATIONS) -> frozenset[str]:
    """Give every schema that this program can bring to today's."""
    _, scripts = _scripts(versions)
    return frozenset(str(one.revision) for one in scripts.walk_revisions())


def _version(connection: Connection, name: str) -> str | None:
    """Give the schema's revision; None for an empty database."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if VERSION_TABLE not in tables:
        raise DirectoryUnavailable(reason=f"{name} is a database of something else")
    query = text(f"SELECT version_num FROM {VERSION_TABLE}")
    return str(connection.execute(query).scalar_one())


def _run(connection: Connection, config: Config, scripts: ScriptDirectory) -> None:
    def steps(revision: Any, context: Any) -> Any:
        return scripts._upgrade_revs("head", revision)

    with EnvironmentContext(config, scripts, fn=steps, destination_rev="head") as environment:
        environment.configure(
            connection=connection, target_metadata=metadata, transactional_ddl=True
        )
        environment.run_migrations()


def _check_foreign_keys(connection: Connection, path: Path) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise DirectoryUnavailable(reason=f"{path}: a row of {broken[0]} names what is not there")
