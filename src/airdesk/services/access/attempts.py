"""Limits on guessing: wrong passwords and links by address and by account, over all processes.

An attempt is counted before it is judged and taken back when it was right, so that a thousand at
once are no way around.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from airdesk.core.kernel import TooManyAttempts, limits
from airdesk.ports.clock import Clock
from airdesk.ports.directory import Directory, Transaction
from airdesk.services.quotas import address_key


class _Bound(NamedTuple):
    key: str
    count_max: int


class Attempts:
    """Counts attempts in the directory.

    Args:
        directory: keeps the windows.
        clock: the wall clock.
    """

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    async def count(self, address: str, email: str = "") -> None:
        """Count one, before it is judged.

        Args:
            address: where it came from; "" for whoever is logged in already.
            email: whose password it tries; "" for a link.

        Raises:
            TooManyAttempts: there were enough from the address or for the e-mail.
        """
        now_ms = self._clock.now_ms()
        since_ms = now_ms - limits.ATTEMPT_WINDOW_MS
        async with self._directory.transaction() as tx:
            bounds = _bounds(address, email)
            for bound in bounds:
                await _check(tx, bound, now_ms, since_ms)
            for bound in bounds:
                await tx.attempts.add(bound.key, now_ms, since_ms)

    async def was_right(self, tx: Transaction, address: str, email: str = "") -> None:
        """Forget what a right password proves harmless."""
        for bound in _bounds(address, email):
            if bound.count_max == limits.ATTEMPTS_BY_ADDRESS_MAX:
                await tx.attempts.take_back(bound.key)
            else:
                await tx.attempts.clear(bound.key)


async def _check(tx: Transaction, bound: _Bound, now_ms: int, since_ms: int) -> None:
    count, began_ms = await tx.attempts.count(bound.key, since_ms)
    if count >= bound.count_max:
        left_ms = began_ms + limits.ATTEMPT_WINDOW_MS - now_ms
        raise TooManyAttempts(wait_s=max(1, -(-left_ms // 1000)))


def _bounds(address: str, email: str) -> list[_Bound]:
    """Give the windows that an attempt falls into.

    An e-mail is kept as a hash: what people type there by mistake may be a password.
    """
    bounds = []
    if address:
        bounds.append(_Bound(f"address {address_key(address)}", limits.ATTEMPTS_BY_ADDRESS_MAX))
    if email:
        digest = hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()
        bounds.append(_Bound(f"email {digest}", limits.ATTEMPTS_BY_ACCOUNT_MAX))
    return bounds
