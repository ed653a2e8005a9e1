"""`airdesk stress`: runs, tells of the progress on the standard error, writes the results."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Final

import uvloop

from airdesk.app.stress.bench_path import folder_on_disk
from airdesk.app.stress.echo_floor import BareEcho, measure_echo
from airdesk.app.stress.run.report import report
from airdesk.app.stress.run.result import result
from airdesk.app.stress.run.settings import StressSettings
from airdesk.app.stress.run.stress import StressRun

ECHO_CONNECTIONS_MAX: Final = 15_000
"""Of the bare echo server, which is one process."""


def main(settings: StressSettings, json_path: str, html_path: Path | None) -> None:
    """Run, and write what came of it.

    Args:
        settings: what is asked for.
        json_path: a file, `-` for the standard output, "" for none.
        html_path: a file for the report; None for none.

    Raises:
        StressRefused: it cannot run so.
    """
    with folder_on_disk(settings.directory, "stress-") as folder:
        run = StressRun(settings, folder, say)
        measured = uvloop.run(run.run())
    told = result(settings, measured, _echo(settings))
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    if json_path == "-":
        sys.stdout.write(text)
    elif json_path:
        Path(json_path).write_text(text, encoding="utf-8")
    if html_path is not None:
        html_path.write_text(report(told, measured), encoding="utf-8")
    say(f"verdict: {told['verdict']}")


def say(line: str) -> None:
    """Tell of the progress."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _echo(settings: StressSettings) -> BareEcho | None:
    if settings.url or not settings.echo:
        return None
    connections = min(ECHO_CONNECTIONS_MAX, settings.load.connections)
    say(f"bare echo: {connections} connections")
    core = max(os.sched_getaffinity(0))
    return measure_echo(connections, settings.rate, settings.seconds, core)
