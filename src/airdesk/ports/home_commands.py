"""What a process may ask of the home without a socket's session: HTTP requests and consumers."""

from __future__ import annotations

from typing import Final, Protocol

from airdesk.core.conversation import Command
from airdesk.core.kernel import NO_ID, AccountId, ConversationId, Identity, InboxId, OperationId
from airdesk.ports.link import Board, Executed, InboxPresence, VisitorsOnline

NO_CONVERSATION: Final = ConversationId(NO_ID)


class HomeCommands(Protocol):
    """The home, as seen by whoever vouches for an identity himself.

    Guarantees:
        Once: the same identity and operation id take effect once, however often and over
            whichever process they come; a repeat gets the first answer.
        Durability: an answer is given only once the record is on the disk.
        Patience: a home that is away is waited for HOME_REQUEST_MS_MAX; what was asked of the one
            before is asked again of the next.
        Cancellation: whoever stops waiting does not take back what he asked for.
    """

    async def execute(
        self,
        identity: Identity,
        operation_id: OperationId,
        conversation_id: ConversationId,
        command: Command,
    ) -> Executed:
        """Let the home decide a command and give its durable answer.

        Args:
            identity: whose wish; the caller has checked his credential.
            operation_id: not NO_ID; the same for every try.
            conversation_id: where; NO_ID for a visitor's own and for facts of the account.
            command: the wish.

        Raises:
            CommandRejected: a rule said no; its leaf has the home's number. Nothing is stored.
            OperationReused: the id was used for another command.
            CapacityError: too many wait, here or for the disk; the same may be tried again.
            HomeUnavailable: no home answered in time. What became of the command is told to who
                repeats it with the same operation id.
        """

    async def inbox_presence(
        self,
        account_id: AccountId,
        inbox_id: InboxId,
        conversation_id: ConversationId = NO_CONVERSATION,
    ) -> InboxPresence:
        """Tell how many agents are there for an inbox and how many visitors wait.

        Args:
            account_id: whose.
            inbox_id: which door.
            conversation_id: whose place in the queue is told; the caller has checked that whoever
                asks may know it.

        Raises:
            CapacityError, HomeUnavailable: as in `execute`.
        """

    async def board(self, account_id: AccountId) -> Board:
        """Tell how an account stands: who waits, who is there, who holds how much.

        Raises:
            CapacityError, HomeUnavailable: as in `execute`.
        """

    async def visitors_online(self, account_id: AccountId) -> VisitorsOnline:
        """Tell which visitors of an account have a socket open, the latest first.

        Raises:
            CapacityError, HomeUnavailable: as in `execute`.
        """

    def facts_written(self) -> None:
        """Tell the home that the directory's outbox holds something new. It may get lost."""

    def views_wanted(self) -> None:
        """Tell the home that somebody waits for lists and search to follow. It may get lost."""
