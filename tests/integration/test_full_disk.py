"""A disk that is really full while people chat: told clearly, nothing lost, and on it goes."""

from __future__ import annotations

import http.client
import json
from pathlib import Path

import pytest

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.command_line import airdesk
from tests.kit.json_client import JsonClient, get_visitor_token
from tests.kit.small_disk import fill, small_disk

DISK_MB = 24
BEFORE = 12
LONG = "long " * 700
"""A message that needs new pages of the disk, whatever was left in the last one."""


def ready(port: int) -> dict[str, object]:
    """Ask /ready."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/ready", headers={"connection": "close"})
        known: dict[str, object] = json.loads(connection.getresponse().read())
        return known
    finally:
        connection.close()


@pytest.mark.parametrize("is_killed", [False, True], ids=["goes-on", "killed"])
def test_a_full_disk_loses_nothing_and_is_said(tmp_path: Path, is_killed: bool) -> None:
    with small_disk(tmp_path / "disk", DISK_MB) as disk:
        server = AirDeskServer(tmp_path / "server")
        server.data = disk / "data"
        with server:
            token = get_visitor_token(server.port)
            said = [f"{number} before" for number in range(BEFORE)]
            with JsonClient(server.port, token) as visitor:
                for text in said:
                    assert visitor.command("send", where=0, text=text)["type"] == "accepted"
                ballast = fill(disk)
                waiting = [visitor.begin("send", where=0, text=LONG + str(n)) for n in range(4)]
                wait_until(lambda: "the log failed" in server.stderr, "the log to fail")
                assert "disk is full" in server.stderr
                assert ready(server.port) | {"version": ""} == {
                    "status": "not ready",
                    "home": False,
                    "directory": True,
                    "version": "",
                }
                # Whoever comes now is not turned away: he is welcomed when there is room.
                assert not [one for one in visitor.heard if one["type"] == "rejected"]
                if is_killed:
                    server.kill(server.pid)
                    ballast.unlink()
                    server.start()
                else:
                    ballast.unlink()
                    answers = [visitor.answer(one) for one in waiting]
                    assert {one["type"] for one in answers} == {"accepted"}
                    said += [LONG + str(n) for n in range(4)]
                    assert len({one["seq"] for one in answers}) == 4
            server.wait_until_healthy()
            check_said(server, token, said)


def check_said(server: AirDeskServer, token: str, said: list[str]) -> None:
    """See that a new page shows what was acknowledged, in order, and takes more."""
    with JsonClient(server.port, token) as visitor:
        shown = visitor.texts(len(said))
        assert shown == said
        assert visitor.command("send", where=0, text="after")["type"] == "accepted"


def test_who_may_not_start_for_want_of_room_says_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", DISK_MB) as disk:
        server = AirDeskServer(tmp_path / "server")
        server.data = disk / "data"
        with server:
            pass
        (disk / "ballast").unlink(missing_ok=True)
        fill(disk)
        server.launch()
        try:
            assert server.wait(60) == 1
            last = server.stderr.splitlines()[-1]
            assert last.startswith("airdesk: ")
            # What SQLite says depends on the file that it could not write first.
            assert last.endswith("; `airdesk doctor` says more")
            told = airdesk("doctor", "--port", server.port, data=server.data)
            assert "FAULT  disk: nothing can be written" in told.out
        finally:
            (disk / "ballast").unlink()
