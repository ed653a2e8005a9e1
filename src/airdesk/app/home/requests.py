"""What gateways and consumers ask without a session: commands and an inbox's presence."""

from __future__ import annotations

from collections.abc import Callable

from airdesk.ports import link
from airdesk.ports.clock import Clock
from airdesk.ports.link import GatewayId, HomeLink, SessionId
from airdesk.ports.log_followers import LogFollower
from airdesk.services.board import Overview
from airdesk.services.conversations import Asked, Conversations, Outcome
from airdesk.services.desk import Desk

IN_PROCESS = GatewayId(0)
"""Stands for consumers in the home's own process; no link ever has this number."""


class Requests:
    """Answers them when everything that was decided before is durable.

    Args:
        links: where gateways are reached.
        conversations: the hot table.
        desk: who is there, who waits.
        route: assigns who waits beside a free desk.
        follower: hears that the directory has news; None for nobody.
        overview: answers what the board asks.
        clock: the wall clock.
    """

    def __init__(
        self,
        links: HomeLink,
        conversations: Conversations,
        desk: Desk,
        route: Callable[[], None],
        follower: LogFollower | None,
        overview: Overview,
        clock: Clock,
    ) -> None:
        self._links = links
        self._conversations = conversations
        self._desk = desk
        self._route = route
        self._follower = follower
        self._overview = overview
        self._clock = clock

    def execute(self, gateway: GatewayId, message: link.Execute) -> None:
        """Decide a gateway's command."""
        self.execute_for(gateway, message, lambda answer: self._links.send(gateway, answer))

    def execute_for(
        self, gateway: GatewayId, message: link.Execute, tell: Callable[[link.Executed], None]
    ) -> None:
        """Decide a command and tell the answer."""

        def told(outcome: Outcome) -> None:
            answer = outcome.answer
            tell(
                link.Executed(
                    message.request,
                    answer.conversation_id,
                    answer.seq,
                    answer.ts_ms,
                    outcome.number,
                    outcome.text,
                )
            )

        asked = Asked(gateway, SessionId(0), message.operation_id, told)
        self._conversations.execute(
            message.command, message.identity, message.conversation_id, asked
        )
        self._route()

    def ask_inbox(self, gateway: GatewayId, message: link.AskInbox) -> None:
        """Tell a gateway of an inbox's presence."""
        self.ask_inbox_for(message, lambda answer: self._links.send(gateway, answer))

    def ask_inbox_for(
        self, message: link.AskInbox, tell: Callable[[link.InboxPresence], None]
    ) -> None:
        """Tell of an inbox's presence, behind the answers to everything before."""
        online, waiting = self._desk.inbox_presence(message.account_id, message.inbox_id)
        place = self._desk.place(message.account_id, message.conversation_id)
        answer = link.InboxPresence(message.request, online, waiting, place)
        self._conversations.when_durable(lambda: tell(answer))

    def ask_board(self, gateway: GatewayId, message: link.AskBoard) -> None:
        """Tell a gateway how an account stands."""
        self.ask_board_for(message, lambda answer: self._links.send(gateway, answer))

    def ask_board_for(self, message: link.AskBoard, tell: Callable[[link.Board], None]) -> None:
        """Tell how an account stands, behind the answers to everything before."""
        now_ms = self._clock.now_ms()
        answer = self._overview.board(message.request, message.account_id, now_ms)
        self._conversations.when_durable(lambda: tell(answer))

    def ask_visitors(self, gateway: GatewayId, message: link.AskVisitors) -> None:
        """Tell a gateway who of an account's visitors is online."""
        self.ask_visitors_for(message, lambda answer: self._links.send(gateway, answer))

    def ask_visitors_for(
        self, message: link.AskVisitors, tell: Callable[[link.VisitorsOnline], None]
    ) -> None:
        """Tell who of an account's visitors is online, behind the answers to everything before."""
        answer = self._overview.visitors(message.request, message.account_id)
        self._conversations.when_durable(lambda: tell(answer))

    def waiting(self) -> int:
        """Give how many conversations wait for an agent, in all accounts."""
        accounts = self._conversations.accounts()
        return sum(self._desk.queue_rows(one.account_id)[1] for one in accounts)

    def facts_written(self) -> None:
        """Wake who brings the directory's facts here."""
        if self._follower is not None:
            self._follower.facts_written()

    def views_wanted(self) -> None:
        """Let who fills the views do it now."""
        if self._follower is not None:
            self._follower.views_wanted()
