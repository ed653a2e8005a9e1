"""What the log knows of a file: enough to show its place in a conversation before it is loaded."""

from __future__ import annotations

import msgspec

from airdesk.core.kernel.ids import FileId


class FileFacts(msgspec.Struct, frozen=True, array_like=True):
    """A stored file. Its name is words of a person and stands in the message's text."""

    file_id: FileId
    bytes: int
    media_type: str
    """Found from its bytes, never from what its sender said."""
    width: int = 0
    """In pixels; 0 for what is no picture."""
    height: int = 0
