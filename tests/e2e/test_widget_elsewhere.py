"""The widget on another site, with the real server behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession

from tests.e2e.widget_guests import ASSIGNED, Desk, Guest, open_desk
from tests.kit.airdesk_server import free_port, wait_until
from tests.kit.chat_page import CHROMIUM, CHROMIUM_OPTIONS
from tests.kit.faulty_network import FaultyNetwork
from tests.kit.host_site import HostSite
from tests.kit.json_client import JsonClient

KEEPS = """
async () => {
  const found = {};
  const attempt = (name, keep) => {
    try { found[name] = keep(); } catch (error) { found[name] = error.name; }
  };
  for (const name of ['localStorage', 'sessionStorage']) {
    attempt(name, () => {
      window[name].setItem('probe', 'kept');
      return window[name].getItem('probe');
    });
  }
  attempt('cookie', () => {
    document.cookie = 'probe=kept; SameSite=None; Secure';
    return document.cookie.includes('probe=kept') ? 'kept' : 'lost';
  });
  found.indexedDB = await new Promise(resolve => {
    const opening = indexedDB.open('probe');
    opening.onsuccess = () => resolve('kept');
    opening.onerror = () => resolve(opening.error.name);
  });
  return found;
}
"""
"""What the widget's frame, which is of another site than its page, may keep in this browser."""

NOTHING = {
    "localStorage": "SecurityError",
    "sessionStorage": "SecurityError",
    "cookie": "lost",
    "indexedDB": "UnknownError",
}
"""Where the browser blocks other sites' cookies and storage."""

FIRST_PAINTS = """
if (location.pathname.startsWith('/widget/')) {
  window.paints = [];
  const look = () => {
    const list = document.querySelector('[data-testid=messages]');
    if (list && list.getClientRects().length) {
      paints.push([...list.querySelectorAll('.text')].map(one => one.textContent));
    }
    if (paints.length < 100) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
"""
"""Looks before every paint at what the list shows, if it is there."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@contextmanager
def chromium_of_somebody(browser: Browser, folder: Path, blocks: bool) -> Iterator[BrowserContext]:
    """Start Chromium with a profile whose setting for other sites' cookies is made.

    Args:
        browser: tells which program.
        folder: of the profile.
        blocks: "Block third-party cookies"; else "Allow".
    """
    settings = {"block_third_party_cookies": blocks, "cookie_controls_mode": int(blocks)}
    preferences = folder / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text(json.dumps({"profile": settings}))
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=CHROMIUM, args=CHROMIUM_OPTIONS, locale="en"
    )
    try:
        yield context
    finally:
        context.close()


def test_it_talks_where_other_sites_may_keep_nothing_and_the_policy_is_strict(
    browser: Browser, desk: Desk, tmp_path: Path
) -> None:
    with chromium_of_somebody(browser, tmp_path / "allows", blocks=False) as context:
        guest = Guest(context, desk.site.page())
        guest.open()
        assert guest.frame.evaluate(KEEPS) == dict.fromkeys(NOTHING, "kept")
    with chromium_of_somebody(browser, tmp_path / "blocks", blocks=True) as context:
        guest = Guest(context, desk.site.page())
        guest.open()
        assert guest.frame.evaluate(KEEPS) == NOTHING
        guest.say("do you have oolong?")
        guest.wait_for_text("do you have oolong?")
        with desk.agent_online() as agent:
            answer(agent, "we do")
            guest.wait_for_text("we do")
        guest.page.reload()
        guest.wait_until_live()
        guest.wait_for_text("we do")
        assert guest.texts() == ["do you have oolong?", "we do"]
        assert desk.texts() == ["do you have oolong?", "we do"]
        assert guest.page.evaluate("violations") == []
        assert guest.frame.evaluate(KEEPS) == NOTHING
        assert [guest.errors, context.cookies(), desk.site.cookies] == [[], [], []]


FRAME_IT = """src => {
  document.body.append(Object.assign(document.createElement('iframe'), {src}));
}"""


def test_a_site_that_is_not_allowed_shows_no_chat(browser: Browser, desk: Desk) -> None:
    with HostSite(desk.address, desk.account.inbox_id) as stranger:
        guest = Guest(browser.new_context(locale="en"), stranger.page())
        # Whoever builds the site reads in the console what to do.
        with guest.page.expect_console_message(lambda said: "may not show this chat" in said.text):
            guest.page.reload()
        assert guest.page.locator("airdesk-widget").count() == 0
        frame = f"{desk.address}/widget/frame?inbox={desk.account.inbox_id}"
        with guest.page.expect_console_message(lambda said: "frame-ancestors" in said.text):
            guest.page.evaluate(FRAME_IT, frame)
        assert guest.page.frames[1].locator("main").count() == 0


def test_two_devices_of_a_known_visitor_show_the_same_before_the_first_paint(
    browser: Browser, desk: Desk
) -> None:
    page = desk.site.page(identify=desk.identity("customer 7", name="Lin"))
    first = Guest(browser.new_context(locale="en"), page)
    first.open()
    first.say("on my phone")
    first.wait_for_text("on my phone")
    with desk.agent_online() as agent:
        answer(agent, "hello Lin")
        first.wait_for_text("hello Lin")
        context = browser.new_context(locale="en")
        context.add_init_script(FIRST_PAINTS)
        second = Guest(context, page)
        second.open()
        second.wait_for_text("hello Lin")
        paints = second.frame.evaluate("paints")
        assert paints, "the list was never looked at"
        assert paints[0] == ["on my phone", "hello Lin"]
        second.say("and on my desk")
        first.wait_for_text("and on my desk")
    assert first.texts() == second.texts() == ["on my phone", "hello Lin", "and on my desk"]
    assert len(desk.conversations()) == 1


def test_a_claim_that_is_not_proven_shows_nothing_of_anybody(browser: Browser, desk: Desk) -> None:
    known = Guest(browser.new_context(locale="en"), desk.site.page(identify=desk.identity("7")))
    known.open()
    known.say("a secret of mine")
    known.wait_for_text("a secret of mine")
    forged = desk.identity("8") | {"userId": "7"}
    thief = Guest(browser.new_context(locale="en"), desk.site.page(identify=forged))
    thief.page.locator("airdesk-widget button").first.click()
    thief.chat.locator("main").wait_for()
    wait_until(
        lambda: (
            thief.chat.locator('[role=alert], [data-testid=connection][data-state="live"]').count()
            > 0
        ),
        "the frame says how it stands",
    )
    assert "a secret of mine" not in thief.chat.locator("body").inner_text()
    assert thief.texts() == []


def test_what_was_refused_goes_back_to_the_box_with_a_word_in_the_visitors_language(
    browser: Browser, desk: Desk
) -> None:
    guest = Guest(browser.new_context(locale="zh-CN"), desk.site.page())
    guest.open()
    guest.say("rude")
    guest.wait_for_text("rude")
    (conversation,) = desk.conversations()
    visitor = f"{desk.account.inbox_id}/{conversation['visitor_id']}"
    desk.account.owner.post(f"/api/v1/visitors/{visitor}/block")
    guest.say("ruder")
    guest.chat.get_by_role("alert").get_by_text("您已无法在此发送消息。").wait_for()
    wait_until(
        lambda: guest.chat.get_by_test_id("composer").input_value() == "ruder",
        "the words to return",
    )
    assert guest.texts() == desk.texts() == ["rude"]


def test_an_upload_that_breaks_in_the_middle_arrives_once(browser: Browser, tmp_path: Path) -> None:
    content = bytes(range(256)) * 12_000  # three megabytes
    file = tmp_path / "order.bin"
    file.write_bytes(content)
    port = free_port()
    with (
        FaultyNetwork(port) as network,
        open_desk(tmp_path / "desk", port, through=network.port) as desk,
    ):
        guest = Guest(browser.new_context(locale="en"), desk.site.page())
        guest.open()
        network.slow(800_000)
        guest.chat.get_by_test_id("files").set_input_files(str(file))
        guest.chat.locator("progress").wait_for()
        wait_until(
            lambda: float(guest.chat.locator("progress").get_attribute("value") or 0) > 10,
            "a part of it is sent",
        )
        network.cut()
        guest.chat.locator('[data-testid=connection]:not([data-state="live"])').wait_for(
            state="attached"
        )
        network.mend()
        guest.wait_until_live()
        uploaded = guest.chat.locator("[data-testid=message][data-seq]")
        retry = guest.chat.get_by_test_id("retry")
        wait_until(lambda: uploaded.count() == 1 or retry.count() == 1, "it goes on, or asks")
        if retry.count():
            retry.click()
        guest.wait_for_text("order.bin")
        (sent,) = [one for one in desk.events() if one["kind"] == 3]
        path = f"/api/v1/files/{sent['file']['file']}"
        assert desk.account.owner.call("GET", path).content == content


def test_enter_that_ends_a_word_of_an_input_method_sends_nothing(
    browser: Browser, desk: Desk
) -> None:
    guest = Guest(browser.new_context(locale="zh-CN"), desk.site.page())
    guest.open()
    composer = guest.chat.get_by_test_id("composer")
    composer.click()
    keyboard = InputMethod(guest)
    keyboard.compose("n", "ni", "nihao")
    keyboard.press_enter_inside()
    assert guest.texts() == []
    keyboard.commit("你好")
    assert composer.input_value() == "你好"
    assert guest.texts() == []
    composer.press("Enter")
    guest.wait_for_text("你好")
    assert desk.wait_for_texts(1) == ["你好"]


class InputMethod:
    """A Chinese input method over the browser's own protocol.

    Args:
        guest: who types; the focus is in his composer.
    """

    def __init__(self, guest: Guest) -> None:
        # The frame is of another site, so it is a target of its own.
        self._cdp: CDPSession = guest.page.context.new_cdp_session(guest.frame)

    def compose(self, *steps: str) -> None:
        """Show what is typed so far, underlined."""
        for step in steps:
            self._send(
                "Input.imeSetComposition",
                text=step,
                selectionStart=len(step),
                selectionEnd=len(step),
            )

    def press_enter_inside(self) -> None:
        """Press Enter while a word is composed; the input method takes it."""
        for kind in ("rawKeyDown", "keyUp"):
            self._send(
                "Input.dispatchKeyEvent",
                type=kind,
                key="Process" if kind == "rawKeyDown" else "Enter",
                code="Enter",
                windowsVirtualKeyCode=229 if kind == "rawKeyDown" else 13,
            )

    def commit(self, word: str) -> None:
        """Choose a word."""
        self._send("Input.insertText", text=word)

    def _send(self, method: str, **fields: Any) -> None:
        self._cdp.send(method, fields)


def answer(agent: JsonClient, text: str) -> None:
    """Answer whoever the agent was given last."""
    given = agent.hear("event", where=lambda event: event["kind"] == ASSIGNED)
    said = agent.command("send", where=given["ref"], text=text)
    assert said["type"] == "accepted", said
