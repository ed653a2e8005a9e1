"""Tokens and tickets: how a socket says who it is and what it uploaded, without a database.

Both are base64url(msgpack + 16 bytes of HMAC-SHA256), signed with the installation's key. A token
is [version, identity, expires_s, credential_id, scopes, key_epoch]; one without the last fields is
of before, and good: it has no credential, and the first epoch.
A ticket is [version, account_id, person_key, file, name, expires_s], and its signature begins with
a word of its own, so that neither can pass for the other.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple

import msgspec

from airdesk.core.kernel import (
    NO_ID,
    BadToken,
    CredentialId,
    FileFacts,
    FileRefused,
    Identity,
    TokenExpired,
    limits,
)
from airdesk.ports.clock import Clock

_VERSION = 1
_MAC_BYTES = 16
_NEVER = 0
_TICKET = b"file ticket"
_NO_CREDENTIAL = CredentialId(NO_ID)

TICKET_S = 24 * 3600
"""How long an uploaded file may wait to be sent."""


class Credential(NamedTuple):
    """What a token says."""

    identity: Identity
    credential_id: CredentialId = CredentialId(NO_ID)
    """The session or API token behind it, which may be revoked; NO_ID for none."""
    scopes: tuple[str, ...] | None = None
    """What an API token is limited to; None for all that the role grants."""
    key_epoch: int = 0
    """Of a visitor's token: how often his inbox had renewed the key when it was signed."""


class FileTicket(NamedTuple):
    """What a ticket says."""

    file: FileFacts
    name: str


class _Claims(msgspec.Struct, frozen=True, array_like=True):
    version: int
    identity: Identity
    expires_s: int = _NEVER
    credential_id: CredentialId = CredentialId(NO_ID)
    scopes: tuple[str, ...] | None = None
    key_epoch: int = 0


class _TicketClaims(msgspec.Struct, frozen=True, array_like=True):
    version: int
    account_id: bytes
    person_key: bytes
    file: FileFacts
    name: str
    expires_s: int


_decoder = msgspec.msgpack.Decoder(_Claims)
_ticket_decoder = msgspec.msgpack.Decoder(_TicketClaims)


class Tokens:
    """Signs and checks tokens of one installation.

    Args:
        key: at least 32 random bytes, secret.
        clock: tells whether a token has expired.

    Cost: about 5 µs a check; nothing is read.
    """

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    def sign(
        self,
        identity: Identity,
        lifetime_s: int | None = None,
        credential_id: CredentialId = _NO_CREDENTIAL,
        scopes: tuple[str, ...] | None = None,
    ) -> str:
        """Make a token.

        Args:
            identity: who its bearer is.
            lifetime_s: how long it is good; None for as long as the key.
            credential_id: the session or API token behind it, whose end ends the socket.
            scopes: what an API token is limited to; None for all that the role grants.
        """
        expires_s = _NEVER if lifetime_s is None else self._now_s() + lifetime_s
        claims = _Claims(_VERSION, identity, expires_s, credential_id, scopes)
        return self._signed(b"", msgspec.msgpack.encode(claims))

    def sign_visitor(self, identity: Identity, key_epoch: int) -> str:
        """Make a visitor's token, which is good until his inbox renews its key."""
        claims = _Claims(_VERSION, identity, key_epoch=key_epoch)
        return self._signed(b"", msgspec.msgpack.encode(claims))

    def check(self, token: str) -> Identity:
        """Give the identity of a token.

        Raises:
            BadToken: it is not one of ours.
            TokenExpired: it was, once.
        """
        return self.check_credential(token).identity

    def check_credential(self, token: str) -> Credential:
        """Give the identity of a token and the credential behind it.

        Raises:
            BadToken: it is not one of ours.
            TokenExpired: it was, once.
        """
        payload = self._payload(b"", token)
        if payload is None:
            raise BadToken()
        try:
            claims = _decoder.decode(payload)
        except msgspec.MsgspecError:
            raise BadToken() from None
        if claims.expires_s != _NEVER and claims.expires_s < self._now_s():
            raise TokenExpired()
        return Credential(claims.identity, claims.credential_id, claims.scopes, claims.key_epoch)

    def sign_file_ticket(self, identity: Identity, file: FileFacts, name: str) -> str:
        """Make the ticket with which the one who uploaded a file may send it, for a day."""
        claims = _TicketClaims(
            _VERSION,
            identity.account_id,
            identity.person_key,
            file,
            name,
            self._now_s() + TICKET_S,
        )
        return self._signed(_TICKET, msgspec.msgpack.encode(claims))

    def check_file_ticket(self, ticket: str, identity: Identity) -> FileTicket:
        """Give the file of a ticket.

        Raises:
            FileRefused: it is not one of ours, is somebody else's, or has expired.
        """
        if len(ticket) > limits.FILE_TICKET_BYTES_MAX:
            raise FileRefused()
        payload = self._payload(_TICKET, ticket)
        if payload is None:
            raise FileRefused()
        try:
            claims = _ticket_decoder.decode(payload)
        except msgspec.MsgspecError:
            raise FileRefused() from None
        owner = (claims.account_id, claims.person_key)
        if owner != (identity.account_id, identity.person_key) or claims.expires_s < self._now_s():
            raise FileRefused()
        return FileTicket(claims.file, claims.name)

    def _now_s(self) -> int:
        return self._clock.now_ms() // 1000

    def _signed(self, purpose: bytes, payload: bytes) -> str:
        signed = payload + self._mac(purpose + payload)
        return base64.urlsafe_b64encode(signed).decode().rstrip("=")

    def _payload(self, purpose: bytes, text: str) -> bytes | None:
        """Give what was signed for a purpose; None if it was not, or not by this key."""
        try:
            signed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return None
        payload, mac = signed[:-_MAC_BYTES], signed[-_MAC_BYTES:]
        return payload if hmac.compare_digest(mac, self._mac(purpose + payload)) else None

    def _mac(self, signed: bytes) -> bytes:
        return hmac.digest(self._key, signed, hashlib.sha256)[:_MAC_BYTES]
