"""Lines of the program's own log: fields with names, for people or machines, on standard error.

What people wrote, who they are and what lets them in never stands in a line, whoever logs it by
mistake: fields of such names are blotted out, and so are one-time links within addresses.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog

PRIVATE_FIELDS: Final = frozenset(
    {
        "address",
        "authorization",
        "body",
        "bodies",
        "cookie",
        "email",
        "ip",
        "link",
        "password",
        "phone",
        "secret",
        "text",
        "texts",
        "token",
        "words",
    }
)
"""Names of fields that would tell of a person, or let somebody in."""

BLOT: Final = "…"
"""Stands where something private stood."""

_LINK: Final = re.compile(r"(/(?:enter|invite|invitations)/)[^/?#\s\"']+")
_BEARER: Final = re.compile(r"\b(adt_)[\w-]+")
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def configure_log(form: str = "auto", level: str = "info") -> None:
    """Let everything that logs, structlog and logging alike, write the same kind of line.

    Args:
        form: `console`, `json`, or `auto` for console on a terminal.
        level: the least that is written.
    """
    if form == "auto":
        form = "console" if sys.stderr.isatty() else "json"
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "console":
        # A trace as text: the pretty one shows the values of variables, which are anybody's words.
        renderer = structlog.dev.ConsoleRenderer(
            exception_formatter=structlog.dev.plain_traceback, colors=sys.stderr.isatty()
        )
    last: list[Any] = [structlog.processors.format_exc_info, without_private, renderer]
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(least, logging.INFO))
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(quiet)


_QUIET: Final[Mapping[str, int]] = {
    # They tell of every query, step and connection; what goes wrong is said by our own lines.
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "asyncio": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "uvicorn": logging.WARNING,
}


def without_private(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blot out what is private. A processor of structlog."""
    for name, value in event.items():
        if name in PRIVATE_FIELDS:
            event[name] = BLOT
        elif isinstance(value, str):
            event[name] = blotted(value)
    return event


def blotted(words: str) -> str:
    """Give words without one-time links, API tokens and e-mails."""
    if "/" in words:
        words = _LINK.sub(rf"\1{BLOT}", words)
    if "adt_" in words:
        words = _BEARER.sub(rf"\1{BLOT}", words)
    return _EMAIL.sub(BLOT, words) if "@" in words else words
