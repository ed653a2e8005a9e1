"""The bot in conversations: through a real home, its log and the views that follow it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest

from airdesk.adapters.memory import MemoryConversationViews, MemoryDirectory, MemoryLogRecords
from airdesk.adapters.text import JiebaSegmenter
from airdesk.app.gateway.home_requests import HomeRequests
from airdesk.app.home.requests import IN_PROCESS
from airdesk.core import conversation as conv
from airdesk.core.accounts import Account, Hours, Inbox
from airdesk.core.conversation import Status
from airdesk.core.dialogue import Answerable, FaqBot, HandOver, Phrase, said_in
from airdesk.core.kernel import ConversationId
from airdesk.core.wire import messages as m
from airdesk.ports import link
from airdesk.ports.log_followers import Committed
from airdesk.services import bot as service
from airdesk.services import log_consumer
from airdesk.services.attendance import Attendance
from airdesk.services.bot import BotService
from airdesk.services.faq import Faqs
from airdesk.services.views import Projection
from tests.kit.faq import MemoryFaq
from tests.kit.house import ACCOUNT, INBOX, House, Person

REFUND = Answerable(b"1", "怎么退款", "七天内可退。", is_suggested=True)
SHIPPING = Answerable(b"2", "运费多少钱", "满 99 包邮。")
GREETING = said_in("zh", Phrase.INTRODUCTION)


@pytest.fixture(params=("told", "reads the log"), autouse=True)
def is_told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that stands at the head is told of records; one that is behind reads them."""
    monkeypatch.setattr(BotHouse, "is_told", request.param == "told")


class BotHouse(House):
    """A house with a bot in its only inbox. It is what the home tells, too."""

    is_told = False

    def __init__(self) -> None:
        self.follower = self
        super().__init__(agents=1, facts=conv.InboxFacts(INBOX, has_bot=True, answer_ms_max=0))
        self.faq = MemoryFaq(REFUND, SHIPPING)
        self.directory = MemoryDirectory()
        self.views = MemoryConversationViews()
        self.views.begin(self.disk.epoch, 0)
        self._projection = Projection(self.views)
        self.executed = 0
        self.fails_after: int | None = None
        """So many commands reach the home; then it is gone for the bot."""
        self.failed = asyncio.Event()
        self.bot = self.new_bot()

    def log_moved(self, head: int, committed: Sequence[Committed] = ()) -> None:
        """See LogFollower."""
        if self.is_told and hasattr(self, "bot"):
            self.bot.log_moved(head, committed)

    def home_started(self, head: int) -> None:
        """See LogFollower. The tests tell it themselves."""

    def home_ended(self) -> None:
        """See LogFollower."""

    def facts_written(self) -> None:
        """See LogFollower."""

    def views_wanted(self) -> None:
        """See LogFollower."""

    def new_bot(self) -> BotService:
        """Make a bot as a process that starts would."""
        self.requests = HomeRequests(self)
        self.requests.link_up()
        return BotService(
            FaqBot(),
            Faqs(self.faq, JiebaSegmenter()),
            Attendance(self.requests, self.directory, self.clock),
            self.requests,
            self.views,
            self.log,
            lambda: MemoryLogRecords(self.disk),
        )

    def send(self, message: link.ToHome) -> None:
        """See GatewayLink: the bot asks."""
        if isinstance(message, link.AskInbox):
            self.home.requests.ask_inbox_for(message, self.requests.answered)
            self.settle()
            return
        assert isinstance(message, link.Execute)
        if self.executed != self.fails_after:
            self.executed += 1
            self.home.requests.execute_for(IN_PROCESS, message, self.requests.answered)
            self.settle()
        if self.executed == self.fails_after:
            self.failed.set()

    async def answered(self) -> None:
        """Wait until the bot has answered to everything, its own words too."""
        while self.bot.position < self.disk.head:
            self.follow()
            self.bot.log_moved(self.disk.head)
            await self.bot.reached(self.disk.head)
        self.follow()

    def follow(self) -> None:
        """Let the views follow."""
        missing = self.disk.records[self.views.position :]
        if missing:
            self.views.write(self._projection.changes(missing))

    def status(self, conversation: ConversationId) -> Status:
        state = self.home.conversations.find(conversation)
        assert state is not None
        return state.status

    def bots_words(self, conversation: ConversationId) -> list[str]:
        """Give what the log says that the bot said."""
        return [
            conv.decode_bodies(record.bodies)[event.body]
            for record in self.disk.conversation(conversation)
            for event in conv.decode_events(record.events)
            if isinstance(event, conv.MessageSent) and event.author == conv.AUTHOR_BOT
        ]


def talk(play: Callable[[BotHouse], Coroutine[Any, Any, None]]) -> None:
    """Play a scene with the bot at work."""

    async def run() -> None:
        house = BotHouse()
        house.bot.start()
        house.bot.home_started(house.disk.head)
        await play(house)
        await house.bot.stop()

    asyncio.run(run())


def come(house: BotHouse, *said: str) -> Person:
    person = house.join("visitor 1")
    for text in said:
        person.send(text)
    return person


def test_a_visitor_is_greeted_and_answered() -> None:
    async def play(house: BotHouse) -> None:
        person = come(house, "运费多少钱？")
        await house.answered()
        assert person.texts() == ["运费多少钱？", GREETING, "满 99 包邮。"]

    talk(play)


def test_the_greeting_offers_questions() -> None:
    async def play(house: BotHouse) -> None:
        person = come(house, "你好")
        await house.answered()
        events = person.shown[person.conversation]
        assert events[-1].options == ("怎么退款", said_in("zh", Phrase.ASK_A_PERSON))

    talk(play)


def test_a_wish_for_people_puts_the_visitor_into_the_queue() -> None:
    async def play(house: BotHouse) -> None:
        person = come(house, "转人工")
        await house.answered()
        assert house.status(person.conversation) == Status.QUEUED
        person.send("有人吗")
        await house.answered()
        assert len(house.bots_words(person.conversation)) == 2

    talk(play)


def test_where_nobody_is_there_the_visitor_is_told_so_and_waits_in_the_queue() -> None:
    async def play(house: BotHouse) -> None:
        person = come(house, "转人工")
        await house.answered()
        assert person.texts()[-1] == said_in("zh", Phrase.HANDING_OVER_TO_NOBODY)
        assert house.status(person.conversation) == Status.QUEUED
        house.agent_online(1)
        assert house.status(person.conversation) == Status.ASSIGNED

    talk(play)


def test_outside_of_the_hours_nobody_is_there_for_the_bot_either() -> None:
    async def play(house: BotHouse) -> None:
        closed = Hours(ACCOUNT, INBOX, week=((),) * 7)
        async with house.directory.transaction() as tx:
            await tx.accounts.add(Account(ACCOUNT, "Shop"))
            await tx.inboxes.add(Inbox(ACCOUNT, INBOX, "Door", b"s" * 32))
            await tx.hours.add(closed)
        house.agent_online(1)
        person = come(house, "转人工")
        await house.answered()
        assert person.texts()[-1] == said_in("zh", Phrase.HANDING_OVER_TO_NOBODY)

    talk(play)


def test_where_somebody_is_there_the_visitor_is_asked_to_wait_a_moment() -> None:
    async def play(house: BotHouse) -> None:
        house.agent_online(1)
        person = come(house, "转人工")
        await house.answered()
        assert person.texts()[-1] == said_in("zh", Phrase.HANDING_OVER)
        assert house.status(person.conversation) == Status.ASSIGNED

    talk(play)


def test_misunderstandings_add_up_over_turns() -> None:
    async def play(house: BotHouse) -> None:
        person = come(house, "蓝色大象")
        await house.answered()
        assert house.status(person.conversation) == Status.BOT
        person.send("绿色大象")
        await house.answered()
        assert house.status(person.conversation) == Status.QUEUED

    talk(play)


def test_the_bot_is_silent_once_an_agent_holds_the_chat() -> None:
    async def play(house: BotHouse) -> None:
        house.agent_online(1)
        person = come(house, "运费多少钱")
        # The agent takes it before the bot has read the log.
        house.home.execute(
            conv.AssignAgent(house.identity("agent 1").person_id),  # type: ignore[arg-type]
            house.identity("supervisor 1"),
            person.conversation,
        )
        house.settle()
        await house.answered()
        assert house.status(person.conversation) == Status.ASSIGNED
        assert house.bots_words(person.conversation) == []

    talk(play)


def test_the_bot_answers_again_once_people_gave_the_chat_back() -> None:
    async def play(house: BotHouse) -> None:
        anna = house.agent_online(1)
        person = come(house, "转人工")
        await house.answered()
        assert house.status(person.conversation) == Status.ASSIGNED
        person.send("运费多少钱")
        await house.answered()
        before = house.bots_words(person.conversation)
        anna.do(m.ReturnToBot(house.ids.new_id(), person.conversation))
        await house.answered()
        assert house.bots_words(person.conversation) == before, "it waits for the visitor's word"
        person.send("怎么退款")
        await house.answered()
        assert house.bots_words(person.conversation) == [*before, "七天内可退。"]
        anna.do(m.Assign(house.ids.new_id(), person.conversation))
        person.send("运费多少钱")
        await house.answered()
        assert house.bots_words(person.conversation) == [*before, "七天内可退。"]

    talk(play)


def test_a_visitors_messages_are_answered_in_their_order() -> None:
    async def play(house: BotHouse) -> None:
        person = come(house, "怎么退款", "怎么退款呢", "运费多少钱")
        await house.answered()
        greeting, first, again, last = house.bots_words(person.conversation)
        assert (greeting, first, last) == (GREETING, "七天内可退。", "满 99 包邮。")
        assert again.startswith(said_in("zh", Phrase.SAME_AGAIN))

    talk(play)


def test_an_inbox_without_a_bot_hears_nothing_of_it() -> None:
    async def play(house: BotHouse) -> None:
        person = come(house, "运费多少钱")
        assert house.bots_words(person.conversation) == []

    async def run() -> None:
        house = BotHouse()
        house._facts = conv.InboxFacts(INBOX)
        house.crash_home()
        house.start_home()
        house.bot = house.new_bot()
        house.bot.start()
        house.bot.home_started(house.disk.head)
        await play(house)
        await house.answered()
        await play(house)
        await house.bot.stop()

    asyncio.run(run())


@pytest.mark.parametrize("done", range(4))
def test_a_bot_that_died_at_any_step_says_nothing_twice(done: int) -> None:
    """It dies after so many of its commands; the next one reads everything again."""

    async def run() -> None:
        house = BotHouse()
        house.fails_after = done
        house.bot.start()
        house.bot.home_started(house.disk.head)
        person = come(house, "怎么退款", "运费多少钱")
        house.follow()
        house.bot.log_moved(house.disk.head)
        await house.failed.wait()
        await house.bot.stop()
        house.fails_after = None
        house.bot = house.new_bot()
        house.bot.start()
        house.bot.home_started(house.disk.head)
        await house.answered()
        await house.bot.stop()
        words = house.bots_words(person.conversation)
        assert words == [GREETING, "七天内可退。", "满 99 包邮。"]

    asyncio.run(run())


def test_a_changed_faq_does_not_make_a_bot_that_died_answer_twice() -> None:
    async def run() -> None:
        house = BotHouse()
        house.bot.start()
        house.bot.home_started(house.disk.head)
        person = come(house, "怎么退款")
        await house.answered()
        await house.bot.stop()
        house.faq.entries = (Answerable(b"1", "怎么退款", "十天内可退。"),)
        house.disk.consumers.clear()
        house.bot = house.new_bot()
        house.bot.start()
        house.bot.home_started(house.disk.head)
        await house.answered()
        await house.bot.stop()
        assert house.bots_words(person.conversation) == [GREETING, "七天内可退。"]

    asyncio.run(run())


def test_a_restarted_bot_remembers_what_was_misunderstood() -> None:
    async def run() -> None:
        house = BotHouse()
        house.bot.start()
        house.bot.home_started(house.disk.head)
        person = come(house, "蓝色大象")
        await house.answered()
        await house.bot.stop()
        house.disk.consumers[service.CONSUMER] = house.disk.head
        house.bot = house.new_bot()
        house.bot.start()
        house.bot.home_started(house.disk.head)
        person.send("绿色大象")
        await house.answered()
        assert house.status(person.conversation) == Status.QUEUED
        await house.bot.stop()

    asyncio.run(run())


def test_a_faq_that_cannot_be_read_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_consumer, "RETRY_S", 0)

    async def play(house: BotHouse) -> None:
        house.faq.is_away = True
        person = come(house, "怎么退款")
        house.follow()
        house.bot.log_moved(house.disk.head)
        await house.faq.missed.wait()
        house.faq.is_away = False
        await house.answered()
        assert house.bots_words(person.conversation) == [GREETING, "七天内可退。"]

    talk(play)


class BrokenBot:
    """A bot with a defect."""

    def effects(self, *turn: object) -> tuple[HandOver, ...]:
        """See `Bot.effects`."""
        raise ZeroDivisionError


def test_people_take_over_from_a_bot_with_a_defect() -> None:
    async def play(house: BotHouse) -> None:
        house.bot._bot = BrokenBot()
        person = come(house, "怎么退款")
        await house.answered()
        assert house.status(person.conversation) == Status.QUEUED

    talk(play)
