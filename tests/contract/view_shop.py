"""A shop whose conversations views follow, with questions to these views."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from airdesk.core import conversation as conv
from airdesk.core.kernel import AccountId, ConversationId, Identity, Role
from airdesk.ports.conversation_views import (
    ConversationFilter,
    ConversationView,
    SearchWanted,
    ViewPage,
    WordsFound,
)
from tests.contract.view_places import ViewPlace
from tests.kit.house import ACCOUNT, INBOX, House, agent

STAFF = Identity(ACCOUNT, Role.AGENT, agent(1))
OTHERS = Identity(AccountId(b"another account."), Role.OWNER, agent(1))


class Shop:
    """A house whose log the views follow."""

    def __init__(self, place: ViewPlace, has_bot: bool = False) -> None:
        self.place = place
        facts = conv.InboxFacts(INBOX, answer_ms_max=0, has_bot=has_bot)
        self.house = House(agents=2, facts=facts)
        place.begin()
        self.follow()

    def follow(self) -> None:
        """Let the views take everything that is durable."""
        self.place.follow(self.house.disk.records)

    def says(self, number: int, *texts: str) -> ConversationId:
        """Let a visitor come and say something; gives his conversation."""
        person = self.house.join(f"visitor {number}")
        for text in texts:
            person.send(text)
        self.follow()
        return person.conversation

    def execute(self, command: conv.Command, conversation_id: ConversationId, who: str) -> None:
        """Let somebody do something in a conversation."""
        identity = self.house.identity(who)
        self.house.home.execute(command, identity, conversation_id)
        self.house.settle()
        self.follow()

    def run(self, asking: Coroutine[Any, Any, Any]) -> Any:
        """Ask the views."""
        return asyncio.run(asking)

    def listed(self, before: int = 0, limit: int = 50, **wanted: Any) -> ViewPage[ConversationView]:
        """Ask for a list."""
        page: ViewPage[ConversationView] = self.run(
            self.place.views.conversations(ACCOUNT, ConversationFilter(**wanted), before, limit)
        )
        return page

    def ids(self, **wanted: Any) -> list[ConversationId]:
        """Ask for a list's ids."""
        return [view.state.conversation_id for view in self.listed(**wanted).items]

    def search(self, text: str, identity: Identity = STAFF, **wanted: Any) -> ViewPage[WordsFound]:
        """Search."""
        page: ViewPage[WordsFound] = self.run(
            self.place.views.search(identity, SearchWanted(text, **wanted))
        )
        return page

    def found(self, text: str, **wanted: Any) -> list[str]:
        """Search for texts."""
        return [found.event.text for found in self.search(text, **wanted).items]
