"""Who of the staff looks at which conversation now: never stored, forgotten with the session."""

from __future__ import annotations

from airdesk.core.kernel import NO_ID, AgentId, ConversationId, limits
from airdesk.ports.link import GatewayId, SessionId

SessionKey = tuple[GatewayId, SessionId]


class Viewing:
    """What each session of the staff shows; a session shows one conversation at a time.

    Cost: one entry for a session that shows something, nothing for others and for messages.
    """

    def __init__(self) -> None:
        self._shown: dict[SessionKey, tuple[ConversationId, AgentId]] = {}
        self._viewers: dict[ConversationId, dict[SessionKey, AgentId]] = {}
        self._changed: dict[ConversationId, None] = {}

    def view(self, key: SessionKey, agent_id: AgentId, conversation_id: ConversationId) -> None:
        """A session shows this conversation now; NO_ID for none."""
        if self._shown.get(key, (NO_ID,))[0] != conversation_id:
            self.gone(key)
            if conversation_id != NO_ID:
                self._shown[key] = (conversation_id, agent_id)
                self._viewers.setdefault(conversation_id, {})[key] = agent_id
        if conversation_id != NO_ID:
            # Whoever comes, or comes again, hears who else is there.
            self._changed[conversation_id] = None

    def gone(self, key: SessionKey) -> None:
        """A session shows nothing any more."""
        shown = self._shown.pop(key, None)
        if shown is None:
            return
        conversation_id, _ = shown
        viewers = self._viewers[conversation_id]
        del viewers[key]
        if not viewers:
            del self._viewers[conversation_id]
        self._changed[conversation_id] = None

    def viewers(self, conversation_id: ConversationId) -> tuple[AgentId, ...]:
        """Give who looks at it, in the order in which they came."""
        agents = dict.fromkeys(self._viewers.get(conversation_id, {}).values())
        return tuple(agents)[: limits.VIEWERS_SHOWN_MAX]

    def take_changed(self) -> tuple[ConversationId, ...]:
        """Give the conversations at which others look now; they count as told."""
        changed = tuple(self._changed)
        self._changed.clear()
        return changed
