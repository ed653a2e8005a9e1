"""argon2id in threads of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from airdesk.core.kernel import DirectoryBusy, limits

MEMORY_KIB: Final = 19 * 1024
TIME_COST: Final = 2
PARALLELISM: Final = 1

_OF_NOBODY: Final = (
    f"$argon2id$v=19$m={MEMORY_KIB},t={TIME_COST},p={PARALLELISM}"
    "$bm9ib2R5IGF0IGFsbC4uLg$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""A hash that fits no known password; to check it takes as long as to check a real one."""

ResultT = TypeVar("ResultT")


class Argon2Passwords:
    """See `ports.passwords.Passwords`.

    Cost: about 30 ms of one core and 19 MiB each; HASHES_AT_ONCE run, HASHES_WAITING_MAX wait.
    Source: OWASP's Password Storage Cheat Sheet: argon2id with m=19456, t=2, p=1.
    """

    def __init__(self) -> None:
        self._hasher = PasswordHasher(TIME_COST, MEMORY_KIB, PARALLELISM)
        self._threads = ThreadPoolExecutor(limits.HASHES_AT_ONCE, "passwords")
        self._running = 0

    async def hash(self, password: str) -> str:
        """See Passwords."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, password_hash: str, password: str) -> bool:
        """See Passwords."""
        too_long = len(password) > limits.PASSWORD_CHARS_MAX
        tried = "" if too_long else password
        fits = await self._run(lambda: self._fits(password_hash or _OF_NOBODY, tried))
        return fits and bool(password_hash) and not too_long

    def is_outdated(self, password_hash: str) -> bool:
        """See Passwords."""
        try:
            return self._hasher.check_needs_rehash(password_hash)
        except InvalidHashError:
            return False

    def close(self) -> None:
        """Let the threads end; what waits is not done."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _fits(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False

    async def _run(self, work: Callable[[], ResultT]) -> ResultT:
        if self._running >= limits.HASHES_AT_ONCE + limits.HASHES_WAITING_MAX:
            raise DirectoryBusy(name="passwords")
        self._running += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._running -= 1
