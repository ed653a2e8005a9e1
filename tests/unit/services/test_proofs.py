"""What makes a good signature void, and who is put out when it does."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from airdesk.core.accounts import Inbox
from airdesk.core.kernel import (
    Identity,
    IdentityUnproven,
    InboxId,
    Role,
    TokenExpired,
    VisitorId,
)
from airdesk.services.access import Tokens
from airdesk.services.proofs import ProvenCredentials
from tests.kit.house import ACCOUNT, House, Person, agent
from tests.kit.offices import Office, in_office

GUEST = VisitorId(bytes.fromhex("01a20cee17427deab8d2a9b8347b9260"))
KNOWN = VisitorId(bytes.fromhex("01a20cee17428deab8d2a9b8347b9260"))


async def inbox_of(office: Office) -> Inbox:
    owner = await office.set_up()
    async with office.directory.reading() as tx:
        (inbox,) = await tx.inboxes.page(owner.credential.by.account_id)
    return inbox


def visitor_of(inbox: Inbox, visitor_id: VisitorId) -> Identity:
    return Identity(inbox.account_id, Role.VISITOR, visitor_id, inbox.inbox_id)


@in_office
async def test_a_renewed_key_voids_old_tokens_of_its_inbox_and_no_others(office: Office) -> None:
    inbox = await inbox_of(office)
    proofs = ProvenCredentials(Tokens(b"k" * 32, office.clock))
    assert not await proofs.look(office.directory)
    async with office.directory.transaction() as tx:
        await tx.inboxes.replace(replace(inbox, visitor_key_epoch=2))
    assert await proofs.look(office.directory)
    for who in (GUEST, KNOWN):
        with pytest.raises(TokenExpired):
            proofs.check_standing(visitor_of(inbox, who), 1)
        # 3: renewed once more, as another process knows already.
        for epoch in (2, 3):
            proofs.check_standing(visitor_of(inbox, who), epoch)
    elsewhere = Identity(inbox.account_id, Role.VISITOR, GUEST, InboxId(b"another inbox..."))
    proofs.check_standing(elsewhere, 0)
    proofs.check_standing(Identity(inbox.account_id, Role.AGENT, agent(1)), 0)
    assert not await proofs.look(office.directory)


@in_office
async def test_a_door_that_asks_for_proof_lets_in_whom_somebody_vouches_for(office: Office) -> None:
    inbox = await inbox_of(office)
    tokens = Tokens(b"k" * 32, office.clock)
    proofs = ProvenCredentials(tokens)
    token = tokens.sign_visitor(visitor_of(inbox, GUEST), 0)
    assert proofs.check_credential(token).identity.person_id == GUEST
    async with office.directory.transaction() as tx:
        await tx.inboxes.replace(replace(inbox, identify_required=True))
    assert await proofs.look(office.directory)
    with pytest.raises(IdentityUnproven):
        proofs.check_credential(token)
    assert proofs.check_credential(tokens.sign_visitor(visitor_of(inbox, KNOWN), 0))


def stays(person: Person) -> bool:
    return person.connection.closed_with is None


def test_who_may_not_stay_is_put_out_within_a_tick_and_the_others_stay() -> None:
    house = House()
    anna, visitors = house.agent_online(), [house.join(f"visitor {number}") for number in (1, 2)]
    left = house.join("visitor 3")

    def check(identity: Identity, key_epoch: int) -> None:
        if identity == house.identity("visitor 1"):
            raise TokenExpired()

    house.gateway.look_again(check)
    left.hang_up()
    house.pass_time(200, 200)
    assert visitors[0].connection.closed_with == TokenExpired.number
    assert stays(visitors[1]) and stays(anna)
    visitors[1].send("hello")
    assert anna.texts() == ["hello"]
    # Whoever comes later has been checked by what is known now.
    assert stays(house.join("visitor 1"))


def test_a_token_tells_the_epoch_in_which_it_was_signed() -> None:
    tokens = Tokens(b"k" * 32, House().clock)
    visitor = Identity(ACCOUNT, Role.VISITOR, GUEST, InboxId(b"i" * 16))
    assert tokens.check_credential(tokens.sign_visitor(visitor, 7)).key_epoch == 7
    assert tokens.check_credential(tokens.sign(visitor)).key_epoch == 0


def test_many_are_put_out_a_few_at_each_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    monkeypatch.setattr("airdesk.core.kernel.limits.PUT_OUT_MAX", 2)
    people = [house.join(f"visitor {number}") for number in range(5)]

    def nobody(identity: Identity, key_epoch: int) -> None:
        raise IdentityUnproven()

    house.gateway.look_again(nobody)
    left = []
    for _ in range(3):
        house.pass_time(200, 200)
        left.append(sum(map(stays, people)))
    assert left == [3, 1, 0]
