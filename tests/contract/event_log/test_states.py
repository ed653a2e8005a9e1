"""What every event log promises of checkpoints and of its consumers."""

from __future__ import annotations

from .places import LogPlace
from .records import ACCOUNT, OTHER_ACCOUNT, record, reopened, run, state, stored


def test_states_are_replaced_by_key_and_open_ones_listed_accounts_first(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(1)])
        own = state(ACCOUNT, visitor_key=b"", account_id=ACCOUNT)
        early, late, shut = state(b"\x00"), state(b"\xff"), state(b"shut", is_open=False)
        log.save_states([late, early, state(b"shut"), own])
        log.save_states([shut, late._replace(position=2, state=b"newer", visitor_key=b"else")])
        log.save_checkpoint(1)
        again = reopened(place, log)
        newest = late._replace(position=2, state=b"newer", visitor_key=b"else")
        assert list(again.open_states()) == [own, early, newest]
        assert all(type(each.is_open) is bool for each in again.open_states())
        assert again.find_state(b"shut") == shut
        assert again.find_state(b"none") is None
        assert again.checkpoint == 1
        again.close()

    run(scenario())


def test_the_newest_conversation_of_a_visitor_is_found(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(1)])
        newest = state(b"chat 3", is_open=False)
        log.save_states([newest, state(b"chat 1"), state(b"chat 2")])
        log.save_states([state(b"chat 9", visitor_key=b"somebody else")])
        log.save_states([state(b"chat 8", account_id=OTHER_ACCOUNT)])
        again = reopened(place, log)
        assert again.find_latest_of_visitor(ACCOUNT, b"inbox+visitor") == newest
        assert again.find_latest_of_visitor(ACCOUNT, b"nobody") is None
        again.close()

    run(scenario())


def test_more_open_states_than_one_page_are_listed_once_each(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(1)])
        keys = [b"key %05d" % n for n in range(2_345)]
        log.save_states([state(key) for key in keys])
        again = reopened(place, log)
        assert [each.key for each in again.open_states()] == keys
        again.close()

    run(scenario())


def test_states_handed_over_after_records_become_readable_with_them(place: LogPlace) -> None:
    async def scenario() -> None:
        log, witness = place.open_started()
        log.append(record(1))
        log.save_states([state(b"k")])
        log.save_checkpoint(1)
        place.push(log)
        await witness.durable(1)
        assert log.find_state(b"k") == state(b"k")
        assert log.checkpoint == 1
        log.close()

    run(scenario())


def test_consumers_keep_their_own_positions(place: LogPlace) -> None:
    async def scenario() -> None:
        log = await stored(place, [record(1)])
        log.save_consumer_position("bot", 1)
        log.save_consumer_position("webhooks", 0)
        log.save_consumer_position("bot", 2)
        again = reopened(place, log)
        positions = [again.consumer_position(name) for name in ("bot", "webhooks", "search")]
        assert positions == [2, 0, 0]
        again.close()

    run(scenario())
