"""The parts of a stress test: what is refused, sizes, addresses, plots, the bad network's law."""

from __future__ import annotations

import ast
import inspect
import os
import socket
from pathlib import Path

import msgspec
import pytest

from airdesk.app.stress.crowd.addresses import PEOPLE_MAX, address_of, is_loopback
from airdesk.app.stress.crowd.pipe import HungUp
from airdesk.app.stress.crowd.plan import Load, Plan, load_of
from airdesk.app.stress.crowd.sizes import KEYS, MASK_BYTES, SAMPLE_EVERY, Sizes, terse_json
from airdesk.app.stress.fault_proxy import Death
from airdesk.app.stress.run.credentials import allowed_crowd
from airdesk.app.stress.run.crossing import cross_share, holders_of, listeners
from airdesk.app.stress.run.flapping import noticed
from airdesk.app.stress.run.plots import Line, bars, plot
from airdesk.app.stress.run.settings import (
    Scenario,
    StressRefused,
    StressSettings,
    asked_for,
    check,
)
from airdesk.app.stress.run.watch import SOCKET_SLABS, kernel_socket_bytes
from airdesk.core.wire import BINARY, messages

OP = bytes(16)


def test_each_of_a_hundred_thousand_people_has_an_address_of_his_own() -> None:
    addresses = {address_of(person) for person in range(100_000)}
    assert len(addresses) == 100_000
    assert all(is_loopback(one) for one in addresses)
    assert address_of(PEOPLE_MAX) == address_of(0)


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("desk.example", False),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
    ],
)
def test_only_the_loopback_is_this_machine(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here


def test_a_server_elsewhere_is_refused_without_its_owners_token() -> None:
    load = load_of(10, 1.0, 0.0, 1.0)
    with pytest.raises(
        StressRefused, match="only the owner of a server may put a server elsewhere"
    ):
        allowed_crowd("https://desk.example", None, load)


@pytest.mark.parametrize(
    ("own", "url", "scenario", "reason"),
    [
        (False, "", "steady", "name one target"),
        (True, "https://desk.example", "steady", "name one target"),
        (True, "", "hurricane", "no scenario hurricane: steady, storm, flap"),
        (False, "desk.example", "steady", "is no address"),
        (False, "https://desk.example", "storm", "server of its own"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    own: bool, url: str, scenario: str, reason: str
) -> None:
    with pytest.raises(StressRefused, match=reason):
        asked_for(own, scenario, url, workers=0, visitors=10, rate=1.0, seconds=1.0)


def test_as_many_generators_run_as_the_connections_need() -> None:
    def needed(visitors: int, descriptors: int = 20_000, generators: int = 0) -> int:
        settings = StressSettings(visitors, 10.0, 10.0, generators=generators)
        return check(settings, settings.load, descriptors)

    assert needed(1_000) == 1
    assert needed(50_000) == 7
    assert needed(1_000, descriptors=500) == 4
    assert needed(50_000, generators=4) == 4
    with pytest.raises(StressRefused, match="50400 connections need 7 generators"):
        needed(50_000, generators=2)


def test_agents_who_would_have_to_write_like_machines_are_refused() -> None:
    settings = StressSettings(200, 100.0, 10.0)
    with pytest.raises(StressRefused, match="take more visitors or a lower rate"):
        check(settings, settings.load, 20_000)


def test_every_field_of_the_protocol_has_its_own_short_key() -> None:
    names = {"type"}
    for cls in vars(messages).values():
        if inspect.isclass(cls) and issubclass(cls, msgspec.Struct):
            names |= set(cls.__struct_fields__)
    assert names <= set(KEYS)
    assert len(set(KEYS.values())) == len(KEYS)
    assert all(len(key) <= 2 for key in KEYS.values())


def test_terse_json_has_short_keys_no_space_and_chinese_as_it_is() -> None:
    event = messages.Event(1, 2, 1, 1_500, 3, 0, "你好 吗")
    assert (
        terse_json(event).decode()
        == '{"y":70,"r":1,"s":2,"p":1,"t":1500,"k":3,"a":0,"x":"你好 吗"}'
    )


def test_bytes_are_counted_with_their_headers_in_both_directions() -> None:
    sizes = Sizes()
    payload = BINARY.encode(messages.Send(OP, 0, "hello"))
    for _ in range(SAMPLE_EVERY):
        sizes.add(payload, MASK_BYTES)
    sizes.control(3, MASK_BYTES)
    assert sizes.messages == SAMPLE_EVERY * (len(payload) + 6)
    assert sizes.controls == 9
    assert sizes.sample[0] == len(payload) + 6
    assert sizes.sample[0] < sizes.sample[2] < sizes.sample[1]


def test_messages_whose_reader_is_elsewhere_are_counted_by_the_plan() -> None:
    plan = Plan(Load(10, 2, 1, 50.0, 0.0, 4.0))
    mine = list(plan.talkers).count(0) / len(plan)
    assert cross_share(plan, {0: 11, 1: 12}, {0: 11, 1: 11}) == pytest.approx(1 - mine)
    assert cross_share(plan, {0: 11, 1: 11}, {0: 11, 1: 11}) == 0
    assert cross_share(plan, {}, {}) == 0


def test_the_kernel_says_who_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert listeners(port) == 1
        with socket.create_connection(("127.0.0.1", port)) as client, server.accept()[0]:
            host, own_port = client.getsockname()
            assert holders_of([os.getpid()], port) == {f"{host}:{own_port}": os.getpid()}
    assert listeners(port) == 0


def test_how_soon_a_dead_connection_was_noticed_counts_from_its_death() -> None:
    deaths = [Death("127.1.1.1:5", 2_000_000_000), Death("127.1.1.2:5", 0)]
    hung_up = [
        HungUp("127.1.1.1:5", 27_000_000_000, 30_000, False),
        HungUp("127.1.1.2:5", 9_000_000_000, 8_400, True),
        HungUp("127.1.1.3:5", 9_000_000_000, 30_000, False),
    ]
    assert noticed(hung_up, deaths) == (8.4, 25.0, 2)
    assert noticed([], []) == (None, None, 0)


def test_a_plot_holds_every_point_and_nothing_that_runs() -> None:
    drawn = plot("t<i>tle", [0.0, 1.0, 2.0], [Line("a&b", [1.0, 5.0, 3.0])], "ms")
    assert drawn.count(",") == 3
    assert "t&lt;i&gt;tle" in drawn
    assert "a&amp;b" in drawn
    assert plot("empty", [], [], "ms") == ""
    assert "NaN" not in plot("flat", [0.0, 1.0], [Line("", [0.0, 0.0])], "ms", logarithmic=True)
    assert bars("b", [("50%", 1.0), ("99%", 250.0)], "ms").count("<rect") == 2


def test_the_kernels_sockets_have_a_size() -> None:
    assert kernel_socket_bytes() > 0
    assert "TCP" in SOCKET_SLABS


def test_the_generator_never_asks_the_wall_clock_how_long_something_took() -> None:
    folder = Path(inspect.getfile(Plan)).parent
    for path in folder.glob("*.py"):
        calls = [
            node.func.attr
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        ]
        assert "time" not in calls or path.name == "generator.py", path


def test_a_scenario_is_named_as_on_the_command_line() -> None:
    assert [one.value for one in Scenario] == ["steady", "storm", "flap"]
