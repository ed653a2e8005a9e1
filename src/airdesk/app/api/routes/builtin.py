"""The built-in account's tokens, while it is on: for the plain pages, tests and benchmarks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from airdesk.app.api.authentication import PUBLIC
from airdesk.app.api.context import Api, api_of, client_address
from airdesk.app.api.idempotency import NOT_KEPT, ApiRoute
from airdesk.app.api.models import Answer, Body
from airdesk.core.kernel import (
    AccessError,
    Identity,
    InboxId,
    UnknownEntity,
    parse_id,
)
from airdesk.services.quotas import address_key

router = APIRouter(prefix="/api", route_class=ApiRoute, tags=["visitors"])


class VisitorTokenBody(Body):
    """Who asks: nobody yet, the bearer of an old token, or a new visitor of an inbox."""

    token: str = ""
    """One that is none, however long, makes a new visitor: a spoilt store must shut nobody out."""
    inbox: Annotated[str, Field(max_length=36)] = ""


class VisitorToken(Answer):
    """A visitor's credential."""

    token: str


@router.post("/visitor-token", dependencies=[PUBLIC], openapi_extra=NOT_KEPT)
async def make_visitor_token(request: Request, body: VisitorTokenBody) -> VisitorToken:
    """Become a visitor of an inbox, or get a fresh token for the same one."""
    api = api_of(request)
    inbox_id = _inbox_id(api, body)
    if api.has_builtin and inbox_id == api.builtin.inbox_id:
        identity = _known(api, body.token) or api.builtin.visitor(api.ids.new_id())
        return VisitorToken(token=api.tokens.sign(identity))
    inbox = await api.visitors.inbox(inbox_id)
    address = address_key(client_address(request))
    entered = await api.visitors.enter(
        inbox, body.token, None, lambda: api.new_visitors.count(address)
    )
    return VisitorToken(token=api.tokens.sign_visitor(*entered))


def _inbox_id(api: Api, body: VisitorTokenBody) -> InboxId:
    """Give the inbox that is named, that of the old token, or the built-in one."""
    if body.inbox:
        try:
            return InboxId(parse_id(body.inbox))
        except ValueError:
            raise UnknownEntity(name="inbox") from None
    if not api.has_builtin:
        known = _known(api, body.token)
        if known is None:
            raise UnknownEntity(name="inbox")
        return known.inbox_id
    return api.builtin.inbox_id


def _known(api: Api, token: str) -> Identity | None:
    """Give the visitor of a good token, so that a page gets a fresh one for the same person."""
    if not token:
        return None
    try:
        identity = api.tokens.check(token)
    except AccessError:
        return None
    is_ours = identity.is_visitor and (
        not api.has_builtin or identity.inbox_id == api.builtin.inbox_id
    )
    return identity if is_ours else None
