"""Files that were uploaded and never sent are removed, the row and the bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from airdesk.core.accounts import StoredFile
from airdesk.core.kernel import NO_ID, AccountId, AirDeskError, FileId, ViewsBehind, limits
from airdesk.ports.clock import Clock
from airdesk.ports.conversation_views import ConversationViews
from airdesk.ports.directory import Directory
from airdesk.ports.objects import Objects

SWEEP_S: Final = 24 * 3600.0
"""Between two sweeps."""

RETRY_S: Final = 60.0
"""After a sweep that something outside broke off, such as views that are being made anew."""

logger = structlog.get_logger()


class FileSweep:
    """Removes what nobody can send any more.

    A file's ticket is good for a day. What is older, is named by no message that the log holds at
    that time, and is no inbox's logo, is nobody's: no later message can name it. The log is asked
    through the views, which say whether they hold all of it; while they do not, nothing is removed.

    Args:
        directory: rows of files, and logos.
        objects: bytes of files.
        views: know which files messages name.
        log_head: the last durable position of the log.
        clock: the wall clock.
    """

    def __init__(
        self,
        directory: Directory,
        objects: Objects,
        views: ConversationViews,
        log_head: Callable[[], int],
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._objects = objects
        self._views = views
        self._log_head = log_head
        self._clock = clock

    async def run(self) -> None:
        """Sweep now and then daily, until cancelled."""
        while True:
            try:
                await self.sweep()
                pause_s = SWEEP_S
            except AirDeskError as error:
                logger.warning("files were not swept", error=str(error))
                pause_s = RETRY_S
            await asyncio.sleep(pause_s)

    async def sweep(self) -> int:
        """Remove what is to be removed; gives how many files that were.

        Raises:
            ViewsBehind: it is not known yet what was sent. Files that are left stay.
            DependencyError: a store failed.
        """
        # The time first: what was sent until now is in the log up to the head that is read next.
        before_ms = self._clock.now_ms() - limits.UNSENT_FILE_MS_MAX
        head = self._log_head()
        parts = await self._objects.sweep()
        async with self._directory.reading() as tx:
            accounts = await tx.accounts.all()
        count = 0
        for account in accounts:
            count += await self._sweep_account(account.account_id, before_ms, head)
        if count or parts:
            logger.info("files were swept", unsent=count, half_written=parts)
        return count

    async def _sweep_account(self, account_id: AccountId, before_ms: int, head: int) -> int:
        count, after = 0, FileId(NO_ID)
        while True:
            async with self._directory.reading() as tx:
                page = await tx.files.page(account_id, after, limits.VIEW_ITEMS_MAX)
            old = [file for file in page if file.created_ms < before_ms]
            count += await self._remove_unsent(account_id, old, head)
            if len(old) < limits.VIEW_ITEMS_MAX:
                # Ids are in the order of making: behind the first young one all are young.
                return count
            after = page[-1].file_id

    async def _remove_unsent(
        self, account_id: AccountId, files: Sequence[StoredFile], head: int
    ) -> int:
        if not files:
            return 0
        sent = await self._views.sent_files(account_id, [one.file_id for one in files], head)
        if not sent.is_whole:
            raise ViewsBehind(position=sent.position, wanted="the whole log")
        unsent = [file for file in files if file.file_id not in sent.items]
        removed = [await self._remove(file) for file in unsent]
        return sum(removed)

    async def _remove(self, file: StoredFile) -> bool:
        """Remove a file unless it is a logo.

        The bytes go before the row, so that a crash in between leaves a row that the next sweep
        finds; and within the transaction, so that nobody makes a logo of it meanwhile.
        """
        async with self._directory.transaction() as tx:
            inboxes = await tx.inboxes.page(file.account_id, limit=limits.ENTITIES_MAX)
            if any(inbox.settings.logo_file_id == file.file_id for inbox in inboxes):
                return False
            await self._objects.remove(file.file_id)
            await tx.files.remove(file.account_id, file.file_id)
        return True
