"""What owners and supervisors do in the console, in a real browser, on one server."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.console_page import ConsolePage, Language
from tests.kit.host_site import HostSite
from tests.kit.json_client import JsonClient
from tests.kit.rest_desk import PASSWORD, RestDesk

SETTINGS = (
    *("inboxes", "members", "teams", "skills", "blocked", "faq", "canned", "labels"),
    *("account", "tokens", "audit"),
)
INBOX_TABS = ("install", "look", "texts", "visitors", "routing", "hours")
ONLINE = 2


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RestDesk]:
    """A server with an owner, an agent, a supervisor, and something in every list."""
    folder = tmp_path_factory.mktemp("console")
    with AirDeskServer(folder, options=("--agents", "0")) as server:
        desk = RestDesk(server)
        desk.join("anton@shop.example")
        desk.join("sara@shop.example", "supervisor")
        owner = desk.owner
        owner.post("/api/v1/teams", {"name": "Returns", "member_ids": []})
        owner.post("/api/v1/labels", {"name": "refund", "colour": "#c4485a"})
        owner.post("/api/v1/canned", {"shortcut": "hello", "text": "Hello {{contact.name}}"})
        owner.http.patch(f"/api/v1/members/{owner.id}", json={"skills": ["refunds"]})
        yield desk
        desk.close()


def console(browser: Browser, desk: RestDesk, email: str = "", **said: object) -> ConsolePage:
    """Open somebody's console; the owner's, if no e-mail says whose."""
    person = desk.log_in(email) if email else desk.owner
    cookie = str(person.http.cookies["airdesk_session"])
    return ConsolePage(browser, desk.address, cookie, **said)  # type: ignore[arg-type]


def inbox_place(desk: RestDesk, tab: str) -> str:
    """Give the place of the first inbox's settings."""
    return f"settings/inboxes/{desk.inbox['inbox_id']}/{tab}"


def saved(owner: ConsolePage) -> None:
    """Save the form, and wait until the server has it."""
    owner.part("save").click()
    owner.part("saved").wait_for()


def test_texts_are_shown_before_they_are_saved_and_then_to_visitors(
    browser: Browser, desk: RestDesk
) -> None:
    owner = console(browser, desk)
    owner.open(inbox_place(desk, "texts"))
    preview = owner.page.frame_locator("[data-testid=preview]").frame_locator("iframe")
    expect(preview.locator("h1")).to_have_text("Shop")
    owner.field("en.title").fill("Ask the tea people")
    owner.field("en.greeting").fill("Good day! Which tea do you like?")
    expect(preview.locator("h1")).to_have_text("Ask the tea people")
    expect(preview.get_by_text("Which tea do you like?")).to_be_visible()
    owner.field("en.offline").fill("We are picking tea.")
    owner.page.get_by_label("What is shown").get_by_text("Away").click()
    expect(preview.get_by_text("We are picking tea.")).to_be_visible()
    visitor = browser.new_context(locale="en-GB").new_page()
    visitor.goto(f"{desk.address}/chat/{desk.inbox['inbox_id']}")
    expect(visitor.locator("h1")).not_to_have_text("Ask the tea people")
    saved(owner)
    visitor.reload()
    expect(visitor.locator("h1")).to_have_text("Ask the tea people")
    expect(visitor.get_by_text("We are picking tea.")).to_be_visible()
    assert owner.errors == []


def test_a_copied_line_shows_the_chat_on_another_site(browser: Browser, desk: RestDesk) -> None:
    owner = console(browser, desk, permissions=["clipboard-read", "clipboard-write"])
    owner.open(inbox_place(desk, "install"))
    copied = []
    for name in ("embed", "policy"):
        owner.part(f"{name}-copy").click()
        owner.part(f"{name}-copy").get_by_text("Copied").wait_for()
        copied.append(str(owner.page.evaluate("navigator.clipboard.readText()")))
    # Another name of this machine is another site.
    line, sources = (one.replace("127.0.0.1", "localhost") for one in copied)
    assert re.fullmatch(
        r'<script async src="\S+/widget\.js" data-inbox="[0-9a-f-]{36}"></script>', line
    )
    address = desk.address.replace("127.0.0.1", "localhost")
    with HostSite(address, "", line=line, sources=sources) as site:
        owner.field("allowed_origins").fill(f"https://shop.example\nno site at all\n{site.origin}")
        owner.part("save").click()
        wrong = owner.page.locator(".field-error")
        expect(wrong).to_have_text("Line 2 is no address of a site: no site at all")
        owner.field("allowed_origins").fill(f"https://shop.example\n{site.origin}")
        saved(owner)
        guest = browser.new_context(locale="en-GB").new_page()
        guest.goto(site.origin)
        guest.locator("airdesk-widget button").click()
        expect(guest.frame_locator("airdesk-widget iframe").locator("h1")).to_be_visible()
        assert guest.evaluate("window.violations") == []
    assert owner.errors == []


def test_an_invitation_is_made_once_and_its_link_brings_somebody_in(
    browser: Browser, desk: RestDesk
) -> None:
    owner = console(browser, desk)
    owner.open("settings/members")
    owner.part("invite").click()
    email = owner.page.get_by_label("E-mail", exact=True)
    email.fill("nobody at all")
    owner.part("save").click()
    expect(owner.page.locator(".field-error")).to_have_text(
        "This does not look like an e-mail address."
    )
    assert email.evaluate("field => field === document.activeElement")
    email.fill("nora@shop.example")
    owner.part("save").dblclick()
    link = owner.part("invite-link").inner_text()
    owner.part("done").click()
    expect(owner.part("invitations").locator("li")).to_have_count(1)
    rows = desk.owner.get("/api/v1/audit").json()["items"]
    assert [row["action"] for row in rows].count("invitation.added") == 3  # two others came before
    new = browser.new_context(locale="en-GB").new_page()
    new.goto(link)
    new.locator("[name=name]").fill("Nora Ek")
    new.locator("[name=password]").fill("regen am morgen")
    new.get_by_test_id("join").click()
    new.wait_for_url(re.compile("/(?:console|agent)"))
    owner.open("settings/members")
    expect(owner.part("members")).to_contain_text("Nora Ek")


def test_a_seat_is_changed_closed_and_opened_again(browser: Browser, desk: RestDesk) -> None:
    owner = console(browser, desk)
    owner.open("settings/members")
    seat = owner.part("member").filter(has_text="anton@shop.example")
    seat.get_by_test_id("edit-member").click()
    owner.field("capacity").fill("12")
    owner.field("skills").fill("Refunds")
    owner.field("skills").press("Enter")
    owner.page.keyboard.press("Escape")
    owner.part("save").click()
    expect(seat).to_contain_text("refunds")
    expect(seat).to_contain_text("12")
    seat.get_by_test_id("close-seat").click()
    owner.part("confirm").click()
    expect(seat).to_have_count(0)
    owner.page.get_by_label(re.compile("Show closed seats")).check()
    seat.get_by_test_id("open-seat").click()
    owner.part("confirm").click()
    expect(seat.get_by_test_id("close-seat")).to_be_visible()


def test_the_assistants_answer_can_be_tried_before_visitors_hear_it(
    browser: Browser, desk: RestDesk
) -> None:
    owner = console(browser, desk)
    owner.open("settings/faq")
    owner.part("add").click()
    window = owner.page.get_by_role("dialog")
    window.get_by_label("Question", exact=True).fill("How long does shipping take?")
    window.get_by_label("Answer", exact=True).fill("Two days.")
    owner.part("save").click()
    expect(owner.part("item")).to_contain_text("How long does shipping take?")
    owner.page.get_by_label("Question", exact=True).fill("how long does the shipping take")
    owner.part("faq-test").click()
    expect(owner.part("faq-answer")).to_contain_text("Two days.")
    owner.page.get_by_label("Question", exact=True).fill("Is the moon made of cheese?")
    owner.part("faq-test").click()
    expect(owner.part("faq-answer")).not_to_contain_text("Two days.")


def test_a_tokens_secret_is_shown_once_and_works(browser: Browser, desk: RestDesk) -> None:
    owner = console(browser, desk)
    owner.open("settings/tokens")
    owner.part("add").click()
    owner.page.get_by_label("What it is for").fill("Report")
    owner.part("save").click()
    expect(owner.page.locator(".field-error")).to_have_text("Choose at least 1.")
    owner.part("scope-contacts:read").check()
    owner.part("save").click()
    secret = owner.part("token-secret").inner_text()
    owner.part("done").click()
    expect(owner.part("item")).to_contain_text("Report")
    assert secret not in owner.page.content()
    headers = {"authorization": f"Bearer {secret}"}
    assert httpx2.get(f"{desk.address}/api/v1/contacts", headers=headers).status_code == 200
    assert httpx2.get(f"{desk.address}/api/v1/labels", headers=headers).status_code == 403


def test_the_audit_log_says_in_words_who_changed_what(browser: Browser, desk: RestDesk) -> None:
    owner = console(browser, desk)
    inbox_id = desk.new_inbox(name="Returns desk")["inbox_id"]
    change = {"rule": "least_busy", "answer_ms_max": 120_000, "has_bot": True}
    desk.owner.http.patch(f"/api/v1/inboxes/{inbox_id}", json=change)
    owner.open("settings/audit")
    row = owner.part("audit").locator("li").first
    expect(row).to_contain_text("Inbox changed")
    expect(row).to_contain_text("Returns desk")
    expect(row).to_contain_text("Olga")
    row.locator("summary").click()
    told = row.locator("tbody tr").all_inner_texts()
    cells = {tuple(line.split("\t")) for line in told}
    assert ("Routing rule", "longest idle", "least busy") in cells
    assert ("Assistant answers first", "no", "yes") in cells
    assert any(one[0] == "Time to answer" and one[2] == "2 minutes" for one in cells)
    owner.page.get_by_label("What", exact=True).click()
    owner.page.get_by_title("Labels", exact=True).click()
    expect(owner.part("audit").locator("li")).to_have_count(1)
    desk.owner.http.delete(f"/api/v1/inboxes/{inbox_id}")


def test_what_is_not_saved_is_not_lost_by_going_elsewhere(browser: Browser, desk: RestDesk) -> None:
    owner = console(browser, desk)
    owner.open(inbox_place(desk, "look"))
    owner.field("name").fill("Another name")
    owner.part("tab-routing").click()
    expect(owner.page.get_by_role("dialog")).to_have_count(0)
    owner.page.get_by_role("link", name="Teams").click()
    owner.page.get_by_role("button", name="Stay here").click()
    assert owner.page.url.endswith("/routing")
    owner.page.go_back()
    assert owner.page.url.endswith("/look")
    expect(owner.field("name")).to_have_value("Another name")
    owner.page.get_by_role("link", name="Teams").click()
    owner.page.get_by_role("button", name="Leave", exact=True).click()
    expect(owner.page.locator("h1")).to_have_text("Teams")
    assert desk.owner.get(f"/api/v1/inboxes/{desk.inbox['inbox_id']}").json()["name"] == "Shop"


def test_a_supervisor_sees_who_waits_and_takes_over(browser: Browser, desk: RestDesk) -> None:
    sara = console(browser, desk, "sara@shop.example")
    anton = desk.log_in("anton@shop.example")
    token = anton.post("/api/auth/socket-token").json()["token"]
    sara.open("board")
    expect(sara.part("tile-agents")).to_contain_text("0")
    with JsonClient(desk.server.port, token) as agent:
        agent.command("set_availability", availability=ONLINE)
        visitor = desk.visitor()
        with JsonClient(desk.server.port, visitor.token) as guest:
            guest.command("send", where=0, text="I want my money back")
            row = sara.part("board-agent").filter(has_text="anton")
            expect(row).to_contain_text("Online")
            expect(row).to_contain_text("1 of")
            row.get_by_test_id("board-open-agent").click()
            held = sara.part("board-conversations").locator("li")
            expect(held).to_contain_text("I want my money back")
            held.get_by_test_id("take-over").click()
            sara.part("confirm").click()
            sara.page.wait_for_url("**/console/c/mine/*")
    assert sara.errors == []


def test_a_visitor_is_seen_invited_and_blocked(browser: Browser, desk: RestDesk) -> None:
    sara = console(browser, desk, "sara@shop.example")
    visitor = desk.visitor()
    visitor.post("/api/widget/contact", {"name": "Lin", "email": "lin@customer.example"})
    view = {"url": "https://shop.example/tea/longjing", "title": "Longjing tea", "at_ms": 1}
    visitor.post("/api/widget/pages", {"views": [view]})
    with JsonClient(desk.server.port, visitor.token) as guest:
        sara.open("visitors")
        row = sara.part("visitor").filter(has_text="Lin")
        expect(row).to_contain_text("Longjing tea")
        row.get_by_test_id("invite-visitor").click()
        sara.page.get_by_label("First message").fill("May I help you?")
        sara.part("save").click()
        sara.page.wait_for_url("**/console/c/mine/*")
        assert guest.texts(1) == ["May I help you?"]
        sara.open("visitors")
        row.get_by_role("button", name=re.compile("Details of Lin")).click()
        sara.part("block").click()
        sara.part("confirm").click()
        expect(row).to_contain_text("Blocked")


def test_a_person_changes_name_capacity_and_password(browser: Browser, desk: RestDesk) -> None:
    desk.join("petra@shop.example")
    petra = console(browser, desk, "petra@shop.example")
    petra.open("profile")
    petra.field("name").fill("Petra Lund")
    petra.field("capacity").fill("7")
    saved(petra)
    (seat,) = [
        one
        for one in desk.owner.get("/api/v1/members").json()["items"]
        if one["email"] == "petra@shop.example"
    ]
    assert (seat["name"], seat["capacity"]) == ("Petra Lund", 7)
    petra.field("old").fill("not my password")
    petra.field("new").fill("three quiet words")
    petra.part("change-password").click()
    expect(petra.page.get_by_text("The present password is wrong.")).to_be_visible()
    petra.field("old").fill(PASSWORD)
    petra.part("change-password").click()
    expect(petra.page.get_by_text("Your other log-ins have ended.")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_readable_by_everybody(
    browser: Browser, desk: RestDesk, language: Language
) -> None:
    look = "dark" if language == "zh" else "light"
    owner = console(browser, desk, language=language, color_scheme=look)
    places = [f"settings/{one}" for one in SETTINGS]
    places += [inbox_place(desk, tab) for tab in INBOX_TABS]
    faults = {}
    owner.open("settings")
    for place in (*places, "board", "visitors", "profile"):
        owner.visit(place)
        keys = owner.raw_keys()
        foreign = owner.chinese() if language == "en" else []
        found = [*owner.findings(), *keys, *(one for one in foreign if one != "中文")]
        if found:
            faults[place] = found
    assert faults == {}
    assert owner.errors == []


def test_windows_are_readable_and_go_by_the_keyboard(browser: Browser, desk: RestDesk) -> None:
    owner = console(browser, desk)
    for place, opener in (("members", "invite"), ("tokens", "add"), ("labels", "add")):
        owner.open(f"settings/{place}")
        owner.part(opener).focus()
        owner.page.keyboard.press("Enter")
        window = owner.page.get_by_role("dialog")
        window.wait_for()
        assert owner.findings() == []
        expect(window.locator("input:focus")).to_have_count(1)
        owner.page.keyboard.press("Escape")
        expect(window).to_have_count(0)
        assert _focused(owner.page) == opener


def _focused(page: Page) -> str:
    focused = page.locator("[data-testid]:focus")
    focused.wait_for()
    return str(focused.get_attribute("data-testid"))
