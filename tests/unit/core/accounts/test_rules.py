"""What makes the directory's entities valid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from airdesk.core import accounts
from airdesk.core.kernel import AccountId, AgentId, InboxId, Role, ValueRefused

ACCOUNT = AccountId(b"account.account.")
INBOX = accounts.Inbox(ACCOUNT, InboxId(b"inbox.inbox.inb."), "Shop", bytes(32))


def test_an_email_has_one_normal_form() -> None:
    assert accounts.normal_email("  Ann.Lee@Shop.Example ") == "ann.lee@shop.example"
    assert accounts.normal_email("王@例子.中国") == "王@例子.中国"


@pytest.mark.parametrize(
    "text",
    ["", "ann", "ann@", "@shop", "a b@shop", "a@b@c", "<a@b.c>", "a@b.c\nbcc: x@y.z", "a@.b"],
)
def test_what_is_no_email_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused):
        accounts.normal_email(text)


def test_a_name_is_one_line_without_hidden_characters() -> None:
    assert accounts.normal_name("  Ann <b>Lee</b> ") == "Ann <b>Lee</b>"
    for bad in ("", "  ", "a\nb", "a\x00b", "a\u2028b", "x" * 101):
        with pytest.raises(ValueRefused):
            accounts.normal_name(bad)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("https://Shop.Example/", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://localhost:8001", "http://localhost:8001"),
        ("https://*.shop.example", "https://*.shop.example"),
        ("http://[::1]:9", "http://[::1]:9"),
    ],
)
def test_an_origin_has_one_normal_form(text: str, normal: str) -> None:
    assert accounts.normal_origin(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "null",
        "shop.example",
        "https://",
        "https://*",
        "https://*.com",
        "https://shop.example/path",
        "https://user@shop.example",
        "javascript:alert(1)",
        "https://shop.example; script-src *",
        "https://shop.example 'unsafe-inline'",
        "https://shop.example:99999",
    ],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    """An origin goes into a Content-Security-Policy: nothing else may come with it."""
    with pytest.raises(ValueRefused):
        accounts.normal_origin(text)


def test_a_wildcard_names_subdomains_and_nothing_else() -> None:
    allowed = ("https://*.shop.example", "https://one.example")
    assert accounts.origin_matches("https://de.shop.example", allowed)
    assert accounts.origin_matches("https://one.example", allowed)
    for other in (
        "https://shop.example",
        "http://de.shop.example",
        "https://evilshop.example",
        "https://de.shop.example.evil.example",
        "https://evil.example/.shop.example",
        "https://two.example",
        "null",
    ):
        assert not accounts.origin_matches(other, allowed)


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaa", "ababababab", "x" * 257])
def test_a_password_that_is_guessed_at_once_is_refused(password: str) -> None:
    with pytest.raises(ValueRefused):
        accounts.check_password(password)


def test_a_seat_is_agent_supervisor_or_owner() -> None:
    member = accounts.Member(ACCOUNT, AgentId(b"agent.agent.age."))
    for role in (Role.VISITOR, Role.BOT, Role.SYSTEM):
        with pytest.raises(ValueRefused):
            accounts.check_member(replace(member, role=role))
    accounts.check_member(replace(member, role=Role.OWNER))


@pytest.mark.parametrize(
    "settings",
    [
        {"colour": "red; background: url(//evil.example)"},
        {"position": "top"},
        {"form": "always"},
        {"form_fields": ("name", "name")},
        {"form_fields": ("password",)},
        {"offset_x": -1},
    ],
)
def test_a_look_that_cannot_be_is_refused(settings: dict[str, object]) -> None:
    look = replace(INBOX.settings, **settings)
    with pytest.raises(ValueRefused):
        accounts.check_inbox(replace(INBOX, settings=look))


@pytest.mark.parametrize(
    ("monday", "fault"),
    [
        (((540, 720), (719, 1080)), "those of Monday overlap"),
        (((540, 1080), (600, 660)), "those of Monday overlap"),
        (((540, 540),), "Monday is not"),
        (((720, 540),), "Monday is not"),
        (((0, 1441),), "Monday is not"),
        (tuple((60 * hour, 60 * hour + 30) for hour in range(7)), "Monday has 7"),
    ],
)
def test_spans_that_cannot_be_are_refused_by_the_name_of_their_day(
    monday: tuple[accounts.Span, ...], fault: str
) -> None:
    hours = accounts.Hours(ACCOUNT, INBOX.inbox_id, week=(monday, *accounts.ALWAYS_OPEN[1:]))
    with pytest.raises(ValueRefused, match=fault):
        accounts.normal_hours(hours)


def test_hours_are_seven_days_with_their_spans_in_order() -> None:
    hours = accounts.Hours(ACCOUNT, INBOX.inbox_id)
    assert accounts.normal_hours(hours) == hours
    with pytest.raises(ValueRefused):
        accounts.normal_hours(replace(hours, week=hours.week[:6]))
    mixed = replace(hours, week=(((780, 1080), (540, 720)), *((),) * 6))
    assert accounts.normal_hours(mixed).week[:2] == (((540, 720), (780, 1080)), ())


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_normal_contact_stays_as_it_is(name: str, phone: str) -> None:
    contact = accounts.Contact(ACCOUNT, accounts.ContactId(bytes(16)), name, "", phone)
    try:
        normal = accounts.normal_contact(contact)
    except ValueRefused:
        return
    assert accounts.normal_contact(normal) == normal


def test_no_secret_is_ever_shown() -> None:
    user = accounts.User(AgentId(b"agent.agent.age."), "a@b.c", "Ann", password_hash="$argon2")
    assert "argon2" not in accounts.shown_json(user)
    assert "identify_secret" not in accounts.shown_json(INBOX)
    assert '"rule":"longest_idle"' in accounts.shown_json(INBOX)
    assert '"team_id":null' in accounts.shown_json(INBOX)
