"""What every event log promises of operation ids: a repeat finds the first answer."""

from __future__ import annotations

from airdesk.core.kernel import LogUnavailable
from airdesk.ports.event_log import StoredOperation

from .places import LogPlace
from .records import (
    ACCOUNT,
    ACTOR,
    CHAT,
    NOBODY,
    OTHER_ACCOUNT,
    OTHER_ACTOR,
    operation,
    record,
    reopened,
    run,
    stored,
)


def test_a_repeat_finds_the_first_answer_also_after_reopening(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(n) for n in range(1, 4)])
        first = StoredOperation(2, CHAT, (2).to_bytes(8, "big"), b"answer 2")
        assert log.find_operation(ACCOUNT, ACTOR, operation(2)) == first
        again = reopened(place, log)
        assert again.find_operation(ACCOUNT, ACTOR, operation(2)) == first
        assert again.find_operation(ACCOUNT, ACTOR, operation(4)) is None
        again.close()

    run(scenario())


def test_the_same_operation_id_of_another_actor_or_account_is_another(place: LogPlace) -> None:
    async def scenario() -> None:
        same = operation(7)
        log = await stored(
            place,
            [
                record(1, operation_id=same),
                record(2, operation_id=same, actor=OTHER_ACTOR),
                record(3, operation_id=same, account_id=OTHER_ACCOUNT),
            ],
        )
        owners = [(ACCOUNT, ACTOR), (ACCOUNT, OTHER_ACTOR), (OTHER_ACCOUNT, ACTOR)]
        found = [log.find_operation(account, actor, same) for account, actor in owners]
        assert [each.position if each else None for each in found] == [1, 2, 3]
        assert log.find_operation(OTHER_ACCOUNT, OTHER_ACTOR, same) is None
        log.close()

    run(scenario())


def test_records_without_operation_id_are_many_and_never_found(place: LogPlace) -> None:
    async def scenario() -> None:
        records = [record(n, operation_id=NOBODY) for n in range(1, 4)]
        log = await stored(place, records)
        assert list(log.read(0, 10)) == records
        assert log.find_operation(ACCOUNT, ACTOR, NOBODY) is None
        log.close()

    run(scenario())


def test_an_operation_id_appended_twice_fails_the_log(place: LogPlace) -> None:
    async def scenario() -> None:
        log, witness = place.open_started()
        log.append(record(1))
        place.push(log)
        await witness.durable(1)
        log.append(record(2, operation_id=operation(1)))
        place.push(log)
        assert isinstance(await witness.failed(), LogUnavailable)
        again = reopened(place, log)
        assert again.head == 1
        again.close()

    run(scenario())
