"""The console in a real browser: an agent's day, drafts, input methods, long talks, keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from airdesk.app.settings import WEB_APPS
from airdesk.core.kernel import (
    AccountId,
    ConversationId,
    Identity,
    InboxId,
    Role,
    VisitorId,
    parse_id,
)
from tests.kit.airdesk_server import AirDeskServer
from tests.kit.console_shop import ConsoleShop, go_online, message, row
from tests.kit.json_client import JsonClient
from tests.kit.long_talk import write_long_talk

AXE = WEB_APPS.parent / "node_modules" / "axe-core" / "axe.min.js"
MESSAGES = 2_000

_JUMPS = """
list => {
  // Where the line under the middle of the list stands, each time something was drawn.
  const middle = list.getBoundingClientRect().top + list.clientHeight / 2;
  const line = document.elementFromPoint(list.getBoundingClientRect().left + 60, middle)
    .closest('li[data-index]');
  const seq = line.querySelector('[data-seq]').dataset.seq;
  globalThis.places = [];
  const look = () => {
    const now = list.querySelector(`[data-seq="${seq}"]`);
    if (now !== null) globalThis.places.push(Math.round(now.getBoundingClientRect().top));
    globalThis.looking = requestAnimationFrame(look);
  };
  look();
}
"""

_KEEP_NOTICES = """
  // The browser's own notifications, so that one of them can be clicked.
  globalThis.notices = [];
  globalThis.Notification = class extends Notification {
    constructor(...said) {
      super(...said);
      notices.push(this);
    }
  };
"""

_TAKE = """
(place, [kind, name]) => {
  const letters = atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk' +
    '+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==');
  const bytes = Uint8Array.from(letters, one => one.charCodeAt(0));
  const clipboardData = new DataTransfer();
  const file = new File([bytes], name, {type: 'image/png'});
  clipboardData.items.add(file);
  const ways = {bubbles: true, cancelable: true};
  if (kind === 'paste') {
    return !place.dispatchEvent(new ClipboardEvent('paste', {...ways, clipboardData}));
  }
  const dragged = {...ways, dataTransfer: clipboardData};
  return ['dragenter', 'dragover', 'drop']
    .map(step => !place.dispatchEvent(new DragEvent(step, dragged)))
    .at(-1);
}
"""
"""Give a picture to a place of the page as the system does; true if the page takes it."""

_ROWS = """
rows => rows.map(row => [
  row.querySelector('b').textContent,
  Math.round(row.getBoundingClientRect().top),
])
"""


@pytest.fixture(scope="module")
def shop(
    running_browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ConsoleShop]:
    """One server and one browser for all."""
    folder = tmp_path_factory.mktemp("console")
    with AirDeskServer(folder, options=("--agents", "0")) as server:
        made = ConsoleShop(running_browser, server)
        yield made
        made.desk.close()


def composer(page: Page) -> Locator:
    """Give the box."""
    return page.get_by_test_id("composer")


def test_an_agents_main_path_with_the_keyboard_alone(shop: ConsoleShop) -> None:
    labels = shop.owner.post("/api/v1/labels", {"name": "Refund", "colour": "#c42b33"})
    assert labels.status_code == 200
    shop.owner.post(
        "/api/v1/canned",
        {"shortcut": "hello", "text": "Hello {{contact.name}}, this is {{agent.name}}."},
    )
    page = shop.open()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    go_online(page)
    shop.write("My parcel is late", name="Emma Clark")
    row(page, "Emma Clark").wait_for()
    page.keyboard.press("j")
    message(page, "My parcel is late").wait_for()
    # A canned reply, with its names filled in.
    composer(page).wait_for()
    page.keyboard.type("/hel")
    page.get_by_test_id("canned").get_by_text("/hello").wait_for()
    page.keyboard.press("Enter")
    expect(composer(page)).to_have_value("Hello Emma Clark, this is jonas.")
    page.keyboard.press("Enter")
    answer = message(page, "Hello Emma Clark, this is jonas.")
    expect(answer).to_have_attribute("data-state", "sent")
    # A note with a colleague's name; single keys work once the box is left.
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Please look, @mi")
    page.get_by_test_id("mentions-offered").get_by_text("mia").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    message(page, "Please look, @mia").and_(page.locator("[data-note]")).wait_for()
    # Labels and priority.
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.get_by_role("option", name="Refund").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("option", name="Refund").and_(page.locator("[data-chosen]")).wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".chat-head").get_by_text("Refund")).to_be_visible()
    page.keyboard.press("p")
    page.get_by_role("option", name="Urgent").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(".chat-head").get_by_text("Urgent")).to_be_visible()
    # Resolved, found again in its list, and by the command bar taken up again.
    page.keyboard.press("e")
    expect(page.get_by_test_id("status")).to_have_text("Resolved")
    page.keyboard.press("g")
    page.keyboard.press("r")
    row(page, "Emma Clark").wait_for()
    page.keyboard.press("j")
    message(page, "My parcel is late").wait_for()
    page.keyboard.press("Control+k")
    page.get_by_test_id("commands").wait_for()
    page.keyboard.type("reop")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("status")).to_have_text("Open")
    # The colleague finds what names her.
    other = shop.open("/c/mentions", shop.other)
    row(other, "Emma Clark").wait_for()
    assert errors == []
    other.context.close()
    page.context.close()


def test_a_draft_survives_another_conversation_and_a_reload(shop: ConsoleShop) -> None:
    page = shop.open()
    go_online(page)
    shop.write("First of two", name="Ada")
    shop.write("Second of two", name="Bert")
    row(page, "Ada").click()
    message(page, "First of two").wait_for()
    composer(page).fill("half a sen")
    page.get_by_test_id("note").click()
    expect(composer(page)).to_have_value("")
    composer(page).fill("for the team")
    row(page, "Bert").click()
    message(page, "Second of two").wait_for()
    expect(composer(page)).to_have_value("")
    expect(row(page, "Ada")).to_contain_text("half a sen")
    page.reload()
    row(page, "Ada").click()
    message(page, "First of two").wait_for()
    expect(composer(page)).to_have_value("half a sen")
    page.get_by_test_id("note").click()
    expect(composer(page)).to_have_value("for the team")
    page.context.close()


def test_a_slip_is_not_sent_a_new_reply_is_found_and_what_was_snoozed_too(
    shop: ConsoleShop,
) -> None:
    page = shop.open()
    go_online(page)
    shop.write("Is anybody there?", name="Nils")
    row(page, "Nils").click()
    message(page, "Is anybody there?").wait_for()
    sent = page.locator("[data-testid=message][data-own]")
    composer(page).fill("/nosuch")
    composer(page).press("Enter")
    expect(composer(page)).to_have_value("/nosuch")
    expect(sent).to_have_count(0)
    composer(page).press("Escape")
    composer(page).press("Enter")
    message(page, "/nosuch").and_(sent).wait_for()
    fresh = {"shortcut": "fresh", "text": "Written after the page was opened"}
    assert shop.owner.post("/api/v1/canned", fresh).status_code == 200
    composer(page).fill("/fre")
    page.get_by_test_id("canned").get_by_text("/fresh").click()
    expect(composer(page)).to_have_value("Written after the page was opened")
    composer(page).fill("")
    page.get_by_test_id("snooze").click()
    page.get_by_role("option").first.click()
    expect(row(page, "Nils")).to_have_count(0)
    page.get_by_role("link", name="Snoozed").click()
    expect(row(page, "Nils")).to_contain_text("/nosuch")
    page.context.close()


def test_enter_while_composing_never_sends(shop: ConsoleShop) -> None:
    page = shop.open()
    go_online(page)
    shop.write("请问在吗？", name="王小明")
    row(page, "王小明").click()
    message(page, "请问在吗").wait_for()
    composer(page).click()
    # What an input method does: a composition, and Enter that takes its letters as they are.
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
    key = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    expect(composer(page)).to_have_value("ni")
    devtools.send("Input.insertText", {"text": "你好"})
    expect(composer(page)).to_have_value("你好")
    assert page.locator("[data-testid=message][data-own]").count() == 0
    page.keyboard.press("Enter")
    message(page, "你好").and_(page.locator("[data-own]")).wait_for()
    page.context.close()


def test_no_line_under_the_pointer_moves_while_others_write(shop: ConsoleShop) -> None:
    page = shop.open()
    go_online(page)
    writers = [shop.write("Hello", name=name) for name in ("Cleo", "Dora", "Edda")]
    row(page, "Edda").click()
    message(page, "Hello").wait_for()
    rows = page.get_by_test_id("conversation")
    before = rows.evaluate_all(_ROWS)
    row(page, "Dora").hover()
    with JsonClient(shop.server.port, writers[0].token) as socket:
        socket.command("send", where=0, text="Are you there?")
    row(page, "Are you there?").wait_for()
    shop.write("I am new", name="Fred")
    page.get_by_role("button", name="1 new").wait_for()
    assert rows.evaluate_all(_ROWS) == before
    # Once the pointer is elsewhere, the list is in its order.
    page.mouse.move(900, 400)
    row(page, "Fred").wait_for()
    names = [name for name, _ in rows.evaluate_all(_ROWS)]
    assert [one for one in names if one in "Cleo Dora Edda Fred"] == [
        "Fred",
        "Cleo",
        "Edda",
        "Dora",
    ]
    # However many were opened, one conversation is in the page.
    for name in ("Cleo", "Dora", "Edda"):
        row(page, name).click()
        page.locator(".chat-head").get_by_text(name).wait_for()
    expect(page.get_by_test_id("messages")).to_have_count(1)
    page.context.close()


def test_a_visitor_who_writes_on_takes_no_focus(shop: ConsoleShop) -> None:
    page = shop.open()
    go_online(page)
    visitor = shop.write("One question", name="Gina")
    row(page, "Gina").click()
    message(page, "One question").wait_for()
    expect(composer(page)).to_be_focused()
    page.keyboard.press("Escape")
    conversation = page.get_by_test_id("chat").get_attribute("data-id")
    shop.agent.post(f"/api/v1/conversations/{conversation}/resolve").raise_for_status()
    expect(page.get_by_test_id("status")).to_have_text("Resolved")
    with JsonClient(shop.server.port, visitor.token) as socket:
        socket.command("send", where=0, text="And another one")
    expect(page.get_by_test_id("status")).to_have_text("Open")
    page.locator("[data-testid=message-tab]:enabled").wait_for()
    expect(page.get_by_test_id("messages")).to_be_focused()
    page.keyboard.press("i")
    expect(page.get_by_test_id("contact")).to_have_count(0)
    expect(composer(page)).to_have_value("")
    page.keyboard.press("i")
    page.context.close()


def test_a_click_on_a_notification_opens_that_conversation(shop: ConsoleShop) -> None:
    context = shop.context(shop.agent)
    context.grant_permissions(["notifications"], origin=shop.desk.address)
    context.add_init_script(_KEEP_NOTICES)
    page = context.new_page()
    page.goto(f"{shop.desk.address}/console/c/mine")
    go_online(page)
    ingo = shop.write("Hello", name="Ingo")
    shop.write("I am here first", name="Hanna")
    row(page, "Ingo").wait_for()
    row(page, "Hanna").click()
    message(page, "I am here first").wait_for()
    # The agent looks at another window, as the system sees it.
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    context.new_page().bring_to_front()
    page.wait_for_function("!document.hasFocus()")
    with JsonClient(shop.server.port, ingo.token) as socket:
        socket.command("send", where=0, text="Is it waterproof?")
    page.wait_for_function("notices.length === 1")
    said = page.evaluate("[notices[0].title, notices[0].body]")
    assert said == ["Ingo", "Is it waterproof?"]
    page.evaluate("notices[0].dispatchEvent(new Event('click'))")
    message(page, "Is it waterproof?").wait_for()
    expect(page.locator(".chat-head h2")).to_have_text("Ingo")
    assert "/c/mine/" in page.url
    context.close()


def at_chat(shop: ConsoleShop, **options: Any) -> Page:
    """Be a visitor with the chat open, in a browser of his own."""
    page = shop.browser.new_context(locale="en", **options).new_page()
    page.goto(f"{shop.desk.address}/chat/{shop.desk.inbox['inbox_id']}?lang=en")
    page.locator("[data-testid=connection][data-state=live]").wait_for(state="attached")
    return page


def test_what_is_pasted_or_dropped_arrives_at_the_visitor(shop: ConsoleShop) -> None:
    page = shop.open()
    go_online(page)
    visitor = at_chat(shop)
    visitor.get_by_test_id("composer").fill("Which one is it?")
    visitor.get_by_test_id("composer").press("Enter")
    row(page, "Which one is it?").click()
    message(page, "Which one is it?").wait_for()
    # A picture into the box, and another one on what was said.
    assert composer(page).evaluate(_TAKE, ["paste", "pasted.png"])
    ready = page.locator("[data-testid=attachments] [data-state=ready]")
    expect(ready).to_have_count(1)
    assert page.get_by_test_id("messages").evaluate(_TAKE, ["drop", "dropped.png"])
    expect(ready).to_have_count(2)
    expect(composer(page)).to_be_focused()
    composer(page).press("Enter")
    for name in ("pasted.png", "dropped.png"):
        picture = visitor.get_by_test_id("message").locator(f"img[alt*='{name}']")
        picture.wait_for()
        visitor.wait_for_function(
            "picture => picture.naturalWidth === 1", arg=picture.element_handle()
        )
    # A note takes no file, and beside the conversation none opens in place of the console.
    page.get_by_test_id("note").click()
    assert not page.get_by_test_id("messages").evaluate(_TAKE, ["drop", "note.png"])
    over = page.get_by_test_id("lists").evaluate(
        """lists => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(['x'], 'beside.txt'));
          const event = new DragEvent(
            'dragover', {bubbles: true, cancelable: true, dataTransfer});
          return [!lists.dispatchEvent(event), dataTransfer.dropEffect];
        }"""
    )
    assert over == [True, "none"]
    expect(page.get_by_test_id("attachments")).to_have_count(0)
    visitor.context.close()
    page.context.close()


_FROM_END = "list => Math.round(list.scrollHeight - list.scrollTop - list.clientHeight)"


def test_a_turned_phone_stays_at_the_end_of_the_conversation(shop: ConsoleShop) -> None:
    upright: ViewportSize = {"width": 390, "height": 844}
    across: ViewportSize = {"width": 844, "height": 390}
    phone: Any = {"viewport": upright, "has_touch": True, "is_mobile": True}
    page = shop.open()
    page.set_viewport_size(upright)
    go_online(page)
    visitor = at_chat(shop, **phone)
    for number in range(24):
        box = visitor.get_by_test_id("composer")
        box.fill(f"Line {number} is long enough that a narrow screen breaks it into some lines")
        box.press("Enter")
        visitor.get_by_test_id("message").filter(has_text=f"Line {number} ").wait_for()
    row(page, "Line 23").click()
    message(page, "Line 23").wait_for()
    places = (
        (page, page.get_by_test_id("messages")),
        (visitor, visitor.locator(".scroll").first),
    )
    for size in (across, upright, across):
        for side, log in places:
            side.set_viewport_size(size)
            last = log.get_by_test_id("message").last
            expect(last).to_contain_text("Line 23")
            expect(last).to_be_in_viewport(ratio=0.9)
            side.wait_for_function(f"list => ({_FROM_END})(list) <= 2", arg=log.element_handle())
    # Who reads further up is not taken to the end.
    for side, log in places:
        log.evaluate("list => list.scrollTo(0, list.scrollHeight / 2)")
        side.wait_for_function(f"list => ({_FROM_END})(list) > 200", arg=log.element_handle())
        side.set_viewport_size(upright)
        side.wait_for_function(
            f"list => list.clientHeight > 400 && ({_FROM_END})(list) > 200",
            arg=log.element_handle(),
        )
    visitor.context.close()
    page.context.close()


def test_a_long_conversation_does_not_jump(shop: ConsoleShop) -> None:
    page = shop.open()
    go_online(page)
    visitor = shop.write("Message 0", name="Long Talker")
    row(page, "Long Talker").click()
    message(page, "Message 0").wait_for()
    conversation = page.get_by_test_id("chat").get_attribute("data-id") or ""
    account = shop.owner.get("/api/auth/session").json()["account"]["account_id"]
    inbox = InboxId(parse_id(shop.desk.inbox["inbox_id"]))
    account_id = AccountId(parse_id(account))
    shop.server.stop()
    write_long_talk(
        shop.server.data,
        ConversationId(parse_id(conversation)),
        Identity(account_id, Role.VISITOR, VisitorId(parse_id(visitor.id)), inbox),
        Identity(account_id, Role.AGENT, parse_id(shop.agent.id)),
        MESSAGES,
    )
    shop.server.start()
    page.reload()
    message(page, f"Message {MESSAGES}").wait_for()
    messages = page.get_by_test_id("messages")
    # Of thousands only what is near the screen is in the page.
    page.mouse.move(900, 400)
    for _ in range(6):
        page.mouse.wheel(0, -1500)
        page.wait_for_function("document.querySelector('[data-testid=messages]').scrollTop > 0")
        messages.evaluate(_JUMPS)
        before = messages.evaluate("list => list.scrollHeight")
        page.wait_for_function(
            "([list, height]) => list.scrollHeight > height || list.scrollTop > 1500",
            arg=[messages.element_handle(), before],
        )
        page.evaluate("cancelAnimationFrame(globalThis.looking)")
        places = page.evaluate("globalThis.places")
        assert max(places) - min(places) <= 2, places
    assert messages.get_by_test_id("message").count() < 120
    # What comes meanwhile moves nothing, and is one press away.
    with JsonClient(shop.server.port, visitor.token) as socket:
        messages.evaluate(_JUMPS)
        socket.command("send", where=0, text="And one behind two thousand")
        row(page, "And one behind two thousand").wait_for()
    page.evaluate("cancelAnimationFrame(globalThis.looking)")
    places = page.evaluate("globalThis.places")
    assert max(places) - min(places) <= 2, places
    expect(page.get_by_test_id("to-end")).to_have_text("1 new")
    page.get_by_label("To the newest message").click()
    message(page, "And one behind two thousand").wait_for()
    page.context.close()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_no_page_has_a_serious_finding_of_axe(shop: ConsoleShop, look: str) -> None:
    page = shop.open()
    page.evaluate(f"localStorage['airdesk.look'] = '{look}'")
    page.reload()
    go_online(page)
    shop.write("Is this the right colour?", name="Lena")
    row(page, "Lena").click()
    message(page, "Is this the right colour?").wait_for()
    page.get_by_test_id("contact").get_by_text("Earlier conversations").wait_for()
    check_axe(page)
    page.keyboard.press("Escape")
    for keys, sign in OVERLAYS:
        for key in keys:
            page.keyboard.press(key)
        look_into(page, sign)
    for key, name in (("u", "Appearance"), ("f", "Inbox")):
        page.keyboard.press(key)
        page.get_by_role("menuitem", name=name).hover()
        page.locator(".ant-dropdown-menu-sub").filter(visible=True).wait_for()
        check_axe(page, ".ant-dropdown-menu-submenu-popup")
        page.reload()
        expect(composer(page)).to_be_focused()
        page.keyboard.press("Escape")
    write_with_help(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{shop.desk.address}/console/c/mine")
    page.get_by_test_id("list-choice").click()
    look_into(page, ".ant-dropdown")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("Escape")
    for path in ("/c/queue", "/profile"):
        page.goto(f"{shop.desk.address}/console{path}")
        page.locator("h1").first.wait_for()
        check_axe(page)
    page.locator(".short-field input").press("ArrowDown")
    look_into(page, ".ant-select-dropdown")
    page.context.close()
    look_beside_the_conversations(shop, look)


OVERLAYS = (
    (["?"], ".ant-modal"),
    (["Control+k"], ".ant-modal"),
    (["t"], ".ant-modal"),
    (["l"], ".ant-modal"),
    (["p"], ".ant-modal"),
    (["s"], ".ant-modal"),
    (["."], ".ant-dropdown"),
    (["u"], ".ant-dropdown"),
    (["f"], ".ant-dropdown"),
)
"""What lies over an open conversation, and the keys that open it."""


def look_into(page: Page, sign: str) -> None:
    """Look at what lies over the page, and close it."""
    over = page.locator(sign).filter(visible=True).last
    over.wait_for()
    check_axe(page, sign)
    page.keyboard.press("Escape")
    expect(page.locator(sign).filter(visible=True)).to_have_count(0)


def write_with_help(page: Page) -> None:
    """Look at what the box offers, at the contact's form and at the question before a block."""
    page.keyboard.press("r")
    for text, sign in (("/", "[data-testid=canned]"), ("", ".ant-popover"), ("@", "note")):
        composer(page).fill("")
        if sign == ".ant-popover":
            page.get_by_test_id("emoji").click()
        elif sign == "note":
            page.get_by_test_id("note").click()
            sign = "[data-testid=mentions-offered]"
        if text:
            page.keyboard.type(text)
        look_into(page, sign)
    page.get_by_test_id("message-tab").click()
    page.get_by_test_id("contact-edit").click()
    page.locator(".contact-form").wait_for()
    check_axe(page, ".contact")
    page.get_by_test_id("contact").get_by_role("button", name="Cancel").click()
    page.get_by_test_id("block").click()
    look_into(page, ".ant-modal-confirm")


def look_beside_the_conversations(shop: ConsoleShop, look: str) -> None:
    """Look at the windows of the visitors' list and of the live board."""
    page = shop.open("/visitors", shop.owner)
    page.evaluate(f"localStorage['airdesk.look'] = '{look}'")
    lena = shop.write(name="Lena Ohm")
    talker = shop.write("Who takes care of it?", name="Max")
    with JsonClient(shop.server.port, lena.token), shop.is_there(shop.other):
        shop.do(talker, "assign", agent_id=shop.other.id)
        page.reload()
        visitor = page.get_by_test_id("visitor").filter(has_text="Lena Ohm")
        visitor.locator(".who-button").click()
        look_into(page, ".ant-drawer")
        visitor.get_by_test_id("invite-visitor").click()
        look_into(page, ".ant-modal")
        page.goto(f"{shop.desk.address}/console/board")
        page.get_by_test_id("board-agent").filter(has_text="mia").get_by_role("button").click()
        page.get_by_test_id("take-over").first.click()
        look_into(page, ".ant-modal-confirm")
        check_axe(page)
    page.context.close()


def check_axe(page: Page, part: str = "html") -> None:
    """Fail for what axe finds serious in a part of the page."""
    page.evaluate(Path(AXE).read_text())
    found = page.evaluate("part => axe.run(part, {resultTypes: ['violations']})", part)
    serious = [
        (one["id"], [node["html"][:160] for node in one["nodes"]][:4])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
