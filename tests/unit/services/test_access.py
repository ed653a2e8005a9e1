"""Tokens and tickets: what was signed is believed, for its purpose, its person and its time."""

from __future__ import annotations

import base64
import hashlib
import hmac

import msgspec
import pytest

from airdesk.core.kernel import (
    AccountId,
    BadToken,
    FileFacts,
    FileId,
    FileRefused,
    Identity,
    Role,
    TokenExpired,
)
from airdesk.services.access import TICKET_S, Credential, Tokens
from tests.kit.house import ACCOUNT, INBOX, VirtualClock, agent, credential, visitor

KEY = b"k" * 32
VISITOR = Identity(ACCOUNT, Role.VISITOR, visitor(1), INBOX)
AGENT = Identity(ACCOUNT, Role.AGENT, agent(1))
FILE = FileFacts(FileId(b"f" * 16), 5_000, "image/png", 640, 480)


def tokens(clock: VirtualClock | None = None, key: bytes = KEY) -> Tokens:
    return Tokens(key, clock or VirtualClock())


def test_a_token_says_who_its_bearer_is_and_what_let_him_in() -> None:
    token = tokens().sign(AGENT, 300, credential(7))
    assert tokens().check(token) == AGENT
    assert tokens().check_credential(token) == Credential(AGENT, credential(7))


def test_a_token_of_the_first_release_is_good_and_has_no_credential() -> None:
    payload = msgspec.msgpack.encode([1, VISITOR, 0])
    signed = payload + hmac.digest(KEY, payload, hashlib.sha256)[:16]
    token = base64.urlsafe_b64encode(signed).decode().rstrip("=")
    assert tokens().check_credential(token) == Credential(VISITOR)


def test_a_token_expires_and_one_of_another_key_is_none() -> None:
    clock = VirtualClock()
    token = tokens(clock).sign(AGENT, 300)
    clock.ms += 301_000
    with pytest.raises(TokenExpired):
        tokens(clock).check(token)
    with pytest.raises(BadToken):
        tokens(clock, b"o" * 32).check(token)


def test_a_ticket_names_the_file_to_the_one_who_uploaded_it() -> None:
    ticket = tokens().sign_file_ticket(VISITOR, FILE, "发票.png")
    assert tokens().check_file_ticket(ticket, VISITOR) == (FILE, "发票.png")


@pytest.mark.parametrize(
    "other",
    [
        AGENT,
        Identity(ACCOUNT, Role.VISITOR, visitor(2), INBOX),
        Identity(ACCOUNT, Role.VISITOR, visitor(1)),
        Identity(AccountId(b"another account."), Role.VISITOR, visitor(1), INBOX),
    ],
)
def test_a_ticket_is_nothing_to_anybody_else(other: Identity) -> None:
    ticket = tokens().sign_file_ticket(VISITOR, FILE, "a.png")
    with pytest.raises(FileRefused):
        tokens().check_file_ticket(ticket, other)


def test_a_ticket_is_good_for_a_day() -> None:
    clock = VirtualClock()
    ticket = tokens(clock).sign_file_ticket(VISITOR, FILE, "a.png")
    clock.ms += TICKET_S * 1000
    assert tokens(clock).check_file_ticket(ticket, VISITOR).file == FILE
    clock.ms += 1000
    with pytest.raises(FileRefused):
        tokens(clock).check_file_ticket(ticket, VISITOR)


def test_neither_passes_for_the_other() -> None:
    with pytest.raises(FileRefused):
        tokens().check_file_ticket(tokens().sign(VISITOR), VISITOR)
    with pytest.raises(BadToken):
        tokens().check(tokens().sign_file_ticket(VISITOR, FILE, "a.png"))


@pytest.mark.parametrize("ticket", ["", "x", "é", "A" * 5_000, "////"])
def test_what_was_never_signed_is_refused(ticket: str) -> None:
    with pytest.raises(FileRefused):
        tokens().check_file_ticket(ticket, VISITOR)
