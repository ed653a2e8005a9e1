"""What every link between home and gateways promises, tried on each adapter."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop

from airdesk.core.kernel import limits
from airdesk.ports.link import Fence, GatewayId, ToGateway, ToHome

from .link_places import (
    GatewayEar,
    GatewayEnd,
    HomeEar,
    HomeEnd,
    LinkPlace,
    MemoryPlace,
    UnixPlace,
    text_to_gateway,
    text_to_home,
    to_gateway,
    to_home,
)

Run = Callable[[Callable[[LinkPlace], Coroutine[Any, Any, None]]], None]

PLACES: dict[str, Callable[[Path], LinkPlace]] = {
    "memory": lambda folder: MemoryPlace(),
    "unix": UnixPlace,
}
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short name: a socket's path has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="link-") as name:
        yield Path(name)


@pytest.fixture(params=[(place, loop) for place in PLACES for loop in LOOPS], ids="-".join)
def run(request: pytest.FixtureRequest, folder: Path) -> Run:
    """Run a scenario at each adapter's place, on each loop; it must end, or the test fails."""
    place, loop = request.param

    def run(scenario: Callable[[LinkPlace], Coroutine[Any, Any, None]]) -> None:
        with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
            runner.run(asyncio.wait_for(run_and_close(scenario, PLACES[place](folder)), 60))

    return run


async def run_and_close(
    scenario: Callable[[LinkPlace], Coroutine[Any, Any, None]], place: LinkPlace
) -> None:
    """Run a scenario and leave nothing behind."""
    try:
        await scenario(place)
    finally:
        await place.close()


async def linked(place: LinkPlace) -> tuple[HomeEar, HomeEnd, GatewayEar, GatewayEnd, GatewayId]:
    """Start a home and a gateway; the home knows the gateway by its first message."""
    home, gateway = HomeEar(), GatewayEar()
    home_end = await place.home(home)
    gateway_end, gateway_id = await join(place, home, gateway)
    return home, home_end, gateway, gateway_end, gateway_id


async def join(
    place: LinkPlace, home: HomeEar, gateway: GatewayEar
) -> tuple[GatewayEnd, GatewayId]:
    """Start one gateway more."""
    known = len(home.heard)
    end = await place.gateway(gateway)
    gateway.greeting = lambda: end.send(to_home(0))
    await home.until(lambda: len(home.heard) > known)
    return end, home.heard[-1][0]


def test_messages_to_the_home_arrive_once_and_in_order(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        home, _, _, end, gateway_id = await linked(place)
        sent = [to_home(number) for number in range(1, 5_001)]
        for index, message in enumerate(sent):
            end.send(message)
            if index % 700 == 0:
                await asyncio.sleep(0)
        await home.until(lambda: len(home.heard) > len(sent))
        assert home.messages(gateway_id) == [to_home(0), *sent]

    run(scenario)


def test_messages_to_a_gateway_arrive_once_and_in_order(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        _, end, gateway, _, gateway_id = await linked(place)
        sent = [to_gateway(number) for number in range(5_000)]
        for index, message in enumerate(sent):
            end.send(gateway_id, message)
            if index % 700 == 0:
                await asyncio.sleep(0)
        await gateway.until_heard("up", *sent)

    run(scenario)


def test_the_same_message_object_may_be_sent_again(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        _, end, gateway, _, gateway_id = await linked(place)
        again = to_gateway(1)
        for message in (again, again, to_gateway(2), again):
            end.send(gateway_id, message)
        await gateway.until_heard("up", again, again, to_gateway(2), again)

    run(scenario)


def test_neither_end_is_called_before_send_returns_to_the_other(run: Run) -> None:
    """A home sends while it walks through its sessions, a gateway answers while it walks."""

    async def scenario(place: LinkPlace) -> None:
        home, end, *_ = await linked(place)
        inside: list[str] = []
        nested: list[str] = []

        def home_hears(sender: GatewayId, message: ToHome) -> None:
            nested.extend(["home"] if "home" in inside else [])
            inside.append("home")
            end.send(sender, Fence(message.session, 1))  # type: ignore[union-attr]
            inside.pop()

        class Answering(GatewayEar):
            answers_left = 100

            def link_message(self, message: ToGateway) -> None:
                nested.extend(["gateway"] if "gateway" in inside else [])
                inside.append("gateway")
                if self.answers_left:
                    self.answers_left -= 1
                    own_end.send(to_home(self.answers_left))
                inside.pop()
                super().link_message(message)

        answering = Answering()
        own_end, _ = await join(place, home, answering)
        home.respond = home_hears
        inside.append("gateway")
        own_end.send(to_home(7))
        inside.pop()
        await answering.until(lambda: len(answering.heard) == 102)
        assert nested == []

    run(scenario)


def test_a_large_message_arrives_whole(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        home, end, gateway, gateway_end, gateway_id = await linked(place)
        large = "字" * ((limits.LINK_FRAME_BYTES_MAX - 200) // 3)
        gateway_end.send(text_to_home(large))
        gateway_end.send(to_home(1))
        end.send(gateway_id, text_to_gateway(large))
        end.send(gateway_id, to_gateway(1))
        await home.until(lambda: len(home.heard) == 3)
        assert home.messages() == [to_home(0), text_to_home(large), to_home(1)]
        await gateway.until_heard("up", text_to_gateway(large), to_gateway(1))

    run(scenario)


def test_a_hole_is_told_before_the_next_message(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        _, end, gateway, _, gateway_id = await linked(place)
        flood = place.too_many()
        for message in flood:
            end.send(gateway_id, message)
        await gateway.until(lambda: len(gateway.heard) > 1)
        while "hole" not in gateway.heard:
            end.send(gateway_id, to_gateway(-1))
            await asyncio.sleep(0)
        end.send(gateway_id, to_gateway(-2))
        await gateway.until(lambda: gateway.heard[-1] == to_gateway(-2))
        hole = gateway.heard.index("hole")
        assert 1 < hole <= len(flood)
        assert gateway.heard[1:hole] == flood[: hole - 1]
        assert set(map(str, gateway.heard[hole + 1 :])) <= {
            str(to_gateway(-1)),
            str(to_gateway(-2)),
        }
        assert gateway.heard.count("hole") == 1

    run(scenario)


def test_a_hole_is_told_even_if_nothing_comes_after_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LINK_BEAT_MS", 100)

    async def scenario(place: LinkPlace) -> None:
        _, end, gateway, _, gateway_id = await linked(place)
        for message in place.too_many():
            end.send(gateway_id, message)
        await gateway.until(lambda: gateway.heard[-1] == "hole")

    run(scenario)


def test_a_gateway_that_leaves_is_gone_once(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        home, end, gateway, gateway_end, gateway_id = await linked(place)
        await gateway_end.stop()
        await home.until(lambda: bool(home.gone))
        end.send(gateway_id, to_gateway(1))
        _, other_id = await join(place, home, GatewayEar())
        assert other_id != gateway_id
        assert home.gone == [gateway_id]
        assert gateway.heard == ["up"]

    run(scenario)


def test_a_gateway_that_left_forgets_what_it_sends(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        home, _, _, gateway_end, gateway_id = await linked(place)
        await gateway_end.stop()
        gateway_end.send(to_home(1))
        await join(place, home, GatewayEar())
        assert home.messages(gateway_id) == [to_home(0)]

    run(scenario)


def test_a_link_comes_up_again_behind_a_home_that_returns(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        home, home_end, gateway, gateway_end, _ = await linked(place)
        await home_end.stop()
        await gateway.until_heard("up", "down")
        gateway_end.send(to_home(1))
        second = HomeEar()
        second_end = await place.home(second)
        await second.until(lambda: bool(second.heard))
        (second_id, message) = second.heard[0]
        second_end.send(second_id, to_gateway(2))
        await gateway.until_heard("up", "down", "up", to_gateway(2))
        assert message == to_home(0), "what was sent while the link was down is forgotten"
        assert (home.messages(), home.gone) == ([to_home(0)], [])

    run(scenario)


def test_a_gateway_may_be_there_before_the_home(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        gateway, home = GatewayEar(), HomeEar()
        end = await place.gateway(gateway)
        gateway.greeting = lambda: end.send(to_home(3))
        end.send(to_home(1))
        await asyncio.sleep(0)
        assert gateway.heard == []
        await place.home(home)
        await home.until(lambda: bool(home.heard))
        assert home.messages() == [to_home(3)]

    run(scenario)


def test_two_gateways_hear_only_what_is_theirs(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        home, end, first, first_end, first_id = await linked(place)
        second = GatewayEar()
        second_end, second_id = await join(place, home, second)
        both = to_gateway(3)
        for gateway_id, message in (
            (first_id, to_gateway(1)),
            (second_id, to_gateway(2)),
            (first_id, both),
            (second_id, both),
        ):
            end.send(gateway_id, message)
        first_end.send(to_home(11))
        second_end.send(to_home(12))
        await first.until_heard("up", to_gateway(1), both)
        await second.until_heard("up", to_gateway(2), both)
        await home.until(lambda: len(home.heard) == 4)
        assert home.messages(first_id) == [to_home(0), to_home(11)]
        assert home.messages(second_id) == [to_home(0), to_home(12)]

    run(scenario)


def test_one_gateway_that_is_flooded_does_not_touch_the_other(run: Run) -> None:
    async def scenario(place: LinkPlace) -> None:
        home, end, _, _, first_id = await linked(place)
        second = GatewayEar()
        _, second_id = await join(place, home, second)
        for message in place.too_many():
            end.send(first_id, message)
        end.send(second_id, to_gateway(1))
        await second.until_heard("up", to_gateway(1))

    run(scenario)


def test_a_defect_of_one_end_is_logged_and_the_link_goes_on(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario(place: LinkPlace) -> None:
        home, _, gateway, gateway_end, _ = await linked(place)

        def fail(sender: GatewayId, message: ToHome) -> None:
            home.respond = None
            raise RuntimeError("a defect of the home")

        home.respond = fail
        gateway_end.send(to_home(1))
        gateway_end.send(to_home(2))
        await home.until(lambda: len(home.heard) == 3)
        assert home.messages() == [to_home(0), to_home(1), to_home(2)]
        assert (home.gone, gateway.heard) == ([], ["up"])

    run(scenario)
    assert "a defect of the home" in caplog.text
