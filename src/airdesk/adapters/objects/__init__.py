"""Files in a folder."""

from airdesk.adapters.objects.folder import FolderObjects

__all__ = ["FolderObjects"]
