"""Ids: sixteen bytes inside, UUID text outside."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airdesk.core.kernel import NO_ID, derived_operation_id, id_ms, id_text, parse_id, uuid7

randoms = st.binary(min_size=10, max_size=10)
times = st.integers(0, 2**48 - 1)


@given(times, randoms)
def test_a_new_id_is_a_uuid_of_version_seven(unix_ms: int, random: bytes) -> None:
    made = uuid7(unix_ms, random)
    standard = UUID(bytes=made)
    assert (standard.version, standard.variant) == (7, "specified in RFC 4122")
    assert id_ms(made) == unix_ms


@given(times, times, randoms, randoms)
def test_ids_sort_by_time(first_ms: int, second_ms: int, first: bytes, second: bytes) -> None:
    if first_ms < second_ms:
        assert uuid7(first_ms, first) < uuid7(second_ms, second)


@given(times, randoms, st.integers(0, 79))
def test_all_random_bits_but_six_are_used(unix_ms: int, random: bytes, bit: int) -> None:
    other = (int.from_bytes(random, "big") ^ (1 << bit)).to_bytes(10, "big")
    fixed = bit in {62, 63, 76, 77, 78, 79}
    assert (uuid7(unix_ms, random) == uuid7(unix_ms, other)) == fixed


def test_the_example_of_the_standard_comes_out() -> None:
    # RFC 9562, appendix A.6.
    random = bytes.fromhex("0cc3" + "18c4dc0c0c07398f")
    expected = UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")
    assert uuid7(0x017F22E279B0, random) == expected.bytes


@given(st.binary(min_size=16, max_size=16))
def test_text_is_that_of_a_uuid_and_is_read_again(value: bytes) -> None:
    assert id_text(value) == str(UUID(bytes=value))
    assert parse_id(id_text(value)) == value
    assert parse_id(id_text(value).upper()) == value


def test_the_id_that_names_nothing_is_zero() -> None:
    assert id_text(NO_ID) == "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize("length", [0, 15, 17])
def test_bytes_of_another_length_are_no_id(length: int) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        id_text(b"x" * length)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0192f0c1a2b37c4d8e5f000000000a01",
        "{0192f0c1-a2b3-7c4d-8e5f-000000000a01}",
        "0192f0c1-a2b3-7c4d-8e5f-000000000a0",
        "0192f0c1-a2b3-7c4d-8e5f-000000000a0g",
        "0192f0c1-a2b3-7c4d-8e5f 000000000a01",
        "0192f0c1-a2b3-7c4d-8e5f-00000000 a01",
        "0192f0c1-a2b3-7c4d-8e5f-00000000-a01",
        "٠192f0c1-a2b3-7c4d-8e5f-000000000a01",
    ],
)
def test_other_text_is_no_id(text: str) -> None:
    with pytest.raises(ValueError):
        parse_id(text)


@given(st.text(max_size=40) | st.from_regex(r"[0-9a-fA-F\-]{36}", fullmatch=True))
def test_only_what_the_standard_library_reads_is_read(text: str) -> None:
    try:
        value = parse_id(text)
    except ValueError:
        return
    assert UUID(text).bytes == value


def test_a_derived_operation_id_is_the_same_for_the_same_record_and_no_other() -> None:
    ids = {
        derived_operation_id(consumer, position, n)
        for consumer in ("bot", "views")
        for position in (1, 2, 2**40)
        for n in (0, 1)
    }
    assert len(ids) == 12
    assert derived_operation_id("bot", 2, 1) == derived_operation_id("bot", 2, 1)
    assert derived_operation_id("bot", 1) < derived_operation_id("bot", 2)
