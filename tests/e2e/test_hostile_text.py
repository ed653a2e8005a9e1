"""Words, names, titles and files that would like to be a program: they are shown, and never run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.e2e.widget_guests import Desk, Guest, open_desk
from tests.kit.airdesk_server import wait_until
from tests.kit.json_client import JsonClient
from tests.kit.rest import RestCaller

_TELL = "parent.postMessage('hacked','*');top.name='hacked';window.hacked=1"

NASTY = (
    f'<img src=x onerror="{_TELL}"><script>{_TELL}</script>'
    f'"><svg/onload="{_TELL}">{{{{7*7}}}}javascript:alert(1)'
)

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


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_desk(tmp_path_factory.mktemp("desk")) as opened:
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


def agent_page(browser: Browser, desk: Desk, who: RestCaller) -> Page:
    """Make a page in a browser in which somebody is logged in."""
    context = browser.new_context(locale="en", viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "airdesk_session", "value": who.cookie, "url": desk.address}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def test_words_names_and_titles_are_text_on_both_sides(browser: Browser, desk: Desk) -> None:
    owner = desk.account.owner
    settings = {"texts": {"en": {"title": NASTY, "greeting": NASTY, "subtitle": NASTY}}}
    path = f"/api/v1/inboxes/{desk.account.inbox_id}"
    answer = owner.call("PATCH", path, {"name": NASTY[:100], "settings": settings})
    assert answer.is_good, answer.content
    identity = desk.identity("7", name=NASTY[:100])
    where = desk.site.page(identify=identity, title=NASTY, attributes={"x": NASTY})
    guest = Guest(browser.new_context(locale="en"), where)
    signs = watched(guest.page)
    guest.page.reload()
    guest.open()
    guest.say(NASTY)
    guest.wait_for_text(NASTY)
    page = agent_page(browser, desk, desk.account.agent)
    agent_signs = watched(page)
    page.goto(f"{desk.address}/agent")
    token = desk.account.agent.socket_token()
    with JsonClient(desk.server.port, token) as client:
        client.command("set_availability", availability=2)
        given = client.hear("event", where=lambda event: event["kind"] == 6)
        client.command("send", where=given["ref"], text=NASTY)
        client.command("note", where=given["ref"], text=NASTY)
    page.get_by_test_id("conversation").first.click()
    page.get_by_test_id("message").filter(has_text=NASTY[:40]).nth(2).wait_for()
    guest.chat.locator("[data-testid=message] .text").nth(1).wait_for()
    assert guest.texts() == [NASTY, NASTY]
    shown = page.get_by_test_id("messages").inner_text()
    assert shown.count(NASTY) == 3
    page.get_by_test_id("contact").get_by_text(NASTY[:60]).first.wait_for()
    for one in (page, guest.page):
        for frame in one.frames:
            assert frame.locator("svg[onload], img[onerror]").count() == 0
    assert_nothing_ran(page, agent_signs)
    assert_nothing_ran(guest.page, signs)


def test_files_that_would_be_programs_are_never_run(browser: Browser, desk: Desk) -> None:
    boot: dict[str, Any] = RestCaller(desk.server.port).post(
        "/api/widget/boot", {"inbox": desk.account.inbox_id}
    )
    visitor = RestCaller(desk.server.port, bearer=boot["token"])
    with JsonClient(desk.server.port, boot["token"]) as client:
        for name, content in UPLOADS.items():
            ticket = visitor.post(f"/api/widget/files?name={name}", raw=content)["ticket"]
            assert client.command("send", where=0, text="", file=ticket)["type"] == "accepted"
    wait_until(lambda: len(desk.texts()) == len(UPLOADS), "all are stored")
    files = [one["file"] for one in desk.events() if one["kind"] == 3]
    owner = desk.account.owner
    page = agent_page(browser, desk, owner)
    signs = watched(page)
    for file, (name, content) in zip(files, UPLOADS.items(), strict=True):
        answer = owner.call("GET", f"/api/v1/files/{file['file']}")
        assert answer.content == content
        check_headers(name, answer.headers)
        # As a page of our own origin, in a frame of one, and as a script of one.
        page.goto(f"{desk.address}/agent")
        address = f"/api/v1/files/{file['file']}"
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
