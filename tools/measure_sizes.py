"""Print how many bytes a chat takes in both encodings, as the table of `docs/protocol.md`.

python tools/measure_sizes.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src")]

from airdesk.core.kernel import uuid7  # noqa: E402 - the path comes first
from airdesk.core.wire import BINARY, JSON, message_name  # noqa: E402
from airdesk.core.wire import messages as m  # noqa: E402

START_MS = 1_760_000_000_000
TEXTS = (
    "你好，在吗？",
    "在的，请问有什么可以帮您？",
    "我的订单今天还没到",
    "请发一下订单号",
    "Order 20418, paid on Monday",
    "好的，稍等",
    "还要多久？",
    "快递明天会送到您家",
    "能改地址吗？",
    "可以的，新地址是？",
    "Chaoyang Road 18, please",
    "已经改好了",
    "谢谢你！",
    "不客气😊",
    "Can I return it later?",
    "Yes, within thirty-one days.",
    "运费谁出？",
    "质量问题由我们承担",
    "Where can I find the form?",
    "In your account, under Orders.",
    "发票可以开公司吗？",
    "可以，请您提供税号",
    "Okay, got it, thanks a lot",
    "祝您生活愉快，再见！",
)
"""Words of visitor and agent in turn; their median is 26 bytes of UTF-8, as in real chats."""


class Measured(NamedTuple):
    """One kind of message, or all of them."""

    name: str
    number: int
    json_bytes: int
    binary_bytes: int

    @property
    def saved(self) -> float:
        """How much smaller binary is, 0 to 1."""
        return 1 - self.binary_bytes / self.json_bytes


def identity(number: int) -> bytes:
    """Give a UUIDv7 that looks like a real one and is always the same."""
    noise = (number * 0x9E3779B97F4A7C15F39C % 2**80).to_bytes(10, "big")
    return uuid7(START_MS + number, noise)


def chat() -> list[m.ClientMessage | m.ServerMessage]:
    """Give what a visitor's connection carries in both directions over one chat of two minutes."""
    visitor, agent, conversation = identity(1), identity(2), identity(3)
    row = m.Row(1, conversation, START_MS, 4_711_002, 1, visitor, 3, START_MS, place=2)
    mix: list[m.ClientMessage | m.ServerMessage] = [
        m.Hello("v1." + "k" * 86, identity(4), identity(5)),
        m.Welcome(visitor, 0, START_MS, 25_000, "Zm9vYmFy:4711000"),
        m.Listing((), cursor="Zm9vYmFy:4711000"),
        *_said_by_visitor(0, TEXTS[0], 2),
        row,
        m.Opened(1, 0),
        m.Event(1, 1, 0, 0, 1),
        m.Event(1, 3, 2, 0, 5),
        m.Listing((1,), cursor="Zm9vYmFy:4711002"),
        m.Event(1, 4, 3, 2_100, 2, subject=agent),
        m.Event(1, 5, 4, 2_100, 6, subject=agent, value=8),
    ]
    for index, text in enumerate(TEXTS[1:]):
        seq = 6 + index
        mix += (_said_by_agent if index % 2 == 0 else _answered)(seq, text)
        if index % 5 == 0:
            mix += [
                m.Beat(START_MS + seq * 5_000, "Zm9vYmFy:4711900", (m.Head(1, seq, 4_711_900),))
            ]
    return mix


def _said_by_visitor(ref: int, text: str, seq: int) -> Iterable[m.ClientMessage | m.ServerMessage]:
    op = identity(1_000 + seq)
    dt_ms = seq * 5_000
    yield m.Send(op, ref, text)
    yield m.Accepted(op, 1, seq, dt_ms)
    yield m.Event(1, seq, seq - 1, dt_ms, 3, 0, text, op=op)


def _answered(seq: int, text: str) -> Iterable[m.ClientMessage | m.ServerMessage]:
    yield m.Typing(1)
    yield from _said_by_visitor(1, text, seq)
    yield m.Receipts((m.Mark(1, seq, seq),))


def _said_by_agent(seq: int, text: str) -> Iterable[m.ClientMessage | m.ServerMessage]:
    yield m.SomebodyTyping(1, 3)
    yield m.Event(1, seq, seq - 1, seq * 5_000, 3, 3, text)
    yield m.Receipt((m.Mark(1, seq, seq),))


def measure() -> list[Measured]:
    """Measure the chat: one line for each kind of message, the sum last."""
    kinds: dict[str, Measured] = {}
    for message in chat():
        name = message_name(message)
        known = kinds.get(name, Measured(name, 0, 0, 0))
        kinds[name] = Measured(
            name,
            known.number + 1,
            known.json_bytes + len(JSON.encode(message)),
            known.binary_bytes + len(BINARY.encode(message)),
        )
    lines = list(kinds.values())
    whole = (sum(column) for column in list(zip(*lines, strict=True))[1:])
    return [*lines, Measured("all", *whole)]


def table() -> str:
    """Write the measurement as Markdown."""
    rows = [
        "| message | number | JSON bytes | binary bytes | smaller |",
        "|---|---:|---:|---:|---:|",
    ]
    rows += [
        f"| {one.name} | {one.number} | {one.json_bytes} | {one.binary_bytes} | {one.saved:.0%} |"
        for one in measure()
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    print(f"Texts: {len(TEXTS)}, median {median(len(text.encode()) for text in TEXTS):g} bytes.\n")
    print(table())
