"""What becomes of files that nobody sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from airdesk.adapters.memory import MemoryConversationViews
from airdesk.adapters.objects import FolderObjects
from airdesk.core import conversation as conv
from airdesk.core.accounts import StoredFile
from airdesk.core.kernel import (
    NO_ID,
    ConversationId,
    DirectoryUnavailable,
    FileFacts,
    FileId,
    InboxId,
    OperationId,
    ViewsBehind,
    VisitorId,
    limits,
)
from airdesk.ports.event_log import Record
from airdesk.services import file_sweep
from airdesk.services.file_sweep import FileSweep
from airdesk.services.views import Projection
from tests.kit.offices import Office, refusal

OLD_MS = limits.UNSENT_FILE_MS_MAX + 1


class Attic:
    """An office with files, of which messages name some."""

    def __init__(self, office: Office, folder: Path, inbox: Any) -> None:
        self.office = office
        self.inbox = inbox
        self.account_id = inbox.account_id
        self.objects = FolderObjects(folder)
        self.views = MemoryConversationViews()
        self.views.begin(b"epoch..1", 0)
        self.projection = Projection(self.views)
        self.head = 0
        self.sweep = FileSweep(
            office.directory, self.objects, self.views, lambda: self.head, office.clock
        )

    async def upload(self, age_ms: int) -> FileId:
        """Store a file of some age."""
        office = self.office
        office.clock.ms -= age_ms
        file_id = FileId(office.ids.new_id())
        office.clock.ms += age_ms
        made_ms = office.clock.ms - age_ms
        await self.objects.write(file_id, _chunks(), 10)
        file = StoredFile(self.account_id, file_id, "a.txt", "text/plain", created_ms=made_ms)
        async with office.directory.transaction() as tx:
            await tx.files.add(file)
        return file_id

    def send(self, file_id: FileId) -> Record:
        """Write into the log that a message names a file; the views do not follow yet."""
        self.head += 1
        visitor_id = VisitorId(self.office.ids.new_id())
        events = (
            conv.ConversationStarted(InboxId(self.inbox.inbox_id), visitor_id, with_bot=False),
            conv.MessageSent(conv.AUTHOR_VISITOR, file=FileFacts(file_id, 5, "text/plain")),
        )
        return Record(
            position=self.head,
            account_id=self.account_id,
            conversation_id=ConversationId(self.office.ids.new_id()),
            first_seq=1,
            last_seq=2,
            public_before=0,
            ts_ms=self.office.clock.ms,
            actor=b"\x00" + visitor_id,
            operation_id=OperationId(NO_ID),
            command_hash=b"........",
            answer=b"",
            events=conv.encode_events(events),
            bodies=conv.encode_bodies(("a.txt",)),
        )

    def follow(self, *records: Record) -> None:
        """Let the views follow."""
        self.views.write(self.projection.changes(records))

    async def left(self) -> list[FileId]:
        """Give the files whose rows are left; each has its bytes, and no other has."""
        async with self.office.directory.reading() as tx:
            rows = [file.file_id for file in await tx.files.page(self.account_id)]
        for file_id in rows:
            chunks = await self.objects.read(file_id)
            assert chunks is not None
            assert [chunk async for chunk in chunks] == [b"bytes"]
        return rows


async def _chunks() -> AsyncIterator[bytes]:
    yield b"bytes"


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Callable[[Attic], Coroutine[Any, Any, None]]], None]:
    async def run(scene: Callable[[Attic], Coroutine[Any, Any, None]]) -> None:
        office = Office()
        owner = await office.set_up()
        async with office.directory.reading() as tx:
            (inbox,) = await tx.inboxes.page(owner.credential.by.account_id)
        await scene(Attic(office, tmp_path, inbox))

    return lambda scene: asyncio.run(run(scene))


Play = Callable[[Callable[[Attic], Coroutine[Any, Any, None]]], None]


def test_what_was_never_sent_goes_and_what_was_sent_or_is_new_stays(play: Play) -> None:
    async def scene(attic: Attic) -> None:
        forgotten = await attic.upload(OLD_MS)
        sent = await attic.upload(OLD_MS)
        new = await attic.upload(limits.UNSENT_FILE_MS_MAX - 1)
        attic.follow(attic.send(sent))
        assert await attic.sweep.sweep() == 1
        assert await attic.left() == [sent, new]
        assert await attic.objects.read(forgotten) is None

    play(scene)


def test_nothing_is_removed_while_the_views_are_behind(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "VIEWS_WAIT_MS_MAX", 1)

    async def scene(attic: Attic) -> None:
        sent = await attic.upload(OLD_MS)
        record = attic.send(sent)
        assert isinstance(await refusal(attic.sweep.sweep()), ViewsBehind)
        attic.follow(record)
        assert await attic.sweep.sweep() == 0
        assert await attic.left() == [sent]

    play(scene)


def test_nothing_is_removed_while_the_views_are_made_anew(play: Play) -> None:
    async def scene(attic: Attic) -> None:
        forgotten = await attic.upload(OLD_MS)
        attic.views.begin(b"epoch..1", 7)
        assert isinstance(await refusal(attic.sweep.sweep()), ViewsBehind)
        assert await attic.left() == [forgotten]

    play(scene)


def test_a_logo_stays(play: Play) -> None:
    async def scene(attic: Attic) -> None:
        logo = await attic.upload(OLD_MS)
        settings = replace(attic.inbox.settings, logo_file_id=logo)
        async with attic.office.directory.transaction() as tx:
            await tx.inboxes.replace(replace(attic.inbox, settings=settings))
        assert await attic.sweep.sweep() == 0
        assert await attic.left() == [logo]

    play(scene)


def test_a_sweep_walks_over_more_than_a_page(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "VIEW_ITEMS_MAX", 3)

    async def scene(attic: Attic) -> None:
        files = [await attic.upload(OLD_MS) for _ in range(8)]
        attic.follow(*[attic.send(file_id) for file_id in files[::2]])
        assert await attic.sweep.sweep() == 4
        assert await attic.left() == files[::2]

    play(scene)


def test_a_crash_between_bytes_and_row_is_finished_by_the_next_sweep(play: Play) -> None:
    async def scene(attic: Attic) -> None:
        forgotten = await attic.upload(OLD_MS)
        await attic.objects.remove(forgotten)
        assert await attic.sweep.sweep() == 1
        assert await attic.left() == []

    play(scene)


def test_a_sweep_that_failed_is_tried_again(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_sweep, "RETRY_S", 0)

    async def scene(attic: Attic) -> None:
        await attic.upload(OLD_MS)
        sweep, swept = attic.sweep.sweep, asyncio.Event()
        faults = [DirectoryUnavailable(reason="away"), ViewsBehind(position=0, wanted="1")]

        async def failing() -> int:
            if faults:
                raise faults.pop()
            count = await sweep()
            swept.set()
            return count

        monkeypatch.setattr(attic.sweep, "sweep", failing)
        running = asyncio.ensure_future(attic.sweep.run())
        await swept.wait()
        running.cancel()
        assert await attic.left() == []

    play(scene)
