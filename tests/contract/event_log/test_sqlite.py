"""What only the log in a file has: a disk, other processes, versions, and a late index."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from airdesk.adapters.sqlite.event_log import SqliteEventLog
from airdesk.adapters.sqlite.log_check import find_damage, open_to_read
from airdesk.adapters.sqlite.log_schema import PRAGMAS, SCHEMA_VERSION, meta_position
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    ConversationId,
    LogUnavailable,
    OperationId,
)
from airdesk.ports.event_log import Record, StoredState

from .append_until_killed import numbered_record
from .places import SqlitePlace

CHILD = Path(__file__).with_name("append_until_killed.py")


# Crashes -------------------------------------------------------------------------------------


def test_a_killed_process_loses_nothing_that_it_announced(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    announced = 0
    for lines_before_the_kill in (1, 40, 150):
        announced = max(announced, _append_and_kill(path, lines_before_the_kill))
        head = asyncio.run(_check_numbered(path))
        assert head >= announced > 0


def _append_and_kill(path: Path, lines: int) -> int:
    """Let a child append; kill it after some announcements; give the last position announced."""
    with subprocess.Popen([sys.executable, str(CHILD), str(path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        read = [child.stdout.readline() for _ in range(lines)]
        os.kill(child.pid, signal.SIGKILL)
        read += child.stdout.readlines()
    assert child.returncode == -signal.SIGKILL
    # A kill between two bytes of the last line would leave it without its end.
    return max(int(line) for line in read if line.endswith(b"\n"))


async def _check_numbered(path: Path) -> int:
    log = SqliteEventLog(path, asyncio.get_running_loop())
    after = 0
    while page := log.read(after, 1_000):
        assert list(page) == [numbered_record(after + 1 + n) for n in range(len(page))]
        after = page[-1].position
    in_first = log.read_conversation(ConversationId(b"conversation-001"), 0, log.head)
    assert [record.position for record in in_first] == list(range(1, log.head + 1, 7))
    head = log.head
    assert after == head
    log.close()
    return head


# Other processes and versions ----------------------------------------------------------------


def test_a_second_process_is_told_that_the_log_is_in_use(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with subprocess.Popen([sys.executable, str(CHILD), str(path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(LogUnavailable, match=r"log\.db is in use by another process"):
            _open_and_close(path)
        os.kill(child.pid, signal.SIGKILL)
    _open_and_close(path)


def _open_and_close(path: Path) -> None:
    async def scenario() -> None:
        SqliteEventLog(path, asyncio.get_running_loop()).close()

    asyncio.run(scenario())


@pytest.mark.parametrize(("version", "age"), [(0, "older"), (SCHEMA_VERSION + 1, "newer")])
def test_another_schema_version_is_refused(tmp_path: Path, version: int, age: str) -> None:
    path = tmp_path / "log.db"
    _open_and_close(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", (version,))
    connection.close()
    with pytest.raises(LogUnavailable, match=f"has schema {version}, {age} than"):
        _open_and_close(path)
    with pytest.raises(LogUnavailable, match=f"has schema {version}, {age} than"):
        _open_and_close(path)


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LogUnavailable, match="another program"):
        _open_and_close(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.write_bytes(b"no database at all" * 500)
    with pytest.raises(LogUnavailable, match="not a database"):
        _open_and_close(path)


def test_a_folder_that_does_not_exist_is_an_unavailable_log(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable, match="No such file"):
        _open_and_close(tmp_path / "nowhere" / "log.db")


def test_only_the_owner_can_read_the_files(tmp_path: Path) -> None:
    async def scenario() -> None:
        place = SqlitePlace(tmp_path)
        log, witness = place.open_started()
        log.append(numbered_record(1))
        await witness.durable(1)
        modes.update(_modes(tmp_path))
        log.close()

    modes: dict[str, int] = {}
    asyncio.run(scenario())
    assert modes == dict.fromkeys(["log.db", "log.db-wal", "log.db-shm", "log.lock"], 0o600)


def _modes(directory: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()}


# Failing disks -------------------------------------------------------------------------------


def test_a_full_disk_fails_the_log_and_acknowledges_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLite answers a full page count and a full disk alike, with SQLITE_FULL.
    monkeypatch.setitem(PRAGMAS, "max_page_count", "60")
    asyncio.run(asyncio.wait_for(_append_until_it_fails(tmp_path, "full"), 60))


def test_a_write_error_fails_the_log_and_acknowledges_nothing_more(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
    try:
        asyncio.run(asyncio.wait_for(_append_until_it_fails(tmp_path, "I/O error"), 60))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def _append_until_it_fails(directory: Path, reason: str) -> None:
    place = SqlitePlace(directory)
    log, witness = place.open_started()
    log.append(numbered_record(1))
    await witness.durable(1)
    for position in range(2, 302):
        log.append(numbered_record(position)._replace(bodies=bytes(4_000)))
        await asyncio.sleep(0)
        if witness.errors:
            break
    error = await witness.failed()
    assert isinstance(error, LogUnavailable)
    assert reason in str(error)
    with pytest.raises(LogUnavailable, match=reason):
        log.append(numbered_record(302))
    log.close()
    again = place.open()
    assert again.head == max(witness.positions)
    again.close()


def test_a_loop_that_ended_before_the_log_does_not_hang_the_close(tmp_path: Path) -> None:
    logs = []

    async def scenario() -> None:
        log, _ = SqlitePlace(tmp_path).open_started()
        log.append(numbered_record(1))
        logs.append(log)

    asyncio.run(scenario())
    logs[0].close()

    async def reopen() -> None:
        log = SqlitePlace(tmp_path).open()
        assert log.head == 1
        log.close()

    asyncio.run(reopen())


# What others see between commits ---------------------------------------------------------------


def test_a_record_on_disk_is_not_shown_before_the_listener_heard_of_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        place = SqlitePlace(tmp_path)
        log, witness = place.open_started()
        record = numbered_record(1)
        log.append(record)
        await asyncio.sleep(0)
        _wait_for_row(place.path, "SELECT 1 FROM records")
        name = (record.account_id, record.actor, record.operation_id)
        assert (log.head, log.read(0, 9), log.find_operation(*name)) == (0, [], None)
        assert list(log.read_conversation(record.conversation_id, 0, 9)) == []
        await witness.durable(1)
        assert (log.head, log.read(0, 9)) == (1, [record])
        assert log.find_operation(*name) is not None
        log.close()

    asyncio.run(asyncio.wait_for(scenario(), 60))


def test_notes_are_stored_no_sooner_than_the_records_before_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        place = SqlitePlace(tmp_path)
        log, witness = place.open_started()
        for position in range(1, 6_001):
            log.append(numbered_record(position))
        log.save_consumer_position("bot", 6_000)
        # The loop stands still meanwhile, so both come from one moment of the file.
        seen = _wait_for_row(
            place.path, "SELECT (SELECT max(position) FROM records) FROM consumers"
        )
        assert seen == 6_000
        await witness.durable(6_000)
        log.close()

    asyncio.run(asyncio.wait_for(scenario(), 60))


def _wait_for_row(path: Path, sql: str) -> int:
    """Look at the file as another process would, until a query gives a row; give its value."""
    connection = sqlite3.connect(path)
    rows: list[tuple[int]] = []
    while not rows:
        rows = connection.execute(sql).fetchall()
    connection.close()
    return rows[0][0]


def test_an_index_merged_in_many_slices_has_every_record(tmp_path: Path) -> None:
    async def scenario() -> None:
        place = SqlitePlace(tmp_path, tail_records=2_000)
        log, witness = place.open_started()
        for position in range(1, 7_001):
            log.append(numbered_record(position))
            if position % 100 == 0:
                await witness.durable(position)
        for remainder, chat in ((1, CHATS[1]), (2, CHATS[2])):
            everything = [each.position for each in log.read_conversation(chat, 0, 7_000)]
            assert everything == list(range(remainder, 7_001, 7))
        log.close()

    asyncio.run(asyncio.wait_for(scenario(), 60))
    with closing(open_to_read(tmp_path / "log.db")) as connection:
        assert list(find_damage(connection)) == []
        assert meta_position(connection, "indexed_to") >= 4_000


def test_records_just_behind_a_merge_are_still_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        log, witness = SqlitePlace(tmp_path, tail_records=4).open_started()
        records = [numbered_record(n)._replace(conversation_id=CHATS[0]) for n in range(1, 9)]
        # The merge ends at 4, in the middle of the second commit.
        for start, end in ((0, 3), (3, 7), (7, 8)):
            for each in records[start:end]:
                log.append(each._replace(first_seq=each.position, last_seq=each.position))
            await witness.durable(end)
            forward = [each.position for each in log.read_conversation(CHATS[0], 0, 99)]
            back = [each.position for each in log.read_conversation_back(CHATS[0], 99, 99)]
            assert forward == back == list(range(1, end + 1))
        log.close()

    asyncio.run(asyncio.wait_for(scenario(), 60))


# Against a plain model -----------------------------------------------------------------------

ACCOUNTS = [AccountId(b"account-00000001"), AccountId(b"account-00000002")]
CHATS = [ConversationId(b"conversation-%03d" % n) for n in range(3)]
OPERATIONS = [OperationId(b"operation-%06d" % n) for n in range(12)]
KEYS = [b"key %d" % n for n in range(4)]


class LogMachine(RuleBasedStateMachine):
    """The log in a file does what a list and three dicts would do."""

    directory: ClassVar[Callable[[], Path]]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.place = SqlitePlace(type(self).directory(), tail_records=4)
        self.records: list[Record] = []
        self.last_seqs = dict.fromkeys(CHATS, 0)
        self.states: dict[bytes, StoredState] = {}
        self.consumers: dict[str, int] = {}
        self.checkpoint = 0
        self.open()

    def open(self) -> None:
        """Open the place on this machine's loop."""

        async def on_loop() -> None:
            self.log, self.witness = self.place.open_started()

        self.loop.run_until_complete(on_loop())

    def teardown(self) -> None:
        """End the threads."""
        self.log.close()
        self.loop.close()

    @rule(
        chat=st.sampled_from([*CHATS, None]),
        events=st.integers(0, 3),
        account=st.sampled_from(ACCOUNTS),
        operation=st.sampled_from([*OPERATIONS, OperationId(NO_ID)]),
        count=st.integers(1, 7),
    )
    def append(
        self,
        chat: ConversationId | None,
        events: int,
        account: AccountId,
        operation: OperationId,
        count: int,
    ) -> None:
        """Append some records; only the first of them carries the operation id."""
        for n in range(count):
            first = 0 if chat is None else self.last_seqs[chat] + 1
            used = any(
                (old.account_id, old.operation_id) == (account, operation) for old in self.records
            )
            record = numbered_record(len(self.records) + 1)._replace(
                account_id=account,
                conversation_id=chat or ConversationId(NO_ID),
                first_seq=first,
                last_seq=first - 1 + (0 if chat is None else events),
                operation_id=OperationId(NO_ID) if n or used else operation,
            )
            self.records.append(record)
            self.log.append(record)
            if chat is not None:
                self.last_seqs[chat] = record.last_seq

    @rule()
    def settle(self) -> None:
        """Wait until everything appended is durable."""
        if self.records and self.log.head < len(self.records):
            self.loop.run_until_complete(self.witness.durable(len(self.records)))

    @rule()
    def reopen(self) -> None:
        """Close the log and open it again."""
        self.log.close()
        self.open()
        assert self.log.head == len(self.records)
        assert self.log.checkpoint == self.checkpoint
        still_open = {key: state for key, state in self.states.items() if state.is_open}
        assert {state.key: state for state in self.log.open_states()} == still_open
        assert all(self.log.find_state(key) == self.states.get(key) for key in KEYS)
        for name in ("bot", "search"):
            assert self.log.consumer_position(name) == self.consumers.get(name, 0)

    @rule(key=st.sampled_from(KEYS), is_open=st.booleans(), words=st.binary(max_size=9))
    def save_state(self, key: bytes, is_open: bool, words: bytes) -> None:
        """Replace one state and move the checkpoint."""
        state = StoredState(key, ACCOUNTS[0], b"visitor", is_open, len(self.records), words)
        self.states[key] = state
        self.checkpoint = len(self.records)
        self.log.save_states([state])
        self.log.save_checkpoint(self.checkpoint)

    @rule(name=st.sampled_from(["bot", "search"]), position=st.integers(0, 99))
    def save_consumer(self, name: str, position: int) -> None:
        """Move a consumer."""
        self.consumers[name] = position
        self.log.save_consumer_position(name, position)

    @rule(chat=st.sampled_from(CHATS), seq=st.integers(0, 40), limit=st.integers(1, 12))
    def read_conversation(self, chat: ConversationId, seq: int, limit: int) -> None:
        """Read a conversation both ways."""
        known = [each for each in self.durable() if each.conversation_id == chat]
        newer = [each for each in known if each.last_seq > seq][:limit]
        older = [each for each in known if each.first_seq < seq][-limit:]
        assert list(self.log.read_conversation(chat, seq, limit)) == newer
        assert list(self.log.read_conversation_back(chat, seq, limit)) == older

    @rule(after=st.integers(0, 60), limit=st.integers(1, 20))
    def read(self, after: int, limit: int) -> None:
        """Read a page of the log."""
        assert list(self.log.read(after, limit)) == self.durable()[after : after + limit]

    @rule(account=st.sampled_from(ACCOUNTS), operation=st.sampled_from(OPERATIONS))
    def find_operation(self, account: AccountId, operation: OperationId) -> None:
        """Look an operation up."""
        found = self.log.find_operation(account, b"vvisitor-0000001", operation)
        positions = [
            each.position
            for each in self.durable()
            if (each.account_id, each.operation_id) == (account, operation)
        ]
        assert ([found.position] if found else []) == positions

    @invariant()
    def nothing_failed(self) -> None:
        """The witness hears no failure and only rising positions."""
        assert self.witness.errors == []
        assert self.witness.positions == sorted(set(self.witness.positions))

    def durable(self) -> list[Record]:
        """Give the model's records up to the log's head."""
        return self.records[: self.log.head]


def test_the_log_in_a_file_does_what_a_plain_model_does(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    LogMachine.directory = staticmethod(lambda: tmp_path_factory.mktemp("machine"))
    run_state_machine_as_test(
        LogMachine,
        settings=settings(max_examples=60, stateful_step_count=40, deadline=None),
    )
