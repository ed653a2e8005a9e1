"""Doors at which a visitor needs the word of the customer's server, for sockets too.

A hello reads no database. A visitor who was vouched for is known by his id alone, and which doors
ask for that is looked up once a second: a token that a guest got before the owner turned it on
opens no socket afterwards.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from airdesk.core.kernel import (
    ID_BYTES,
    CapacityError,
    DependencyError,
    Identity,
    IdentityUnproven,
    InboxId,
)
from airdesk.ports.directory import Directory
from airdesk.services.access import Credential, FileTicket, Tokens

DERIVED_VERSION: Final = 8
"""Of the ids of visitors whom the customer's server named (RFC 9562, section 5.8); AirDesk's own
ids have version 7, and visitors choose none."""

LOOK_S: Final = 1.0
"""Between two looks at which doors ask for proof."""

logger = structlog.get_logger()


def is_vouched_for(visitor_id: bytes) -> bool:
    """True for the id of a visitor whom the customer's server named."""
    return len(visitor_id) == ID_BYTES and visitor_id[6] >> 4 == DERIVED_VERSION


class ProvenCredentials:
    """Checks what a gateway's clients show, and whether their door asks for more.

    Args:
        tokens: the installation's signatures.
    """

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._required: frozenset[InboxId] = frozenset()

    def check_credential(self, token: str) -> Credential:
        """Give who a token's bearer is.

        Raises:
            BadToken, TokenExpired: see Tokens.
            IdentityUnproven: a guest at a door that wants to know who he is.
        """
        credential = self._tokens.check_credential(token)
        identity = credential.identity
        if (
            identity.is_visitor
            and identity.inbox_id in self._required
            and not is_vouched_for(identity.person_id)
        ):
            raise IdentityUnproven()
        return credential

    def check_file_ticket(self, ticket: str, identity: Identity) -> FileTicket:
        """See Tokens."""
        return self._tokens.check_file_ticket(ticket, identity)

    async def look(self, directory: Directory) -> None:
        """Learn which doors ask for proof now; once before the first socket is opened."""
        async with directory.reading() as tx:
            self._required = await tx.inboxes.proof_required()

    async def run(self, directory: Directory) -> None:
        """Look again and again until cancelled; what was learned last holds meanwhile."""
        while True:
            try:
                await self.look(directory)
            except (DependencyError, CapacityError) as error:
                logger.warning("doors that ask for proof are not known anew", error=str(error))
            await asyncio.sleep(LOOK_S)
