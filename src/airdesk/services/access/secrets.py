"""Secrets that only their bearer has: 32 random bytes as text, stored as SHA-256.

A plain hash is enough for what nobody can guess; argon2 is for what people choose.
"""

from __future__ import annotations

import base64
import hashlib
import secrets

SECRET_BYTES = 32
API_TOKEN_PREFIX = "adt_"


def new_secret(prefix: str = "") -> str:
    """Make a secret."""
    return prefix + base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode().rstrip("=")


def secret_hash(secret: str) -> bytes:
    """Give what is stored of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
