"""Lists in pages: `?after=<opaque>&limit=` → `{"items": […], "next": "…" | null}`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Final, Generic, TypeAlias, TypeVar

from fastapi import Query

from airdesk.app.api.models import Answer
from airdesk.core.kernel import NO_ID, ValueRefused, parse_id

PAGE_ITEMS_MAX: Final = 100
PAGE_ITEMS: Final = 50
CURSOR_LETTERS_MAX: Final = 500

Limit: TypeAlias = Annotated[
    int, Query(ge=1, le=PAGE_ITEMS_MAX, description="How many items at most.")
]
After: TypeAlias = Annotated[
    str, Query(max_length=CURSOR_LETTERS_MAX, description="`next` of the page before.")
]

Item = TypeVar("Item")


class Page(Answer, Generic[Item]):
    """Some items and where the next page begins."""

    items: list[Item]
    next: str | None = None


def write_cursor(position: str) -> str:
    """Make a position opaque, so that nobody builds upon what it is made of."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> str:
    """Give the position that `write_cursor` was given; "" for the first page.

    Raises:
        ValueRefused: it is none of ours.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        position = raw.decode()
    except (binascii.Error, ValueError):
        raise ValueRefused(name="after", range="`next` of a page") from None
    if "\x00" in position:
        raise ValueRefused(name="after", range="`next` of a page")
    return position


def read_number(cursor: str) -> int:
    """Give the number that a cursor was made of; 0 for the first page.

    Raises:
        ValueRefused: it is none of ours.
    """
    position = read_cursor(cursor)
    if not position:
        return 0
    if not position.isascii() or not position.isdigit() or len(position) > 18:
        raise ValueRefused(name="after", range="`next` of a page")
    return int(position)


def read_id(cursor: str) -> bytes:
    """Give the id that a cursor was made of; NO_ID for the first page.

    Raises:
        ValueRefused: it is none of ours.
    """
    position = read_cursor(cursor)
    try:
        return parse_id(position) if position else NO_ID
    except ValueError:
        raise ValueRefused(name="after", range="`next` of a page") from None


def page_of(items: list[Item], limit: int, key: Callable[[Item], str]) -> Page[Item]:
    """Make a page of items that were asked for with this limit; a full one has a following one."""
    return Page(items=items, next=write_cursor(key(items[-1])) if len(items) == limit else None)
