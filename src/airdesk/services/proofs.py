"""What may make a visitor's good signature void, for sockets too.

A hello reads no database. A visitor who was vouched for is known by his id alone; which doors ask
for that, and which have renewed the key of their visitors, is looked up twice a second. A
token that is void since then opens no socket, and sockets that it opened are closed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from airdesk.core.kernel import (
    ID_BYTES,
    CapacityError,
    DependencyError,
    Identity,
    IdentityUnproven,
    InboxId,
    TokenExpired,
)
from airdesk.ports.directory import Directory
from airdesk.services.access import Credential, FileTicket, Tokens

DERIVED_VERSION: Final = 8
"""Of the ids of visitors whom the customer's server named (RFC 9562, section 5.8); AirDesk's own
ids have version 7, and visitors choose none."""

LOOK_S: Final = 0.5
"""Between two looks at what asks for more than a signature: whoever is to go is gone in a second.
"""

logger = structlog.get_logger()


def is_vouched_for(visitor_id: bytes) -> bool:
    """True for the id of a visitor whom the customer's server named."""
    return len(visitor_id) == ID_BYTES and visitor_id[6] >> 4 == DERIVED_VERSION


class ProvenCredentials:
    """Checks what a gateway's clients show, and whether it is good enough now.

    Args:
        tokens: the installation's signatures.
    """

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._required: frozenset[InboxId] = frozenset()
        self._epochs: Mapping[InboxId, int] = {}

    def check_credential(self, token: str) -> Credential:
        """Give who a token's bearer is.

        Raises:
            BadToken, TokenExpired: see Tokens; or see `check_standing`.
            IdentityUnproven: see `check_standing`.
        """
        credential = self._tokens.check_credential(token)
        self.check_standing(credential.identity, credential.key_epoch)
        return credential

    def check_standing(self, identity: Identity, key_epoch: int) -> None:
        """Say whether somebody may stay.

        Args:
            identity: who he is.
            key_epoch: of his token.

        Raises:
            TokenExpired: his inbox has renewed the key of its visitors since.
            IdentityUnproven: a guest at a door that wants to know who he is.
        """
        if not identity.is_visitor:
            return
        # A newer one than is known here was signed by a process that has looked already.
        if key_epoch < self._epochs.get(identity.inbox_id, 0):
            raise TokenExpired()
        if identity.inbox_id in self._required and not is_vouched_for(identity.person_id):
            raise IdentityUnproven()

    def check_file_ticket(self, ticket: str, identity: Identity) -> FileTicket:
        """See Tokens."""
        return self._tokens.check_file_ticket(ticket, identity)

    async def look(self, directory: Directory) -> bool:
        """Learn what is asked for now; once before the first socket is opened.

        Returns:
            True if it is another than before: who is inside has to be looked at again.
        """
        async with directory.reading() as tx:
            found = (await tx.inboxes.proof_required(), await tx.inboxes.visitor_key_epochs())
        is_new = found != (self._required, self._epochs)
        self._required, self._epochs = found
        return is_new

    async def run(self, directory: Directory, on_change: Callable[[], None]) -> None:
        """Look again and again until cancelled; what was learned last holds meanwhile.

        Args:
            directory: where it stands.
            on_change: called when something else is asked for than before.
        """
        while True:
            try:
                if await self.look(directory):
                    on_change()
            except (DependencyError, CapacityError) as error:
                logger.warning("doors that ask for proof are not known anew", error=str(error))
            await asyncio.sleep(LOOK_S)
