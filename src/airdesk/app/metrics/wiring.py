"""Gives each process of an installation its figures, if they are wanted."""

from __future__ import annotations

import contextlib
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from airdesk.app.metrics.points import MetricsPoint
from airdesk.app.metrics.sources import Sources

if TYPE_CHECKING:
    from airdesk.app.gateway.gateway import Gateway
    from airdesk.app.home.runner import HomeRunner
    from airdesk.app.office import Parts


def metrics_point(
    made: Parts, role: str, gateway: Gateway | None, runner: HomeRunner | None
) -> MetricsPoint | None:
    """Give what tells the figures of a process; None while they are off.

    Args:
        made: the process's parts.
        role: `home`, `gateway`, or `all`.
        gateway: where there is one.
        runner: of the home, where there is one.
    """
    if not made.settings.metrics:
        return None
    data = made.settings.data
    return MetricsPoint(data, Sources(role, data, made.commits, gateway, runner).snapshot)


def told(point: MetricsPoint | None) -> AbstractAsyncContextManager[None]:
    """Let a process tell its figures meanwhile."""
    return contextlib.nullcontext() if point is None else point.open()
