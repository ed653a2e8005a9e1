"""Gives sessions what they may read: pages of a conversation, forwards and back."""

from __future__ import annotations

from collections.abc import Callable

from airdesk.core.conversation import ConversationState
from airdesk.core.kernel import ConversationId
from airdesk.ports import link
from airdesk.ports.link import GatewayId, HomeLink, RowFacts, SessionId
from airdesk.services.conversations import Conversations
from airdesk.services.history import Histories
from airdesk.services.presence import Attached, Presence


class Reading:
    """Answers Read and ReadBack.

    Args:
        links: where gateways are reached.
        conversations: the hot table.
        presence: knows the sessions.
        histories: reads conversations from the log.
        row: makes a conversation's line.
    """

    def __init__(
        self,
        links: HomeLink,
        conversations: Conversations,
        presence: Presence,
        histories: Histories,
        row: Callable[[ConversationState], RowFacts],
    ) -> None:
        self._links = links
        self._conversations = conversations
        self._presence = presence
        self._histories = histories
        self._row = row

    def read(self, gateway: GatewayId, message: link.Read) -> None:
        """Give a page of events, and from now on the new ones."""
        session, state = self._visible(gateway, message.session, message.conversation_id)
        if session is None or state is None:
            return
        self._presence.watch(gateway, state.conversation_id)
        page = self._histories.after(state, message.after_seq, session.identity.is_visitor)
        row = self._row(state)
        feed = link.Feed(message.session, row, page.base, page.events, page.more, message.after_seq)
        # It shows the state in memory, which runs ahead of the disk.
        self._conversations.when_durable(lambda: self._links.send(gateway, feed))

    def read_back(self, gateway: GatewayId, message: link.ReadBack) -> None:
        """Give a page of older events."""
        session, state = self._visible(gateway, message.session, message.conversation_id)
        if session is None or state is None:
            return
        events, at_start = self._histories.before(
            state, message.before_seq, session.identity.is_visitor
        )
        answer = link.FeedBack(
            message.session, state.conversation_id, message.before_seq, events, at_start
        )
        self._links.send(gateway, answer)

    def _visible(
        self, gateway: GatewayId, session_id: SessionId, conversation_id: ConversationId
    ) -> tuple[Attached | None, ConversationState | None]:
        """Give the session and the conversation if it may see it; tell the gateway if not."""
        session = self._presence.session((gateway, session_id))
        if session is None:
            return None, None
        state = self._conversations.find(conversation_id)
        if state is None or not self._conversations.may_see(session.identity, state):
            self._links.send(gateway, link.FeedRefused(session_id, conversation_id))
            return session, None
        return session, state
