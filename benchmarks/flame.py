r"""Draws a small flame graph of the server from py-spy's raw samples.

    airdesk bench path --json - &
    py-spy record --pid SERVER --duration 12 --rate 250 --function --threads --format raw \
        --output .cache/bench/path.raw
    python benchmarks/flame.py .cache/bench/path.raw docs/subsystems/path-flame.svg

Only AirDesk's own functions are drawn, by name, one box for each; what runs under the loop and
outside of them is uvloop and the kernel. Boxes below half a percent are left out.
"""

from __future__ import annotations

import argparse
import html
import re
from pathlib import Path

WIDTH = 1200
ROW = 18
SMALLEST = 0.005
OURS = re.compile(
    r"^(?P<name>[\w.<>]+) \((?P<path>.*(?:airdesk/(?:app|core|services|adapters)/.*))\)$"
)
IDLE = ("LogWriter._gather",)
"""Waiting that py-spy takes for work."""


class Box:
    """A function under its callers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.samples = 0
        self.inside: dict[str, Box] = {}


def read(path: Path) -> Box:
    """Add samples up to boxes."""
    root = Box("all")
    for line in path.read_text().splitlines():
        stack, _, count = line.rpartition(" ")
        names = shorten(stack.split(";"))
        if names[-1] in IDLE:
            continue
        root.samples += int(count)
        box = root
        for name in names:
            box = box.inside.setdefault(name, Box(name))
            box.samples += int(count)
    return root


def shorten(frames: list[str]) -> list[str]:
    """Keep the thread and our own functions."""
    thread = "loop" if "MainThread" in frames[0] else re.sub(r"^.*: ", "", frames[0])
    names = [thread]
    for frame in frames:
        found = OURS.match(frame)
        if found is None or Path(found["path"]).name.startswith(("cli.py", "bootstrap.py")):
            continue
        if found["name"] != names[-1]:
            names.append(found["name"])
    if names == ["loop"]:
        names.append("uvloop and kernel: wait, read, accept")
    return names


def depth(box: Box) -> int:
    """Give how many rows a box and what is inside take."""
    return 1 + max((depth(one) for one in box.inside.values()), default=0)


def draw(root: Box) -> str:
    """Give the picture."""
    rows = depth(root)
    height = rows * ROW + 4
    boxes: list[str] = []

    def place(box: Box, left: float, level: int) -> None:
        width = WIDTH * box.samples / root.samples
        if box.samples < SMALLEST * root.samples:
            return
        share = f"{100 * box.samples / root.samples:.1f} %"
        top = height - (level + 1) * ROW
        hue = 20 + sum(map(ord, box.name)) % 40
        shown = html.escape(box.name[: max(0, int(width / 6.6))])
        boxes.append(
            f'<g><title>{html.escape(box.name)}, {share}</title><rect x="{left:.1f}" y="{top}" '
            f'width="{max(0.0, width - 0.5):.1f}" height="{ROW - 1}" fill="hsl({hue} 75% 70%)"/>'
            f'<text x="{left + 3:.1f}" y="{top + 13}">{shown}</text></g>'
        )
        for one in sorted(box.inside.values(), key=lambda one: -one.samples):
            place(one, left, level + 1)
            left += WIDTH * one.samples / root.samples

    place(root, 0, 0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="monospace" font-size="11">' + "".join(boxes) + "</svg>\n"
    )


def main() -> None:
    """Draw."""
    parser = argparse.ArgumentParser(description="flame graph of the message path")
    parser.add_argument("samples", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    options.picture.write_text(draw(read(options.samples)))


if __name__ == "__main__":
    main()
