"""Deliberate faults in what the desk adds: rows, signals, blocking, the bot, priorities.

See `deliberate_faults` for what they are for.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from airdesk.app.gateway import following, from_home
from airdesk.app.gateway.from_home import HomeMessages
from airdesk.app.gateway.rendering import row_message
from airdesk.core import conversation as conv
from airdesk.core.kernel import ConversationId, Identity, Role
from airdesk.core.routing import Place
from airdesk.core.wire import messages
from airdesk.ports import link
from airdesk.services import desk
from airdesk.services.viewing import Viewing
from airdesk.services.visitor_conversations import VisitorConversations

Patch = pytest.MonkeyPatch

_decide = importlib.import_module("airdesk.core.conversation.decide")
"""The module: its package has a function of the same name."""

# What others see ------------------------------------------------------------------------------


def shows_the_staffs_rows_to_visitors(patch: Patch) -> None:
    """A visitor's row is the one that the staff gets."""
    patch.setattr(following, "row_message", lambda row, ref, public: row_message(row, ref, False))


def shows_typed_words_to_everybody(patch: Patch) -> None:
    """What a visitor types is shown to his other pages, too."""

    def careless(self: HomeMessages, message: link.TypingNotice) -> None:
        for session, line in self._following.followers(message.conversation_id):
            typing = messages.SomebodyTyping(line.ref, message.author, message.on, message.text)
            session.send(typing)

    patch.setitem(from_home._HANDLERS, link.TypingNotice, careless)


def mentions_everybody(patch: Patch) -> None:
    """A mention is told to all of the staff who follow the conversation."""

    def careless(self: HomeMessages, message: link.MentionNotice) -> None:
        mentioned = messages.Mentioned(message.conversation_id, message.seq, message.by)
        for session in self._roster.all():
            if session.tells_viewing:
                session.send(mentioned)

    patch.setitem(from_home._HANDLERS, link.MentionNotice, careless)


def forgets_who_left(patch: Patch) -> None:
    """Whoever once looked at a conversation is told to look at it for ever."""
    patch.setattr(Viewing, "gone", lambda self, key: None)


# Blocking and the bot -------------------------------------------------------------------------


def forgets_blocks(patch: Patch) -> None:
    """Nobody looks whether a visitor is blocked."""
    patch.setattr(VisitorConversations, "is_blocked", lambda self, account_id, key: False)


def lets_the_bot_speak_among_people(patch: Patch) -> None:
    """A bot that is late is heard."""
    send = _decide._RULES[conv.SendMessage]

    def patient(command: Any, actor: Identity, state: Any, context: Any) -> conv.Decision:
        if actor.role != Role.BOT:
            return send(command, actor, state, context)  # type: ignore[no-any-return]
        return conv.Decision((conv.MessageSent(conv.AUTHOR_BOT),), (command.text,))

    patch.setitem(_decide._RULES, conv.SendMessage, patient)


def gives_to_a_bot_that_is_not_there(patch: Patch) -> None:
    """Every inbox counts as one with a bot."""

    def careless(command: Any, actor: Identity, state: Any, context: Any) -> conv.Decision:
        return conv.Decision((conv.ConversationReturned(conv.AUTHOR_SYSTEM),))

    patch.setitem(_decide._RULES, conv.ReturnToBot, careless)


def queues_without_priority(patch: Patch) -> None:
    """Who is urgent stands where he came."""

    def place(priority: int, since_ms: int, conversation_id: ConversationId) -> Place:
        return Place(0, since_ms, conversation_id)

    patch.setattr(desk, "Place", place)
