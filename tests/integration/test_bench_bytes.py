"""`airdesk bench bytes` with a few dialogues of our own: keys, counts and order of sizes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from airdesk.app.stress import bench_bytes
from airdesk.app.stress.dialogues import NoDialogues, read

ON_DISK = Path(".cache/bench-test-bytes")

CHINESE = (("我的茶叶什么时候到？", "您好，今天下午送到。"), ("谢谢！", ""), ("", "不客气。"))
ENGLISH = ("Good morning", "Where is my parcel?", "It comes today.")


def _sets(folder: Path) -> Path:
    chinese = folder / "jddc_satisfaction_zh"
    chinese.mkdir()
    turns = [{"user": user, "agent": agent} for user, agent in CHINESE]
    begun_by_agent = [{"user": "", "agent": "欢迎光临"}, *turns]
    rows = [{"turns": turns}, {"turns": begun_by_agent}]
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    (chinese / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    english = folder / "multidogo_en"
    english.mkdir()
    with (english / "train.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("text", "conversation_id"))
        table.writerows((text, "one") for text in ENGLISH)
    return folder


def test_every_message_is_sent_acknowledged_and_counted_in_all_forms(tmp_path: Path) -> None:
    bench_bytes.main(str(tmp_path / "result.json"), _sets(tmp_path), ON_DISK, 5)
    result = json.loads((tmp_path / "result.json").read_text())
    assert set(result) == {"sets", "frame_bytes", "machine", "commit"}
    chinese, english = result["sets"]["jddc_satisfaction_zh"], result["sets"]["multidogo_en"]
    assert (chinese["dialogues"], chinese["messages"]) == (2, 8)
    assert (english["dialogues"], english["messages"]) == (1, 3)
    for told in (chinese, english):
        kinds = told["kinds"]
        assert kinds["Send"]["frames"] == told["messages"]
        # A message each, and the end of each dialogue.
        assert kinds["Accepted"]["frames"] == told["messages"] + told["dialogues"]
        assert kinds["Receipt"]["frames"] == kinds["Receipts"]["frames"] == told["messages"]
        assert kinds["Typing"]["frames"] == kinds["SomebodyTyping"]["frames"] > 0
        assert told["text"] < told["binary"] < told["terse_json"] < told["json"]
        assert told["binary"] == sum(kind["binary"] for kind in kinds.values())
    assert english["text"] == sum(map(len, ENGLISH))
    assert set(result["frame_bytes"]) == {"message", "ack", "typing"}
    assert list(ON_DISK.iterdir()) == []


def test_a_folder_without_the_sets_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoDialogues, match="multidogo_en"):
        read(tmp_path, "multidogo_en", 1)
