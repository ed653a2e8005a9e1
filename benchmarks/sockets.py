"""What a connection costs: memory while idle, CPU per echoed message; ours beside bare picows.

    python benchmarks/sockets.py --connections 5000

Each server runs in a process of its own, the client in this one. Memory is the proportional set
size (smaps_rollup) after minus before, divided by connections; CPU is the server's user and
system time, divided by messages. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import psutil
import uvicorn
import uvloop
from starlette.applications import Starlette

from airdesk.adapters.sockets import server_config, socket_protocol
from airdesk.core.kernel.limits import BACKLOG_MAX
from airdesk.ports.sockets import SocketConnection

PAYLOAD = bytes(range(160))
ROUNDS = 10
WINDOW = 64
"""Connections that have a message under way at once."""


class Echo:
    """The least receiver."""

    __slots__ = ("connection",)

    def __init__(self, connection: SocketConnection) -> None:
        self.connection = connection

    def socket_message(self, payload: bytes, binary: bool) -> None:
        """Send it back."""
        self.connection.send(payload, binary)

    def socket_closed(self, code: int) -> None:
        """Nothing to forget."""


async def serve() -> None:
    """Serve our adapter with the least receiver; prints the port."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG_MAX)
    protocol = socket_protocol(Echo)
    server = uvicorn.Server(server_config(Starlette(), protocol, host="127.0.0.1", port=0))
    print(listening.getsockname()[1], flush=True)
    await server.serve(sockets=[listening])


class Client(asyncio.Protocol):
    """One connection that counts the bytes of its echoes."""

    def __init__(self) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.left = 0
        self.transport: asyncio.Transport
        self.awaited: Callable[[bytes], None] = self._handshake

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask to become a WebSocket."""
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(
            b"GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari\r\n"
            b"Origin: https://example.com\r\nAccept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n"
            b"Accept-Encoding: gzip, deflate, br\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Sec-WebSocket-Protocol: airdesk.v1.bin\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        """Hand over to what is awaited."""
        self.awaited(data)

    def _handshake(self, data: bytes) -> None:
        if not data.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(data.decode("latin-1"))
        self.awaited = self._echo
        self.done.set_result(None)

    def _echo(self, data: bytes) -> None:
        self.left -= len(data)
        if self.left == 0:
            self.done.set_result(None)

    async def echo(self, frame: bytes, answer_bytes: int) -> None:
        """Send a frame and wait for its echo."""
        self.done = asyncio.get_running_loop().create_future()
        self.left = answer_bytes
        self.transport.write(frame)
        await self.done


def pss_bytes(pid: int) -> int:
    """Give a process's proportional set size."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise LookupError("no Pss in smaps_rollup")


def cpu_seconds(process: psutil.Process) -> float:
    """Give user and system time."""
    times = process.cpu_times()
    return float(times.user + times.system)


async def connect(port: int, count: int) -> list[Client]:
    """Open connections, a hundred at a time."""
    loop = asyncio.get_running_loop()
    clients: list[Client] = []
    for start in range(0, count, 100):
        made = await asyncio.gather(
            *(
                loop.create_connection(Client, "127.0.0.1", port)
                for _ in range(min(100, count - start))
            )
        )
        clients += [client for _, client in made]
        await asyncio.gather(*(client.done for client in clients[start:]))
    return clients


async def echo_all(clients: list[Client]) -> int:
    """Send ROUNDS messages on every connection, WINDOW at once."""
    frame = b"\x82\xfe" + len(PAYLOAD).to_bytes(2, "big") + bytes(4) + PAYLOAD
    waiting = iter([client for _ in range(ROUNDS) for client in clients])

    async def worker() -> None:
        for client in waiting:
            await client.echo(frame, len(PAYLOAD) + 4)

    await asyncio.gather(*(worker() for _ in range(WINDOW)))
    return ROUNDS * len(clients)


async def measure(command: list[str], count: int) -> dict[str, float]:
    """Run one server and measure it."""
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        server = psutil.Process(process.pid)
        warm = await connect(port, 100)
        await echo_all(warm)
        before, cpu_before = pss_bytes(process.pid), cpu_seconds(server)
        clients = await connect(port, count)
        cpu_connected = cpu_seconds(server)
        await asyncio.sleep(0.5)
        idle = (pss_bytes(process.pid) - before) / count
        cpu_start, start = cpu_seconds(server), time.monotonic()
        messages = await echo_all(clients)
        seconds, cpu = time.monotonic() - start, cpu_seconds(server) - cpu_start
        used = (pss_bytes(process.pid) - before) / count
    finally:
        process.kill()
        await process.wait()
    return {
        "pss_bytes_per_idle_connection": round(idle),
        "pss_bytes_per_connection_after_echoes": round(used),
        "cpu_us_per_message": round(cpu / messages * 1e6, 1),
        "cpu_us_per_opening": round((cpu_connected - cpu_before) / count * 1e6),
        "messages_per_s": round(messages / seconds),
    }


async def compare(count: int, repeats: int) -> dict[str, Any]:
    """Measure both servers in turn."""
    commands = {
        "bare": [sys.executable, "-m", "airdesk.app.stress.bare_echo", "--port", "0"],
        "ours": [sys.executable, __file__, "--serve"],
    }
    result: dict[str, Any] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            result[name].append(await measure(command, count))
    return {
        "machine": f"{platform.machine()}, {psutil.cpu_count()} cores, Python "
        f"{platform.python_version()}, uvicorn {uvicorn.__version__}, backlog {BACKLOG_MAX}",
        "connections": count,
        "load_average": psutil.getloadavg()[0],
        **result,
    }


def main() -> None:
    """Measure, or with --serve be the server that is measured."""
    parser = argparse.ArgumentParser(description="cost of a socket")
    parser.add_argument("--connections", type=int, default=5_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if options.serve:
        uvloop.run(serve())
        return
    result = uvloop.run(asyncio.wait_for(compare(options.connections, options.repeats), 300))
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
