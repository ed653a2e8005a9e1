"""The parts of the house's drawing that import-linter cannot hold."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
WEB = ROOT / "web"

MODULES = sorted(SOURCE.rglob("*.py"))
TYPESCRIPT = sorted(
    path
    for path in WEB.glob("*/*/src/**/*.ts*")
    if "node_modules" not in path.parts and "dist" not in path.parts
)

LINES_MAX = 600
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "misc"}
CORE_MAY_IMPORT = {"msgspec", "airdesk"} | set(sys.stdlib_module_names)


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported_names(path: Path) -> Iterator[str]:
    """Give the dotted name of every import, type-checking ones too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def read_environment(path: Path) -> list[int]:
    """Give the lines that read the process's environment."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
    ]


def test_the_drawing_has_something_to_hold() -> None:
    assert len(MODULES) > 10
    assert TYPESCRIPT


@pytest.mark.parametrize("path", [*MODULES, *TYPESCRIPT], ids=label)
def test_a_name_says_what_a_file_holds(path: Path) -> None:
    assert path.stem.lower() not in VAGUE_NAMES
    assert path.parent.name.lower() not in VAGUE_NAMES


@pytest.mark.parametrize("path", [*MODULES, *TYPESCRIPT], ids=label)
def test_no_file_is_too_long_to_read(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LINES_MAX, f"{lines} lines: split it"


@pytest.mark.parametrize("path", sorted((SOURCE / "airdesk/core").rglob("*.py")), ids=label)
def test_the_core_stands_on_the_standard_library_and_msgspec(path: Path) -> None:
    roots = {name.partition(".")[0] for name in imported_names(path)}
    assert roots <= CORE_MAY_IMPORT


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_outsiders_import_what_a_core_package_lists(path: Path) -> None:
    """A module that the package lists, such as `kernel.limits`, is as public as the package."""
    here = module_name(path)
    for name in imported_names(path):
        package, inner = split_core_name(name)
        is_insider = here == package or here.startswith(f"{package}.")
        if inner and not is_insider:
            public = getattr(importlib.import_module(package), "__all__", ())
            assert inner in public, f"{package} does not list {inner}"


def split_core_name(name: str) -> tuple[str, str]:
    """Split airdesk.core.kernel.limits.BEAT_MS into its package and the name it lists.

    The name is empty for everything else.
    """
    parts = name.split(".")
    if parts[:2] != ["airdesk", "core"] or len(parts) < 4:
        return name, ""
    return ".".join(parts[:3]), parts[3]


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_only_settings_reads_the_environment(path: Path) -> None:
    if module_name(path) != "airdesk.app.settings":
        assert not read_environment(path)


def test_importing_a_module_does_nothing() -> None:
    names = [module_name(path) for path in MODULES if path.stem != "__main__"]
    program = f"""
import importlib, os, sys, threading
import msgspec, typing, asyncio  # what they open is not ours

def state():
    files = {{os.readlink(f"/proc/self/fd/{{fd}}") for fd in os.listdir("/proc/self/fd")
             if os.path.islink(f"/proc/self/fd/{{fd}}")}}
    sockets = {{file for file in files if file.startswith(("socket:", "pipe:", "anon_inode:"))}}
    return threading.active_count(), sockets, dict(os.environ), os.getcwd()

before = state()
for name in {names!r}:
    importlib.import_module(name)
    after = state()
    assert after == before, (name, before, after)
"""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=SOURCE
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
