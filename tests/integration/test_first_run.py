"""The first start in an empty folder, later ones, and folders of another release."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.test_serve import refusal
from tests.kit.airdesk_server import AirDeskServer, free_port, wait_until
from tests.kit.rest import RestCaller
from tests.kit.staff import PASSWORD, secret_of, set_up

GONE = 410


def setup_links(server: AirDeskServer) -> list[str]:
    """Give the set-up links that were printed over all starts."""
    return [line.split()[-1] for line in server.stdout.splitlines() if "/setup" in line]


def owner_body(link: str) -> dict[str, str]:
    """Say what a first owner says."""
    return {
        "link": secret_of(link),
        "account_name": "Tea",
        "name": "Lin",
        "email": "lin@tea.example",
        "password": PASSWORD,
    }


def test_the_first_start_prints_a_link_that_makes_one_owner_once(tmp_path: Path) -> None:
    with AirDeskServer(tmp_path, agents=0) as server:
        wait_until(lambda: bool(setup_links(server)), "the set-up link")
        (link,) = setup_links(server)
        assert link.startswith(server.address)
        nobody = RestCaller(server.port)
        assert nobody.get("/api/setup") == {"needs_owner": True}
        owner = nobody.logged_in("/api/setup", owner_body(link))
        assert owner.get("/api/auth/session")["role"] == "owner"
        again = nobody.call("POST", "/api/setup", owner_body(link))
        assert again.status == GONE
        assert nobody.get("/api/setup") == {"needs_owner": False}


def test_a_start_without_an_owner_prints_another_link_and_later_ones_none(tmp_path: Path) -> None:
    with AirDeskServer(tmp_path, agents=0) as server:
        wait_until(lambda: len(setup_links(server)) == 1, "the first link")
        server.stop()
        server.start()
        wait_until(lambda: len(setup_links(server)) == 2, "another link")
        first, second = setup_links(server)
        assert first != second
        set_up(server, "tea")
        server.stop()
        server.start()
        assert len(setup_links(server)) == 2


def test_a_link_that_was_made_up_lets_nobody_in(tmp_path: Path) -> None:
    with AirDeskServer(tmp_path, agents=0) as server:
        nobody = RestCaller(server.port)
        answer = nobody.call("POST", "/api/setup", owner_body("http://x/setup#link=madeup"))
        assert answer.status == GONE
        assert nobody.get("/api/setup") == {"needs_owner": True}


@pytest.mark.parametrize(("version", "age"), [(0, "older"), (99, "newer")])
def test_a_log_of_another_schema_is_named_and_left_as_it_is(
    tmp_path: Path, version: int, age: str
) -> None:
    data = started_once(tmp_path)
    with closing(sqlite3.connect(data / "log.db")) as connection, connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", (version,))
    before = (data / "log.db").read_bytes()
    said = refusal(data=data, port=free_port())
    assert f"schema {version}, {age}" in said
    assert (data / "log.db").read_bytes() == before


def test_a_directory_of_a_newer_schema_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    data = started_once(tmp_path)
    with closing(sqlite3.connect(data / "directory.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    said = refusal(data=data, port=free_port())
    assert "schema 9999" in said
    assert "newer AirDesk" in said
    with closing(sqlite3.connect(data / "directory.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            ("9999",)
        ]


def started_once(folder: Path) -> Path:
    """Give a data folder that a server has written and left."""
    with AirDeskServer(folder, agents=0) as server:
        server.stop()
        return server.data
