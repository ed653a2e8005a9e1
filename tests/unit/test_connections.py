"""The program serves; it does not go out. Where it may connect to is one short list."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "airdesk"

CLIENTS = {"aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "urllib.request"}
CONNECTS = {
    "connect",
    "connect_ex",
    "create_connection",
    "create_unix_connection",
    "open_connection",
    "open_unix_connection",
    "ws_connect",
}

MAY_CONNECT = {
    "adapters/unix": "processes of one machine, by a path in the data folder",
    "adapters/sqlite": "a database's file",
    "adapters/sql": "a database's file",
    "app/doctor": "the operator's own address, when he runs the command",
    "app/metrics": "processes of one machine, by a path in the data folder",
    "app/stress": "load, on the loopback alone",
}
"""Why these may; no address of theirs comes from a person who uses AirDesk."""


def connections(path: Path) -> list[str]:
    """Give what in a module could connect to somewhere, with its line."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in CONNECTS:
                found.append(f"{path}:{node.lineno} {node.func.attr}")
            continue
        else:
            continue
        found += [f"{path}:{node.lineno} {name}" for name in names if name in CLIENTS]
    return found


def test_nothing_connects_to_an_address_that_a_person_typed() -> None:
    outside = [
        path
        for path in sorted(SOURCE.rglob("*.py"))
        if not any(path.is_relative_to(SOURCE / room) for room in MAY_CONNECT)
    ]
    assert len(outside) > 100
    assert [one for path in outside for one in connections(path)] == []


def test_a_module_that_fetches_is_noticed(tmp_path: Path) -> None:
    module = tmp_path / "fetching.py"
    module.write_text("import urllib.request\nsocket.create_connection((typed, 80))\n")
    assert len(connections(module)) == 2
