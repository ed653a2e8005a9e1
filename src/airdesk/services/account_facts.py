"""The relay: brings the directory's facts into the account's log, in order, each once.

No transaction spans directory and log. A row of the outbox is committed with its change; the
relay lets the home execute its command under the row's own operation id, waits until the record
is durable, and only then forgets the row. If it dies in between, the next one sends the same
operation id again, which the log answers without a second effect.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
import structlog

from airdesk.core.accounts import OutboxRow
from airdesk.core.conversation import AccountCommand
from airdesk.core.kernel import (
    NO_ID,
    AirDeskError,
    CapacityError,
    CommandRejected,
    ConversationId,
    DependencyError,
    OperationReused,
    limits,
    system_identity,
)
from airdesk.ports.directory import Directory
from airdesk.ports.home_commands import HomeCommands
from airdesk.ports.log_followers import Committed

_decoder = msgspec.msgpack.Decoder(AccountCommand)

logger = structlog.get_logger()


class AccountFacts:
    """Relays outbox rows to the home; one instance, in the home's process, and a LogFollower.

    Args:
        directory: where the rows are.
        home: executes them.
    """

    def __init__(self, directory: Directory, home: HomeCommands) -> None:
        self._directory = directory
        self._home = home
        self._nudged = asyncio.Event()

    # Follower -----------------------------------------------------------------------------

    def home_started(self, head: int) -> None:
        """See LogFollower: whatever waits can go on."""
        self._nudged.set()

    def log_moved(self, head: int, committed: Sequence[Committed] = ()) -> None:
        """See LogFollower: the log itself is nothing to this one."""

    def facts_written(self) -> None:
        """See LogFollower: there is something new. If the word is lost, looking finds it."""
        self._nudged.set()

    def views_wanted(self) -> None:
        """See LogFollower: neither are they."""

    def home_ended(self) -> None:
        """See LogFollower: the next home is waited for."""

    # Relaying -----------------------------------------------------------------------------

    async def run(self) -> None:
        """Relay until cancelled; what fails outside is tried again."""
        while True:
            try:
                while await self.relay():
                    pass
            except (DependencyError, CapacityError) as error:
                logger.warning("facts have to wait", error=str(error))
            await self._pause()

    async def relay(self) -> int:
        """Relay the oldest rows; gives how many are done.

        Raises:
            DependencyError, CapacityError: come again; nothing is lost and nothing done twice.
        """
        async with self._directory.reading() as tx:
            rows = await tx.outbox.waiting(limits.FACTS_AT_ONCE)
        done: list[int] = []
        try:
            for row in rows:
                await self._execute(row)
                done.append(row.number)
        finally:
            if done:
                async with self._directory.transaction() as tx:
                    await tx.outbox.done(done)
        return len(done)

    async def _execute(self, row: OutboxRow) -> None:
        """Let the home execute a row. One that it can never accept must not stop the others."""
        try:
            command = _decoder.decode(row.command)
            await self._home.execute(
                system_identity(row.account_id), row.operation_id, ConversationId(NO_ID), command
            )
        except (CommandRejected, OperationReused, msgspec.MsgspecError) as error:
            number = error.number if isinstance(error, AirDeskError) else 0
            logger.error("a fact was refused", row=row.number, error=str(error), number=number)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(limits.FACTS_MS / 1000):
                await self._nudged.wait()
        except TimeoutError:
            pass
        self._nudged.clear()
