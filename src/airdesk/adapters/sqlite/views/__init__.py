"""Views of conversations in one SQLite file, `views.db`, which can be made anew from the log."""

from airdesk.adapters.sqlite.views.reader import SqliteConversationViews
from airdesk.adapters.sqlite.views.store import SqliteViewStore

__all__ = ["SqliteConversationViews", "SqliteViewStore"]
