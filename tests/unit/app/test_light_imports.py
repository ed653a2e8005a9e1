"""A command waits for no module that it does not use."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

_HTTP = {"fastapi", "starlette", "uvicorn"}
_SQL = {"sqlalchemy", "alembic"}
_CHINESE = {"rjieba"}


def loaded_by(module: str) -> set[str]:
    """Give the packages that a fresh interpreter has after importing a module."""
    code = f"import json, sys, {module}; print(json.dumps(list(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(said.stdout)}


@pytest.mark.parametrize(
    ("module", "needed", "unneeded"),
    [
        ("airdesk.app.cli", {"typer"}, _HTTP | _SQL | _CHINESE | {"pydantic_settings", "uvloop"}),
        ("airdesk.app.log_commands", {"sqlite3"}, _HTTP | _SQL | _CHINESE),
        ("airdesk.app.office", _SQL, _HTTP | _CHINESE),
        ("airdesk.app.workers", {"subprocess"}, _HTTP | _SQL | _CHINESE),
        ("airdesk.app.bootstrap", _SQL, _HTTP | _CHINESE),
        ("airdesk.app.home_role", _SQL, _HTTP | _CHINESE),
        ("airdesk.app.gateway_role", _HTTP | _SQL, _CHINESE),
    ],
)
def test_what_a_command_does_not_use_is_not_loaded(
    module: str, needed: set[str], unneeded: set[str]
) -> None:
    loaded = loaded_by(module)
    assert needed <= loaded
    assert not unneeded & loaded
