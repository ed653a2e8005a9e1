"""An echo server of nothing but picows: the floor under every figure about sockets.

`airdesk bench path` runs it beside the real server, so that a figure says how far above the
cheapest possible server it is, on the same machine and in the same minute.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

from airdesk.core.kernel.limits import BACKLOG_MAX, FRAME_BYTES_MAX


class EchoListener(WSListener):
    """Sends every frame back."""

    __slots__ = ()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Answer a close frame with the end, anything else with itself."""
        if frame.msg_type is WSMsgType.CLOSE:
            transport.disconnect()
        else:
            transport.send(frame.msg_type, frame.get_payload_as_bytes())


async def serve_echo(host: str, port: int) -> asyncio.Server:
    """Listen; port 0 takes a free one. picows' smallest buffer, no timers."""
    logging.getLogger("picows").setLevel(logging.CRITICAL)

    def listener(request: WSUpgradeRequest) -> WSListener:
        return EchoListener()

    return await ws_create_server(
        listener,
        host,
        port,
        websocket_handshake_timeout=None,
        enable_auto_ping=False,
        max_frame_size=FRAME_BYTES_MAX,
        read_buffer_init_size=2_048,
        use_aiofastnet=False,
        backlog=BACKLOG_MAX,
    )


async def _run(host: str, port: int) -> None:
    server = await serve_echo(host, port)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the process is ended; the first line printed is the port."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        uvloop.run(_run(options.host, options.port))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
