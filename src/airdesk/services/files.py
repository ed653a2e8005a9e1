"""Files that people send: taken in, described by their bytes, given to those who may read them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final, NamedTuple

from airdesk.core.accounts import StoredFile
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    ConversationId,
    FileFacts,
    FileId,
    Identity,
    UnknownEntity,
    ValueRefused,
    VisitorId,
    limits,
)
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.conversation_views import ConversationViews
from airdesk.ports.directory import Directory
from airdesk.ports.objects import Objects
from airdesk.services.access import Tokens
from airdesk.services.media import MediaFinder, safe_name
from airdesk.services.proofs import is_vouched_for
from airdesk.services.visitors import is_taken_over

_NOWHERE: Final = ConversationId(NO_ID)


class Received(NamedTuple):
    """A file that lies in the store, and the ticket with which its sender may send it."""

    file: StoredFile
    ticket: str


class Files:
    """Takes files and gives them back.

    Args:
        directory: rows of files.
        objects: bytes of files.
        views: whose conversations they were said in.
        tokens: signs tickets.
        clock: the wall clock.
        ids: ids of new files.
    """

    def __init__(
        self,
        directory: Directory,
        objects: Objects,
        views: ConversationViews,
        tokens: Tokens,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._directory = directory
        self._objects = objects
        self._views = views
        self._tokens = tokens
        self._clock = clock
        self._ids = ids

    async def receive(
        self,
        sender: Identity,
        name: str,
        chunks: AsyncIterator[bytes],
        conversation_id: ConversationId = _NOWHERE,
    ) -> Received:
        """Store a file. Whatever goes wrong, nothing of it is left.

        Args:
            sender: who sends it.
            name: what he calls it; only its last part is kept.
            chunks: the bytes.
            conversation_id: where staff will say it; a visitor's file is told by who sent it.

        Raises:
            MessageTooLarge: above FILE_BYTES_MAX.
            ValueRefused: it is empty.
            DependencyError: the store cannot take it.
        """
        file_id = FileId(self._ids.new_id())
        finder = MediaFinder()
        count = await self._objects.write(file_id, _seen(chunks, finder), limits.FILE_BYTES_MAX)
        try:
            if count == 0:
                raise ValueRefused(name="file", range="one byte long at least")
            media = finder.found()
            file = StoredFile(
                sender.account_id,
                file_id,
                safe_name(name),
                bytes=count,
                media_type=media.media_type,
                width=media.width,
                height=media.height,
                conversation_id=conversation_id,
                inbox_id=sender.inbox_id,
                person_id=sender.person_id,
                created_ms=self._clock.now_ms(),
            )
            async with self._directory.transaction() as tx:
                await tx.files.add(file)
        except BaseException:
            await self._objects.remove(file_id)
            raise
        return Received(file, self._ticket(sender, file))

    def _ticket(self, sender: Identity, file: StoredFile) -> str:
        facts = FileFacts(file.file_id, file.bytes, file.media_type, file.width, file.height)
        return self._tokens.sign_file_ticket(sender, facts, file.name)

    async def find_for_staff(self, account_id: AccountId, file_id: bytes) -> StoredFile:
        """Give a file's row to staff of its account.

        Raises:
            UnknownEntity: the account has none.
        """
        async with self._directory.reading() as tx:
            file = await tx.files.get(account_id, file_id)
        if file is None:
            raise UnknownEntity(name="file")
        return file

    async def find_for_visitor(self, visitor: Identity, file_id: bytes) -> StoredFile:
        """Give a file's row to a visitor: his own, or one of a conversation that is his.

        Raises:
            UnknownEntity: there is none that he may read; others' look like none.
        """
        file = await self.find_for_staff(visitor.account_id, file_id)
        if not await self._may_read(visitor, file):
            raise UnknownEntity(name="file")
        return file

    async def bytes_of(self, file: StoredFile) -> AsyncIterator[bytes]:
        """Give a file's bytes in chunks.

        Raises:
            UnknownEntity: the row is there, its bytes are not.
        """
        chunks = await self._objects.read(file.file_id)
        if chunks is None:
            raise UnknownEntity(name="file")
        return chunks

    async def remove(self, file: StoredFile) -> None:
        """Forget a file that was just received and is not wanted."""
        async with self._directory.transaction() as tx:
            await tx.files.remove(file.account_id, file.file_id)
        await self._objects.remove(file.file_id)

    async def _may_read(self, visitor: Identity, file: StoredFile) -> bool:
        if file.inbox_id == visitor.inbox_id:
            return file.person_id == visitor.person_id or await self._is_same_person(visitor, file)
        if file.inbox_id != NO_ID or file.conversation_id == NO_ID:
            return False
        page = await self._views.conversation(visitor.account_id, file.conversation_id)
        visitor_id = VisitorId(visitor.person_id)
        return any(
            one.state.inbox_id == visitor.inbox_id
            and visitor_id in one.visitor_ids
            and not is_taken_over(one, visitor_id)
            for one in page.items
        )

    async def _is_same_person(self, visitor: Identity, file: StoredFile) -> bool:
        """True for what somebody sent as a guest before the customer's server named him."""
        if not is_vouched_for(visitor.person_id):
            return False
        async with self._directory.reading() as tx:
            visitor_id = VisitorId(visitor.person_id)
            contact = await tx.contacts.by_visitor(visitor.account_id, visitor_id)
        return contact is not None and file.person_id in contact.visitor_ids


async def _seen(chunks: AsyncIterator[bytes], finder: MediaFinder) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        finder.see(chunk)
        yield chunk
