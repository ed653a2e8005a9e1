"""The programs in `examples/`, as a stranger would run them, against the real server."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.command_line import ROOT
from tests.kit.json_client import JsonClient

EXAMPLES = ROOT / "examples"
NODE_FOLDER = ROOT / "web" / "node_modules"
LINES_MAX = 80


@pytest.fixture(params=["visitor.py", "visitor.mjs"])
def command(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Give the words that start one of the programs."""
    program = EXAMPLES / str(request.param)
    if program.suffix == ".py":
        yield [sys.executable, str(program)]
        return
    node = shutil.which("node")
    if node is None or not (NODE_FOLDER / "ws").is_dir():
        pytest.skip("Node.js or its package ws is not installed; run make setup")
    # Node looks for packages beside a program, so it runs from beside them.
    copy = NODE_FOLDER / ".airdesk-example.mjs"
    shutil.copy(program, copy)
    yield [node, str(copy)]
    copy.unlink()


@pytest.mark.parametrize("name", ["visitor.py", "visitor.mjs"])
def test_an_example_stays_short(name: str) -> None:
    lines = (EXAMPLES / name).read_text().splitlines()
    assert len(lines) < LINES_MAX
    assert max(map(len, lines)) <= 100


def test_an_example_talks_with_an_agent(tmp_path: Path, command: list[str]) -> None:
    with AirDeskServer(tmp_path) as server, _agent(server) as anna:
        anna.command("set_availability", availability=2)
        words = [*command, server.address, "Hello", "Again", "--until", "Bye", "--seconds", "60"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:
            assert anna.texts(2) == ["Hello", "Again"]
            anna.command("send", where=anna.hear("row")["conversation"], text="Bye")
            printed, _ = running.communicate(timeout=60)
        assert printed.splitlines() == ["visitor: Hello", "visitor: Again", "agent: Bye"]
        assert running.returncode == 0


def test_an_example_loses_and_doubles_nothing_when_the_server_is_killed(
    tmp_path: Path, command: list[str]
) -> None:
    texts = [f"message {number}" for number in range(60)]
    with AirDeskServer(tmp_path) as server:
        words = [*command, server.address, *texts, "--until", texts[-1], "--seconds", "90"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            printed = [running.stdout.readline() for _ in range(5)]
            server.kill(server.pid)
            server.start()
            printed += running.stdout.readlines()
        assert [line.strip() for line in printed] == [f"visitor: {text}" for text in texts]
        assert running.returncode == 0


def _agent(server: AirDeskServer) -> JsonClient:
    return JsonClient(server.port, server.agent_addresses()[0].partition("#token=")[2])
