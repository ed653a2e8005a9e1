"""The hello of a link tells apart a friend, another build and a stranger."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airdesk.adapters.unix.handshake import decode_hello, encode_hello, fingerprint
from airdesk.core.kernel import LinkMismatch, MalformedMessage

OURS, THEIRS = b"dialect1", b"dialect2"


@given(st.integers(0, 2**64 - 1))
def test_a_hello_tells_the_link_id(link_id: int) -> None:
    assert decode_hello(memoryview(encode_hello(OURS, link_id)), OURS) == link_id


def test_another_build_is_refused_by_name() -> None:
    with pytest.raises(LinkMismatch, match=THEIRS.hex()):
        decode_hello(memoryview(encode_hello(THEIRS, 1)), OURS)


def test_another_version_is_told_from_a_stranger_even_if_its_hello_is_longer() -> None:
    hello = bytearray(encode_hello(OURS, 1))
    hello[7] += 1
    with pytest.raises(LinkMismatch):
        decode_hello(memoryview(bytes(hello) + b"more"), OURS)


@pytest.mark.parametrize("body", [b"", b"GET / HTTP/1.1\r\n\r\n", b"airdesk"])
def test_a_stranger_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode_hello(memoryview(body), OURS)


def test_two_processes_of_one_build_have_one_fingerprint() -> None:
    program = "from airdesk.adapters.unix.handshake import fingerprint as f; print(f().hex())"
    other = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert other.stdout.strip() == fingerprint().hex()
