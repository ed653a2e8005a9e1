"""`airdesk` as somebody at a terminal runs it: a command that ends by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from airdesk.app.settings import ENVIRONMENT_PREFIX

ROOT = Path(__file__).resolve().parents[2]

COMMAND = (sys.executable, "-m", "airdesk.app.cli")

COMMAND_S_MAX = 120.0
"""From the start of a command to its end, on a busy machine."""


class Said(NamedTuple):
    """How a command ended, and what it said on both streams."""

    code: int
    out: str
    err: str


def bare_environment() -> dict[str, str]:
    """Give an environment for the program of this tree, without any settings of the machine's."""
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)
    }
    return bare | {"PYTHONPATH": str(ROOT / "src")}


def airdesk(
    *words: object,
    data: Path | None = None,
    wrapper: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
) -> Said:
    """Run a command.

    Args:
        words: the command and its options.
        data: the folder; None where the words name it.
        wrapper: words before the command, such as those of `setpriv`.
        variables: more of the environment.

    Raises:
        AssertionError: it died of a defect.
    """
    ended = subprocess.run(
        [*wrapper, *COMMAND, *map(str, words), *(() if data is None else ("--data", str(data)))],
        env=bare_environment() | dict(variables or {}),
        capture_output=True,
        text=True,
        timeout=COMMAND_S_MAX,
        check=False,
    )
    assert "Traceback" not in ended.stderr, ended.stderr
    return Said(ended.returncode, ended.stdout.strip(), ended.stderr.strip())


def printed_by(*words: object) -> str:
    """Run a command that must go well, and give what it prints."""
    said = airdesk(*words)
    assert said.code == 0, said.err
    return said.out


def open_to_everybody(folder: Path) -> None:
    """Let other users of the machine look into a folder of a test."""
    folder.chmod(folder.stat().st_mode | 0o055)
    for one in (folder, *folder.parents):
        if one == Path("/tmp") or one == Path("/"):
            break
        one.chmod(one.stat().st_mode | 0o011)
