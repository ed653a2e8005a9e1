"""Who is calling: each route names what it asks of its caller, in one object.

Staff come with a session's cookie or an API token, visitors with their token; cookies count for
unsafe requests only with the session's CSRF word and from our own pages.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from airdesk.app.api.context import api_of
from airdesk.core.kernel import (
    NO_ID,
    BadToken,
    Identity,
    Permission,
    PermissionMissing,
    RequestForged,
    SessionEnded,
    require,
)
from airdesk.services.access import StaffCredential

COOKIE: Final = "airdesk_session"
CSRF_HEADER: Final = "x-airdesk-csrf"
API_TOKEN_PREFIX: Final = "adt_"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SECRET_LETTERS_MAX: Final = 1_024
"""Of a cookie or a bearer; a longer one is none of ours and is not even hashed."""


class Credential(Enum):
    """What a route wants to see. The values are told by OpenAPI where no permission is."""

    NOBODY = "public"
    VISITOR = "visitor"
    SESSION = "session"
    """A person at our own pages: an API token does not do."""
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling and by what right."""

    identity: Identity
    staff: StaffCredential | None = None
    """How a member of staff came in; None for visitors."""

    @property
    def credential_id(self) -> bytes:
        """Session or API token; NO_ID for a visitor."""
        return self.staff.credential_id if self.staff is not None else NO_ID

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the credential grants now."""
        if self.staff is None:
            return frozenset()
        return self.staff.permissions

    @property
    def csrf(self) -> str:
        """The session's word."""
        return self.staff.csrf if self.staff is not None else ""


@dataclass(frozen=True)
class Requirement:
    """What a route asks of its caller; a dependency, and a row in the table of routes.

    Raises:
        BadToken, SessionEnded: there is no good credential.
        RequestForged: a cookie without proof that our own page asked.
        PermissionMissing: the credential does not grant what the route needs.
    """

    credential: Credential
    permission: Permission | None = field(default=None)

    async def __call__(self, request: Request) -> Caller | None:
        """Give the caller; None for a route that asks for nobody."""
        if self.credential is Credential.NOBODY:
            check_origin(request)
            return None
        known = getattr(request.state, "caller", None)
        if known is not None and known[0] == self:
            assert isinstance(known[1], Caller)
            return known[1]
        caller = await self._caller(request)
        if self.permission is not None:
            staff = caller.staff
            if staff is None:
                raise PermissionMissing(permission=self.permission.value)
            # By the seat: the identity of a token without the right to supervise is an agent's.
            require(staff.member.role, self.permission, staff.scopes)
        request.state.caller = (self, caller)
        return caller

    async def _caller(self, request: Request) -> Caller:
        bearer = _bearer(request.headers)
        if self.credential is Credential.VISITOR:
            return await _visitor(request, bearer)
        if bearer:
            if self.credential is not Credential.STAFF:
                raise SessionEnded()
            return await _by_api_token(request, bearer)
        return await _by_cookie(request)


def requires(permission: Permission) -> Any:
    """Let a route be for staff with this permission."""
    return Depends(Requirement(Credential.STAFF, permission))


PUBLIC: Final = Depends(Requirement(Credential.NOBODY))
"""For routes that anybody may call."""

Visitor = Annotated[Caller, Depends(Requirement(Credential.VISITOR))]
"""The visitor whose token came with the request."""

Person = Annotated[Caller, Depends(Requirement(Credential.SESSION))]
"""A member of staff at our own pages, whatever his role."""

Staff = Annotated[Caller, Depends(Requirement(Credential.STAFF))]
"""Any good credential of staff, whatever it grants."""


async def _visitor(request: Request, bearer: str) -> Caller:
    return Caller(await api_of(request).visitors.come_back(bearer))


async def _by_api_token(request: Request, bearer: str) -> Caller:
    if not bearer.startswith(API_TOKEN_PREFIX):
        raise BadToken()
    staff = await api_of(request).access.by_api_token(bearer)
    return Caller(staff.identity, staff)


async def _by_cookie(request: Request) -> Caller:
    secret = request.cookies.get(COOKIE, "")
    if not secret or len(secret) > SECRET_LETTERS_MAX or not secret.isascii():
        raise SessionEnded()
    staff = await api_of(request).access.by_session(secret)
    if request.method not in SAFE_METHODS:
        check_origin(request)
        said = request.headers.get(CSRF_HEADER, "")
        if not staff.csrf or not hmac.compare_digest(said.encode(), staff.csrf.encode()):
            raise RequestForged()
    return Caller(staff.identity, staff)


def check_origin(request: Request) -> None:
    """Refuse an unsafe request that a page of somebody else's makes.

    Raises:
        RequestForged: there is an Origin, and it is not this host.
    """
    if request.method in SAFE_METHODS:
        return
    origins = request.headers.getlist("origin")
    hosts = request.headers.getlist("host")
    if not origins:
        return
    scheme, _, place = origins[0].partition("://")
    is_ours = len(origins) == len(hosts) == 1 and scheme in ("http", "https")
    if not is_ours or place.lower() != hosts[0].lower():
        raise RequestForged()


def _bearer(headers: Mapping[str, str]) -> str:
    kind, _, secret = headers.get("authorization", "").partition(" ")
    secret = secret.strip()
    if kind.lower() != "bearer" or not secret:
        return ""
    if len(secret) > SECRET_LETTERS_MAX or not secret.isascii():
        raise BadToken()
    return secret
