"""What clients say, carried to the home."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airdesk.app.gateway.command_permissions import check_message
from airdesk.app.gateway.credentials import Credentials
from airdesk.app.gateway.following import Following
from airdesk.app.gateway.requests import to_command
from airdesk.app.gateway.roster import Roster
from airdesk.app.gateway.session import Session, Stage
from airdesk.app.gateway.tallies import Tallies
from airdesk.core.kernel import (
    NO_ID,
    BadToken,
    CommandRejected,
    ConversationId,
    InstanceId,
    OperationId,
    TooMany,
    TooManyPending,
    UnexpectedMessage,
    UnknownConversation,
    ValueRefused,
    limits,
)
from airdesk.core.wire import message_name, messages
from airdesk.ports import link
from airdesk.ports.link import GatewayLink, HeldView


class ClientMessages:
    """Takes each message of a client.

    Args:
        home: the link to the home.
        roster: who is connected.
        following: who follows what.
        credentials: checks tokens and tickets.
        tallies: count what is refused.
    """

    def __init__(
        self,
        home: GatewayLink,
        roster: Roster,
        following: Following,
        credentials: Credentials,
        tallies: Tallies,
    ) -> None:
        self._home = home
        self._roster = roster
        self._following = following
        self._credentials = credentials
        self._tallies = tallies

    def take(self, session: Session, message: messages.ClientMessage) -> None:
        """Do what a message asks.

        Raises:
            AirDeskError: the connection has to end with it.
        """
        is_hello = isinstance(message, messages.Hello)
        if session.stage == Stage.OPENING or (session.stage == Stage.LIVE) == is_hello:
            raise UnexpectedMessage(name=message_name(message))
        handler = _HANDLERS.get(type(message), ClientMessages._command)
        handler(self, session, message)

    def attach(self, session: Session, cursor: str) -> None:
        """Make a session known to the home."""
        if session.identity is None or session.instance_id is None:
            return
        session.is_attached = False
        self._home.send(
            link.Connect(
                session.session_id,
                session.identity,
                session.instance_id,
                session.attempt,
                cursor,
                session.held,
                session.credential_id,
            )
        )

    def _hello(self, session: Session, message: messages.Hello) -> None:
        if len(message.token) > limits.TOKEN_BYTES_MAX:
            raise BadToken()
        if len(message.held) > limits.HELD_CONVERSATIONS_MAX:
            raise TooMany(name="held conversations", limit=limits.HELD_CONVERSATIONS_MAX)
        credential = self._credentials.check_credential(message.token)
        identity, session.credential_id, session.scopes, session.key_epoch = credential
        session.instance_id = InstanceId(message.instance)
        session.attempt = message.attempt
        session.held = tuple(
            HeldView(ConversationId(one.conversation), one.seq, one.wanted) for one in message.held
        )
        session.cursor = message.cursor
        session.stage = Stage.OPENING
        self._roster.introduce(session, identity)
        self.attach(session, message.cursor)

    def _command(self, session: Session, message: Any) -> None:
        identity = session.identity
        if identity is None:
            return
        operation_id = OperationId(message.op)
        try:
            if operation_id == NO_ID:
                # It stands for "nobody can repeat it" in the log: a repeat would be done twice.
                raise ValueRefused(name="op", range="an id that is not all zeros")
            check_message(message, identity, session.scopes)
            conversation_id = self._where(session, getattr(message, "where", 0))
            command = to_command(message, identity, self._credentials)
        except CommandRejected as error:
            self._tallies.error(error.number)
            session.send(messages.Rejected(operation_id, error.number, str(error)))
            return
        if session.pending is not None and len(session.pending) >= limits.COMMANDS_PENDING_MAX:
            raise TooManyPending(limit=limits.COMMANDS_PENDING_MAX)
        submit = link.Submit(session.session_id, operation_id, conversation_id, command)
        session.keep_pending(submit)
        if session.is_attached:
            self._home.send(submit)
        else:
            session.unsent = (*session.unsent, operation_id)

    @staticmethod
    def _may(session: Session, message: Any) -> bool:
        """True if a signal that has no answer may pass: one without the right is not heard."""
        try:
            if session.identity is not None:
                check_message(message, session.identity, session.scopes)
        except CommandRejected:
            return False
        return True

    def _where(self, session: Session, where: int | bytes) -> ConversationId:
        if isinstance(where, bytes):
            return ConversationId(where)
        if where == 0:
            return ConversationId(NO_ID)
        line = session.line_by_ref(where)
        if line is None:
            raise UnknownConversation()
        return line.conversation_id

    def _follow(self, session: Session, message: messages.Follow) -> None:
        conversation_id = ConversationId(message.conversation)
        line = session.line(conversation_id)
        if line is not None:
            # The client ignores what was written after this, until it is told where it goes on.
            line.is_asked = True
            line.last_seq = message.after
            line.is_wanted = True
            self._following.read(session, line, message.after)
            return
        if len(session.lines or ()) + len(session.held) >= limits.HELD_CONVERSATIONS_MAX:
            raise TooMany(name="followed conversations", limit=limits.HELD_CONVERSATIONS_MAX)
        session.hold(HeldView(conversation_id, message.after, wanted=True))
        if session.is_attached:
            self._home.send(link.Read(session.session_id, conversation_id, message.after))

    def _unfollow(self, session: Session, message: messages.Unfollow) -> None:
        line = session.line_by_ref(message.ref)
        if line is not None:
            line.is_wanted = False

    def _receipt(self, session: Session, message: messages.Receipt) -> None:
        if len(message.marks) > limits.MARKS_MAX:
            raise TooMany(name="marks", limit=limits.MARKS_MAX)
        if not self._may(session, message):
            return
        marks = []
        for mark in message.marks:
            line = session.line_by_ref(mark.ref)
            if line is not None:
                marks.append(link.PositionMark(line.conversation_id, mark.delivered, mark.read))
        if marks:
            self._home.send(link.Marks(session.session_id, tuple(marks)))

    def _typing(self, session: Session, message: messages.Typing) -> None:
        line = session.line_by_ref(message.ref)
        if line is None or not self._may(session, message):
            return
        # Only a visitor's words are shown before he sends them.
        text = message.text[: limits.TYPED_CHARS_MAX] if session.is_public and message.on else ""
        self._home.send(
            link.TypingSignal(session.session_id, line.conversation_id, message.on, text)
        )

    def _viewing(self, session: Session, message: messages.Viewing) -> None:
        if session.is_public or not self._may(session, message):
            return
        session.tells_viewing = True
        line = session.line_by_ref(message.ref) if message.on else None
        viewed = ConversationId(NO_ID) if line is None else line.conversation_id
        is_same, session.viewed = session.viewed == viewed, viewed
        # Said again, it asks who else is there: the line may be a new one.
        if session.is_attached and not (is_same and viewed == NO_ID):
            self._home.send(link.ViewingSignal(session.session_id, viewed))

    def _refresh(self, session: Session, message: messages.Refresh) -> None:
        self._home.send(link.RefreshLists(session.session_id))

    def _history(self, session: Session, message: messages.History) -> None:
        line = session.line_by_ref(message.ref)
        if line is not None:
            self._home.send(link.ReadBack(session.session_id, line.conversation_id, message.before))

    def _alive(self, session: Session, message: messages.Alive) -> None:
        """Any byte counts as life; nothing else follows from it."""


_HANDLERS: dict[type, Callable[[ClientMessages, Session, Any], None]] = {
    messages.Hello: ClientMessages._hello,
    messages.Follow: ClientMessages._follow,
    messages.Unfollow: ClientMessages._unfollow,
    messages.Receipt: ClientMessages._receipt,
    messages.Typing: ClientMessages._typing,
    messages.Refresh: ClientMessages._refresh,
    messages.History: ClientMessages._history,
    messages.Alive: ClientMessages._alive,
    messages.Viewing: ClientMessages._viewing,
}
