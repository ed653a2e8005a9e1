"""The commands that help owners in, beside a server that runs."""

from __future__ import annotations

import http.client
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.command_line import airdesk

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module", params=[0, 2], ids=["one process", "two gateways"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AirDeskServer]:
    """Give an installation that nobody owns yet."""
    folder = tmp_path_factory.mktemp("own")
    with AirDeskServer(folder, workers=request.param, options=("--agents", "0")) as running:
        yield running


def post(server: AirDeskServer, path: str, body: object) -> tuple[int, Any]:
    """Ask something of the server; gives status and answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    with closing(connection):
        headers = {"content-type": "application/json"}
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Read a database that is in use."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(query))


def set_up(server: AirDeskServer) -> None:
    """Be the first owner, by the link that the server printed."""
    wait_until(lambda: "/setup#link=" in server.stdout, "the set-up link")
    (link,) = re.findall(r"/setup#link=(\S+)", server.stdout)
    body = {
        "link": link,
        "account_name": "Shop",
        "name": "Olive",
        "email": "owner@shop.example",
        "password": PASSWORD,
        "site_origin": "https://shop.example",
    }
    assert post(server, "/api/setup", body | {"link": "guess"})[0] == 410
    status, _ = post(server, "/api/setup", body)
    assert status < 300
    assert post(server, "/api/setup", body)[0] == 410


def test_an_owner_gets_in_by_links_alone_and_the_home_hears_of_it(server: AirDeskServer) -> None:
    set_up(server)
    outbox = "SELECT count(*) FROM outbox"
    wait_until(lambda: rows(server.data / "directory.db", outbox) == [(0,)], "an empty outbox")
    records = rows(server.data / "log.db", "SELECT count(*) FROM records")
    assert records >= [(2,)], "agent and inbox are in the log"

    code, link, _ = airdesk(
        "owner", "reset", "--email", "Owner@shop.example", "--data", server.data
    )
    assert code == 0
    secret = link.partition("/enter/")[2]
    wish = {"link": secret, "password": "a wholly new secret"}
    assert post(server, "/api/auth/link", wish)[0] < 300
    assert post(server, "/api/auth/link", wish)[0] == 410
    login = {"email": "owner@shop.example", "password": PASSWORD}
    assert post(server, "/api/auth/login", login)[0] == 403
    assert post(server, "/api/auth/login", login | {"password": wish["password"]})[0] < 300

    words = ("accounts", "create", "--name", "Two", "--email", "two@two.example")
    code, link, _ = airdesk(*words, "--data", server.data)
    assert code == 0
    wish = {"link": link.partition("/enter/")[2], "password": PASSWORD}
    status, session = post(server, "/api/auth/link", wish)
    assert status < 300
    assert session["account"]["name"] == "Two"


def test_a_reset_of_nobody_says_so(tmp_path: Path) -> None:
    words = ("owner", "reset", "--email", "nobody@shop.example")
    code, link, said = airdesk(*words, "--data", tmp_path / "data")
    assert (code, link) == (1, "")
    assert "no such owner with this e-mail" in said


def test_a_link_names_the_address_that_people_use(tmp_path: Path) -> None:
    words = ("owner", "setup", "--address", "https://desk.example")
    code, link, _ = airdesk(*words, "--data", tmp_path / "data")
    assert code == 0
    assert link.startswith("https://desk.example/setup#link=")


def test_a_newer_directory_is_named_by_every_command(tmp_path: Path) -> None:
    data = tmp_path / "data"
    airdesk("owner", "setup", "--data", data)
    with closing(sqlite3.connect(data / "directory.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    serve = ("serve", "--port", "0")
    for words in (("owner", "setup"), serve, (*serve, "--workers", "1", "--agents", "2")):
        code, said, why = airdesk(*words, "--data", data)
        assert (code, said) == (1, "")
        assert "has schema 9999, made by a newer AirDesk" in why


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)
    wrapper = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups")
    code, _, why = airdesk("serve", "--port", "0", "--data", data, wrapper=wrapper)
    if "Permission denied" not in why and "No module" in why:
        pytest.skip("nobody may read this program's folder")
    assert code == 1
    assert "Permission denied" in why
    assert str(data) in why
