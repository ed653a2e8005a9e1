"""The pages of the staff from the first start on: set up, invite, log in, answer a visitor."""

from __future__ import annotations

import base64
import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.chat_page import TIMEOUT_MS, ChatPage, new_page
from tests.kit.command_line import printed_by
from tests.kit.json_client import JsonClient

OWNER = {"name": "Anna Berg", "email": "anna@shop.example", "password": "sonne gras ofen"}
AGENT = {"name": "Jonas Weber", "email": "jonas@shop.example", "password": "regen am morgen"}
SCRIPT = "<img src=x onerror=\"document.title='taken over'\"><script>alert(1)</script>"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

_SETUP = re.compile(r"(http://\S+/setup#link=\S+)")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[AirDeskServer]:
    """Serve from an empty folder, without the built-in account."""
    with AirDeskServer(tmp_path, options=("--agents", "0")) as running:
        yield running


def setup_address(server: AirDeskServer) -> str:
    """Give the one-time link that the terminal shows."""
    wait_until(lambda: bool(_SETUP.search(server.stdout)), "the printed link")
    return str(_SETUP.findall(server.stdout)[-1])


def set_up(page: Page, server: AirDeskServer) -> str:
    """Become the owner by the printed link; gives the id of the first inbox."""
    page.goto(setup_address(server))
    page.locator("[name=account_name]").fill("Nordlicht Shop")
    for field, value in OWNER.items():
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=site_origin]").fill("shop.example/basket")
    page.get_by_test_id("set-up").click()
    embed = page.get_by_test_id("embed").inner_text()
    inbox = re.search(r'data-inbox="([0-9a-f-]{36})"', embed)
    assert inbox is not None, embed
    assert f'src="{server.address}/widget.js"' in embed
    assert page.get_by_test_id("test-link").get_attribute("href") == f"/chat/{inbox[1]}"
    return inbox[1]


def invite(page: Page, server: AirDeskServer) -> str:
    """Invite the agent in the settings; gives the link."""
    page.goto(f"{server.address}/settings#members")
    page.get_by_test_id("invite").click()
    page.locator("dialog [name=email]").fill(AGENT["email"])
    page.get_by_test_id("save").click()
    link = page.get_by_test_id("invite-link").inner_text()
    page.get_by_test_id("done").click()
    return link


def join(agent: ChatPage, link: str) -> None:
    """Accept an invitation, and come to the desk."""
    agent.page.goto(link)
    agent.page.locator("[name=name]").fill(AGENT["name"])
    agent.page.locator("[name=password]").fill(AGENT["password"])
    agent.part("join").click()
    agent.page.wait_for_url("**/console/**")
    agent.page.goto(f"{agent.page.url.partition('/console')[0]}/agent")
    agent.wait_for_connection("live")


def go_online(agent: ChatPage) -> None:
    """Be ready for conversations."""
    agent.part("availability").select_option("online")
    agent.page.locator('select[data-testid=availability][data-value="online"]').wait_for()


def log_in(page: Page, who: dict[str, str]) -> None:
    """Fill the log-in page that is open."""
    page.locator("[name=email]").fill(who["email"])
    page.locator("[name=password]").fill(who["password"])
    page.get_by_test_id("log-in").click()


def visitor_token(server: AirDeskServer, inbox: str) -> str:
    """Open the widget's door as a new visitor."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        body = json.dumps({"inbox": inbox, "language": "en"})
        headers = {"content-type": "application/json"}
        connection.request("POST", "/api/widget/boot", body, headers)
        answer = connection.getresponse()
        assert answer.status == http.HTTPStatus.OK, answer.read()
        return str(json.loads(answer.read())["token"])
    finally:
        connection.close()


def test_from_set_up_over_an_invitation_to_an_answer(
    browser: Browser, empty: AirDeskServer
) -> None:
    owner, agent = new_page(browser, "owner"), new_page(browser, "agent")
    inbox = set_up(owner.page, empty)
    join(agent, invite(owner.page, empty))
    go_online(agent)
    with JsonClient(empty.port, visitor_token(empty, inbox)) as visitor:
        visitor.command("send", where=0, text=SCRIPT)
        agent.part("mine").get_by_test_id("conversation").click()
        agent.wait_for_text(SCRIPT)
        agent.say("One moment please")
        assert visitor.texts(2) == [SCRIPT, "One moment please"]
        agent.part("file").set_input_files(
            {"name": "<b>lamp.png", "mimeType": "image/png", "buffer": PIXEL}
        )
        agent.page.locator('[data-testid=attachments] [data-state="ready"]').wait_for()
        agent.part("send").click()
        assert visitor.texts(1) == ["<b>lamp.png"]
        picture = agent.part("messages").locator("a.picture img")
        picture.wait_for()
        agent.page.wait_for_function(
            "picture => picture.naturalWidth === 1", arg=picture.element_handle()
        )
    assert "AirDesk" in agent.page.title()
    assert agent.part("messages").locator("script, b.lamp").count() == 0
    assert owner.errors == agent.errors == []


def test_a_set_up_link_works_once_and_nobody_sets_up_without_it(
    browser: Browser, empty: AirDeskServer
) -> None:
    page = new_page(browser, "owner").page
    page.goto(f"{empty.address}/")
    page.get_by_text("airdesk owner setup").wait_for()
    link = setup_address(empty)
    set_up(page, empty)
    other = new_page(browser, "other").page
    other.goto(link)
    expect(other.locator("h1")).to_have_text("AirDesk is set up already")


def test_log_in_says_what_is_wrong_and_leads_back_to_where_one_was(
    browser: Browser, empty: AirDeskServer
) -> None:
    set_up(new_page(browser, "owner").page, empty)
    page = new_page(browser, "again").page
    page.goto(f"{empty.address}/settings#account")
    page.wait_for_url("**/login?next=*")
    log_in(page, {**OWNER, "password": "not this one"})
    expect(page.get_by_test_id("form-fault")).to_contain_text("wrong")
    assert page.locator("[name=email]").input_value() == OWNER["email"]
    page.locator("[name=password]").fill(OWNER["password"])
    page.get_by_test_id("log-in").click()
    page.wait_for_url("**/settings#account")
    expect(page.locator("[name=name]")).to_have_value("Nordlicht Shop")


def test_a_slip_is_not_sent_a_new_reply_is_found_and_what_was_snoozed_too(
    browser: Browser, empty: AirDeskServer
) -> None:
    owner, agent = new_page(browser, "owner"), new_page(browser, "agent")
    inbox = set_up(owner.page, empty)
    join(agent, invite(owner.page, empty))
    agent.part("go-online").click()
    with JsonClient(empty.port, visitor_token(empty, inbox)) as visitor:
        visitor.command("send", where=0, text="hello")
        agent.part("mine").get_by_test_id("conversation").click()
        agent.wait_for_text("hello")
        agent.say("/nosuch")
        expect(agent.part("composer")).to_have_value("/nosuch")
        agent.part("composer").press("Escape")
        agent.part("composer").press("Enter")
        assert visitor.texts(2) == ["hello", "/nosuch"]
    owner.page.goto(f"{empty.address}/settings#canned")
    owner.part("add").click()
    owner.page.locator("dialog [name=shortcut]").fill("fresh")
    owner.page.locator("dialog [name=text]").fill("Written after the page was opened")
    owner.part("save").click()
    agent.page.clock.install()
    agent.page.clock.fast_forward("00:10")
    agent.part("composer").fill("/fre")
    agent.part("canned").get_by_text("/fresh").click()
    expect(agent.part("composer")).to_have_value("Written after the page was opened")
    agent.part("snooze").click()
    agent.part("snooze-hour").click()
    expect(agent.part("mine").get_by_test_id("conversation")).to_have_count(0)
    agent.part("aside-snoozed").click()
    agent.page.locator("details").get_by_text("/nosuch").wait_for()
    assert owner.errors == agent.errors == []


def test_who_is_blocked_is_put_out_of_the_open_page(browser: Browser, empty: AirDeskServer) -> None:
    owner, agent = new_page(browser, "owner"), new_page(browser, "agent")
    set_up(owner.page, empty)
    join(agent, invite(owner.page, empty))
    owner.page.reload()
    owner.part("members").get_by_role("listitem").filter(has_text=AGENT["email"]).get_by_role(
        "button"
    ).click()
    owner.page.locator("[name=is_active]").uncheck()
    owner.part("save").click()
    agent.page.wait_for_url("**/login?next=*", timeout=TIMEOUT_MS)


def test_a_form_keeps_what_was_typed_and_names_the_wrong_field(
    browser: Browser, empty: AirDeskServer
) -> None:
    page = new_page(browser, "owner").page
    set_up(page, empty)
    page.goto(f"{empty.address}/settings#canned")
    page.get_by_test_id("add").click()
    page.locator("[name=shortcut]").fill("two words")
    page.locator("[name=text]").fill("Hello {{visitor}}")
    page.get_by_test_id("save").click()
    expect(page.locator("[name=shortcut]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=text]")).to_have_value("Hello {{visitor}}")
    page.locator("[name=shortcut]").fill("hi")
    page.get_by_test_id("save").click()
    page.get_by_text("/hi", exact=True).wait_for()


def reset_address(server: AirDeskServer) -> str:
    """Let the command line print a one-time link for the owner."""
    words = ("owner", "reset", "--email", OWNER["email"], "--port", server.port)
    said = printed_by(*words, "--data", server.data)
    found = re.search(r"http://\S+/enter/\S+", said)
    assert found is not None, said
    return found[0]


def test_a_forgotten_password_is_set_anew_by_a_link_that_a_preview_does_not_use_up(
    browser: Browser, empty: AirDeskServer
) -> None:
    set_up(new_page(browser, "owner").page, empty)
    link = reset_address(empty)
    connection = http.client.HTTPConnection("127.0.0.1", empty.port, timeout=20)
    connection.request("GET", link.partition(str(empty.port))[2])
    assert connection.getresponse().status == http.HTTPStatus.OK
    connection.close()
    page = new_page(browser, "again").page
    page.goto(link)
    page.locator("[name=password]").fill("kurz")
    page.get_by_test_id("set-password").click()
    expect(page.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=password]").fill("ein ganz neuer morgen")
    page.get_by_test_id("set-password").click()
    page.wait_for_url("**/console/**")
    page.goto(link)
    expect(page.locator("h1")).to_have_text("This link is not good any more")


def test_the_language_is_the_account_s_until_a_person_chooses_one(
    browser: Browser, empty: AirDeskServer
) -> None:
    page = new_page(browser.new_context(locale="en-GB"), "owner").page
    page.goto(setup_address(empty))
    page.locator("[name=language]").select_option("zh")
    expect(page.get_by_test_id("set-up")).to_have_text("完成设置")
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("set-up")).to_have_text("Set up")
    page.reload()
    expect(page.get_by_test_id("set-up")).to_have_text("Set up")
