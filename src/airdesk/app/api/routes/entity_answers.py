"""What the routes of every list of entities do alike: show a page or one, change, remove.

The routes themselves stay written out: their names, models and sentences are the description of
the API, and FastAPI reads them from the functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from fastapi import Request

from airdesk.app.api.authentication import Caller
from airdesk.app.api.context import api_of
from airdesk.app.api.models import Answer, Done
from airdesk.app.api.paging import Page, page_of, read_id
from airdesk.app.api.routes.auth import by
from airdesk.core.accounts import shown
from airdesk.core.kernel import parse_id
from airdesk.services.accounts.catalogue import Catalogue, EntityList

EntityT = TypeVar("EntityT", bound=msgspec.Struct)
AnswerT = TypeVar("AnswerT", bound=Answer)


class EntityAnswers(Generic[EntityT, AnswerT]):
    """Answers about one list of the catalogue.

    Args:
        answer: the form in which an entity is shown.
        entities: the list.
        key: an answer's id.
    """

    def __init__(
        self,
        answer: type[AnswerT],
        entities: Callable[[Catalogue], EntityList[EntityT]],
        key: Callable[[AnswerT], str],
    ) -> None:
        self._answer = answer
        self._entities = entities
        self._key = key

    def _list(self, request: Request) -> EntityList[EntityT]:
        return self._entities(api_of(request).accounts.catalogue)

    def of(self, entity: EntityT) -> AnswerT:
        """Show an entity."""
        return self._answer.model_validate(shown(entity))

    async def page(self, request: Request, caller: Caller, after: str, limit: int) -> Page[AnswerT]:
        """Show a page of the list."""
        found = await self._list(request).page(caller.identity.account_id, read_id(after), limit)
        return page_of([self.of(one) for one in found], limit, self._key)

    async def one(self, request: Request, caller: Caller, entity_id: str) -> AnswerT:
        """Show one."""
        account_id = caller.identity.account_id
        return self.of(await self._list(request).one(account_id, parse_id(entity_id)))

    async def change(
        self, request: Request, caller: Caller, entity_id: str, fields: dict[str, Any]
    ) -> AnswerT:
        """Change fields of one, and show it."""
        return self.of(await self._list(request).change(by(caller), parse_id(entity_id), fields))

    async def remove(self, request: Request, caller: Caller, entity_id: str) -> Done:
        """Remove one."""
        await self._list(request).remove(by(caller), parse_id(entity_id))
        return Done()
