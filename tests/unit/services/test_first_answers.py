"""Requests with a key, over two processes."""

from __future__ import annotations

import asyncio

import pytest

from airdesk.core.kernel import AccountId, OperationReused, RequestRunning, limits
from airdesk.services.first_answers import FirstAnswers, KeyedRequest, StoredAnswer
from tests.kit.offices import Office, in_office, refusal

REQUEST = KeyedRequest(AccountId(b"account.account."), b"actor", "key", b"fingerprint")
OTHER = REQUEST._replace(fingerprint=b"another body")


class Worker:
    """What a request does, counted; it goes on when it is let."""

    def __init__(self, status: int = 201) -> None:
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()
        self.times = 0
        self.status = status

    async def __call__(self) -> StoredAnswer:
        self.times += 1
        self.began.set()
        await self.may_end.wait()
        return StoredAnswer(self.status, b"answer %d" % self.times)


def process(office: Office) -> FirstAnswers:
    """Make what another process over the same directory has."""
    return FirstAnswers(office.directory, office.clock, office.ids)


@in_office
async def test_of_two_processes_with_one_key_one_acts_and_both_answer_the_same(
    office: Office,
) -> None:
    worker = Worker()
    first = asyncio.ensure_future(process(office).once(REQUEST, worker))
    await worker.began.wait()
    second = asyncio.ensure_future(process(office).once(REQUEST, worker))
    await asyncio.wait([second], timeout=2 * limits.CLAIM_LOOK_MS / 1000)
    assert not second.done()
    worker.may_end.set()
    answers = await asyncio.gather(first, second)
    assert [answer.body for answer in answers] == [b"answer 1"] * 2
    assert [answer.is_repeat for answer in answers] == [False, True]
    assert worker.times == 1


@in_office
async def test_many_processes_at_the_same_moment_act_once(office: Office) -> None:
    worker = Worker()
    worker.may_end.set()
    answers = await asyncio.gather(*(process(office).once(REQUEST, worker) for _ in range(5)))
    assert {answer.body for answer in answers} == {b"answer 1"}


@in_office
async def test_another_request_with_a_claimed_key_is_refused_at_once(office: Office) -> None:
    worker = Worker()
    first = asyncio.ensure_future(process(office).once(REQUEST, worker))
    await worker.began.wait()
    assert isinstance(await refusal(process(office).once(OTHER, worker)), OperationReused)
    worker.may_end.set()
    await first


def test_a_repeat_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FIRST_ANSWER_MS_MAX", 1)

    @in_office
    async def scene(office: Office) -> None:
        worker = Worker()
        monkeypatch.setattr(limits, "FIRST_ANSWER_MS_MAX", 10_000)
        first = asyncio.ensure_future(process(office).once(REQUEST, worker))
        await worker.began.wait()
        monkeypatch.setattr(limits, "FIRST_ANSWER_MS_MAX", 1)
        assert isinstance(await refusal(process(office).once(REQUEST, worker)), RequestRunning)
        worker.may_end.set()
        await first

    scene()


def test_the_claim_of_a_process_that_died_is_good_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @in_office
    async def scene(office: Office) -> None:
        async with office.directory.transaction() as tx:
            claim = (REQUEST.fingerprint, office.ids.new_id())
            assert await tx.answers.claim(*REQUEST[:3], claim, office.clock.ms)
        worker = Worker()
        worker.may_end.set()
        monkeypatch.setattr(limits, "FIRST_ANSWER_MS_MAX", 1)
        office.clock.ms += limits.CLAIM_MS_MAX
        assert isinstance(await refusal(process(office).once(REQUEST, worker)), RequestRunning)
        monkeypatch.setattr(limits, "FIRST_ANSWER_MS_MAX", 10_000)
        office.clock.ms += 1
        answer = await process(office).once(REQUEST, worker)
        assert (answer.body, answer.is_repeat) == (b"answer 1", False)

    scene()


@in_office
async def test_a_refusal_and_a_failure_leave_no_claim(office: Office) -> None:
    refused = Worker(status=404)
    refused.may_end.set()
    assert (await process(office).once(REQUEST, refused)).status == 404

    async def broken() -> StoredAnswer:
        raise ZeroDivisionError

    assert isinstance(await refusal(process(office).once(REQUEST, broken)), ZeroDivisionError)
    worker = Worker()
    running = asyncio.ensure_future(process(office).once(REQUEST, worker))
    await worker.began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    worker.may_end.set()
    assert (await process(office).once(REQUEST, worker)).status == 201
