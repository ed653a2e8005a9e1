"""The tables of promises and features name tests that exist, and say nothing without one."""

from __future__ import annotations

import pytest

from tools import proofs

GROUPS = ("Delivery", "Routing and presence", "Security")


@pytest.mark.parametrize("test", sorted(proofs.named_tests()))
def test_a_named_test_exists(test: str) -> None:
    assert proofs.test_exists(test), f"{test} is named by a table of tools/proofs and is nowhere"


def test_a_test_that_is_nowhere_is_noticed() -> None:
    assert not proofs.test_exists("tests/unit/tools/test_proofs.py::test_that_is_nowhere")
    assert not proofs.test_exists("tests/unit/tools/test_nowhere.py::test_a_named_test_exists")


@pytest.mark.parametrize("name", GROUPS)
def test_every_promise_about_delivery_routing_and_security_is_held_by_a_test(name: str) -> None:
    rows = dict(proofs.promises())[name]
    assert rows
    assert [row.fault for row in rows if not row.tests] == []


def test_a_feature_is_listed_once() -> None:
    names = [row.name for _, rows in proofs.features() for row in rows]
    assert len(names) > 50
    assert len(names) == len(set(names))


def test_what_is_not_there_yet_lacks_everything() -> None:
    for _, rows in proofs.features():
        for row in rows:
            assert row.tests or not row.lacks, f"{row.name} lacks something and has no test at all"
