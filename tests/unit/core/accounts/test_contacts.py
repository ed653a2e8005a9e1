"""Who is blocked: since when, by whom, where; and what becomes of it when people are joined."""

from __future__ import annotations

from msgspec.structs import replace

from airdesk.core.accounts import Contact, ContactId, blocked, filled_from, let_in
from airdesk.core.kernel import AccountId, InboxId

SHOP, BLOG = InboxId(b"s" * 16), InboxId(b"b" * 16)
EVE = Contact(AccountId(b"a" * 16), ContactId(b"e" * 16), "Eve")
GUEST = Contact(AccountId(b"a" * 16), ContactId(b"g" * 16))


def test_a_block_says_since_when_by_whom_and_where() -> None:
    rude = blocked(EVE, SHOP, "Ann", 7)
    assert (rude.is_blocked, rude.blocked_ms, rude.blocked_by) == (True, 7, "Ann")
    assert rude.blocked_inbox_ids == (SHOP,)
    assert let_in(rude) == EVE


def test_who_blocked_first_stays_and_a_second_inbox_is_added() -> None:
    rude = blocked(EVE, SHOP, "Ann", 7)
    assert blocked(rude, SHOP, "Bob", 9) == rude
    assert blocked(rude, BLOG, "Bob", 9) == replace(rude, blocked_inbox_ids=(SHOP, BLOG))


def test_a_block_of_which_nobody_wrote_where_stays_one_of_anywhere() -> None:
    old = replace(EVE, is_blocked=True)
    assert blocked(old, SHOP, "Ann", 7) == old
    assert filled_from(blocked(EVE, SHOP, "Ann", 7), replace(GUEST, is_blocked=True)) == replace(
        blocked(EVE, SHOP, "Ann", 7), blocked_inbox_ids=()
    )


def test_a_guests_block_goes_with_him_to_his_name() -> None:
    assert filled_from(EVE, GUEST) == EVE
    assert filled_from(EVE, blocked(GUEST, BLOG, "Bob", 9)) == blocked(EVE, BLOG, "Bob", 9)
    both = filled_from(blocked(EVE, SHOP, "Ann", 7), blocked(GUEST, BLOG, "Bob", 9))
    assert (both.blocked_by, both.blocked_inbox_ids) == ("Ann", (SHOP, BLOG))
