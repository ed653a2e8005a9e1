"""Views, bot and contacts beside a home that keeps its log on disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from airdesk.adapters.memory import DirectHomeLinks, MemoryDirectory, MemoryFaqSources
from airdesk.adapters.sqlite import SqliteEventLog
from airdesk.adapters.sqlite.log_records import SqliteLogRecords
from airdesk.adapters.system import SystemClock, SystemIds
from airdesk.adapters.text import JiebaSegmenter
from airdesk.app.home.consumers import ConsumerPaths, Consumers, ContactStore
from airdesk.app.home.local_link import LocalLink
from airdesk.app.home.runner import HomeRunner
from airdesk.core import conversation as conv
from airdesk.core.accounts import Account
from airdesk.core.dialogue import Answerable, Phrase, said_in
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    ConversationId,
    Identity,
    InboxId,
    OperationId,
    Role,
    VisitorId,
    system_identity,
)
from airdesk.ports.bot import FaqSource
from airdesk.ports.conversation_views import ConversationFilter, EventsWanted, SearchWanted
from airdesk.ports.directory import Directory
from airdesk.services.attendance import Attendance
from airdesk.services.changes import Changes
from airdesk.services.faq import Faqs

IDS = SystemIds()
ACCOUNT, INBOX = AccountId(IDS.new_id()), InboxId(IDS.new_id())
STAFF = Identity(ACCOUNT, Role.OWNER, IDS.new_id())
REFUND = Answerable(b"1", "怎么退款", "七天内可退。")


class Shop:
    """A home on disk with its consumers."""

    def __init__(self, folder: Path, directory: Directory) -> None:
        loop = asyncio.get_running_loop()
        self.runner = HomeRunner(
            lambda: SqliteEventLog(folder / "log.db", loop),
            SystemClock(),
            IDS,
            lambda home: home.execute(
                conv.ConfigureInbox(conv.InboxFacts(INBOX, has_bot=True)),
                system_identity(ACCOUNT),
            ),
            lambda: None,
            lambda: None,
        )
        self.runner.links = DirectHomeLinks(loop.call_soon)
        self.sources = MemoryFaqSources()
        self.sources.by_account[ACCOUNT] = FaqSource("zh", (REFUND,))
        local = LocalLink(self.runner)
        self.runner.followers.append(local)
        self.home = local.requests
        segmenter = JiebaSegmenter()
        paths = ConsumerPaths(folder / "log.db", folder / "views.db")
        faqs = Faqs(self.sources, segmenter)
        store = ContactStore(directory, Changes(SystemClock(), IDS), IDS)
        self.consumers = Consumers(
            self.runner,
            self.home,
            faqs,
            Attendance(self.home, directory, SystemClock()),
            segmenter,
            paths,
            store,
        )
        self.views = self.consumers.views

    async def says(self, visitor_id: VisitorId, text: str) -> ConversationId:
        """Let a visitor say something; gives his conversation."""
        identity = Identity(ACCOUNT, Role.VISITOR, visitor_id, INBOX)
        answer = await self.home.execute(
            identity,
            OperationId(IDS.new_id()),
            ConversationId(NO_ID),
            conv.SendMessage(text),
        )
        return answer.conversation_id

    async def texts(self, conversation_id: ConversationId, seq: int) -> list[str]:
        """Give the words of a conversation once an event is there."""
        await self.views.reach(ACCOUNT, conversation_id, seq)
        wanted = EventsWanted(public=True, words_only=True)
        page = await self.views.events(ACCOUNT, conversation_id, wanted)
        return [event.text for event in page.items]


@asynccontextmanager
async def open_shop(folder: Path, directory: Directory | None = None) -> AsyncIterator[Shop]:
    shop = Shop(folder, directory or MemoryDirectory())
    shop.runner.start()
    shop.consumers.start()
    yield shop
    await shop.consumers.stop()
    shop.runner.stop()


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scene())


def test_a_visitor_is_answered_and_his_words_are_found(tmp_path: Path) -> None:
    async def scene() -> None:
        async with open_shop(tmp_path) as shop:
            visitor_id = VisitorId(IDS.new_id())
            conversation_id = await shop.says(visitor_id, "怎么退款")
            # Started, his words, the greeting, the answer.
            texts = await shop.texts(conversation_id, seq=4)
            assert texts == ["怎么退款", said_in("zh", Phrase.INTRODUCTION), "七天内可退。"]
            found = await shop.views.search(STAFF, SearchWanted("七天"))
            assert [one.event.text for one in found.items] == ["七天内可退。"]
            mine = ConversationFilter(visitor_ids=(visitor_id,))
            assert len((await shop.views.conversations(ACCOUNT, mine)).items) == 1

    play(scene)


def test_both_go_on_after_a_restart(tmp_path: Path) -> None:
    async def scene() -> None:
        visitor_id = VisitorId(IDS.new_id())
        async with open_shop(tmp_path) as shop:
            conversation_id = await shop.says(visitor_id, "蓝色大象")
            await shop.texts(conversation_id, seq=4)
        async with open_shop(tmp_path) as shop:
            await shop.says(visitor_id, "绿色大象")
            # His words, the word that nobody is there, the queue.
            texts = await shop.texts(conversation_id, seq=7)
            assert texts[-1] == said_in("zh", Phrase.GIVING_UP_TO_NOBODY)
            assert len(texts) == 5

    play(scene)


def test_a_nameless_visitor_is_a_contact_before_and_after_a_restart(tmp_path: Path) -> None:
    async def scene() -> None:
        directory = MemoryDirectory()
        async with directory.transaction() as tx:
            await tx.accounts.add(Account(ACCOUNT, "Shop"))
        first, second = VisitorId(IDS.new_id()), VisitorId(IDS.new_id())
        for visitor_ids in ((first,), (first, second)):
            async with open_shop(tmp_path, directory) as shop:
                for visitor_id in visitor_ids:
                    await shop.says(visitor_id, "怎么退款")
                head = SqliteLogRecords(tmp_path / "log.db").head()
                await shop.consumers.contacts.reached(head)
        async with directory.reading() as tx:
            contacts = await tx.contacts.page(ACCOUNT)
        assert [one.visitor_ids for one in contacts] == [(first,), (second,)]

    play(scene)
