"""How far consumers of the log have come, where the log itself keeps it."""

from __future__ import annotations

from typing import Protocol


class ConsumerPositions(Protocol):
    """Positions of consumers, by name. Called on the thread of the event loop.

    Guarantees:
        Durability: a position is stored after a little while; a crash may give back an earlier
            one, never a later one. So a consumer may see records again and must not mind.
    """

    def consumer_position(self, name: str) -> int:
        """Give how far a consumer has come; 0 if it never said.

        Raises:
            LogUnavailable: no log is open now.
        """

    def save_consumer_position(self, name: str, position: int) -> None:
        """Note how far a consumer has come; returns at once.

        Raises:
            LogUnavailable: no log is open now.
        """
