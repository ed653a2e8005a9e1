"""What one process asks of the home beside its sockets: HTTP requests and consumers."""

from __future__ import annotations

import asyncio
from typing import TypeAlias, TypeVar

from airdesk.core.conversation import Command
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    ConversationId,
    HomeUnavailable,
    Identity,
    InboxId,
    OperationId,
    TooManyPending,
    ValueRefused,
    error_told,
    limits,
)
from airdesk.ports.home_commands import NO_CONVERSATION
from airdesk.ports.link import (
    AskBoard,
    AskInbox,
    AskVisitors,
    Board,
    Execute,
    Executed,
    FactsWritten,
    GatewayLink,
    InboxPresence,
    RequestId,
    ViewsWanted,
    VisitorsOnline,
)

_BARRIER = RequestId(0)
"""Asked after a hole: its answer comes behind all answers that were on their way."""

HomeQuestion: TypeAlias = Execute | AskInbox | AskBoard | AskVisitors
HomeAnswer: TypeAlias = Executed | InboxPresence | Board | VisitorsOnline

_AnswerT = TypeVar("_AnswerT", Executed, InboxPresence, Board, VisitorsOnline)


class HomeRequests:
    """Requests over a link, until they are answered. See HomeCommands.

    A request that a broken link may have lost is sent again when the next one stands. After a
    hole it is sent again too, but only once everything that was on its way is here: a second
    try could be accepted after the first one's refusal was told.

    Args:
        home: the link to the home; it may be down at first.
    """

    def __init__(self, home: GatewayLink) -> None:
        self._home = home
        self._last = 0
        self._is_up = False
        self._waiting: dict[RequestId, tuple[HomeQuestion, asyncio.Future[object]]] = {}
        self._perhaps_lost: tuple[RequestId, ...] = ()

    async def execute(
        self,
        identity: Identity,
        operation_id: OperationId,
        conversation_id: ConversationId,
        command: Command,
    ) -> Executed:
        """See HomeCommands."""
        if operation_id == NO_ID:
            # It stands for "nobody can repeat it" in the log: a repeat would be done twice.
            raise ValueRefused(name="operation_id", range="an id that is not all zeros")
        message = Execute(self._next(), identity, operation_id, conversation_id, command)
        answer = await self._answered(message, Executed)
        if answer.number:
            raise error_told(answer.number, answer.text)
        return answer

    async def inbox_presence(
        self,
        account_id: AccountId,
        inbox_id: InboxId,
        conversation_id: ConversationId = NO_CONVERSATION,
    ) -> InboxPresence:
        """See HomeCommands."""
        asked = AskInbox(self._next(), account_id, inbox_id, conversation_id)
        return await self._answered(asked, InboxPresence)

    async def board(self, account_id: AccountId) -> Board:
        """See HomeCommands."""
        return await self._answered(AskBoard(self._next(), account_id), Board)

    async def visitors_online(self, account_id: AccountId) -> VisitorsOnline:
        """See HomeCommands."""
        return await self._answered(AskVisitors(self._next(), account_id), VisitorsOnline)

    def facts_written(self) -> None:
        """See HomeCommands."""
        if self._is_up:
            self._home.send(FactsWritten())

    def views_wanted(self) -> None:
        """See HomeCommands."""
        if self._is_up:
            self._home.send(ViewsWanted())

    def _next(self) -> RequestId:
        self._last += 1
        return RequestId(self._last)

    async def _answered(self, message: HomeQuestion, kind: type[_AnswerT]) -> _AnswerT:
        if len(self._waiting) >= limits.HOME_REQUESTS_MAX:
            raise TooManyPending(limit=limits.HOME_REQUESTS_MAX)
        answered: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._waiting[message.request] = (message, answered)
        try:
            if self._is_up:
                self._home.send(message)
            async with asyncio.timeout(limits.HOME_REQUEST_MS_MAX / 1000):
                answer = await answered
        except TimeoutError:
            raise HomeUnavailable() from None
        finally:
            del self._waiting[message.request]
        if not isinstance(answer, kind):
            raise TypeError(f"the home answered a {type(message).__name__} with {answer!r}")
        return answer

    # The home answers ---------------------------------------------------------------------

    def answered(self, message: HomeAnswer) -> None:
        """Take an answer, or hear that nothing older is on its way."""
        if message.request == _BARRIER:
            lost, self._perhaps_lost = self._perhaps_lost, ()
            self._repeat(lost)
            return
        waiting = self._waiting.get(message.request)
        if waiting is not None and not waiting[1].done():
            waiting[1].set_result(message)

    # The link -----------------------------------------------------------------------------

    def link_up(self) -> None:
        """A home is there that knows none of the requests."""
        self._is_up = True
        self._perhaps_lost = ()
        self._repeat(tuple(self._waiting))

    def link_hole(self) -> None:
        """Answers may be lost."""
        self._perhaps_lost = tuple(self._waiting)
        if self._perhaps_lost:
            self._home.send(AskInbox(_BARRIER, AccountId(NO_ID), InboxId(NO_ID)))

    def link_down(self) -> None:
        """Requests wait for the next home."""
        self._is_up = False
        self._perhaps_lost = ()

    def _repeat(self, requests: tuple[RequestId, ...]) -> None:
        for request in requests:
            waiting = self._waiting.get(request)
            if waiting is not None and not waiting[1].done():
                self._home.send(waiting[0])
