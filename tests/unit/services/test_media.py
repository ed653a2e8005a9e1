"""A file's type comes from its bytes, and no type that a browser would run comes out."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airdesk.services.media import (
    INLINE_TYPES,
    NAME_LETTERS_MAX,
    Media,
    MediaFinder,
    picture_size,
    safe_name,
)

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + bytes(20)
GIF = b"GIF89a" + struct.pack("<HH", 30, 20) + bytes(10)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(10) + b"\xff\xc2\x00\x11\x08\x00\x40\x00\x80" + bytes(9)
)
WEBP_LOSSY = b"RIFF....WEBPVP8 ....\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 5, 6)
WEBP_LOSSLESS = b"RIFF....WEBPVP8L....\x2f" + struct.pack("<I", 99 | 49 << 14) + bytes(8)
WEBP_LONG = b"RIFF....WEBPVP8X....\x00\x00\x00\x00\x09\x00\x00\x13\x00\x00"


def found(*chunks: bytes) -> Media:
    finder = MediaFinder()
    for chunk in chunks:
        finder.see(chunk)
    return finder.found()


@pytest.mark.parametrize(
    ("head", "media"),
    [
        (PNG, Media("image/png", 640, 480)),
        (GIF, Media("image/gif", 30, 20)),
        (JPEG, Media("image/jpeg", 128, 64)),
        (WEBP_LOSSY, Media("image/webp", 5, 6)),
        (WEBP_LOSSLESS, Media("image/webp", 100, 50)),
        (WEBP_LONG, Media("image/webp", 10, 20)),
    ],
)
def test_a_picture_is_known_with_its_size(head: bytes, media: Media) -> None:
    assert found(head) == media


@pytest.mark.parametrize(
    "text",
    [
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"#!/bin/sh\necho",
        b"alert(1)",
        "你好".encode(),
        b"",
    ],
)
def test_all_text_is_plain_text(text: bytes) -> None:
    assert found(text) == Media("text/plain")


def test_a_letter_cut_by_a_chunk_is_still_text() -> None:
    raw = "好".encode()
    assert found(raw[:1], raw[1:]).media_type == "text/plain"


def test_half_a_letter_at_the_end_is_no_text() -> None:
    assert found("好".encode()[:2]).media_type == "application/octet-stream"


def test_a_picture_without_a_good_header_is_no_picture() -> None:
    broken = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 0, 480) + bytes(20)
    assert found(broken).media_type == "application/octet-stream"


def test_a_document_keeps_its_type() -> None:
    assert found(b"%PDF-1.7\n\xe2\xe3\xcf\xd3").media_type == "application/pdf"


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_no_bytes_get_a_type_that_runs(chunks: list[bytes]) -> None:
    media = found(*chunks)
    assert not any(word in media.media_type for word in ("html", "xml", "svg", "script"))
    assert (media.media_type in INLINE_TYPES) == (media.width > 0)


@given(st.sampled_from([PNG, GIF, JPEG, WEBP_LONG]), st.integers(0, 60), st.binary(max_size=40))
def test_a_damaged_picture_never_raises(head: bytes, cut: int, tail: bytes) -> None:
    media = picture_size(head[:cut] + tail)
    assert media is None or (media.width > 0 and media.height > 0)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("gnp\u202e.exe", "gnp.exe"),
        ("", "file"),
        ("...", "file"),
        ("发票.pdf", "发票.pdf"),
    ],
)
def test_a_name_is_only_a_name(given_name: str, kept: str) -> None:
    assert safe_name(given_name) == kept


@given(st.text(max_size=300))
def test_every_name_is_short_and_printable(name: str) -> None:
    kept = safe_name(name)
    assert 0 < len(kept) <= NAME_LETTERS_MAX
    assert kept.isprintable() and "/" not in kept
