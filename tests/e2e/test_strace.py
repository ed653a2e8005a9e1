"""The moment of truth, seen from the kernel: the disk has it before anybody hears of it."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections import deque
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.json_client import JsonClient, get_visitor_token
from tests.kit.syscall_trace import Answered, answered, calls, strace

MESSAGES = 200
CLIENTS = 4
IN_FLIGHT = 6
"""Unacknowledged messages of each client."""


class Traced(NamedTuple):
    """What a server did while it was watched."""

    lines: list[str]
    operations: list[tuple[bytes, bytes]]
    """Of each message the id as the record and as the answer has it."""

    def answered(self, lines: list[str] | None = None) -> list[Answered]:
        """Say where each operation was written, synced and told of."""
        return answered(list(calls(self.lines if lines is None else lines)), self.operations)


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Traced:
    skip_without_strace()
    folder = tmp_path_factory.mktemp("strace")
    out = folder / "trace"
    with AirDeskServer(folder, wrapper=strace(out)) as server:
        operations = chat(server.port)
        assert server.stop() == 0
        wait_until(lambda: "+++ exited with 0 +++" in _last_line(out), "the end of the trace")
    ids = [(uuid.UUID(operation).bytes, operation.encode()) for operation in operations]
    return Traced(out.read_text().splitlines(), ids)


def skip_without_strace() -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    tried = subprocess.run(
        ("strace", "-D", "-o", "/dev/null", "true"), capture_output=True, text=True, check=False
    )
    if tried.returncode != 0 or tried.stderr:
        pytest.skip(f"strace may not trace here: {tried.stderr.strip()}")


def chat(port: int) -> list[str]:
    """Let several visitors say something again and again, several sentences in flight each."""
    operations = []
    visitors = [JsonClient(port, get_visitor_token(port)) for _ in range(CLIENTS)]
    waiting: deque[tuple[JsonClient, str]] = deque()
    for number in range(MESSAGES):
        visitor = visitors[number % CLIENTS]
        operation = visitor.begin("send", where=0, text=f"sentence {number}")
        operations.append(operation)
        waiting.append((visitor, operation))
        if len(waiting) == CLIENTS * IN_FLIGHT:
            _hear_oldest(waiting)
    while waiting:
        _hear_oldest(waiting)
    for visitor in visitors:
        visitor.close()
    return operations


def _hear_oldest(waiting: deque[tuple[JsonClient, str]]) -> None:
    visitor, operation = waiting.popleft()
    assert visitor.answer(operation)["type"] == "accepted"


def _last_line(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 200))
        return file.read().decode().rstrip().rpartition("\n")[2]


def test_no_answer_leaves_before_its_record_is_synced(traced: Traced) -> None:
    found = traced.answered()
    assert len(found) == MESSAGES
    assert [one for one in found if not one.is_in_order] == []


def test_the_load_had_several_records_in_one_sync(traced: Traced) -> None:
    """Otherwise the order above would be that of a server with one message at a time."""
    syncs = {one.synced for one in traced.answered()}
    assert 1 < len(syncs) < MESSAGES


def test_an_answer_before_the_sync_is_noticed(traced: Traced) -> None:
    chosen = traced.answered()[MESSAGES // 2]
    assert chosen.told is not None and chosen.synced is not None
    lines = list(traced.lines)
    _, answer = lines[chosen.told].split(maxsplit=1)
    if answer.endswith(" <unfinished ...>"):
        answer = answer.removesuffix(" <unfinished ...>") + ") = 1"
    # By a thread of its own: the one that answered may be in the middle of another call there.
    lines.insert(chosen.synced, f"999999 {answer}")
    doctored = traced.answered(lines)[MESSAGES // 2]
    assert doctored.told == chosen.synced
    assert not doctored.is_in_order


def test_a_sync_that_failed_does_not_count(traced: Traced) -> None:
    lines = [_failed(line) if "sync" in line else line for line in traced.lines]
    assert not any(one.is_in_order for one in traced.answered(lines))


def test_a_sync_that_began_before_the_write_had_ended_does_not_count(traced: Traced) -> None:
    chosen = traced.answered()[MESSAGES // 2]
    assert chosen.written is not None and chosen.synced is not None
    assert chosen.told is not None
    lines = list(traced.lines)
    lines[chosen.synced] = "999999 0.0 <... fdatasync resumed>) = 0"
    # On a slow machine the next sync may end before the answer leaves, and would count.
    later = slice(chosen.synced + 1, chosen.told)
    lines[later] = [_failed(line) if "sync" in line else line for line in lines[later]]
    lines.insert(chosen.written, "999999 0.0 fdatasync(9<log.db-wal> <unfinished ...>")
    doctored = traced.answered(lines)[MESSAGES // 2]
    assert doctored.told is not None
    assert not doctored.is_in_order


def _failed(line: str) -> str:
    return line.replace("= 0", "= -1 EIO (Input/output error)")
