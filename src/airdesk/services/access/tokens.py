"""Tokens: how a socket says who it is without a database.

A token is the identity and its expiry, signed with the installation's key:
base64url(msgpack [version, account, role, person, inbox, expires_s] + 16 bytes of HMAC-SHA256).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

import msgspec

from airdesk.core.kernel import BadToken, Identity, TokenExpired
from airdesk.ports.clock import Clock

_VERSION = 1
_MAC_BYTES = 16
_NEVER = 0


class _Claims(msgspec.Struct, frozen=True, array_like=True):
    version: int
    identity: Identity
    expires_s: int = _NEVER


_decoder = msgspec.msgpack.Decoder(_Claims)


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

    def sign(self, identity: Identity, lifetime_s: int | None = None) -> str:
        """Make a token.

        Args:
            identity: who its bearer is.
            lifetime_s: how long it is good; None for as long as the key.
        """
        expires_s = _NEVER if lifetime_s is None else self._clock.now_ms() // 1000 + lifetime_s
        payload = msgspec.msgpack.encode(_Claims(_VERSION, identity, expires_s))
        return base64.urlsafe_b64encode(payload + self._mac(payload)).decode().rstrip("=")

    def check(self, token: str) -> Identity:
        """Give the identity of a token.

        Raises:
            BadToken: it is not one of ours.
            TokenExpired: it was, once.
        """
        try:
            signed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (binascii.Error, ValueError):
            raise BadToken() from None
        payload, mac = signed[:-_MAC_BYTES], signed[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(payload)):
            raise BadToken()
        try:
            claims = _decoder.decode(payload)
        except msgspec.MsgspecError:
            raise BadToken() from None
        if claims.expires_s != _NEVER and claims.expires_s * 1000 < self._clock.now_ms():
            raise TokenExpired()
        return claims.identity

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, hashlib.sha256)[:_MAC_BYTES]
