"""Who is connected where: sessions, fences, and the grace after a lost connection."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    ConversationId,
    CredentialId,
    Identity,
    InstanceId,
    limits,
)
from airdesk.ports.link import GatewayId
from airdesk.services.viewing import SessionKey, Viewing

__all__ = ["Attached", "Presence", "SessionKey"]


class Attached(NamedTuple):
    """A session as the home knows it."""

    identity: Identity
    instance_id: InstanceId
    attempt: int
    credential_id: CredentialId = CredentialId(NO_ID)


class Presence:
    """Sessions of all gateways and which gateways care about what.

    Cost: a few dictionary entries for each session; nothing is done for a session while it is
    silent.
    """

    def __init__(self) -> None:
        self._sessions: dict[SessionKey, Attached] = {}
        self._instances: dict[bytes, SessionKey] = {}
        """By person and instance: nobody fences somebody else by a known instance id."""
        self._people: dict[bytes, set[SessionKey]] = {}
        self._credentials: dict[CredentialId, set[SessionKey]] = {}
        """Of those that may be revoked."""
        self._watchers: dict[ConversationId, set[GatewayId]] = {}
        self._watched: dict[GatewayId, dict[ConversationId, None]] = {}
        self._staff: dict[tuple[AccountId, AgentId], None] = {}
        self._leaving: dict[tuple[AccountId, AgentId], int] = {}
        self._visitors: dict[AccountId, dict[bytes, int]] = {}
        """When each visitor who is online came, in that order."""
        self._audit: list[tuple[GatewayId, ConversationId]] = []
        self._audit_step = 0
        self.viewing = Viewing()
        """What sessions of the staff show."""

    # Sessions -----------------------------------------------------------------------------

    def attach(self, key: SessionKey, session: Attached, now_ms: int = 0) -> SessionKey | None:
        """Register a session, or know it again after its gateway's link broke.

        Returns:
            The session that has to go because its instance has two: the one with the lower
            attempt, which may be the new one itself.
        """
        instance = session.identity.person_key + session.instance_id
        rival_key = self._instances.get(instance)
        if rival_key is not None and rival_key != key:
            rival = self._sessions[rival_key]
            # The same attempt twice is one connection whose gateway linked anew: what the old link
            # still brings late must not fence it.
            if (rival.attempt, rival_key[0]) > (session.attempt, key[0]):
                return key
            self.detach(rival_key, 0)
        else:
            rival_key = None
        self._sessions[key] = session
        self._instances[instance] = key
        person = session.identity.person_key
        self._people.setdefault(person, set()).add(key)
        if session.credential_id != NO_ID:
            self._credentials.setdefault(session.credential_id, set()).add(key)
        if session.identity.is_staff:
            seat = (session.identity.account_id, AgentId(session.identity.person_id))
            self._staff[seat] = None
            self._leaving.pop(seat, None)
        else:
            self._visitors.setdefault(session.identity.account_id, {}).setdefault(person, now_ms)
        return rival_key

    def detach(self, key: SessionKey, now_ms: int) -> Attached | None:
        """Forget a session; an agent's last one begins his grace."""
        session = self._sessions.pop(key, None)
        if session is None:
            return None
        self.viewing.gone(key)
        person = session.identity.person_key
        if self._instances.get(person + session.instance_id) == key:
            del self._instances[person + session.instance_id]
        if session.credential_id != NO_ID:
            alike = self._credentials[session.credential_id]
            alike.discard(key)
            if not alike:
                del self._credentials[session.credential_id]
        others = self._people[person]
        others.discard(key)
        if not others:
            del self._people[person]
            if session.identity.is_staff:
                seat = (session.identity.account_id, AgentId(session.identity.person_id))
                self._staff.pop(seat, None)
                self.expect(*seat, now_ms)
            else:
                self._visitor_left(session.identity.account_id, person)
        return session

    def _visitor_left(self, account_id: AccountId, person: bytes) -> None:
        online = self._visitors[account_id]
        online.pop(person, None)
        if not online:
            del self._visitors[account_id]

    def detach_gateway(self, gateway: GatewayId, now_ms: int) -> None:
        """Forget all sessions of a gateway whose link broke, and what it watched."""
        for key in [key for key in self._sessions if key[0] == gateway]:
            self.detach(key, now_ms)
        for conversation_id in self._watched.pop(gateway, ()):
            self._unwatch(gateway, conversation_id)

    def session(self, key: SessionKey) -> Attached | None:
        """Give a session; None if it is gone."""
        return self._sessions.get(key)

    def is_present(self, account_id: AccountId, agent_id: AgentId) -> bool:
        """True while an agent has a session."""
        return account_id + agent_id in self._people

    def sessions_of(self, person: bytes) -> Iterable[SessionKey]:
        """Give the sessions of a visitor (his key) or an agent (account and agent id)."""
        return self._people.get(person, ())

    def count_sessions(self, person: bytes) -> int:
        """Give how many sessions a person has."""
        return len(self._people.get(person, ()))

    def visitors_online(self, account_id: AccountId, limit: int) -> list[tuple[bytes, int]]:
        """Give the visitors of an account who are online (inbox and visitor) and since when, the
        latest first.

        A gateway whose link broke brings its visitors anew: then they are there since then.
        """
        online = self._visitors.get(account_id, {})
        return [(person, online[person]) for person in islice(reversed(online), limit)]

    def sessions_by(self, credential_id: CredentialId) -> Iterable[SessionKey]:
        """Give the sessions that a credential let in."""
        return self._credentials.get(credential_id, ())

    def gateways_of(self, person: bytes) -> set[GatewayId]:
        """Give the gateways where this person has a session."""
        return {gateway for gateway, _ in self._people.get(person, ())}

    def staff_present(self) -> list[tuple[AccountId, AgentId]]:
        """Give all connected agents."""
        return list(self._staff)

    # Grace --------------------------------------------------------------------------------

    def expect(self, account_id: AccountId, agent_id: AgentId, now_ms: int) -> None:
        """Begin an agent's grace: he counts as gone if no session of his comes in time."""
        self._leaving[(account_id, agent_id)] = now_ms + limits.PRESENCE_GRACE_MS

    def gone(self, now_ms: int) -> list[tuple[AccountId, AgentId]]:
        """Give the agents whose grace is over, each once."""
        over = [key for key, due_ms in self._leaving.items() if due_ms <= now_ms]
        for key in over:
            del self._leaving[key]
        return over

    # Watching -----------------------------------------------------------------------------

    def watch(self, gateway: GatewayId, conversation_id: ConversationId) -> None:
        """Send this conversation's events to a gateway from now on."""
        self._watchers.setdefault(conversation_id, set()).add(gateway)
        self._watched.setdefault(gateway, {})[conversation_id] = None

    def unwatch(self, gateway: GatewayId, conversation_id: ConversationId) -> None:
        """Send this conversation's events to a gateway no longer."""
        self._watched.get(gateway, {}).pop(conversation_id, None)
        self._unwatch(gateway, conversation_id)

    def watchers(self, conversation_id: ConversationId) -> Iterable[GatewayId]:
        """Give the gateways with a reader of the conversation."""
        return self._watchers.get(conversation_id, ())

    def audit(self, rounds: int) -> list[tuple[GatewayId, ConversationId]]:
        """Give the next few watched conversations; all of them in about `rounds` calls."""
        if not self._audit:
            self._audit = [
                (gateway, conversation_id)
                for gateway, watched in self._watched.items()
                for conversation_id in watched
            ]
            self._audit_step = len(self._audit) // rounds + 1
        taken = self._audit[-self._audit_step :]
        del self._audit[-self._audit_step :]
        return taken

    def _unwatch(self, gateway: GatewayId, conversation_id: ConversationId) -> None:
        watchers = self._watchers.get(conversation_id)
        if watchers is not None:
            watchers.discard(gateway)
            if not watchers:
                del self._watchers[conversation_id]
