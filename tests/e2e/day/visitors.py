"""The shop's page, and those who come to it."""

from __future__ import annotations

import html
from typing import Any

from playwright.sync_api import BrowserContext, Frame, FrameLocator, expect

from tests.e2e.day.stage import Screen, Stage
from tests.e2e.day.words import Being, Words
from tests.kit.host_site import HostSite

_STYLE = """
body { margin: 0 auto; padding: 32px; max-width: 1120px; background: #fbf9f4; color: #2b2a27;
       font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; }
header { display: flex; gap: 48px; align-items: baseline; white-space: pre; overflow: hidden; }
header b, h1 { font-family: Georgia, "Noto Serif CJK SC", serif; }
header b { font-size: 24px; }
main { margin: 28px 0; padding: 64px 56px; border-radius: 28px; background: #e7ead9; }
h1 { margin: 0 0 12px; font-size: 38px; line-height: 1.25; }
ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 24px;
     margin: 0; padding: 0; list-style: none; }
li { padding: 150px 24px 24px; border-radius: 20px; background: #f0ebdd; }
li:nth-child(2) { background: #ece3d3; } li:nth-child(3) { background: #e6e9ea; }
li b { display: block; }
@media (max-width: 600px) { body { padding: 20px; } main { padding: 36px 24px; }
  h1 { font-size: 28px; } header { gap: 24px; } }
"""


def shop_page(words: Words, language: str) -> str:
    """Give the shop's page, with a place for the line that shows the chat."""
    menu, headline, sentence, goods = words.shop
    shelf = "".join(f"<li>{html.escape(name)}<b>{price}</b></li>" for name, price in goods)
    company = html.escape(words.company)
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{company}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="/host.css">'
        f"<header><b>{company}</b><span>{menu}</span></header>"
        f"<main><h1>{headline}</h1>{sentence}</main><ul>{shelf}</ul>"
        '<script src="/host.js"></script>{line}'
    )


def open_shop(stage: Stage, line: str, sources: str) -> HostSite:
    """Give the shop's site, whose page has what the owner copied."""
    page = shop_page(stage.words, stage.language)
    return HostSite(stage.address, "", line=line, sources=sources, page=page, style=_STYLE)


class Guest:
    """A visitor of the shop."""

    def __init__(self, stage: Stage, being: Being, device: BrowserContext, name: str) -> None:
        self.being = being
        self.device = device
        self.screen: Screen = stage.screen(device, name)
        self.page = self.screen.page
        self.stage = stage

    @property
    def chat(self) -> FrameLocator:
        """What is in the panel."""
        return self.page.frame_locator("airdesk-widget iframe")

    @property
    def frame(self) -> Frame:
        """The panel's document."""
        return next(one for one in self.page.frames if "/widget/frame" in one.url)

    def come(self, site: HostSite, **said: Any) -> None:
        """Come to the shop's page."""
        self.page.goto(site.page(**said) if said else site.origin)
        self.page.locator("airdesk-widget button").first.wait_for()

    def open(self) -> None:
        """Click the bubble, and wait until the chat is connected."""
        self.page.locator("airdesk-widget button").first.click()
        self.wait_until_live()

    def wait_until_live(self) -> None:
        """Wait until the chat is connected."""
        self.chat.locator('[data-testid=connection][data-state="live"]').wait_for(state="attached")

    def tell_who(self) -> None:
        """Fill in the form before the first message."""
        form = self.chat.get_by_test_id("form")
        form.locator("[name=name]").fill(self.being.name)
        form.locator("[name=email]").fill(self.being.email)
        self.screen.look()
        self.chat.get_by_test_id("form-send").click()
        self.chat.get_by_test_id("composer").wait_for()

    def say(self, text: str) -> None:
        """Type a message, send it, and wait until the server has it."""
        self.chat.get_by_test_id("composer").fill(text)
        self.chat.get_by_test_id("composer").press("Enter")
        self.sees(text)

    def begin_to_type(self, text: str) -> None:
        """Type, and send nothing."""
        self.chat.get_by_test_id("composer").press_sequentially(text)

    def ask_by_a_tap(self, question: str) -> None:
        """Choose a question that is offered."""
        self.chat.get_by_test_id("option").filter(has_text=question).click()
        self.sees(question)

    def ask_for_a_person(self) -> None:
        """Press the button that calls people."""
        self.chat.get_by_test_id("human").click()

    def sees(self, text: str) -> None:
        """Wait until a message is on the screen, and the server has it."""
        said = self.chat.locator("[data-testid=message][data-seq] .text")
        said.get_by_text(text, exact=True).first.wait_for()

    def sees_agent(self, being: Being) -> None:
        """Wait until somebody is there."""
        expect(self.chat.locator("h1")).to_have_text(being.name)

    def rate(self, score: int) -> None:
        """Say how it was."""
        self.chat.get_by_test_id(f"rate-{score}").click()
        self.chat.get_by_test_id("rating").wait_for(state="detached")

    def texts(self) -> list[str]:
        """Give the messages on the screen."""
        return self.chat.locator("[data-testid=message] .text").all_inner_texts()

    def go_away(self) -> None:
        """Close the page; the device remembers."""
        self.page.close()

    def come_back(self, site: HostSite) -> None:
        """Come again on the same device."""
        self.screen = self.stage.screen(self.device, self.screen.name)
        self.page = self.screen.page
        self.come(site)
