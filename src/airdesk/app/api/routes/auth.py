"""Coming in and going out: set-up, log-in, sessions, one-time links, invitations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from airdesk.app.api.authentication import COOKIE, PUBLIC, Caller, Person, Staff, requires
from airdesk.app.api.context import api_of, client_address
from airdesk.app.api.idempotency import NOT_KEPT, ApiRoute
from airdesk.app.api.models import Answer, Body, Done, Email, IdText, Link, Name, Password
from airdesk.app.api.paging import Page
from airdesk.core.accounts import Session
from airdesk.core.kernel import CredentialId, Permission, id_text, limits, parse_id
from airdesk.services.access import LoggedIn, Place, SetUp, StaffCredential
from airdesk.services.changes import By

router = APIRouter(prefix="/api", route_class=ApiRoute, tags=["auth"])

ConversationsRead = Annotated[Caller, requires(Permission.CONVERSATIONS_READ)]
LinkInPath = Annotated[str, Path(min_length=1, max_length=200)]


class SetupState(Answer):
    """Whether somebody owns the installation."""

    needs_owner: bool


class SetupBody(Body):
    """What the first owner says."""

    link: Link
    account_name: Name
    name: Name
    email: Email
    password: Password
    language: Annotated[str, Field(max_length=10)] = "en"
    site_origin: Annotated[str, Field(max_length=limits.ORIGIN_CHARS_MAX)] = ""


class LoginBody(Body):
    """An e-mail and its password."""

    email: Email
    password: Password


class PasswordBody(Body):
    """The old password and the one to come."""

    old: Password
    new: Password


class LinkBody(Body):
    """A one-time link's secret, and for a link that asks for one a new password."""

    link: Link
    password: Annotated[str, Field(max_length=1024)] = ""


class AcceptBody(Body):
    """Who takes the seat. Whoever has a password already gives that one."""

    name: Annotated[str, Field(max_length=100)] = ""
    password: Password


class SessionUser(Answer):
    """Who is logged in."""

    user_id: str
    email: str
    name: str
    language: str


class SessionAccount(Answer):
    """Where he is logged in."""

    account_id: str
    name: str
    language: str


class SessionAnswer(Answer):
    """Who one is here, and what one may do."""

    user: SessionUser
    account: SessionAccount
    role: str
    permissions: list[str]
    csrf: str


class SocketToken(Answer):
    """A token for the socket."""

    token: str
    expires_ms: int


class SessionRow(Answer):
    """A browser in which somebody is logged in."""

    session_id: str
    created_ms: int
    last_seen_ms: int
    address: str
    browser: str
    is_current: bool
    """It is the one that asks."""


class InvitationOffer(Answer):
    """What an invitation says to its bearer."""

    account_name: str
    email: str
    role: str
    language: str
    has_user: bool
    """He has a password already, and joins with it."""


@router.get("/setup", dependencies=[PUBLIC])
async def get_setup(request: Request) -> SetupState:
    """Tell whether the installation waits for its first owner."""
    return SetupState(needs_owner=await api_of(request).links.needs_owner())


@router.post("/setup", dependencies=[PUBLIC], openapi_extra=NOT_KEPT)
async def set_up(request: Request, response: Response, body: SetupBody) -> SessionAnswer:
    """Make the first account by the printed link, and log its owner in."""
    said = SetUp(
        body.account_name, body.name, body.email, body.password, body.language, body.site_origin
    )
    logged_in = await api_of(request).links.set_up(body.link, said, place_of(request))
    return _let_in(request, response, logged_in)


@router.post("/auth/login", dependencies=[PUBLIC], openapi_extra=NOT_KEPT)
async def log_in(request: Request, response: Response, body: LoginBody) -> SessionAnswer:
    """Log in by e-mail and password."""
    logged_in = await api_of(request).access.log_in(body.email, body.password, place_of(request))
    return _let_in(request, response, logged_in)


@router.post("/auth/link", dependencies=[PUBLIC], openapi_extra=NOT_KEPT)
async def enter_by_link(request: Request, response: Response, body: LinkBody) -> SessionAnswer:
    """Log in by a one-time link; a link for a new password sets it."""
    links = api_of(request).links
    logged_in = await links.enter(body.link, place_of(request), body.password)
    return _let_in(request, response, logged_in)


@router.post("/auth/logout", openapi_extra=NOT_KEPT)
async def log_out(request: Request, response: Response, caller: Person) -> Done:
    """End this session; its sockets close within a second."""
    await api_of(request).access.log_out(staff_of(caller))
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
    return Done()


@router.get("/auth/session")
async def get_session(caller: Staff) -> SessionAnswer:
    """Tell who one is, what one may do, and the session's CSRF word."""
    return session_answer(staff_of(caller))


@router.post("/auth/socket-token", openapi_extra=NOT_KEPT)
async def make_socket_token(request: Request, caller: ConversationsRead) -> SocketToken:
    """Make a token for the socket, good for five minutes."""
    api = api_of(request)
    staff = staff_of(caller)
    token = api.tokens.sign(
        caller.identity,
        limits.SOCKET_TOKEN_S,
        CredentialId(staff.credential_id),
        staff.scopes,
    )
    return SocketToken(token=token, expires_ms=api.clock.now_ms() + limits.SOCKET_TOKEN_S * 1000)


@router.post("/auth/password", openapi_extra=NOT_KEPT)
async def change_password(request: Request, caller: Person, body: PasswordBody) -> Done:
    """Set a new password; every other session of the user ends."""
    await api_of(request).access.change_password(staff_of(caller), body.old, body.new)
    return Done()


@router.get("/auth/sessions")
async def list_sessions(request: Request, caller: Person) -> Page[SessionRow]:
    """List the browsers in which one is logged in."""
    staff = staff_of(caller)
    found = await api_of(request).access.sessions(staff)
    return session_rows(found, staff)


@router.delete("/auth/sessions/{session_id}")
async def end_session(request: Request, caller: Person, session_id: IdText) -> Done:
    """End one of one's own sessions; its sockets close within a second."""
    access = api_of(request).access
    await access.end_session(staff_of(caller), CredentialId(parse_id(session_id)))
    return Done()


@router.get("/invitations/{link}", dependencies=[PUBLIC])
async def get_invitation(request: Request, link: LinkInPath) -> InvitationOffer:
    """Show an invitation to its bearer."""
    shown = await api_of(request).links.invitation(link, place_of(request))
    return InvitationOffer(
        account_name=shown.account.name,
        email=shown.email,
        role=shown.role.name.lower(),
        language=shown.account.language,
        has_user=shown.has_user,
    )


@router.post("/invitations/{link}", dependencies=[PUBLIC], openapi_extra=NOT_KEPT)
async def accept_invitation(
    request: Request, response: Response, link: LinkInPath, body: AcceptBody
) -> SessionAnswer:
    """Take the seat of an invitation, and log in."""
    links = api_of(request).links
    logged_in = await links.accept(link, body.name, body.password, place_of(request))
    return _let_in(request, response, logged_in)


def staff_of(caller: Caller) -> StaffCredential:
    """Give a member of staff's credential; a route for staff has no other caller."""
    assert caller.staff is not None
    return caller.staff


def by(caller: Caller) -> By:
    """Give who changes something and where, both from the credential alone."""
    return By(caller.identity.account_id, staff_of(caller).actor)


def place_of(request: Request) -> Place:
    """Give where a request came from."""
    return Place(client_address(request), request.headers.get("user-agent", ""))


def session_answer(staff: StaffCredential) -> SessionAnswer:
    """Write who somebody is."""
    user, account = staff.user, staff.account
    return SessionAnswer(
        user=SessionUser(
            user_id=id_text(user.user_id),
            email=user.email,
            name=user.name,
            language=user.language,
        ),
        account=SessionAccount(
            account_id=id_text(account.account_id), name=account.name, language=account.language
        ),
        role=staff.member.role.name.lower(),
        permissions=sorted(staff.permissions),
        csrf=staff.csrf,
    )


def session_rows(sessions: Sequence[Session], asker: StaffCredential) -> Page[SessionRow]:
    """Write in which browsers somebody is logged in."""
    return Page(
        items=[
            SessionRow(
                session_id=id_text(one.session_id),
                created_ms=one.created_ms,
                last_seen_ms=one.last_seen_ms,
                address=one.address,
                browser=one.browser,
                is_current=one.session_id == asker.credential_id,
            )
            for one in sessions
        ]
    )


def _let_in(request: Request, response: Response, logged_in: LoggedIn) -> SessionAnswer:
    """Give the cookie; scripts cannot read it, other sites cannot send it with what changes."""
    response.set_cookie(
        COOKIE,
        logged_in.secret,
        max_age=limits.SESSION_MS_MAX // 1000,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return session_answer(logged_in.credential)
