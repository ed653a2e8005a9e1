"""Accounts, seats and teams. Every change is one transaction with its audit and outbox rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from airdesk.core.accounts import (
    Account,
    Actor,
    ActorKind,
    InboxSettings,
    InboxTexts,
    Invitation,
    LanguageTexts,
    Member,
    Team,
    User,
    check_member,
    normal_language,
    normal_name,
    normal_origin,
    normal_skills,
)
from airdesk.core.kernel import (
    AccountId,
    AgentId,
    AlreadyTaken,
    LastOwner,
    Role,
    TeamId,
    TooManyEntities,
    UnknownEntity,
    ValueRefused,
    limits,
)
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.directory import Directory, Transaction
from airdesk.services.accounts.catalogue import Catalogue
from airdesk.services.accounts.contacts import Contacts
from airdesk.services.accounts.doors import Doors
from airdesk.services.changes import By, Changes, known, only

MEMBER_FIELDS: Final = ("role", "capacity", "capacity_max", "team_ids", "skills", "is_active")
"""What an owner may change of a seat."""

OWN_CAPACITY_MAX: Final = 100
"""Up to here a member sets his own capacity where no owner set a bound."""


class NewAccount(NamedTuple):
    """An account to be made."""

    name: str
    email: str
    """Of its owner, in normal form."""
    owner_name: str
    language: str = "en"
    site_origin: str = ""
    """The site that will show the first inbox's widget; "" if not known yet."""


class TeamWithMembers(NamedTuple):
    """A team and who is in it."""

    team: Team
    member_ids: tuple[AgentId, ...]


class Accounts:
    """Accounts, seats, teams; `doors`, `catalogue` and `contacts` hold the rest.

    Args:
        directory: keeps them.
        changes: writes audit and outbox.
        clock: the wall clock.
        ids: ids of new things.
    """

    def __init__(self, directory: Directory, changes: Changes, clock: Clock, ids: IdSource) -> None:
        self._directory = directory
        self._changes = changes
        self._clock = clock
        self._ids = ids
        self.doors = Doors(directory, changes, clock, ids)
        self.catalogue = Catalogue(directory, changes, ids)
        self.contacts = Contacts(directory, changes, clock, ids)

    # Accounts -----------------------------------------------------------------------------

    def new_user(self, email: str, name: str, language: str) -> User:
        """Make a user who has no password yet; the caller stores him."""
        user_id = AgentId(self._ids.new_id())
        return User(user_id, email, normal_name(name), language, "", self._clock.now_ms())

    async def create(
        self, tx: Transaction, wanted: NewAccount, actor: Actor
    ) -> tuple[Account, User]:
        """Make an account with its owner and a first inbox, in a transaction of the caller's.

        Raises:
            ValueRefused: a name or the origin is not possible.
        """
        now_ms = self._clock.now_ms()
        account = Account(
            AccountId(self._ids.new_id()),
            normal_name(wanted.name),
            normal_language(wanted.language),
            now_ms,
        )
        await tx.accounts.add(account)
        await self._changes.change(tx, account.account_id, actor, None, account)
        user = await tx.users.by_email(wanted.email)
        if user is None:
            user = self.new_user(wanted.email, wanted.owner_name, account.language)
            await tx.users.add(user)
            await self._changes.change(tx, account.account_id, actor, None, user)
        seat = Member(account.account_id, user.user_id, Role.OWNER, created_ms=now_ms)
        await self._add_member(tx, seat, actor)
        origins = (normal_origin(wanted.site_origin),) if wanted.site_origin.strip() else ()
        by = By(account.account_id, actor)
        # The name of the company stands above its chat until somebody writes another title.
        title = InboxTexts(title=account.name)
        settings = InboxSettings(texts=LanguageTexts(zh=title, en=title))
        values = {"name": account.name, "allowed_origins": origins, "settings": settings}
        await self.doors.add_in(tx, by, values)
        return account, user

    async def account(self, account_id: AccountId) -> Account:
        """Give an account.

        Raises:
            UnknownEntity: it is gone.
        """
        async with self._directory.reading() as tx:
            return known(await tx.accounts.get(account_id), "account")

    async def change_account(
        self, by: By, name: str | None = None, language: str | None = None
    ) -> Account:
        """Change what an account says of itself; None leaves as it is."""
        async with self._directory.transaction() as tx:
            before = known(await tx.accounts.get(by.account_id), "account")
            after = replace(
                before,
                name=before.name if name is None else normal_name(name),
                language=before.language if language is None else normal_language(language),
            )
            await tx.accounts.replace(after)
            await self._changes.change(tx, by.account_id, by.actor, before, after)
        return after

    # Seats --------------------------------------------------------------------------------

    async def members(
        self, account_id: AccountId, after: bytes, limit: int
    ) -> list[tuple[Member, User]]:
        """Give a page of seats, closed ones too, by user id."""
        async with self._directory.reading() as tx:
            return await tx.members.with_users(account_id, after, limit)

    async def member(self, account_id: AccountId, user_id: AgentId) -> tuple[Member, User]:
        """Give a seat.

        Raises:
            UnknownEntity: the account has none of this user.
        """
        async with self._directory.reading() as tx:
            seat = known(await tx.members.get(account_id, user_id), "member")
            return seat, known(await tx.users.get(user_id), "member")

    async def change_member(
        self, by: By, user_id: AgentId, fields: dict[str, Any]
    ) -> tuple[Member, User]:
        """Change a seat.

        Args:
            by: who changes, and where.
            user_id: whose seat.
            fields: some of MEMBER_FIELDS. Another role ends his sessions, a closed seat as well.

        Raises:
            UnknownEntity: no such seat or team.
            LastOwner: nobody could own the account afterwards.
            ValueRefused: a value is not possible.
        """
        wanted = only(fields, MEMBER_FIELDS)
        if "skills" in wanted:
            wanted["skills"] = normal_skills(wanted["skills"])
        if "team_ids" in wanted:
            wanted["team_ids"] = tuple(dict.fromkeys(wanted["team_ids"]))
        async with self._directory.transaction() as tx:
            before = known(await tx.members.get(by.account_id, user_id), "member")
            user = known(await tx.users.get(user_id), "member")
            after = _bounded(replace(before, **wanted))
            await self.check_teams(tx, by.account_id, after.team_ids)
            await self._change_member(tx, by, before, after)
        self._changes.written()
        return after, user

    async def change_own(
        self,
        by: By,
        user_id: AgentId,
        name: str | None = None,
        language: str | None = None,
        capacity: int | None = None,
    ) -> tuple[Member, User]:
        """Let a member change what is his own to say; None leaves as it is.

        Raises:
            ValueRefused: a value is not possible, or the capacity is above the seat's bound.
        """
        async with self._directory.transaction() as tx:
            seat = known(await tx.members.get(by.account_id, user_id), "member")
            user = known(await tx.users.get(user_id), "member")
            after = replace(
                user,
                name=user.name if name is None else normal_name(name),
                language=user.language if language is None else normal_language(language),
            )
            await tx.users.replace(after)
            await self._changes.change(tx, by.account_id, by.actor, user, after)
            if capacity is not None:
                most = seat.capacity_max or OWN_CAPACITY_MAX
                if not 1 <= capacity <= most:
                    raise ValueRefused(name="capacity", range=f"1 to {most}")
                wanted = replace(seat, capacity=capacity)
                await self._change_member(tx, by, seat, wanted)
                seat = wanted
        self._changes.written()
        return seat, after

    async def close_seat(self, by: By, user_id: AgentId) -> None:
        """Put a member out. His name stays with what he wrote; for errors see `change_member`."""
        await self.change_member(by, user_id, {"is_active": False})

    async def add_colleague(
        self, tx: Transaction, by: By, email: str, name: str, role: Role
    ) -> Member:
        """Seat a new user in a transaction of the caller's; he has no password until he sets one.

        Raises:
            AlreadyTaken: somebody has this e-mail.
        """
        account = known(await tx.accounts.get(by.account_id), "account")
        user = self.new_user(email, name, account.language)
        await tx.users.add(user)
        await self._changes.change(tx, by.account_id, by.actor, None, user)
        now_ms = self._clock.now_ms()
        seat = Member(by.account_id, user.user_id, role, created_ms=now_ms)
        await self._add_member(tx, seat, by.actor)
        return seat

    async def _add_member(self, tx: Transaction, seat: Member, actor: Actor) -> None:
        check_member(seat)
        if await tx.members.count(seat.account_id) >= limits.MEMBERS_MAX:
            raise TooManyEntities(limit=limits.MEMBERS_MAX, name="members")
        await tx.members.add(seat)
        await self._changes.change(tx, seat.account_id, actor, None, seat)
        await self._changes.configure_agent(tx, seat)

    async def _change_member(self, tx: Transaction, by: By, before: Member, after: Member) -> None:
        if before == after:
            return
        check_member(after)
        await tx.members.replace(after)
        if _owns(before) and not _owns(after) and not await tx.members.active_owners(by.account_id):
            raise LastOwner()
        await self._changes.change(tx, by.account_id, by.actor, before, after)
        if not after.is_active:
            await self._changes.revoke(tx, by.account_id, agent_id=after.user_id)
        if before.role != after.role or not after.is_active:
            await self._end_credentials(tx, after)
        await self._changes.configure_agent(tx, after)

    async def _end_credentials(self, tx: Transaction, seat: Member) -> None:
        """End what was opened with the old role: an open socket knows the role it came with.

        API tokens of an open seat stay, since they follow the role at each request; only their
        sockets close.
        """
        for session in await tx.sessions.of_user(seat.user_id, seat.account_id):
            await tx.sessions.remove(seat.account_id, session.session_id)
            await self._changes.revoke(tx, seat.account_id, credential_id=session.session_id)
        for token in await tx.api_tokens.of_user(seat.user_id, seat.account_id):
            if not seat.is_active:
                await tx.api_tokens.remove(seat.account_id, token.token_id)
            await self._changes.revoke(tx, seat.account_id, credential_id=token.token_id)

    async def seat_invited(self, tx: Transaction, invitation: Invitation, user: User) -> Member:
        """Give the seat of an invitation to a user; a closed seat opens again.

        Raises:
            AlreadyTaken: he has an open one.
            TooManyEntities: the account has too many seats.
        """
        account_id = invitation.account_id
        there = [one for one in invitation.team_ids if await tx.teams.get(account_id, one)]
        before = await tx.members.get(account_id, user.user_id)
        seat = Member(
            account_id,
            user.user_id,
            invitation.role,
            team_ids=tuple(there),
            created_ms=self._clock.now_ms(),
        )
        by = By(account_id, Actor(ActorKind.USER, user.user_id, user.name))
        if before is None:
            await self._add_member(tx, seat, by.actor)
            return seat
        if before.is_active:
            raise AlreadyTaken(name="seat")
        opened = replace(before, role=seat.role, team_ids=seat.team_ids, is_active=True)
        await self._change_member(tx, by, before, opened)
        return opened

    # Teams --------------------------------------------------------------------------------

    async def check_teams(
        self, tx: Transaction, account_id: AccountId, team_ids: Iterable[TeamId]
    ) -> None:
        """Refuse teams that the account has not.

        Raises:
            UnknownEntity: one of them.
        """
        for team_id in team_ids:
            known(await tx.teams.get(account_id, team_id), "team")

    async def teams(self, account_id: AccountId, after: bytes, limit: int) -> list[TeamWithMembers]:
        """Give a page of teams."""
        async with self._directory.reading() as tx:
            seats = await _all_members(tx, account_id)
            found = await tx.teams.page(account_id, after, limit)
        return [_with_members(team, seats) for team in found]

    async def team(self, account_id: AccountId, team_id: TeamId) -> TeamWithMembers:
        """Give a team.

        Raises:
            UnknownEntity: the account has no such team.
        """
        async with self._directory.reading() as tx:
            team = known(await tx.teams.get(account_id, team_id), "team")
            return _with_members(team, await _all_members(tx, account_id))

    async def add_team(
        self, by: By, name: str, member_ids: Sequence[AgentId] = ()
    ) -> TeamWithMembers:
        """Make a team.

        Raises:
            AlreadyTaken: another one has the name.
            UnknownEntity: no such member.
        """
        team = Team(by.account_id, TeamId(self._ids.new_id()), normal_name(name))
        async with self._directory.transaction() as tx:
            if await tx.teams.count(by.account_id) >= limits.ENTITIES_MAX:
                raise TooManyEntities(limit=limits.ENTITIES_MAX, name="teams")
            await tx.teams.add(team)
            await self._changes.change(tx, by.account_id, by.actor, None, team)
            await self._set_members(tx, by, team.team_id, member_ids)
        self._changes.written()
        return TeamWithMembers(team, tuple(member_ids))

    async def change_team(
        self,
        by: By,
        team_id: TeamId,
        name: str | None = None,
        member_ids: Sequence[AgentId] | None = None,
    ) -> TeamWithMembers:
        """Change a team; None leaves as it is. For errors see `add_team`."""
        async with self._directory.transaction() as tx:
            before = known(await tx.teams.get(by.account_id, team_id), "team")
            after = before if name is None else replace(before, name=normal_name(name))
            await tx.teams.replace(after)
            await self._changes.change(tx, by.account_id, by.actor, before, after)
            if member_ids is not None:
                await self._set_members(tx, by, team_id, member_ids)
            seats = await _all_members(tx, by.account_id)
        self._changes.written()
        return _with_members(after, seats)

    async def remove_team(self, by: By, team_id: TeamId) -> None:
        """Remove a team from its account and its members.

        Raises:
            UnknownEntity: the account has no such team.
            StillUsed: an inbox is answered by it.
        """
        async with self._directory.transaction() as tx:
            team = known(await tx.teams.get(by.account_id, team_id), "team")
            await self._set_members(tx, by, team_id, ())
            await tx.teams.remove(by.account_id, team_id)
            await self._changes.change(tx, by.account_id, by.actor, team, None)
        self._changes.written()

    async def _set_members(
        self, tx: Transaction, by: By, team_id: TeamId, member_ids: Iterable[AgentId]
    ) -> None:
        wanted = set(member_ids)
        for seat in await _all_members(tx, by.account_id):
            is_in, should_be_in = team_id in seat.team_ids, seat.user_id in wanted
            wanted.discard(seat.user_id)
            if is_in != should_be_in:
                others = tuple(one for one in seat.team_ids if one != team_id)
                team_ids = (*others, team_id) if should_be_in else others
                await self._change_member(tx, by, seat, replace(seat, team_ids=team_ids))
        if wanted:
            raise UnknownEntity(name="member")

    async def skills(self, account_id: AccountId) -> list[str]:
        """Give every skill that a member has or an inbox asks for."""
        async with self._directory.reading() as tx:
            found = {skill for seat in await _all_members(tx, account_id) for skill in seat.skills}
            for inbox in await tx.inboxes.page(account_id, limit=limits.ENTITIES_MAX):
                found.update(inbox.skills)
        return sorted(found)


async def _all_members(tx: Transaction, account_id: AccountId) -> list[Member]:
    return await tx.members.page(account_id, limit=limits.MEMBERS_MAX)


def _with_members(team: Team, seats: Iterable[Member]) -> TeamWithMembers:
    return TeamWithMembers(
        team, tuple(one.user_id for one in seats if team.team_id in one.team_ids)
    )


def _bounded(seat: Member) -> Member:
    """Keep a seat's capacity within the bound that an owner sets for its holder."""
    if seat.capacity_max and seat.capacity > seat.capacity_max:
        return replace(seat, capacity=seat.capacity_max)
    return seat


def _owns(seat: Member) -> bool:
    return seat.is_active and seat.role == Role.OWNER
