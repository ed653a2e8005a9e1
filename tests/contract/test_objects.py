"""What `ports.objects` promises, on a folder."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from airdesk.adapters.objects import FolderObjects
from airdesk.core.kernel import DependencyError, MessageTooLarge


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def all_bytes(objects: FolderObjects, object_id: bytes) -> bytes | None:
    chunks = await objects.read(object_id)
    return None if chunks is None else b"".join([chunk async for chunk in chunks])


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    async def run() -> None:
        objects, object_id = FolderObjects(tmp_path), os.urandom(16)
        assert await objects.write(object_id, stream(b"ab", b"", b"c"), 3) == 3
        assert await all_bytes(FolderObjects(tmp_path), object_id) == b"abc"
        assert await all_bytes(objects, os.urandom(16)) is None

    asyncio.run(run())


def test_one_byte_too_many_leaves_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        objects, object_id = FolderObjects(tmp_path), os.urandom(16)
        with pytest.raises(MessageTooLarge):
            await objects.write(object_id, stream(b"ab", b"c"), 2)
        assert await all_bytes(objects, object_id) is None
        assert not files(tmp_path)

    asyncio.run(run())


def test_an_upload_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"the first half"
        raise ConnectionResetError

    async def run() -> None:
        with pytest.raises(DependencyError):
            await FolderObjects(tmp_path).write(os.urandom(16), breaking(), 100)
        assert not files(tmp_path)

    asyncio.run(run())


def test_a_cancelled_upload_leaves_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        begun = asyncio.Event()

        async def hanging() -> AsyncIterator[bytes]:
            yield b"the first half"
            begun.set()
            await asyncio.Event().wait()

        writing = asyncio.ensure_future(
            FolderObjects(tmp_path).write(os.urandom(16), hanging(), 100)
        )
        await begun.wait()
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
        assert not files(tmp_path)

    asyncio.run(run())


def test_a_removed_object_is_gone_and_may_be_removed_again(tmp_path: Path) -> None:
    async def run() -> None:
        objects, object_id = FolderObjects(tmp_path), os.urandom(16)
        await objects.write(object_id, stream(b"x"), 1)
        await objects.remove(object_id)
        await objects.remove(object_id)
        assert await all_bytes(objects, object_id) is None

    asyncio.run(run())


def test_what_a_crash_left_is_swept_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    left, written, whole = (tmp_path / "ab" / name for name in ("00ab.part", "01ab.part", "02ab"))
    for path in (left, written, whole):
        path.write_bytes(b"half")
    for path in (left, whole):
        os.utime(path, (0, 0))
    assert asyncio.run(FolderObjects(tmp_path).sweep()) == 1
    assert set(files(tmp_path)) == {written, whole}


def test_nobody_else_may_read_the_files(tmp_path: Path) -> None:
    async def run() -> None:
        await FolderObjects(tmp_path / "files").write(os.urandom(16), stream(b"x"), 1)

    asyncio.run(run())
    (path,) = files(tmp_path)
    assert path.stat().st_mode & 0o077 == 0
