"""A process that appends and prints each durable position, until somebody kills it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from airdesk.adapters.sqlite.event_log import SqliteEventLog
from airdesk.core.kernel import AccountId, ConversationId, OperationId
from airdesk.ports.event_log import Record

IN_FLIGHT = 50


def numbered_record(position: int) -> Record:
    """Make a record whose every field follows from its position."""
    return Record(
        position=position,
        account_id=AccountId(b"account-00000001"),
        conversation_id=ConversationId(b"conversation-%03d" % (position % 7)),
        first_seq=(position - 1) // 7 + 1,
        last_seq=(position - 1) // 7 + 1,
        public_before=0,
        ts_ms=position,
        actor=b"vvisitor-0000001",
        operation_id=OperationId(b"operation-" + position.to_bytes(6, "big")),
        command_hash=bytes(8),
        answer=b"%d" % position,
        events=b"events",
        bodies=b"words" * 20,
    )


class Appender:
    """Keeps records in flight and tells the pipe what is durable."""

    def __init__(self, log: SqliteEventLog) -> None:
        self._log = log
        self._appended = log.head
        self.failed = asyncio.get_running_loop().create_future()

    def log_durable(self, position: int) -> None:
        """Print the position, past every buffer of this process; then append more."""
        os.write(1, b"%d\n" % position)
        self.push(position)

    def log_failed(self, error: Exception) -> None:
        """End the process."""
        self.failed.set_exception(error)

    def push(self, durable: int) -> None:
        """Append up to IN_FLIGHT records behind a durable one."""
        while self._appended < durable + IN_FLIGHT:
            self._appended += 1
            self._log.append(numbered_record(self._appended))


async def main(path: Path) -> None:
    """Append for ever."""
    log = SqliteEventLog(path, asyncio.get_running_loop(), tail_records=100)
    appender = Appender(log)
    log.start(appender)
    appender.push(log.head)
    await appender.failed


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
