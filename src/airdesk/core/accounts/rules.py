"""What makes entities valid. Each rule gives the value in its one normal form, or refuses it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from airdesk.core.accounts.contacts import Contact
from airdesk.core.accounts.doors import Day, Hours, Inbox, InboxSettings, InboxTexts
from airdesk.core.accounts.knowledge import CannedReply, FaqEntry, Label
from airdesk.core.accounts.people import Member
from airdesk.core.kernel import Permission, Role, ValueRefused, limits

LANGUAGES: Final = ("en", "zh")
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY_MINUTES: Final = 1440
FORM_FIELDS: Final = ("name", "email", "phone")

_EMAIL = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[^\s@<>\"(),:;\\.]+(\.[^\s@<>\"(),:;\\.]+)*")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_WORD = re.compile(r"[\w-]{1,40}")
_HOST = r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]"
_ORIGIN = re.compile(rf"(?P<scheme>https?)://(?P<host>{_HOST})(?::(?P<port>[0-9]{{1,5}}))?")
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_TIMEZONE = re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}")


def normal_name(text: str, what: str = "name", length: int = limits.NAME_CHARS_MAX) -> str:
    """Give one line of words, trimmed.

    Raises:
        ValueRefused: it is empty, too long, or holds control characters.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(name) <= length or not _is_one_line(name):
        raise ValueRefused(name=what, range=f"one line of 1 to {length} characters")
    return name


def normal_line(text: str, what: str, length: int = limits.NAME_CHARS_MAX) -> str:
    """Give one line of words, trimmed, or ""; for the refusal see `normal_name`."""
    return normal_name(text, what, length) if text.strip() else ""


def normal_text(text: str, what: str, length: int, least: int = 1) -> str:
    """Give words of any number of lines, without characters that nobody sees.

    Raises:
        ValueRefused: too short, too long, or NUL and its like within.
    """
    words = text.strip().replace("\r\n", "\n")
    plain = words.replace("\n", "").replace("\t", "")
    if not least <= len(words) <= length or any(unicodedata.category(c) == "Cc" for c in plain):
        raise ValueRefused(name=what, range=f"{least} to {length} characters")
    return words


def _is_one_line(text: str) -> bool:
    return not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text)


def normal_email(text: str) -> str:
    """Give an address in lower case, so that one person is one user.

    Raises:
        ValueRefused: it is no address.
    """
    email = unicodedata.normalize("NFKC", text).strip().lower()
    if len(email) > limits.EMAIL_CHARS_MAX or not _EMAIL.fullmatch(email):
        raise ValueRefused(name="email", range="an e-mail address")
    if not _is_one_line(email):
        raise ValueRefused(name="email", range="an e-mail address")
    return email


def check_password(password: str) -> None:
    """Refuse what is guessed at once. Length is what counts (NIST SP 800-63B, 5.1.1.2).

    Raises:
        ValueRefused: too short or too long.
    """
    least, most = limits.PASSWORD_CHARS_MIN, limits.PASSWORD_CHARS_MAX
    if not least <= len(password) <= most or len(set(password)) < 3:
        raise ValueRefused(
            name="password", range=f"{least} to {most} characters and no single one repeated"
        )


def normal_origin(text: str) -> str:
    """Give a site's origin as browsers write it; "https://*.shop.example" names its subdomains.

    Raises:
        ValueRefused: no scheme and host alone.
    """
    origin = text.strip().lower().rstrip("/")
    match = _ORIGIN.fullmatch(origin)
    if match is None or len(origin) > limits.ORIGIN_CHARS_MAX or int(match["port"] or 1) > 65535:
        raise ValueRefused(name="allowed_origins", range="like https://shop.example")
    if match["host"].startswith("*.") and match["host"].count(".") < 2:
        raise ValueRefused(name="allowed_origins", range="narrower than a whole top-level domain")
    if (match["scheme"], match["port"]) in _OWN_PORTS:
        origin = origin.removesuffix(f":{match['port']}")
    return origin


_OWN_PORTS: Final = (("http", "80"), ("https", "443"))


def origin_matches(origin: str, allowed_origins: Iterable[str]) -> bool:
    """True if a page of this origin may show the widget.

    Args:
        origin: what the browser says.
        allowed_origins: in normal form.
    """
    said = origin.lower()
    for one in allowed_origins:
        if "//*." in one:
            scheme, _, rest = one.partition("//*")
            if said.startswith(f"{scheme}//") and said.endswith(rest):
                inner = said[len(scheme) + 2 : len(said) - len(rest)]
                if inner and "/" not in inner and "@" not in inner:
                    return True
        elif said == one:
            return True
    return False


def normal_colour(text: str) -> str:
    """Give a colour as #rrggbb.

    Raises:
        ValueRefused: it is something else.
    """
    colour = text.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise ValueRefused(name="colour", range="like #2563eb")
    return colour


def normal_language(text: str) -> str:
    """Give a language.

    Raises:
        ValueRefused: one that AirDesk does not speak.
    """
    if text not in LANGUAGES:
        raise ValueRefused(name="language", range=" or ".join(LANGUAGES))
    return text


def normal_skills(words: Iterable[str]) -> tuple[str, ...]:
    """Give skills in lower case, each once, in order.

    Raises:
        ValueRefused: no words, or too many.
    """
    skills = sorted({unicodedata.normalize("NFC", word).strip().lower() for word in words})
    if len(skills) > limits.SKILLS_MAX or any(not _WORD.fullmatch(one) for one in skills):
        raise ValueRefused(name="skills", range=f"at most {limits.SKILLS_MAX} words")
    return tuple(skills)


def normal_scopes(names: Iterable[str], granted: Iterable[Permission]) -> tuple[str, ...]:
    """Give an API token's scopes.

    Raises:
        ValueRefused: none, or one that its maker has not.
    """
    scopes = sorted(set(names))
    if not scopes or not set(scopes) <= set(granted):
        raise ValueRefused(name="scopes", range="permissions that you have yourself, one at least")
    return tuple(scopes)


def check_role(role: Role) -> None:
    """Let only seats pass.

    Raises:
        ValueRefused: visitor, bot or AirDesk itself.
    """
    if role not in (Role.AGENT, Role.SUPERVISOR, Role.OWNER):
        raise ValueRefused(name="role", range="agent, supervisor or owner")


def _within(value: int, least: int, most: int, name: str) -> None:
    if not least <= value <= most:
        raise ValueRefused(name=name, range=f"{least} to {most}")


def _one_of(value: str, words: tuple[str, ...], name: str) -> None:
    if value not in words:
        raise ValueRefused(name=name, range=" or ".join(words))


def check_member(member: Member) -> None:
    """Refuse a seat that cannot be.

    Raises:
        ValueRefused: role, capacity or skills.
    """
    check_role(member.role)
    _within(member.capacity, 0, limits.CAPACITY_MAX, "capacity")
    _within(member.capacity_max, 0, limits.CAPACITY_MAX, "capacity_max")
    if normal_skills(member.skills) != member.skills:
        raise ValueRefused(name="skills", range="lower-case words, each once")


def check_inbox(inbox: Inbox) -> None:
    """Refuse a door that cannot be. Names, origins and skills are in normal form already.

    Raises:
        ValueRefused: any field outside its range.
    """
    _within(inbox.answer_ms_max, 0, limits.INBOX_MS_MAX, "answer_ms_max")
    _within(inbox.reopen_ms_max, 0, limits.INBOX_MS_MAX, "reopen_ms_max")
    _within(len(inbox.allowed_origins), 0, limits.ORIGINS_MAX, "allowed_origins")
    if tuple(map(normal_origin, inbox.allowed_origins)) != inbox.allowed_origins:
        raise ValueRefused(name="allowed_origins", range="like https://shop.example")
    if normal_skills(inbox.skills) != inbox.skills:
        raise ValueRefused(name="skills", range="lower-case words, each once")
    check_settings(inbox.settings)


def check_settings(settings: InboxSettings) -> None:
    """Refuse a look that cannot be.

    Raises:
        ValueRefused: any field outside its range.
    """
    if normal_colour(settings.colour) != settings.colour:
        raise ValueRefused(name="colour", range="like #2563eb")
    _one_of(settings.position, ("left", "right"), "position")
    _one_of(settings.theme, ("auto", "light", "dark"), "theme")
    _one_of(settings.language, ("auto", *LANGUAGES), "language")
    _one_of(settings.form, ("off", "before", "after"), "form")
    _within(settings.offset_x, 0, 500, "offset_x")
    _within(settings.offset_y, 0, 500, "offset_y")
    fields = settings.form_fields
    if len(set(fields)) != len(fields) or not set(fields) <= set(FORM_FIELDS):
        raise ValueRefused(name="form_fields", range=", ".join(FORM_FIELDS))
    for texts in (settings.texts.zh, settings.texts.en):
        _check_texts(texts)


def _check_texts(texts: InboxTexts) -> None:
    for name in texts.__struct_fields__:
        normal_text(getattr(texts, name), name, limits.WIDGET_TEXT_CHARS_MAX, least=0)


def normal_hours(hours: Hours) -> Hours:
    """Give hours with the spans of each day in their order.

    Raises:
        ValueRefused: a week without seven days, a span that ends before it begins, two spans at
            the same time, no such day.
    """
    if not _TIMEZONE.fullmatch(hours.timezone):
        raise ValueRefused(name="timezone", range="like Asia/Shanghai")
    if len(hours.week) != 7:
        raise ValueRefused(name="week", range="seven days, from Monday")
    week = tuple(_normal_day(name, day) for name, day in zip(DAYS, hours.week, strict=True))
    days = hours.holidays
    if len(days) > limits.HOLIDAYS_MAX or any(not _DAY.fullmatch(day) for day in days):
        raise ValueRefused(name="holidays", range="days like 2027-01-01")
    return replace(hours, week=week)


def _normal_day(name: str, day: Day) -> Day:
    spans = tuple(sorted(day))
    if len(spans) > limits.DAY_SPANS_MAX:
        fault = f"at most {limits.DAY_SPANS_MAX} spans a day; {name} has {len(spans)}"
        raise ValueRefused(name="week", range=fault)
    for start, end in spans:
        if not 0 <= start < end <= DAY_MINUTES:
            fault = f"spans of [from, to] minutes, 0 to {DAY_MINUTES}, to after from; {name} is not"
            raise ValueRefused(name="week", range=fault)
    if any(end > start for (_, end), (start, _) in pairwise(spans)):
        raise ValueRefused(name="week", range=f"spans one after the other; those of {name} overlap")
    return spans


def normal_contact(contact: Contact) -> Contact:
    """Give a contact with its words in normal form.

    Raises:
        ValueRefused: any of them is not possible.
    """
    if len(contact.attributes) > limits.ATTRIBUTES_MAX:
        raise ValueRefused(name="attributes", range=f"at most {limits.ATTRIBUTES_MAX}")
    attributes = {
        normal_name(name, "attributes", 64): normal_text(
            value, "attributes", limits.ATTRIBUTE_CHARS_MAX, least=0
        )
        for name, value in contact.attributes.items()
    }
    return Contact(
        contact.account_id,
        contact.contact_id,
        normal_line(contact.name, "name"),
        normal_email(contact.email) if contact.email.strip() else "",
        normal_line(contact.phone, "phone", 40),
        normal_line(contact.external_id, "external_id", 200),
        attributes,
        contact.is_verified,
        contact.created_ms,
        contact.last_seen_ms,
        contact.visitor_ids,
        contact.is_blocked,
        contact.blocked_ms,
        contact.blocked_by,
        contact.blocked_inbox_ids,
    )


def normal_canned(reply: CannedReply) -> CannedReply:
    """Give a canned reply in normal form.

    Raises:
        ValueRefused: shortcut or text is not possible.
    """
    shortcut = reply.shortcut.strip().lstrip("/").lower()
    if not _WORD.fullmatch(shortcut):
        raise ValueRefused(name="shortcut", range="a word of 1 to 40 letters and digits")
    text = normal_text(reply.text, "text", limits.CANNED_CHARS_MAX)
    return CannedReply(reply.account_id, reply.canned_id, shortcut, text)


def normal_faq(entry: FaqEntry) -> FaqEntry:
    """Give a question in normal form.

    Raises:
        ValueRefused: words or their number are not possible.
    """
    _within(len(entry.variants), 0, limits.FAQ_VARIANTS_MAX, "variants")
    return FaqEntry(
        entry.account_id,
        entry.faq_id,
        normal_name(entry.question, "question", limits.QUESTION_CHARS_MAX),
        normal_text(entry.answer, "answer", limits.CANNED_CHARS_MAX),
        entry.inbox_id,
        tuple(normal_name(one, "variants", limits.QUESTION_CHARS_MAX) for one in entry.variants),
        entry.is_suggested,
        normal_language(entry.language),
    )


def normal_label(label: Label) -> Label:
    """Give a label in normal form.

    Raises:
        ValueRefused: name or colour is not possible.
    """
    name = normal_name(label.name, length=40)
    return Label(label.account_id, label.label_id, name, normal_colour(label.colour))
