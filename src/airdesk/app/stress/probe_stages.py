"""Which functions are which stage of a message's way.

read      the system call that reads, picows' parser, the rules of frames
decode    bytes to a message, a message to a command
decide    the gateway's and the home's checks, the repeated operation, decide, the record
append    handing records to the log, hearing that they are durable; the log's threads besides
evolve    the hot table, desk and timers; after the disk: feeds, audiences, link messages
encode    what each connection gets, as bytes
write     frames, joined for each socket, and the system call that writes them
follow    views, bot and contacts: telling them of records, and their threads
other     the loop itself, ticks, beats, the collector
"""

from __future__ import annotations

from typing import Any, Final

from airdesk.adapters.memory import links
from airdesk.adapters.sockets.connection import PicowsConnection
from airdesk.adapters.sockets.protocol import SocketProtocol
from airdesk.adapters.sqlite.event_log import SqliteEventLog
from airdesk.app.gateway import from_clients, gateway
from airdesk.app.home.home import Home
from airdesk.app.home.runner import HomeRunner
from airdesk.app.stress.probe import StageClock
from airdesk.core.wire import BINARY
from airdesk.services.conversations import Conversations

STAGES: Final = (
    "other",
    "read",
    "decode",
    "decide",
    "append",
    "evolve",
    "encode",
    "write",
    "follow",
)

WRAPPED: Final[tuple[tuple[str, Any, str], ...]] = (
    ("decode", gateway.Gateway, "received"),
    ("decode", type(BINARY), "decode_client"),
    ("decode", from_clients, "to_command"),
    ("decide", Home, "gateway_message"),
    ("append", SqliteEventLog, "append"),
    ("append", SqliteEventLog, "_hand_over"),
    ("append", SqliteEventLog, "_hear"),
    ("append", SqliteEventLog, "save_states"),
    ("evolve", Conversations, "_apply"),
    ("evolve", Conversations, "_apply_account"),
    ("evolve", Conversations, "log_durable"),
    ("encode", links.DirectGatewayLink, "_deliver"),
    ("encode", gateway.Gateway, "link_message"),
    ("write", PicowsConnection, "send"),
    ("write", PicowsConnection, "ping"),
    ("write", PicowsConnection, "write_waiting"),
    ("follow", HomeRunner, "log_moved"),
)
"""Stage, where the function stands, and its name."""


def swap_stages() -> StageClock:
    """Put measured functions in the place of those of WRAPPED, for the rest of this process."""
    clock = StageClock(STAGES)
    clock.calibrate()
    for stage, place, name in WRAPPED:
        setattr(place, name, clock.wrap(stage, getattr(place, name)))
    # libuv asks for the buffer just before it reads, and the parser runs just after.
    reading: Any = SocketProtocol
    reading.get_buffer = clock.begins("read", SocketProtocol.get_buffer)
    reading.buffer_updated = clock.ends(SocketProtocol.buffer_updated)
    return clock
