"""`airdesk stress`, small: every message is accounted for, in calm, in a storm, on a bad network.

Keys and counts are looked at, never figures.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import uvloop

from airdesk.app.stress.run.report import report
from airdesk.app.stress.run.result import result
from airdesk.app.stress.run.settings import Scenario, StressSettings
from airdesk.app.stress.run.stress import Measured, StressRun
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.command_line import airdesk
from tests.kit.staff import create

ON_DISK = Path(".cache/stress-test")
KEYS = {
    *("connections", "connected", "sent", "acked", "delivered", "lost", "duplicated"),
    *("out_of_order", "cross_talk", "verdict", "latency_ms", "server", "bare_echo", "bytes"),
    *("cross_worker_share", "ack_ms", "connect_per_s", "duration_s", "machine"),
    *("commit", "settings", "details"),
}


def ran(folder: Path, **asked: Any) -> tuple[dict[str, Any], Measured]:
    """Run a small test, without waiting for idleness; gives the result."""
    settings = StressSettings(**asked, idle_s_max=0.2, echo=False)
    measured = uvloop.run(StressRun(settings, folder, lambda line: None).run())
    return result(settings, measured, None), measured


def assert_nothing_amiss(told: dict[str, Any]) -> None:
    assert told["verdict"] == "ok", told
    assert told["delivered"] == told["acked"] == told["sent"] > 20
    for name in ("lost", "duplicated", "out_of_order", "cross_talk"):
        assert told[name] == 0


def test_the_command_writes_the_result_and_nothing_else_on_its_output(tmp_path: Path) -> None:
    words = ("stress", "--self", "--visitors", 200, "--rate", 15, "--seconds", 3, "--json", "-")
    page = tmp_path / "report.html"
    said = airdesk(*words, "--directory", ON_DISK, "--html", page)
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert set(told) == KEYS
    assert_nothing_amiss(told)
    assert told["connected"] == told["connections"] == 202
    assert set(told["latency_ms"]) == {"p50", "p99", "p999", "max"}
    assert set(told["ack_ms"]) == {"p50", "p99"}
    assert set(told["bytes"]) == {"wire", "json", "terse_json"}
    assert told["bytes"]["wire"] < told["bytes"]["terse_json"] < told["bytes"]["json"]
    assert set(told["bare_echo"]) == {"cpu_us_per_message", "rss_bytes_per_connection"}
    server = told["server"]
    assert set(server["loop_lag_ms"]) == {"p99", "max"}
    assert server["memory_bytes"] > 10_000_000
    assert server["cpu_us_per_message"] > 10
    assert list(ON_DISK.iterdir()) == []
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg") == 6
    assert "<script" not in html
    assert "http:" not in html


def test_a_killed_server_comes_back_and_nothing_is_lost(tmp_path: Path) -> None:
    told, measured = ran(tmp_path, visitors=100, rate=7.0, seconds=5.0, scenario=Scenario.STORM)
    assert_nothing_amiss(told)
    assert measured.killed == "server"
    assert told["full_reloads"] == 0
    assert 0 < told["back_s"]["p99"] <= told["back_s"]["max"]
    assert measured.totals.back.count == told["connections"]


def test_a_killed_gateway_takes_its_people_alone_with_it(tmp_path: Path) -> None:
    told, measured = ran(
        tmp_path, visitors=100, rate=7.0, seconds=5.0, scenario=Scenario.STORM, workers=2
    )
    assert_nothing_amiss(told)
    assert measured.killed == "gateway"
    assert told["full_reloads"] == 0
    assert 0 < measured.totals.back.count < told["connections"]
    assert 0 < told["cross_worker_share"] < 1
    # Whoever was not at the killed gateway stayed connected.
    assert 0 < told["connected"] < told["connections"]


def test_a_bad_network_loses_connections_and_no_message(tmp_path: Path) -> None:
    told, measured = ran(
        tmp_path, visitors=50, rate=7.0, seconds=5.0, scenario=Scenario.FLAP, generators=2
    )
    assert_nothing_amiss(told)
    assert measured.noticed is not None
    assert measured.noticed.half_open > 0
    assert measured.totals.back.count > 10
    assert "noticed" in told
    assert "<svg" in report(told, measured)


def test_a_server_elsewhere_is_put_under_stress_by_its_owners_leave(tmp_path: Path) -> None:
    with AirDeskServer(tmp_path, options=["--capacity", "25"]) as server:
        owner = create(server, "alpha").owner
        words = ("stress", "--url", f"http://127.0.0.1:{server.port}", "--visitors", 60)
        said = {}
        for scope in ("account:read", "stress:run"):
            token = tmp_path / scope
            made = owner.post("/api/v1/tokens", {"name": scope, "scopes": [scope]})
            token.write_text(made["secret"] + "\n")
            said[scope] = airdesk(
                *words, "--token", token, "--rate", 7, "--seconds", 4, "--json", "-"
            )
    assert said["account:read"].code == 1
    assert "refuses: 403" in said["account:read"].err
    assert said["stress:run"].code == 0, said["stress:run"].err
    told = json.loads(said["stress:run"].out)
    assert_nothing_amiss(told)
    assert told["server"]["memory_bytes"] is None
    assert told["bare_echo"] is None
