"""The people of an account: seats, invitations, teams, skills, names."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from airdesk.app.api.authentication import Caller, requires
from airdesk.app.api.context import api_of
from airdesk.app.api.idempotency import NOT_KEPT, ApiRoute
from airdesk.app.api.models import Answer, Body, Done, Email, IdText, Name
from airdesk.app.api.paging import PAGE_ITEMS, After, Limit, Page, page_of, read_id
from airdesk.app.api.routes.auth import SessionRow, by, session_rows, staff_of
from airdesk.core.accounts import Invitation, InvitationId, Member, User
from airdesk.core.kernel import (
    AgentId,
    CredentialId,
    Permission,
    Role,
    TeamId,
    id_text,
    limits,
    parse_id,
)
from airdesk.services.accounts import TeamWithMembers

router = APIRouter(prefix="/api/v1", route_class=ApiRoute, tags=["people"])

RoleWord = Annotated[str, Field(pattern="^(agent|supervisor|owner)$")]
Ids = Annotated[list[IdText], Field(max_length=limits.MEMBERS_MAX)]
Skills = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=limits.SKILLS_MAX)]

MembersRead = Annotated[Caller, requires(Permission.MEMBERS_READ)]
MembersWrite = Annotated[Caller, requires(Permission.MEMBERS_WRITE)]
ProfileWrite = Annotated[Caller, requires(Permission.PROFILE_WRITE)]
TeamsRead = Annotated[Caller, requires(Permission.TEAMS_READ)]
TeamsWrite = Annotated[Caller, requires(Permission.TEAMS_WRITE)]


class MemberAnswer(Answer):
    """A seat and who holds it."""

    user_id: str
    name: str
    email: str
    language: str
    role: str
    capacity: int
    capacity_max: int
    """Up to here he may set his capacity himself; 0 for the usual bound."""
    team_ids: list[str]
    skills: list[str]
    is_active: bool


class MemberBody(Body):
    """What to change of a seat; what is left out stays."""

    role: RoleWord | None = None
    capacity: Annotated[int, Field(ge=0, le=limits.CAPACITY_MAX)] | None = None
    capacity_max: Annotated[int, Field(ge=0, le=limits.CAPACITY_MAX)] | None = None
    """0 takes the bound away."""
    team_ids: Ids | None = None
    skills: Skills | None = None
    is_active: bool | None = None


class OwnBody(Body):
    """What one may change of oneself; what is left out stays."""

    name: Name | None = None
    language: Annotated[str, Field(max_length=10)] | None = None
    capacity: Annotated[int, Field(ge=1, le=limits.CAPACITY_MAX)] | None = None


class EndedAnswer(Answer):
    """How many sessions were ended."""

    ended: int


class InvitationAnswer(Answer):
    """An open invitation."""

    invitation_id: str
    email: str
    role: str
    team_ids: list[str]
    created_ms: int
    expires_ms: int


class NewInvitation(InvitationAnswer):
    """An invitation that was just made, with the link that is shown once."""

    url: str


class InvitationBody(Body):
    """Whom to invite."""

    email: Email
    role: RoleWord = "agent"
    team_ids: Ids = Field(default_factory=list)


class TeamAnswer(Answer):
    """A team and who is in it."""

    team_id: str
    name: str
    member_ids: list[str]


class TeamBody(Body):
    """A new team."""

    name: Name
    member_ids: Ids = Field(default_factory=list)


class TeamChange(Body):
    """What to change of a team; what is left out stays."""

    name: Name | None = None
    member_ids: Ids | None = None


class SkillsAnswer(Answer):
    """Every skill that somebody has or an inbox asks for."""

    items: list[str]


class AgentNameAnswer(Answer):
    """A name for an agent's id."""

    id: str
    name: str


# Seats ----------------------------------------------------------------------------------------


@router.get("/members")
async def list_members(
    request: Request, caller: MembersRead, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[MemberAnswer]:
    """List the seats of the account, closed ones too."""
    accounts = api_of(request).accounts
    seats = await accounts.members(caller.identity.account_id, read_id(after), limit)
    return page_of([_member(*seat) for seat in seats], limit, lambda one: one.user_id)


@router.patch("/members/me")
async def change_own_profile(request: Request, caller: ProfileWrite, body: OwnBody) -> MemberAnswer:
    """Change one's own name, language, or how many conversations one takes at once."""
    accounts = api_of(request).accounts
    me = AgentId(caller.identity.person_id)
    fields = body.model_dump(exclude_none=True)
    return _member(*await accounts.change_own(by(caller), me, **fields))


@router.get("/members/{user_id}")
async def get_member(request: Request, caller: MembersRead, user_id: IdText) -> MemberAnswer:
    """Show one seat."""
    accounts = api_of(request).accounts
    return _member(*await accounts.member(caller.identity.account_id, AgentId(parse_id(user_id))))


@router.patch("/members/{user_id}")
async def change_member(
    request: Request, caller: MembersWrite, user_id: IdText, body: MemberBody
) -> MemberAnswer:
    """Change a seat: its role, capacity, teams, skills, or whether it is open."""
    fields: dict[str, Any] = body.model_dump(exclude_none=True)
    if body.role is not None:
        fields["role"] = Role[body.role.upper()]
    if body.team_ids is not None:
        fields["team_ids"] = tuple(TeamId(parse_id(one)) for one in body.team_ids)
    accounts = api_of(request).accounts
    return _member(*await accounts.change_member(by(caller), AgentId(parse_id(user_id)), fields))


@router.delete("/members/{user_id}")
async def close_member(request: Request, caller: MembersWrite, user_id: IdText) -> Done:
    """Close a seat; its sessions and sockets end within a second, its name stays in the history."""
    await api_of(request).accounts.close_seat(by(caller), AgentId(parse_id(user_id)))
    return Done()


@router.get("/members/{user_id}/sessions")
async def list_member_sessions(
    request: Request, caller: MembersWrite, user_id: IdText
) -> Page[SessionRow]:
    """List the browsers in which a member is logged in to this account."""
    access = api_of(request).access
    member_id = AgentId(parse_id(user_id))
    found = await access.sessions_of(caller.identity.account_id, member_id)
    return session_rows(found, staff_of(caller))


@router.delete("/members/{user_id}/sessions")
async def end_member_sessions(
    request: Request, caller: MembersWrite, user_id: IdText
) -> EndedAnswer:
    """Log a member out everywhere in this account, but for the session that asks."""
    access = api_of(request).access
    keep = staff_of(caller).credential_id
    ended = await access.end_sessions_of(by(caller), AgentId(parse_id(user_id)), keep)
    return EndedAnswer(ended=ended)


@router.delete("/members/{user_id}/sessions/{session_id}")
async def end_member_session(
    request: Request, caller: MembersWrite, user_id: IdText, session_id: IdText
) -> Done:
    """End one session of a member; its sockets close within a second, the seat stays open."""
    access = api_of(request).access
    member_id, wanted = AgentId(parse_id(user_id)), CredentialId(parse_id(session_id))
    await access.end_session_of(by(caller), member_id, wanted)
    return Done()


@router.get("/agents")
async def list_agents(
    request: Request, caller: MembersRead, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[AgentNameAnswer]:
    """Name everybody who has or had a seat, for the names in conversations."""
    accounts = api_of(request).accounts
    seats = await accounts.members(caller.identity.account_id, read_id(after), limit)
    names = [AgentNameAnswer(id=id_text(seat.user_id), name=user.name) for seat, user in seats]
    return page_of(names, limit, lambda one: one.id)


@router.get("/skills")
async def list_skills(request: Request, caller: MembersRead) -> SkillsAnswer:
    """List every skill that somebody has or an inbox asks for."""
    return SkillsAnswer(items=await api_of(request).accounts.skills(caller.identity.account_id))


# Invitations ----------------------------------------------------------------------------------


@router.get("/invitations")
async def list_invitations(
    request: Request, caller: MembersWrite, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[InvitationAnswer]:
    """List the open invitations."""
    links = api_of(request).links
    found = await links.invitations(caller.identity.account_id, read_id(after), limit)
    items = [InvitationAnswer(**_invitation(one)) for one in found]
    return page_of(items, limit, lambda one: one.invitation_id)


@router.post("/invitations", openapi_extra=NOT_KEPT)
async def invite_member(
    request: Request, caller: MembersWrite, body: InvitationBody
) -> NewInvitation:
    """Invite somebody; the link is shown once, to be copied and sent by hand."""
    invitation, secret = await api_of(request).links.invite(
        staff_of(caller),
        body.email,
        Role[body.role.upper()],
        [TeamId(parse_id(one)) for one in body.team_ids],
    )
    url = f"{request.url.scheme}://{request.url.netloc}/invite/{secret}"
    return NewInvitation(**_invitation(invitation), url=url)


@router.delete("/invitations/{invitation_id}")
async def withdraw_invitation(
    request: Request, caller: MembersWrite, invitation_id: IdText
) -> Done:
    """Make an invitation void."""
    links = api_of(request).links
    await links.take_back(staff_of(caller), InvitationId(parse_id(invitation_id)))
    return Done()


# Teams ----------------------------------------------------------------------------------------


@router.get("/teams")
async def list_teams(
    request: Request, caller: TeamsRead, after: After = "", limit: Limit = PAGE_ITEMS
) -> Page[TeamAnswer]:
    """List the teams."""
    accounts = api_of(request).accounts
    found = await accounts.teams(caller.identity.account_id, read_id(after), limit)
    return page_of([_team(one) for one in found], limit, lambda one: one.team_id)


@router.post("/teams")
async def add_team(request: Request, caller: TeamsWrite, body: TeamBody) -> TeamAnswer:
    """Make a team."""
    accounts = api_of(request).accounts
    return _team(await accounts.add_team(by(caller), body.name, _agent_ids(body.member_ids)))


@router.get("/teams/{team_id}")
async def get_team(request: Request, caller: TeamsRead, team_id: IdText) -> TeamAnswer:
    """Show one team."""
    accounts = api_of(request).accounts
    return _team(await accounts.team(caller.identity.account_id, TeamId(parse_id(team_id))))


@router.patch("/teams/{team_id}")
async def change_team(
    request: Request, caller: TeamsWrite, team_id: IdText, body: TeamChange
) -> TeamAnswer:
    """Change a team's name or members."""
    member_ids = None if body.member_ids is None else _agent_ids(body.member_ids)
    accounts = api_of(request).accounts
    wanted = TeamId(parse_id(team_id))
    return _team(await accounts.change_team(by(caller), wanted, body.name, member_ids))


@router.delete("/teams/{team_id}")
async def remove_team(request: Request, caller: TeamsWrite, team_id: IdText) -> Done:
    """Remove a team that no inbox is answered by."""
    await api_of(request).accounts.remove_team(by(caller), TeamId(parse_id(team_id)))
    return Done()


def _agent_ids(texts: list[str]) -> list[AgentId]:
    return list(dict.fromkeys(AgentId(parse_id(one)) for one in texts))


def _member(member: Member, user: User) -> MemberAnswer:
    return MemberAnswer(
        user_id=id_text(member.user_id),
        name=user.name,
        email=user.email,
        language=user.language,
        role=member.role.name.lower(),
        capacity=member.capacity,
        capacity_max=member.capacity_max,
        team_ids=[id_text(one) for one in member.team_ids],
        skills=list(member.skills),
        is_active=member.is_active,
    )


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return {
        "invitation_id": id_text(invitation.invitation_id),
        "email": invitation.email,
        "role": invitation.role.name.lower(),
        "team_ids": [id_text(one) for one in invitation.team_ids],
        "created_ms": invitation.created_ms,
        "expires_ms": invitation.expires_ms,
    }


def _team(found: TeamWithMembers) -> TeamAnswer:
    return TeamAnswer(
        team_id=id_text(found.team.team_id),
        name=found.team.name,
        member_ids=[id_text(one) for one in found.member_ids],
    )
