"""How the staff come in: set-up, invitation, log-in, one-time links, and what leads out again."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.chat_page import ChatPage, new_page
from tests.kit.command_line import printed_by
from tests.kit.console_page import ConsolePage
from tests.kit.json_client import JsonClient
from tests.kit.rest_desk import COOKIE, PASSWORD, Person, RestDesk

OWNER = {"name": "Anna Berg", "email": "anna@shop.example", "password": "sonne gras ofen"}
AGENT = {"name": "Jonas Weber", "email": "jonas@shop.example", "password": "regen am morgen"}
SCRIPT = "<img src=x onerror=\"document.title='taken over'\"><script>alert(1)</script>"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

_SETUP = re.compile(r"(http://\S+/setup#link=\S+)")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AirDeskServer]:
    """Serve from an empty folder, without the built-in account."""
    with AirDeskServer(tmp_path_factory.mktemp("empty"), agents=0) as running:
        yield running


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RestDesk]:
    """A server that has an owner."""
    with AirDeskServer(tmp_path_factory.mktemp("desk"), agents=0) as running:
        desk = RestDesk(running)
        yield desk
        desk.close()


def set_up(page: Page, server: AirDeskServer, link: str) -> str:
    """Become the owner by the printed link; gives the id of the first inbox."""
    page.goto(link)
    # The page speaks the language that the account is to have, until a person chooses another.
    page.locator("[name=language]").select_option("zh")
    expect(page.get_by_test_id("set-up")).to_have_text("完成设置")
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("set-up")).to_have_text("Set up")
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


def invite(page: Page) -> str:
    """Invite the agent in the console that set-up led to; gives the link."""
    page.get_by_test_id("to-desk").click()
    page.get_by_role("link", name="Settings", exact=True).click()
    page.locator('a[href="/console/settings/members"]').click()
    page.get_by_test_id("invite").click()
    page.get_by_label("E-mail", exact=True).fill(AGENT["email"])
    page.get_by_test_id("save").click()
    link = page.get_by_test_id("invite-link").inner_text()
    page.get_by_test_id("done").click()
    return link


def join(agent: ChatPage, link: str) -> None:
    """Accept an invitation, come to the console and be ready for conversations."""
    agent.page.goto(link)
    agent.page.locator("[name=name]").fill(AGENT["name"])
    agent.page.locator("[name=password]").fill(AGENT["password"])
    agent.part("join").click()
    agent.page.wait_for_url("**/console/**")
    agent.wait_for_connection("live")
    agent.part("go-online").click()
    agent.page.locator("[data-testid=self][data-presence=online]").wait_for()


def visitor_token(server: AirDeskServer, inbox: str) -> str:
    """Open the widget's door as a new visitor."""
    answer = httpx2.post(f"{server.address}/api/widget/boot", json={"inbox": inbox})
    return str(answer.raise_for_status().json()["token"])


def test_from_set_up_over_an_invitation_to_an_answer(
    browser: Browser, empty: AirDeskServer
) -> None:
    owner, agent = (
        new_page(browser.new_context(locale="en-GB"), name) for name in ("owner", "agent")
    )
    # Nobody sets up without the link, which works once.
    owner.page.goto(f"{empty.address}/")
    owner.page.get_by_text("airdesk owner setup").wait_for()
    wait_until(lambda: bool(_SETUP.search(empty.stdout)), "the printed link")
    link = str(_SETUP.findall(empty.stdout)[-1])
    inbox = set_up(owner.page, empty, link)
    agent.page.goto(link)
    expect(agent.page.locator("h1")).to_have_text("AirDesk is set up already")
    join(agent, invite(owner.page))
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


def log_in(page: Page, password: str = PASSWORD) -> None:
    """Fill the log-in page that is open, for the owner."""
    page.locator("[name=email]").fill("olga@shop.example")
    page.locator("[name=password]").fill(password)
    page.get_by_test_id("log-in").click()


def test_log_in_says_what_is_wrong_and_leads_back_to_where_one_was(
    browser: Browser, desk: RestDesk
) -> None:
    page = new_page(browser.new_context(locale="en-GB"), "again").page
    # An address from before the console still leads to what it named.
    page.goto(f"{desk.address}/settings#account")
    page.wait_for_url("**/login?next=*")
    log_in(page, "not this one")
    expect(page.get_by_test_id("form-fault")).to_contain_text("wrong")
    expect(page.locator("[name=email]")).to_have_value("olga@shop.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_test_id("log-in").click()
    page.wait_for_url("**/console/settings/account")
    expect(page.locator("[data-field=name] input")).to_have_value("Shop")


def console_of(browser: Browser, desk: RestDesk, person: Person) -> ConsolePage:
    """Open a person's console."""
    return ConsolePage(browser, desk.address, str(person.http.cookies[COOKIE]))


def test_whose_seat_is_closed_is_put_out_of_the_open_page(browser: Browser, desk: RestDesk) -> None:
    agent = desk.join(AGENT["email"])
    console = console_of(browser, desk, agent)
    console.open("c/mine")
    console.page.locator("[data-testid=connection][data-state=live]").wait_for(state="attached")
    assert desk.owner.http.delete(f"/api/v1/members/{agent.id}").is_success
    console.page.wait_for_url("**/login?next=*")


def test_a_form_keeps_what_was_typed_and_names_the_wrong_field(
    browser: Browser, desk: RestDesk
) -> None:
    owner = console_of(browser, desk, desk.owner)
    owner.open("settings/canned")
    owner.part("add").click()
    owner.field("shortcut").fill("two words")
    owner.field("text").fill("Hello {{visitor}}")
    owner.part("save").click()
    expect(owner.field("shortcut")).to_have_attribute("aria-invalid", "true")
    expect(owner.field("text")).to_have_value("Hello {{visitor}}")
    owner.field("shortcut").fill("hi")
    owner.part("save").click()
    owner.page.get_by_text("/hi", exact=True).wait_for()


def reset_address(desk: RestDesk) -> str:
    """Let the command line print a one-time link for the owner."""
    words = ("owner", "reset", "--email", "olga@shop.example", "--port", desk.server.port)
    said = printed_by(*words, "--data", desk.server.data)
    found = re.search(r"http://\S+/enter/\S+", said)
    assert found is not None, said
    return found[0]


def test_a_forgotten_password_is_set_anew_by_a_link_that_a_preview_does_not_use_up(
    browser: Browser, desk: RestDesk
) -> None:
    link = reset_address(desk)
    assert httpx2.get(link).is_success
    page = new_page(browser.new_context(locale="en-GB"), "again").page
    page.goto(link)
    page.locator("[name=password]").fill("kurz")
    page.get_by_test_id("set-password").click()
    expect(page.locator("[name=password]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_test_id("set-password").click()
    page.wait_for_url("**/console/**")
    page.goto(link)
    expect(page.locator("h1")).to_have_text("This link is not good any more")


def test_the_language_is_the_account_s_until_a_person_chooses_one(
    browser: Browser, desk: RestDesk
) -> None:
    owner = desk.log_in("olga@shop.example")
    assert owner.http.patch("/api/v1/account", json={"language": "zh"}).is_success
    page = new_page(browser.new_context(locale="en-GB"), "somebody").page
    page.goto(f"{desk.address}/login")
    expect(page.get_by_test_id("log-in")).to_have_text("Log in")
    log_in(page)
    settings = page.get_by_role("link", name="设置", exact=True)
    settings.wait_for()
    page.get_by_test_id("self").click()
    page.get_by_role("menuitem", name="English").click()
    page.get_by_role("link", name="Settings", exact=True).wait_for()
    page.reload()
    page.get_by_role("link", name="Settings", exact=True).wait_for()
    expect(settings).to_have_count(0)
