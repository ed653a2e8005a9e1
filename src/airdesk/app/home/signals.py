"""What is told from one person to others and not stored: receipts, typing, viewing, mentions."""

from __future__ import annotations

from collections import deque

from airdesk.core import conversation as conv
from airdesk.core.conversation import ConversationState
from airdesk.core.kernel import NO_ID, AgentId, ConversationId
from airdesk.ports import link
from airdesk.ports.link import GatewayId, HomeLink
from airdesk.services.conversations import Conversations
from airdesk.services.presence import Presence
from airdesk.services.receipts import Receipts


class Signals:
    """Carries them to the gateways where somebody reads the conversation.

    Args:
        links: where gateways are reached.
        conversations: the hot table.
        presence: who is connected, and who looks at what.
        receipts: how far each side has come.
    """

    def __init__(
        self,
        links: HomeLink,
        conversations: Conversations,
        presence: Presence,
        receipts: Receipts,
    ) -> None:
        self._links = links
        self._conversations = conversations
        self._presence = presence
        self._receipts = receipts
        self._due: deque[tuple[ConversationId, bool]] = deque()

    def marks(self, gateway: GatewayId, message: link.Marks) -> None:
        """Take what a session received and read."""
        session = self._presence.session((gateway, message.session))
        if session is None:
            return
        identity = session.identity
        for mark in message.marks:
            state = self._conversations.find(mark.conversation_id)
            if state is None or not self._conversations.may_see(identity, state):
                continue
            if identity.is_visitor or identity.person_id == state.assignee_id:
                self._receipts.advance(state, identity.is_visitor, mark.delivered, mark.read)

    def tell_receipts(self, parts_left: int, is_first: bool) -> None:
        """Tell a share of the receipts that moved to the other side.

        Args:
            parts_left: of how many shares of this round this is the first.
            is_first: a round begins.
        """
        due = self._due
        if is_first:
            due.extend(self._receipts.take_to_tell())
        for _ in range(-(-len(due) // parts_left)):
            conversation_id, by_visitor = due.popleft()
            state = self._conversations.find(conversation_id)
            if state is not None:
                positions = self._receipts.positions(state, by_visitor)
                notice = link.ReceiptNotice(conversation_id, by_visitor, *positions)
                self._tell(conversation_id, notice)

    def typing(self, gateway: GatewayId, message: link.TypingSignal) -> None:
        """Tell that somebody types; a visitor who is blocked is not heard."""
        session = self._presence.session((gateway, message.session))
        state = self._conversations.find(message.conversation_id)
        if session is None or state is None:
            return
        identity, visitors = session.identity, self._conversations.visitors
        if not visitors.may_see(identity, state) or (
            identity.is_visitor and visitors.is_blocked(identity.account_id, identity.person_key)
        ):
            return
        author = conv.shown_author(identity, state)
        if author is not None:
            notice = link.TypingNotice(
                state.conversation_id, identity.actor, author, message.on, message.text
            )
            self._tell(state.conversation_id, notice)

    def view(self, gateway: GatewayId, message: link.ViewingSignal) -> None:
        """Note what a session of the staff shows."""
        key = (gateway, message.session)
        session = self._presence.session(key)
        if session is None or not session.identity.is_staff:
            return
        viewed = message.conversation_id
        state = None if viewed == NO_ID else self._conversations.find(viewed)
        if state is None or not self._conversations.may_see(session.identity, state):
            viewed = ConversationId(NO_ID)
        self._presence.viewing.view(key, AgentId(session.identity.person_id), viewed)

    def tell_viewing(self) -> None:
        """Tell who looks at what, where others do than were told."""
        viewing = self._presence.viewing
        for conversation_id in viewing.take_changed():
            notice = link.ViewingNotice(conversation_id, viewing.viewers(conversation_id))
            self._tell(conversation_id, notice)

    def tell_mentions(self, after: ConversationState, note: conv.NoteAdded, seq: int) -> None:
        """Tell the agents whom a durable note names, wherever they are."""
        by = AgentId(NO_ID)
        if note.author >= conv.AUTHOR_FIRST_PARTICIPANT:
            by = after.participants[note.author - conv.AUTHOR_FIRST_PARTICIPANT]
        gateways: dict[GatewayId, list[AgentId]] = {}
        for agent_id in note.mentions:
            if agent_id != by:
                for gateway in self._presence.gateways_of(after.account_id + agent_id):
                    gateways.setdefault(gateway, []).append(agent_id)
        for gateway, agent_ids in gateways.items():
            self._links.send(
                gateway,
                link.MentionNotice(
                    after.account_id, tuple(agent_ids), after.conversation_id, seq, by
                ),
            )

    def _tell(self, conversation_id: ConversationId, notice: link.ToGateway) -> None:
        for gateway in self._presence.watchers(conversation_id):
            self._links.send(gateway, notice)
