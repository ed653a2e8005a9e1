"""One day of a shop, from an empty folder to the audit log: the test and the pictures play it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.day.owner import Copied, Owner, accept
from tests.e2e.day.staff import Agent, Supervisor
from tests.e2e.day.stage import COMPUTER, DAY_MS, MINUTE_MS, PHONE, PHONE_BROWSER, Stage
from tests.e2e.day.visitors import Guest, open_shop
from tests.kit.host_site import HostSite

HOUR = 60
WEEK = 7 * DAY_MS // MINUTE_MS


class Day:
    """The day, act by act.

    Args:
        stage: nobody was there yet.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.words = stage.words
        self.owner = Owner(stage)
        self.emma: Agent
        self.tom: Agent
        self.sara: Supervisor
        self.clara: Guest
        self.ben: Guest
        self.ines: Guest
        self.audit: list[tuple[str, str]] = []
        """The acts of the audit log: in a program's words, and as they stand on the screen."""

    def play(self) -> None:
        """Live through it."""
        copied = self.the_owner_opens_the_shop()
        with open_shop(self.stage, *copied) as site:
            self.owner.allow(site.origin)
            self.people_are_invited()
            self.the_assistant_answers(site)
            self.a_person_is_asked_for()
            self.an_agent_takes_her(site)
            self.a_colleague_takes_over(site)
            self.the_supervisor_whispers()
            self.it_is_put_aside_and_comes_back()
            self.all_is_done()
            self.every_screen_agrees()
            self.a_week_later()
            self.the_owner_reads_what_was_done()
            for guest in (self.clara, self.ben, self.ines):
                assert guest.page.evaluate("violations") == []
        assert [one.errors for one in self.stage.screens if one.errors] == []

    def the_owner_opens_the_shop(self) -> Copied:
        """Set-up, and everything that visitors and agents will need."""
        self.owner.set_up()
        self.owner.teach_assistant()
        self.owner.make_inbox()
        return self.owner.copy_embed()

    def people_are_invited(self) -> None:
        """Two agents and a supervisor come in by their links; the rest of the settings."""
        owner, words, stage = self.owner, self.words, self.stage
        owner.visit("members")
        emma = owner.invite(words.emma)
        tom = owner.invite(words.tom)
        sara = owner.invite(words.supervisor, role=1)
        self.emma = Agent(accept(stage, words.emma, emma, "emma"))
        self.tom = Agent(accept(stage, words.tom, tom, "tom"))
        self.sara = Supervisor(accept(stage, words.supervisor, sara, "sara"))
        owner.see_members(words.emma.name, words.tom.name, words.supervisor.name)
        owner.make_team(words.team, words.tom.name)
        owner.write_canned_replies()
        owner.make_labels()
        self.emma.screen.look("agent-first-sight")

    def the_assistant_answers(self, site: HostSite) -> None:
        """Ines asks in the morning and goes; Clara asks, and the answer is not enough."""
        stage, words = self.stage, self.words
        shipping, _, returns = words.questions
        self.emma.be("busy")
        self.ines = Guest(stage, words.ines, stage.device(), "ines")
        self.ines.come(site)
        self.ines.open()
        self.ines.tell_who()
        self.ines.ask_by_a_tap(returns.asked)
        self.ines.sees(returns.answer)
        self.ines.screen.look()
        self.ines.go_away()
        stage.pass_time(12)
        self.clara = Guest(stage, words.clara, stage.device(), "clara")
        self.clara.come(site, title=words.shop[3][0][0])
        self.clara.screen.look("visitor-shop")
        self.clara.open()
        self.clara.tell_who()
        self.clara.say(words.clara_asks)
        self.clara.sees(shipping.answer)
        self.clara.screen.look("visitor-assistant")

    def a_person_is_asked_for(self) -> None:
        """Clara waits, and the supervisor sees it."""
        self.clara.ask_for_a_person()
        self.clara.chat.get_by_test_id("waiting").wait_for()
        self.clara.say(self.words.clara_worries)
        self.stage.pass_time(2)
        self.sara.see_board()
        waiting = self.sara.screen.part("board-queue")
        expect(waiting).to_contain_text(self.words.clara.name)
        self.sara.screen.look("supervisor-waiting")

    def an_agent_takes_her(self, site: HostSite) -> None:
        """Emma takes Clara, answers by a canned reply, sorts; Ben comes by his phone."""
        stage, words, emma = self.stage, self.words, self.emma
        emma.be("online")
        emma.open_list("mine")
        emma.open(words.clara)
        emma.sees(words.clara_worries)
        emma.fetch_canned(words.canned[0][0], words.hello, "agent-canned")
        self.clara.sees(words.hello)
        self.clara.sees_agent(words.emma)
        self.clara.say(words.clara_tells)
        emma.sees(words.clara_tells)
        emma.label(words.labels[0])
        emma.label(words.labels[1])
        emma.hurry()
        # Less than lets a chat without an answer go on to somebody else.
        stage.pass_time(1)
        phone = stage.device(PHONE, has_touch=True, is_mobile=True, user_agent=PHONE_BROWSER)
        self.ben = Guest(stage, words.ben, phone, "ben")
        self.ben.come(site)
        self.ben.open()
        self.ben.tell_who()
        self.ben.screen.look("phone-visitor-begins")
        self.ben.ask_by_a_tap(words.questions[1].asked)
        self.ben.sees(words.questions[1].answer)
        self.ben.ask_for_a_person()
        self.ben.say(words.ben_asks)
        expect(emma.row(words.ben)).to_be_visible()
        self.clara.begin_to_type(words.clara_writes)
        emma.screen.part("typing").filter(has_text=words.clara_writes).wait_for()
        emma.screen.look("agent-working")

    def a_colleague_takes_over(self, site: HostSite) -> None:
        """Emma has her hands full: Ines waits, Tom comes, and Clara goes on with his team."""
        words, emma, tom = self.words, self.emma, self.tom
        emma.be("busy")
        self.ines.come_back(site)
        self.ines.open()
        self.ines.sees(words.questions[2].answer)
        self.ines.ask_for_a_person()
        self.ines.say(words.ines_asks)
        self.sara.screen.part("board-queue").get_by_text(words.ines.name).wait_for()
        tom.be("online")
        tom.open_list("mine")
        tom.open(words.ines)
        tom.say(words.tom_answers)
        self.ines.sees(words.tom_answers)
        emma.transfer(words.team, words.transfer_note, "agent-transfer")
        tom.open(words.clara)
        tom.sees_note(words.transfer_note)
        tom.say(words.tom_greets)
        self.clara.sees(words.tom_greets)

    def the_supervisor_whispers(self) -> None:
        """Sara looks at the board, and tells Tom what the visitor must not hear."""
        words, sara, tom = self.words, self.sara, self.tom
        sara.see_visitors(words.clara, words.ben, words.ines)
        sara.screen.look("supervisor-visitors")
        sara.see_board()
        sara.whisper(words.tom, words.clara, words.whisper, "supervisor-board")
        sara.screen.look("supervisor-whisper")
        tom.sees_note(words.whisper)
        tom.say(words.tom_promises)
        self.clara.sees(words.tom_promises)
        tom.screen.look("agent-whispered")
        tom.screen.part("contact-toggle").click()
        tom.page.set_viewport_size(PHONE)
        tom.screen.look("phone-agent")
        tom.page.set_viewport_size(COMPUTER)
        tom.screen.part("contact-toggle").click()
        for hidden in (words.whisper, words.transfer_note):
            assert hidden.encode() not in b"".join(self.clara.screen.frames)
            assert hidden not in self.clara.frame.content()

    def it_is_put_aside_and_comes_back(self) -> None:
        """Ben has his tea. Tom waits for the carrier: an hour passes, and Clara is back."""
        words, emma, tom = self.words, self.emma, self.tom
        emma.open(words.ben)
        emma.say(words.emma_advises)
        self.ben.sees(words.emma_advises)
        self.ben.say(words.ben_thanks)
        emma.sees(words.ben_thanks)
        self.ben.screen.look("phone-visitor-chats")
        emma.resolve(words.ben)
        self.ben.rate(4)
        self.clara.chat.get_by_test_id("composer").fill("")
        self.clara.say(words.clara_thanks)
        tom.sees(words.clara_thanks)
        tom.snooze_for_an_hour("agent-snooze")
        expect(tom.row(words.clara)).to_have_count(0)
        tom.open_list("snoozed")
        expect(tom.row(words.clara)).to_be_visible()
        tom.screen.look()
        self.stage.pass_time(HOUR + 1)
        expect(tom.row(words.clara)).to_have_count(0)
        tom.open_list("mine")
        tom.open(words.clara)
        tom.say(words.tom_reports)
        self.clara.sees(words.tom_reports)
        self.clara.say(words.clara_cheers)
        tom.sees(words.clara_cheers)
        tom.screen.look("agent-returned")

    def all_is_done(self) -> None:
        """Everybody has an answer; two of three say how it was."""
        words, tom = self.words, self.tom
        tom.resolve(words.clara)
        self.clara.chat.get_by_test_id("rating").wait_for()
        self.clara.screen.look("visitor-rating")
        self.clara.rate(5)
        self.ines.say(words.ines_thanks)
        tom.open_list("mine")
        tom.open(words.ines)
        tom.sees(words.ines_thanks)
        tom.resolve(words.ines)
        expect(self.ines.chat.get_by_test_id("rating")).to_be_visible()

    def every_screen_agrees(self) -> None:
        """Visitors and agents see each message once, in one order, and visitors no note."""
        for agent in (self.emma, self.tom, self.sara):
            agent.page.locator('nav.bar a[href$="/c"]').click()
            agent.open_list("resolved")
            for guest in (self.clara, self.ben, self.ines):
                agent.open(guest.being)
                expect(agent.screen.part("messages")).to_contain_text(guest.texts()[-1])
                assert agent.texts() == guest.texts(), f"{agent.screen.name} reads otherwise"
            agent.screen.look()

    def a_week_later(self) -> None:
        """Emma remembers a word, and finds the conversation."""
        words, emma = self.words, self.emma
        self.stage.pass_time(WEEK)
        emma.page.reload()
        emma.screen.settled()
        emma.screen.part("search-open").click()
        emma.screen.part("search").fill(words.searched)
        found = emma.screen.part("found-message")
        expect(found.first).to_contain_text(words.searched)
        found.first.click()
        emma.sees(words.clara_cheers)
        emma.screen.look("agent-search")
        emma.screen.part("search").press("Escape")

    def the_owner_reads_what_was_done(self) -> None:
        """The audit log says in words who changed what; then everything once more."""
        self.owner.screen.page.reload()
        self.owner.screen.settled()
        self.audit = self.owner.read_audit()
        self.owner.tour()
