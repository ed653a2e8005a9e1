"""Plots as SVG, drawn by hand: no script, nothing loaded from anywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

WIDTH: Final = 720
HEIGHT: Final = 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 12, 30

COLOURS: Final = ("#1668dc", "#d4380d", "#8c8c8c")
"""Of the first, second and third line."""


class Line(NamedTuple):
    """One line of a plot."""

    name: str
    values: Sequence[float]


class Scale(NamedTuple):
    """From a value to a place."""

    low: float
    high: float
    is_logarithmic: bool

    def place(self, value: float) -> float:
        """Give where a value stands, 0 at the bottom and 1 at the top."""
        if not self.is_logarithmic:
            return (value - self.low) / (self.high - self.low)
        value = max(value, self.low)
        return math.log(value / self.low) / math.log(self.high / self.low)


def plot(
    title: str, xs: Sequence[float], lines: Sequence[Line], unit: str, logarithmic: bool = False
) -> str:
    """Draw lines over an axis.

    Args:
        title: read out by those who do not see it.
        xs: places on the axis below, ascending.
        lines: each has as many values as `xs`.
        unit: written at the axis at the left.
        logarithmic: of the axis at the left; values below a thousandth of the largest are drawn at
            its foot.
    """
    if not xs:
        return ""
    largest = max((max(line.values, default=0.0) for line in lines), default=0.0) or 1.0
    scale = _scale(largest, logarithmic)
    span = (xs[-1] - xs[0]) or 1.0

    def x_of(x: float) -> float:
        return _LEFT + (x - xs[0]) / span * (WIDTH - _LEFT - _RIGHT)

    def y_of(value: float) -> float:
        return HEIGHT - _BOTTOM - scale.place(value) * (HEIGHT - _TOP - _BOTTOM)

    parts = [_axis(y_of(scale.low), unit)]
    for tick in _ticks(scale):
        y = y_of(tick)
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_short(tick)}</text>'
        )
    parts += [
        f'<text x="{x_of(x):.1f}" y="{HEIGHT - 10}" text-anchor="{anchor}">{x:.0f} s</text>'
        for x, anchor in (
            (xs[0], "start"),
            ((xs[0] + xs[-1]) / 2, "middle"),
            (xs[-1], "end"),
        )
    ]
    for index, line in enumerate(lines):
        points = " ".join(
            f"{x_of(x):.1f},{y_of(value):.1f}" for x, value in zip(xs, line.values, strict=True)
        )
        colour = COLOURS[index % len(COLOURS)]
        parts.append(
            f'<polyline fill="none" stroke="{colour}" stroke-width="1.6" points="{points}"/>'
            f'<text x="{WIDTH - _RIGHT - 4}" y="{_TOP + 12 + 15 * index}" text-anchor="end"'
            f' fill="{colour}">{escape(line.name)}</text>'
        )
    return _drawing(title, parts)


def bars(title: str, named: Sequence[tuple[str, float]], unit: str) -> str:
    """Draw one bar for each name, on a logarithmic scale, with its value above it."""
    largest = max((value for _, value in named), default=0.0) or 1.0
    scale = _scale(largest, True)
    foot = HEIGHT - _BOTTOM
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(named))
    parts = [_axis(foot, unit)]
    for index, (name, value) in enumerate(named):
        x = _LEFT + (index + 0.2) * step
        height = max(1.0, scale.place(value) * (HEIGHT - _TOP - _BOTTOM - 14))
        middle = x + 0.3 * step
        parts.append(
            f'<rect x="{x:.1f}" y="{foot - height:.1f}" width="{0.6 * step:.1f}"'
            f' height="{height:.1f}" fill="{COLOURS[0]}"/>'
        )
        parts.append(
            f'<text x="{middle:.1f}" y="{foot - height - 4:.1f}" text-anchor="middle">'
            f"{_short(value)}</text>"
        )
        parts.append(
            f'<text x="{middle:.1f}" y="{HEIGHT - 10}" text-anchor="middle">{escape(name)}</text>'
        )
    return _drawing(title, parts)


def _drawing(title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        + "".join(parts)
        + "</svg>"
    )


def _axis(foot: float, unit: str) -> str:
    return (
        f'<line class="axis" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{foot:.1f}" y2="{foot:.1f}"/>'
        f'<text x="4" y="{_TOP + 4}">{escape(unit)}</text>'
    )


def _scale(largest: float, is_logarithmic: bool) -> Scale:
    if is_logarithmic:
        high = 10.0 ** math.ceil(math.log10(largest))
        return Scale(high / 10_000, high, True)
    power = 10.0 ** math.floor(math.log10(largest))
    high = next(step * power for step in (1, 2, 5, 10) if step * power >= largest)
    return Scale(0.0, high, False)


def _ticks(scale: Scale) -> list[float]:
    if scale.is_logarithmic:
        return [scale.low * 10**power for power in range(5)]
    return [scale.high * part / 4 for part in range(5)]


def _short(value: float) -> str:
    """Write a number in few letters."""
    if value >= 10_000:
        return f"{value / 1_000:,.0f}k"
    return f"{value:.4g}"
