"""How consumers in the home's own process ask it: as over a link, without one."""

from __future__ import annotations

from collections.abc import Sequence

from airdesk.app.gateway.home_requests import HomeRequests
from airdesk.app.home.requests import IN_PROCESS
from airdesk.app.home.runner import HomeRunner
from airdesk.ports import link
from airdesk.ports.log_followers import Committed


class LocalLink:
    """A link's end for HomeRequests, and the follower that tells them of each new home.

    Args:
        runner: keeps the home.
    """

    def __init__(self, runner: HomeRunner) -> None:
        self._runner = runner
        self.requests = HomeRequests(self)
        """HomeCommands for this process."""

    def send(self, message: link.ToHome) -> None:
        """See GatewayLink."""
        home = self._runner.home
        if home is None:
            return
        if isinstance(message, link.Execute):
            home.requests.execute_for(IN_PROCESS, message, self.requests.answered)
        elif isinstance(message, link.AskInbox):
            home.requests.ask_inbox_for(message, self.requests.answered)
        elif isinstance(message, link.AskBoard):
            home.requests.ask_board_for(message, self.requests.answered)
        elif isinstance(message, link.AskVisitors):
            home.requests.ask_visitors_for(message, self.requests.answered)
        elif isinstance(message, link.FactsWritten):
            home.requests.facts_written()
        elif isinstance(message, link.ViewsWanted):
            home.requests.views_wanted()

    # Follower -----------------------------------------------------------------------------

    def home_started(self, head: int) -> None:
        """See LogFollower: what is unanswered is asked again."""
        self.requests.link_up()

    def log_moved(self, head: int, committed: Sequence[Committed] = ()) -> None:
        """See LogFollower."""

    def facts_written(self) -> None:
        """See LogFollower."""

    def views_wanted(self) -> None:
        """See LogFollower."""

    def home_ended(self) -> None:
        """See LogFollower."""
        self.requests.link_down()
