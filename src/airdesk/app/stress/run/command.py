"""`airdesk stress`: runs, tells of the progress on the standard error, writes the results."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Final

import uvloop

from airdesk.app.stress.disk_folder import folder_on_disk
from airdesk.app.stress.echo_floor import BareEcho, measure_echo
from airdesk.app.stress.processes import ProcessEnded
from airdesk.app.stress.run.generators import GeneratorBroken
from airdesk.app.stress.run.report import report
from airdesk.app.stress.run.result import result
from airdesk.app.stress.run.settings import StressSettings
from airdesk.app.stress.run.stress import StressFailed, StressRun
from airdesk.core.kernel import AirDeskError


class StressBroken(AirDeskError):
    """The run did not come to its end, so nothing can be said."""

    template = "the stress test broke off: {reason}"


LATE_MS_MAX: Final = 20.0
"""A generator that is later than that says more of itself than of the server."""

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
        StressBroken: it did not come to its end.
    """
    with folder_on_disk(settings.directory, "stress-") as folder:
        run = StressRun(settings, folder, say)
        try:
            measured = uvloop.run(run.run())
        except (StressFailed, ProcessEnded, GeneratorBroken, TimeoutError) as error:
            raise StressBroken(reason=str(error) or "a process did not answer in time") from error
    told = result(settings, measured, _echo(settings))
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    if json_path == "-":
        sys.stdout.write(text)
    elif json_path:
        Path(json_path).write_text(text, encoding="utf-8")
    if html_path is not None:
        html_path.write_text(report(told, measured), encoding="utf-8")
    late_ms = told["details"]["sent_late_ms_p99"]
    if late_ms > LATE_MS_MAX:
        say(
            f"the generators themselves were {late_ms:.0f} ms late (p99): the machine is too busy"
            " or too small for them, and the latencies are theirs"
        )
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
