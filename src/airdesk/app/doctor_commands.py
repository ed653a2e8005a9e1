"""`airdesk doctor`: everything that is looked at, and how it is told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import typer

from airdesk import __version__
from airdesk.adapters.system import installation_name
from airdesk.app.doctor.databases import look_at_databases
from airdesk.app.doctor.findings import Finding, Verdict, untried
from airdesk.app.doctor.machine import (
    look_at_clock,
    look_at_disk,
    look_at_folder,
    look_at_pages,
    look_at_port,
    look_at_settings,
)
from airdesk.app.doctor.reach import ask_reach, look_at_address, look_at_socket
from airdesk.app.settings import Settings

_SIGNS: Final = {
    Verdict.GOOD: ("ok", typer.colors.GREEN),
    Verdict.WARNING: ("warning", typer.colors.YELLOW),
    Verdict.FAULT: ("FAULT", typer.colors.RED),
    Verdict.UNTRIED: ("untried", typer.colors.BRIGHT_BLACK),
}


class Report(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    airdesk: str
    verdict: Verdict
    findings: tuple[Finding, ...]


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at everything; what cannot be looked at without something else is left out."""
    reached = ask_reach(settings.address) if settings.address else None
    port = look_at_port(settings)
    return (
        look_at_settings(settings),
        look_at_folder(settings),
        _tried("disk", lambda: look_at_disk(settings)),
        _tried("clock", lambda: look_at_clock(settings, reached)),
        _tried("pages", lambda: look_at_pages(settings)),
        _tried("databases", lambda: look_at_databases(settings)),
        port,
        look_at_address(reached, installation_name(settings.key_path)),
        _socket(settings, port, reached is not None and bool(reached.installation)),
    )


def _tried(name: str, look: Callable[[], Finding]) -> Finding:
    """Look, unless this user may not."""
    try:
        return look()
    except OSError as error:
        return untried(name, f"{error.filename}: {error.strerror}; see `permissions`")


def _socket(settings: Settings, port: Finding, is_reached: bool) -> Finding:
    if settings.address and is_reached:
        return look_at_socket(settings.address)
    if settings.address:
        return untried(
            "websocket", f"{settings.address} does not lead to an AirDesk; see `address`"
        )
    if port.verdict is Verdict.GOOD and "answers" in port.says:
        return look_at_socket(settings.reached_at())
    return untried("websocket", "no server runs here, and no `address` is set")


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Give the worst verdict that counts."""
    found = {one.verdict for one in findings}
    for verdict in (Verdict.FAULT, Verdict.WARNING):
        if verdict in found:
            return verdict
    return Verdict.GOOD


def report(settings: Settings, as_json: bool) -> bool:
    """Print what was found.

    Returns:
        False if something has to be mended.
    """
    findings = examine(settings)
    verdict = verdict_of(findings)
    if as_json:
        told = msgspec.json.encode(Report(__version__, verdict, findings))
        sys.stdout.buffer.write(msgspec.json.format(told, indent=2) + b"\n")
    else:
        for one in findings:
            sign, colour = _SIGNS[one.verdict]
            typer.echo(f"{typer.style(f'{sign:>8}', fg=colour)}  {one.name}: {one.says}")
            if one.mend:
                typer.echo(f"{'':>8}  → {one.mend}")
        faults = sum(one.verdict is Verdict.FAULT for one in findings)
        typer.echo("Nothing has to be mended." if not faults else f"To be mended: {faults}.")
    return verdict is not Verdict.FAULT
