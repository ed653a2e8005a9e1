"""Words, names, titles and files that would like to be a program: they are shown, and never run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.e2e.widget_guests import MESSAGE, Desk, Guest, open_desk
from tests.kit.airdesk_server import wait_until
from tests.kit.console_page import ConsolePage
from tests.kit.json_client import JsonClient
from tests.kit.rest import RestCaller

_TELL = "parent.postMessage('hacked','*');top.name='hacked';window.hacked=1"

NASTY = (
    f'<img src=x onerror="{_TELL}"><script>{_TELL}</script>'
    f'"><svg/onload="{_TELL}">{{{{7*7}}}}javascript:alert(1)'
)

NAME = '<img src=x onerror="top.hacked=1">'
"""For names that are short."""

PAGES_WITH_NAMES = (
    *("c/all", "visitors", "board", "settings/inboxes", "settings/members", "settings/teams"),
    *("settings/faq", "settings/canned", "settings/labels", "settings/tokens", "settings/audit"),
)
PAGES_WITHOUT = ("profile", "settings/skills", "settings/account")

SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{_TELL}"><script>{_TELL}</script></svg>'
HTML = f"<!doctype html><html><body><script>{_TELL}</script></body></html>"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"

UPLOADS: dict[str, bytes] = {
    "page.html": HTML.encode(),
    "picture.svg": SVG.encode(),
    "picture.png": HTML.encode(),
    "script.js": _TELL.encode(),
    "both.gif": GIF + HTML.encode(),
    "both.png": PNG + SVG.encode(),
    "both.pdf": b"%PDF-1.4\n" + HTML.encode(),
    "page.xml": b'<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml">'
    + f"<script>{_TELL}</script></x>".encode(),
    "utf-7.txt": b"+ADw-script+AD4-hacked=1+ADw-/script+AD4-",
    "utf-16.html": b"\xff\xfe" + HTML.encode("utf-16-le"),
}

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def name_everything(desk: Desk) -> None:
    """Give every thing of an account that has a name or a text the nasty one."""
    owner, agent = desk.account.owner, desk.account.agent
    texts = {"title": NASTY, "greeting": NASTY, "subtitle": NASTY}
    inbox = {"name": NAME, "settings": {"texts": {"en": texts}}}
    for person, path, body in (
        (owner, f"/api/v1/inboxes/{desk.account.inbox_id}", inbox),
        (owner, "/api/v1/account", {"name": NAME}),
        (agent, "/api/v1/members/me", {"name": NAME}),
    ):
        answer = person.call("PATCH", path, body)
        assert answer.is_good, answer.content
    owner.post("/api/v1/labels", {"name": NAME, "colour": "#c4485a"})
    owner.post("/api/v1/teams", {"name": NAME, "member_ids": []})
    owner.post("/api/v1/canned", {"shortcut": "script", "text": NAME + NASTY})
    owner.post("/api/v1/faq", {"question": NAME, "answer": NASTY})
    owner.post("/api/v1/tokens", {"name": NAME, "scopes": ["labels:read"]})


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("desk")) as opened:
        name_everything(opened)
        yield opened


def watched(page: Page) -> list[str]:
    """Collect dialogs and everything that says it was run."""
    signs: list[str] = []

    def seen(dialog: Dialog) -> None:
        signs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", seen)
    page.add_init_script(
        "addEventListener('message', event => {"
        " if (event.data === 'hacked') globalThis.hacked = 1; });"
    )
    return signs


def assert_nothing_ran(page: Page, signs: list[str]) -> None:
    """Check the page, which every frame in it would tell."""
    assert signs == []
    assert page.evaluate("globalThis.hacked ?? null") is None
    assert page.evaluate("globalThis.name") != "hacked"


def console(browser: Browser, desk: Desk, who: RestCaller) -> tuple[ConsolePage, list[str]]:
    """Make a console of somebody who is logged in, and watch it."""
    opened = ConsolePage(browser, desk.address, who.cookie, viewport={"width": 1440, "height": 900})
    return opened, watched(opened.page)


def assert_is_text(page: Page) -> None:
    """Check that no frame of a page has an element that somebody's words would like to be."""
    for frame in page.frames:
        assert frame.locator("svg[onload], img[onerror]").count() == 0


def test_words_names_and_titles_are_text_on_both_sides(browser: Browser, desk: Desk) -> None:
    identity = desk.identity("7", name=NASTY[:100])
    where = desk.site.page(identify=identity, title=NASTY, attributes={"x": NASTY})
    guest = Guest(browser.new_context(locale="en"), where)
    signs = watched(guest.page)
    guest.page.reload()
    guest.open()
    guest.say(NASTY)
    guest.wait_for_text(NASTY)
    agent, agent_signs = console(browser, desk, desk.account.agent)
    agent.open("c/mine")
    token = desk.account.agent.socket_token()
    with JsonClient(desk.server.port, token) as client:
        client.command("set_availability", availability=2)
        given = client.hear("event", where=lambda event: event["kind"] == 6)
        client.command("send", where=given["ref"], text=NASTY)
        client.command("note", where=given["ref"], text=NASTY)
    agent.part("conversation").first.click()
    agent.part("message").filter(has_text=NASTY[:40]).nth(2).wait_for()
    guest.chat.locator("[data-testid=message] .text").nth(1).wait_for()
    assert guest.texts() == [NASTY, NASTY]
    shown = agent.part("messages").inner_text()
    assert shown.count(NASTY) == 3
    agent.part("contact").get_by_text(NASTY[:60]).first.wait_for()
    agent.part("contact").locator(".trail").get_by_text(NASTY[:60]).first.wait_for()
    # What the visitor has typed so far is shown before it is sent.
    guest.chat.get_by_test_id("composer").press_sequentially(NASTY[:80])
    expect(agent.part("typing")).to_contain_text(NASTY[:80])
    for one in (agent.page, guest.page):
        assert_is_text(one)
    assert_nothing_ran(agent.page, agent_signs)
    assert_nothing_ran(guest.page, signs)
    assert agent.errors == []


def test_names_that_the_staff_gave_are_text_on_every_page(browser: Browser, desk: Desk) -> None:
    boot = RestCaller(desk.server.port).post("/api/widget/boot", {"inbox": desk.account.inbox_id})
    visitor = RestCaller(desk.server.port, bearer=boot["token"])
    visitor.post("/api/widget/contact", {"name": NAME, "attributes": {"plan": NASTY}})
    owner, signs = console(browser, desk, desk.account.owner)
    with JsonClient(desk.server.port, boot["token"]) as guest:
        guest.command("send", where=0, text=NASTY)
        owner.open("c/all")
        texts = f"settings/inboxes/{desk.account.inbox_id}/texts"
        for place in (*PAGES_WITH_NAMES, *PAGES_WITHOUT, texts):
            owner.visit(place)
            if place in PAGES_WITH_NAMES:
                expect(owner.page.locator("#page")).to_contain_text(NAME)
            assert_is_text(owner.page)
            assert_nothing_ran(owner.page, signs)
        preview = owner.page.frame_locator("[data-testid=preview]").frame_locator("iframe")
        expect(preview.locator("h1")).to_have_text(NASTY)
        # What is found, and what is asked before something is removed.
        owner.visit("c/all")
        owner.part("search-open").click()
        owner.part("search").fill("javascript")
        expect(owner.part("found-message").first).to_contain_text("javascript:alert(1)")
        owner.visit("settings/labels")
        owner.part("item").get_by_role("button").last.click()
        expect(owner.page.get_by_role("dialog")).to_contain_text(NAME)
        assert_is_text(owner.page)
        assert_nothing_ran(owner.page, signs)
    assert owner.errors == []


def test_files_that_would_be_programs_are_never_run(browser: Browser, desk: Desk) -> None:
    boot: dict[str, Any] = RestCaller(desk.server.port).post(
        "/api/widget/boot", {"inbox": desk.account.inbox_id}
    )
    visitor, visitor_id = RestCaller(desk.server.port, bearer=boot["token"]), boot["visitor_id"]
    with JsonClient(desk.server.port, boot["token"]) as client:
        for name, content in UPLOADS.items():
            ticket = visitor.post(f"/api/widget/files?name={name}", raw=content)["ticket"]
            assert client.command("send", where=0, text="", file=ticket)["type"] == "accepted"
    wait_until(lambda: len(desk.conversations(visitor_id)) == 1, "the conversation is listed")
    wait_until(lambda: len(files_of(desk, visitor_id)) == len(UPLOADS), "all are stored")
    owner = desk.account.owner
    opened, signs = console(browser, desk, owner)
    opened.open("c/all")
    page = opened.page
    for file, (name, content) in zip(files_of(desk, visitor_id), UPLOADS.items(), strict=True):
        address = f"/api/v1/files/{file['file']}"
        answer = owner.call("GET", address)
        assert answer.content == content
        check_headers(name, answer.headers)
        # In a frame of a page of our own origin, as a script and as a picture of it.
        page.evaluate(
            """async address => {
              const frame = document.createElement('iframe');
              frame.src = address;
              const script = document.createElement('script');
              script.src = address;
              const picture = new Image();
              picture.src = address;
              const ended = one => new Promise(end => (one.onload = one.onerror = end));
              const both = Promise.all([ended(script), ended(picture)]);
              const framed = new Promise(
                end => (frame.onload = () => end(1), setTimeout(end, 300)));
              document.body.append(frame, script, picture);
              await both;
              await framed;
            }""",
            address,
        )
        assert_nothing_ran(page, signs)
        if not answer.headers["content-disposition"].startswith("inline"):
            with page.expect_download():
                page.evaluate("address => void (location.href = address)", address)
        assert_nothing_ran(page, signs)


def files_of(desk: Desk, visitor_id: str) -> list[dict[str, Any]]:
    """Give the files that a visitor sent."""
    return [one["file"] for one in desk.events(visitor_id) if one["kind"] == MESSAGE]


def check_headers(name: str, headers: Any) -> None:
    """Check what keeps a file from being a page of ours."""
    kind = headers["content-type"].partition(";")[0]
    assert headers["x-content-type-options"] == "nosniff", name
    policies = headers["content-security-policy"]
    assert "sandbox" in policies, name
    assert "default-src 'none'" in policies, name
    assert headers["cross-origin-resource-policy"] == "same-origin", name
    if kind in PICTURES:
        assert headers["content-disposition"].startswith("inline"), name
    else:
        assert headers["content-disposition"].startswith("attachment"), name
        assert kind not in ("text/html", "image/svg+xml", "application/xhtml+xml"), name
        assert not kind.endswith(("javascript", "xml")), name


def test_a_page_with_an_address_of_another_kind_is_not_kept(desk: Desk) -> None:
    boot = RestCaller(desk.server.port).post("/api/widget/boot", {"inbox": desk.account.inbox_id})
    visitor = RestCaller(desk.server.port, bearer=boot["token"])
    for address in ("javascript:alert(1)", "data:text/html,<script>1</script>", "file:///etc/x"):
        answer = visitor.call("POST", "/api/widget/pages", {"views": [{"url": address}]})
        assert not answer.is_good, address
