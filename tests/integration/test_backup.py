"""`airdesk backup` and `airdesk restore`: while everybody talks, and into what shape."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import sys
import tarfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from airdesk.adapters.sqlite.log_check import open_to_read
from airdesk.adapters.sqlite.log_schema import SELECT_RECORD, meta
from airdesk.adapters.system import SystemIds
from airdesk.core import conversation as conv
from airdesk.core.wire import messages as m
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.command_line import ROOT, airdesk
from tests.kit.rest_desk import Person, RestDesk
from tests.kit.socket_person import SocketPerson

IDS = SystemIds()
VISITORS = 4
"""Fewer than an agent may hold, so that he sees them all."""
PAUSE_S = 0.01
"""Between two turns: below what anybody is limited to."""
WORDS_BEFORE = 8
"""Messages of each visitor before the backup begins, so that it falls into the middle."""


KEYS = {
    "accounts": "account_id",
    "users": "user_id",
    "inboxes": "inbox_id",
    "contacts": "contact_id",
    "files": "file_id",
}
"""Tables of the directory that a restore is compared by, with their keys."""


# What is in a data folder ----------------------------------------------------------------------


def records(data: Path, head: int | None = None) -> list[tuple[Any, ...]]:
    """Give every record up to a position, each with all its fields."""
    with contextlib.closing(open_to_read(data / "log.db")) as log:
        query = f"{SELECT_RECORD} WHERE r.position <= ? ORDER BY r.position"
        return log.execute(query, (2**62 if head is None else head,)).fetchall()


def epoch(data: Path) -> bytes:
    """Give the log's epoch."""
    with contextlib.closing(open_to_read(data / "log.db")) as log:
        known = meta(log, "epoch")
    assert isinstance(known, bytes)
    return known


def words_in(found: list[tuple[Any, ...]]) -> list[str]:
    """Give everything that people wrote, in order."""
    return [word for row in found for word in conv.decode_bodies(row[-1])]


def rows(data: Path, table: str) -> dict[bytes, dict[str, Any]]:
    """Give a table of the directory by the ids of its rows."""
    with contextlib.closing(sqlite3.connect(data / "directory.db")) as directory:
        directory.row_factory = sqlite3.Row
        found = [dict(row) for row in directory.execute(f"SELECT * FROM {table}")]
    return {row[KEYS[table]]: row for row in found}


def files_named_in(found: list[tuple[Any, ...]]) -> set[bytes]:
    """Give the files that messages name."""
    return {
        event.file.file_id
        for row in found
        for event in conv.decode_events(row[-2])
        if isinstance(event, conv.MessageSent) and event.file is not None
    }


def stored_file(data: Path, file_id: bytes) -> bytes:
    """Give a file's bytes."""
    name = file_id.hex()
    return (data / "files" / name[-2:] / name).read_bytes()


# Under load ------------------------------------------------------------------------------------


class Crowd:
    """Visitors and an agent who talk without end, each message with a number.

    Args:
        desk: the installation.
    """

    def __init__(self, desk: RestDesk) -> None:
        self.desk = desk
        self.guests: list[Person] = [desk.visitor() for _ in range(VISITORS)]
        port = desk.server.port
        self.visitors = [SocketPerson(guest.token, port) for guest in self.guests]
        token = desk.owner.post("/api/auth/socket-token").json()["token"]
        self.agent = SocketPerson(token, port)
        self.said = [0] * VISITORS
        self._is_quiet = asyncio.Event()
        self._turned = asyncio.Event()

    async def come(self) -> None:
        """Let everybody be there, each visitor with a conversation that the agent holds."""
        await self.agent.do(m.SetAvailability(IDS.new_id(), conv.Availability.ONLINE))
        for number in range(VISITORS):
            await self.say(number)
        await self.settled()

    async def say(self, number: int) -> None:
        """Let one visitor say his next number."""
        self.said[number] += 1
        words = f"v{number} {self.said[number]}"
        await self.visitors[number].do(m.Send(IDS.new_id(), 0, words))

    async def talk(self) -> None:
        """Let everybody talk until it is quiet; now and then somebody leaves a name and a file."""
        turn = 0
        while not self._is_quiet.is_set():
            number = turn % VISITORS
            await self.say(number)
            conversations = list(self.agent.shown)
            if conversations:
                where = conversations[turn % len(conversations)]
                await self.agent.do(m.Send(IDS.new_id(), where, f"a {turn}"))
            if turn % 20 == 5:
                await asyncio.to_thread(self.leave_name, number, turn)
                await self.send_file(number, turn)
            turn += 1
            self._turned.set()
            await asyncio.sleep(PAUSE_S)

    def leave_name(self, number: int, turn: int) -> None:
        """Let a visitor say who he is, by the widget's form."""
        answer = self.guests[number].post("/api/widget/contact", {"name": f"Guest {turn}"})
        assert answer.status_code == 200, answer.text

    async def send_file(self, number: int, turn: int) -> None:
        """Let a visitor send a file."""
        data = f"file {turn} ".encode() * 500
        guest = self.guests[number]
        answer = await asyncio.to_thread(guest.upload, "/api/widget/files", data, f"{turn}.txt")
        assert answer.status_code == 200, answer.text
        ticket = answer.json()["ticket"]
        await self.visitors[number].do(m.Send(IDS.new_id(), 0, "", ticket))

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait, turn by turn, until it is so."""
        while not is_so():
            self._turned.clear()
            await self._turned.wait()

    def be_quiet(self) -> None:
        """End `talk`."""
        self._is_quiet.set()

    async def settled(self) -> None:
        """Wait until every wish of everybody is answered."""
        for person in (*self.visitors, self.agent):
            await person.settled(0)


@contextlib.asynccontextmanager
async def living(crowd: Crowd) -> AsyncIterator[None]:
    """Keep everybody connected meanwhile."""
    async with asyncio.TaskGroup() as group:
        people = (*crowd.visitors, crowd.agent)
        tasks = [group.create_task(person.live()) for person in people]
        yield
        for task in tasks:
            task.cancel()


def check_restored(old: Path, new: Path, head: int) -> list[tuple[Any, ...]]:
    """See that a folder is what another was at a position: records, contacts, files, seats."""
    wanted = records(old, head)
    found = records(new)
    assert found == wanted
    assert len(found) == head
    assert epoch(new) != epoch(old)
    for table in KEYS:
        before, after = rows(old, table), rows(new, table)
        assert after
        for key, row in after.items():
            # The old directory went on: who came back since has other times and names.
            moving = {"last_seen_ms", "name", "version"} if table == "contacts" else set()
            same = row.keys() - moving
            assert {name: row[name] for name in same} == {name: before[key][name] for name in same}
    named = files_named_in(found)
    assert named
    assert named <= rows(new, "files").keys()
    for file_id in named:
        assert stored_file(new, file_id) == stored_file(old, file_id)
    assert (new / "secret.key").read_bytes() == (old / "secret.key").read_bytes()
    return found


async def backup_beside(server: AirDeskServer, to: Path) -> None:
    """Run the command as an operator does, beside the server, without waiting on this loop."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "airdesk.app.cli", "backup"),
        *("--data", str(server.data), "--to", str(to)),
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    assert await process.wait() == 0


@pytest.mark.parametrize("workers", [0, 2])
def test_a_backup_under_load_restores_equal_and_confuses_nobody(
    tmp_path: Path, workers: int
) -> None:
    async def scenario(desk: RestDesk) -> None:
        backup, new = tmp_path / "desk.tar", tmp_path / "second" / "data"
        crowd = Crowd(desk)
        async with living(crowd):
            await crowd.come()
            talking = asyncio.create_task(crowd.talk())
            await crowd.until(lambda: min(crowd.said) >= WORDS_BEFORE)
            said_before = list(crowd.said)
            await backup_beside(desk.server, backup)
            said_behind = list(crowd.said)
            await crowd.until(lambda: crowd.said != said_behind)  # They went on talking.
            crowd.be_quiet()
            await talking
            await crowd.settled()
            await asyncio.to_thread(desk.server.stop)
            restored = await asyncio.to_thread(airdesk, "restore", "--from", backup, "--data", new)
            assert restored.code == 0, restored.err
            head = manifest_of(backup)["head"]
            found = check_restored(desk.server.data, new, head)
            assert airdesk("log", "verify", "--data", new).code == 0
            lost = words_in(records(desk.server.data)[head:])
            assert lost, "the load ended before the backup"
            # Everybody comes back to the same address; another folder is behind it.
            desk.server.data = new
            await asyncio.to_thread(desk.server.start)
            await crowd.settled()
            for number in range(VISITORS):
                await crowd.visitors[number].do(m.Send(IDS.new_id(), 0, f"again {number}"))
            await crowd.settled()
            await all_see(crowd, words_in(found), said_before)

    with AirDeskServer(tmp_path / "first", workers, agents=0) as server:
        desk = RestDesk(server)
        try:
            asyncio.run(asyncio.wait_for(scenario(desk), 120))
        finally:
            desk.close()


async def all_see(crowd: Crowd, restored: list[str], said_before: list[int]) -> None:
    """See that everybody was reset once, and shows the end of what the restored log has."""
    for number, visitor in enumerate(crowd.visitors):
        mine = [word for word in restored if word.startswith(f"v{number} ")]
        assert len(mine) >= said_before[number] > 0
        await shown(visitor, lambda words, n=number: f"again {n}" in words)
        assert visitor.resets == 1
        check_end(visitor.words(), number, mine)
    everything = [f"again {number}" for number in range(VISITORS)]
    await shown(crowd.agent, lambda words: all(word in words for word in everything))
    assert crowd.agent.resets == 1
    for events in crowd.agent.shown.values():
        words = [event.text for event in events if event.text]
        number = int(words[-1].removeprefix("again "))
        check_end(words, number, [word for word in restored if word.startswith(f"v{number} ")])


def check_end(words: list[str], number: int, mine: list[str]) -> None:
    """See that a screen ends with what one visitor said, without a hole, a repeat or a stranger."""
    said = [word for word in words if word.startswith("v")]
    assert said
    assert said == mine[-len(said) :]
    assert words[-1] == f"again {number}"
    others = [word for word in words if word.startswith("a ")]
    assert len(others) == len(set(others))


async def shown(person: SocketPerson, is_so: Callable[..., bool]) -> None:
    """Wait until it is so on somebody's screen."""
    while not is_so(person.words()):
        await person.moved()


def manifest_of(backup: Path) -> dict[str, Any]:
    """Read a backup's manifest without our own reader."""
    if backup.is_dir():
        known: dict[str, Any] = json.loads((backup / "manifest.json").read_text())
        return known
    with tarfile.open(backup) as tar:
        source = tar.extractfile("manifest.json")
        assert source is not None
        found: dict[str, Any] = json.load(source)
        return found


# Cold, and its shapes --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation that was used and stopped."""
    folder = tmp_path_factory.mktemp("cold")
    with AirDeskServer(folder, agents=0) as server:
        desk = RestDesk(server)

        async def scenario() -> None:
            crowd = Crowd(desk)
            async with living(crowd):
                await crowd.come()
                crowd.leave_name(0, 1)
                await crowd.send_file(0, 1)
                await crowd.settled()

        try:
            asyncio.run(asyncio.wait_for(scenario(), 60))
        finally:
            desk.close()
    return server.data


@pytest.mark.parametrize("name", ["desk", "desk.tar", "desk.tar.gz", "desk.tgz"])
def test_a_cold_backup_restores_equal(stopped: Path, tmp_path: Path, name: str) -> None:
    backup = tmp_path / "backups" / name
    made = airdesk("backup", "--data", stopped, "--to", backup)
    assert made.code == 0, made.err
    head = manifest_of(backup)["head"]
    assert f"{head:,} records, 1 files" in made.out
    assert backup.is_dir() == (name == "desk")
    assert backup.stat().st_mode & 0o077 == 0, "a backup holds the key"
    assert [one.name for one in backup.parent.iterdir()] == [name]
    restored = airdesk("restore", "--from", backup, "--data", tmp_path / "new")
    assert restored.code == 0, restored.err
    check_restored(stopped, tmp_path / "new", head)
    verified = airdesk("log", "verify", "--data", tmp_path / "new")
    assert (verified.code, "no damage" in verified.out) == (0, True)
    modes = [one.stat().st_mode & 0o077 for one in (tmp_path / "new").rglob("*") if one.is_file()]
    assert set(modes) == {0}


def test_what_is_there_is_never_overwritten(stopped: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.tar").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    for place, said in (("mine.tar", "exists"), ("full", "not an empty folder")):
        refused = airdesk("backup", "--data", stopped, "--to", tmp_path / place)
        assert (refused.code, said in refused.err) == (1, True)
    airdesk("backup", "--data", stopped, "--to", tmp_path / "good.tar")
    refused = airdesk("restore", "--from", tmp_path / "good.tar", "--data", tmp_path / "full")
    assert (refused.code, "not an empty folder" in refused.err) == (1, True)
    assert [one.name for one in (tmp_path / "full").iterdir()] == ["mine"]
    assert (tmp_path / "mine.tar").read_text() == "mine"


def test_a_folder_that_is_no_installation_is_not_backed_up(tmp_path: Path) -> None:
    refused = airdesk("backup", "--data", tmp_path / "none", "--to", tmp_path / "x.tar")
    assert refused.code == 1
    assert "does not exist" in refused.err
    assert list(tmp_path.iterdir()) == []


def _flip(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (file,) = folder.glob(name)
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)

    return spoil


def _no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _newer(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"version": 2}))


def _foreign(folder: Path) -> None:
    (folder / "evil.sh").write_text("#!/bin/sh")


def _link(folder: Path) -> None:
    (folder / "secret.key").unlink()
    (folder / "secret.key").symlink_to("/etc/hostname")


def _swap(folder: Path) -> None:
    shutil.rmtree(folder / "files")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_flip("log.db"), "log.db is not what was backed up"),
        (_flip("directory.db"), "directory.db is not what was backed up"),
        (_flip("secret.key"), "secret.key is not what was backed up"),
        (_flip("files/*/*"), "is not what was backed up"),
        (_flip("manifest.json"), ""),
        (_no_manifest, "has no manifest"),
        (_newer, "has version 2, this program reads 1"),
        (_foreign, "'evil.sh' is no part of a backup"),
        (_link, "'secret.key' is no part of a backup"),
        (_swap, "is missing"),
    ],
    ids=["log", "directory", "key", "file", "manifest", "none", "newer", "foreign", "link", "lost"],
)
def test_a_damaged_backup_is_refused_and_nothing_is_left(
    stopped: Path, tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    airdesk("backup", "--data", stopped, "--to", tmp_path / "backup")
    spoil(tmp_path / "backup")
    refused = airdesk("restore", "--from", tmp_path / "backup", "--data", tmp_path / "new")
    assert refused.code == 1
    assert said in refused.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped", "files/../../escaped", "log.db/x"])
def test_a_tar_of_a_stranger_writes_nowhere(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 4
        tar.addfile(entry, io.BytesIO(b"evil"))
    refused = airdesk("restore", "--from", tmp_path / "evil.tar", "--data", tmp_path / "a" / "new")
    assert (refused.code, "is no part of a backup" in refused.err) == (1, True)
    assert not (tmp_path / "a" / "new").exists()
    assert not list(tmp_path.rglob("escaped"))


def test_a_tar_that_ends_early_is_refused(stopped: Path, tmp_path: Path) -> None:
    airdesk("backup", "--data", stopped, "--to", tmp_path / "whole.tar.gz")
    whole = (tmp_path / "whole.tar.gz").read_bytes()
    for share in (0.1, 0.5, 0.99):
        (tmp_path / "cut.tar.gz").write_bytes(whole[: int(len(whole) * share)])
        refused = airdesk("restore", "--from", tmp_path / "cut.tar.gz", "--data", tmp_path / "new")
        assert refused.code == 1
        assert not (tmp_path / "new").exists()


def test_no_server_starts_in_a_restore_that_was_broken_off(tmp_path: Path) -> None:
    (tmp_path / "restore.unfinished").touch()
    refused = airdesk("serve", "--data", tmp_path, "--port", 0)
    assert refused.code == 1
    assert "a restore was broken off; empty it and restore again" in refused.err
    assert [one.name for one in tmp_path.iterdir()] == ["restore.unfinished"]


def test_the_manifest_says_what_it_is_of(stopped: Path, tmp_path: Path) -> None:
    airdesk("backup", "--data", stopped, "--to", tmp_path / "backup")
    manifest = manifest_of(tmp_path / "backup")
    assert manifest["format"] == "airdesk-backup"
    assert bytes.fromhex(manifest["epoch"]) == epoch(stopped)
    assert manifest["head"] == len(records(stopped))
    names = [part["name"] for part in manifest["parts"]]
    assert names[:3] == ["log.db", "directory.db", "secret.key"]
    for part in manifest["parts"]:
        data = (tmp_path / "backup" / part["name"]).read_bytes()
        assert (part["bytes"], part["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
