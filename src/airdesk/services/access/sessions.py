"""Log-in, sessions, API tokens: how staff get in, stay in and are put out."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from airdesk.core.accounts import (
    ApiToken,
    Member,
    Session,
    User,
    check_password,
    normal_email,
    normal_name,
    normal_scopes,
)
from airdesk.core.kernel import (
    AccountId,
    AgentId,
    BadCredentials,
    BadToken,
    CredentialId,
    SessionEnded,
    TooManyEntities,
    UnknownEntity,
    ValueRefused,
    limits,
)
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.directory import Directory, Transaction
from airdesk.ports.passwords import Passwords
from airdesk.services.access import staff
from airdesk.services.access.attempts import Attempts
from airdesk.services.access.secrets import API_TOKEN_PREFIX, new_secret, secret_hash
from airdesk.services.access.staff import LoggedIn, Place, StaffCredential
from airdesk.services.changes import NO_CREDENTIAL, By, Changes, known


class Access:
    """Lets staff in.

    Args:
        directory: keeps users, seats, sessions and tokens.
        passwords: hashes.
        changes: writes the audit and the outbox.
        clock: the wall clock.
        ids: ids of sessions and tokens.
    """

    def __init__(
        self,
        directory: Directory,
        passwords: Passwords,
        changes: Changes,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._directory = directory
        self._passwords = passwords
        self._changes = changes
        self._clock = clock
        self._ids = ids
        self.attempts = Attempts(directory, clock)

    # Getting in ---------------------------------------------------------------------------

    async def log_in(self, email: str, password: str, place: Place) -> LoggedIn:
        """Make a session of an e-mail and a password.

        An unknown e-mail, a wrong password and a closed seat take the same time and get the same
        answer.

        Raises:
            BadCredentials: they do not fit, or there is no seat to enter.
            TooManyAttempts: too many wrong ones from this address or for this e-mail.
            DirectoryBusy: too many passwords wait to be checked.
        """
        wanted = _email_or_nobody(email)
        await self.attempts.count(place.address, wanted or email[: limits.EMAIL_CHARS_MAX])
        async with self._directory.reading() as tx:
            user = await tx.users.by_email(wanted) if wanted else None
        known_hash = user.password_hash if user is not None else ""
        fits = await self._passwords.verify(known_hash, password)
        if user is None or not fits:
            raise BadCredentials()
        newer_hash = ""
        if self._passwords.is_outdated(known_hash):
            newer_hash = await self._passwords.hash(password)
        async with self._directory.transaction() as tx:
            user = await tx.users.get(user.user_id)
            if user is None or user.password_hash != known_hash:
                raise BadCredentials()  # It was changed while we looked.
            if newer_hash:
                await tx.users.replace(replace(user, password_hash=newer_hash))
            seat = await _first_seat(tx, user)
            await self.attempts.was_right(tx, place.address, wanted)
            return await self.open_session(tx, user, seat, place)

    async def open_session(
        self, tx: Transaction, user: User, member: Member, place: Place
    ) -> LoggedIn:
        """Make a session in a transaction that has proved who somebody is."""
        now_ms = self._clock.now_ms()
        secret = new_secret()
        session = Session(
            member.account_id,
            CredentialId(self._ids.new_id()),
            user.user_id,
            secret_hash(secret),
            new_secret(),
            now_ms,
            now_ms,
            place.address[: limits.ADDRESS_CHARS_MAX],
            "".join(filter(str.isprintable, place.browser))[: limits.BROWSER_CHARS_MAX],
        )
        await tx.sessions.purge(now_ms - limits.SESSION_IDLE_MS_MAX, now_ms - limits.SESSION_MS_MAX)
        await tx.sessions.add(session)
        credential = await staff.by_session(tx, session)
        if credential is None:
            raise BadCredentials()
        actor = credential.actor
        await self._changes.audit(
            tx, member.account_id, actor, "session.opened", session.session_id
        )
        return LoggedIn(secret, credential)

    # Being in -----------------------------------------------------------------------------

    async def by_session(self, secret: str) -> StaffCredential:
        """Give who a session's cookie belongs to; using it keeps it alive.

        Raises:
            SessionEnded: unknown, ended, or its seat is closed.
        """
        now_ms = self._clock.now_ms()
        async with self._directory.reading() as tx:
            session = await tx.sessions.by_hash(secret_hash(secret))
            if session is None or _has_ended(session, now_ms):
                raise SessionEnded()
            credential = await staff.by_session(tx, session)
        if credential is None:
            raise SessionEnded()
        if now_ms - session.last_seen_ms >= limits.SESSION_TOUCH_MS:
            await self._touch(session, now_ms)
        return credential

    async def _touch(self, session: Session, now_ms: int) -> None:
        async with self._directory.transaction() as tx:
            current = await tx.sessions.get(session.account_id, session.session_id)
            if current is None:
                raise SessionEnded()
            await tx.sessions.replace(replace(current, last_seen_ms=now_ms))

    async def by_api_token(self, secret: str) -> StaffCredential:
        """Give who an API token belongs to.

        Raises:
            BadToken: unknown, taken back, or its seat is closed.
        """
        if not secret.startswith(API_TOKEN_PREFIX):
            raise BadToken()
        now_ms = self._clock.now_ms()
        async with self._directory.reading() as tx:
            token = await tx.api_tokens.by_hash(secret_hash(secret))
            credential = None if token is None else await staff.by_token(tx, token)
        if token is None or credential is None:
            raise BadToken()
        if now_ms - token.last_used_ms >= limits.SESSION_TOUCH_MS:
            async with self._directory.transaction() as tx:
                current = await tx.api_tokens.get(token.account_id, token.token_id)
                if current is None:
                    raise BadToken()
                await tx.api_tokens.replace(replace(current, last_used_ms=now_ms))
        return credential

    # Getting out --------------------------------------------------------------------------

    async def log_out(self, credential: StaffCredential) -> None:
        """End the session that somebody came with."""
        await self.end_session(credential, credential.credential_id)

    async def sessions(self, credential: StaffCredential) -> Sequence[Session]:
        """Give a person's own sessions in this account."""
        now_ms = self._clock.now_ms()
        async with self._directory.reading() as tx:
            found = await tx.sessions.of_user(
                credential.user.user_id, credential.account.account_id
            )
        return [one for one in found if not _has_ended(one, now_ms)]

    async def end_session(self, credential: StaffCredential, session_id: CredentialId) -> None:
        """End one of a person's own sessions; its sockets close within a second.

        Raises:
            UnknownEntity: he has no such session.
        """
        account_id = credential.account.account_id
        async with self._directory.transaction() as tx:
            session = await tx.sessions.get(account_id, session_id)
            if session is None or session.user_id != credential.user.user_id:
                raise UnknownEntity(name="session")
            await tx.sessions.remove(account_id, session_id)
            await self._changes.revoke(tx, account_id, credential_id=session_id)
            await self._changes.audit(tx, account_id, credential.actor, "session.ended", session_id)
        self._changes.written()

    # Another member's ---------------------------------------------------------------------

    async def sessions_of(self, account_id: AccountId, user_id: AgentId) -> Sequence[Session]:
        """Give a member's sessions in this account.

        Raises:
            UnknownEntity: the account has no such seat.
        """
        now_ms = self._clock.now_ms()
        async with self._directory.reading() as tx:
            known(await tx.members.get(account_id, user_id), "member")
            found = await tx.sessions.of_user(user_id, account_id)
        return [one for one in found if not _has_ended(one, now_ms)]

    async def end_session_of(self, by: By, user_id: AgentId, session_id: CredentialId) -> None:
        """End a session of a member, such as that of a lost laptop.

        Its sockets close within a second; the seat stays open, and the password good.

        Raises:
            UnknownEntity: the account has no such seat, or the seat no such session.
        """
        async with self._directory.transaction() as tx:
            session = await tx.sessions.get(by.account_id, session_id)
            if session is None or session.user_id != user_id:
                raise UnknownEntity(name="session")
            await self._end_of(tx, by, session)
        self._changes.written()

    async def end_sessions_of(self, by: By, user_id: AgentId, keep: CredentialId) -> int:
        """End all sessions of a member in this account but the one that asks for it.

        Returns:
            How many there were.

        Raises:
            UnknownEntity: the account has no such seat.
        """
        async with self._directory.transaction() as tx:
            known(await tx.members.get(by.account_id, user_id), "member")
            found = await tx.sessions.of_user(user_id, by.account_id)
            ended = [one for one in found if one.session_id != keep]
            for session in ended:
                await self._end_of(tx, by, session)
        self._changes.written()
        return len(ended)

    async def _end_of(self, tx: Transaction, by: By, session: Session) -> None:
        """End a session and write whose it was, and in which browser."""
        await tx.sessions.remove(session.account_id, session.session_id)
        await self._changes.revoke(tx, session.account_id, credential_id=session.session_id)
        action = "member.session_ended"
        await self._changes.audit(
            tx, by.account_id, by.actor, action, session.user_id, ended=session
        )

    async def end_all(
        self, tx: Transaction, user_id: AgentId, keep: CredentialId = NO_CREDENTIAL
    ) -> None:
        """End all sessions of a user in every account, perhaps but the one he uses."""
        for session in await tx.sessions.of_user(user_id):
            if session.session_id != keep:
                await tx.sessions.remove(session.account_id, session.session_id)
                await self._changes.revoke(tx, session.account_id, credential_id=session.session_id)

    async def change_password(self, credential: StaffCredential, old: str, new: str) -> None:
        """Set a new password; every other session of the user ends, his links too.

        Raises:
            BadCredentials: the old one is wrong.
            ValueRefused: the new one is too easy.
            TooManyAttempts: the old one was wrong too often.
        """
        check_password(new)
        if credential.scopes is not None:
            raise BadCredentials()
        user = credential.user
        await self.attempts.count("", user.email)
        if not await self._passwords.verify(user.password_hash, old):
            raise BadCredentials()
        new_hash = await self._passwords.hash(new)
        async with self._directory.transaction() as tx:
            current = await tx.users.get(user.user_id)
            if current is None or current.password_hash != user.password_hash:
                raise BadCredentials()
            await self.attempts.was_right(tx, "", user.email)
            await self.set_password(tx, current, new_hash, keep=credential.credential_id)
            account_id = credential.account.account_id
            await self._changes.audit(
                tx, account_id, credential.actor, "password.changed", user.user_id
            )
        self._changes.written()

    async def set_password(
        self,
        tx: Transaction,
        user: User,
        new_hash: str,
        keep: CredentialId = NO_CREDENTIAL,
    ) -> User:
        """Store a new password's hash, and end what the old one opened."""
        changed = replace(user, password_hash=new_hash)
        await tx.users.replace(changed)
        await tx.one_time_links.remove_of_user(user.user_id)
        await self.end_all(tx, user.user_id, keep)
        return changed

    # API tokens ---------------------------------------------------------------------------

    async def tokens(self, credential: StaffCredential) -> Sequence[ApiToken]:
        """Give a person's own API tokens in this account."""
        async with self._directory.reading() as tx:
            return await tx.api_tokens.of_user(
                credential.user.user_id, credential.account.account_id
            )

    async def make_token(
        self, credential: StaffCredential, name: str, scopes: Sequence[str]
    ) -> tuple[ApiToken, str]:
        """Make an API token; its secret is shown once.

        Raises:
            ValueRefused: a scope that the maker has not, or that this credential is not good for.
            TooManyEntities: he has enough.
        """
        account_id, user_id = credential.account.account_id, credential.user.user_id
        secret = new_secret(API_TOKEN_PREFIX)
        token = ApiToken(
            account_id,
            CredentialId(self._ids.new_id()),
            user_id,
            normal_name(name),
            secret_hash(secret),
            normal_scopes(scopes, credential.permissions),
            self._clock.now_ms(),
        )
        async with self._directory.transaction() as tx:
            if len(await tx.api_tokens.of_user(user_id, account_id)) >= limits.TOKENS_MAX:
                raise TooManyEntities(limit=limits.TOKENS_MAX, name="tokens")
            await tx.api_tokens.add(token)
            await self._changes.change(tx, account_id, credential.actor, None, token)
        return token, secret

    async def remove_token(self, credential: StaffCredential, token_id: CredentialId) -> None:
        """Take an API token back; its sockets close within a second.

        Raises:
            UnknownEntity: he has no such token.
        """
        account_id = credential.account.account_id
        async with self._directory.transaction() as tx:
            token = await tx.api_tokens.get(account_id, token_id)
            if token is None or token.user_id != credential.user.user_id:
                raise UnknownEntity(name="token")
            await tx.api_tokens.remove(account_id, token_id)
            await self._changes.revoke(tx, account_id, credential_id=token_id)
            await self._changes.change(tx, account_id, credential.actor, token, None)
        self._changes.written()


def _email_or_nobody(email: str) -> str:
    """Give an address in normal form; "" for what is none, which is nobody's."""
    try:
        return normal_email(email)
    except ValueRefused:
        return ""


async def _first_seat(tx: Transaction, user: User) -> Member:
    for member in await tx.members.of_user(user.user_id):
        if member.is_active:
            return member
    raise BadCredentials()


def _has_ended(session: Session, now_ms: int) -> bool:
    return (
        now_ms - session.last_seen_ms > limits.SESSION_IDLE_MS_MAX
        or now_ms - session.created_ms > limits.SESSION_MS_MAX
    )
