"""The account itself, API tokens of one's own, and the audit."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import NOT_KEPT, ApiRoute
from airdesk.app.api.models import Answer, Body, Done, IdText, Name
from airdesk.app.api.paging import PAGE_ITEMS, After, Limit, Page, page_of, read_id
from airdesk.app.api.routes.auth import by, staff_of
from airdesk.core.accounts import Account, ActorKind, ApiToken, AuditFilter, AuditRow
from airdesk.core.kernel import NO_ID, CredentialId, Permission, id_text, parse_id

router = APIRouter(prefix="/api/v1", route_class=ApiRoute, tags=["account"])

ActorWord = Annotated[
    str, Query(pattern=f"^({'|'.join(kind.name.lower() for kind in ActorKind)})$")
]
KindWord = Annotated[str, Query(pattern="^[a-z_]*$", max_length=40)]
Instant = Annotated[int, Query(ge=0, le=2**53 - 1)]

AuditRead = Annotated[Caller, requires(Permission.AUDIT_READ)]
TokensWrite = Annotated[Caller, requires(Permission.TOKENS_WRITE)]


class AccountAnswer(Answer):
    """The account."""

    account_id: str
    name: str
    language: str


class AccountChange(Body):
    """What to change; what is left out stays."""

    name: Name | None = None
    language: Annotated[str, Field(max_length=10)] | None = None


class TokenAnswer(Answer):
    """An API token without its secret."""

    token_id: str
    name: str
    scopes: list[str]
    created_ms: int
    last_used_ms: int


class NewToken(TokenAnswer):
    """An API token that was just made; the secret is shown once."""

    secret: str


class TokenBody(Body):
    """A new API token; scopes are names of permissions that one has oneself."""

    name: Name
    scopes: Annotated[
        list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=len(Permission))
    ]


class Subject(Answer):
    """What was changed."""

    kind: str
    id: str


class AuditActor(Answer):
    """Who changed it, by the name of that time."""

    kind: str
    id: str
    name: str


class AuditAnswer(Answer):
    """Who changed what."""

    audit_id: str
    at_ms: int
    actor: AuditActor
    action: str
    subject: Subject
    before: Any
    """What it was, as JSON; null if it was not there."""
    after: Any
    """What it became, as JSON; null if it is there no longer."""


def wanted_rows(
    actor: IdText | None = None,
    actor_kind: ActorWord | None = None,
    kind: KindWord = "",
    from_ms: Instant = 0,
    to_ms: Instant = 0,
) -> AuditFilter:
    """Read which rows of the audit are asked for.

    Args:
        actor: the id of a person, an API token or a visitor.
        actor_kind: user, token, command_line, visitor or system.
        kind: of what was changed, such as `inbox`.
        from_ms: Unix milliseconds.
        to_ms: before this; 0 for no end.
    """
    who = None if actor_kind is None else ActorKind[actor_kind.upper()]
    return AuditFilter(who, NO_ID if actor is None else parse_id(actor), kind, from_ms, to_ms)


@router.get("/account")
async def get_account(
    request: Request, caller: Annotated[Caller, requires(Permission.ACCOUNT_READ)]
) -> AccountAnswer:
    """Show the account."""
    return _account(await api_of(request).accounts.account(caller.identity.account_id))


@router.patch("/account")
async def change_account(
    request: Request,
    caller: Annotated[Caller, requires(Permission.ACCOUNT_WRITE)],
    body: AccountChange,
) -> AccountAnswer:
    """Change the account's name or language."""
    accounts = api_of(request).accounts
    return _account(await accounts.change_account(by(caller), body.name, body.language))


@router.get("/tokens")
async def list_tokens(request: Request, caller: TokensWrite) -> Page[TokenAnswer]:
    """List one's own API tokens."""
    found = await api_of(request).access.tokens(staff_of(caller))
    return Page(items=[TokenAnswer(**_token(one)) for one in found])


@router.post("/tokens", openapi_extra=NOT_KEPT)
async def make_token(request: Request, caller: TokensWrite, body: TokenBody) -> NewToken:
    """Make an API token; its secret is shown once."""
    token, secret = await api_of(request).access.make_token(
        staff_of(caller), body.name, body.scopes
    )
    return NewToken(**_token(token), secret=secret)


@router.delete("/tokens/{token_id}")
async def remove_token(request: Request, caller: TokensWrite, token_id: IdText) -> Done:
    """Take one of one's own API tokens back; its sockets close within a second."""
    access = api_of(request).access
    await access.remove_token(staff_of(caller), CredentialId(parse_id(token_id)))
    return Done()


@router.get("/audit")
async def list_audit(
    request: Request,
    caller: AuditRead,
    wanted: Annotated[AuditFilter, Depends(wanted_rows)],
    after: After = "",
    limit: Limit = PAGE_ITEMS,
) -> Page[AuditAnswer]:
    """List who changed what, newest first; all that is asked for has to fit."""
    account_id = caller.identity.account_id
    async with api_of(request).directory.reading() as tx:
        rows = await tx.audit.page(account_id, read_id(after), limit, wanted=wanted)
    return page_of([_audit(row) for row in rows], limit, lambda one: one.audit_id)


@router.get("/audit/actors")
async def list_audit_actors(request: Request, caller: AuditRead) -> Page[AuditActor]:
    """List the people and API tokens that ever changed something, former ones too."""
    async with api_of(request).directory.reading() as tx:
        found = await tx.audit.actors(caller.identity.account_id)
    return Page(
        items=[
            AuditActor(kind=one.kind.name.lower(), id=id_text(one.id), name=one.name)
            for one in found
        ]
    )


def _account(account: Account) -> AccountAnswer:
    return AccountAnswer(
        account_id=id_text(account.account_id), name=account.name, language=account.language
    )


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "token_id": id_text(token.token_id),
        "name": token.name,
        "scopes": list(token.scopes),
        "created_ms": token.created_ms,
        "last_used_ms": token.last_used_ms,
    }


def _audit(row: AuditRow) -> AuditAnswer:
    return AuditAnswer(
        audit_id=id_text(row.audit_id),
        at_ms=row.at_ms,
        actor=AuditActor(
            kind=row.actor_kind.name.lower(), id=id_text(row.actor_id), name=row.actor_name
        ),
        action=row.action,
        subject=Subject(kind=row.subject_kind, id=id_text(row.subject_id)),
        before=msgspec.json.decode(row.before) if row.before else None,
        after=msgspec.json.decode(row.after) if row.after else None,
    )
