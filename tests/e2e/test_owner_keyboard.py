"""Every action of an owner's pages by the keyboard alone, in a real browser, on one server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.console_page import ConsolePage
from tests.kit.json_client import JsonClient
from tests.kit.rest_desk import PASSWORD, RestDesk
from tests.kit.tab_walk import TabWalk

ONLINE = 2
TIMEZONE = "Asia/Tokyo"
_FOCUS_IS_IN_THE_WINDOW = """() => {
  const [window, here] = [document.querySelector('[role=dialog]'), document.activeElement];
  // A drawer's frame takes the focus for the drawer.
  return window.contains(here) || (here !== document.body && here.contains(window));
}"""
COPIED = "navigator.clipboard.readText()"


class OwnerAtKeys:
    """An owner's console, used by keys; it asks the server what came of them.

    Args:
        browser: a context is made in it.
        desk: the server, with an owner.
    """

    def __init__(self, browser: Browser, desk: RestDesk) -> None:
        cookie = str(desk.owner.http.cookies["airdesk_session"])
        allowed = ["clipboard-read", "clipboard-write"]
        self.desk = desk
        self.console = ConsolePage(
            browser, desk.address, cookie, permissions=allowed, timezone_id=TIMEZONE
        )
        self.page = self.console.page
        self.part = self.console.part
        self.keys = TabWalk(self.page)
        # What another test left unsaved must not hold this one.
        self.page.on("dialog", lambda dialog: dialog.accept())

    def go(self, place: str) -> None:
        """Begin on a page, the focus nowhere."""
        if self.page.url.startswith("http") and not self.page.get_by_role("dialog").count():
            self.console.visit(place)
            self.page.evaluate("document.activeElement?.blur()")
        else:
            self.console.open(place)

    def at_inbox(self, tab: str) -> None:
        """Begin on the settings of the first inbox."""
        self.go(f"settings/inboxes/{self.desk.inbox['inbox_id']}/{tab}")
        self.part(f"tab-{tab}").wait_for()

    def field(self, name: str) -> Locator:
        """Give a field by its label, within the window if one is open."""
        window = self.page.get_by_role("dialog")
        within: Any = window if window.count() else self.page.locator("main")
        found: Locator = within.get_by_label(name, exact=True)
        return found

    def button(self, name: str) -> Locator:
        """Give a button by its name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def opened(self, opener: Locator) -> None:
        """Press what opens a window, and look at the window as axe does."""
        self.keys.use(opener)
        window = self.page.get_by_role("dialog")
        window.wait_for()
        self.page.wait_for_function(_FOCUS_IS_IN_THE_WINDOW)
        assert self.console.findings() == []

    def saved(self) -> None:
        """Save by Tab and Enter, and wait until the server has it."""
        self.keys.use(self.part("save"))
        self.part("saved").wait_for()

    def saved_window(self) -> None:
        """Save a window, which closes; the focus is on the page again."""
        self.keys.use(self.part("save"))
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        expect(self.page.locator("body:focus")).to_have_count(0)

    def confirmed(self) -> None:
        """Say yes to a question."""
        self.part("confirm").wait_for()
        assert self.console.findings() == []
        self.keys.use(self.part("confirm"))
        expect(self.part("confirm")).to_have_count(0)

    def list(self, path: str) -> list[dict[str, Any]]:
        """Ask the server what there is."""
        items: list[dict[str, Any]] = self.desk.owner.get(f"/api/v1/{path}").json()["items"]
        return items

    def inbox(self, part: str = "") -> dict[str, Any]:
        """Ask the server for the first inbox."""
        path = f"/api/v1/inboxes/{self.desk.inbox['inbox_id']}{part}"
        answer: dict[str, Any] = self.desk.owner.get(path).json()
        return answer


@pytest.fixture(scope="module")
def owner(
    running_browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OwnerAtKeys]:
    """An owner at the keyboard, with an agent and a team."""
    folder = tmp_path_factory.mktemp("keyboard")
    with AirDeskServer(folder, options=("--agents", "0")) as server:
        desk = RestDesk(server)
        desk.join("anton@shop.example")
        desk.owner.post("/api/v1/teams", {"name": "Returns", "member_ids": []})
        made = OwnerAtKeys(running_browser, desk)
        yield made
        assert made.console.errors == []
        made.console.context.close()
        desk.close()


def test_settings_are_walked_through_and_an_inbox_is_added(owner: OwnerAtKeys) -> None:
    owner.go("settings/inboxes")
    owner.opened(owner.part("add"))
    owner.keys.write(owner.field("Name"), "Second")
    owner.keys.write(owner.field("Your site"), "second.example")
    owner.keys.press("Enter")
    owner.page.wait_for_url("**/install")
    owner.keys.use(owner.button("Remove this inbox"))
    owner.confirmed()
    assert [one["name"] for one in owner.list("inboxes")] == ["Shop"]
    owner.keys.use(owner.page.get_by_role("link", name="Labels"))
    expect(owner.page.locator("h1")).to_have_text("Labels")
    owner.keys.use(owner.page.get_by_role("link", name="Inboxes"))
    owner.keys.use(owner.part("open-inbox"))
    for tab in ("texts", "hours", "install"):
        owner.keys.use(owner.part(f"tab-{tab}"))
        expect(owner.part(f"tab-{tab}")).to_have_attribute("aria-current", "page")


def test_the_line_is_copied_and_sites_are_allowed(owner: OwnerAtKeys) -> None:
    owner.at_inbox("install")
    owner.keys.use(owner.part("embed-copy"))
    owner.part("embed-copy").get_by_text("Copied").wait_for()
    assert "data-inbox" in owner.page.evaluate(COPIED)
    owner.keys.use(owner.part("policy-copy"))
    owner.part("policy-copy").get_by_text("Copied").wait_for()
    owner.keys.reach(owner.part("test-chat"))
    owner.keys.write(owner.console.field("allowed_origins"), "a.example\nb.example")
    owner.saved()
    assert owner.inbox()["allowed_origins"] == ["https://a.example", "https://b.example"]


def test_the_look_is_changed_and_seen(owner: OwnerAtKeys, tmp_path: Path) -> None:
    owner.at_inbox("look")
    picture = tmp_path / "logo.png"
    picture.write_bytes(_PIXEL)
    with owner.page.expect_file_chooser() as chooser:
        owner.keys.use(owner.part("logo-choose"))
    chooser.value.set_files(picture)
    owner.keys.use(owner.button("Remove the logo"))
    owner.keys.write(owner.field("Colour"), "#aa3344")
    owner.keys.use(owner.page.get_by_label("Colour: #0f766e"))
    owner.keys.choose(owner.field("Place"), "Bottom left")
    owner.keys.write(owner.field("From the side"), "32")
    owner.keys.choose(owner.field("Light or dark"), "Dark")
    owner.keys.use(owner.field("A sound for new messages"), "Space")
    for shown in ("Away", "Phone"):
        owner.keys.reach(owner.page.get_by_role("radio", name=shown, exact=True))
    owner.saved()
    told = owner.inbox()["settings"]
    assert (told["colour"], told["position"], told["offset_x"]) == ("#0f766e", "left", 32)
    assert (told["theme"], told["sound"]) == ("dark", False)


def test_texts_are_written_in_both_languages_and_thrown_away(owner: OwnerAtKeys) -> None:
    owner.at_inbox("texts")
    owner.keys.write(owner.console.field("en.greeting"), "Good day!")
    owner.keys.reach(owner.page.get_by_role("radio", name="Chinese", exact=True))
    owner.keys.write(owner.console.field("zh.title"), "茶问")
    owner.saved()
    texts = owner.inbox()["settings"]["texts"]
    assert (texts["en"]["greeting"], texts["zh"]["title"]) == ("Good day!", "茶问")
    owner.keys.write(owner.console.field("zh.title"), "别的")
    owner.keys.use(owner.button("Discard"))
    expect(owner.console.field("zh.title")).to_have_value("茶问")
    owner.keys.use(owner.page.get_by_role("link", name="mark them in Questions & answers"))
    expect(owner.page.locator("h1")).to_have_text("Questions & answers")


def test_visitors_are_asked_vouched_for_and_logged_out(owner: OwnerAtKeys) -> None:
    owner.at_inbox("visitors")
    owner.keys.choose(owner.field("Ask visitors who they are"), "Before the first message")
    owner.keys.use(owner.page.get_by_role("checkbox", name="Phone"), "Space")
    owner.keys.use(owner.field("Only customers whom your server vouches for"), "Space")
    owner.saved()
    assert owner.inbox()["identify_required"] is True
    assert "phone" in owner.inbox()["settings"]["form_fields"]
    owner.keys.use(owner.field("Only customers whom your server vouches for"), "Space")
    owner.saved()
    owner.keys.use(owner.part("show-secret"))
    before = owner.part("identify-secret").inner_text()
    owner.keys.use(owner.part("rotate-secret"))
    owner.confirmed()
    expect(owner.part("identify-secret")).not_to_have_text(before)
    guest = owner.desk.visitor()
    owner.keys.use(owner.part("log-visitors-out"))
    owner.confirmed()
    assert guest.get("/api/widget/me").status_code in (401, 404)


def test_who_gets_visitors_is_ruled(owner: OwnerAtKeys) -> None:
    owner.at_inbox("routing")
    owner.keys.use(owner.field("The assistant answers first"), "Space")
    owner.keys.reach(owner.page.get_by_role("radio", name=re.compile("One after the other")))
    owner.keys.choose(owner.field("Answered by"), "Returns")
    owner.keys.reach(owner.field("Skills that are needed"))
    owner.page.keyboard.type("tea ")
    owner.keys.use(owner.page.get_by_label(re.compile("Visitors come back")), "Space")
    owner.keys.write(owner.field("Time to answer"), "2")
    owner.saved()
    told = owner.inbox()
    assert (told["rule"], told["has_bot"], told["skills"]) == ("round_robin", True, ["tea"])
    assert (told["sticky"], told["answer_ms_max"]) == (False, 120_000)
    owner.keys.use(owner.field("The assistant answers first"), "Space")
    owner.keys.choose(owner.field("Answered by"), "Everybody")
    owner.keys.reach(owner.field("Skills that are needed"))
    owner.keys.press("Backspace")
    owner.saved()
    assert (owner.inbox()["team_id"], owner.inbox()["skills"]) == (None, [])


def test_the_week_has_hours_and_holidays(owner: OwnerAtKeys) -> None:
    owner.at_inbox("hours")
    assert owner.inbox("/hours")["is_set"] is False
    # Nobody has chosen a time zone: it is that of the owner's browser.
    expect(owner.page.locator("main").get_by_text("Asia/Tokyo (UTC+09:00)")).to_be_visible()
    owner.keys.write(owner.field("Monday: From"), "9:00")
    owner.keys.write(owner.field("Monday: To"), "17:30")
    owner.keys.use(owner.button("Monday: Add a break"))
    expect(owner.field("Monday: To")).to_have_value("12:00")
    owner.keys.write(owner.field("Monday 2: From"), "11:30")
    owner.keys.use(owner.part("save"))
    # Both times of the day are marked, and the focus is on the first.
    expect(owner.field("Monday: From")).to_be_focused()
    expect(owner.page.get_by_role("alert").first).to_have_text("These times overlap.")
    owner.keys.write(owner.field("Monday 2: From"), "12:30")
    owner.keys.use(owner.button("Use Monday’s hours for the working days"))
    owner.keys.use(owner.page.get_by_role("checkbox", name="Sunday"), "Space")
    owner.keys.use(owner.button("Remove these hours: Friday 2"))
    expect(owner.button("Friday: Add a break")).to_be_focused()
    owner.keys.reach(owner.field("Day"))
    # The same in every order of day and month.
    owner.page.keyboard.type("12122027")
    owner.keys.use(owner.part("add-holiday"))
    owner.keys.reach(owner.field("Time zone"))
    owner.page.keyboard.type("Abidjan")
    owner.keys.press("Enter")
    owner.saved()
    told = owner.inbox("/hours")
    assert told["week"][3:] == [[[540, 720], [750, 1050]], [[540, 720]], [[0, 1440]], []]
    assert (told["holidays"], told["timezone"]) == (["2027-12-12"], "Africa/Abidjan")
    owner.keys.use(owner.page.locator(".holidays button"))
    owner.keys.use(owner.button("Around the clock"))
    owner.saved()
    assert owner.inbox("/hours")["holidays"] == []


def test_people_are_invited_changed_and_sent_away(owner: OwnerAtKeys) -> None:
    owner.go("settings/members")
    owner.opened(owner.part("invite"))
    owner.keys.write(owner.field("E-mail"), "nora@shop.example")
    owner.keys.reach(owner.page.get_by_role("radio", name=re.compile("^Supervisor")))
    owner.keys.use(owner.part("save"))
    owner.keys.use(owner.part("invite-link-copy"))
    owner.keys.use(owner.part("done"))
    owner.keys.is_at(owner.part("invite"))
    owner.keys.use(owner.button("Withdraw"))
    owner.confirmed()
    assert owner.list("invitations") == []
    seat = owner.part("member").filter(has_text="anton@shop.example")
    owner.opened(seat.get_by_test_id("edit-member"))
    owner.keys.write(owner.field("Conversations at once"), "4")
    owner.keys.write(owner.field("At most"), "6")
    owner.keys.choose(owner.field("Teams"), "Returns")
    owner.keys.reach(owner.field("Skills"))
    owner.page.keyboard.type("tea ")
    owner.saved_window()
    owner.keys.is_at(seat.get_by_test_id("edit-member"))
    (anton,) = [one for one in owner.list("members") if one["email"] == "anton@shop.example"]
    assert (anton["capacity"], anton["capacity_max"], anton["skills"]) == (4, 6, ["tea"])
    owner.desk.log_in("anton@shop.example")
    owner.opened(seat.get_by_test_id("log-ins"))
    rows = owner.part("sessions").locator("li")
    expect(rows).to_have_count(2)
    owner.keys.use(rows.first.get_by_test_id("end-session"))
    owner.confirmed()
    expect(rows).to_have_count(1)
    owner.desk.log_in("anton@shop.example")
    owner.keys.press("Escape")
    owner.keys.is_at(seat.get_by_test_id("log-ins"))
    owner.opened(seat.get_by_test_id("log-ins"))
    owner.keys.use(owner.part("end-all-sessions"))
    owner.confirmed()
    expect(owner.page.get_by_text("Logged in nowhere")).to_be_visible()
    assert owner.list(f"members/{anton['user_id']}/sessions") == []
    owner.keys.use(owner.part("done"))
    owner.keys.use(seat.get_by_test_id("close-seat"))
    owner.confirmed()
    owner.keys.use(owner.page.get_by_role("checkbox", name=re.compile("Show closed")), "Space")
    owner.keys.use(seat.get_by_test_id("open-seat"))
    owner.confirmed()
    expect(seat.get_by_test_id("close-seat")).to_be_visible()


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ("teams", {"Name": "Tea"}),
        ("labels", {"Name": "urgent"}),
        ("canned", {"Shortcut": "bye", "Text": "Good-bye"}),
        ("faq", {"Question": "May I return it?", "Answer": "Within 30 days."}),
    ],
)
def test_a_thing_of_a_list_is_added_changed_and_removed(
    owner: OwnerAtKeys, place: str, fields: dict[str, str]
) -> None:
    owner.go(f"settings/{place}")
    before = len(owner.list(place))
    owner.opened(owner.part("add"))
    for name, text in fields.items():
        owner.keys.write(owner.field(name), text)
    if place == "teams":
        owner.keys.choose(owner.field("Agents"), "Olga")
    if place == "labels":
        owner.keys.use(owner.page.get_by_role("dialog").get_by_label(re.compile("#")).last)
    if place == "canned":
        owner.keys.use(owner.button("visitor’s name"))
    if place == "faq":
        owner.keys.use(owner.field("Offer it as a button before the first message"), "Space")
    owner.saved_window()
    owner.keys.is_at(owner.part("add"))
    (name, text), *_ = fields.items()
    row = owner.part("item").filter(has_text=text)
    owner.opened(row.get_by_role("button", name=re.compile("^Edit")))
    owner.keys.write(owner.field(name), f"{text}2")
    owner.saved_window()
    row = owner.part("item").filter(has_text=f"{text}2")
    owner.keys.is_at(row.get_by_role("button", name=re.compile("^Edit")))
    owner.keys.use(row.get_by_role("button", name=re.compile("^Remove")))
    owner.confirmed()
    expect(row).to_have_count(0)
    assert len(owner.list(place)) == before


def test_many_questions_are_added_and_tried(owner: OwnerAtKeys) -> None:
    owner.go("settings/faq")
    owner.opened(owner.part("import"))
    owner.keys.write(owner.field("Questions and answers"), "Do you ship abroad?\nYes.\n\nalone?")
    owner.keys.use(owner.part("save"))
    expect(owner.page.locator(".field-error")).to_have_text("“alone?” has no answer.")
    owner.keys.write(
        owner.field("Questions and answers"), "Do you ship abroad?\nYes.\n\nGift wrap?\nFree."
    )
    owner.saved_window()
    owner.keys.is_at(owner.part("import"))
    assert {one["question"] for one in owner.list("faq")} == {"Do you ship abroad?", "Gift wrap?"}
    owner.keys.write(owner.field("Question"), "do you ship abroad")
    owner.keys.press("Enter")
    expect(owner.part("faq-answer")).to_contain_text("Yes.")


def test_the_company_is_renamed_and_leaving_is_asked(owner: OwnerAtKeys) -> None:
    owner.go("settings/account")
    owner.keys.write(owner.field("Name of the company or shop"), "Tea house")
    owner.keys.use(owner.page.get_by_role("link", name="Labels"))
    owner.keys.use(owner.button("Stay here"))
    owner.saved()
    assert owner.desk.owner.get("/api/v1/account").json()["name"] == "Tea house"
    owner.keys.choose(owner.field("Language"), "中文")
    owner.keys.use(owner.page.get_by_role("link", name="Labels"))
    owner.keys.use(owner.button("Leave"))
    expect(owner.page.locator("h1")).to_have_text("Labels")


def test_a_token_is_made_copied_and_revoked(owner: OwnerAtKeys) -> None:
    owner.go("settings/tokens")
    owner.opened(owner.part("add"))
    owner.keys.write(owner.field("What it is for"), "Report")
    owner.keys.use(owner.part("scope-contacts:read"), "Space")
    owner.keys.use(owner.part("save"))
    owner.keys.use(owner.part("token-secret-copy"))
    owner.keys.use(owner.part("done"))
    owner.keys.is_at(owner.part("add"))
    owner.keys.use(owner.part("item").get_by_role("button"))
    owner.confirmed()
    assert owner.list("tokens") == []


def test_the_blocked_are_seen_and_let_in(owner: OwnerAtKeys) -> None:
    visitor = owner.desk.visitor()
    visitor.post("/api/widget/contact", {"name": "Rude"})
    door = f"/api/v1/visitors/{owner.desk.inbox['inbox_id']}/{visitor.id}/block"
    assert owner.desk.owner.post(door).status_code == 200
    owner.go("settings/blocked")
    row = owner.part("item").filter(has_text="Rude")
    expect(row).to_contain_text("by Olga")
    owner.keys.use(owner.button("Unblock Rude"))
    owner.confirmed()
    expect(owner.page.get_by_text("Nobody is blocked")).to_be_visible()
    assert owner.list("contacts/blocked") == []


def test_the_audit_log_is_filtered_and_read(owner: OwnerAtKeys) -> None:
    inbox = f"/api/v1/inboxes/{owner.desk.inbox['inbox_id']}"
    for origin in ("https://before.example", "https://shop.example"):
        change = {"allowed_origins": [origin]}
        assert owner.desk.owner.http.patch(inbox, json=change).is_success
    owner.go("settings/audit")
    owner.keys.choose(owner.field("What"), "Inboxes")
    owner.keys.choose(owner.field("Who"), "Olga")
    owner.keys.choose(owner.field("When"), "From one day to another")
    owner.keys.reach(owner.field("To and including"))
    # The same in every order of day and month.
    owner.page.keyboard.type("01012020")
    expect(owner.page.get_by_text("Nothing like this")).to_be_visible()
    owner.keys.choose(owner.field("When"), "Today")
    row = owner.part("audit").locator("li").first
    expect(row).to_contain_text("Inbox changed")
    owner.keys.use(row.locator("summary"))
    expect(row.locator("tbody tr").first).to_be_visible()


def test_visitors_are_seen_blocked_and_invited(owner: OwnerAtKeys) -> None:
    visitor = owner.desk.visitor()
    visitor.post("/api/widget/contact", {"name": "Lin"})
    with JsonClient(owner.desk.server.port, visitor.token) as guest:
        owner.go("visitors")
        row = owner.part("visitor").filter(has_text="Lin")
        owner.opened(row.get_by_role("button", name=re.compile("Details of Lin")))
        owner.keys.use(owner.part("block"))
        owner.confirmed()
        expect(row).to_contain_text("Blocked")
        owner.keys.use(owner.button("Unblock"))
        expect(row).not_to_contain_text("Blocked")
        owner.keys.press("Escape")
        owner.keys.is_at(row.get_by_role("button", name=re.compile("Details of Lin")))
        owner.opened(row.get_by_test_id("invite-visitor"))
        owner.keys.write(owner.field("First message"), "May I help you?")
        owner.keys.use(owner.part("save"))
        owner.page.wait_for_url("**/console/c/mine/*")
        assert guest.texts(1) == ["May I help you?"]


def test_the_board_takes_whispers_and_takes_over(owner: OwnerAtKeys) -> None:
    token = owner.desk.log_in("anton@shop.example").post("/api/auth/socket-token").json()["token"]
    waiting = owner.desk.visitor()
    owner.desk.owner.http.patch("/api/v1/profile", json={"capacity": 0})
    with (
        JsonClient(owner.desk.server.port, waiting.token) as guest,
        JsonClient(owner.desk.server.port, token) as agent,
    ):
        agent.command("set_availability", availability=ONLINE)
        guest.command("send", where=0, text="I want my money back")
        owner.go("board")
        row = owner.part("board-agent").filter(has_text="anton")
        expect(row).to_contain_text("1 of")
        for way in ("watch", "whisper", "take-over"):
            owner.go("board")
            owner.keys.use(row.get_by_test_id("board-open-agent"))
            owner.keys.use(owner.part("board-conversations").get_by_test_id(way))
            if way == "take-over":
                owner.confirmed()
            owner.page.wait_for_url("**/console/c/*/*")


def test_ones_own_page_is_kept_by_keys(owner: OwnerAtKeys) -> None:
    owner.desk.log_in("olga@shop.example")
    owner.go("profile")
    owner.keys.write(owner.field("Name"), "Olga Lund")
    owner.saved()
    owner.keys.reach(owner.page.get_by_role("radio", name="Dark", exact=True))
    expect(owner.page.locator("html")).to_have_attribute("data-look", "dark")
    owner.keys.use(owner.page.get_by_label("Single-key shortcuts"), "Space")
    owner.keys.use(owner.part("end-others"))
    owner.confirmed()
    sessions = "/api/auth/sessions"
    wait_until(
        lambda: len(owner.desk.owner.get(sessions).json()["items"]) == 1, "one log-in is left"
    )
    owner.keys.write(owner.console.field("old"), PASSWORD)
    owner.keys.write(owner.console.field("new"), "three quiet words")
    owner.keys.use(owner.part("change-password"))
    expect(owner.page.get_by_text("Your other log-ins have ended.")).to_be_visible()


_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cf500f00038501806f1fa6b10000000049454e44ae426082"
)
