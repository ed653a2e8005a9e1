"""Who may not be here any more: sessions end at once, and their credentials stay outside."""

from __future__ import annotations

from airdesk.core.kernel import (
    NO_ID,
    AccessRevoked,
    AccountId,
    AgentId,
    CredentialId,
    Identity,
)
from airdesk.ports import link
from airdesk.ports.clock import Clock
from airdesk.ports.link import HomeLink
from airdesk.services.conversations import Conversations
from airdesk.services.presence import Presence


class Access:
    """Ends sessions whose access was revoked.

    The denials are facts of the account, so a home that begins anew still has them. They are kept
    for REVOKED_MS, longer than any socket token lives that was signed before.

    Args:
        conversations: knows the accounts' facts.
        presence: knows the sessions.
        links: where gateways are reached.
        clock: tells whether a denial is over.
    """

    def __init__(
        self, conversations: Conversations, presence: Presence, links: HomeLink, clock: Clock
    ) -> None:
        self._conversations = conversations
        self._presence = presence
        self._links = links
        self._clock = clock

    def is_denied(self, identity: Identity, credential_id: CredentialId) -> bool:
        """True if a session with this credential may not begin."""
        denied = self._conversations.account(identity.account_id).denied
        if not denied:
            return False
        now_ms = self._clock.now_ms()
        keys = (identity.person_id if identity.is_staff else NO_ID, credential_id)
        return any(key != NO_ID and denied.get(key, 0) > now_ms for key in keys)

    def end_sessions(
        self,
        account_id: AccountId,
        agent_id: AgentId,
        credential_id: CredentialId | None = None,
    ) -> None:
        """End the sessions of an agent and those of a credential."""
        keys = set(self._presence.sessions_of(account_id + agent_id))
        if credential_id is not None and credential_id != NO_ID:
            for key in self._presence.sessions_by(credential_id):
                session = self._presence.session(key)
                if session is not None and session.identity.account_id == account_id:
                    keys.add(key)
        now_ms = self._clock.now_ms()
        for gateway, session_id in sorted(keys):
            self._presence.detach((gateway, session_id), now_ms)
            self._links.send(gateway, link.Fence(session_id, AccessRevoked.number))
