"""`airdesk backup` and `airdesk restore`: what is said about them."""

from __future__ import annotations

from pathlib import Path

import typer

from airdesk.app.backup.archive import Manifest
from airdesk.app.backup.making import make_backup
from airdesk.app.backup.restoring import restore_backup
from airdesk.app.settings import Settings


def back_up(settings: Settings, path: Path) -> None:
    """Make a backup and say what is in it."""
    made = make_backup(settings, path)
    typer.echo(f"{path}: {_told(made.manifest)}")
    for name in made.missing:
        typer.echo(f"  file {name} is named by the directory and not there", err=True)


def restore(settings: Settings, path: Path) -> None:
    """Make a data folder of a backup and say what is in it."""
    manifest = restore_backup(path, settings)
    typer.echo(f"{settings.data}: {_told(manifest)}")
    typer.echo(f"  made {manifest.made_at} by AirDesk {manifest.airdesk}")
    typer.echo("  what was changed since is not in it: look through the members before you start")


def _told(manifest: Manifest) -> str:
    size = sum(part.bytes for part in manifest.parts)
    files = sum(part.name.startswith("files/") for part in manifest.parts)
    return f"{manifest.head:,} records, {files:,} files, {size / 2**20:,.1f} MiB"
