"""Finds what a route asks of its caller among its dependencies."""

from __future__ import annotations

from fastapi.dependencies.models import Dependant

from airdesk.app.api.authentication import Requirement


def requirement_of(dependant: Dependant) -> Requirement | None:
    """Give what a route asks of its caller; None where it says nothing."""
    for inner in dependant.dependencies:
        if isinstance(inner.call, Requirement):
            return inner.call
    return None
