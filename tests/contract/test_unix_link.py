"""What a link on a Unix socket promises beyond the contract: processes that die, hang or lie."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvloop

from airdesk.adapters.unix import UnixGatewayLink, UnixHomeLinks, framing, handshake
from airdesk.core.kernel import DependencyError, LinkMismatch, limits
from airdesk.ports.link import Fence, SessionId, ToGateway

from .link_places import (
    GatewayEar,
    HomeEar,
    UnixPlace,
    text_to_gateway,
    text_to_home,
    to_gateway,
    to_home,
)

PROCESS = Path(__file__).with_name("link_process.py")
BEAT_MS = 100
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}

Scenario = Callable[[UnixPlace], Coroutine[Any, Any, None]]
Run = Callable[[Scenario], None]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name: a socket's path has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="link-") as name:
        yield Path(name)


@pytest.fixture(params=sorted(LOOPS))
def run(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a scenario on each loop, with quick beats; it must end, or the test fails."""
    monkeypatch.setattr(limits, "LINK_BEAT_MS", BEAT_MS)

    async def closing(scenario: Scenario) -> None:
        place = UnixPlace(folder)
        try:
            await scenario(place)
        finally:
            await place.close()

    def run(scenario: Scenario) -> None:
        with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
            runner.run(asyncio.wait_for(closing(scenario), 60))

    return run


class Child:
    """A process with the other end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self) -> str:
        """Give the next line that it prints."""
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    async def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def child(role: str, place: UnixPlace) -> AsyncIterator[Child]:
    """Start a process that is gone afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, PROCESS, role, place.path, str(BEAT_MS), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Child(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def echo(number: int) -> Fence:
    """Make what the process's home answers."""
    return Fence(SessionId(number), 0)


# Processes that die ---------------------------------------------------------------------------


def test_a_gateway_that_is_killed_is_gone_once_and_returns_as_another(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        home = HomeEar()
        end = await place.home(home)
        for life in range(3):
            async with child("gateway", place) as gateway:
                await home.until(lambda: bool(home.heard))
                gateway_id, greeting = home.heard.pop()
                assert greeting == to_home(0)
                end.send(gateway_id, to_gateway(5))
                await home.until(lambda: bool(home.heard))
                assert home.heard.pop() == (gateway_id, to_home(5))
                await gateway.kill()
                await home.until(lambda: bool(home.gone))
                assert home.gone == [gateway_id] == [life + 1]
                home.gone.clear()

    run(scenario)


def test_a_home_that_is_killed_is_found_again_by_every_gateway(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        ears = [GatewayEar(), GatewayEar()]
        for ear in ears:
            end = await place.gateway(ear)
            ear.greeting = lambda end=end: end.send(to_home(7))
        life: list[str | ToGateway] = ["up", echo(7), "down"]
        for lives in range(1, 4):
            async with child("home", place) as home:
                for ear in ears:
                    await ear.until_heard(*(life * lives)[:-1])
                await home.kill()
                for ear in ears:
                    await ear.until_heard(*(life * lives))
        assert place.path.exists(), "a killed home leaves its socket behind"

    run(scenario)


def test_a_home_that_is_killed_in_the_middle_of_a_flood_leaves_no_half_message(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        ear = GatewayEar()
        end = await place.gateway(ear)

        def flood() -> None:
            for number in range(20_000):
                end.send(to_home(number))

        ear.greeting = flood
        async with child("home", place) as home:
            await ear.until(lambda: len(ear.heard) > 100)
            await home.kill()
            await ear.until(lambda: ear.heard[-1] == "down")
        heard = ear.heard[1:-1]
        assert heard == [echo(number) for number in range(len(heard))]

    run(scenario)


# Processes that hang --------------------------------------------------------------------------


def test_a_gateway_that_hangs_is_gone_and_links_again_when_it_wakes(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        home = HomeEar()
        await place.home(home)
        async with child("gateway", place) as gateway:
            await home.until(lambda: len(home.heard) == 1)
            gateway.signal(signal.SIGSTOP)
            await home.until(lambda: home.gone == [1])
            gateway.signal(signal.SIGCONT)
            await home.until(lambda: len(home.heard) == 2)
            assert [await gateway.line() for _ in range(3)] == ["up", "down", "up"]
            assert [gateway_id for gateway_id, _ in home.heard] == [1, 2]

    run(scenario)


def test_a_home_that_hangs_is_left(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        async with child("home", place) as home:
            assert await home.line() == "serving"
            ear = GatewayEar()
            await place.gateway(ear)
            await ear.until_heard("up")
            home.signal(signal.SIGSTOP)
            await ear.until_heard("up", "down")
            home.signal(signal.SIGCONT)
            await ear.until_heard("up", "down", "up")

    run(scenario)


def test_a_gateway_that_does_not_read_costs_the_home_no_more_than_the_bound(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        home = HomeEar()
        end = await place.home(home)
        async with child("gateway", place) as gateway:
            await home.until(lambda: len(home.heard) == 1)
            gateway.signal(signal.SIGSTOP)
            large = text_to_gateway("x" * 1_000_000)
            for _ in range(30):
                end.send(home.heard[0][0], large)
                await asyncio.sleep(0)
            assert 7_000_000 < end.bytes_waiting(home.heard[0][0]) <= limits.LINK_BYTES_MAX
            gateway.signal(signal.SIGCONT)
            assert await gateway.line() == "up"
            assert await gateway.line() == "hole"
            assert home.gone == []

    run(scenario)


# Peers that lie -------------------------------------------------------------------------------


class Stranger:
    """A raw connection to a home."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def is_cut(self) -> bool:
        """Read until the home ends the connection."""
        try:
            while await self.reader.read(65_536):
                pass
        except ConnectionResetError:
            pass
        self.writer.close()
        return True


async def stranger(place: UnixPlace, *, hello: bool) -> Stranger:
    """Knock by hand."""
    one = Stranger(*await asyncio.open_unix_connection(place.path))
    if hello:
        body = handshake.encode_hello(handshake.fingerprint(), 1)
        one.writer.write(framing.encode_frame(framing.HELLO_NUMBER, body))
    return one


GOOD = framing.encode_body(to_home(1))
LIES = {
    "no message": framing.encode_frame(1, b"\xc1"),
    "a message to a gateway": framing.encode_frame(1, framing.encode_body(to_gateway(1))),
    "too long": framing.HEADER.pack(limits.LINK_FRAME_BYTES_MAX + 1, 1),
    "a number again": framing.encode_frame(1, GOOD) + framing.encode_frame(1, GOOD),
    "a number left out": framing.encode_frame(2, GOOD),
    "a beat that is ahead": framing.encode_frame(1),
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_a_gateway_that_breaks_the_rules_is_cut(run: Run, lie: str) -> None:
    async def scenario(place: UnixPlace) -> None:
        home = HomeEar()
        await place.home(home)
        liar = await stranger(place, hello=True)
        liar.writer.write(LIES[lie])
        assert await liar.is_cut()
        await home.until(lambda: home.gone == [1])
        assert len(home.heard) == (1 if lie == "a number again" else 0)

    run(scenario)


@pytest.mark.parametrize("words", [b"GET / HTTP/1.1\r\n\r\n", framing.encode_frame(1, GOOD)])
def test_a_stranger_without_a_hello_is_cut_and_never_was_a_gateway(run: Run, words: bytes) -> None:
    async def scenario(place: UnixPlace) -> None:
        home = HomeEar()
        await place.home(home)
        one = await stranger(place, hello=False)
        one.writer.write(words)
        assert await one.is_cut()
        assert (home.heard, home.gone) == ([], [])

    run(scenario)


def test_a_stranger_who_says_nothing_is_cut(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        await place.home(HomeEar())
        one = await stranger(place, hello=False)
        assert await one.is_cut()

    run(scenario)


def test_a_gateway_of_another_build_ends_and_says_why(
    run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(place: UnixPlace) -> None:
        home = HomeEar()
        await place.home(home)
        link = UnixGatewayLink(place.path, dialect=b"other666")
        ear = GatewayEar()
        with pytest.raises(LinkMismatch):
            await link.run(ear)
        assert (ear.heard, home.heard, home.gone) == ([], [], [])

    run(scenario)
    assert "both have to be started from one build" in caplog.text


def test_a_message_that_is_too_large_cuts_the_link_of_its_sender(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        home, ear = HomeEar(), GatewayEar()
        home_end = await place.home(home)
        end = await place.gateway(ear)
        ear.greeting = lambda: end.send(to_home(0))
        await home.until(lambda: len(home.heard) == 1)
        end.send(text_to_home("x" * limits.LINK_FRAME_BYTES_MAX))
        await home.until(lambda: home.gone == [1] and len(home.heard) == 2)
        home_end.send(home.heard[1][0], text_to_gateway("x" * limits.LINK_FRAME_BYTES_MAX))
        await home.until(lambda: home.gone == [1, 2] and len(home.heard) == 3)
        assert home.messages() == [to_home(0)] * 3
        assert ear.heard == ["up", "down"] * 2 + ["up"]

    run(scenario)


def test_a_gateway_whose_home_takes_nothing_cuts_the_link(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LINK_TO_HOME_BYTES_MAX", 100_000)

    async def scenario(place: UnixPlace) -> None:
        home, ear = HomeEar(), GatewayEar()
        await place.home(home)
        end = await place.gateway(ear)
        await ear.until_heard("up")
        end.send(text_to_home("x" * 200_000))
        await ear.until_heard("up", "down", "up")
        assert home.messages() == []

    run(scenario)


# The socket -----------------------------------------------------------------------------------


def test_only_this_user_may_knock(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        await place.home(HomeEar())
        mode = os.stat(place.path)
        assert stat.S_ISSOCK(mode.st_mode)
        assert stat.S_IMODE(mode.st_mode) == 0o600

    run(scenario)


def test_there_is_one_home_at_a_time(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        first = await place.home(HomeEar())
        with pytest.raises(DependencyError, match="another home"):
            await UnixHomeLinks(place.path).start(HomeEar())
        ear = GatewayEar()
        await place.gateway(ear)
        await ear.until_heard("up")
        await first.stop()
        await place.home(HomeEar())
        await ear.until_heard("up", "down", "up")

    run(scenario)


def test_a_stopped_home_leaves_no_socket(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        end = await place.home(HomeEar())
        await end.stop()
        assert os.listdir(place.path.parent) == ["home.sock.lock"]

    run(scenario)


def test_a_socket_that_a_dead_home_left_is_replaced(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(place.path))
        ear = GatewayEar()
        await place.gateway(ear)
        await place.home(HomeEar())
        await ear.until_heard("up")

    run(scenario)


def test_a_path_that_is_too_long_is_refused_with_its_reason(run: Run) -> None:
    async def scenario(place: UnixPlace) -> None:
        links = UnixHomeLinks(place.path.with_name("x" * 120))
        with pytest.raises(DependencyError, match="too long"):
            await links.start(HomeEar())

    run(scenario)
