"""Outbox and first answers in memory."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from airdesk.core.accounts import OutboxRow
from airdesk.core.kernel import AccountId, AlreadyTaken, limits
from airdesk.ports.directory import CLAIMED


class Outbox:
    """See `ports.directory.Outbox`."""

    def __init__(self) -> None:
        self.rows: dict[int, OutboxRow] = {}
        self.last_number = 0

    async def add(self, row: OutboxRow) -> None:
        """See Outbox."""
        self.last_number += 1
        self.rows[self.last_number] = msgspec.structs.replace(row, number=self.last_number)

    async def waiting(self, limit: int) -> list[OutboxRow]:
        """See Outbox."""
        return [self.rows[number] for number in sorted(self.rows)][:limit]

    async def done(self, numbers: Sequence[int]) -> None:
        """See Outbox."""
        self.rows = {number: row for number, row in self.rows.items() if number not in numbers}


class Answers:
    """See `ports.directory.Answers`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[bytes, bytes, str], tuple[tuple[bytes, int, bytes], int]] = {}

    async def claim(
        self,
        account_id: AccountId,
        actor: bytes,
        key: str,
        claim: tuple[bytes, bytes],
        now_ms: int,
    ) -> bool:
        """See Answers."""
        found = self.rows.get((account_id, actor, key))
        if found is not None:
            (_, status, _), at_ms = found
            kept_ms = limits.CLAIM_MS_MAX if status == CLAIMED else limits.ANSWERS_MS_MAX
            if at_ms >= now_ms - kept_ms:
                return False
        request_hash, claimer = claim
        self.rows[account_id, actor, key] = ((request_hash, CLAIMED, claimer), now_ms)
        return True

    async def release(self, account_id: AccountId, actor: bytes, key: str, claimer: bytes) -> None:
        """See Answers."""
        found = self.rows.get((account_id, actor, key))
        if found is not None and found[0][1:] == (CLAIMED, claimer):
            del self.rows[account_id, actor, key]

    async def get(
        self, account_id: AccountId, actor: bytes, key: str
    ) -> tuple[bytes, int, bytes] | None:
        """See Answers."""
        found = self.rows.get((account_id, actor, key))
        return None if found is None else found[0]

    async def add(
        self,
        account_id: AccountId,
        actor: bytes,
        key: str,
        answer: tuple[bytes, int, bytes],
        now_ms: int,
    ) -> None:
        """See Answers."""
        since_ms = now_ms - limits.ANSWERS_MS_MAX
        self.rows = {one: row for one, row in self.rows.items() if row[1] >= since_ms}
        found = self.rows.get((account_id, actor, key))
        if found is not None and found[0][1] != CLAIMED:
            raise AlreadyTaken(name="key")
        self.rows[account_id, actor, key] = (answer, now_ms)
