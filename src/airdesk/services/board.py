"""What a supervisor sees at a glance, and which visitors are on the site: read when asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from airdesk.core.conversation import AgentFacts, Availability, InboxFacts, Status
from airdesk.core.kernel import (
    ID_BYTES,
    NO_ID,
    AccountId,
    AgentId,
    ConversationId,
    InboxId,
    TeamId,
    VisitorId,
    limits,
)
from airdesk.ports.link import (
    Board,
    BoardAgent,
    BoardInbox,
    RequestId,
    VisitorOnline,
    VisitorsOnline,
)
from airdesk.services.desk import Desk
from airdesk.services.presence import Presence
from airdesk.services.visitor_conversations import VisitorConversations


class Overview:
    """Answers what the board asks; nothing is done for it while nobody looks.

    Args:
        desk: who waits, who holds what.
        presence: who is connected.
        visitors: their open conversations.
    """

    def __init__(self, desk: Desk, presence: Presence, visitors: VisitorConversations) -> None:
        self._desk = desk
        self._presence = presence
        self._visitors = visitors

    def board(self, request: RequestId, account_id: AccountId, now_ms: int) -> Board:
        """Give an account's board.

        Cost: its agents, its inboxes, and a look at the time of each visitor who waits.
        """
        standing = self._desk.standing(account_id)
        since = [min(waits.values()) for waits in standing.waits.values() if waits]
        counts = standing.counts
        agents = standing.account.agents
        return Board(
            request,
            sum(map(len, standing.waits.values())),
            max(0, now_ms - min(since)) if since else 0,
            counts[Status.BOT],
            counts[Status.ASSIGNED],
            counts[Status.SNOOZED],
            self._agents(account_id, agents, standing.loads),
            _inboxes(standing.account.inboxes, agents, standing.waits, now_ms),
        )

    def _agents(
        self,
        account_id: AccountId,
        agents: Mapping[AgentId, AgentFacts],
        loads: Mapping[AgentId, int],
    ) -> tuple[BoardAgent, ...]:
        there_first = sorted(agents.values(), key=lambda one: (-one.availability, one.agent_id))
        return tuple(
            BoardAgent(
                one.agent_id,
                int(one.availability),
                loads.get(one.agent_id, 0),
                one.capacity,
                self._presence.count_sessions(account_id + one.agent_id),
            )
            for one in there_first[: limits.BOARD_AGENTS_MAX]
        )

    def visitors(self, request: RequestId, account_id: AccountId) -> VisitorsOnline:
        """Give the visitors of an account who are online."""
        return VisitorsOnline(
            request,
            tuple(
                VisitorOnline(
                    InboxId(person[:ID_BYTES]),
                    VisitorId(person[ID_BYTES:]),
                    since_ms,
                    ConversationId(self._visitors.open_in_memory(person)),
                )
                for person, since_ms in self._presence.visitors_online(
                    account_id, limits.VISITORS_SHOWN_MAX
                )
            ),
        )


def _inboxes(
    inboxes: Mapping[InboxId, InboxFacts],
    agents: Mapping[AgentId, AgentFacts],
    waits: Mapping[InboxId, Mapping[ConversationId, int]],
    now_ms: int,
) -> tuple[BoardInbox, ...]:
    there = [one for one in agents.values() if one.availability != Availability.OFFLINE]
    by_team = Counter(team_id for one in there for team_id in one.team_ids)
    by_team[TeamId(NO_ID)] = len(there)
    shown = sorted(
        inboxes.values(), key=lambda one: (-len(waits.get(one.inbox_id, ())), one.inbox_id)
    )
    rows = []
    for inbox in shown[: limits.BOARD_INBOXES_MAX]:
        waiting = waits.get(inbox.inbox_id, {})
        longest = max(0, now_ms - min(waiting.values())) if waiting else 0
        online = _with_skills(there, inbox) if inbox.skills else by_team[inbox.team_id]
        rows.append(BoardInbox(inbox.inbox_id, len(waiting), longest, online))
    return tuple(rows)


def _with_skills(there: list[AgentFacts], inbox: InboxFacts) -> int:
    return sum(
        inbox.team_id in (NO_ID, *one.team_ids) and all(s in one.skills for s in inbox.skills)
        for one in there
    )
