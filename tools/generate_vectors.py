"""Write `tests/vectors`: bytes that every implementation must reproduce.

python tools/generate_vectors.py            write them
python tools/generate_vectors.py --check    fail if they are not what the code says
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tools.vectors import events, sessions, wire  # noqa: E402 - the path comes first

FOLDER = ROOT / "tests" / "vectors"


def documents() -> dict[str, str]:
    """Give every generated file's text by its name below `tests/vectors`."""
    return {
        "wire.json": _text(wire.vectors()),
        "tolerated.json": _text(wire.tolerated()),
        "refused.json": _text(wire.REFUSED),
        "events.json": _text(events.vectors()),
        **{f"session/{name}.json": _text(trace) for name, trace in sessions.traces().items()},
    }


def stale() -> list[str]:
    """Give the names of files that differ from what the code says, or that it does not know."""
    wanted = documents()
    present = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.json")}
    return sorted(
        name
        for name in present | wanted.keys()
        if name not in present or (FOLDER / name).read_text("utf-8") != wanted.get(name)
    )


def main(arguments: list[str]) -> int:
    """Write or check; give the exit code."""
    if arguments == ["--check"]:
        names = stale()
        for name in names:
            print(f"stale: tests/vectors/{name}; run python tools/generate_vectors.py")
        return 1 if names else 0
    for name, text in documents().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
