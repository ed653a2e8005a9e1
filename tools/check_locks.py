"""Check the lock files: no address of a registry, a checksum for all, nothing of pyproject missing.

    python tools/check_locks.py

An address would tie every installation to one registry; people behind a mirror could not install.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)", re.MULTILINE)
_ADDRESS = re.compile(
    r"https?://|git\+|file://|^\s*(-i|-f|--index-url|--extra-index-url|--find-links)\b"
)


def pins(text: str) -> dict[str, str]:
    """Give the pinned version of each package in a requirements file."""
    return {canonicalize_name(m["name"]): m["version"] for m in _PIN.finditer(text)}


def faults_of_requirements(text: str, wanted: Iterable[str]) -> Iterator[str]:
    """Say what is wrong with a requirements file that shall satisfy `wanted`."""
    for number, line in enumerate(text.splitlines(), start=1):
        if _ADDRESS.search(line):
            yield f"line {number} holds an address: {line.strip()}"
    for block in re.split(r"\n(?=\S)", text):
        pin = _PIN.match(block)
        if pin and "--hash=sha256:" not in block:
            yield f"{pin['name']} has no checksum"
    pinned = pins(text)
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name))
        if version is None:
            yield f"{requirement.name} is not pinned; run `make lock`"
        elif not requirement.specifier.contains(version, prereleases=True):
            yield f"{requirement.name} is pinned to {version}, wanted {requirement.specifier}"


def faults_of_package_lock(text: str) -> Iterator[str]:
    """Say what is wrong with a package-lock.json."""
    for name, entry in json.loads(text)["packages"].items():
        resolved = str(entry.get("resolved", ""))
        if "://" in resolved:
            yield f"{name} holds an address: {resolved}"
        foreign = name.startswith("node_modules/") and not entry.get("link")
        if foreign and not entry.get("integrity"):
            yield f"{name} has no checksum"


def faults() -> Iterator[str]:
    """Say what is wrong with the lock files of this repository."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    run: list[str] = project["dependencies"]
    dev: list[str] = project["optional-dependencies"]["dev"]
    for name, wanted in (("requirements/run.txt", run), ("requirements/dev.txt", run + dev)):
        for fault in faults_of_requirements((ROOT / name).read_text(), wanted):
            yield f"{name}: {fault}"
    for fault in faults_of_package_lock((ROOT / "web/package-lock.json").read_text()):
        yield f"web/package-lock.json: {fault}"


def main() -> int:
    """Print the faults; zero if there are none."""
    found = list(faults())
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
