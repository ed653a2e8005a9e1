"""Words are cut where they are, and the dictionary waits until somebody writes Chinese."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import sys
from airdesk.adapters.text import JiebaSegmenter

segmenter = JiebaSegmenter()
print(*segmenter.words("Return within seven days"), "rjieba" in sys.modules)
print(*segmenter.words("七天无理由退货"), "rjieba" in sys.modules)
"""


def test_the_dictionary_is_loaded_with_the_first_chinese() -> None:
    ended = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _SCRIPT],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    english, chinese = ended.stdout.splitlines()
    assert english == "return within seven days False"
    assert chinese.endswith(" True")
    assert "退货" in chinese.split()
