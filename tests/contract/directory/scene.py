"""Two accounts with what they have, and how a scene is played."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace

from airdesk.core import accounts as acc
from airdesk.core.conversation import RoutingRule
from airdesk.core.kernel import (
    AccountId,
    AgentId,
    CredentialId,
    InboxId,
    Role,
    TeamId,
    VisitorId,
)
from airdesk.ports.directory import Directory, Transaction
from tests.contract.directory.places import DirectoryPlace

NOW_MS = 1_800_000_000_000


def name(word: str, number: int = 1) -> bytes:
    return word.encode().ljust(14, b".")[:14] + number.to_bytes(2, "big")


ONE, TWO = AccountId(name("account", 1)), AccountId(name("account", 2))
ANN = acc.User(AgentId(name("user", 1)), "ann@one.example", "Ann", password_hash="$argon2id$")
BOB = acc.User(AgentId(name("user", 2)), "bob@two.example", "Bob")
TEAM = acc.Team(ONE, TeamId(name("team")), "Sales")
WITH_BREAK: tuple[acc.Day, ...] = (((540, 720), (780, 1080)),) * 5 + ((),) * 2
INBOX = acc.Inbox(
    ONE,
    InboxId(name("inbox")),
    "Shop",
    b"s" * 32,
    ("https://shop.example",),
    RoutingRule.LEAST_BUSY,
    TEAM.team_id,
    ("french",),
    settings=acc.InboxSettings(texts=acc.LanguageTexts(zh=acc.InboxTexts(title="你好"))),
)
CONTACT = acc.Contact(
    ONE,
    acc.ContactId(name("contact")),
    "Eve <script>",
    "eve@example.com",
    external_id="c-1",
    attributes={"plan": "gold"},
    visitor_ids=(VisitorId(name("visitor", 1)), VisitorId(name("visitor", 2))),
)
SESSION = acc.Session(
    ONE,
    CredentialId(name("session")),
    ANN.user_id,
    b"h" * 32,
    "csrf",
    NOW_MS,
    NOW_MS,
    "::1",
)
Scene = Callable[[DirectoryPlace], Coroutine[Any, Any, None]]
Play = Callable[[Scene], None]


@asynccontextmanager
async def furnished(place: DirectoryPlace) -> AsyncIterator[Directory]:
    """Open a directory with two accounts."""
    directory = await place.open()
    async with directory.transaction() as tx:
        for account_id, user in ((ONE, ANN), (TWO, BOB)):
            await tx.accounts.add(acc.Account(account_id, user.name, "zh", NOW_MS))
            await tx.users.add(user)
            seat = acc.Member(account_id, user.user_id, Role.OWNER, 3, (), ("french",))
            await tx.members.add(seat)
        await tx.teams.add(TEAM)
        await tx.inboxes.add(INBOX)
        await tx.hours.add(acc.Hours(ONE, INBOX.inbox_id, "Asia/Shanghai", WITH_BREAK))
        await tx.contacts.add(CONTACT)
        await tx.sessions.add(SESSION)
    try:
        yield directory
    finally:
        await directory.close()


def label(number: int, account_id: AccountId = ONE) -> acc.Label:
    return acc.Label(account_id, acc.LabelId(name("label", number)), f"label {number}", "#ff0000")


Change = Callable[[Transaction], Awaitable[object]]


def twin(**fields: Any) -> acc.Contact:
    return replace(CONTACT, contact_id=acc.ContactId(name("contact", 2)), **fields)


def stranger(**fields: Any) -> acc.Session:
    other = replace(SESSION, session_id=CredentialId(name("session", 2)), secret_hash=b"i" * 32)
    return replace(other, **fields)


def view(number: int) -> acc.PageView:
    return acc.PageView(f"https://shop.example/{number}", "Ürün", NOW_MS + number)


USER_AND_TOKEN = (acc.ActorKind.USER, acc.ActorKind.TOKEN)


def audit_row(number: int) -> acc.AuditRow:
    kind = acc.ActorKind.USER
    audit_id = acc.AuditId(name("audit", number))
    return acc.AuditRow(
        ONE,
        audit_id,
        NOW_MS,
        kind,
        ANN.user_id,
        "Ann",
        "team.added",
        "team",
        TEAM.team_id,
        "",
        "{}",
    )
