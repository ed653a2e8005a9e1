"""Passwords are hashed slowly and away from the loop."""

from __future__ import annotations

from typing import Protocol


class Passwords(Protocol):
    """Makes and checks hashes of passwords.

    Guarantees: the loop runs on meanwhile; only a bounded number wait.
    """

    async def hash(self, password: str) -> str:
        """Make a salted hash that names its own parameters.

        Raises:
            DirectoryBusy: too many wait already.
        """

    async def verify(self, password_hash: str, password: str) -> bool:
        """True if the password fits.

        Args:
            password_hash: what `hash` gave; "" for nobody: False after the same time.
            password: of any length; longer than allowed is False.

        Raises:
            DirectoryBusy: too many wait already.
        """

    def is_outdated(self, password_hash: str) -> bool:
        """True for a good hash that would be made with other parameters today."""
