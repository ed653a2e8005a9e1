"""Canned replies, questions of the bot, labels: lists that an account's people keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from airdesk.core.accounts import (
    CannedId,
    CannedReply,
    FaqEntry,
    FaqId,
    Label,
    LabelId,
    normal_canned,
    normal_faq,
    normal_label,
)
from airdesk.core.kernel import NO_ID, AccountId, TooManyEntities, limits
from airdesk.ports.clock import IdSource
from airdesk.ports.directory import Directory, Entities, Transaction
from airdesk.services.changes import By, Changes, known, only

EntityT = TypeVar("EntityT", bound=msgspec.Struct)


class EntityList(Generic[EntityT]):
    """One kind of entity that is listed, added, changed and removed.

    Args:
        directory: keeps them.
        changes: writes the audit.
        name: what one is called.
        entities: where they are in a transaction.
        normal: gives one in its normal form, or refuses it.
    """

    def __init__(
        self,
        directory: Directory,
        changes: Changes,
        name: str,
        entities: Callable[[Transaction], Entities[EntityT]],
        normal: Callable[[EntityT], EntityT],
    ) -> None:
        self._directory = directory
        self._changes = changes
        self._name = name
        self._entities = entities
        self._normal = normal

    async def page(self, account_id: AccountId, after: bytes, limit: int) -> list[EntityT]:
        """Give a page."""
        async with self._directory.reading() as tx:
            return await self._entities(tx).page(account_id, after, limit)

    async def one(self, account_id: AccountId, entity_id: bytes) -> EntityT:
        """Give one.

        Raises:
            UnknownEntity: the account has no such.
        """
        async with self._directory.reading() as tx:
            return known(await self._entities(tx).get(account_id, entity_id), self._name)

    async def add(self, by: By, entity: EntityT) -> EntityT:
        """Store a new one of the account's.

        Raises:
            ValueRefused: it is not possible.
            AlreadyTaken: another one has its name.
            TooManyEntities: the account has enough.
        """
        new = self._normal(entity)
        async with self._directory.transaction() as tx:
            entities = self._entities(tx)
            if await entities.count(by.account_id) >= limits.ENTITIES_MAX:
                raise TooManyEntities(limit=limits.ENTITIES_MAX, name=self._name)
            await self._check(tx, new)
            await entities.add(new)
            await self._changes.change(tx, by.account_id, by.actor, None, new)
        return new

    async def change(self, by: By, entity_id: bytes, fields: dict[str, Any]) -> EntityT:
        """Change some fields of one; for errors see `add`.

        Raises:
            UnknownEntity: the account has no such.
        """
        async with self._directory.transaction() as tx:
            before = known(await self._entities(tx).get(by.account_id, entity_id), self._name)
            fixed = {"account_id", f"{self._name}_id"}
            wanted = only(fields, set(before.__struct_fields__) - fixed)
            after = self._normal(msgspec.structs.replace(before, **wanted))
            await self._check(tx, after)
            await self._entities(tx).replace(after)
            await self._changes.change(tx, by.account_id, by.actor, before, after)
        return after

    async def remove(self, by: By, entity_id: bytes) -> None:
        """Remove one.

        Raises:
            UnknownEntity: the account has no such.
        """
        async with self._directory.transaction() as tx:
            before = known(await self._entities(tx).get(by.account_id, entity_id), self._name)
            await self._entities(tx).remove(by.account_id, entity_id)
            await self._changes.change(tx, by.account_id, by.actor, before, None)

    async def _check(self, tx: Transaction, entity: EntityT) -> None:
        if isinstance(entity, FaqEntry) and entity.inbox_id != NO_ID:
            known(await tx.inboxes.get(entity.account_id, entity.inbox_id), "inbox")


class Catalogue:
    """The three lists.

    Args:
        directory: keeps them.
        changes: writes the audit.
        ids: ids of new entries.
    """

    def __init__(self, directory: Directory, changes: Changes, ids: IdSource) -> None:
        self._directory = directory
        self._ids = ids
        self.canned: EntityList[CannedReply] = EntityList(
            directory, changes, "canned", lambda tx: tx.canned, normal_canned
        )
        self.faq: EntityList[FaqEntry] = EntityList(
            directory, changes, "faq", lambda tx: tx.faq, normal_faq
        )
        self.labels: EntityList[Label] = EntityList(
            directory, changes, "label", lambda tx: tx.labels, normal_label
        )

    async def add_canned(self, by: By, shortcut: str, text: str) -> CannedReply:
        """Make a canned reply; for errors see `EntityList.add`."""
        new_id = CannedId(self._ids.new_id())
        return await self.canned.add(by, CannedReply(by.account_id, new_id, shortcut, text))

    async def add_faq(self, by: By, question: str, answer: str, **more: Any) -> FaqEntry:
        """Make a question; for errors see `EntityList.add`."""
        new_id = FaqId(self._ids.new_id())
        return await self.faq.add(by, FaqEntry(by.account_id, new_id, question, answer, **more))

    async def check_labels(self, account_id: AccountId, label_ids: Sequence[LabelId]) -> None:
        """Refuse labels that the account has not.

        Raises:
            UnknownEntity: one of them.
        """
        async with self._directory.reading() as tx:
            for label_id in label_ids:
                known(await tx.labels.get(account_id, label_id), "label")

    async def add_label(self, by: By, name: str, colour: str) -> Label:
        """Make a label; for errors see `EntityList.add`."""
        new_id = LabelId(self._ids.new_id())
        return await self.labels.add(by, Label(by.account_id, new_id, name, colour))
