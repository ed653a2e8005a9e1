"""The vectors say what the code does, and some of their bytes are written down here too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from airdesk.core.kernel import MalformedMessage
from airdesk.core.wire import BINARY, JSON, Encoding
from airdesk.core.wire import messages as m
from tools import generate_vectors

FOLDER = Path(__file__).resolve().parents[3] / "vectors"


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text("utf-8"))


def decoder(encoding: Encoding, direction: str) -> Any:
    return encoding.decode_client if direction == "client" else encoding.decode_server


def in_both(vector: dict[str, str]) -> list[tuple[Encoding, bytes]]:
    return [(JSON, vector["json"].encode()), (BINARY, bytes.fromhex(vector["bin"]))]


def test_no_vector_is_stale() -> None:
    assert generate_vectors.stale() == []
    assert generate_vectors.main(["--check"]) == 0


@pytest.mark.parametrize("vector", read("wire.json"), ids=lambda v: v["name"])
def test_both_encodings_of_a_vector_are_one_message(vector: dict[str, str]) -> None:
    (_, text), (_, binary) = in_both(vector)
    message = decoder(JSON, vector["direction"])(text)
    assert decoder(BINARY, vector["direction"])(binary) == message
    assert JSON.encode(message) == text
    assert BINARY.encode(message) == binary


def test_every_message_has_two_vectors_at_least() -> None:
    kinds = [
        type(decoder(BINARY, vector["direction"])(bytes.fromhex(vector["bin"])))
        for vector in read("wire.json")
    ]
    for cls in (*get_args(m.ClientMessage), *get_args(m.ServerMessage)):
        assert kinds.count(cls) >= 2, cls


@pytest.mark.parametrize("vector", read("tolerated.json"), ids=lambda v: v["name"])
def test_other_bytes_for_the_same_message_are_read(vector: dict[str, str]) -> None:
    same = decoder(BINARY, vector["direction"])(bytes.fromhex(vector["same_as"]))
    for encoding, payload in in_both(vector):
        assert decoder(encoding, vector["direction"])(payload) == same


@pytest.mark.parametrize("vector", read("refused.json"), ids=lambda v: v["name"])
def test_what_is_no_message_is_refused(vector: dict[str, str]) -> None:
    for encoding, payload in in_both(vector):
        with pytest.raises(MalformedMessage):
            decoder(encoding, vector["direction"])(payload)


OP = bytes.fromhex("0192f0c1a2b37c4d8e5f000000000f01")


@pytest.mark.parametrize(
    ("message", "written"),
    [
        (m.Alive(), "911a"),
        (m.Typing(1), "921701"),
        (m.Typing(1, False), "931701c2"),
        (m.Send(OP, 0, "你好"), f"9402c410{OP.hex()}00a6e4bda0e5a5bd"),
        (m.Assign(OP, 3), f"9305c410{OP.hex()}03"),
        (m.Accepted(OP, 1, 7, 61_000), f"9542c410{OP.hex()}0107cdee48"),
        (m.Event(128, 2, 1, 0, 3, 0, "a"), "9846cc800201000300a161"),
        (m.Event(1, 1, 0, 0, 5, value=8), "9a46010100000501a0c40008"),
        (m.Receipts((m.Mark(1, 7),)), "924791930107" + "00"),
        (m.Listing((1,), cursor="e1:1"), "954a910190" + "00a465313a31"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value[:4],
)
def test_bytes_that_were_written_by_hand(
    message: m.ClientMessage | m.ServerMessage, written: str
) -> None:
    assert BINARY.encode(message).hex() == written


def test_json_that_was_written_by_hand() -> None:
    text = '{"type":"send","op":"0192f0c1-a2b3-7c4d-8e5f-000000000f01","where":0,"text":"你\\"好"}'
    assert JSON.encode(m.Send(OP, 0, '你"好')).decode() == text
