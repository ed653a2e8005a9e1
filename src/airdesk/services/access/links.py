"""One-time links and invitations: how people come in who have no password yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from airdesk.core.accounts import (
    Account,
    Invitation,
    InvitationId,
    LinkPurpose,
    Member,
    OneTimeLink,
    User,
    check_password,
    check_role,
    normal_email,
    normal_language,
    normal_name,
)
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    AlreadyTaken,
    BadCredentials,
    LinkExpired,
    Permission,
    Role,
    TeamId,
    TooManyEntities,
    UnknownEntity,
    limits,
    require,
)
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.directory import Directory, Transaction
from airdesk.ports.passwords import Passwords
from airdesk.services.access.secrets import new_secret, secret_hash
from airdesk.services.access.sessions import Access
from airdesk.services.access.staff import COMMAND_LINE, LoggedIn, Place, StaffCredential
from airdesk.services.accounts import Accounts, NewAccount
from airdesk.services.changes import NO_AGENT, Changes

NO_ACCOUNT: Final = AccountId(NO_ID)


class SetUp(NamedTuple):
    """What the first owner says."""

    account_name: str
    name: str
    email: str
    password: str
    language: str = "en"
    site_origin: str = ""


class ShownInvitation(NamedTuple):
    """What the bearer of an invitation is shown."""

    account: Account
    email: str
    role: Role
    has_user: bool
    """Somebody has this e-mail here already, and accepts with his password alone: who invites an
    e-mail has the link himself, and must not become its user by it."""


class Links:
    """Makes and takes links.

    Args:
        directory: keeps them.
        passwords: hashes.
        access: opens sessions.
        accounts: makes accounts and seats.
        changes: writes the audit and the outbox.
        clock: the wall clock.
        ids: ids of invitations and users.
    """

    def __init__(
        self,
        directory: Directory,
        passwords: Passwords,
        access: Access,
        accounts: Accounts,
        changes: Changes,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._directory = directory
        self._passwords = passwords
        self._access = access
        self._accounts = accounts
        self._changes = changes
        self._clock = clock
        self._ids = ids

    # One-time links -----------------------------------------------------------------------

    async def needs_owner(self) -> bool:
        """True before the first account."""
        async with self._directory.reading() as tx:
            return await tx.accounts.is_empty()

    async def setup_link(self) -> str:
        """Make a link by which the first owner sets up; gives its secret."""
        return await self._make(LinkPurpose.SETUP)

    async def login_link(self, email: str) -> str:
        """Make a link that logs a user in, for a demo; gives its secret.

        Raises:
            UnknownEntity: there is no such user with a seat.
        """
        return await self._for_user(email, LinkPurpose.LOGIN, needs_owner=False)

    async def reset_link(self, email: str) -> str:
        """Make a link by which an owner sets a new password; gives its secret.

        Raises:
            UnknownEntity: there is no owner with this e-mail.
        """
        return await self._for_user(email, LinkPurpose.PASSWORD, needs_owner=True)

    async def create_account(self, name: str, email: str, language: str = "en") -> str:
        """Make an account and a link for its owner, by the command line; gives its secret.

        Nobody proves here that an e-mail is his. So a user who exists already is shut out until the
        link gives him a new password: whoever took the e-mail before must not own the new account.
        """
        async with self._directory.transaction() as tx:
            wanted = NewAccount(name, normal_email(email), email.partition("@")[0], language)
            account, user = await self._accounts.create(tx, wanted, COMMAND_LINE)
            if user.password_hash:
                user = await self._access.set_password(tx, user, "")
            secret = await self._add(tx, LinkPurpose.PASSWORD, account.account_id, user.user_id)
        self._changes.written()
        return secret

    async def purpose(self, secret: str, place: Place) -> LinkPurpose:
        """Say what a link is good for, without using it.

        Raises:
            LinkExpired: it is not good any more.
            TooManyAttempts: too many wrong ones from this address.
        """
        async with self._directory.reading() as tx:
            link = await tx.one_time_links.get(secret_hash(secret))
        if link is None or link.expires_ms < self._clock.now_ms():
            await self._access.attempts.count(place.address)
            raise LinkExpired()
        return link.purpose

    async def set_up(self, secret: str, said: SetUp, place: Place) -> LoggedIn:
        """Make the first account with its owner, and log him in.

        Raises:
            LinkExpired: the link is no set-up link, or somebody was quicker.
            ValueRefused: something said is not possible; the link stays good.
        """
        check_password(said.password)
        wanted = NewAccount(
            said.account_name,
            normal_email(said.email),
            said.name,
            normal_language(said.language),
            said.site_origin,
        )
        if await self.purpose(secret, place) != LinkPurpose.SETUP:
            raise LinkExpired()
        password_hash = await self._passwords.hash(said.password)
        async with self._directory.transaction() as tx:
            await self._take(tx, secret, LinkPurpose.SETUP)
            if not await tx.accounts.is_empty():
                raise LinkExpired()
            account, user = await self._accounts.create(tx, wanted, COMMAND_LINE)
            user = await self._access.set_password(tx, user, password_hash)
            seat = await _open_seat(tx, account.account_id, user.user_id)
            logged_in = await self._access.open_session(tx, user, seat, place)
        self._changes.written()
        return logged_in

    async def enter(self, secret: str, place: Place, password: str = "") -> LoggedIn:
        """Use a link that logs in; one for a new password needs that password.

        Raises:
            LinkExpired: it is not good any more, or for something else.
            ValueRefused: the password is too easy; the link stays good.
        """
        purpose = await self.purpose(secret, place)
        if purpose == LinkPurpose.SETUP:
            raise LinkExpired()
        password_hash = ""
        if purpose == LinkPurpose.PASSWORD:
            check_password(password)
            password_hash = await self._passwords.hash(password)
        async with self._directory.transaction() as tx:
            link = await self._take(tx, secret, purpose)
            user = await tx.users.get(link.user_id)
            if user is None:
                raise LinkExpired()
            seat = await _open_seat(tx, link.account_id, link.user_id)
            if password_hash:
                user = await self._access.set_password(tx, user, password_hash)
                await self._changes.audit(
                    tx, link.account_id, COMMAND_LINE, "password.reset", user.user_id
                )
            logged_in = await self._access.open_session(tx, user, seat, place)
        self._changes.written()
        return logged_in

    async def _for_user(self, email: str, purpose: LinkPurpose, needs_owner: bool) -> str:
        async with self._directory.transaction() as tx:
            user = await tx.users.by_email(normal_email(email))
            seats = [] if user is None else await tx.members.of_user(user.user_id)
            for seat in seats:
                if seat.is_active and (seat.role == Role.OWNER or not needs_owner):
                    return await self._add(tx, purpose, seat.account_id, seat.user_id)
        raise UnknownEntity(name="owner with this e-mail" if needs_owner else "user")

    async def _make(self, purpose: LinkPurpose) -> str:
        async with self._directory.transaction() as tx:
            return await self._add(tx, purpose)

    async def _add(
        self,
        tx: Transaction,
        purpose: LinkPurpose,
        account_id: AccountId = NO_ACCOUNT,
        user_id: AgentId = NO_AGENT,
    ) -> str:
        now_ms = self._clock.now_ms()
        secret = new_secret()
        await tx.one_time_links.remove_expired(now_ms)
        expires_ms = now_ms + limits.LINK_MS_MAX
        link = OneTimeLink(secret_hash(secret), purpose, expires_ms, account_id, user_id)
        await tx.one_time_links.add(link)
        return secret

    async def _take(self, tx: Transaction, secret: str, purpose: LinkPurpose) -> OneTimeLink:
        link = await tx.one_time_links.take(secret_hash(secret))
        if link is None or link.purpose != purpose or link.expires_ms < self._clock.now_ms():
            raise LinkExpired()
        return link

    # Invitations --------------------------------------------------------------------------

    async def invite(
        self, credential: StaffCredential, email: str, role: Role, team_ids: Sequence[TeamId] = ()
    ) -> tuple[Invitation, str]:
        """Invite somebody; an older invitation of the same e-mail is void. Gives the secret, too.

        Raises:
            PermissionMissing: the inviter may not.
            AlreadyTaken: he has a seat that is open.
            UnknownEntity: no such team.
        """
        require(credential.member.role, Permission.MEMBERS_WRITE, credential.scopes)
        check_role(role)
        account_id, now_ms = credential.account.account_id, self._clock.now_ms()
        secret = new_secret()
        invitation = Invitation(
            account_id,
            InvitationId(self._ids.new_id()),
            normal_email(email),
            role,
            tuple(dict.fromkeys(team_ids)),
            secret_hash(secret),
            credential.user.user_id,
            now_ms,
            now_ms + limits.INVITATION_MS_MAX,
        )
        async with self._directory.transaction() as tx:
            await self._accounts.check_teams(tx, account_id, invitation.team_ids)
            user = await tx.users.by_email(invitation.email)
            seat = None if user is None else await tx.members.get(account_id, user.user_id)
            if seat is not None and seat.is_active:
                raise AlreadyTaken(name="e-mail")
            await self._forget_others(tx, invitation)
            await tx.invitations.add(invitation)
            await self._changes.change(tx, account_id, credential.actor, None, invitation)
        return invitation, secret

    async def _forget_others(self, tx: Transaction, new: Invitation) -> None:
        """Remove what is void: the same e-mail's, and what has expired."""
        kept = 0
        for old in await tx.invitations.page(new.account_id, limit=limits.ENTITIES_MAX):
            if old.email == new.email or old.expires_ms < new.created_ms:
                await tx.invitations.remove(old.account_id, old.invitation_id)
            else:
                kept += 1
        if kept >= limits.ENTITIES_MAX:
            raise TooManyEntities(limit=limits.ENTITIES_MAX, name="invitations")

    async def invitations(
        self, account_id: AccountId, after: bytes, limit: int
    ) -> list[Invitation]:
        """Give a page of the open invitations, by id."""
        async with self._directory.reading() as tx:
            return await tx.invitations.page(account_id, after, limit)

    async def take_back(self, credential: StaffCredential, invitation_id: InvitationId) -> None:
        """Make an invitation void.

        Raises:
            UnknownEntity: there is none.
        """
        account_id = credential.account.account_id
        async with self._directory.transaction() as tx:
            invitation = await tx.invitations.get(account_id, invitation_id)
            if invitation is None:
                raise UnknownEntity(name="invitation")
            await tx.invitations.remove(account_id, invitation_id)
            await self._changes.change(tx, account_id, credential.actor, invitation, None)

    async def invitation(self, secret: str, place: Place) -> ShownInvitation:
        """Show an invitation to its bearer.

        Raises:
            LinkExpired: it is not good any more.
            TooManyAttempts: too many wrong ones from this address.
        """
        async with self._directory.reading() as tx:
            found = await self._invitation(tx, secret)
            if found is not None:
                account = await tx.accounts.get(found.account_id)
                user = await tx.users.by_email(found.email)
                if account is not None:
                    return ShownInvitation(account, found.email, found.role, user is not None)
        await self._access.attempts.count(place.address)
        raise LinkExpired()

    async def accept(self, secret: str, name: str, password: str, place: Place) -> LoggedIn:
        """Take the seat of an invitation. Whoever has a password already must know it.

        Raises:
            LinkExpired: it is not good any more.
            BadCredentials: the e-mail is a user's, and the password is not his.
            ValueRefused: name or password is not possible; the invitation stays good.
        """
        shown = await self.invitation(secret, place)
        if shown.has_user:
            return await self._accept_known(secret, shown.email, password, place)
        check_password(password)
        said_name = normal_name(name)
        password_hash = await self._passwords.hash(password)
        async with self._directory.transaction() as tx:
            invitation = await self._taken(tx, secret)
            user = await tx.users.by_email(invitation.email)
            if user is not None:
                raise LinkExpired()  # He became a user while we looked.
            new = self._accounts.new_user(invitation.email, said_name, shown.account.language)
            user = replace(new, password_hash=password_hash)
            await tx.users.add(user)
            logged_in = await self._seat_invited(tx, invitation, user, place)
        self._changes.written()
        return logged_in

    async def _accept_known(self, secret: str, email: str, password: str, place: Place) -> LoggedIn:
        await self._access.attempts.count(place.address, email)
        async with self._directory.reading() as tx:
            known = await tx.users.by_email(email)
        known_hash = known.password_hash if known is not None else ""
        if not await self._passwords.verify(known_hash, password):
            raise BadCredentials()
        async with self._directory.transaction() as tx:
            invitation = await self._taken(tx, secret)
            user = await tx.users.by_email(email)
            if user is None or user.password_hash != known_hash:
                raise BadCredentials()
            await self._access.attempts.was_right(tx, place.address, email)
            logged_in = await self._seat_invited(tx, invitation, user, place)
        self._changes.written()
        return logged_in

    async def _seat_invited(
        self, tx: Transaction, invitation: Invitation, user: User, place: Place
    ) -> LoggedIn:
        seat = await self._accounts.seat_invited(tx, invitation, user)
        return await self._access.open_session(tx, user, seat, place)

    async def _invitation(self, tx: Transaction, secret: str) -> Invitation | None:
        found = await tx.invitations.by_hash(secret_hash(secret))
        return found if found is not None and found.expires_ms >= self._clock.now_ms() else None

    async def _taken(self, tx: Transaction, secret: str) -> Invitation:
        invitation = await self._invitation(tx, secret)
        if invitation is None:
            raise LinkExpired()
        await tx.invitations.remove(invitation.account_id, invitation.invitation_id)
        return invitation


async def _open_seat(tx: Transaction, account_id: AccountId, user_id: AgentId) -> Member:
    seat = await tx.members.get(account_id, user_id)
    if seat is None or not seat.is_active:
        raise LinkExpired()
    return seat
