"""`airdesk serve` as people and machines meet it: started, refused, stopped, killed, abused."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from airdesk.adapters.sqlite.log_check import open_to_read
from airdesk.adapters.sqlite.log_schema import last_position, meta_position
from tests.kit.airdesk_server import AirDeskServer, free_port, wait_until
from tests.kit.command_line import airdesk
from tests.kit.json_client import JsonClient, get_visitor_token

HOME_UNAVAILABLE = 4502
NOBODY = 65534
VALUE_REFUSED = 4207
VISITOR = 0


class Answer(NamedTuple):
    """What came back over HTTP."""

    status: int
    kind: str
    body: bytes

    @property
    def detail(self) -> str:
        """What a problem says."""
        assert self.kind == "application/problem+json"
        return str(json.loads(self.body)["detail"])


def ask(port: int, method: str, path: str, body: bytes | None = None) -> Answer:
    """Make one HTTP request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        headers = {} if body is None else {"content-type": "application/json"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheader("content-type", ""), answer.read())
    finally:
        connection.close()


def visitor_token(server: AirDeskServer, token: str = "") -> str:
    """Become a visitor, or stay the one of a token."""
    return get_visitor_token(server.port, token)


def agent_token(server: AirDeskServer) -> str:
    """Give the first agent's token."""
    return server.agent_addresses()[0].partition("#token=")[2]


def refusal(*words: str, data: Path, port: int, wrapper: tuple[str, ...] = ()) -> str:
    """Run `airdesk serve` where it cannot, and give its last words: one line, without a trace."""
    said = airdesk("serve", "--port", port, "--data", data, *words, wrapper=wrapper)
    assert said.code in (1, 2)
    assert "AirDesk" not in said.out, "it said that it serves"
    return said.err.splitlines()[-1] if said.code == 1 else said.err


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AirDeskServer]:
    with AirDeskServer(tmp_path_factory.mktemp("serve")) as running:
        yield running


# What cannot be served is said in one line -----------------------------------------------------


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_port_in_use_is_named(server: AirDeskServer, tmp_path: Path, workers: str) -> None:
    said = refusal("--workers", workers, data=tmp_path / "data", port=server.port)
    assert f"127.0.0.1:{server.port}" in said
    assert "Address already in use" in said


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    said = refusal(data=tmp_path, port=70_000)
    assert "port" in said
    assert "65535" in said


def test_a_second_process_on_the_same_data_is_refused_and_harms_nobody(
    server: AirDeskServer,
) -> None:
    said = refusal(data=server.data, port=free_port())
    assert "log.db is in use by another process" in said
    with JsonClient(server.port, visitor_token(server)) as visitor:
        assert visitor.command("send", where=0, text="still here")["type"] == "accepted"


@pytest.mark.parametrize("workers", ["0", "1"])
@pytest.mark.parametrize("damaged", [b"", b"short", bytes(33)], ids=["empty", "short", "long"])
def test_a_damaged_key_is_named_and_left_as_it_is(
    tmp_path: Path, damaged: bytes, workers: str
) -> None:
    key = tmp_path / "secret.key"
    key.write_bytes(damaged)
    said = refusal("--workers", workers, data=tmp_path, port=free_port())
    assert str(key) in said
    assert "a key has 32 bytes" in said
    assert key.read_bytes() == damaged


def test_a_log_that_is_none_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    log = tmp_path / "log.db"
    log.write_bytes(b"no database " * 1000)
    assert str(log) in refusal(data=tmp_path, port=free_port())
    assert log.read_bytes() == b"no database " * 1000


@pytest.fixture
def nobodys(tmp_path: Path) -> tuple[str, ...]:
    """Give words that run a command as somebody who may not write everywhere."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root without setpriv: every folder is writable")
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
        if folder == Path("/tmp"):
            break
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")


@pytest.mark.parametrize("exists", [True, False], ids=["folder", "no-folder"])
def test_a_data_folder_that_cannot_be_written_is_named(
    tmp_path: Path, nobodys: tuple[str, ...], exists: bool
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    data = closed if exists else closed / "data"
    closed.chmod(0o555)
    said = refusal(data=data, port=free_port(), wrapper=nobodys)
    assert str(data) in said
    assert "Permission denied" in said


def test_a_file_in_place_of_the_data_folder_is_named(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.write_text("mine")
    assert str(place) in refusal(data=place, port=free_port())


# Stopping and dying ----------------------------------------------------------------------------


def checkpoint_and_head(server: AirDeskServer) -> tuple[int, int]:
    """Give the log's last checkpoint and its head."""
    connection = open_to_read(server.data / "log.db")
    try:
        return meta_position(connection, "checkpoint"), last_position(connection)
    finally:
        connection.close()


@pytest.mark.parametrize("workers", [0, 2])
def test_a_stop_tells_the_clients_saves_a_checkpoint_and_ends_all_processes(
    tmp_path: Path, workers: int
) -> None:
    with AirDeskServer(tmp_path, workers) as server:
        token = agent_token(server)
        clients = [JsonClient(server.port, visitor_token(server)) for _ in range(5)]
        clients.append(JsonClient(server.port, token))
        for visitor in clients[:5]:
            assert visitor.command("send", where=0, text="hello")["type"] == "accepted"
        assert server.stop() == 0
        assert server.survivors() == []
        assert [client.close_code() for client in clients] == [HOME_UNAVAILABLE] * 6
        checkpoint, head = checkpoint_and_head(server)
        assert checkpoint == head > 5


@pytest.mark.parametrize("workers", [0, 2])
def test_a_killed_server_serves_the_same_conversations_again(tmp_path: Path, workers: int) -> None:
    with AirDeskServer(tmp_path, workers) as server:
        token = visitor_token(server)
        said = [f"sentence {number}" for number in range(20)]
        with JsonClient(server.port, token) as visitor:
            operations = [visitor.begin("send", where=0, text=text) for text in said]
            first = [visitor.answer(operation) for operation in operations]
        server.kill(server.processes()["home" if workers else "all"])
        if not workers:
            server.start()
        server.wait_until_healthy()
        with JsonClient(server.port, visitor_token(server, token)) as visitor:
            assert visitor.texts(20) == said
            visitor.say(type="send", op=operations[7], where=0, text=said[7])
            assert visitor.answer(operations[7])["seq"] == first[7]["seq"]


def test_a_killed_parent_leaves_no_process_behind_and_can_start_again(tmp_path: Path) -> None:
    with AirDeskServer(tmp_path, workers=2) as server:
        server.kill(server.pid)
        wait_until(lambda: server.survivors() == [], "the end of all processes")
        server.start()
        assert len(server.processes()) == 3


def test_health_is_bad_while_the_home_is_away_and_good_after_its_return(tmp_path: Path) -> None:
    with AirDeskServer(tmp_path, workers=2) as server:
        home = server.process(server.processes()["home"])
        home.suspend()
        # The kernel chooses a gateway for each question; both have to have noticed.
        wait_until(lambda: all(server.health() == 503 for _ in range(32)), "a bad /health")
        answer = ask(server.port, "GET", "/health")
        assert (answer.status, json.loads(answer.body)["status"]) == (503, "no home")
        home.resume()
        server.wait_until_healthy()
        server.kill(server.processes()["home"])
        server.wait_until_healthy()


# Asking for a visitor's token ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"{", 422, "json"),
        (b"[]", 422, "object"),
        (b'{"token":5}', 422, "token"),
        (b"\xff\xfe", 422, "json"),
        (b'{"token":"\\ud800"}', 422, "surrogate"),
        (b'{"x":' + b"[" * 1900, 400, "parsing"),
        (b'{"x":"' + b"a" * 5_000_000 + b'"}', 413, "larger than 262144 bytes"),
        (b'{"inbox":"00000000-0000-7000-8000-000000000000"}', 404, "no such inbox"),
        (b'{"inbox":"../../etc/passwd"}', 404, "no such inbox"),
    ],
    ids=["cut", "list", "number", "bytes", "surrogate", "deep", "huge", "foreign", "path"],
)
def test_a_bad_wish_for_a_token_gets_a_clear_answer(
    server: AirDeskServer, body: bytes, status: int, word: str
) -> None:
    try:
        answer = ask(server.port, "POST", "/api/visitor-token", body)
    except (BrokenPipeError, ConnectionResetError):
        # The server answered and hung up while we were still sending: as rude as we were.
        assert status == 413
        return
    assert answer.status == status
    assert word in answer.detail.lower()
    assert "Traceback" not in server.stderr


@pytest.mark.parametrize("token", ["nonsense", "é", "A" * 1500, "===="])
def test_a_visitor_with_a_token_that_is_none_becomes_a_new_visitor(
    server: AirDeskServer, token: str
) -> None:
    with JsonClient(server.port, visitor_token(server, token)) as visitor:
        assert visitor.welcome["role"] == VISITOR


def test_an_agents_token_makes_no_visitor_of_an_agent(server: AirDeskServer) -> None:
    with (
        JsonClient(server.port, visitor_token(server, agent_token(server))) as visitor,
        JsonClient(server.port, agent_token(server)) as agent,
    ):
        assert visitor.welcome["you"] != agent.welcome["you"]


def test_a_good_token_is_renewed_for_the_same_visitor(server: AirDeskServer) -> None:
    token = visitor_token(server)
    with (
        JsonClient(server.port, token) as one,
        JsonClient(server.port, visitor_token(server, token)) as same,
        JsonClient(server.port, visitor_token(server)) as other,
    ):
        assert one.welcome["you"] == same.welcome["you"] != other.welcome["you"]


def test_a_token_is_asked_for_by_post_alone(server: AirDeskServer) -> None:
    assert ask(server.port, "GET", "/api/visitor-token").status == 405


def test_a_command_whose_id_is_none_is_refused(server: AirDeskServer) -> None:
    with JsonClient(server.port, visitor_token(server)) as visitor:
        visitor.say(type="send", op=str(uuid.UUID(int=0)), where=0, text="hello")
        refused = visitor.answer(str(uuid.UUID(int=0)))
        assert (refused["type"], refused["number"]) == ("rejected", VALUE_REFUSED)
