"""The picture of the agent's page for the README, and for whoever judges how it looks.

    python -m tests.e2e.screenshots_desk [folder]

The real program with the demo company: three visitors write, an agent answers.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.screenshots_widget import PICTURES, keep
from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.chat_page import chromium

SIZE: ViewportSize = {"width": 1280, "height": 800}
TIMEOUT_MS = 10_000

_AGENT = re.compile(r"agent \S+ +(http://\S+/enter/\S+)")

VISITORS = (
    ("Emma Clark", "emma@customer.example", ("Do you ship to Norway?",)),
    ("Jonas Weber", "jonas@customer.example", ("My ink arrived broken.", "It is the blue one.")),
    (
        "Mei Tan",
        "mei@customer.example",
        ("Hi! Is this year's Longjing in stock?", "Two tins, please, as a present."),
    ),
)
ANSWERS = (
    "Hello Mei! Yes, it came from Meijiawu last Thursday.",
    "With pleasure. We wrap them in paper from Huizhou, at no charge.",
)
NOTE = "Regular customer: two orders last year, both green tea."


def main() -> None:
    """Take the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    folder = parser.parse_args().folder
    with (
        tempfile.TemporaryDirectory() as data,
        AirDeskServer(Path(data), options=("--demo",), agents=0) as server,
        chromium() as browser,
    ):
        wait_until(lambda: bool(_AGENT.search(server.stdout)), "the agents' links")
        desk = _page(browser)
        desk.goto(_AGENT.findall(server.stdout)[0])
        desk.wait_for_url("**/console/**")
        desk.goto(f"{server.address}/agent")
        desk.get_by_test_id("availability").select_option("online")
        for visitor in VISITORS:
            _write(_page(browser), server, *visitor)
        expect(desk.get_by_test_id("conversation")).to_have_count(len(VISITORS))
        _answer(desk)
        place = folder / "desk-agent.png"
        keep(desk, place)
        sys.stdout.write(f"{place.stat().st_size:>8}  {place}\n")


def _page(browser: Browser) -> Page:
    page = browser.new_context(
        viewport=SIZE, locale="en-US", color_scheme="light", reduced_motion="reduce"
    ).new_page()
    page.add_init_script("localStorage['airdesk.language'] = 'en'")
    page.set_default_timeout(TIMEOUT_MS)
    return page


def _write(page: Page, server: AirDeskServer, name: str, email: str, words: Sequence[str]) -> None:
    """Be a visitor who asks for a person and tells who he is."""
    with urllib.request.urlopen(f"{server.address}/demo/facts.json") as answer:
        inbox = json.load(answer)["inbox"]
    page.goto(f"{server.address}/chat/{inbox}?lang=en")
    for text in ("Talk to a person", *words):
        page.get_by_test_id("composer").fill(text)
        page.get_by_test_id("send").click()
        page.locator("[data-author=visitor][data-seq]").get_by_text(text, exact=True).wait_for()
    page.evaluate(
        """([name, email]) => fetch('/api/widget/contact', {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${Object.entries(localStorage)
              .find(([key]) => key.endsWith('.token'))[1]}`,
          },
          body: JSON.stringify({name, email, attributes: {plan: 'Tea club', orders: '2'}}),
        })""",
        [name, email],
    )


def _answer(desk: Page) -> None:
    """Open the newest conversation, answer, and leave a note."""
    desk.reload()
    desk.get_by_test_id("conversation").filter(has_text=VISITORS[-1][0]).click()
    for text in ANSWERS:
        desk.get_by_test_id("composer").fill(text)
        desk.get_by_test_id("send").click()
        desk.locator("[data-testid=message][data-seq]").get_by_text(text).wait_for()
    desk.get_by_test_id("note").click()
    desk.get_by_test_id("composer").fill(NOTE)
    desk.get_by_test_id("send").click()
    desk.locator("[data-testid=message][data-seq]").get_by_text(NOTE).wait_for()
    desk.get_by_test_id("message-tab").click()
    desk.wait_for_timeout(400)  # Fonts and the last step of layout; nothing tells of them.


if __name__ == "__main__":
    main()
