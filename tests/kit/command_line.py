"""`airdesk` as an operator types it: a command, its exit code, what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from airdesk.app.settings import ENVIRONMENT_PREFIX
from tests.kit.airdesk_server import ROOT

TIMEOUT_S = 120


class Said(NamedTuple):
    """What came of a command."""

    code: int
    out: str
    err: str


def airdesk(
    *words: object, wrapper: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> Said:
    """Run a command without any settings of the machine's environment."""
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)
    }
    ended = subprocess.run(
        [*wrapper, sys.executable, "-m", "airdesk.app.cli", *map(str, words)],
        env=bare | {"PYTHONPATH": str(ROOT / "src")} | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return Said(ended.returncode, ended.stdout, ended.stderr)


def open_to_everybody(folder: Path) -> None:
    """Let other users of the machine look into a folder of a test."""
    folder.chmod(folder.stat().st_mode | 0o055)
    for one in (folder, *folder.parents):
        if one == Path("/tmp") or one == Path("/"):
            break
        one.chmod(one.stat().st_mode | 0o011)
