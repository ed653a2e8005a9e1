"""`airdesk bench path` and `bench restart`, small: keys and counts, never figures."""

from __future__ import annotations

import json
from pathlib import Path

from airdesk.app.stress import bench_path, bench_restart

ON_DISK = Path(".cache/bench-test-path")


def test_the_path_is_measured_and_nothing_stays_on_the_disk(tmp_path: Path) -> None:
    settings = bench_path.Settings(connections=900, rate=60, seconds=1.5, warmup=0.5)
    bench_path.main(str(tmp_path / "result.json"), ON_DISK, settings)
    result = json.loads((tmp_path / "result.json").read_text())
    assert set(result) == {
        "stages_us",
        "cpu_us_per_message",
        "rss_bytes_per_connection",
        "loop_lag_ms",
        "latency_ms",
        "bare_echo",
        "machine",
        "commit",
        "settings",
        "load",
    }
    assert set(result["stages_us"]) == {
        *("read", "decode", "decide", "append", "evolve", "encode", "write", "follow", "other")
    }
    assert result["settings"]["conversations"] == 175
    assert result["load"]["messages_delivered_and_acknowledged"] > 50
    assert result["latency_ms"]["p50"] <= result["latency_ms"]["p99"]
    assert list(ON_DISK.iterdir()) == []


def test_conversations_that_were_open_are_open_after_a_crash() -> None:
    result = bench_restart.run(ON_DISK, conversations=300, stay_open=100)
    assert result["conversations"] == 300
    assert result["records"] >= 1_300
    assert result["open_after_restart"] >= 100
    assert list(ON_DISK.iterdir()) == []
