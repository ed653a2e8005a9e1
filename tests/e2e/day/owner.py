"""What the owner does: from nothing to a shop with a chat and people who answer."""

from __future__ import annotations

import re
from typing import NamedTuple

from playwright.sync_api import expect

from tests.e2e.day.stage import Screen, Stage
from tests.e2e.day.words import PASSWORD, Being
from tests.kit.airdesk_server import wait_until

_SETUP = re.compile(r"http://\S+/setup#\S+")


class Copied(NamedTuple):
    """What the owner copied for the shop's pages."""

    line: str
    sources: str


class Owner:
    """The owner at a computer."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.words = stage.words
        allowed = ["clipboard-read", "clipboard-write"]
        self.screen = stage.person("owner", permissions=allowed)

    def set_up(self) -> None:
        """Follow the link that the program printed, and become its owner."""
        wait_until(lambda: bool(_SETUP.search(self.stage.server.stdout)), "the set-up link")
        page, words = self.screen.page, self.words
        page.goto(_SETUP.findall(self.stage.server.stdout)[-1])
        page.locator("[name=account_name]").fill(words.company)
        page.locator("[name=name]").fill(words.owner.name)
        page.locator("[name=email]").fill(words.owner.email)
        page.locator("[name=password]").fill(PASSWORD)
        self.screen.look("set-up")
        self.screen.part("set-up").click()
        self.screen.part("embed").wait_for()
        self.screen.look("set-up-done")
        self.screen.part("to-desk").click()
        page.wait_for_url("**/console/**")

    def visit(self, section: str) -> None:
        """Go to a part of the settings by its link."""
        page = self.screen.page
        if "/console/settings" not in page.url:
            page.locator('nav.bar a[href$="/settings"]').click()
        page.locator(f'nav.places a[href$="/settings/{section}"]').click()
        page.wait_for_url(f"**/settings/{section}")
        self.screen.settled()

    def save(self) -> None:
        """Save the form, and wait until the server has it."""
        self.screen.part("save").click()
        self.screen.part("saved").wait_for()

    def make_inbox(self) -> None:
        """Make an inbox with its look, its words, its hours and its rule."""
        screen, words = self.screen, self.words
        self.visit("inboxes")
        screen.part("add").click()
        screen.field("name").fill(words.inbox)
        screen.field("site").fill("www.leaf.example")
        screen.part("save").click()
        screen.part("embed").wait_for()
        screen.look("owner-install")
        screen.part("tab-look").click()
        screen.field("colour").fill("#2f6f4f")
        screen.part("tab-texts").click()
        own = f"{self.stage.language}."
        screen.field(own + "title").fill(words.title)
        screen.field(own + "subtitle").fill(words.subtitle)
        screen.field(own + "greeting").fill(words.greeting)
        preview = screen.page.frame_locator("[data-testid=preview]").frame_locator("iframe")
        expect(preview.get_by_text(words.greeting)).to_be_visible()
        self.save()
        screen.look("owner-texts")
        screen.part("tab-visitors").click()
        expect(preview.locator("h1")).to_have_text(words.title)
        screen.page.locator('[data-field="form"]').get_by_role("combobox").click()
        screen.page.locator(".ant-select-item-option").nth(1).click()
        self.save()
        screen.look()
        self._set_hours()
        screen.part("tab-routing").click()
        screen.field("has_bot").click()
        self.save()
        screen.look("owner-routing")

    def _set_hours(self) -> None:
        self.screen.part("tab-hours").click()
        self.screen.field("timezone").click()
        self.screen.page.keyboard.type(self.words.timezone)
        self.screen.page.locator(".ant-select-item-option").filter(
            has_text=self.words.timezone
        ).click()
        week = self.screen.page.locator(".week-day")
        week.first.locator("input.clock").first.fill("08:30")
        self.screen.page.locator(".week ~ .buttons button").first.click()
        self.save()
        expect(week.nth(4).locator("input.clock").first).to_have_value("08:30")
        self.screen.look("owner-hours")

    def copy_embed(self) -> Copied:
        """Copy from the page what the shop's pages need."""
        self.screen.part("tab-install").click()
        copied = []
        for name in ("embed", "policy"):
            self.screen.part(f"{name}-copy").click()
            expect(self.screen.part(f"{name}-copy")).to_have_text(self.words.copied)
            copied.append(str(self.screen.page.evaluate("navigator.clipboard.readText()")))
        return Copied(*copied)

    def allow(self, origin: str) -> None:
        """Let the shop's site show the chat, too."""
        sites = self.screen.field("allowed_origins")
        sites.fill(f"{sites.input_value()}\n{origin}")
        self.save()

    def teach_assistant(self) -> None:
        """Write questions and answers, and try them."""
        screen = self.screen
        self.visit("faq")
        screen.look("owner-faq-empty")
        for number, (asked, variants, answer) in enumerate(self.words.questions, 1):
            screen.part("add").click()
            screen.field("question").fill(asked)
            screen.field("variants").fill(variants)
            screen.field("answer").fill(answer)
            screen.field("is_suggested").click()
            screen.part("save").click()
            expect(screen.part("item")).to_have_count(number)
        screen.field("question").fill(self.words.trial)
        screen.part("faq-test").click()
        expect(screen.part("faq-answer")).to_contain_text(self.words.questions[0].answer)
        screen.look("owner-faq")

    def write_canned_replies(self) -> None:
        """Write what agents fetch with a slash."""
        self.visit("canned")
        for number, (shortcut, text) in enumerate(self.words.canned, 1):
            self.screen.part("add").click()
            self.screen.field("shortcut").fill(shortcut)
            self.screen.field("text").fill(text)
            self.screen.part("save").click()
            expect(self.screen.part("item")).to_have_count(number)
        self.screen.look("owner-canned")

    def make_labels(self) -> None:
        """Make labels, each in the next colour."""
        self.visit("labels")
        for number, name in enumerate(self.words.labels, 1):
            self.screen.part("add").click()
            self.screen.field("name").fill(name)
            self.screen.part("save").click()
            expect(self.screen.part("item")).to_have_count(number)
        self.screen.look()

    def invite(self, being: Being, role: int = 0) -> str:
        """Invite somebody in a role, by its place in the list, and give the link to be sent."""
        screen = self.screen
        screen.part("invite").click()
        screen.field("email").fill(being.email)
        screen.page.locator(".role-choices label").nth(role).click()
        screen.part("save").click()
        link = screen.part("invite-link").inner_text()
        screen.look("owner-invite" if role else "")
        screen.part("done").click()
        return link

    def see_members(self, *names: str) -> None:
        """Look at who works here."""
        self.visit("members")
        self.screen.page.reload()
        for name in names:
            expect(self.screen.part("members")).to_contain_text(name)
        self.screen.look("owner-members")

    def make_team(self, name: str, member: str) -> None:
        """Put somebody into a new team."""
        self.visit("teams")
        self.screen.part("add").click()
        self.screen.field("name").fill(name)
        self.screen.field("member_ids").click()
        self.screen.page.keyboard.type(member)
        self.screen.page.locator(".ant-select-item-option").filter(has_text=member).click()
        self.screen.field("name").focus()
        self.screen.part("save").click()
        expect(self.screen.part("item")).to_contain_text(member)
        self.screen.look()

    def read_audit(self) -> list[tuple[str, str]]:
        """Read who did what: the act in a program's words, and as it stands on the screen."""
        self.visit("audit")
        rows = self.screen.part("audit").locator("li")
        rows.first.wait_for()
        for row in rows.all():
            if row.locator("summary").count():
                row.locator("summary").click()
        self.screen.look()
        for row in rows.all():
            if row.locator("summary").count():
                row.locator("summary").click()
        for action in ("team.added", "canned.added"):
            rows.and_(self.screen.page.locator(f"[data-action='{action}']")).first.locator(
                "summary"
            ).click()
        self.screen.page.locator(".frame-scroll").evaluate("page => page.scrollTo(0, 0)")
        self.screen.look("owner-audit")
        told: list[tuple[str, str]] = rows.evaluate_all(
            "rows => rows.map(row => [row.dataset.action, row.innerText])"
        )
        return told

    def tour(self) -> None:
        """Look at every page of the settings once more, now that there is something on it."""
        for section in ("skills", "account", "tokens"):
            self.visit(section)
            self.screen.look()


def accept(stage: Stage, being: Being, link: str, name: str, **options: object) -> Screen:
    """Follow an invitation's link, and choose a name and a password."""
    screen = stage.person(name, **options)
    screen.page.goto(link)
    screen.page.locator("[name=name]").fill(being.name)
    screen.page.locator("[name=password]").fill(PASSWORD)
    screen.look("invitation" if name == "emma" else "")
    screen.part("join").click()
    screen.page.wait_for_url(re.compile("/console/"))
    screen.settled()
    return screen
