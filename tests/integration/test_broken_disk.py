"""A disk that takes no more: nothing is acknowledged, nothing is lost, and it goes on by itself."""

from __future__ import annotations

import resource
from pathlib import Path

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.json_client import JsonClient, get_visitor_token


def test_a_message_waits_for_room_on_the_disk_and_is_acknowledged_once(tmp_path: Path) -> None:
    with AirDeskServer(tmp_path) as server:
        with JsonClient(server.port, get_visitor_token(server.port)) as visitor:
            assert visitor.command("send", where=0, text="before")["type"] == "accepted"
            _let_files_grow_to(server.pid, 4_096)
            waiting = visitor.begin("send", where=0, text="too much " * 500)
            wait_until(lambda: "the log failed" in server.stderr, "the log to fail")
            assert server.health() == 503
            _let_files_grow_to(server.pid, resource.RLIM_INFINITY)
            assert visitor.answer(waiting)["type"] == "accepted"
            assert visitor.command("send", where=0, text="after")["type"] == "accepted"
            assert [text[:8] for text in visitor.texts(3)] == ["before", "too much", "after"]
        server.wait_until_healthy()


def _let_files_grow_to(pid: int, size: int) -> None:
    """Bound the size of files that a process may write, as a full disk would."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
