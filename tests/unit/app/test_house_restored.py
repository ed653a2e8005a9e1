"""Home and gateway together: what a client hears whose history is not the home's any more."""

from __future__ import annotations

import pytest

from airdesk.core.kernel import AccessRevoked
from airdesk.core.wire.client import Welcomed
from tests.kit.house import House, Person

OLD_CURSOR = "00112233aabbccdd.99"


def resets(person: Person) -> list[bool]:
    """Give what each welcome said."""
    return [one.welcome.reset for one in person.happenings if isinstance(one, Welcomed)]


@pytest.mark.parametrize("is_home_late", [False, True])
def test_who_held_another_history_is_reset_even_if_he_came_before_the_home(
    is_home_late: bool,
) -> None:
    house = House()
    visitor = house.join("visitor 1")
    visitor.send("hello")
    visitor.hang_up()
    visitor.session.cursor = OLD_CURSOR
    if is_home_late:
        house.crash_home()
    visitor.connect()
    if is_home_late:
        assert resets(visitor) == [False]
        house.start_home()
    assert resets(visitor) == [False, True]
    assert visitor.connection.closed_with is None


def test_who_stayed_while_the_home_was_away_is_not_reset() -> None:
    house = House()
    visitor = house.join("visitor 1")
    house.crash_home()
    house.start_home()
    assert resets(visitor) == [False]
    assert visitor.connection.closed_with not in (AccessRevoked.number, 1006)
