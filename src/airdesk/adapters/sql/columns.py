"""Column types: how the values of entities lie in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, SmallInteger, Text
from sqlalchemy.types import TypeDecorator

from airdesk.core.kernel import NO_ID

Number = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database counts up itself: SQLite does so for INTEGER alone."""


class OptionalId(TypeDecorator[bytes]):
    """An id that may name nothing: NO_ID is NULL, so that a foreign key holds for the others."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """See TypeDecorator."""
        return None if value == NO_ID else value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes:
        """See TypeDecorator."""
        return NO_ID if value is None else bytes(value)


class OptionalText(TypeDecorator[str]):
    """A text that may be missing: "" is NULL, so that the others may be unique."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """See TypeDecorator."""
        return value or None

    def process_result_value(self, value: str | None, dialect: Dialect) -> str:
        """See TypeDecorator."""
        return value or ""


class Choice(TypeDecorator[IntEnum]):
    """One of an enumeration, stored as its number."""

    impl = SmallInteger
    cache_ok = True

    def __init__(self, kind: type[IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: IntEnum | None, dialect: Dialect) -> int | None:
        """See TypeDecorator."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:
        """See TypeDecorator."""
        return None if value is None else self.kind(value)


class Packed(TypeDecorator[Any]):
    """A list or structure, stored as JSON: read and written whole, never searched."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """See TypeDecorator."""
        return msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """See TypeDecorator."""
        return self._decoder.decode(value or "null")


def words_within(words: str) -> Iterator[str]:
    """Give LIKE patterns, escaped by a backslash, that find each of the words inside."""
    for word in words.split():
        for special in "\\%_":
            word = word.replace(special, "\\" + special)
        yield f"%{word}%"
