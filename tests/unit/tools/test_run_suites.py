from __future__ import annotations

import os
import select
import sys
from pathlib import Path

import pytest

from tests.conftest import LONG_FILES, TESTS
from tools import run_suites
from tools.run_suites import Outcome, Suite, closing_line, judge, run_suite, table

REPORT = """
import sys, pathlib
pathlib.Path(sys.argv[1]).write_text('''<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure/></testcase><testcase name="d"><error/></testcase>
<testcase name="e"><skipped/></testcase>
</testsuite></testsuites>''')
"""
WAIT_FOR_EVER = """
import os, pathlib, signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
signal.pause()
"""


@pytest.fixture(autouse=True)
def _reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_suites, "REPORTS", tmp_path)


def suite(folder: Path, program: str, argument: str = "", budget_s: int = 60) -> Suite:
    return Suite("odd", budget_s, folder, (sys.executable, "-c", program, argument), folder)


def ends(pid: int) -> bool:
    """Whether a process has ended or does so now; waits for that event, not for a time."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 10)[0])
    finally:
        os.close(descriptor)


def test_a_report_is_counted_by_outcome(tmp_path: Path) -> None:
    outcome = run_suite(suite(tmp_path, REPORT, str(tmp_path / "odd.xml")), 60)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (2, 2, 1)


def test_a_suite_that_crashes_counts_as_one_failure(tmp_path: Path) -> None:
    outcome = run_suite(suite(tmp_path, "raise SystemExit(3)"), 60)
    assert (outcome.passed, outcome.failed) == (0, 1)
    assert "exit code 3" in outcome.remark


def test_a_suite_without_a_test_counts_as_one_failure(tmp_path: Path) -> None:
    assert run_suite(suite(tmp_path, "pass"), 60).failed == 1


def test_a_report_of_yesterday_is_not_counted(tmp_path: Path) -> None:
    (tmp_path / "odd.xml").write_text("<testsuites><testcase/></testsuites>")
    assert run_suite(suite(tmp_path, "pass"), 60).passed == 0


def test_a_suite_whose_folder_is_absent_is_not_run(tmp_path: Path) -> None:
    absent = suite(tmp_path / "absent", "raise SystemExit(3)")
    assert run_suite(absent, 60) == Outcome(0, 0, 0, 0.0, "none yet")


def test_a_stuck_suite_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    outcome = run_suite(suite(tmp_path, WAIT_FOR_EVER, str(pid_file), budget_s=1), 60)
    assert outcome.failed == 1
    assert outcome.remark == "killed after 3 s"
    assert ends(int(pid_file.read_text()))


def test_no_time_left_kills_at_once(tmp_path: Path) -> None:
    outcome = run_suite(suite(tmp_path, "import signal; signal.pause()"), -5)
    assert outcome.remark == "killed after 0 s"


def test_a_suite_over_its_budget_is_warned_of_and_not_failed(tmp_path: Path) -> None:
    slow = judge(suite(tmp_path, "pass", budget_s=10), 0, (4, 0, 0), 11.0)
    assert slow == Outcome(4, 0, 0, 11.0, "over budget")


def test_the_closing_line_sums_all_suites() -> None:
    outcomes = [Outcome(3, 0, 1, 1.0), Outcome(2, 1, 0, 1.0)]
    assert closing_line(outcomes) == "5 passed, 1 failed, 1 skipped"


def test_the_table_has_one_row_for_each_suite(tmp_path: Path) -> None:
    rows = list(table([(suite(tmp_path, "pass"), Outcome(3, 0, 1, 1.25, "over budget"))]))
    assert rows[1].split() == ["odd", "3", "0", "1", "1.2", "60", "over", "budget"]


def test_an_unknown_suite_is_refused() -> None:
    with pytest.raises(SystemExit, match="2"):
        run_suites.main(["nonsense"])


def test_the_suites_leave_half_of_the_time_that_a_change_may_take_to_be_checked() -> None:
    assert sum(suite.budget_s for suite in run_suites.SUITES) <= 20 * 60


def test_the_files_that_go_first_exist() -> None:
    assert [name for name in LONG_FILES if not (TESTS / name).is_file()] == []
