"""Whatever bytes come, a decoder gives a message or raises PeerError.

The cases are made from a seed. A failure names encoding, direction, seed, case and bytes;
`AIRDESK_FUZZ_SEED` runs another seed.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airdesk.core.kernel import PeerError
from airdesk.core.wire import BINARY, JSON, Encoding

CASES = 25_000
"""For each of two encodings and two directions: 100,000 in all."""

SEED = int(os.environ.get("AIRDESK_FUZZ_SEED", "20261124"))
VECTORS = Path(__file__).resolve().parents[1] / "vectors"

Make = Callable[[random.Random, list[bytes]], bytes]


def valid_frames(encoding: Encoding) -> list[bytes]:
    """Give frames of both directions, so that those of the other one come too."""
    vectors = json.loads((VECTORS / "wire.json").read_text("utf-8"))
    frames = [
        bytes.fromhex(one["bin"]) if encoding.binary else one["json"].encode() for one in vectors
    ]
    return [frame for frame in frames if len(frame) < 2_000]


def random_bytes(dice: random.Random, frames: list[bytes]) -> bytes:
    return dice.randbytes(dice.choice((0, 1, 2, 5, 20, 100, 400)))


def truncated(dice: random.Random, frames: list[bytes]) -> bytes:
    frame = dice.choice(frames)
    return frame[: dice.randrange(len(frame))]


def bits_flipped(dice: random.Random, frames: list[bytes]) -> bytes:
    frame = bytearray(dice.choice(frames))
    for _ in range(dice.choice((1, 1, 2, 4))):
        frame[dice.randrange(len(frame))] ^= 1 << dice.randrange(8)
    return bytes(frame)


def bytes_exchanged(dice: random.Random, frames: list[bytes]) -> bytes:
    frame = bytearray(dice.choice(frames))
    start = dice.randrange(len(frame))
    frame[start : start + dice.randrange(6)] = dice.randbytes(dice.randrange(6))
    return bytes(frame)


def crossed(dice: random.Random, frames: list[bytes]) -> bytes:
    first, second = dice.choice(frames), dice.choice(frames)
    return first[: dice.randrange(len(first))] + second[dice.randrange(len(second)) :]


def appended(dice: random.Random, frames: list[bytes]) -> bytes:
    return dice.choice(frames) + dice.choice((b"\x00", b" ", b"]", b"\xc0", dice.choice(frames)))


def nested(dice: random.Random, frames: list[bytes]) -> bytes:
    """Lists in lists, whole or without an end, alone or as a field of a later version."""
    depth = dice.choice((3, 100, 900, 1_100, 5_000))
    packed, text = b"\x91" * depth, b"[" * depth
    if dice.random() < 0.5:
        packed, text = packed + b"\x00", text + b"]" * depth
    if dice.random() < 0.5:
        packed, text = b"\x92\x1a" + packed, b'{"type":"alive","x":' + text + b"}"
    return packed if dice.random() < 0.5 else text


def maps_nested(dice: random.Random, frames: list[bytes]) -> bytes:
    depth = dice.choice((3, 900, 1_100, 5_000))
    packed, text = (
        b"\x92\x1a" + b"\x81\xa1a" * depth + b"\x00",
        b'{"a":' * depth + b"1" + b"}" * depth,
    )
    return packed if dice.random() < 0.5 else text


def huge_length(dice: random.Random, frames: list[bytes]) -> bytes:
    """A header that promises far more than comes."""
    header = dice.choice((b"\xc6", b"\xc9", b"\xdb", b"\xdd", b"\xdf"))
    length = dice.choice((2**31 - 1, 2**32 - 1, 2**16, 1_000_000))
    frame = dice.choice(frames)
    cut = dice.randrange(len(frame))
    return frame[:cut] + header + length.to_bytes(4, "big") + frame[cut:]


def odd_values(dice: random.Random, frames: list[bytes]) -> bytes:
    """A good frame in which one thing is of a kind that is rarely thought of."""
    packed = (
        b"\xcf" + b"\xff" * 8,
        b"\xd3\x80" + bytes(7),
        b"\xcb\x7f\xf8" + bytes(6),
        b"\xc0",
        b"\xc1",
        b"\xd6\xff" + bytes(4),
        b"\xc7\x0c\xff" + b"\xff" * 12,
        b"\xa3\xed\xa0\xbd",
        b"\xc4\x00",
    )
    text = (
        b"1e999",
        b"-0",
        b"NaN",
        b"9" * 400,
        b"1.0",
        b'"\\ud800"',
        b'"\\u0000"',
        b"null",
        b'"\xff"',
        b"{}",
        b"\xef\xbb\xbf1",
    )
    frame = dice.choice(frames)
    cut = dice.randrange(len(frame))
    odd: bytes = dice.choice(packed + text)
    return frame[:cut] + odd + frame[cut + dice.randrange(3) :]


MAKERS: tuple[Make, ...] = (
    random_bytes,
    truncated,
    bits_flipped,
    bytes_exchanged,
    crossed,
    appended,
    nested,
    maps_nested,
    huge_length,
    odd_values,
)


@pytest.mark.parametrize("direction", ["client", "server"])
@pytest.mark.parametrize("encoding", [BINARY, JSON], ids=lambda one: one.subprotocol)
def test_a_decoder_raises_nothing_but_peer_errors(encoding: Encoding, direction: str) -> None:
    decode: Any = encoding.decode_client if direction == "client" else encoding.decode_server
    frames = valid_frames(encoding)
    dice = random.Random(f"{SEED} {encoding.subprotocol} {direction}")
    good, refused = 0, 0
    for case in range(CASES):
        make = MAKERS[case % len(MAKERS)]
        payload = make(dice, frames)
        try:
            message = decode(payload)
            again = decode(encoding.encode(message))
        except PeerError:
            refused += 1
        except BaseException as error:
            pytest.fail(
                f"{type(error).__name__}: {error}\nseed {SEED}, {encoding.subprotocol}, "
                f"{direction}, case {case} ({make.__name__}): {payload[:400].hex()}"
            )
        else:
            good += 1
            assert again == message, (SEED, case, payload[:400].hex())
    # Both ways were gone, else the cases would test nothing.
    assert good + refused == CASES
    assert good > CASES // 100
    assert refused > CASES // 2
