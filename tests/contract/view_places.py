"""Where the contract of the views is tried: one place for each adapter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from airdesk.adapters.memory import MemoryConversationViews
from airdesk.adapters.sqlite.views import SqliteConversationViews, SqliteViewStore
from airdesk.adapters.text import JiebaSegmenter
from airdesk.ports.conversation_views import ConversationViews, ViewStore
from airdesk.ports.event_log import Record
from airdesk.services.views import Projection

EPOCH = b"epoch..1"


class ViewPlace(ABC):
    """Somewhere that views are kept, opened for writing and for reading."""

    store: ViewStore
    views: ConversationViews

    def begin(self, whole_at: int = 0) -> None:
        """Begin with an empty log."""
        self.store.begin(EPOCH, whole_at)
        self.projection = Projection(self.store)

    def follow(self, records: Sequence[Record], at_once: int = 7) -> None:
        """Take the records behind the store's position, some with each commit."""
        rest = [record for record in records if record.position > self.store.position]
        for start in range(0, len(rest), at_once):
            self.store.write(self.projection.changes(rest[start : start + at_once]))

    @abstractmethod
    def reopen(self) -> None:
        """Close and open again, as a new process would."""

    @abstractmethod
    def close(self) -> None:
        """Close."""


class MemoryViewPlace(ViewPlace):
    """In this process."""

    def __init__(self) -> None:
        self.store = self.views = MemoryConversationViews()

    def reopen(self) -> None:
        """See `ViewPlace.reopen`. Memory has nothing to open; what is remembered is lost."""
        self.projection = Projection(self.store)

    def close(self) -> None:
        """See `ViewPlace.close`."""
        self.store.close()


class SqliteViewPlace(ViewPlace):
    """A file."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "views.db"
        self._open()

    def _open(self) -> None:
        segmenter = JiebaSegmenter()
        self.store = SqliteViewStore(self.path, segmenter)
        self.reader = self.views = SqliteConversationViews(self.path, segmenter)

    def reopen(self) -> None:
        """See `ViewPlace.reopen`."""
        self.close()
        self._open()
        self.projection = Projection(self.store)

    def close(self) -> None:
        """See `ViewPlace.close`."""
        self.reader.close()
        self.store.close()
