"""What the load client says: short, in Chinese and English, as people do in chats."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

MEDIAN_BYTES: Final = 26
"""The median message of real dialogues, as UTF-8."""

SPREAD: Final = 0.8
"""Standard deviation of the logarithm of the length: a tenth is longer than 70 bytes."""

BYTES_MAX: Final = 1_000
NUMBER_BYTES: Final = 6
"""What the number in front and its space take."""

_WORDS: Final = (
    "您好，",
    "请问什么时候发货？",
    "订单还没有收到",
    "可以退款吗",
    "谢谢！",
    "好的",
    "我看一下，",
    "稍等",
    "地址填错了，",
    "能改吗？",
    "hello, ",
    "where is my order? ",
    "thanks ",
    "ok ",
    "could you check it again please? ",
    "it arrived broken ",
    "one moment ",
    "size L, ",
    "红色的还有吗",
    "发票怎么开",
)


def make_texts(count: int, seed: int = 1) -> list[str]:
    """Make texts whose lengths, with the number that goes in front, have the median of chats."""
    dice = random.Random(seed)
    return [_text(dice) for _ in range(count)]


def _text(dice: random.Random) -> str:
    wanted = dice.lognormvariate(0, SPREAD) * MEDIAN_BYTES
    room = max(1, min(BYTES_MAX, round(wanted)) - NUMBER_BYTES)
    text = ""
    while len(text.encode()) < room:
        text += dice.choice(_WORDS)
    return text.encode()[:room].decode(errors="ignore") or "?"


def median_bytes(texts: Sequence[str]) -> int:
    """Give the median length as it is sent, the number in front included."""
    lengths = sorted(len(text.encode()) + NUMBER_BYTES for text in texts)
    return lengths[len(lengths) // 2]
