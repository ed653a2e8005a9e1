"""Every action of the agents' and supervisors' pages, done with the keyboard alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.kit.airdesk_server import AirDeskServer
from tests.kit.json_client import JsonClient
from tests.kit.keyboard import Typist
from tests.kit.rest_desk import COOKIE, PASSWORD, Person, RestDesk

PAGES = [
    {"url": f"https://shop.example/{name}", "title": name.title()}
    for name in ("tea", "cups", "paper", "ink", "brushes", "basket")
]


class Shop:
    """A shop with its people, labels, a team and a canned reply, and a browser for them."""

    def __init__(self, browser: Browser, server: AirDeskServer) -> None:
        self.browser = browser
        self.server = server
        self.desk = RestDesk(server)
        self.owner = self.desk.owner
        self.agent = self.desk.join("jonas@shop.example")
        self.other = self.desk.join("mia@shop.example")
        for one in (self.agent, self.other):
            self.owner.http.patch(f"/api/v1/members/{one.id}", json={"capacity": 50})
        self.owner.post("/api/v1/labels", {"name": "Refund", "colour": "#c42b33"})
        self.owner.post("/api/v1/teams", {"name": "Returns", "member_ids": [self.other.id]})
        hello = {"shortcut": "hello", "text": "Hello {{contact.name}}, this is {{agent.name}}."}
        self.owner.post("/api/v1/canned", hello)
        self.bot_inbox = self.desk.new_inbox(name="Bot", has_bot=True)

    def open(self, path: str = "/c/mine", person: Person | None = None) -> Page:
        """Open the console as somebody, in a browser of his own."""
        context = self.browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce"
        )
        context.add_init_script("localStorage['airdesk.language'] ??= 'en'")
        session = str((person or self.agent).http.cookies[COOKIE])
        context.add_cookies([{"name": COOKIE, "value": session, "url": self.desk.address}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{self.desk.address}/console{path}")
        page.get_by_test_id("self").wait_for()
        if "/c/" in path:
            live = page.locator("[data-testid=connection][data-state=live]")
            live.wait_for(state="attached")
        return page

    def write(self, name: str, *texts: str, inbox: dict[str, Any] | None = None) -> Person:
        """Be a visitor of that name, who looks around and writes."""
        visitor = self.desk.visitor(inbox)
        email = f"{name.split()[0].lower()}@example.com"
        visitor.post("/api/widget/contact", {"name": name, "email": email})
        visitor.post("/api/widget/pages", {"views": PAGES})
        with JsonClient(self.server.port, visitor.token) as socket:
            for text in texts:
                assert socket.command("send", where=0, text=text)["type"] == "accepted"
        return visitor

    def is_there(self, person: Person) -> JsonClient:
        """Be an agent who is there, but gets nothing by himself."""
        token = person.post("/api/auth/socket-token").json()["token"]
        socket = JsonClient(self.server.port, token)
        assert socket.command("set_availability", availability=1)["type"] == "accepted"
        return socket

    def conversation(self, visitor: Person) -> str:
        """Give the newest conversation of a visitor."""
        found = self.owner.get("/api/v1/conversations", list="all", limit=100).json()["items"]
        return str(next(o["conversation_id"] for o in found if o["visitor_id"] == visitor.id))

    def do(self, visitor: Person, deed: str, **fields: object) -> None:
        """Do something with a visitor's conversation as its owner may."""
        place = f"/api/v1/conversations/{self.conversation(visitor)}/{deed}"
        assert self.owner.post(place, fields).is_success

    def end_all(self) -> None:
        """Resolve all that is open, so that the next test begins with empty lists."""
        found = self.owner.get("/api/v1/conversations", list="all", limit=100).json()["items"]
        for one in found:
            self.owner.post(f"/api/v1/conversations/{one['conversation_id']}/resolve")


@pytest.fixture(scope="module")
def whole_shop(
    running_browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """One server and one browser for all."""
    folder = tmp_path_factory.mktemp("keyboard")
    with AirDeskServer(folder, options=("--agents", "0")) as server:
        made = Shop(running_browser, server)
        yield made
        made.desk.close()


@pytest.fixture
def shop(whole_shop: Shop) -> Iterator[Shop]:
    """Begin with nobody waiting, and leave no page behind."""
    yield whole_shop
    for context in whole_shop.browser.contexts:
        context.close()
    for one in (whole_shop.owner, whole_shop.agent, whole_shop.other):
        with whole_shop.is_there(one) as socket:
            socket.command("set_availability", availability=0)
    whole_shop.end_all()


def row(page: Page, text: str) -> Locator:
    """Give the line of a list that says a text."""
    return page.get_by_test_id("conversation").filter(has_text=text)


def message(page: Page, text: str) -> Locator:
    """Give the message with a text."""
    return page.get_by_test_id("messages").get_by_test_id("message").filter(has_text=text)


def title(page: Page) -> Locator:
    """Give the title of the open list or page."""
    return page.locator("h1").first


def go_online(page: Page) -> None:
    """Be ready for conversations, by a key."""
    page.keyboard.press("Shift+O")
    page.locator("[data-testid=self][data-presence=online]").wait_for()


def test_everywhere(shop: Shop) -> None:
    page = shop.open(person=shop.owner)
    me = Typist(page, "Everywhere")
    me.press("Tab")
    me.focus_is_at(page.locator(".skip"))
    me.press("Enter")
    me.focus_is_at(page.locator("#page"))
    me.did("Skip the bar")
    for key, name in (("v", "visitors"), ("l", "board"), ("t", "settings"), ("p", "profile")):
        me.press("g", key)
        page.locator(f".console[data-page={name}]").wait_for()
        title(page).wait_for()
    me.press("g", "m")
    page.get_by_test_id("lists").wait_for()
    me.did("Go to a page")
    # The help, and back.
    me.press("?")
    page.get_by_test_id("help").wait_for()
    me.look_with_axe(".ant-modal")
    me.press("Escape")
    page.get_by_test_id("help").wait_for(state="detached")
    me.did("See all keys")
    # The command bar does what has no key.
    me.press("Control+k")
    me.focus_is_at(page.locator(".command-bar input"))
    me.look_with_axe(".ant-modal")
    me.type("dark")
    me.press("Enter")
    page.locator("html[data-look=dark]").wait_for()
    me.press("Control+k")
    me.focus_is_at(page.locator(".command-bar input"))
    me.type("waiting")
    me.press("Enter")
    title(page).filter(has_text="Waiting").wait_for()
    me.did("Find anything that can be done")
    # One's own status.
    me.press("Shift+O")
    page.locator("[data-testid=self][data-presence=online]").wait_for()
    me.did("Go online")
    me.press("Shift+H")
    page.locator("[data-testid=self][data-presence=busy]").wait_for()
    me.did("Take nothing new")
    me.press("u")
    page.get_by_test_id("availability-offline").wait_for()
    me.look_with_axe(".ant-dropdown")
    me.press("Escape")
    me.focus_is_at(page.get_by_test_id("self"))
    me.did("Open one's own menu")
    choose_in_menu(me, page, "Offline")
    page.locator("[data-testid=self][data-presence=offline]").wait_for()
    me.did("Go offline")
    choose_in_menu(me, page, "中文")
    page.locator("html[lang^=zh]").wait_for()
    choose_in_menu(me, page, "English")
    page.locator("html[lang^=en]").wait_for()
    me.did("Change the language")
    choose_in_menu(me, page, "Appearance", "Light")
    page.locator("html[data-look=light]").wait_for()
    me.did("Change the look")
    # A session of its own, so that the owner's stays.
    own = shop.desk.log_in("olga@shop.example")
    leaving = shop.open(person=own)
    one = Typist(leaving, "Everywhere")
    choose_in_menu(one, leaving, "Log out")
    leaving.wait_for_url("**/login*")
    me.did("Log out")
    me.did_all()


def leave_box(me: Typist, page: Page) -> None:
    """Leave the box of a conversation that was just opened, so that single keys do things."""
    me.focus_is_at(page.get_by_test_id("composer"))
    me.press("Escape")
    me.focus_is_at(page.get_by_test_id("messages"))


def choose_in_menu(me: Typist, page: Page, *names: str, key: str = "u") -> None:
    """Open a menu by its key and go to an item, and to one of the menu beside it, by arrows."""
    me.press(key)
    for place, name in enumerate(names):
        item = page.get_by_role("menuitem", name=name).last
        item.wait_for()
        if place > 0:
            # Its first item has the focus once the menu is there; the arrows go on from it.
            expect(page.locator(".ant-dropdown-menu-sub [role=menuitem]:focus")).to_be_visible()
        for _ in range(20):
            if item.evaluate("one => one === document.activeElement"):
                break
            me.press("ArrowDown")
        me.focus_is_at(item)
        me.press("ArrowRight" if place < len(names) - 1 else "Enter")


def test_lists(shop: Shop) -> None:
    page = shop.open()
    me = Typist(page, "Lists")
    me.enter(page.get_by_test_id("alerts-decline"))
    page.get_by_test_id("alerts-offer").wait_for(state="detached")
    page.evaluate("localStorage.clear()")
    page.reload()
    me.did("Decline alerts")
    me.enter(page.get_by_test_id("alerts-on"))
    page.get_by_test_id("alerts-offer").wait_for(state="detached")
    me.did("Turn alerts on")
    me.enter(page.get_by_test_id("go-online"))
    page.locator("[data-testid=self][data-presence=online]").wait_for()
    me.did("Go online from an empty list")
    me.press("Shift+H")
    page.locator("[data-testid=self][data-presence=busy]").wait_for()
    shop.write("Emma Clark", "My parcel is late")
    shop.write("Lena Wolf", "The cup is broken")
    shop.write("Hugo Stone", "A parcel for my mother")
    me.enter(page.get_by_test_id("see-waiting"))
    title(page).filter(has_text="Waiting").wait_for()
    me.did("See who waits from an empty list")
    names = {"b": "bot", "a": "all", "n": "mentions", "s": "snoozed", "r": "resolved", "m": "mine"}
    for key, name in names.items():
        me.press("g", key)
        page.locator(f"[data-testid=list-{name}][aria-current=page]").wait_for()
    me.press("g", "q")
    row(page, "Emma Clark").wait_for()
    me.did("Go to a list")
    # Several at once.
    me.press("b")
    me.focus_is_at(row(page, "Emma Clark"))
    me.sees_focus()
    me.press("ArrowDown")
    me.focus_is_at(row(page, "Lena Wolf"))
    me.press("x", "ArrowUp", "x")
    expect(page.get_by_test_id("bulk")).to_contain_text("2 marked")
    me.look_with_axe()
    me.did("Go through a list without opening", "Mark for several")
    me.press("Shift+X")
    page.get_by_test_id("bulk").wait_for(state="detached")
    me.did("Take all marks away")
    me.press("x", "ArrowDown", "x", "l")
    page.get_by_role("option", name="Refund").wait_for()
    me.press("Enter", "Escape")
    for name in ("Emma", "Lena"):
        row(page, name).get_by_text("Refund").wait_for()
    me.did("Label what is marked")
    me.focus_is_at(row(page, "Lena Wolf"))
    me.press("a")
    expect(page.get_by_test_id("count-mine")).to_have_text("2")
    me.did("Assign what is marked to oneself")
    # Open one after the other, also while writing.
    me.press("g", "m")
    row(page, "Lena Wolf").wait_for()
    texts = {"Emma Clark": "My parcel is late", "Lena Wolf": "The cup is broken"}
    upper, lower = (texts[name] for name in page.locator(".rows .row b").all_inner_texts())
    me.press("j")
    message(page, upper).wait_for()
    me.press("Alt+ArrowDown")
    message(page, lower).wait_for()
    me.did("Open the next conversation")
    leave_box(me, page)
    me.press("k")
    message(page, upper).wait_for()
    leave_box(me, page)
    me.did("Open the one before")
    # Resolved, and back.
    me.press("e")
    message(page, lower).wait_for()
    leave_box(me, page)
    me.press("z")
    message(page, upper).wait_for()
    expect(page.get_by_test_id("status")).to_have_text("Open")
    me.did("Take a resolve back")
    page.locator(".composer[data-note=false]").wait_for()
    expect(page.locator(".rows .row")).to_have_count(2)
    leave_box(me, page)
    me.press("b", "x", "ArrowDown", "x")
    expect(page.get_by_test_id("bulk")).to_contain_text("2 marked")
    me.press("t")
    me.focus_is_at(page.locator(".choice-list input"))
    me.type("mia")
    me.press("Enter")
    me.focus_is_at(page.locator("#transfer-note"))
    me.type("Both are yours")
    with shop.is_there(shop.other):
        me.press("Control+Enter")
        page.get_by_test_id("count-mine").wait_for(state="detached")
    me.did("Transfer what is marked")
    page.locator(".composer[data-note=true]").wait_for()
    me.press("Escape")
    me.press("g", "a")
    row(page, "Emma Clark").wait_for()
    page.locator("[data-testid=list-all][aria-current=page]").wait_for()
    page.locator(".chat.empty").wait_for()
    me.press("b")
    me.focus_is_at(page.locator(".rows .row"))
    me.press("x", "ArrowDown", "x")
    expect(page.get_by_test_id("bulk")).to_contain_text("2 marked")
    me.press("e")
    page.get_by_test_id("resolved-word").filter(has_text="2 resolved").wait_for()
    me.did("Resolve what is marked")
    shop.write("Many Words", *(f"porcelain {number}" for number in range(32)))
    filters_and_search(me, page)
    page.set_viewport_size({"width": 390, "height": 844})
    me.press("g", "m")
    me.tab_to(page.get_by_test_id("list-choice"))
    choose_in_menu(me, page, "Waiting", key="Enter")
    page.get_by_test_id("list-choice").filter(has_text="Waiting").wait_for()
    me.did("Choose a list on a small screen")
    me.did_all()


def filters_and_search(me: Typist, page: Page) -> None:
    """Narrow the list of all conversations, and find an old word in them."""
    me.press("g", "q")
    row(page, "Hugo Stone").wait_for()
    choose_in_menu(me, page, "Label", "Refund", key="f")
    page.locator(".state-more button").wait_for()
    me.did("Narrow the lists")
    me.enter(page.locator(".state-more button"))
    row(page, "Hugo Stone").wait_for()
    me.did("Show a list that filters emptied")
    choose_in_menu(me, page, "Label", "Refund", key="f")
    me.enter(page.locator(".chip"))
    row(page, "Hugo Stone").wait_for()
    me.did("Take a filter away")
    me.press("/")
    me.focus_is_at(page.get_by_test_id("search"))
    me.type("broken")
    page.get_by_test_id("found-message").filter(has_text="The cup is").wait_for()
    me.look_with_axe()
    me.did("Search")
    me.press("ArrowDown", "Enter")
    message(page, "The cup is broken").wait_for()
    me.did("Open what was found")
    leave_box(me, page)
    me.press("/")
    me.focus_is_at(page.get_by_test_id("search"))
    me.press("Control+A")
    me.type("porcelain")
    page.get_by_test_id("found-message").filter(has_text="porcelain").first.wait_for()
    me.enter(page.locator(".found > button"))
    page.locator(".found > button").wait_for(state="detached")
    expect(page.get_by_test_id("found-message")).to_have_count(32)
    me.did("Show more of what was found")
    me.press("/")
    me.focus_is_at(page.get_by_test_id("search"))
    me.press("Escape")
    row(page, "Hugo Stone").wait_for()
    me.did("End the search")


def test_the_conversation(shop: Shop, tmp_path: Path) -> None:
    page = shop.open()
    me = Typist(page, "The conversation")
    me.press("Shift+H")
    page.locator("[data-testid=self][data-presence=busy]").wait_for()
    emma = shop.write("Emma Clark", "See https://shop.example/tea please")
    me.press("g", "q")
    row(page, "Emma Clark").wait_for()
    me.press("j")
    message(page, "https://shop.example/tea").wait_for()
    leave_box(me, page)
    me.sees_focus()
    me.did("Leave the box")
    me.press("a")
    expect(page.get_by_test_id("status")).to_have_text("Open")
    page.locator("[data-testid=list-mine][aria-current=page]").wait_for()
    me.did("Assign to oneself")
    # The box.
    me.press("r")
    me.focus_is_at(page.get_by_test_id("composer"))
    me.type("One")
    me.press("Shift+Enter")
    me.type("Two")
    me.did("Write a reply")
    me.press("Enter")
    message(page, "One\nTwo").wait_for()
    me.did("Send")
    me.type("/hel")
    page.get_by_test_id("canned").get_by_text("/hello").wait_for()
    me.look_with_axe()
    me.press("Enter", "Enter")
    message(page, "Hello Emma Clark, this is jonas.").wait_for()
    me.did("Use a canned reply")
    leave_box(me, page)
    me.press("n")
    me.type("Look, @mi")
    page.get_by_test_id("mentions-offered").get_by_text("mia").wait_for()
    me.look_with_axe()
    me.press("Enter", "Enter")
    message(page, "Look, @mia").and_(page.locator("[data-note]")).wait_for()
    me.did("Write a note", "Mention a colleague")
    leave_box(me, page)
    me.press("r")
    me.type("Thanks ")
    me.enter(page.get_by_test_id("emoji"))
    me.focus_is_at(page.locator("[data-testid=emoji-grid] button"))
    me.look_with_axe(".ant-popover")
    me.press("ArrowRight", "ArrowDown", "Enter")
    me.focus_is_at(page.get_by_test_id("composer"))
    expect(page.get_by_test_id("composer")).to_have_value("Thanks 🤔")
    me.press("Control+A", "Delete")
    me.did("Put in an emoji")
    send_files(me, page, tmp_path)
    refuse_a_message(shop, me, page, emma)
    what_is_done_to_it(shop, me, page, emma)
    me.did_all()


def send_files(me: Typist, page: Page, folder: Path) -> None:
    """Add two files, one of which fails once; take the other one away, and send."""
    (folder / "bill.txt").write_text("12 €")
    (folder / "wrong.txt").write_text("another one")
    with page.expect_file_chooser() as asked:
        me.enter(page.get_by_test_id("attach"))
    failures = ["once"]
    uploads = "**/api/v1/conversations/*/files*"
    page.route(
        uploads, lambda route: route.abort() if failures and failures.pop() else route.continue_()
    )
    asked.value.set_files(folder / "bill.txt")
    me.focus_is_at(page.get_by_test_id("composer"))
    me.did("Add files")
    me.enter(page.locator(".attachments .ant-btn-link"))
    page.locator(".attachments [data-state=ready]").wait_for()
    page.unroute(uploads)
    me.did("Send a file that failed once more")
    me.tab_to(page.get_by_test_id("attach"))
    with page.expect_file_chooser() as asked:
        me.press("Enter")
    asked.value.set_files(folder / "wrong.txt")
    page.locator(".attachments [data-state=ready]").nth(1).wait_for()
    me.look_with_axe()
    me.enter(page.get_by_label("Remove wrong.txt"))
    expect(page.locator(".attachments li")).to_have_count(1)
    me.sees_focus()
    me.did("Remove a file")
    me.tab_to(page.get_by_test_id("send"))
    me.press("Enter")
    message(page, "bill.txt").wait_for()


def refuse_a_message(shop: Shop, me: Typist, page: Page, visitor: Person) -> None:
    """Write while the server is away, and let a colleague end the conversation before it comes."""
    leave_box(me, page)
    me.tab_to(page.locator(".bubble a").first, back=True)
    me.did("Open a picture, file or address")
    me.press("r")
    me.focus_is_at(page.get_by_test_id("composer"))
    shop.server.stop()
    for text in ("once more", "to be edited", "to be let go"):
        me.type(text)
        me.press("Enter")
    shop.server.start()
    shop.do(visitor, "resolve")
    unsent = page.get_by_test_id("unsent")
    expect(unsent).to_have_count(3, timeout=20_000)
    me.look_with_axe()
    leave_box(me, page)
    me.press("o")
    expect(page.get_by_test_id("status")).to_have_text("Open")
    me.enter(unsent.filter(has_text="let go").get_by_test_id("unsent-discard"))
    expect(unsent).to_have_count(2)
    me.did("Let go what was refused")
    me.press("b")
    me.enter(unsent.filter(has_text="edited").get_by_test_id("unsent-edit"))
    expect(page.get_by_test_id("composer")).to_have_value("to be edited")
    me.did("Edit what was refused")
    me.press("b")
    me.enter(unsent.filter(has_text="once more").get_by_test_id("send-again"))
    expect(unsent).to_have_count(0)
    expect(page.get_by_test_id("messages")).to_contain_text("once more")
    me.did("Send what was refused once more")
    me.press("b", "r")
    me.focus_is_at(page.get_by_test_id("composer"))
    me.press("Control+A", "Delete")


def what_is_done_to_it(shop: Shop, me: Typist, page: Page, visitor: Person) -> None:
    """Label it, make it urgent, put it aside, hand it on, end it, and take it up again."""
    chat = page.locator(".chat-head")
    leave_box(me, page)
    me.press("l")
    me.focus_is_at(page.locator(".choice-list input"))
    me.type("ref")
    me.press("Enter")
    page.locator(".choice-list [data-chosen]").wait_for()
    me.look_with_axe(".ant-modal")
    me.press("Escape")
    expect(chat.get_by_text("Refund")).to_be_visible()
    me.focus_is_at(page.get_by_test_id("messages"))
    me.did("Label")
    me.press("p")
    me.focus_is_at(page.locator(".choice-list [role=listbox]"))
    me.look_with_axe(".ant-modal")
    me.press("Enter")
    expect(chat.get_by_text("Urgent")).to_be_visible()
    me.focus_is_at(page.get_by_test_id("messages"))
    me.did("Set the priority")
    me.press("s")
    me.focus_is_at(page.locator(".choice-list [role=listbox]"))
    me.look_with_axe(".ant-modal")
    me.press("ArrowDown", "ArrowDown", "Enter")
    expect(page.get_by_test_id("status")).to_have_text("Snoozed")
    me.did("Snooze")
    me.press("o")
    expect(page.get_by_test_id("status")).to_have_text("Open")
    me.did("Reopen")
    me.press("s")
    me.tab_to(page.locator(".own-time input"))
    day = next_alike_day()
    me.type(f"{day:%m%d%Y}")
    me.press("Tab")
    me.type("0930AM")
    expect(page.locator(".own-time input")).to_have_value(f"{day:%Y-%m-%d}T09:30")
    me.press("Enter")
    expect(page.get_by_test_id("status")).to_have_text("Snoozed")
    me.did("Snooze until a time of one's own")
    me.press("o")
    expect(page.get_by_test_id("status")).to_have_text("Open")
    me.press(".")
    page.get_by_role("menuitem", name="Resolve").wait_for()
    me.look_with_axe(".ant-dropdown")
    me.press("Escape")
    me.focus_is_at(page.get_by_test_id("more"))
    me.did("Open the menu of actions")
    me.press("t")
    me.focus_is_at(page.locator(".choice-list input"))
    me.look_with_axe(".ant-modal")
    me.type("ret")
    me.press("Enter")
    me.focus_is_at(page.locator("#transfer-note"))
    me.type("For you")
    me.press("Control+Enter")
    message(page, "For you").wait_for()
    expect(page.get_by_test_id("messages")).to_contain_text("Handed to Returns")
    me.did("Transfer")
    me.press("a")
    expect(page.get_by_test_id("status")).to_have_text("Open")
    me.press("e")
    expect(page.get_by_test_id("status")).to_have_text("Resolved")
    me.did("Resolve")
    talk_with_bot(shop, me, page)
    long = shop.write("Long Talker", *(f"Line {number}" for number in range(40)))
    me.press("g", "q")
    row(page, "Long Talker").wait_for()
    me.press("j")
    message(page, "Line 39").wait_for()
    leave_box(me, page)
    me.press("Home")
    message(page, "Line 0").wait_for()
    page.locator(".to-end").wait_for()
    me.look()
    me.press("End")
    message(page, "Line 39").wait_for()
    me.did("Read back and return")
    page.set_viewport_size({"width": 390, "height": 844})
    me.enter(page.get_by_test_id("back"), back=True)
    row(page, "Long Talker").wait_for()
    me.did("Go back on a small screen")
    assert long.id != visitor.id


def next_alike_day() -> dt.date:
    """Give a day soon whose number is its month's: it is typed alike in every country."""
    days = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=n) for n in range(2, 60))
    return next(day for day in days if day.day == day.month)


def talk_with_bot(shop: Shop, me: Typist, page: Page) -> None:
    """Take a conversation from the assistant, and give it back."""
    shop.write("Bo Finch", "What is tea?", inbox=shop.bot_inbox)
    me.press("g", "b")
    row(page, "Bo Finch").wait_for()
    me.press("j")
    message(page, "What is tea?").wait_for()
    leave_box(me, page)
    me.press("a")
    expect(page.get_by_test_id("status")).to_have_text("Open")
    me.press("Shift+B")
    expect(page.get_by_test_id("status")).to_have_text("Assistant")
    me.did("Give back to the assistant")


def test_the_contact(shop: Shop) -> None:
    page = shop.open()
    me = Typist(page, "The contact")
    go_online(page)
    emma = shop.write("Emma Clark", "My first question")
    shop.do(emma, "resolve")
    place = f"/api/v1/visitors/{shop.desk.inbox['inbox_id']}/{emma.id}/invite"
    assert shop.agent.post(place, {"text": "My second question"}).is_success
    row(page, "Emma Clark").wait_for()
    me.press("j")
    message(page, "My second question").wait_for()
    contact = page.get_by_test_id("contact")
    contact.get_by_text("Earlier conversations").wait_for()
    leave_box(me, page)
    me.press("i")
    contact.wait_for(state="detached")
    me.press("i")
    contact.get_by_text("Earlier conversations").wait_for()
    me.did("Show or hide")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    me.enter(page.locator(".contact-ways button"))
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "emma@example.com"
    me.did("Copy an address")
    me.enter(page.get_by_test_id("contact-edit"))
    me.focus_is_at(page.locator(".contact-form input"))
    me.look_with_axe(".contact")
    me.press("Control+A")
    me.type("Emma Stone")
    me.press("Enter")
    page.locator(".chat-head").get_by_text("Emma Stone").wait_for()
    me.focus_is_at(page.get_by_test_id("contact-edit"))
    me.did("Correct")
    me.enter(page.get_by_test_id("block"))
    page.locator(".ant-modal-confirm").wait_for()
    me.look_with_axe(".ant-modal-confirm")
    me.enter(page.locator(".ant-modal-confirm .ant-btn-dangerous"))
    page.locator(".contact .blocked").wait_for()
    me.did("Block")
    me.enter(page.get_by_test_id("unblock"))
    page.get_by_test_id("block").wait_for()
    me.did("Unblock")
    me.tab_to(page.locator(".trail a").first)
    me.did("Open a page the visitor saw")
    me.enter(page.locator(".contact .link"))
    expect(page.locator(".trail li")).to_have_count(len(PAGES))
    me.sees_focus()
    me.did("Show all pages")
    me.enter(page.locator(".earlier a"))
    message(page, "My first question").wait_for()
    me.did("Open an earlier conversation")
    me.did_all()


def test_visitors_online(shop: Shop) -> None:
    page = shop.open()
    me = Typist(page, "Visitors online")
    with JsonClient(shop.server.port, shop.write("Ada Byron").token):
        talker = shop.write("Carl Zeiss", "Hello there")
        with JsonClient(shop.server.port, talker.token):
            me.press("g", "v")
            page.get_by_test_id("visitor").filter(has_text="Ada Byron").wait_for()
            me.look_with_axe()
            me.tab_to(page.locator(".visitors-filter input"))
            me.press("ArrowDown")
            page.locator(".ant-select-dropdown").wait_for()
            me.press("ArrowDown", "Enter")
            page.get_by_test_id("visitor").filter(has_text="Ada Byron").wait_for()
            me.did("Show one inbox only")
            ada = page.get_by_test_id("visitor").filter(has_text="Ada Byron")
            me.enter(ada.locator(".who-button"))
            page.locator(".ant-drawer .trail").wait_for()
            me.look_with_axe(".ant-drawer")
            me.did("See a visitor's details")
            me.enter(page.locator(".ant-drawer [data-testid=block]"))
            me.enter(page.get_by_test_id("confirm"))
            page.locator(".ant-drawer [data-testid=unblock]").wait_for()
            me.did("Block from the details")
            me.enter(page.locator(".ant-drawer [data-testid=unblock]"))
            page.locator(".ant-drawer [data-testid=block]").wait_for()
            me.press("Escape")
            me.focus_is_at(ada.locator(".who-button"))
            carl = page.get_by_test_id("visitor").filter(has_text="Carl Zeiss")
            me.enter(carl.locator(".row-actions button"))
            message(page, "Hello there").wait_for()
            me.did("Open the visitor's conversation")
            leave_box(me, page)
            me.press("g", "v")
            ada.wait_for()
            me.enter(ada.get_by_test_id("invite-visitor"))
            me.focus_is_at(page.locator(".ant-modal textarea"))
            me.look_with_axe(".ant-modal")
            me.type("May I help you?")
            me.press("Control+Enter")
            message(page, "May I help you?").wait_for()
            me.did("Invite")
    me.did_all()


def test_the_live_board(shop: Shop) -> None:
    emma = shop.write("Emma Clark", "My parcel is late")
    shop.write("Lena Wolf", "The cup is broken")
    with shop.is_there(shop.other):
        shop.do(emma, "assign", agent_id=shop.other.id)
        page = shop.open("/board", shop.owner)
        me = Typist(page, "Live board")
        page.get_by_test_id("board-queue").get_by_text("Lena Wolf").wait_for()
        agent = page.get_by_test_id("board-agent").filter(has_text="mia")
        me.enter(agent.get_by_test_id("board-open-agent"))
        held = page.get_by_test_id("board-conversations")
        held.get_by_text("Emma Clark").wait_for()
        me.look_with_axe()
        me.did("Show an agent's conversations")
        me.enter(held.get_by_test_id("watch"))
        message(page, "My parcel is late").wait_for()
        # Who watches whispers: what he writes reaches nobody but the team.
        expect(page.locator(".composer")).to_have_attribute("data-note", "true")
        me.did("Watch")
        again(me, page)
        me.enter(held.get_by_test_id("whisper"))
        message(page, "My parcel is late").wait_for()
        me.focus_is_at(page.get_by_test_id("composer"))
        me.type("Offer a new cup")
        me.press("Enter")
        message(page, "Offer a new cup").and_(page.locator("[data-note]")).wait_for()
        me.did("Whisper")
        again(me, page)
        me.enter(held.get_by_test_id("take-over"))
        page.locator(".ant-modal-confirm").wait_for()
        me.look_with_axe(".ant-modal-confirm")
        me.enter(page.get_by_test_id("confirm"))
        message(page, "My parcel is late").wait_for()
        expect(page.locator(".chat-head").get_by_text("You")).to_be_visible()
        me.did("Take over")
        me.press("Escape")
        me.press("g", "l")
        queue = page.get_by_test_id("board-queue")
        me.enter(queue.get_by_test_id("take"))
        message(page, "The cup is broken").wait_for()
        me.did("Take from the queue")
        me.did_all()


def again(me: Typist, page: Page) -> None:
    """Go back to the board, and open the agent's conversations."""
    leave_box(me, page)
    me.press("g", "l")
    agent = page.get_by_test_id("board-agent").filter(has_text="mia")
    me.enter(agent.get_by_test_id("board-open-agent"))
    page.get_by_test_id("board-conversations").get_by_text("Emma Clark").wait_for()


def test_profile(shop: Shop) -> None:
    for _ in range(2):
        shop.desk.log_in("mia@shop.example")
    page = shop.open("/profile", shop.other)
    me = Typist(page, "Profile")
    page.get_by_test_id("sessions").wait_for()
    me.look_with_axe()
    me.tab_to(page.locator("[name=name]"))
    me.type("Mia Berg")
    me.tab_to(page.locator("[name=capacity]"))
    me.type("7")
    with page.expect_response("**/api/v1/members/me"):
        me.press("Enter")
    seat = shop.other.get(f"/api/v1/members/{shop.other.id}").json()
    assert (seat["name"], seat["capacity"]) == ("Mia Berg", 7)
    me.did("Change name and capacity")
    segments = page.locator(".ant-segmented")
    me.tab_to(segments.first.locator("input:checked"))
    me.press("ArrowLeft")
    page.locator("html[lang^=zh]").wait_for()
    me.press("ArrowRight")
    page.locator("html[lang^=en]").wait_for()
    me.did("Choose the language")
    me.tab_to(segments.nth(1).locator("input:checked"))
    me.press("ArrowRight")
    page.locator("html[data-look=light]").wait_for()
    me.did("Choose the look")
    switches = page.get_by_role("switch")
    for place, action in enumerate(
        (
            "Turn single keys on or off",
            "Turn the sound on or off",
            "Turn notifications on or off",
        )
    ):
        me.tab_to(switches.nth(place))
        expect(switches.nth(place)).to_be_checked()
        me.press("Space")
        expect(switches.nth(place)).not_to_be_checked()
        me.press("Space")
        expect(switches.nth(place)).to_be_checked()
        me.did(action)
    me.enter(page.get_by_test_id("hear"))
    me.did("Hear the sound")
    me.tab_to(page.locator(".short-field input"))
    me.press("ArrowDown")
    page.locator(".ant-select-dropdown").wait_for()
    me.press("ArrowDown", "Enter")
    assert page.evaluate("localStorage['airdesk.repeat']") == "180"
    me.did("Choose how often it rings again")
    me.enter(page.get_by_test_id("end-session"))
    page.locator(".ant-modal-confirm").wait_for()
    me.enter(page.get_by_test_id("confirm"))
    expect(page.get_by_test_id("end-session")).to_have_count(1)
    me.did("End another log-in")
    me.enter(page.get_by_test_id("end-others"))
    page.locator(".ant-modal-confirm").wait_for()
    me.enter(page.get_by_test_id("confirm"))
    page.get_by_test_id("end-session").wait_for(state="detached")
    me.did("End all other log-ins")
    me.tab_to(page.locator("[name=old]"), back=True)
    me.type(PASSWORD)
    me.tab_to(page.locator("[name=new]"))
    me.type("another long pass phrase")
    with page.expect_response("**/api/auth/password") as answered:
        me.press("Enter")
    assert answered.value.ok
    me.did("Change the password")
    me.did_all()
