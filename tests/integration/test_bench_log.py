"""`airdesk bench log`, small: its keys and its refusals, never its figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airdesk.app.stress.bench_log import NotOnDisk, filesystem, main, run

ON_DISK = Path(".cache/bench-test")
IN_MEMORY = Path("/dev/shm")


def test_the_result_has_all_keys_and_nothing_stays_on_the_disk(tmp_path: Path) -> None:
    main(str(tmp_path / "result.json"), ON_DISK, rows_before=3_000, seconds=0.1)
    result = json.loads((tmp_path / "result.json").read_text())
    assert set(result) == {
        "appends_per_s",
        "lone_append_ms",
        "raw_sqlite_per_s",
        "ratio",
        "rows_before",
        "pragmas",
        "fdatasync_ms",
        "filesystem",
        "machine",
    }
    assert result["rows_before"] == 3_000
    assert result["pragmas"]["synchronous"] == "FULL"
    assert list(ON_DISK.iterdir()) == []


@pytest.mark.skipif(
    not IN_MEMORY.is_dir() or filesystem(IN_MEMORY) != "tmpfs", reason="no folder in memory here"
)
def test_a_folder_in_memory_is_refused() -> None:
    with pytest.raises(NotOnDisk, match="in memory: choose a directory on a disk"):
        run(IN_MEMORY / "airdesk-bench", rows_before=10, seconds=0.1)
    assert not (IN_MEMORY / "airdesk-bench").exists()
