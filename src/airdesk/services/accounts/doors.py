"""Inboxes and their hours."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from airdesk.core import conversation as conv
from airdesk.core.accounts import (
    Hours,
    Inbox,
    check_inbox,
    normal_hours,
    normal_name,
    normal_origin,
    normal_skills,
)
from airdesk.core.kernel import NO_ID, AccountId, InboxId, TooManyEntities, limits
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.directory import Directory, Transaction
from airdesk.services.changes import By, Changes, known, only

SECRET_BYTES: Final = 32

INBOX_FIELDS: Final = (
    "name",
    "allowed_origins",
    "rule",
    "team_id",
    "skills",
    "sticky",
    "has_bot",
    "answer_ms_max",
    "reopen_ms_max",
    "identify_required",
    "settings",
)
"""What an owner may change of an inbox."""


class Doors:
    """The inboxes of accounts.

    Args:
        directory: keeps them.
        changes: writes audit and outbox.
        clock: the wall clock.
        ids: ids of new inboxes.
    """

    def __init__(self, directory: Directory, changes: Changes, clock: Clock, ids: IdSource) -> None:
        self._directory = directory
        self._changes = changes
        self._clock = clock
        self._ids = ids

    async def inboxes(self, account_id: AccountId, after: bytes, limit: int) -> list[Inbox]:
        """Give a page of inboxes."""
        async with self._directory.reading() as tx:
            return await tx.inboxes.page(account_id, after, limit)

    async def inbox(self, account_id: AccountId, inbox_id: InboxId) -> Inbox:
        """Give an inbox.

        Raises:
            UnknownEntity: the account has no such inbox.
        """
        async with self._directory.reading() as tx:
            return known(await tx.inboxes.get(account_id, inbox_id), "inbox")

    async def add(self, by: By, fields: Mapping[str, Any]) -> Inbox:
        """Make an inbox.

        Args:
            by: who makes it, and where.
            fields: INBOX_FIELDS; the name at least.

        Raises:
            ValueRefused: a value is not possible.
            UnknownEntity: no such team.
            TooManyEntities: the account has enough.
        """
        async with self._directory.transaction() as tx:
            inbox = await self.add_in(tx, by, fields)
        self._changes.written()
        return inbox

    async def add_in(self, tx: Transaction, by: By, fields: Mapping[str, Any]) -> Inbox:
        """Make an inbox in a transaction of the caller's; see `add`."""
        wanted = _normal(fields)
        inbox = Inbox(
            by.account_id,
            InboxId(self._ids.new_id()),
            identify_secret=secrets.token_bytes(SECRET_BYTES),
            created_ms=self._clock.now_ms(),
            **{"name": "", **wanted},
        )
        if await tx.inboxes.count(by.account_id) >= limits.ENTITIES_MAX:
            raise TooManyEntities(limit=limits.ENTITIES_MAX, name="inboxes")
        await self._check(tx, inbox)
        await tx.inboxes.add(inbox)
        await self._changes.change(tx, by.account_id, by.actor, None, inbox)
        await self._changes.tell_home(tx, by.account_id, conv.ConfigureInbox(inbox.facts))
        return inbox

    async def change(self, by: By, inbox_id: InboxId, fields: Mapping[str, Any]) -> Inbox:
        """Change an inbox.

        Raises:
            UnknownEntity: no such inbox or team.
            ValueRefused: a value is not possible.
        """
        wanted = _normal(fields)
        async with self._directory.transaction() as tx:
            before = known(await tx.inboxes.get(by.account_id, inbox_id), "inbox")
            after = replace(before, **wanted)
            await self._check(tx, after)
            await tx.inboxes.replace(after)
            await self._changes.change(tx, by.account_id, by.actor, before, after)
            if before.facts != after.facts:
                await self._changes.tell_home(tx, by.account_id, conv.ConfigureInbox(after.facts))
        self._changes.written()
        return after

    async def remove(self, by: By, inbox_id: InboxId) -> None:
        """Remove an inbox with its hours and its own questions.

        Nobody comes in there any more; conversations stay, and open ones go on.

        Raises:
            UnknownEntity: the account has no such inbox.
        """
        async with self._directory.transaction() as tx:
            inbox = known(await tx.inboxes.get(by.account_id, inbox_id), "inbox")
            await tx.inboxes.remove(by.account_id, inbox_id)
            await self._changes.change(tx, by.account_id, by.actor, inbox, None)
            await self._changes.tell_home(tx, by.account_id, conv.RemoveInbox(inbox_id))
        self._changes.written()

    async def new_secret(self, by: By, inbox_id: InboxId) -> bytes:
        """Give an inbox a new secret for identify; what the old one signed is void at once.

        Raises:
            UnknownEntity: the account has no such inbox.
        """
        secret = secrets.token_bytes(SECRET_BYTES)
        async with self._directory.transaction() as tx:
            before = known(await tx.inboxes.get(by.account_id, inbox_id), "inbox")
            await tx.inboxes.replace(replace(before, identify_secret=secret))
            await self._changes.audit(tx, by.account_id, by.actor, "inbox.secret_changed", inbox_id)
        return secret

    async def renew_visitor_key(self, by: By, inbox_id: InboxId) -> Inbox:
        """Void the tokens of all visitors of an inbox; their sockets close within a second.

        Whoever is vouched for comes back as himself; a guest begins anew.

        Raises:
            UnknownEntity: the account has no such inbox.
        """
        async with self._directory.transaction() as tx:
            before = known(await tx.inboxes.get(by.account_id, inbox_id), "inbox")
            after = replace(before, visitor_key_epoch=before.visitor_key_epoch + 1)
            await tx.inboxes.replace(after)
            await self._changes.change(tx, by.account_id, by.actor, before, after)
        return after

    async def _check(self, tx: Transaction, inbox: Inbox) -> None:
        check_inbox(inbox)
        if inbox.team_id != NO_ID:
            known(await tx.teams.get(inbox.account_id, inbox.team_id), "team")
        logo = inbox.settings.logo_file_id
        if logo != NO_ID:
            known(await tx.files.get(inbox.account_id, logo), "file")

    # Hours --------------------------------------------------------------------------------

    async def hours(self, account_id: AccountId, inbox_id: InboxId) -> Hours | None:
        """Give when an inbox is attended; None while nobody said so, which means always.

        Raises:
            UnknownEntity: the account has no such inbox.
        """
        async with self._directory.reading() as tx:
            known(await tx.inboxes.get(account_id, inbox_id), "inbox")
            return await tx.hours.get(account_id, inbox_id)

    async def set_hours(self, by: By, hours: Hours) -> Hours:
        """Say when an inbox is attended.

        Raises:
            UnknownEntity: the account has no such inbox.
            ValueRefused: hours that cannot be.
        """
        hours = normal_hours(hours)
        async with self._directory.transaction() as tx:
            known(await tx.inboxes.get(by.account_id, hours.inbox_id), "inbox")
            before = await tx.hours.get(by.account_id, hours.inbox_id)
            if before is None:
                await tx.hours.add(hours)
            else:
                await tx.hours.replace(hours)
            await self._changes.change(tx, by.account_id, by.actor, before, hours)
        return hours


def _normal(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give an inbox's fields in normal form."""
    wanted = only(fields, INBOX_FIELDS)
    if "name" in wanted:
        wanted["name"] = normal_name(wanted["name"])
    if "skills" in wanted:
        wanted["skills"] = normal_skills(wanted["skills"])
    if "allowed_origins" in wanted:
        origins = map(normal_origin, wanted["allowed_origins"])
        wanted["allowed_origins"] = tuple(dict.fromkeys(origins))
    return wanted
