"""The widget as a guest on somebody's page: what it takes, what it leaves, what it survives."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page

from airdesk.core.wire import messages as m
from tests.kit import scripted_desk as desk
from tests.kit.scripted_desk import SHOP, Scene, ScriptedDesk

NASTY = '<img src=x onerror="parent.postMessage(1,`*`);window.hacked=1"><script>hacked=1</script>'

WATCH = """
  window.violations = [];
  window.shift = 0;
  addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective));
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) shift += entry.value;
  }).observe({type: 'layout-shift', buffered: true});
"""

BLOCK_THIRD_PARTIES = """
  if (self !== top) {
    const refuse = () => { throw new DOMException('blocked', 'SecurityError'); };
    for (const name of ['localStorage', 'sessionStorage', 'BroadcastChannel', 'indexedDB']) {
      Object.defineProperty(window, name, {get: refuse});
    }
    LockManager.prototype.request = async () => refuse();
  }
"""
"""What a frame of another site meets in the strictest browser; some refuse less."""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser that nobody used before."""
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en")
    made.set_default_timeout(15_000)
    yield made
    made.close()


def visit(
    context: BrowserContext, scene: Scene, path: str = "/strict"
) -> tuple[Page, ScriptedDesk]:
    """Open a page that embeds the widget, and wait for the bubble."""
    told = ScriptedDesk(context, scene)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{SHOP}{path}")
    bubble(page).wait_for()
    return page, told


def bubble(page: Page) -> Locator:
    """Give the round button."""
    return page.locator("airdesk-widget button")


def chat(page: Page) -> FrameLocator:
    """Give what is in the panel."""
    return page.frame_locator("airdesk-widget iframe")


def open_chat(page: Page) -> FrameLocator:
    """Click the bubble, and wait until the chat is connected."""
    bubble(page).click()
    inside = chat(page)
    inside.locator('[data-testid=connection][data-state="live"]').wait_for(state="attached")
    return inside


def test_a_strict_policy_needs_no_more_than_the_guide_says(context: BrowserContext) -> None:
    page, _ = visit(context, Scene(language="en"))
    inside = open_chat(page)
    inside.get_by_test_id("composer").wait_for()
    assert page.locator("airdesk-widget iframe").evaluate("frame => frame.clientWidth") == 400
    assert page.evaluate("violations") == []
    assert page.evaluate("shift") == 0


def test_nothing_is_asked_for_before_the_page_is_idle(context: BrowserContext) -> None:
    page, told = visit(context, Scene(language="en"))
    assert told.asked == [("GET", "/strict"), ("GET", "/widget.js"), ("GET", "/api/widget/config")]
    times = page.evaluate("""() => [
      performance.getEntriesByType('navigation')[0].loadEventStart,
      performance.getEntriesByType('resource').find(one => one.name.includes('config')).startTime,
    ]""")
    assert times[0] <= times[1]


def test_escape_closes_and_the_focus_returns_to_the_bubble(context: BrowserContext) -> None:
    page, _ = visit(context, Scene(language="en"))
    inside = open_chat(page)
    inside.locator("textarea:focus").wait_for()
    page.keyboard.press("Escape")
    page.locator('airdesk-widget button[aria-expanded="false"]').wait_for()
    assert page.evaluate("document.activeElement.shadowRoot?.activeElement?.className") == "b"
    page.keyboard.press("Enter")
    inside.locator("textarea:focus").wait_for()


def test_markup_in_names_texts_and_files_is_text(context: BrowserContext) -> None:
    nasty_file = {"id": desk.CONVERSATION, "bytes": 9, "media_type": "image/svg+xml"}
    events = [
        {"kind": 3, "author": 3, "text": NASTY},
        {"kind": 6, "subject": desk.AGENT},
        {"kind": 3, "author": 3, "text": NASTY, "file": {**nasty_file, "width": 9, "height": 9}},
        {"kind": 3, "author": 2, "text": NASTY, "options": [NASTY]},
    ]
    agents = {desk.AGENT: NASTY}
    scene = Scene(language="en", agents=agents, status=desk.BOT_STATUS, events=events)
    scene.inbox = {"texts": {"en": {"title": NASTY, "greeting": NASTY}}, "name": NASTY}
    page, _ = visit(context, scene)
    inside = open_chat(page)
    shown = inside.get_by_test_id("message").locator(".text").all_inner_texts()
    assert shown == [NASTY] * 3
    assert inside.get_by_test_id("option").inner_text() == NASTY
    assert inside.locator("h1").inner_text() == NASTY
    assert inside.locator("[data-testid=messages] img, script:not([src])").count() == 0
    frame = page.frames[1]
    assert frame.evaluate("window.hacked") is None
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("is_blocked", [False, True], ids=["allowed", "third parties blocked"])
def test_what_was_not_answered_is_there_after_a_reload(
    context: BrowserContext, is_blocked: bool
) -> None:
    if is_blocked:
        context.add_init_script(BLOCK_THIRD_PARTIES)
    page, told = visit(context, Scene(language="en"))
    inside = open_chat(page)
    inside.get_by_test_id("composer").fill("Is anybody there?")
    inside.get_by_test_id("composer").press("Enter")
    inside.locator('[data-testid=message][data-state="pending"]').wait_for()
    inside.get_by_test_id("composer").fill("half a")
    page.reload()
    # It was open, so it opens again.
    inside.locator('[data-testid=message][data-state="pending"]').wait_for()
    assert inside.get_by_test_id("composer").input_value() == "half a"
    sends = [one for one in told.received if isinstance(one, m.Send)]
    assert {one.text for one in sends} == {"Is anybody there?"}
    assert len({one.op for one in sends}) == 1


@pytest.mark.parametrize("width", [390, 1280], ids=["phone", "desktop"])
def test_a_chat_that_cannot_be_loaded_lets_the_page_go(browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="en")
    page, _ = visit(context, Scene(language="en"))
    frame = re.compile("/widget/frame")
    page.route(frame, lambda route: route.abort())
    bubble(page).click()
    page.locator("airdesk-widget iframe").wait_for(state="attached")
    # Nobody shall look at an empty panel that covers the page and has no way back.
    page.locator("airdesk-widget iframe").wait_for(state="detached")
    assert bubble(page).get_attribute("aria-expanded") == "false"
    page.unroute(frame)
    open_chat(page).get_by_test_id("composer").wait_for()
    context.close()


def test_a_question_is_offered_before_the_first_message_and_asked_by_a_click(
    context: BrowserContext,
) -> None:
    scene = Scene(language="en", suggestions=["When do you ship?", "Can I return it?"])
    page, told = visit(context, scene)
    inside = open_chat(page)
    inside.get_by_test_id("option").filter(has_text="return").click()
    inside.get_by_test_id("message").get_by_text("Can I return it?").wait_for()
    assert inside.get_by_test_id("option").count() == 0
    assert [one.text for one in told.received if isinstance(one, m.Send)] == ["Can I return it?"]


def test_choices_end_when_somebody_has_taken_over(context: BrowserContext) -> None:
    events = [
        {"kind": 3, "author": desk.VISITOR_AUTHOR, "text": "hello"},
        {"kind": 3, "author": desk.BOT_AUTHOR, "text": "Which?", "options": ["Talk to a person"]},
    ]
    page, _ = visit(context, Scene(language="en", status=desk.BOT_STATUS, events=events))
    inside = open_chat(page)
    inside.get_by_test_id("option").wait_for()
    # What the bot offers already is not offered twice.
    assert inside.get_by_test_id("human").count() == 0
    scene = Scene(language="en", status=desk.ASSIGNED_STATUS, events=events)
    other, _ = visit(context, scene)
    inside = open_chat(other)
    inside.get_by_text("Which?").wait_for()
    assert inside.get_by_test_id("option").count() == 0


def test_who_left_a_message_is_told_once_that_nobody_is_there(context: BrowserContext) -> None:
    events = [{"kind": 3, "author": desk.VISITOR_AUTHOR, "text": "hello"}]
    scene = Scene(language="en", online=0, status=desk.QUEUED_STATUS, events=events)
    page, _ = visit(context, scene)
    inside = open_chat(page)
    assert "eave a message" not in inside.get_by_test_id("away").inner_text()
    taken = [*events, {"kind": desk.ASSIGNED, "subject": desk.AGENT}]
    scene = Scene(language="en", online=0, status=desk.ASSIGNED_STATUS, events=taken)
    other, _ = visit(context, scene)
    inside = open_chat(other)
    inside.get_by_test_id("message").get_by_text("hello").wait_for()
    assert inside.get_by_test_id("away").count() == 0


def test_shutdown_leaves_nothing_of_the_visitor(context: BrowserContext) -> None:
    events = [{"kind": 3, "author": 3, "text": "hello"}]
    scene = Scene(language="en", status=2, events=events, unread=1, agents={desk.AGENT: "Emma"})
    page, _ = visit(context, scene)
    open_chat(page)
    assert page.evaluate("Object.keys(localStorage).length") > 0
    page.evaluate("AirDesk('shutdown')")
    assert page.locator("airdesk-widget").count() == 0
    left = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert left == []
    page.evaluate("AirDesk('boot')")
    page.locator("airdesk-widget button").wait_for()


def test_a_page_hears_what_it_asked_for(context: BrowserContext) -> None:
    events = [{"kind": 3, "author": 3, "text": "hello"}]
    scene = Scene(language="en", status=2, events=events, unread=1, agents={desk.AGENT: "Emma"})
    page, _ = visit(context, scene, "/demo/?lang=en")
    page.evaluate("""() => {
      window.heard = [];
      for (const name of ['open', 'close', 'unread']) {
        AirDesk('on', name, detail => heard.push([name, detail ?? null]));
      }
    }""")
    page.evaluate("AirDesk('open'); AirDesk('toggle'); AirDesk('toggle')")
    open_state = page.locator('airdesk-widget button[aria-expanded="true"]')
    open_state.wait_for()
    page.wait_for_function("heard.some(([name, count]) => name === 'unread' && count === 0)")
    names = [name for name, _ in page.evaluate("heard")]
    assert [name for name in names if name != "unread"] == ["open", "close", "open"]


def test_addresses_that_change_without_loading_are_told(context: BrowserContext) -> None:
    bodies: list[object] = []
    context.on(
        "request",
        lambda request: (
            bodies.append(request.post_data_json)
            if request.url.endswith("/api/widget/pages")
            else None
        ),
    )
    page, _ = visit(context, Scene(language="en"), "/demo/?lang=en")
    page.get_by_role("link", name="Tea").first.click()
    page.get_by_role("link", name="Celadon gaiwan").click()
    page.wait_for_function(
        "JSON.parse(sessionStorage[Object.keys(sessionStorage)[0]]).length === 3"
    )
    with page.expect_request("**/api/widget/pages"):
        open_chat(page)
    views = [view for body in bodies for view in body["views"]]  # type: ignore[index]
    assert [view["title"].split(" · ")[0] for view in views] == ["Home", "Tea", "Celadon gaiwan"]
