"""What every event log promises when two homes write: one is fenced."""

from __future__ import annotations

import pytest

from airdesk.core.kernel import LogFenced, LogUnavailable

from .places import LogPlace, Witness
from .records import operation, record, reopened, run, state


def test_who_comes_second_to_a_position_is_fenced(place: LogPlace) -> None:
    async def scenario() -> None:
        old, old_witness = place.open_started()
        old.append(record(1))
        place.push(old)
        await old_witness.durable(1)
        new, new_witness = place.open_rival(), Witness()
        new.start(new_witness)
        taken = record(2, answer=b"the new home's")
        new.append(taken)
        place.push(new)
        await new_witness.durable(2)
        old.append(record(2, answer=b"the old home's", operation_id=operation(99)))
        place.push(old)
        assert isinstance(await old_witness.failed(), LogFenced)
        assert (old.head, old_witness.positions) == (1, [1])
        with pytest.raises(LogUnavailable):
            old.append(record(2))
        old.close()
        assert list(reopened(place, new).read(1, 10)) == [taken]

    run(scenario())


def test_a_fenced_writer_cannot_touch_states_either(place: LogPlace) -> None:
    async def scenario() -> None:
        old, old_witness = place.open_started()
        new, new_witness = place.open_rival(), Witness()
        new.start(new_witness)
        new.append(record(1))
        new.save_states([state(b"k", state=b"the new home's")])
        place.push(new)
        await new_witness.durable(1)
        old.save_states([state(b"k", state=b"the old home's")])
        place.push(old)
        assert isinstance(await old_witness.failed(), LogFenced)
        old.close()
        found = reopened(place, new).find_state(b"k")
        assert found is not None and found.state == b"the new home's"

    run(scenario())
