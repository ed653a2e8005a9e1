"""Objects as files of one folder, spread over 256 by the last byte of their ids."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO, Final

from airdesk.core.kernel import DependencyError, MessageTooLarge

CHUNK_BYTES: Final = 256 * 1024
"""Read at once: small enough that many readers need little memory."""

STALLED_S: Final = 3600
"""A half-written file that nothing was added to for so long has no writer any more."""

_PART: Final = ".part"


class FolderObjects:
    """See `ports.objects.Objects`.

    A file is written under another name, synced, renamed, and its folder synced: what bears its
    right name is whole. Leftovers of a crash bear the other name and are removed once they are old.

    Args:
        folder: holds the files; made where it is missing, with the first file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, object_id: bytes, chunks: AsyncIterator[bytes], bytes_max: int) -> int:
        """See the port."""
        path = self.place(object_id)
        part = path.with_suffix(_PART)
        try:
            file = await asyncio.to_thread(_open_part, part)
        except OSError as error:
            raise _failed(error) from error
        is_whole = False
        try:
            count = await _copy(chunks, file, bytes_max)
            await asyncio.to_thread(_finish, file, part, path)
            is_whole = True
        except OSError as error:
            raise _failed(error) from error
        finally:
            if not is_whole:
                # Not awaited: a cancelled task may not get another turn.
                file.close()
                part.unlink(missing_ok=True)
        return count

    async def read(self, object_id: bytes) -> AsyncIterator[bytes] | None:
        """See the port."""
        try:
            file = await asyncio.to_thread(self.place(object_id).open, "rb")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failed(error) from error
        return _chunks(file)

    async def remove(self, object_id: bytes) -> None:
        """See the port."""
        try:
            await asyncio.to_thread(self.place(object_id).unlink, missing_ok=True)
        except OSError as error:
            raise _failed(error) from error

    async def sweep(self) -> int:
        """See the port. Another process may be writing: its file is not old."""
        try:
            return await asyncio.to_thread(self._sweep, time.time() - STALLED_S)
        except OSError as error:
            raise _failed(error) from error

    def _sweep(self, before_s: float) -> int:
        count = 0
        for part in self._folder.glob(f"*/*{_PART}"):
            with contextlib.suppress(FileNotFoundError):
                if part.stat().st_mtime < before_s:
                    part.unlink()
                    count += 1
        return count

    def place(self, object_id: bytes) -> Path:
        """Give the path of an object's file, whether it is there or not."""
        # The name is made of hexadecimal digits only: no word of a stranger becomes a path.
        name = object_id.hex()
        return self._folder / name[-2:] / name


def _open_part(part: Path) -> BinaryIO:
    part.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return open(part, "xb", opener=lambda path, flags: os.open(path, flags, 0o600))


async def _copy(chunks: AsyncIterator[bytes], file: BinaryIO, bytes_max: int) -> int:
    count = 0
    async for chunk in chunks:
        count += len(chunk)
        if count > bytes_max:
            raise MessageTooLarge(name="file", limit=bytes_max)
        await asyncio.to_thread(file.write, chunk)
    return count


def _finish(file: BinaryIO, part: Path, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk


def _failed(error: OSError) -> DependencyError:
    return DependencyError(name="the store of files", reason=str(error))
