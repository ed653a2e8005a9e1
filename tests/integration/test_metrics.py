"""`/metrics`, `/ready`, request names: what machines are told of a running installation."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from airdesk.app.metrics.figures import FIGURES, PREFIX
from airdesk.core.kernel import BadToken
from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.json_client import JsonClient, get_visitor_token
from tests.kit.small_proxy import SmallProxy

TOKEN = "a-token-for-prometheus"


def ask(
    port: int, path: str, headers: Mapping[str, str] | None = None
) -> tuple[int, http.client.HTTPMessage, str]:
    """Make one request; gives status, headers and words."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"connection": "close", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def figures(port: int, headers: Mapping[str, str] | None = None) -> dict[str, dict[str, float]]:
    """Read the figures as Prometheus does: by name, then by the label's value."""
    status, head, words = ask(port, "/metrics", headers)
    assert status == 200, words
    assert head["content-type"].startswith("text/plain; version=0.0.4")
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(words):
        for sample in family.samples:
            label = next(iter(sample.labels.values()), "")
            found.setdefault(sample.name, {})[label] = sample.value
    return found


def start(folder: Path, workers: int = 0, *options: str) -> AirDeskServer:
    """Lay out a server that tells its figures."""
    config = folder / "airdesk.toml"
    config.write_text("metrics = true\n")
    words = ["--config", str(config), *options]
    return AirDeskServer(folder, workers, options=words)


@pytest.mark.parametrize("workers", [0, 2])
def test_the_figures_are_those_of_all_processes(tmp_path: Path, workers: int) -> None:
    with start(tmp_path, workers) as server:
        everybody = {"": 1 + workers}
        wait_until(lambda: figures(server.port)["airdesk_processes"] == everybody, "all processes")
        clients = [JsonClient(server.port, get_visitor_token(server.port)) for _ in range(6)]
        for client in clients:
            assert client.command("send", where=0, text="hello")["type"] == "accepted"
        refused = clients[0].command("resolve", where=str(clients[0].welcome["you"]))
        assert refused["type"] == "rejected"
        told = figures(server.port)
        assert told["airdesk_processes"] == everybody
        assert told["airdesk_connections"] == {"": 6}
        assert told["airdesk_client_messages_total"]["send"] == 6
        assert told["airdesk_client_messages_total"]["hello"] == 6
        assert told["airdesk_client_errors_total"] == {str(refused["number"]): 1}
        assert told["airdesk_waiting"] == {"": 6}
        assert told["airdesk_home_up"] == {"": 1}
        records = told["airdesk_records_committed_total"][""]
        assert told["airdesk_log_records"][""] == records >= 6
        commits = told["airdesk_commit_seconds_count"][""]
        assert 0 < commits <= told["airdesk_commit_seconds_bucket"]["+Inf"] <= records + 20
        assert told["airdesk_commit_seconds_sum"][""] > 0
        assert told["airdesk_http_requests_total"]["200"] >= 6
        assert set(told["airdesk_cpu_seconds_total"]) == (
            {"home", "gateway"} if workers else {"all"}
        )
        for client in clients:
            client.close()
        wait_until(lambda: figures(server.port)["airdesk_connections"] == {"": 0}, "all to be gone")
        names = {re.sub("_(total|bucket|count|sum)$", "", name) for name in told}
        assert names == {PREFIX + figure.name for figure in FIGURES}
    assert not list(server.data.glob("metrics-*.sock"))


def test_a_process_that_was_killed_is_left_out_and_cleaned_up(tmp_path: Path) -> None:
    with start(tmp_path, 2) as server:
        wait_until(lambda: figures(server.port)["airdesk_processes"] == {"": 3}, "all processes")
        server.kill(server.processes()["gateway 1"])
        server.wait_until_healthy()
        wait_until(lambda: figures(server.port)["airdesk_processes"] == {"": 3}, "its successor")
        assert len(list(server.data.glob("metrics-*.sock"))) == 3


def test_the_figures_are_off_unless_they_are_wanted(tmp_path: Path) -> None:
    with AirDeskServer(tmp_path) as server:
        assert ask(server.port, "/metrics")[0] == 404


def test_without_a_token_they_are_for_this_machine_and_for_nobody_through_a_proxy(
    tmp_path: Path,
) -> None:
    with start(tmp_path) as server:
        assert ask(server.port, "/metrics")[0] == 200
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"):
            status, _, words = ask(server.port, "/metrics", {name: "127.0.0.1"})
            assert (status, json.loads(words)["status"]) == (403, 403)
        with SmallProxy(server.port, scheme="http") as proxy:
            forwarded = {"X-Forwarded-For": "203.0.113.7"}
            assert ask(proxy.port, "/metrics", forwarded)[0] == 403


def test_with_a_token_they_are_for_whoever_has_it(tmp_path: Path) -> None:
    with start(tmp_path) as server:
        pass
    config = tmp_path / "airdesk.toml"
    config.write_text(f'metrics = true\nmetrics_token = "{TOKEN}"\n')
    server.start()
    try:
        for said in ({}, {"Authorization": "Bearer no"}, {"Authorization": TOKEN}):
            status, _, words = ask(server.port, "/metrics", said)
            assert (status, json.loads(words)["number"]) == (401, BadToken.number)
        good = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.7"}
        assert figures(server.port, good)["airdesk_home_up"] == {"": 1}
        assert TOKEN not in server.stderr + server.stdout
    finally:
        server.stop()


# /ready ----------------------------------------------------------------------------------------


def test_ready_names_what_is_missing(tmp_path: Path) -> None:
    with AirDeskServer(tmp_path, workers=1) as server:
        status, _, words = ask(server.port, "/ready")
        assert status == 200
        assert json.loads(words) == {
            "status": "ready",
            "home": True,
            "directory": True,
            "version": json.loads(words)["version"],
        }
        home = server.process(server.processes()["home"])
        home.suspend()
        wait_until(lambda: ask(server.port, "/ready")[0] == 503, "nobody to be ready")
        said = json.loads(ask(server.port, "/ready")[2])
        assert (said["status"], said["home"], said["directory"]) == ("not ready", False, True)
        home.resume()
        wait_until(lambda: ask(server.port, "/ready")[0] == 200, "everything to be ready")


# Names of requests, and what is never logged ---------------------------------------------------


def test_an_answer_bears_the_name_that_its_lines_bear(tmp_path: Path) -> None:
    options = ["--config", str(tmp_path / "airdesk.toml")]
    (tmp_path / "airdesk.toml").write_text('log_level = "debug"\n')
    with AirDeskServer(tmp_path, options=options) as server:
        status, head, _ = ask(server.port, "/health")
        assert status == 200
        lines = [json.loads(line) for line in server.stderr.splitlines()]
        (line,) = [one for one in lines if one.get("request_id") == head["x-request-id"]]
        assert (line["event"], line["path"], line["status"]) == ("answered", "/health", 200)


def test_no_line_of_the_log_has_a_word_a_token_or_a_link(tmp_path: Path) -> None:
    options = ["--config", str(tmp_path / "airdesk.toml")]
    (tmp_path / "airdesk.toml").write_text('log_level = "debug"\n')
    with AirDeskServer(tmp_path, options=options) as server:
        token = get_visitor_token(server.port)
        with JsonClient(server.port, token) as visitor:
            visitor.command("send", where=0, text="my card is 4711")
            visitor.command("note", where=0, text="not allowed 4712")
        ask(server.port, "/enter/0123456789abcdefSECRET")
        ask(server.port, "/api/invitations/0123456789abcdefSECRET")
        ask(server.port, "/api/v1/members", {"Authorization": "Bearer adt_SECRETTOKEN"})
        said = server.stderr
        assert '"answered"' in said
        for private in ("4711", "4712", "SECRET", token):
            assert private not in said
