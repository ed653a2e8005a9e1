"""`airdesk log verify | export | import` on real files."""

from __future__ import annotations

import asyncio
import hashlib
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from airdesk.adapters.sqlite.event_log import SqliteEventLog
from airdesk.app.log_commands import LogCommandError, export_log, import_log, verify
from airdesk.core.kernel import NO_ID, AccountId, ConversationId, LogUnavailable, OperationId
from airdesk.ports.event_log import Record

ACCOUNT = AccountId(b"account-00000001")
CHATS = [ConversationId(b"conversation-%03d" % n) for n in range(3)]


class _Waiter:
    """A listener that can be waited for."""

    def __init__(self) -> None:
        self.told = asyncio.Event()

    def log_durable(self, position: int) -> None:
        """Wake who waits."""
        self.told.set()

    def log_failed(self, error: Exception) -> None:
        """Let the loop report it."""
        raise error


def records(count: int) -> list[Record]:
    """Records of three conversations; every tenth is the account's own."""
    made = []
    seqs = dict.fromkeys(CHATS, 0)
    for position in range(1, count + 1):
        chat = CHATS[position % 3]
        own = position % 10 == 0
        first, last = (0, -1) if own else (seqs[chat] + 1, seqs[chat] + position % 3)
        if not own:
            seqs[chat] = last
        made.append(
            Record(
                position=position,
                account_id=ACCOUNT,
                conversation_id=ConversationId(NO_ID) if own else chat,
                first_seq=first,
                last_seq=last,
                public_before=0,
                ts_ms=1_000 + position // 4,
                actor=b"vvisitor-0000001",
                operation_id=OperationId(NO_ID if own else b"operation-%06d" % position),
                command_hash=bytes(8),
                answer=b"answer",
                events=b"events",
                bodies=b"words",
            )
        )
    return made


def fill(path: Path, count: int = 250) -> list[Record]:
    """Make a log with records and a consumer."""
    made = records(count)

    async def scenario() -> None:
        log = SqliteEventLog(path, asyncio.get_running_loop(), tail_records=50)
        waiter = _Waiter()
        log.start(waiter)
        for record in made:
            log.append(record)
            # Several commits, so that most of the records get into the index of conversations.
            while record.position % 25 == 0 and log.head < record.position:
                waiter.told.clear()
                await waiter.told.wait()
        log.save_consumer_position("webhooks", 17)
        log.close()

    asyncio.run(scenario())
    return made


def contents(path: Path) -> tuple[list[Record], int, bytes]:
    """Read a log's records, a consumer's position and the epoch."""
    found: list[tuple[list[Record], int, bytes]] = []

    async def scenario() -> None:
        log = SqliteEventLog(path, asyncio.get_running_loop())
        found.append((list(log.read(0, 10_000)), log.consumer_position("webhooks"), log.epoch))
        log.close()

    asyncio.run(scenario())
    return found[0]


def change(path: Path, *statements: str) -> None:
    """Damage a log by hand."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def report_of(path: Path) -> tuple[bool, str]:
    """Verify a log and give the answer and the report."""
    report = io.StringIO()
    return verify(path, report), report.getvalue()


# verify --------------------------------------------------------------------------------------


def test_a_good_log_is_found_good_and_stays_as_it_is(tmp_path: Path) -> None:
    made = fill(tmp_path / "log.db")
    good, report = report_of(tmp_path / "log.db")
    assert (good, report) == (True, f"{tmp_path / 'log.db'}: 250 records, no damage\n")
    assert contents(tmp_path / "log.db")[0] == made


def test_an_empty_log_is_good(tmp_path: Path) -> None:
    fill(tmp_path / "log.db", 0)
    assert report_of(tmp_path / "log.db")[0]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["DELETE FROM records WHERE position = 100"], "position 100: missing"),
        (
            ["UPDATE records SET ts_ms = 1 WHERE position = 100"],
            "position 100: its time 1 is before",
        ),
        (
            ["UPDATE records SET first_seq = first_seq + 1 WHERE position = 101"],
            "position 101: seq",
        ),
        (
            [
                "DROP INDEX records_by_operation",
                "UPDATE records SET operation_id = "
                + "(SELECT operation_id FROM records WHERE position = 7) WHERE position = 92",
            ],
            "position 92: its operation id was used at position 7 already",
        ),
        (
            ["DELETE FROM conversation_index WHERE position = 11"],
            "position 11: it is missing in the index",
        ),
        (
            ["UPDATE conversation_index SET first_seq = 99 WHERE position = 11"],
            "position 11: the index of conversations has it otherwise",
        ),
        (
            ["INSERT OR REPLACE INTO meta VALUES ('checkpoint', 999)"],
            "position 999: the checkpoint is behind",
        ),
        (
            ["INSERT OR REPLACE INTO meta VALUES ('indexed_to', 999)"],
            "position 999: the index of conversations goes beyond",
        ),
    ],
)
def test_damage_is_found_and_its_position_named(
    tmp_path: Path, statements: list[str], expected: str
) -> None:
    path = tmp_path / "log.db"
    fill(path)
    change(path, *statements)
    good, report = report_of(path)
    assert not good
    assert expected in report


def test_destroyed_pages_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    fill(path, 2_000)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xa5" * 20_000)
    good, report = report_of(path)
    assert not good
    assert "damaged" in report


def test_verifying_nothing_is_an_error_and_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable, match="does not exist"):
        verify(tmp_path / "log.db")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_no_log_and_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.touch()
    with pytest.raises(LogUnavailable, match="is empty"):
        verify(path)
    with pytest.raises(LogUnavailable, match="is empty"):
        export_log(path, tmp_path / "out")
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_log_in_use_can_be_verified_and_exported(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    fill(path)

    async def scenario() -> None:
        log = SqliteEventLog(path, asyncio.get_running_loop())
        assert report_of(path)[0]
        assert export_log(path, tmp_path / "out") == 250
        log.close()

    asyncio.run(scenario())


# export and import ---------------------------------------------------------------------------


def test_an_export_imports_as_the_same_records_with_a_new_epoch(tmp_path: Path) -> None:
    old, new, out = tmp_path / "log.db", tmp_path / "new" / "log.db", tmp_path / "out"
    made = fill(old, 1_234)
    assert export_log(old, out) == 1_234
    assert import_log(out, new) == 1_234
    restored, consumer, epoch = contents(new)
    assert (restored, consumer) == (made, 17)
    assert epoch != contents(old)[2]
    assert new.stat().st_mode & 0o777 == 0o600
    assert report_of(new)[0]


def test_a_restored_log_takes_records_and_reads_conversations(tmp_path: Path) -> None:
    out, new = tmp_path / "out", tmp_path / "new" / "log.db"
    made = fill(tmp_path / "log.db", 1_000)
    export_log(tmp_path / "log.db", out)
    import_log(out, new)

    async def scenario() -> None:
        log = SqliteEventLog(new, asyncio.get_running_loop())
        mine = [record for record in made if record.conversation_id == CHATS[1]]
        assert list(log.read_conversation(CHATS[1], 0, 10_000)) == mine
        log.start(_Waiter())
        log.append(made[0]._replace(position=1_001, operation_id=OperationId(NO_ID)))
        log.close()

    asyncio.run(scenario())
    assert len(contents(new)[0]) == 1_001


def test_the_format_is_as_documented(tmp_path: Path) -> None:
    made = fill(tmp_path / "log.db", 3)
    export_log(tmp_path / "log.db", tmp_path / "out")
    data = (tmp_path / "out").read_bytes()
    line, _, rest = data.partition(b"\n")
    header = msgspec.json.decode(line)
    assert header == {
        "format": "airdesk-log",
        "version": 1,
        "epoch": contents(tmp_path / "log.db")[2].hex(),
        "head": 3,
        "consumers": {"webhooks": 17},
    }
    for record in made:
        length = int.from_bytes(rest[:4], "big")
        assert msgspec.msgpack.decode(rest[4 : 4 + length]) == list(record)
        rest = rest[4 + length :]
    assert rest == bytes(4) + hashlib.sha256(data[:-32]).digest()


def test_an_export_never_overwrites_a_file(tmp_path: Path) -> None:
    fill(tmp_path / "log.db", 3)
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(LogCommandError, match="File exists"):
        export_log(tmp_path / "log.db", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"mine"


def test_a_log_with_a_gap_is_not_exported(tmp_path: Path) -> None:
    fill(tmp_path / "log.db")
    change(tmp_path / "log.db", "DELETE FROM records WHERE position = 100")
    with pytest.raises(LogCommandError, match="position 100 is missing"):
        export_log(tmp_path / "log.db", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def _resealed(data: bytes) -> bytes:
    """Give changed bytes a checksum that fits."""
    return data[:-32] + hashlib.sha256(data[:-32]).digest()


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda data: b"", "no export"),
        (lambda data: b"hello\n" + data, "no export"),
        (lambda data: data.replace(b"airdesk-log", b"airdesk-cat", 1), "no export"),
        (lambda data: data.replace(b'"version":1', b'"version":2', 1), "version 2"),
        (lambda data: data[:-1], "checksum"),
        (lambda data: data + b"x", "checksum"),
        (lambda data: data[: len(data) // 2], "ends in the middle"),
        (lambda data: data.replace(b"words", b"WORDS", 1), "checksum"),
        (lambda data: _resealed(data.replace(b'"head":250', b'"head":251', 1)), "not 251"),
        (lambda data: _resealed(data.replace(b"operation-000008", b"operation-000007")), "UNIQUE"),
        (
            lambda data: _resealed(data.replace(b"conversation-001", b"conversation-002", 1)),
            "position 4: seq 2 to 2 after 0",
        ),
        (
            lambda data: _resealed(
                data.replace(b"\xc4\x06events", b"\xa6\xff\xff\xff\xff\xff\xff ")
            ),
            "record 1",
        ),
    ],
)
def test_a_bad_export_is_refused_and_nothing_is_left(
    tmp_path: Path, spoil: Callable[[bytes], bytes], expected: str
) -> None:
    fill(tmp_path / "log.db")
    export_log(tmp_path / "log.db", tmp_path / "out")
    good = (tmp_path / "out").read_bytes()
    (tmp_path / "bad").write_bytes(spoil(good))
    with pytest.raises(LogCommandError, match=expected):
        import_log(tmp_path / "bad", tmp_path / "new" / "log.db")
    assert not (tmp_path / "new").exists()


def test_a_bad_export_leaves_an_empty_folder_empty(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"nonsense")
    (tmp_path / "new").mkdir()
    with pytest.raises(LogCommandError):
        import_log(tmp_path / "bad", tmp_path / "new" / "log.db")
    assert list((tmp_path / "new").iterdir()) == []


def test_an_import_needs_an_empty_folder(tmp_path: Path) -> None:
    fill(tmp_path / "log.db", 3)
    export_log(tmp_path / "log.db", tmp_path / "out")
    with pytest.raises(LogCommandError, match="not an empty folder"):
        import_log(tmp_path / "out", tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()


def test_a_missing_export_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(LogCommandError, match="No such file"):
        import_log(tmp_path / "none", tmp_path / "new" / "log.db")
    assert not (tmp_path / "new").exists()
