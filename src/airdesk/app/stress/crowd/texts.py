"""What the crowd says: short, in Chinese and English, as people do in chats."""

from __future__ import annotations

import random
from typing import Final

CHARS_MIN: Final = 5
CHARS_MAX: Final = 120
"""Of a message as it is sent, its mark in front included."""

MARK_CHARS_MAX: Final = 8
"""What a message's mark and the space behind it take at most."""

MEDIAN_CHARS: Final = 16
"""Half of all messages in chats with a shop are shorter."""

SPREAD: Final = 0.75
"""Standard deviation of the logarithm of the length."""

_CHINESE: Final = (
    "您好，在吗？",
    "请问什么时候发货？",
    "订单还没有收到，物流三天没有动了。",
    "可以退款吗，",
    "谢谢！",
    "好的，",
    "我看一下，",
    "稍等，马上为您查询。",
    "地址填错了，能改吗？",
    "红色的还有吗，",
    "发票怎么开？抬头写公司名称。",
    "这个尺码偏大还是偏小？",
    "收到的杯子碎了一个，",
    "已经为您登记，今天下午会有人联系您。",
    "优惠券用不了，显示已过期。",
    "麻烦发一下订单号，",
    "换货的运费谁出？",
    "昨天晚上付的款，",
    "充电器能用多久，",
    "不好意思让您久等了。",
)
_ENGLISH: Final = (
    "hello, ",
    "where is my order? ",
    "thanks a lot, ",
    "ok ",
    "could you check it again please? ",
    "it arrived broken ",
    "one moment, I will look it up. ",
    "size L, if you have it ",
    "the invoice shows the wrong name ",
    "we will send a new one today ",
    "does the lamp come with a bulb? ",
    "I paid twice by mistake ",
    "the courier says nobody was home ",
    "your parcel leaves tomorrow morning ",
    "is there a discount for ten? ",
    "yes please ",
)


def make_texts(count: int, seed: int = 1) -> list[str]:
    """Make texts, without marks, whose lengths are spread as in chats; half in each language."""
    dice = random.Random(seed)
    return [_text(dice, _CHINESE if n % 2 else _ENGLISH) for n in range(count)]


def _text(dice: random.Random, sentences: tuple[str, ...]) -> str:
    wanted = round(dice.lognormvariate(0, SPREAD) * MEDIAN_CHARS)
    room = max(CHARS_MIN, min(CHARS_MAX, wanted)) - MARK_CHARS_MAX
    text = ""
    room = max(room, CHARS_MIN - 1)  # One may be a space at the end, which is taken off.
    while len(text) < room:
        text += dice.choice(sentences)
    return text[:room].strip()
