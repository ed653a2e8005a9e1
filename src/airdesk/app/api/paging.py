"""Lists in pages: `?after=<opaque>&limit=` → `{"items": […], "next": "…" | null}`."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Final, Generic, TypeAlias, TypeVar

from fastapi import Query

from airdesk.app.api.models import Answer
from airdesk.core.kernel import ValueRefused

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
