"""An ordinary day at both pages, by keyboard and mouse, with the words that break other systems."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.people import check_screens, logged_texts, open_agent, open_mine, start_pair
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.chat_page import ACKNOWLEDGED, ChatPage, new_page

BAD_TOKEN = 4101

WORDS = [
    "<img src=x onerror=\"document.title='taken over'\"><script>alert(1)</script>",
    "&lt;b&gt; {{7*7}} ${7*7} %s \\u0041 ' \" ` ; -- DROP TABLE records",
    "👩‍👩‍👧‍👦 🇩🇪 e\u0301 ﷽ 中文，标点。",
    "\u202eright to left\u202c and \u200bzero width\u200b",
    "half a pair: \ud83d!".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "first line\n\n\tthird line,   three spaces",
    "中" * 5_000,
]


def test_words_arrive_as_they_were_written_and_do_nothing(
    browser: Browser, server: AirDeskServer
) -> None:
    pair = start_pair(browser, server)
    for number, words in enumerate(WORDS):
        speaker = pair.pages[number % 2]
        speaker.say(words)
        for page in pair.pages:
            page.wait_until_settled(number + 2)
    check_screens(server, pair.pages, [pair.first_text, *WORDS])
    for page in pair.pages:
        assert page.part("messages").locator("img, script").count() == 0
        assert "AirDesk" in page.page.title()


def test_a_half_character_is_sent_as_its_replacement(
    browser: Browser, server: AirDeskServer
) -> None:
    """JavaScript strings may hold half a pair; UTF-8 may not. Nothing must get stuck on it."""
    pair = start_pair(browser, server)
    pair.visitor.part("composer").evaluate(
        """box => {
          box.value = 'half \\ud83d pair';
          box.dispatchEvent(new InputEvent('input', {bubbles: true}));
        }"""
    )
    pair.visitor.part("send").click()
    pair.visitor.say("and on")
    pair.agent.wait_for_text("and on")
    check_screens(server, pair.pages, [pair.first_text, "half \ufffd pair", "and on"])


def test_enter_sends_but_not_with_shift_and_not_while_a_word_is_composed(
    browser: Browser, server: AirDeskServer
) -> None:
    pair = start_pair(browser, server)
    composer = pair.visitor.part("composer")
    composer.press("Enter")
    composer.fill("  \n ")
    composer.press("Enter")
    composer.fill("你")
    for event in ({"isComposing": True}, {"keyCode": 229}):
        composer.evaluate(
            """(box, event) => box.dispatchEvent(
              new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, ...event}))""",
            event,
        )
    composer.press("Shift+Enter")
    composer.press_sequentially("好")
    assert composer.input_value() == "你\n好"
    composer.press("Enter")
    check_screens(server, pair.pages, [pair.first_text, "你\n好"])


def test_a_text_that_is_too_long_stays_in_the_box_and_is_named(
    browser: Browser, server: AirDeskServer
) -> None:
    pair = start_pair(browser, server)
    too_long = "中" * 5_462
    pair.visitor.say(too_long)
    pair.visitor.part("notices").get_by_text("too long").wait_for()
    assert pair.visitor.part("composer").input_value() == too_long
    assert logged_texts(server) == [pair.first_text]


def test_who_writes_while_nobody_is_there_waits_and_is_found(
    browser: Browser, server: AirDeskServer
) -> None:
    visitors = [new_page(browser, f"visitor{number}") for number in (1, 2)]
    for place, visitor in enumerate(visitors, 1):
        visitor.open(server.visitor_address)
        visitor.say("anybody there?")
        visitor.wait_for_text("anybody there?", *ACKNOWLEDGED)
        visitor.part("status").filter(has_text=f"place {place}").wait_for()
    agent = open_agent(browser, server.agent_addresses()[0], "agent")
    agent.part("mine").get_by_test_id("conversation").nth(1).wait_for()
    for visitor in visitors:
        visitor.page.locator('[data-testid=status][data-status="assigned"]').wait_for()


def test_only_one_of_two_agents_gets_the_conversation_that_both_take(
    browser: Browser, server: AirDeskServer
) -> None:
    visitor = new_page(browser, "visitor")
    visitor.open(server.visitor_address)
    visitor.say("hello")
    agents = []
    for number, address in enumerate(server.agent_addresses(), 1):
        agent = new_page(browser, f"agent{number}")
        agent.open(address)
        agent.part("availability").select_option("busy")
        agent.page.locator('[data-testid=availability][data-value="busy"]').wait_for()
        agent.part("queue").get_by_test_id("conversation").click()
        agent.wait_for_text("hello")
        agents.append(agent)
    supervisor, agent = agents
    for taker in (agent, supervisor):
        taker.page.evaluate("document.querySelector('[data-testid=take]').click()")
    # Whoever was first, an agent may not take what a supervisor holds, and a supervisor may.
    supervisor.part("mine").get_by_test_id("conversation").wait_for()
    agent.part("mine").get_by_test_id("conversation").wait_for(state="detached")
    agent.say("mine?")
    agent.part("notices").get_by_text("“mine?” was not sent").wait_for()
    supervisor.say("I am with you")
    for page in (visitor, agent):
        page.wait_for_text("I am with you")
        assert page.texts() == ["hello", "I am with you"]


def test_a_resolved_conversation_is_rated_and_goes_on_when_the_visitor_writes_again(
    browser: Browser, server: AirDeskServer
) -> None:
    pair = start_pair(browser, server)
    pair.agent.part("resolve").click()
    pair.visitor.part("rate-4").click()
    pair.agent.part("messages").get_by_text("4 of 5").wait_for()
    pair.visitor.part("rating").wait_for(state="hidden")
    pair.visitor.say("one more thing")
    pair.visitor.wait_for_text("one more thing", *ACKNOWLEDGED)
    open_mine(pair.agent)
    pair.agent.wait_for_text("one more thing")
    pair.agent.say("yes?")
    pair.visitor.wait_for_text("yes?")
    assert pair.visitor.texts() == [pair.first_text, "one more thing", "yes?"]


@pytest.mark.parametrize("token", ["nonsense", ""])
def test_an_agent_without_a_good_token_is_told_so(
    browser: Browser, server: AirDeskServer, token: str
) -> None:
    agent = new_page(browser, "agent")
    agent.page.goto(f"{server.address}/agent#token={token}")
    if token:
        agent.wait_for_connection("ended")
        assert str(BAD_TOKEN) in agent.part("connection").inner_text()
    else:
        agent.page.get_by_text("needs the link").wait_for()
    assert agent.errors == []


def test_an_agents_reload_keeps_the_desk(browser: Browser, server: AirDeskServer) -> None:
    pair = start_pair(browser, server)
    assert "token" not in pair.agent.page.url
    pair.agent.page.reload()
    pair.agent.wait_for_text(pair.first_text)
    assert pair.agent.part("availability").input_value() == "online"
    pair.agent.say("still here")
    pair.visitor.wait_for_text("still here")


def test_a_message_is_read_only_when_the_page_is_in_sight(
    browser: Browser, server: AirDeskServer
) -> None:
    pair = start_pair(browser, server)
    pair.visitor.wait_for_text(pair.first_text, "read")
    turn_away(pair.agent, hidden=True)
    pair.visitor.say("are you there?")
    pair.visitor.wait_for_text("are you there?", "delivered")
    turn_away(pair.agent, hidden=False)
    pair.visitor.wait_for_text("are you there?", "read")


def turn_away(page: ChatPage, hidden: bool) -> None:
    """Let the page believe that its tab is in the background, or in sight again."""
    page.page.evaluate(
        """hidden => {
          Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
          document.dispatchEvent(new Event('visibilitychange'));
        }""",
        hidden,
    )
