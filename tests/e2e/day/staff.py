"""What agents and the supervisor do at the console."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Locator, expect

from tests.e2e.day.stage import Screen
from tests.e2e.day.words import Being

List = Literal["mine", "queue", "bot", "all", "mentions", "snoozed", "resolved"]
Availability = Literal["offline", "busy", "online"]

_PUBLIC = """list => Array.from(
  list.querySelectorAll('[data-testid=message]:not([data-note])'),
  one => [Number(one.dataset.seq), one.querySelector('.text')?.innerText ?? ''],
)"""


class Agent:
    """Somebody who answers visitors."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.page = screen.page

    def be(self, availability: Availability) -> None:
        """Say by the menu at the foot of the bar whether conversations may come."""
        self.screen.part("self").click()
        self.screen.part(f"availability-{availability}").click()
        self.page.locator(f"[data-testid=self][data-presence={availability}]").wait_for()

    def open_list(self, name: List) -> None:
        """Show a list of conversations."""
        self.screen.part(f"list-{name}").click()
        self.page.wait_for_url(f"**/console/c/{name}*")

    def row(self, visitor: Being) -> Locator:
        """Give a visitor's line in the list."""
        return self.screen.part("conversation").filter(has_text=visitor.name)

    def open(self, visitor: Being) -> None:
        """Open a visitor's conversation from the list."""
        self.row(visitor).click()
        expect(self.page.locator(".chat-head h2")).to_have_text(visitor.name)
        self.screen.part("messages").get_by_test_id("message").first.wait_for()

    def take(self) -> None:
        """Take the open conversation."""
        self.screen.part("take").click()
        expect(self.screen.part("resolve")).to_be_visible()

    def say(self, text: str) -> None:
        """Write to the visitor, and wait until the server has it."""
        self.screen.part("message-tab").click()
        self.screen.part("composer").fill(text)
        self.screen.part("composer").press("Enter")
        self.sees_own(text)

    def note(self, text: str) -> None:
        """Write a note that only the team sees."""
        self.screen.part("note").click()
        self.screen.part("composer").fill(text)
        self.screen.part("send").click()
        self.sees_note(text)

    def fetch_canned(self, word: str, text: str, picture: str = "") -> None:
        """Fetch a canned reply by a slash, and send it."""
        self.screen.part("composer").press_sequentially(f"/{word}")
        self.screen.part("canned").get_by_text(f"/{word}").wait_for()
        self.screen.look(picture)
        self.screen.part("composer").press("Enter")
        expect(self.screen.part("composer")).to_have_value(text)
        self.screen.part("composer").press("Enter")
        self.sees_own(text)

    def message(self, text: str) -> Locator:
        """Give the message with a text."""
        return self.screen.part("messages").get_by_test_id("message").filter(has_text=text)

    def sees(self, text: str) -> None:
        """Wait for a message."""
        self.message(text).wait_for()

    def sees_own(self, text: str) -> None:
        """Wait until the server has an own message."""
        self.message(text).and_(self.page.locator("[data-own][data-seq]")).wait_for()

    def sees_note(self, text: str) -> None:
        """Wait for a note that the server has."""
        self.message(text).and_(self.page.locator("[data-note][data-seq]")).wait_for()

    def label(self, name: str) -> None:
        """Put a label on the open conversation."""
        self.screen.part("labels").click()
        option = self.page.get_by_role("option", name=name)
        option.click()
        option.and_(self.page.locator("[data-chosen]")).wait_for()
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".chat-head").get_by_text(name)).to_be_visible()

    def hurry(self) -> None:
        """Make the open conversation urgent, by keys."""
        self.page.locator(".chat-head h2").click()
        self.page.keyboard.press("p")
        self.page.get_by_role("option").last.wait_for()
        self.page.get_by_role("option").nth(0).hover()
        self.page.get_by_role("option").nth(0).click()
        expect(self.page.locator(".chat-head .flag")).to_be_visible()

    def transfer(self, to: str, note: str, picture: str = "") -> None:
        """Hand the open conversation to a team or a colleague."""
        self.screen.part("transfer").click()
        self.page.get_by_role("combobox").last.fill(to)
        self.page.get_by_role("option", name=to).click()
        self.page.locator("#transfer-note").fill(note)
        self.screen.look(picture)
        self.page.locator("#dialog-confirm").click()
        self.page.get_by_role("dialog").wait_for(state="detached")

    def snooze_for_an_hour(self, picture: str = "") -> None:
        """Put the open conversation aside until in an hour, which is offered first."""
        self.screen.part("snooze").click()
        self.page.get_by_role("option").first.wait_for()
        self.screen.look(picture)
        self.page.get_by_role("option").first.click()
        self.page.locator("[data-testid=status][data-status=snoozed]").wait_for()

    def resolve(self, visitor: Being) -> None:
        """End the open conversation, a visitor's; the desk goes on with the next one."""
        self.screen.part("resolve").click()
        expect(self.row(visitor)).to_have_count(0)

    def texts(self) -> list[str]:
        """Give the messages of the open conversation, without notes, from its start to its end."""
        messages = self.screen.part("messages")
        # Only what is near the screen is in the page.
        seen = [messages.evaluate(_PUBLIC)]
        messages.evaluate("list => list.scrollTo(0, 0)")
        self.page.locator(".messages li[data-index='0']").wait_for()
        seen.append(messages.evaluate(_PUBLIC))
        texts = [one for part in seen for one in part]
        assert len(dict(texts)) == len({tuple(one) for one in texts}), "one place, two messages"
        return [text for _, text in sorted(dict(texts).items())]


class Supervisor(Agent):
    """Somebody who watches, and steps in."""

    def see_board(self) -> None:
        """Go to the board."""
        self.page.locator('nav.bar a[href$="/board"]').click()
        self.screen.part("tiles").wait_for()

    def whisper(self, agent: Being, visitor: Being, text: str, picture: str = "") -> None:
        """Open an agent's conversation from the board, and write to him alone."""
        line = self.screen.part("board-agent").filter(has_text=agent.name)
        line.get_by_test_id("board-open-agent").click()
        held = self.screen.part("board-conversations").locator("li").filter(has_text=visitor.name)
        held.wait_for()
        self.screen.look(picture)
        held.get_by_test_id("whisper").click()
        self.page.wait_for_url("**/console/c/all/*")
        self.note(text)

    def see_visitors(self, *visitors: Being) -> None:
        """Look at who is on the shop's pages now."""
        self.page.locator('nav.bar a[href$="/visitors"]').click()
        for visitor in visitors:
            expect(self.screen.part("visitors")).to_contain_text(visitor.name)
