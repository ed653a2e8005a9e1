"""`Idempotency-Key`: a repeated request gets the first answer and takes no second effect.

Source: draft-ietf-httpapi-idempotency-key-header-07, section 2.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from airdesk.core.kernel import (
    AccountId,
    AlreadyTaken,
    OperationReused,
    RequestRunning,
    limits,
)
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.directory import CLAIMED, Directory


class KeyedRequest(NamedTuple):
    """A request that may come again."""

    account_id: AccountId
    actor: bytes
    """Whose key it is: the same key of another person is another key."""
    key: str
    fingerprint: bytes
    """Hash of method, address and body."""


class StoredAnswer(NamedTuple):
    """What was answered."""

    status: int
    body: bytes
    is_repeat: bool = False

    @property
    def is_kept(self) -> bool:
        """True for what took effect; a refusal is not remembered, so it may be tried again."""
        return 200 <= self.status < 300


class FirstAnswers:
    """Remembers answers in the directory for ANSWERS_MS_MAX.

    Whoever acts claims the key there first, so that of two processes that get a request at the same
    moment one acts and the other waits for its answer. A claim whose process died is good for
    CLAIM_MS_MAX.

    Args:
        directory: keeps them.
        clock: the wall clock.
        ids: ids of claims.
    """

    def __init__(self, directory: Directory, clock: Clock, ids: IdSource) -> None:
        self._directory = directory
        self._clock = clock
        self._ids = ids
        self._running: dict[tuple[bytes, bytes, str], asyncio.Future[None]] = {}

    async def once(
        self, request: KeyedRequest, work: Callable[[], Awaitable[StoredAnswer]]
    ) -> StoredAnswer:
        """Give the first answer, or do the work and remember what it gave.

        Raises:
            OperationReused: the key was used for another request.
            RequestRunning: the first request is not done within FIRST_ANSWER_MS_MAX.
        """
        slot = (request.account_id, request.actor, request.key)
        await self._wait_for(slot)
        running = asyncio.get_running_loop().create_future()
        self._running[slot] = running
        try:
            return await self._once(request, work)
        finally:
            del self._running[slot]
            running.set_result(None)

    async def _wait_for(self, slot: tuple[bytes, bytes, str]) -> None:
        """Wait while another task of this process acts."""
        try:
            async with asyncio.timeout(limits.FIRST_ANSWER_MS_MAX / 1000):
                while (running := self._running.get(slot)) is not None:
                    await asyncio.shield(running)
        except TimeoutError:
            raise RequestRunning() from None

    async def _once(
        self, request: KeyedRequest, work: Callable[[], Awaitable[StoredAnswer]]
    ) -> StoredAnswer:
        claimer = self._ids.new_id()
        first = await self._first_or_claim(request, claimer)
        if first is not None:
            return first
        try:
            answer = await work()
        except BaseException:
            await self._release(request, claimer)
            raise
        if not answer.is_kept:
            await self._release(request, claimer)
            return answer
        try:
            async with self._directory.transaction() as tx:
                await tx.answers.add(
                    request.account_id,
                    request.actor,
                    request.key,
                    (request.fingerprint, answer.status, answer.body),
                    self._clock.now_ms(),
                )
        except AlreadyTaken:
            # It took longer than a claim is good for, and another one answered meanwhile.
            return await self._stored(request) or answer
        return answer

    async def _first_or_claim(self, request: KeyedRequest, claimer: bytes) -> StoredAnswer | None:
        """Give the first answer, waiting for whoever acts in another process; None with a claim."""
        try:
            async with asyncio.timeout(limits.FIRST_ANSWER_MS_MAX / 1000):
                while True:
                    first = await self._stored(request)
                    if first is not None or await self._claim(request, claimer):
                        return first
                    await asyncio.sleep(limits.CLAIM_LOOK_MS / 1000)
        except TimeoutError:
            raise RequestRunning() from None

    async def _claim(self, request: KeyedRequest, claimer: bytes) -> bool:
        async with self._directory.transaction() as tx:
            return await tx.answers.claim(
                request.account_id,
                request.actor,
                request.key,
                (request.fingerprint, claimer),
                self._clock.now_ms(),
            )

    async def _release(self, request: KeyedRequest, claimer: bytes) -> None:
        """Let a repeat act: this request took no effect that is remembered."""
        async with self._directory.transaction() as tx:
            await tx.answers.release(request.account_id, request.actor, request.key, claimer)

    async def _stored(self, request: KeyedRequest) -> StoredAnswer | None:
        """Give the first answer; None where there is none yet.

        Raises:
            OperationReused: answer, or claim, is of another request.
        """
        async with self._directory.reading() as tx:
            found = await tx.answers.get(request.account_id, request.actor, request.key)
        if found is None:
            return None
        fingerprint, status, body = found
        if fingerprint != request.fingerprint:
            raise OperationReused()
        return None if status == CLAIMED else StoredAnswer(status, body, is_repeat=True)
