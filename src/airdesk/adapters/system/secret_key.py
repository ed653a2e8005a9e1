"""The installation's secret key: a file that only its owner may read."""

from __future__ import annotations

import os
from pathlib import Path

from airdesk.core.kernel import DependencyError

KEY_BYTES = 32


def load_or_create_key(path: Path) -> bytes:
    """Read the key, or make one where there is none.

    Raises:
        DependencyError: the file is unreadable or holds something else.
    """
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(fd, "wb") as file:
        file.write(os.urandom(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise DependencyError(name=str(path), reason=str(error)) from None
    if len(key) != KEY_BYTES:
        raise DependencyError(name=str(path), reason=f"a key has {KEY_BYTES} bytes")
    return key
