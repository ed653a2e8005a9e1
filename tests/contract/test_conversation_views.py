"""What views of conversations promise, tried on each adapter with the records of a real home."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airdesk.core import conversation as conv
from airdesk.core.conversation import Status
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    ConversationId,
    FileFacts,
    FileId,
    Identity,
    InboxId,
    NotPermitted,
    OperationId,
    Role,
    TooMany,
    ViewsBehind,
    VisitorId,
    limits,
)
from airdesk.core.wire import messages as m
from airdesk.ports.conversation_views import (
    ConversationFilter,
    ConversationView,
    EventsWanted,
    SearchWanted,
    ViewPage,
)
from airdesk.services.history import Histories
from tests.contract.view_places import ViewPlace
from tests.contract.view_shop import OTHERS, Shop
from tests.kit.house import ACCOUNT, INBOX, agent, visitor

# Files ----------------------------------------------------------------------------------------


def test_files_that_messages_name_are_told_from_those_that_none_names(shop: Shop) -> None:
    conversation = shop.says(1, "hello")
    sent, unsent = FileId(b"file that's sent"), FileId(b"file that is not")
    facts = FileFacts(sent, 3, "text/plain")
    for _ in range(2):
        shop.execute(conv.SendMessage("a.txt", facts), conversation, "visitor 1")

    def told(account_id: AccountId, *file_ids: FileId) -> set[FileId]:
        return set(shop.run(shop.place.views.sent_files(account_id, file_ids)).items)

    assert told(ACCOUNT, unsent, sent) == {sent}
    assert told(OTHERS.account_id, sent) == set()
    assert told(ACCOUNT) == set()
    shop.place.store.erase(ACCOUNT, conversation)
    assert told(ACCOUNT, sent) == {sent}


# Lists ----------------------------------------------------------------------------------------


def test_the_newest_activity_comes_first(shop: Shop) -> None:
    first, second = shop.says(1, "hello"), shop.says(2, "hi")
    assert shop.ids() == [second, first]
    shop.says(1, "still there?")
    assert shop.ids() == [first, second]


def test_pages_follow_each_other_without_hole_or_repeat(shop: Shop) -> None:
    expected = [shop.says(number, f"message {number}") for number in range(1, 8)][::-1]
    seen, key = [], 0
    while True:
        page = shop.listed(before=key, limit=3)
        seen += [view.state.conversation_id for view in page.items]
        if page.next_key is None:
            break
        key = page.next_key
    assert seen == expected


def test_a_page_that_ends_with_the_list_says_so(shop: Shop) -> None:
    for number in range(1, 4):
        shop.says(number, "hello")
    assert shop.listed(limit=3).next_key is None
    assert shop.listed(limit=2).next_key is not None


def test_a_list_shows_what_the_home_holds(shop: Shop) -> None:
    conversation = shop.says(1, "hello", "anybody?")
    shop.house.agent_online(1)
    shop.execute(conv.AddNote("be nice"), conversation, "agent 1")
    (view,) = shop.listed().items
    assert view.state == shop.house.home.conversations.find(conversation)
    assert view.last_words is not None
    assert view.last_words.text == "anybody?"
    assert view.last_words.author == conv.AUTHOR_VISITOR


def test_a_preview_is_short(shop: Shop) -> None:
    shop.says(1, "x" * 1000)
    (view,) = shop.listed().items
    assert view.last_words is not None
    assert len(view.last_words.text) == limits.PREVIEW_CHARS_MAX


def test_lists_are_by_status_inbox_and_agent(shop: Shop) -> None:
    waiting, held, done = (shop.says(number, "hello") for number in (1, 2, 3))
    shop.house.agent_online(1)
    shop.follow()
    for conversation in (waiting, held, done):
        shop.execute(conv.AssignAgent(agent(1)), conversation, "supervisor 2")
    shop.execute(conv.ResolveConversation(), done, "agent 1")
    assert set(shop.ids(statuses=(Status.ASSIGNED,))) == {waiting, held}
    assert shop.ids(statuses=(Status.RESOLVED,)) == [done]
    assert set(shop.ids(statuses=(Status.RESOLVED, Status.ASSIGNED))) == {waiting, held, done}
    assert shop.ids(statuses=(Status.SNOOZED,)) == []
    assert set(shop.ids(agent_id=agent(1))) == {waiting, held, done}
    assert shop.ids(agent_id=agent(1), statuses=(Status.RESOLVED,)) == [done]
    assert shop.ids(agent_id=agent(2)) == []
    assert len(shop.ids(inbox_id=INBOX)) == 3
    assert len(shop.ids(inbox_id=INBOX, agent_id=agent(1), statuses=(Status.ASSIGNED,))) == 2
    assert shop.ids(inbox_id=InboxId(b"x" * 16)) == []


def test_read_positions_reach_the_lists(shop: Shop) -> None:
    conversation = shop.says(1, "one", "two")
    person = shop.house.agent_online(1)
    person.do(m.Assign(shop.house.ids.new_id(), conversation, agent(1)))
    shop.house.pass_time(5_000)
    shop.follow()
    (view,) = shop.listed().items
    assert view.state == shop.house.home.conversations.find(conversation)
    assert view.state.unread_by_staff
    mark = conv.ReadMark(conversation, by_visitor=False, seq=view.state.last_seq)
    system = Identity(ACCOUNT, Role.SYSTEM, bytes(16))
    shop.house.home.execute(conv.AdvanceReads((mark,)), system)
    shop.house.settle()
    activity = view.activity
    shop.follow()
    (view,) = shop.listed().items
    assert view.state.unread_by_staff == ()
    assert view.activity == activity


def test_another_account_finds_nothing(shop: Shop) -> None:
    conversation = shop.says(1, "hello")
    views = shop.place.views
    assert shop.run(views.conversations(OTHERS.account_id, ConversationFilter())).items == ()
    assert shop.run(views.conversation(OTHERS.account_id, conversation)).items == ()
    wanted = EventsWanted(public=False)
    assert shop.run(views.events(OTHERS.account_id, conversation, wanted)).items == ()
    assert shop.run(views.search(OTHERS, SearchWanted("hello"))).items == ()
    by_visitor = ConversationFilter(visitor_ids=(VisitorId(visitor(1)),))
    assert shop.run(views.conversations(OTHERS.account_id, by_visitor)).items == ()


def test_a_page_that_is_too_large_is_refused(shop: Shop) -> None:
    too_many = limits.VIEW_ITEMS_MAX + 1
    with pytest.raises(TooMany):
        shop.listed(limit=too_many)
    with pytest.raises(TooMany):
        shop.listed(limit=0)
    with pytest.raises(TooMany):
        shop.search("x", limit=too_many)
    with pytest.raises(TooMany):
        shop.listed(visitor_ids=(VisitorId(visitor(1)),) * (limits.VISITORS_ASKED_MAX + 1))


def test_one_conversation_is_found_by_its_id(shop: Shop) -> None:
    conversation = shop.says(1, "hello")
    page = shop.run(shop.place.views.conversation(ACCOUNT, conversation))
    assert [view.state.conversation_id for view in page.items] == [conversation]
    assert shop.run(shop.place.views.conversation(ACCOUNT, ConversationId(b"?" * 16))).items == ()


# Visitors -------------------------------------------------------------------------------------


def alias(shop: Shop, old: int, new: int) -> None:
    """Say that two visitors are one person, past the rules of the home."""
    disk = shop.house.disk
    event = conv.VisitorAliased(INBOX, VisitorId(visitor(old)), VisitorId(visitor(new)))
    last = disk.records[-1]
    said = last._replace(
        position=disk.head + 1,
        conversation_id=ConversationId(NO_ID),
        operation_id=OperationId(NO_ID),
        events=conv.encode_events((event,)),
        bodies=b"",
    )
    shop.place.store.write(shop.place.projection.changes([said]))


def test_a_visitor_has_his_conversations(shop: Shop) -> None:
    first = shop.says(1, "hello")
    shop.says(2, "hello")
    assert shop.ids(visitor_ids=(VisitorId(visitor(1)),)) == [first]
    assert shop.ids(visitor_ids=(VisitorId(visitor(9)),)) == []


def test_an_alias_brings_the_conversations_of_before(shop: Shop) -> None:
    one, two, three = (shop.says(number, "hello") for number in (1, 2, 3))
    for old, new in ((1, 2), (2, 3), (3, 1)):
        alias(shop, old, new)
    assert shop.ids(visitor_ids=(VisitorId(visitor(2)),)) == [three, two, one]
    (view,) = shop.run(shop.place.views.conversation(ACCOUNT, one)).items
    assert view.visitor_ids == tuple(VisitorId(visitor(number)) for number in (1, 2, 3))


def test_an_alias_works_in_one_direction(shop: Shop) -> None:
    one, two = (shop.says(number, "hello") for number in (1, 2))
    alias(shop, 1, 2)
    assert shop.ids(visitor_ids=(VisitorId(visitor(1)),)) == [one]
    assert shop.ids(visitor_ids=(VisitorId(visitor(2)),)) == [two, one]


# Messages -------------------------------------------------------------------------------------


def events(shop: Shop, conversation: ConversationId, **wanted: Any) -> list[Any]:
    page = shop.run(shop.place.views.events(ACCOUNT, conversation, EventsWanted(**wanted)))
    return [*page.items, page.next_key]


def test_events_are_those_that_the_home_tells(shop: Shop) -> None:
    conversation = shop.says(1, "hello")
    shop.house.agent_online(1)
    shop.execute(conv.AddNote("nice one"), conversation, "agent 1")
    shop.says(1, "bye")
    state = shop.house.home.conversations.find(conversation)
    assert state is not None
    for public in (True, False):
        told, _ = Histories(shop.house.log).before(state, 1 << 40, public)
        assert events(shop, conversation, public=public) == [*told, None]


def test_a_visitor_sees_no_note(shop: Shop) -> None:
    conversation = shop.says(1, "hello")
    shop.house.agent_online(1)
    shop.execute(conv.AddNote("a difficult one"), conversation, "agent 1")
    texts = [event.text for event in events(shop, conversation, public=True)[:-1]]
    assert "hello" in texts
    assert "a difficult one" not in texts


def test_the_answers_that_a_bot_offers_are_kept(place: ViewPlace) -> None:
    shop = Shop(place, has_bot=True)
    conversation = shop.says(1, "hello")
    bot = Identity(ACCOUNT, Role.BOT, NO_ID)
    command = conv.SendMessage("Which one?", options=("the red", "the blue"))
    shop.house.home.execute(command, bot, conversation)
    shop.house.settle()
    shop.follow()
    *_, last, _ = events(shop, conversation, public=True)
    assert (last.text, last.options) == ("Which one?", ("the red", "the blue"))
    shop.place.store.erase(ACCOUNT, conversation)
    *_, last, _ = events(shop, conversation, public=True)
    assert (last.text, last.options) == ("", ())


def test_messages_are_paged_in_both_directions(shop: Shop) -> None:
    texts = [f"message {number}" for number in range(9)]
    conversation = shop.says(1, *texts)
    back: list[str] = []
    key: int | None = 0
    while key is not None:
        *page, key = events(
            shop, conversation, public=True, words_only=True, before=key or 0, limit=4
        )
        back = [event.text for event in page] + back
    assert back == texts
    forward: list[str] = []
    key = 0
    while key is not None:
        *page, key = events(
            shop, conversation, public=True, words_only=True, after_seq=key, limit=4
        )
        forward += [event.text for event in page]
    assert forward == texts


# Search ---------------------------------------------------------------------------------------


def test_words_are_found_whatever_their_case_and_width(shop: Shop) -> None:
    shop.says(1, "My Ｏrder is LATE", "another matter")
    assert shop.found("order late") == ["My Ｏrder is LATE"]
    assert shop.found("ＬＡＴＥ") == ["My Ｏrder is LATE"]
    assert shop.found("order matter") == []


def test_chinese_words_are_found_anywhere(shop: Shop) -> None:
    shop.says(1, "我要申请七天无理由退款", "快递什么时候到", "款退了吗")
    assert shop.found("退款") == ["我要申请七天无理由退款"]
    assert shop.found("退款 申请") == ["我要申请七天无理由退款"]
    assert shop.found("无理由") == ["我要申请七天无理由退款"]
    assert shop.found("由退") == ["我要申请七天无理由退款"]
    assert set(shop.found("款")) == {"我要申请七天无理由退款", "款退了吗"}
    assert shop.found("火车") == []


def test_only_the_last_word_need_not_be_whole(shop: Shop) -> None:
    shop.says(1, "the refund has arrived")
    assert shop.found("refu")
    assert shop.found("the refu")
    assert not shop.found("refu the")
    assert not shop.found("refu ")
    assert not shop.found("efund")


def test_scripts_stand_side_by_side(shop: Shop) -> None:
    shop.says(1, "iPhone15手机坏了", "привет мир", "ありがとう")
    assert shop.found("手机 iphone15") == ["iPhone15手机坏了"]
    assert shop.found("мир") == ["привет мир"]
    assert shop.found("がと") == ["ありがとう"]


def test_snippets_mark_what_was_found(shop: Shop) -> None:
    shop.says(1, "x" * 300 + " ＲＥＦＵＮＤ of my 订单 " + "y" * 300)
    (found,) = shop.search("refund 订单").items
    snippet = found.snippet
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["ＲＥＦＵＮＤ", "订单"]
    assert snippet.is_cut_before
    assert snippet.is_cut_after
    assert len(snippet.text) <= limits.SNIPPET_CHARS_MAX


def test_found_pages_follow_each_other(shop: Shop) -> None:
    texts = [f"refund number {number}" for number in range(7)]
    shop.says(1, *texts)
    seen: list[str] = []
    key: int | None = 0
    while key is not None:
        page = shop.search("refund", before=key, limit=3)
        seen += [found.event.text for found in page.items]
        key = page.next_key
    assert seen == texts[::-1]


def test_notes_are_found_by_staff_and_nobody_else_searches(shop: Shop) -> None:
    conversation = shop.says(1, "hello")
    shop.house.agent_online(1)
    shop.execute(conv.AddNote("check the passport"), conversation, "agent 1")
    assert shop.found("passport") == ["check the passport"]
    for role in (Role.VISITOR, Role.BOT):
        with pytest.raises(NotPermitted):
            shop.search("passport", Identity(ACCOUNT, role, visitor(1), INBOX))


def test_search_keeps_to_an_inbox_or_a_conversation(shop: Shop) -> None:
    one, two = shop.says(1, "hello one"), shop.says(2, "hello two")
    assert shop.found("hello", conversation_id=one) == ["hello one"]
    assert shop.found("hello", conversation_id=two) == ["hello two"]
    assert len(shop.found("hello", inbox_id=INBOX)) == 2
    assert shop.found("hello", inbox_id=InboxId(b"x" * 16)) == []


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", '"', "' OR 1=1 --", "NEAR(", "hello AND NOT", "word:hello", "-hello", "*", "%"],
)
def test_every_sign_is_text(shop: Shop, text: str) -> None:
    shop.says(1, "hello")
    assert shop.found(text) in ([], ["hello"])


def test_words_of_a_query_language_are_words(shop: Shop) -> None:
    shop.says(1, "black and white", "black or white", "not near")
    assert shop.found("AND") == ["black and white"]
    assert shop.found("black OR white") == ["black or white"]
    assert shop.found('NOT "near"') == ["not near"]
    assert shop.found(f"account {ACCOUNT.hex()}") == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=40))
def test_any_text_is_found_by_itself_and_breaks_nothing(shop: Shop, text: str) -> None:
    if text.strip():
        shop.says(1, text)
    found = shop.found(text, limit=200)
    if any(character.isalnum() for character in text) and len(text) < 10:
        assert text in found


# Moments --------------------------------------------------------------------------------------


def test_a_page_says_from_what_moment_it_is(shop: Shop) -> None:
    conversation = shop.says(1, "hello")
    head = shop.house.disk.head
    assert shop.listed().position == head
    assert shop.search("hello").position == head
    page = shop.run(
        shop.place.views.events(ACCOUNT, conversation, EventsWanted(public=True), min_position=head)
    )
    assert page.position == head
    assert page.is_whole


def test_a_read_waits_for_what_its_asker_wrote(shop: Shop) -> None:
    person = shop.house.join("visitor 1")
    person.send("hello")
    head = shop.house.disk.head
    assert shop.place.store.position < head

    async def ask() -> ViewPage[ConversationView]:
        asking = asyncio.ensure_future(
            shop.place.views.conversations(ACCOUNT, ConversationFilter(), min_position=head)
        )
        await asyncio.sleep(0)
        shop.follow()
        return await asking

    page = asyncio.run(ask())
    assert page.position == head
    assert len(page.items) == 1


def test_an_answer_from_the_home_can_be_waited_for(shop: Shop) -> None:
    conversation = shop.says(1, "hello")
    shop.house.agent_online(1)
    shop.house.settle()
    state = shop.house.home.conversations.find(conversation)
    assert state is not None

    async def ask() -> int:
        asking = asyncio.ensure_future(
            shop.place.views.reach(ACCOUNT, conversation, state.last_seq)
        )
        await asyncio.sleep(0)
        shop.follow()
        return await asking

    assert asyncio.run(ask()) == shop.house.disk.head
    (view,) = shop.listed().items
    assert view.state.last_seq == state.last_seq


def test_an_event_that_never_comes_is_not_waited_for_long(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = shop.says(1, "hello")
    monkeypatch.setattr(limits, "VIEWS_WAIT_MS_MAX", 20)
    with pytest.raises(ViewsBehind):
        shop.run(shop.place.views.reach(ACCOUNT, conversation, 99))
    with pytest.raises(ViewsBehind):
        shop.run(shop.place.views.reach(OTHERS.account_id, conversation, 1))


def test_a_read_waits_no_longer_than_it_may(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "VIEWS_WAIT_MS_MAX", 20)
    beyond = shop.house.disk.head + 1
    with pytest.raises(ViewsBehind):
        shop.run(shop.place.views.conversations(ACCOUNT, ConversationFilter(), min_position=beyond))


def test_what_was_written_is_there_after_a_restart(shop: Shop) -> None:
    conversation = shop.says(1, "hello")
    before = shop.listed()
    shop.place.reopen()
    assert shop.listed() == before
    shop.says(1, "hello again")
    assert len(shop.found("hello", conversation_id=conversation)) == 2


def test_views_made_anew_are_the_same_and_say_when_they_are_whole(shop: Shop) -> None:
    for number in range(1, 5):
        shop.says(number, "hello", "ｗｏｒｌｄ 世界")
    lists, found = shop.listed(), shop.search("世界", limit=2)
    records = shop.house.disk.records
    shop.place.begin(whole_at=len(records))
    assert not shop.listed().is_whole
    assert shop.listed().items == ()
    shop.place.follow(records[:-1], at_once=2)
    assert not shop.listed().is_whole
    shop.place.follow(records)
    assert shop.listed() == lists
    assert shop.search("世界", limit=2) == found


def test_erased_words_are_in_no_answer(shop: Shop) -> None:
    one, two = shop.says(1, "my secret address", "and more"), shop.says(2, "another secret")
    shop.place.store.erase(OTHERS.account_id, one)
    assert len(shop.found("secret")) == 2
    shop.place.store.erase(ACCOUNT, one)
    shop.place.projection.forget_words(one)
    assert shop.found("secret") == ["another secret"]
    assert shop.found("more") == []
    texts = [event.text for event in events(shop, one, public=True, words_only=True)[:-1]]
    assert texts == ["", ""]
    (view,) = shop.run(shop.place.views.conversation(ACCOUNT, one)).items
    assert view.last_words is not None and view.last_words.text == ""
    assert shop.found("secret", conversation_id=two)
    shop.place.store.erase(ACCOUNT, one)
    shop.says(1, "I am back")
    assert shop.found("back") == ["I am back"]


def test_agents_come_by_their_last_conversation(shop: Shop) -> None:
    conversation = shop.says(1, "hello")
    shop.house.agent_online(1)
    shop.execute(conv.AssignAgent(agent(1)), conversation, "supervisor 2")
    shop.execute(conv.ResolveConversation(), conversation, "agent 1")
    (view,) = shop.listed(agent_id=AgentId(agent(1))).items
    assert view.state.status == Status.RESOLVED
