"""Ports kept in SQLite files."""

from airdesk.adapters.sqlite.event_log import SqliteEventLog

__all__ = ["SqliteEventLog"]
