"""The installation's secret key: a file that only its owner may read."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from airdesk.core.kernel import DependencyError

KEY_BYTES = 32


def load_or_create_key(path: Path) -> bytes:
    """Read the key, or make one where there is none.

    Raises:
        DependencyError: the file cannot be made or read, or holds something else.
    """
    try:
        if not path.exists():
            _create(path)
    except OSError as error:
        raise DependencyError(name=str(path), reason=str(error)) from None
    return _read(path)


def _create(path: Path) -> None:
    """Make a key that appears whole or not at all, however this process ends."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-") as file:
        file.write(os.urandom(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return  # Another process was quicker; its key is the key.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise DependencyError(name=str(path), reason=str(error)) from None
    if len(key) != KEY_BYTES:
        raise DependencyError(name=str(path), reason=f"a key has {KEY_BYTES} bytes")
    return key


def name_of(key: bytes) -> str:
    """Give a name that only one installation has; nothing of the key can be learnt from it."""
    return hashlib.sha256(b"airdesk installation " + key).hexdigest()[:16]


def installation_name(path: Path) -> str:
    """Give the name of the installation whose key this is; "" where there is none to read."""
    try:
        return name_of(_read(path))
    except DependencyError:
        return ""
