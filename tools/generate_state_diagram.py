"""Draw the table of a conversation's transitions into docs/subsystems/conversation.md.

python tools/generate_state_diagram.py            draw it
python tools/generate_state_diagram.py --check    fail if the page shows another one
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

from airdesk.core.conversation import TRANSITIONS, Status  # noqa: E402 - the path comes first

PAGE = ROOT / "docs" / "subsystems" / "conversation.md"
_BLOCK = re.compile(r"(<!-- transitions -->\n).*?(<!-- end -->)", re.DOTALL)


def diagram() -> str:
    """Give the Mermaid state diagram of the table, and below it what changes no status."""
    arrows: dict[tuple[Status, Status], list[str]] = defaultdict(list)
    for status, commands in TRANSITIONS.items():
        for command, ends in commands.items():
            for end in ends:
                arrows[status, end].append(command.__name__)
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> bot: the inbox has a bot"]
    lines.append("    [*] --> queued: the inbox has none")
    for (status, end), names in sorted(arrows.items()):
        if status != end:
            lines += [f"    {_name(status)} --> {_name(end)}: {name}" for name in sorted(names)]
    lines += ["```", "", "| status | commands that may leave it as it is |", "|---|---|"]
    for status in Status:
        kept = ", ".join(f"`{name}`" for name in sorted(arrows[status, status]))
        lines.append(f"| {_name(status)} | {kept} |")
    return "\n".join(lines)


def page() -> str:
    """Give the whole page with today's diagram."""
    return _BLOCK.sub(lambda found: f"{found[1]}{diagram()}\n{found[2]}", PAGE.read_text("utf-8"))


def main(arguments: list[str]) -> int:
    """Write or check; give the exit code."""
    text = page()
    if arguments == ["--check"]:
        if text == PAGE.read_text("utf-8"):
            return 0
        print("stale: docs/subsystems/conversation.md; run python tools/generate_state_diagram.py")
        return 1
    PAGE.write_text(text, "utf-8")
    return 0


def _name(status: Status) -> str:
    return status.name.lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
