"""`airdesk` as somebody at a terminal runs it: a command that ends by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

COMMAND = (sys.executable, "-m", "airdesk.app.cli")

COMMAND_S_MAX = 60.0
"""From the start of a command to its end, on a busy machine."""


class Said(NamedTuple):
    """How a command ended, and what it said on both streams."""

    code: int
    out: str
    err: str


def environment() -> dict[str, str]:
    """Give the environment in which the program of this tree runs."""
    return os.environ | {"PYTHONPATH": str(ROOT / "src")}


def airdesk(*words: str, data: Path, wrapper: Sequence[str] = ()) -> Said:
    """Run a command on a data folder.

    Args:
        words: the command and its options.
        data: the folder.
        wrapper: words before the command, such as those of `setpriv`.

    Raises:
        AssertionError: it died of a defect.
    """
    ended = subprocess.run(
        [*wrapper, *COMMAND, *words, "--data", str(data)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=COMMAND_S_MAX,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return Said(ended.returncode, ended.stdout.strip(), ended.stderr.strip())


def printed_by(*words: str, data: Path) -> str:
    """Run a command that must go well, and give what it prints."""
    said = airdesk(*words, data=data)
    assert said.code == 0, said.err
    return said.out
