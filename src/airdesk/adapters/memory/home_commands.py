"""A home in a dictionary, for tests of whoever asks one: it decides by the core's own rules."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from msgspec.structs import replace

from airdesk.core import conversation as conv
from airdesk.core.conversation import AccountState, ConversationState
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    ConversationId,
    HomeUnavailable,
    Identity,
    InboxId,
    NotPermitted,
    OperationId,
    OperationReused,
    UnknownConversation,
    ValueRefused,
    uuid7,
)
from airdesk.ports.home_commands import NO_CONVERSATION
from airdesk.ports.link import (
    Board,
    Execute,
    Executed,
    InboxPresence,
    RequestId,
    VisitorOnline,
    VisitorsOnline,
)


class MemoryHomeCommands:
    """See HomeCommands. Nothing waits, nothing is routed, agents' words take effect at once.

    Args:
        now_ms: the time of what is decided.
    """

    def __init__(self, now_ms: Callable[[], int] = lambda: 1_800_000_000_000) -> None:
        self._now_ms = now_ms
        self._numbers = itertools.count(1)
        self._answers: dict[tuple[bytes, bytes, bytes], tuple[bytes, Executed]] = {}
        self._latest: dict[bytes, ConversationId] = {}
        self.is_away = False
        """No home answers."""
        self.accounts: dict[AccountId, AccountState] = {}
        self.conversations: dict[ConversationId, ConversationState] = {}
        self.texts: dict[ConversationId, list[str]] = {}
        """What was said in each conversation, notes too."""
        self.asked: list[Execute] = []
        """Everything that was asked, in order, repeats too."""
        self.presence: dict[InboxId, tuple[int, int]] = {}
        """Agents there and visitors waiting; (0, 0) for an inbox that is not named."""
        self.places: dict[ConversationId, int] = {}
        """Places in the queue; 0 for a conversation that is not named."""
        self.boards: dict[AccountId, Board] = {}
        """What `board` tells; an empty one for an account that is not named."""
        self.online: dict[AccountId, tuple[VisitorOnline, ...]] = {}
        """Visitors who are online; nobody for an account that is not named."""
        self.nudges = 0
        """How often facts were written."""

    async def execute(
        self,
        identity: Identity,
        operation_id: OperationId,
        conversation_id: ConversationId,
        command: conv.Command,
    ) -> Executed:
        """See HomeCommands."""
        if operation_id == NO_ID:
            raise ValueRefused(name="operation_id", range="an id that is not all zeros")
        request = RequestId(next(self._numbers))
        self.asked.append(Execute(request, identity, operation_id, conversation_id, command))
        if self.is_away:
            raise HomeUnavailable()
        key = (identity.account_id, identity.actor, operation_id)
        digest = conv.command_hash(command, conversation_id)
        known = self._answers.get(key)
        if known is None:
            known = (digest, self._decide(request, identity, conversation_id, command))
            self._answers[key] = known
        if known[0] != digest:
            raise OperationReused()
        return known[1]

    async def inbox_presence(
        self,
        account_id: AccountId,
        inbox_id: InboxId,
        conversation_id: ConversationId = NO_CONVERSATION,
    ) -> InboxPresence:
        """See HomeCommands."""
        if self.is_away:
            raise HomeUnavailable()
        online, waiting = self.presence.get(inbox_id, (0, 0))
        place = self.places.get(conversation_id, 0)
        return InboxPresence(RequestId(next(self._numbers)), online, waiting, place)

    async def board(self, account_id: AccountId) -> Board:
        """See HomeCommands."""
        if self.is_away:
            raise HomeUnavailable()
        request = RequestId(next(self._numbers))
        return replace(self.boards.get(account_id, Board(request)), request=request)

    async def visitors_online(self, account_id: AccountId) -> VisitorsOnline:
        """See HomeCommands."""
        if self.is_away:
            raise HomeUnavailable()
        request = RequestId(next(self._numbers))
        return VisitorsOnline(request, self.online.get(account_id, ()))

    def facts_written(self) -> None:
        """See HomeCommands."""
        self.nudges += 1

    def views_wanted(self) -> None:
        """See HomeCommands. Its views are never behind."""

    def _decide(
        self,
        request: RequestId,
        identity: Identity,
        conversation_id: ConversationId,
        command: conv.Command,
    ) -> Executed:
        now_ms = self._now_ms()
        account = self._account(identity.account_id)
        if isinstance(command, conv.ConfigureAgent):
            event: conv.AccountEvent = conv.AgentConfigured(command.facts)
            self.accounts[identity.account_id] = conv.evolve_account(account, (event,), request)
        elif isinstance(command, conv.ConfigureInbox):
            event = conv.InboxConfigured(command.facts)
            self.accounts[identity.account_id] = conv.evolve_account(account, (event,), request)
        elif isinstance(command, conv.RemoveInbox):
            event = conv.InboxRemoved(command.inbox_id)
            self.accounts[identity.account_id] = conv.evolve_account(account, (event,), request)
        elif isinstance(command, conv.SetAvailability):
            event = conv.AvailabilityChanged(AgentId(identity.person_id), command.availability)
            if event.agent_id in account.agents:
                self.accounts[identity.account_id] = conv.evolve_account(account, (event,), request)
        elif isinstance(command, conv.BlockVisitor):
            if not identity.is_staff:
                raise NotPermitted(command="BlockVisitor")
            event = conv.VisitorBlocked(command.inbox_id, command.visitor_id, command.blocked)
            self.accounts[identity.account_id] = conv.evolve_account(account, (event,), request)
        if isinstance(command, conv.AccountCommand):
            return Executed(request, ConversationId(NO_ID), 0, now_ms)
        return self._decide_conversation(request, identity, conversation_id, command)

    def _decide_conversation(
        self,
        request: RequestId,
        identity: Identity,
        conversation_id: ConversationId,
        command: conv.ConversationCommand,
    ) -> Executed:
        now_ms = self._now_ms()
        account = self._account(identity.account_id)
        before = self._addressed(identity, conversation_id, command, account)
        key = _visitor_key(identity, command)
        context = conv.Context(now_ms, account, {}, is_blocked=key in account.blocked)
        decision = conv.decide(command, identity, before, context)
        made = uuid7(now_ms, request.to_bytes(10, "big"))
        named = ConversationId(made) if before is None else before.conversation_id
        first_seq = 1 if before is None else before.last_seq + 1
        if decision.events:
            moment = conv.Moment(request, now_ms, identity.account_id, named)
            after = conv.evolve(before, decision.events, first_seq, moment)
            self.conversations[named] = after
            self._latest[after.visitor_key] = named
            self.texts.setdefault(named, []).extend(decision.bodies)
        seq = max(0, first_seq + len(decision.events) - 1)
        for index, event in enumerate(decision.events):
            if isinstance(event, conv.MessageSent | conv.NoteAdded):
                seq = first_seq + index
                break
        return Executed(request, named, seq, now_ms)

    def _addressed(
        self,
        identity: Identity,
        conversation_id: ConversationId,
        command: conv.ConversationCommand,
        account: AccountState,
    ) -> ConversationState | None:
        if isinstance(command, conv.InviteVisitor):
            newest = self._latest.get(_visitor_key(identity, command))
            known = None if newest is None else self.conversations[newest]
            return known if known is not None and known.is_open else None
        if conversation_id != NO_ID:
            state = self.conversations.get(conversation_id)
            if state is None or not conv.may_see(identity, state):
                raise UnknownConversation()
            return state
        if not identity.is_visitor:
            raise UnknownConversation()
        latest = self._latest.get(identity.inbox_id + identity.person_id)
        if latest is None:
            return None
        state = self.conversations[latest]
        return state if conv.continues(command, state, account, self._now_ms()) else None

    def _account(self, account_id: AccountId) -> AccountState:
        return self.accounts.setdefault(account_id, AccountState(account_id))


def _visitor_key(identity: Identity, command: conv.Command) -> bytes:
    """Give the inbox and the visitor whose conversation it is: who acts, or who is invited."""
    if isinstance(command, conv.InviteVisitor):
        return command.inbox_id + command.visitor_id
    return identity.inbox_id + identity.person_id
