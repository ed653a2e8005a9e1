"""What AirDesk promises, and which tests show it: read from tables, checked against the tests.

`lessons.toml` holds what broke in other systems, `features.toml` what a user may expect. Each names
tests; a name that no test has is an error, and so is a feature that works without a test.
"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent.parent
TABLES: Final = Path(__file__).resolve().parent

_TYPESCRIPT_TEST: Final = re.compile(r"^\s*(?:it|test)\(\s*([\"'`])(.+?)\1", re.MULTILINE)


class Promise(NamedTuple):
    """What is done about a fault of other systems."""

    fault: str
    promise: str
    tests: tuple[str, ...]


class Feature(NamedTuple):
    """Something a user may expect."""

    name: str
    lacks: str
    """What is not there yet of a feature that has tests."""
    tests: tuple[str, ...]

    @property
    def state(self) -> str:
        """Say whether it works today."""
        if not self.tests:
            return "not yet"
        return "partly" if self.lacks else "works"


def promises() -> list[tuple[str, list[Promise]]]:
    """Give the promises by group."""
    return [
        (
            group["name"],
            [Promise(one["fault"], one["promise"], _tests(one)) for one in group["promise"]],
        )
        for group in _groups("lessons.toml")
    ]


def features() -> list[tuple[str, list[Feature]]]:
    """Give the features by group."""
    return [
        (
            group["name"],
            [Feature(one["name"], one.get("lacks", ""), _tests(one)) for one in group["feature"]],
        )
        for group in _groups("features.toml")
    ]


def named_tests() -> set[str]:
    """Give every test that a table names."""
    named = {test for _, rows in promises() for row in rows for test in row.tests}
    return named | {test for _, rows in features() for row in rows for test in row.tests}


def test_exists(test: str) -> bool:
    """True if a file of tests has a test of this name. Such as `tests/unit/test_a.py::test_b`."""
    path, _, name = test.partition("::")
    file = ROOT / path
    return file.is_file() and name in _names(file)


def test_label(test: str) -> str:
    """Give a test's name as a sentence."""
    name = test.partition("::")[2]
    return name.removeprefix("test_").replace("_", " ")


def _names(file: Path) -> set[str]:
    source = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return {
            node.name
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
    return {name for _, name in _TYPESCRIPT_TEST.findall(source)}


def _groups(table: str) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = tomllib.loads((TABLES / table).read_text(encoding="utf-8"))[
        "group"
    ]
    return groups


def _tests(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row.get("tests", ()))
