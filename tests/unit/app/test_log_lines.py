"""Lines of the program's own log tell nothing of people."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from airdesk.app.log_lines import BLOT, blotted, configure_log


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the process's logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_both_ways_to_log_write_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure_log("json")
    structlog.get_logger().info("home is up", head=7)
    logging.getLogger("airdesk.sockets").warning("a receiver failed on %s", "hello")
    ours, theirs = map(json.loads, capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["head"], ours["level"]) == ("home is up", 7, "info")
    assert theirs["event"] == "a receiver failed on hello"
    assert (theirs["logger"], theirs["level"]) == ("airdesk.sockets", "warning")
    assert ours["timestamp"].endswith("Z")


def test_a_level_leaves_out_what_is_less(capsys: pytest.CaptureFixture[str]) -> None:
    configure_log("json", "warning")
    structlog.get_logger().info("quiet")
    logging.getLogger("airdesk").info("quiet")
    structlog.get_logger().warning("loud")
    assert "quiet" not in (said := capsys.readouterr().err)
    assert "loud" in said


def test_context_stands_in_every_line_of_its_request(capsys: pytest.CaptureFixture[str]) -> None:
    configure_log("json")
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger().info("one")
        logging.getLogger("airdesk").warning("two")
    structlog.get_logger().info("three")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line.get("request_id") for line in lines] == ["r1", "r1", None]


@pytest.mark.parametrize("form", ["json", "console"])
def test_private_fields_and_secrets_are_blotted_out(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    configure_log(form)
    logger = structlog.get_logger()
    logger.warning("failed", text="my card is 4711", email="li@example.com", token="adt_abc")
    logger.warning("failed", path="/enter/SECRETLINK", error="no user li@example.com, adt_abc")
    try:
        raise ValueError("of li@example.com")
    except ValueError:
        logger.exception("defect")
    said = capsys.readouterr().err
    for private in ("4711", "SECRETLINK", "adt_abc", "li@example.com"):
        assert private not in said
    assert BLOT in said
    assert "ValueError" in said


def test_what_is_not_private_stays() -> None:
    path = "/api/v1/conversations/01a/messages"
    assert blotted(path) == path
    assert blotted("/api/invitations/abc?x=1") == f"/api/invitations/{BLOT}?x=1"
