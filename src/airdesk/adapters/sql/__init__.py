"""The directory in SQL, by SQLAlchemy; its schema by Alembic."""

from airdesk.adapters.sql.directory import SqlDirectory, open_sqlite_directory
from airdesk.adapters.sql.schema import migrate_file

__all__ = ["SqlDirectory", "migrate_file", "open_sqlite_directory"]
