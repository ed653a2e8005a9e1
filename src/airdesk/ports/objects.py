"""Where files lie: bytes under an id, written once, never changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol


class Objects(Protocol):
    """A store of files.

    Guarantees:
        Atomicity: an object is there whole or not at all. A writer that fails, is cancelled or
            gets more than it may take leaves nothing behind that `read` would find.
        Durability: when `write` returns, a loss of power does not lose the object.
        Ordering: none between objects.
        Cost: nothing holds the loop; disks are touched in threads, a chunk at a time.
        Cancellation: every call may be cancelled.
    """

    async def write(self, object_id: bytes, chunks: AsyncIterator[bytes], bytes_max: int) -> int:
        """Store an object.

        Args:
            object_id: 16 bytes, fresh.
            chunks: its bytes; what it raises is raised here.
            bytes_max: how many it may have at most.

        Returns:
            How many bytes it has.

        Raises:
            MessageTooLarge: there were more than `bytes_max`.
            DependencyError: the store cannot take it.
        """

    async def read(self, object_id: bytes) -> AsyncIterator[bytes] | None:
        """Give an object's bytes in chunks, or None where there is none.

        Raises:
            DependencyError: the store cannot be read.
        """

    async def remove(self, object_id: bytes) -> None:
        """Forget an object; one that is not there is forgotten already.

        Raises:
            DependencyError: the store cannot forget it.
        """

    async def sweep(self) -> int:
        """Forget what writers that died left half-written; returns how many there were.

        Whoever writes now is not hindered.
        """
