"""A crowd for a load generator, by the owner's leave, in the built-in account alone."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import Field

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import NOT_KEPT, ApiRoute
from airdesk.app.api.models import Answer, Body
from airdesk.core.kernel import Identity, Permission, UnknownEntity, id_text, limits

router = APIRouter(prefix="/api/v1", route_class=ApiRoute, tags=["stress"])

TOKEN_S: Final = 3_600
"""A crowd's tokens open sockets for an hour."""


class PeopleBody(Body):
    """How many visitors."""

    visitors: Annotated[int, Field(ge=0, le=limits.STRESS_PEOPLE_MAX)]


class Somebody(Answer):
    """A visitor or an agent of the built-in account."""

    id: str
    token: str
    """Opens sockets as him."""


class PeopleAnswer(Answer):
    """A part of a crowd."""

    visitors: list[Somebody]
    """New ones."""
    agents: list[Somebody]
    """All seats of the built-in account."""


@router.post("/stress/people", openapi_extra=NOT_KEPT)
async def make_people(
    request: Request, _: Annotated[Caller, requires(Permission.STRESS_RUN)], body: PeopleBody
) -> PeopleAnswer:
    """Make visitors for `airdesk stress`, and let it play the agents.

    Both belong to the built-in account, which is there only while `agents` is set: the people of
    real accounts never meet them. Without it the answer is 404.
    """
    api = api_of(request)
    if not api.has_builtin:
        raise UnknownEntity(name="built-in account")
    visitors = [api.builtin.visitor(api.ids.new_id()) for _ in range(body.visitors)]

    def credentials(identity: Identity) -> Somebody:
        return Somebody(id=id_text(identity.person_id), token=api.tokens.sign(identity, TOKEN_S))

    return PeopleAnswer(
        visitors=[credentials(one) for one in visitors],
        agents=[credentials(one) for one in api.builtin.agents()],
    )
