"""What a directory promises of sessions, the audit, the outbox and answers, on every adapter."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from airdesk.core import accounts as acc
from airdesk.core.kernel import (
    AlreadyTaken,
    limits,
)
from airdesk.ports.directory import CLAIMED
from tests.contract.directory.places import DirectoryPlace
from tests.contract.directory.scene import (
    ANN,
    BOB,
    NOW_MS,
    ONE,
    SESSION,
    TWO,
    USER_AND_TOKEN,
    Play,
    audit_row,
    furnished,
    name,
    stranger,
)


def test_sessions_end_by_neglect_and_by_age(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            await tx.sessions.add(stranger(created_ms=5, last_seen_ms=NOW_MS))
            assert await tx.sessions.purge(0, 0) == 0
            assert await tx.sessions.purge(0, 6) == 1
            assert await tx.sessions.of_user(ANN.user_id) == [SESSION]
            assert await tx.sessions.purge(NOW_MS + 1, 6) == 1

    play(scene)


def test_an_audit_is_read_newest_first_by_its_account_only(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            for number in (1, 2, 3):
                await tx.audit.add(audit_row(number))
            page = await tx.audit.page(ONE, limit=2)
            assert page == [audit_row(3), audit_row(2)]
            assert await tx.audit.page(ONE, page[-1].audit_id) == [audit_row(1)]
            assert await tx.audit.page(TWO) == []

    play(scene)


def test_an_audit_is_narrowed_over_all_pages_by_who_what_and_when(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            shell = {"actor_kind": acc.ActorKind.COMMAND_LINE, "actor_id": bytes(16)}
            token = {"actor_kind": acc.ActorKind.TOKEN, "actor_id": name("token")}
            rows = [
                replace(audit_row(1), at_ms=1),
                replace(audit_row(2), at_ms=2, subject_kind="inbox"),
                replace(audit_row(3), at_ms=3, **shell),
                replace(audit_row(4), at_ms=4, actor_name="Ann (robot)", **token),
                replace(audit_row(5), at_ms=5),
            ]
            for row in rows:
                await tx.audit.add(row)
            for wanted, numbers in (
                (acc.AuditFilter(), [5, 4, 3, 2, 1]),
                (acc.AuditFilter(actor_id=ANN.user_id), [5, 2, 1]),
                (acc.AuditFilter(actor_id=name("token")), [4]),
                (acc.AuditFilter(actor_kind=acc.ActorKind.COMMAND_LINE), [3]),
                (acc.AuditFilter(subject_kind="inbox"), [2]),
                (acc.AuditFilter(subject_kind="in"), []),
                (acc.AuditFilter(from_ms=2, to_ms=4), [3, 2]),
                (acc.AuditFilter(actor_id=ANN.user_id, from_ms=2), [5, 2]),
            ):
                found = await tx.audit.page(ONE, wanted=wanted)
                assert [row.at_ms for row in found] == numbers, wanted
            his = acc.AuditFilter(actor_id=ANN.user_id)
            first = await tx.audit.page(ONE, limit=2, wanted=his)
            assert first == [rows[4], rows[1]]
            after = first[-1].audit_id
            assert await tx.audit.page(ONE, after, 2, wanted=his) == [rows[0]]

    play(scene)


def test_who_ever_changed_something_is_told_once_and_by_his_account_only(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            for number, kind in enumerate((*acc.ActorKind, acc.ActorKind.USER), 1):
                await tx.audit.add(replace(audit_row(number), actor_kind=kind))
            await tx.audit.add(replace(audit_row(8), actor_id=BOB.user_id, actor_name="Al"))
            await tx.audit.add(replace(audit_row(9), actor_id=BOB.user_id, actor_name="Bob"))
            assert await tx.audit.actors(ONE) == [
                *(acc.Actor(kind, ANN.user_id, "Ann") for kind in USER_AND_TOKEN),
                acc.Actor(acc.ActorKind.USER, BOB.user_id, "Bob"),
            ]
            assert await tx.audit.actors(TWO) == []

    play(scene)


def test_the_first_answer_to_a_key_stays_for_a_day(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        async with furnished(place) as directory, directory.transaction() as tx:
            answer = (b"hash", 201, b"{}")
            await tx.answers.add(ONE, b"actor", "key", answer, NOW_MS)
            with pytest.raises(AlreadyTaken):
                await tx.answers.add(ONE, b"actor", "key", answer, NOW_MS)
            assert await tx.answers.get(ONE, b"actor", "key") == answer
            assert await tx.answers.get(TWO, b"actor", "key") is None
            later = NOW_MS + limits.ANSWERS_MS_MAX + 1
            await tx.answers.add(ONE, b"actor", "other", answer, later)
            assert await tx.answers.get(ONE, b"actor", "key") is None

    play(scene)


def test_of_two_who_claim_a_key_one_gets_it_until_he_lets_go_or_has_died(play: Play) -> None:
    async def scene(place: DirectoryPlace) -> None:
        mine, others = (b"hash", b"claimer 1"), (b"hash", b"claimer 2")
        key = (ONE, b"actor", "key")
        async with furnished(place) as directory, directory.transaction() as tx:
            answers = tx.answers
            claimed_ms = NOW_MS + limits.CLAIM_MS_MAX
            assert await answers.claim(*key, mine, NOW_MS)
            assert not await answers.claim(*key, others, claimed_ms)
            assert await answers.claim(*key, others, claimed_ms + 1)
            await answers.release(*key, mine[1])
            assert await answers.get(*key) == (b"hash", CLAIMED, others[1])
            await answers.release(*key, others[1])
            assert await answers.get(*key) is None
            assert await answers.claim(*key, mine, NOW_MS)
            await answers.add(*key, (b"hash", 201, b"body"), NOW_MS)
            await answers.release(*key, mine[1])
            assert await answers.get(*key) == (b"hash", 201, b"body")
            assert not await answers.claim(*key, others, claimed_ms + 1)
            assert await answers.claim(*key, others, NOW_MS + limits.ANSWERS_MS_MAX + 1)

    play(scene)
