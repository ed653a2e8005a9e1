"""The desk over several accounts, in the house."""

from __future__ import annotations

from airdesk.core import conversation as conv
from airdesk.core.kernel import AccountId, Identity, InboxId, Role, system_identity
from airdesk.core.wire import messages as m
from tests.kit.house import INBOX, House, agent, visitor

OTHER = AccountId(b"other.account...")
OTHER_INBOX = InboxId(b"other.inbox.....")


class TwoCompanies(House):
    """The first agent has a seat in a second company, too."""

    def start_home(self) -> None:
        super().start_home()
        system = system_identity(OTHER)
        self.home.execute(conv.ConfigureInbox(conv.InboxFacts(OTHER_INBOX)), system)
        self.home.execute(conv.ConfigureAgent(conv.AgentFacts(agent(1), 1)), system)
        self.settle()

    def identity(self, token: str) -> Identity:
        """Give somebody's identity; "other …" is one of the second company."""
        if not token.startswith("other "):
            return super().identity(token)
        _, kind, number = token.split()
        if kind == "visitor":
            return Identity(OTHER, Role.VISITOR, visitor(int(number)), OTHER_INBOX)
        return Identity(OTHER, Role.AGENT, agent(int(number)))


def test_what_an_agent_holds_for_one_company_takes_no_place_at_another() -> None:
    house = TwoCompanies(agents=1, facts=conv.InboxFacts(INBOX), capacity=1)
    here = house.agent_online(1)
    there = house.join("other agent 1")
    there.do(m.SetAvailability(house.ids.new_id(), 2))
    house.join("visitor 1").send("one company")
    house.join("other visitor 1").send("another one")
    assert here.texts() == ["one company"]
    assert there.texts() == ["another one"]


def test_a_full_agent_stays_full_whatever_he_resolves_elsewhere() -> None:
    house = TwoCompanies(agents=1, facts=conv.InboxFacts(INBOX), capacity=1)
    here = house.agent_online(1)
    there = house.join("other agent 1")
    there.do(m.SetAvailability(house.ids.new_id(), 2))
    house.join("visitor 1").send("one company")
    house.join("other visitor 1").send("another one")
    there.do(m.Resolve(house.ids.new_id(), there.conversation))
    house.join("visitor 2").send("the next one waits")
    house.pass_time(3_000)
    assert len(here.shown) == 1
