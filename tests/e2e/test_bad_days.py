"""What happens to people: reloads, dead networks, sleeping laptops, two tabs, nervous fingers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, StorageState

from tests.e2e.people import Pair, check_screens, start_pair, start_pairs
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.chat_page import ACKNOWLEDGED, ChatPage, new_page
from tests.kit.faulty_network import FaultyNetwork
from tests.kit.log_messages import messages

HEAL_MS = 45_000
"""Silence is noticed after 30 s; then comes a pause and a new connection."""

Away = Callable[[ChatPage, FaultyNetwork, bool], None]


@contextmanager
def held(server: AirDeskServer) -> Iterator[None]:
    """Let the server do nothing for a while: what is sent meanwhile stays in flight."""
    process = server.process(server.pid)
    process.suspend()
    try:
        yield
    finally:
        process.resume()


def reload_by_hand(page: ChatPage, server: AirDeskServer) -> None:
    """Press the reload button while a held server cannot answer, then let it go on."""
    with page.page.expect_event("domcontentloaded"):
        page.page.evaluate("setTimeout(() => location.reload(), 0)")
        server.process(server.pid).resume()
    page.wait_for_connection("live")


# Reloads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["visitor", "agent"])
def test_a_reload_in_mid_sentence_loses_neither_the_draft_nor_what_is_in_flight(
    browser: Browser, server: AirDeskServer, side: str
) -> None:
    pair = start_pair(browser, server)
    page = pair.visitor if side == "visitor" else pair.agent
    page.say("before")
    page.wait_for_text("before", *ACKNOWLEDGED)
    with held(server):
        page.say("in flight")
        assert page.pending() == {"in flight"}
        page.part("composer").press_sequentially("half a sen")
        reload_by_hand(page, server)
    page.wait_for_text("in flight")
    assert page.part("composer").input_value() == "half a sen"
    page.part("composer").press("End")
    page.part("composer").press_sequentially("tence")
    page.part("composer").press("Enter")
    texts = [pair.first_text, "before", "in flight", "half a sentence"]
    check_screens(server, pair.pages, texts)
    assert page.loads == 2


def test_ten_reloads_while_typing_lose_and_double_nothing(
    browser: Browser, server: AirDeskServer
) -> None:
    pair = start_pair(browser, server)
    texts = [pair.first_text]
    for number in range(10):
        for word in ("one", "two", "three"):
            texts.append(f"{word} before reload {number}")
            pair.visitor.say(texts[-1])
        pair.visitor.page.reload()
    pair.visitor.wait_for_connection("live")
    check_screens(server, pair.pages, texts)


# Networks --------------------------------------------------------------------------------------


def _by_browser(page: ChatPage, network: FaultyNetwork, away: bool) -> None:
    page.page.context.set_offline(away)


def _by_network(page: ChatPage, network: FaultyNetwork, away: bool) -> None:
    if away:
        network.cut()
    else:
        network.mend()


@pytest.mark.parametrize("go", [_by_browser, _by_network], ids=["browser-offline", "path-cut"])
def test_what_is_written_while_offline_arrives_once_and_in_order(
    browser: Browser, server: AirDeskServer, network: FaultyNetwork, go: Away
) -> None:
    pair = start_pair(browser, server, network.address)
    go(pair.visitor, network, True)
    pair.agent.say("are you there?")
    pair.agent.wait_for_text("are you there?", *ACKNOWLEDGED)
    for text in ("one", "two", "three"):
        pair.visitor.say(text)
    assert pair.visitor.pending() == {"one", "two", "three"}
    pair.visitor.wait_for_connection("offline")
    go(pair.visitor, network, False)
    check_screens(server, pair.pages, [pair.first_text, "are you there?", "one", "two", "three"])
    assert pair.visitor.loads == 1


def test_more_than_the_server_takes_at_once_arrives_after_a_long_absence(
    browser: Browser, server: AirDeskServer, network: FaultyNetwork
) -> None:
    pair = start_pair(browser, server, network.address)
    network.cut()
    pair.visitor.say_at_once(119)
    network.mend()
    pair.wait_until_settled()
    check_screens(server, pair.pages, pair.visitor.sent)


def test_a_slow_path_loses_nothing(
    browser: Browser, server: AirDeskServer, network: FaultyNetwork
) -> None:
    pair = start_pair(browser, server, network.address)
    network.slow(bytes_per_s=2_000)
    for page in pair.pages:
        page.say_at_once(10)
    pair.wait_until_settled()
    assert pair.visitor.texts() == pair.agent.texts()
    assert sorted(pair.visitor.texts()) == sorted([*pair.visitor.sent, *pair.agent.sent])


def test_a_dead_path_and_a_laptop_that_slept_heal_by_themselves(
    browser: Browser, server: AirDeskServer, network: FaultyNetwork
) -> None:
    """The path of both dies without a word; one page goes on in vain, the other one is frozen.

    Existing connections stay dead when the network is back, as after a sleep.
    """
    awake, asleep = start_pairs(browser, server, 2, network.address)
    lid = asleep.visitor.page.context.new_cdp_session(asleep.visitor.page)
    lid.send("Page.setWebLifecycleState", {"state": "frozen"})
    network.stall()
    awake.visitor.say("into the void")
    for pair in (awake, asleep):
        pair.agent.say(f"are you there, {pair.first_text}?")
    assert awake.visitor.pending() == {"into the void"}
    awake.visitor.page.wait_for_timeout(6_000)
    network.mend()
    lid.send("Page.setWebLifecycleState", {"state": "active"})
    for pair in (awake, asleep):
        pair.visitor.wait_for_text(f"are you there, {pair.first_text}?", timeout_ms=HEAL_MS)
    awake.agent.wait_for_text("into the void")
    awake.visitor.wait_for_text("into the void", *ACKNOWLEDGED)
    asleep.visitor.say("good morning")
    asleep.agent.wait_for_text("good morning")
    for pair in (awake, asleep):
        assert pair.visitor.pending() == set()
        assert pair.visitor.texts() == pair.agent.texts()
        assert len(pair.visitor.texts()) == 3
        assert pair.visitor.loads == 1


# Tabs and devices ------------------------------------------------------------------------------


def second_tab(pair: Pair, address: str) -> ChatPage:
    """Open the visitor's page once more in the same browser."""
    tab = new_page(pair.visitor.page.context, "second")
    tab.open(f"{address}/visitor")
    tab.wait_for_text(pair.first_text)
    return tab


def test_two_tabs_of_a_visitor_send_and_see_the_same(
    browser: Browser, server: AirDeskServer
) -> None:
    pair = start_pair(browser, server)
    tabs = [pair.visitor, second_tab(pair, server.address)]
    for tab in (*tabs, *tabs):
        tab.say_at_once(8)
    count = sum(len(tab.sent) for tab in tabs)
    pages = [*tabs, pair.agent]
    for page in pages:
        page.wait_until_settled(count)
    shown = pair.agent.texts()
    assert [page.texts() for page in pages] == [shown] * 3
    for tab in tabs:
        assert [text for text in shown if text.startswith(tab.name + " ")] == tab.sent


def test_a_closed_tabs_messages_are_sent_by_the_other_one(
    browser: Browser, server: AirDeskServer, network: FaultyNetwork
) -> None:
    pair = start_pair(browser, server, network.address)
    other = second_tab(pair, network.address)
    network.cut()
    pair.visitor.say("last")
    pair.visitor.say("words")
    pair.visitor.page.close()
    network.mend()
    check_screens(server, (other, pair.agent), [pair.first_text, "last", "words"])


def test_a_tab_that_closes_in_mid_send_neither_loses_nor_doubles(
    browser: Browser, server: AirDeskServer
) -> None:
    pair = start_pair(browser, server)
    other = second_tab(pair, server.address)
    with held(server):
        pair.visitor.say("last words")
        pair.visitor.page.close()
    check_screens(server, (other, pair.agent), [pair.first_text, "last words"])


def test_a_visitor_on_two_devices_has_one_history(browser: Browser, server: AirDeskServer) -> None:
    pair = start_pair(browser, server)
    pair.agent.say("welcome")
    pair.visitor.wait_for_text("welcome")
    phone = new_page(browser.new_context(storage_state=token_of(pair.visitor)), "phone")
    phone.open(f"{server.address}/visitor")
    phone.say("from the phone")
    pair.visitor.wait_for_text("from the phone")
    pair.visitor.say("from the desk")
    texts = [pair.first_text, "welcome", "from the phone", "from the desk"]
    check_screens(server, (*pair.pages, phone), texts)


def token_of(visitor: ChatPage) -> StorageState:
    """Give a browser's storage with the visitor's token in it and nothing else."""
    state = visitor.page.context.storage_state()
    for origin in state["origins"]:
        kept = [item for item in origin["localStorage"] if item["name"] == "airdesk.visitor."]
        origin["localStorage"] = kept
    return state


# Fingers ---------------------------------------------------------------------------------------


def _double_click(page: ChatPage) -> None:
    page.part("send").dblclick()


def _enter_and_click(page: ChatPage) -> None:
    page.part("composer").press("Enter")
    page.part("send").click()


def _forty_clicks(page: ChatPage) -> None:
    page.part("send").click(click_count=40, delay=12)


@pytest.mark.parametrize("press", [_double_click, _enter_and_click, _forty_clicks])
@pytest.mark.parametrize("is_held", [False, True], ids=["quick-server", "slow-server"])
def test_nervous_fingers_send_one_message(
    browser: Browser, server: AirDeskServer, press: Callable[[ChatPage], None], is_held: bool
) -> None:
    pair = start_pair(browser, server)
    for _ in range(2):
        pair.visitor.part("composer").fill("the same words")
        if is_held:
            with held(server):
                press(pair.visitor)
        else:
            press(pair.visitor)
    check_screens(server, pair.pages, [pair.first_text, "the same words", "the same words"])


# Others ----------------------------------------------------------------------------------------


def test_a_visitor_is_sent_nothing_of_another_visitor(
    browser: Browser, server: AirDeskServer
) -> None:
    pairs = start_pairs(browser, server, 2)
    for pair in pairs:
        pair.agent.part("note").check()
        pair.agent.say(f"secret note on {pair.first_text}")
        pair.agent.wait_for_text(f"secret note on {pair.first_text}", *ACKNOWLEDGED)
        pair.agent.part("note").uncheck()
        for page in pair.pages:
            page.say_at_once(5)
    for pair in pairs:
        pair.visitor.wait_until_settled(11)
        pair.agent.wait_until_settled(12)
    logged = messages(server.data)
    for pair in pairs:
        for conversation, said in logged.items():
            is_own = said[0].text == pair.first_text
            assert received(pair.visitor, conversation) == is_own
            for one in said:
                assert received(pair.visitor, one.text.encode()) == is_own
        assert not received(pair.visitor, b"secret note")
        assert received(pair.agent, b"secret note on " + pair.first_text.encode())


def received(page: ChatPage, words: bytes) -> bool:
    """Tell whether any frame that came to the page holds these bytes."""
    frames = (frame if isinstance(frame, bytes) else frame.encode() for frame in page.frames)
    return any(words in frame for frame in frames)
