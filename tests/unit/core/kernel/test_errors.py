"""The error tree: every number once, and its range tells who must act."""

from __future__ import annotations

import re

import pytest

from airdesk.core.kernel import errors


def subclasses(root: type[errors.AirDeskError]) -> list[type[errors.AirDeskError]]:
    found: list[type[errors.AirDeskError]] = []
    for sub in root.__subclasses__():
        found += [sub, *subclasses(sub)]
    return found


# Other tests may have loaded modules with errors of their own, which no other module sees.
ALL = [one for one in subclasses(errors.AirDeskError) if one.__module__ == errors.__name__]
RANGES: dict[type[Exception], range] = {
    errors.AccessError: range(4100, 4200),
    errors.PeerError: range(4000, 4200),
    errors.CommandRejected: range(4200, 4300),
    errors.CapacityError: range(4300, 4400),
    errors.DependencyError: range(4500, 4600),
}


def test_every_number_is_given_once() -> None:
    numbers = [error.number for error in ALL]
    assert len(set(numbers)) == len(numbers)
    assert errors.AirDeskError.number not in numbers


@pytest.mark.parametrize("error", ALL)
def test_a_number_lies_in_the_range_of_its_branch(error: type[errors.AirDeskError]) -> None:
    branches = [branch for branch in RANGES if issubclass(error, branch)]
    assert branches
    assert all(error.number in RANGES[branch] for branch in branches)
    if errors.AccessError not in branches:
        assert error.number not in RANGES[errors.AccessError]


@pytest.mark.parametrize("error", ALL)
def test_a_message_is_made_of_its_fields(error: type[errors.AirDeskError]) -> None:
    names = re.findall(r"{(\w+)}", error.template)
    fields = {name: f"<{name}>" for name in names}
    made = error(**fields)
    assert made.fields == fields
    assert all(value in str(made) for value in fields.values())
    assert "{" not in str(made)
    if names:
        with pytest.raises(KeyError):
            error()


@pytest.mark.parametrize("error", ALL)
def test_ranges_tell_a_client_what_to_do(error: type[errors.AirDeskError]) -> None:
    assert errors.is_peer_fault(error.number) == issubclass(error, errors.PeerError)
    final = issubclass(error, errors.CommandRejected | errors.OperationReused)
    assert errors.is_final_for_command(error.number) == final
