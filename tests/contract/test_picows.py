"""What the adapter takes for granted about picows, whose protocol class is not public."""

from __future__ import annotations

import asyncio
import importlib.metadata
from pathlib import Path

import picows
import pytest
from picows import WSUpgradeRequest, WSUpgradeResponseWithListener

from airdesk.adapters.sockets.picows_private import PicowsProtocol, initialize_protocol

PINNED = "2.3.1"


class Made(PicowsProtocol):
    """A protocol made as the adapter makes it."""

    __slots__ = ()

    def __init__(self) -> None:
        initialize_protocol(self, _refuse)


def _refuse(request: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
    raise AssertionError("nobody asked for a connection")


def test_the_constructor_takes_what_the_adapter_gives() -> None:
    async def make() -> Made:
        return Made()

    try:
        protocol = asyncio.run(make())
    except TypeError as error:
        pytest.fail(
            f"picows {importlib.metadata.version('picows')} has changed the constructor of its "
            f"WSProtocol ({error}). It is private; adapt picows_private.py, run the conformance "
            "tests, and only then move the pin."
        )
    assert len(protocol.get_buffer(-1)) == 2_048 - 256


def test_a_protocol_is_read_into_its_own_buffer_by_the_event_loop() -> None:
    assert hasattr(Made, "get_buffer") and not issubclass(Made, asyncio.Protocol)


def test_the_version_is_the_one_that_was_examined() -> None:
    assert importlib.metadata.version("picows") == PINNED
    root = Path(__file__).parents[2]
    assert f'"picows=={PINNED}"' in (root / "pyproject.toml").read_text()


def test_a_private_name_of_the_adapter_is_still_there() -> None:
    assert hasattr(picows.WSTransport, "is_close_frame_sent")
    assert hasattr(picows.WSTransport, "close_handshake")
