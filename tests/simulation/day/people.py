"""Agents at work and visitors who come, talk and leave: real clients with habits."""

from __future__ import annotations

from random import Random

from airdesk.core import conversation as conv
from airdesk.core.conversation import Availability
from airdesk.core.kernel import AgentId, ConversationId
from airdesk.core.wire import messages as m
from airdesk.core.wire.client import Happening, ListChanged, RowChanged
from tests.kit.house import Person, agent
from tests.simulation.day.judge import Judge
from tests.simulation.day.office import DOORS, TEAMS, Agenda, Office

QUEUED, ASSIGNED, SNOOZED, RESOLVED = 1, 2, 3, 4
MESSAGE = 3
SILENT_MS = 90_000
"""After so long without a word the agent takes the matter for done."""

_MANUAL_DOORS = {one.facts.inbox_id for one in DOORS if one.facts.rule == conv.RoutingRule.MANUAL}


class Client(Person):
    """A page that keeps nothing but what is on its screen, and tells the judge what it is told."""

    def __init__(
        self, office: Office, judge: Judge, token: str, agent_id: AgentId | None = None
    ) -> None:
        self._judge = judge
        self._agent_id = agent_id
        self.mine: tuple[ConversationId, ...] = ()
        self.queue: tuple[ConversationId, ...] = ()
        super().__init__(office, token)

    def _show(self, happening: Happening) -> None:
        super()._show(happening)
        self.happenings.clear()
        if isinstance(happening, RowChanged):
            row = happening.row
            self._judge.told_row(happening.conversation, row.version, row.assignee)
        elif isinstance(happening, ListChanged):
            self.mine, self.queue = happening.mine, happening.queue
            if self._agent_id is not None:
                self._judge.told_list(self._agent_id, self.mine)

    def last_message(self, conversation: ConversationId) -> m.Event | None:
        """Give the newest message on the screen."""
        events = reversed(self.shown.get(conversation, ()))
        return next((one for one in events if one.kind == MESSAGE), None)


class Day:
    """What all people of a day share.

    Args:
        seed: decides everything.
    """

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.office = Office()
        self.judge = Judge(self.office.disk)
        self.agenda = Agenda()

    @property
    def now(self) -> int:
        """The time."""
        return self.office.clock.ms

    def after(self, low_ms: int, high_ms: int) -> int:
        """Give a time between so long and so long from now."""
        return self.now + self.chance.randint(low_ms, high_ms)

    def page(self, token: str, agent_id: AgentId | None = None) -> Client:
        """Open somebody's page."""
        page = Client(self.office, self.judge, token, agent_id)
        self.office.enter(page)
        return page


class Agent:
    """A seat and the person on it.

    Args:
        day: where he works.
        number: 1, 2, …
        closing_ms: when he goes home, if nobody waits any more.
    """

    def __init__(self, day: Day, facts: conv.AgentFacts, number: int, closing_ms: int) -> None:
        self.facts = facts
        self._day = day
        self._number = number
        self._closing_ms = closing_ms
        self._pages: list[Client] = []
        self._neglected: dict[ConversationId, int] = {}
        day.office.configure(facts)
        day.judge.follow()

    @property
    def is_here(self) -> bool:
        """True while he has a page that hears."""
        return bool(self._pages)

    # Coming and going -----------------------------------------------------------------------

    def come(self) -> None:
        """Open a page, or two, and be available."""
        if self.is_here:
            return
        for _ in range(1 + (self._day.chance.random() < 0.2)):
            self._pages.append(self._day.page(f"agent {self._number}", agent(self._number)))
        self._day.judge.connected(agent(self._number))
        self.say_available(Availability.ONLINE)
        self._day.agenda.at(self._day.after(1_000, 5_000), self._work)

    def say_available(self, availability: Availability) -> None:
        """Say whether new conversations may come."""
        if self.is_here:
            op = self._day.office.ids.new_id()
            self._pages[0].session.submit(m.SetAvailability(op, int(availability)))

    def rest(self) -> None:
        """Take nothing new for a while."""
        self.say_available(Availability.BUSY)
        self._day.agenda.at(
            self._day.after(300_000, 1_800_000), lambda: self.say_available(Availability.ONLINE)
        )

    def go(self) -> None:
        """Say that one is offline, close the pages, come again later."""
        if not self.is_here:
            return
        self.say_available(Availability.OFFLINE)
        self._day.office.settle()
        self._hang_up(vanishes=False)
        self._come_again(600_000, 1_800_000)

    def crash(self) -> None:
        """Be gone without a word: the socket breaks, or not even that is heard."""
        if not self.is_here:
            return
        if self._day.judge.seats[agent(self._number)].holding:
            self._day.judge.seen["crashed with chats"] += 1
        self._hang_up(vanishes=self._day.chance.random() < 0.4)
        if self._day.chance.random() < 0.4:
            self._come_again(2_000, 50_000)  # within the grace: the chats stay his
        else:
            self._come_again(120_000, 1_200_000)

    def change_capacity(self) -> None:
        """The directory lets him have more or less at a time, none at all too."""
        capacity = self._day.chance.choice((0, 1, 2, 3, 4))
        self._day.judge.seen["capacity changed"] += capacity != self.facts.capacity
        self.facts = conv.AgentFacts(
            self.facts.agent_id, capacity, self.facts.team_ids, self.facts.skills
        )
        self._day.office.configure(self.facts)

    def _come_again(self, low_ms: int, high_ms: int) -> None:
        self._day.agenda.at(self._day.after(low_ms, high_ms), self.come)

    def _hang_up(self, vanishes: bool) -> None:
        for page in self._pages:
            if vanishes:
                page.vanish()
            else:
                page.hang_up()
            self._day.office.leave(page)
        self._pages.clear()
        self._day.judge.follow()
        self._day.judge.disconnected(agent(self._number), half_open=vanishes)

    # Work -----------------------------------------------------------------------------------

    def _work(self) -> None:
        if not self.is_here:
            return
        page = self._day.chance.choice(self._pages)
        for conversation in page.mine:
            view = page.session.views.get(conversation)
            if view is not None and view.row is not None and view.row.status == ASSIGNED:
                self._attend(page, conversation, view.row)
        self._take_by_hand(page)
        self._day.agenda.at(self._day.after(5_000, 20_000), self._work)

    def _attend(self, page: Client, conversation: ConversationId, row: m.Row) -> None:
        chance = self._day.chance.random()
        new_id = self._day.office.ids.new_id
        last = page.last_message(conversation)
        if self._day.now < self._neglected.get(conversation, 0):
            return
        if last is None or last.author == 0:
            if chance < 0.02:
                self._neglected[conversation] = self._day.after(60_000, 900_000)
            elif chance < 0.04:
                team_id = self._day.chance.choice(TEAMS)
                page.session.submit(m.Transfer(new_id(), conversation, team=team_id))
            elif chance < 0.55:
                page.session.submit(m.Send(new_id(), conversation, "How can I help?"))
        elif self._day.now - row.last_ms > SILENT_MS or "thanks" in page.texts(conversation)[-3:]:
            page.session.submit(m.Resolve(new_id(), conversation))
        elif chance < 0.01:
            until_ms = self._day.after(60_000, 600_000)
            page.session.submit(m.Snooze(new_id(), conversation, until_ms))

    def _take_by_hand(self, page: Client) -> None:
        """Take one of those whom nobody is sent to, where there is a seat."""
        if len(page.mine) >= self.facts.capacity:
            return
        for conversation in page.queue:
            chat = self._day.judge.chats.get(conversation)
            if chat is not None and chat.inbox_id in _MANUAL_DOORS:
                page.session.submit(m.Assign(self._day.office.ids.new_id(), conversation))
                return


class Visitor:
    """Somebody who wants something.

    Args:
        day: the day.
        number: 1, 2, …
        door: the inbox, counted from 1.
    """

    def __init__(self, day: Day, number: int, door: int) -> None:
        self._day = day
        self._token = f"visitor {number} {door}"
        self._has_bot = DOORS[door - 1].facts.has_bot
        self._page: Client | None = None
        self._wants = day.chance.randint(1, 4)
        self._said = 0
        self._leaves_ms = 0
        self._comes_back = day.chance.random() < 0.12

    def come(self) -> None:
        """Open the page and say what one wants."""
        self._page = self._day.page(self._token)
        self._said = 0
        self._leaves_ms = self._day.after(240_000, 2_400_000)
        if self._day.chance.random() < 0.2:
            self._page.session.submit(m.Start(self._day.office.ids.new_id()))
        self._say("hello")
        if self._has_bot:
            self._page.session.submit(m.HandOff(self._day.office.ids.new_id(), 0))
        self._think_later()

    def _say(self, text: str) -> None:
        if self._page is not None:
            self._said += 1
            self._page.session.submit(m.Send(self._day.office.ids.new_id(), 0, text))

    def _think_later(self) -> None:
        self._day.agenda.at(self._day.after(8_000, 30_000), self._think)

    def _think(self) -> None:
        page = self._page
        if page is None or not page.session.views:
            return self._leave()
        row = page.session.views[page.conversation].row
        last = page.last_message(page.conversation)
        if row is None or row.status == RESOLVED or self._day.now > self._leaves_ms:
            return self._leave()
        if last is not None and last.author > 0:
            self._say("and then?" if self._said < self._wants else "thanks")
        if self._day.chance.random() < 0.03:
            self._lose_connection(page)
        return self._think_later()

    def _lose_connection(self, page: Client) -> None:
        page.hang_up()
        self._day.agenda.at(self._day.after(1_000, 20_000), lambda: self._reconnect(page))

    def _reconnect(self, page: Client) -> None:
        if self._page is page:
            page.connect()

    def _leave(self) -> None:
        page, self._page = self._page, None
        if page is None:
            return
        self._compare_screen(page)
        if page.session.views and self._day.chance.random() < 0.3:
            page.session.submit(m.Rate(self._day.office.ids.new_id(), 0, 4))
            self._day.office.settle()
        page.hang_up()
        self._day.office.leave(page)
        if self._comes_back:
            self._comes_back = False
            self._day.agenda.at(self._day.after(10_000, 3_600_000), self.come)

    def _compare_screen(self, page: Client) -> None:
        """What a visitor saw is what the log has for him, from the first word on."""
        if page.session.phase.value != "live" or not page.session.views:
            return
        self._day.office.settle()
        self._day.judge.follow()
        chat = self._day.judge.chats[page.conversation]
        shown = [event.seq for event in page.shown[page.conversation]]
        if shown != chat.public_seqs[-len(shown) :]:
            self._day.judge.report(f"a visitor's screen shows {shown}, not {chat.public_seqs}")
