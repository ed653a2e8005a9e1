"""A thousand scenarios: whatever breaks, nothing is lost, doubled, reordered or crossed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.simulation.kit import coverage
from tests.simulation.kit.crashes import Cell
from tests.simulation.kit.scenario import make_scenario
from tests.simulation.kit.shrink import describe, shrink
from tests.simulation.kit.simulation import simulate

SEEDS = 1_000
CHUNK = 50
"""Seeds of one test, so that several processes share the work."""

CHUNKS = range(SEEDS // CHUNK)
SHRINK_S = 20.0
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("chunk", CHUNKS)
def test_nothing_is_lost_doubled_reordered_or_crossed(
    chunk: int,
    record_property: Callable[[str, object], None],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    covered: Counter[Cell] = Counter()
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        scenario = make_scenario(seed)
        verdict = simulate(scenario)
        if verdict.violations:
            smaller = shrink(scenario, SHRINK_S)
            pytest.fail(describe(*smaller), pytrace=False)
        assert verdict.operations >= 200
        assert verdict.faults >= 20
        covered += verdict.covered
    cells: list[list[str | int]] = [
        [point, status, count] for (point, status), count in covered.items()
    ]
    record_property("crashes", json.dumps(cells))
    total = _gather(tmp_path_factory, chunk, cells)
    if total is not None:
        assert coverage.missing(total) == []


def _gather(
    factory: pytest.TempPathFactory, chunk: int, cells: list[list[str | int]]
) -> Counter[Cell] | None:
    """Keep this chunk's crashes beside the others'; give the sum if all chunks are here."""
    folder = factory.getbasetemp()
    if folder.name.startswith("popen-"):
        folder = folder.parent  # The processes of one run share the folder above theirs.
    folder /= "crashes"
    folder.mkdir(exist_ok=True)
    draft = folder / f"{chunk}.draft"
    draft.write_text(json.dumps(cells))
    draft.rename(folder / f"{chunk}.json")
    files = list(folder.glob("*.json"))
    if len(files) < len(CHUNKS):
        return None
    total: Counter[Cell] = Counter()
    for file in files:
        for point, status, count in json.loads(file.read_text()):
            total[point, status] += count
    return total


def test_a_seed_gives_the_same_scenario_in_every_process() -> None:
    traces = [
        subprocess.run(
            [sys.executable, "-m", "tests.simulation.run", "--seed", "7", "--trace"],
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT / 'src'}", "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert traces[0] == traces[1]
    assert len(traces[0].splitlines()) > 200
