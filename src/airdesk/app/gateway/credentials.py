"""What a gateway checks of what its clients show: it reads no database for it."""

from __future__ import annotations

from typing import Protocol

from airdesk.core.kernel import Identity
from airdesk.services.access import Credential, FileTicket


class Credentials(Protocol):
    """The installation's signatures; see services.access.Tokens."""

    def check_credential(self, token: str) -> Credential:
        """Give who a token's bearer is, or raise AccessError."""

    def check_file_ticket(self, ticket: str, identity: Identity) -> FileTicket:
        """Give the file that this person uploaded, or raise FileRefused."""
