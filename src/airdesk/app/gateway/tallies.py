"""What a gateway counts: plain numbers, read by whoever watches."""

from __future__ import annotations


class Tallies:
    """Counts since the process began.

    Cost: below a microsecond for each message of a client.
    """

    def __init__(self) -> None:
        self.messages: dict[type, int] = {}
        """Messages of clients by their class."""
        self.errors: dict[int, int] = {}
        """Errors that clients were told, by number."""
        self.requests: dict[int, int] = {}
        """Answers over HTTP by status."""

    def message(self, kind: type) -> None:
        """Count a client's message."""
        self.messages[kind] = self.messages.get(kind, 0) + 1

    def error(self, number: int) -> None:
        """Count an error."""
        self.errors[number] = self.errors.get(number, 0) + 1

    def request(self, status: int) -> None:
        """Count an answer."""
        self.requests[status] = self.requests.get(status, 0) + 1
