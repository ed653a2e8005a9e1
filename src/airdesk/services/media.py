"""What a file is, found from its bytes; its name and what its sender says count for nothing.

Only four kinds of pictures are ever shown in place (`INLINE_TYPES`), and only where their header
can be read. All text, be it HTML, SVG, a script or a poem, is `text/plain`; what is neither known
nor text is `application/octet-stream`. So no upload gets a type that a browser would run.
"""

from __future__ import annotations

import codecs
from typing import Final, Literal, NamedTuple

import filetype  # type: ignore[import-untyped]

INLINE_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types that a browser may show in place; all others are offered for saving."""

HEAD_BYTES: Final = 64 * 1024
"""Of a file's beginning that are kept to find its type; a JPEG's size stands behind its EXIF."""

SIDE_MAX: Final = 65_535
"""Pixels of a picture's side; more is no picture that anybody shows."""

NAME_LETTERS_MAX: Final = 120
"""Letters of a file's name that are kept; its ending survives."""

PLAIN_TEXT: Final = "text/plain"
UNKNOWN: Final = "application/octet-stream"

_PASSED_KINDS: Final = ("image/", "audio/", "video/", "font/")
_PASSED_TYPES: Final = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/gzip",
        "application/x-7z-compressed",
        "application/x-bzip2",
        "application/x-tar",
        "application/x-rar-compressed",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/rtf",
        "application/epub+zip",
    }
)
_NEVER: Final = ("svg", "xml", "html", "javascript")


class Media(NamedTuple):
    """What a file turned out to be."""

    media_type: str
    width: int = 0
    """Pixels; 0 for what is no picture."""
    height: int = 0


class MediaFinder:
    """Looks at a file's bytes as they pass."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_text = True

    def see(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
        if self._is_text:
            try:
                self._is_text = b"\x00" not in chunk
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._is_text = False

    def found(self) -> Media:
        """Say what it is, once all bytes were seen."""
        head = bytes(self._head)
        size = picture_size(head)
        if size is not None:
            return size
        if self._ends_as_text():
            return Media(PLAIN_TEXT)
        return Media(_known_type(head))

    def _ends_as_text(self) -> bool:
        if not self._is_text:
            return False
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        return True


def _known_type(head: bytes) -> str:
    kind = filetype.guess(head)
    name = "" if kind is None else str(kind.mime)
    if any(word in name for word in _NEVER) or name in INLINE_TYPES:
        return UNKNOWN
    return name if name in _PASSED_TYPES or name.startswith(_PASSED_KINDS) else UNKNOWN


def picture_size(head: bytes) -> Media | None:
    """Read a picture's type and size from its header; None where it has no good one.

    Source: PNG (RFC 2083, 4.1.1), GIF89a (section 18), JPEG (ITU-T T.81, B.2.2),
    WebP (RFC 9649, 2.5 to 2.7).
    """
    if head[:8] == b"\x89PNG\r\n\x1a\n" and head[12:16] == b"IHDR":
        return _media("image/png", head[16:20], head[20:24], "big")
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return _media("image/gif", head[6:8], head[8:10], "little")
    if head[:3] == b"\xff\xd8\xff":
        return _jpeg(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    return None


def _media(
    media_type: str, width: bytes, height: bytes, order: Literal["big", "little"]
) -> Media | None:
    sides = [int.from_bytes(side, order) for side in (width, height)]
    if len(height) < 2 or not all(0 < side <= SIDE_MAX for side in sides):
        return None
    return Media(media_type, *sides)


def _jpeg(head: bytes) -> Media | None:
    """Walk over the segments up to the start of the frame."""
    at = 2
    while at + 9 <= len(head):
        if head[at] != 0xFF:
            return None
        marker = head[at + 1]
        if marker == 0xFF:
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _media("image/jpeg", head[at + 7 : at + 9], head[at + 5 : at + 7], "big")
        elif marker in (0xD9, 0xDA):
            return None
        else:
            length = int.from_bytes(head[at + 2 : at + 4], "big")
            if length < 2:
                return None
            at += 2 + length
    return None


def _webp(head: bytes) -> Media | None:
    kind, chunk = head[12:16], head[20:30]
    if len(chunk) < 10:
        return None
    if kind == b"VP8X":
        sides = (int.from_bytes(chunk[4:7], "little"), int.from_bytes(chunk[7:10], "little"))
        width, height = (side + 1 for side in sides)
    elif kind == b"VP8L" and chunk[0] == 0x2F:
        bits = int.from_bytes(chunk[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and chunk[3:6] == b"\x9d\x01\x2a":
        width = int.from_bytes(chunk[6:8], "little") & 0x3FFF
        height = int.from_bytes(chunk[8:10], "little") & 0x3FFF
    else:
        return None
    if not (0 < width <= SIDE_MAX and 0 < height <= SIDE_MAX):
        return None
    return Media("image/webp", width, height)


def safe_name(name: str) -> str:
    """Give a file's name without folders, controls and directions; never empty, 120 letters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    if len(plain) > NAME_LETTERS_MAX:
        stem, dot, ending = plain.rpartition(".")
        if dot and len(ending) <= 10:
            plain = stem[: NAME_LETTERS_MAX - len(ending) - 1] + dot + ending
        else:
            plain = plain[:NAME_LETTERS_MAX]
    return plain or "file"
