"""Two visitors and two agents chat while the server is killed again and again.

Nothing is refreshed by hand. In the end all screens and the log hold the same messages, each
once, in one order, and each person's own in the order in which they were typed.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.people import Pair, start_pairs
from tests.kit.airdesk_server import AirDeskServer, wait_until
from tests.kit.chat_page import ChatPage
from tests.kit.log_messages import Said, messages

KILLS = 10
IN_FLIGHT_KILLS_MIN = 5
BURSTS = 8
"""Kills while all have just sent something."""
LET_GO = 3
"""Of these, kills of a process that may work on the burst for a moment; others never read it."""
LET_GO_S = 0.002
KILLS_OF_EACH_MIN = 2
TEXTS_EACH_MIN = 255
"""Four people: 1,020 messages at least."""
BURST = 5
"""Sentences that each person sends just before a kill that is meant to hit some in flight."""
EVERY_MS = 300
STEADY_S = (5.1, 5.7)
"""From the moment at which all are connected to a kill in a burst; a connection that lived for
five seconds counts as good, so that the pages come back soon."""
ANY_MANNER, LET_GO_MANNER, HELD_MANNER = "any moment", "mid-work", "unread"
ANY_S = (0.0, 4.0)
"""From one kill to another at whatever moment, whether anybody is connected again or not."""
SETTLE_MS = 60_000


@dataclass
class Kill:
    """One kill, as the table shows it."""

    number: int
    seconds: float
    victim: str
    manner: str
    """Whether people sent something just before, and whether the process may have read it."""
    in_flight: int
    """Messages that waited for their acknowledgement before the kill and after it."""


@dataclass
class Killer:
    """Kills the server's processes at moments that a seed gives."""

    server: AirDeskServer
    pages: Sequence[ChatPage]
    dice: random.Random
    kills: list[Kill] = field(default_factory=list)
    slots: dict[str, int] = field(default_factory=dict)
    """The living processes by the place they took; who is started anew takes the place."""
    started: float = field(default_factory=time.monotonic)

    def plan(self) -> list[tuple[str, str]]:
        """Give the roles to kill and the manners of the kills, in their order."""
        roles = (
            ["home", "gateway", "gateway", "home", "gateway"] if self.server.workers else ["all"]
        )
        victims = [roles[number % len(roles)] for number in range(KILLS)]
        manners = [LET_GO_MANNER] * LET_GO + [HELD_MANNER] * (BURSTS - LET_GO)
        manners += [ANY_MANNER] * (KILLS - BURSTS)
        self.dice.shuffle(victims)
        self.dice.shuffle(manners)
        return list(zip(victims, manners, strict=True))

    def run(self) -> None:
        """Kill so often as planned."""
        self.slots = self.server.processes()
        for role, manner in self.plan():
            if manner != ANY_MANNER:
                self._wait_for_all()
            self._let_pass(self.dice.uniform(*(ANY_S if manner == ANY_MANNER else STEADY_S)))
            victim = self._choose(role)
            pid = self.slots[victim]
            in_flight = self._kill(pid, manner)
            seconds = time.monotonic() - self.started
            self.kills.append(Kill(len(self.kills) + 1, seconds, victim, manner, in_flight))
            self.server.wait_for_end(pid)
            self._bring_back(victim)

    def _choose(self, role: str) -> str:
        """Give one of the role's places: of those that hold clients the one least often killed."""
        places = [place for place in self.slots if place.startswith(role)]
        holding = [place for place in places if self.server.sockets_of(self.slots[place])]
        killed = [kill.victim for kill in self.kills]
        return min(holding or places, key=killed.count)

    def _kill(self, pid: int, manner: str) -> int:
        """Kill a process, perhaps while people's sentences wait for it or are worked on.

        Returns:
            Messages that were not acknowledged before the kill, and were not after it.
        """
        if manner != ANY_MANNER:
            os.kill(pid, signal.SIGSTOP)
            for page in self.pages:
                page.say_at_once(BURST)
        before = self._pending()
        if manner == LET_GO_MANNER:
            moment = time.perf_counter() + self.dice.uniform(0, LET_GO_S)
            os.kill(pid, signal.SIGCONT)
            while time.perf_counter() < moment:
                pass
        os.kill(pid, signal.SIGKILL)
        after = self._pending()
        return sum(len(b & a) for b, a in zip(before, after, strict=True))

    def _bring_back(self, victim: str) -> None:
        if not self.server.workers:
            self.server.start()
            self.slots = self.server.processes()
            return
        others = set(self.slots.values()) - {self.slots[victim]}
        wait_until(lambda: len(self.server.processes()) == len(self.slots), f"a new {victim}")
        (self.slots[victim],) = set(self.server.processes().values()) - others

    def _pending(self) -> list[set[str]]:
        return [page.pending() for page in self.pages]

    def _wait_for_all(self) -> None:
        for page in self.pages:
            page.wait_for_connection("live", SETTLE_MS)

    def _let_pass(self, seconds: float) -> None:
        """Let time pass in the browser: the moment of a kill is a matter of chance."""
        self.pages[0].page.wait_for_timeout(seconds * 1000)


@pytest.mark.parametrize(("workers", "seed"), [(0, 20), (2, 22)], ids=["one", "home-and-gateways"])
def test_ten_kills_lose_double_and_reorder_nothing(
    browser: Browser,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    workers: int,
    seed: int,
) -> None:
    with AirDeskServer(tmp_path, workers) as server:
        pairs = start_pairs(browser, server, 2)
        pages = [page for pair in pairs for page in pair.pages]
        killer = Killer(server, pages, random.Random(seed))
        for page in pages:
            page.start_typing(EVERY_MS)
        killer.run()
        for page in pages:
            page.stop_typing(TEXTS_EACH_MIN)
        for pair in pairs:
            pair.wait_until_settled(SETTLE_MS)
        with capsys.disabled():
            sys.stdout.write("\n".join(["", *table(killer, pairs), ""]))
        check(killer, pairs, list(messages(server.data).values()))


def check(killer: Killer, pairs: Sequence[Pair], logged: list[list[Said]]) -> None:
    """Compare all screens with the log."""
    assert len(killer.kills) == KILLS
    killed = [kill.victim for kill in killer.kills]
    assert min(killed.count(place) for place in killer.slots) >= KILLS_OF_EACH_MIN
    bursts = [kill for kill in killer.kills if kill.manner != ANY_MANNER]
    assert sum(kill.in_flight > 0 for kill in bursts) >= IN_FLIGHT_KILLS_MIN
    assert len(logged) == len(pairs)
    assert sum(map(len, logged)) >= 4 * TEXTS_EACH_MIN
    for pair in pairs:
        (log,) = [said for said in logged if said[0].text == pair.first_text]
        truth = [(said.seq, said.text) for said in log]
        assert len({text for _, text in truth}) == len(truth), "a message is there twice"
        for page in pair.pages:
            assert [(bubble.seq, bubble.text) for bubble in page.bubbles()] == truth
            own = [text for _, text in truth if text.startswith(page.name + " ")]
            assert own == page.sent
            assert page.loads == 1, "somebody refreshed the page"
            assert page.errors == []


def table(killer: Killer, pairs: Sequence[Pair]) -> Iterator[str]:
    """Say what was done."""
    yield f"{'kill':>4} {'at s':>6}  {'victim':<10} {'manner':<10} {'in flight':>9}"
    for kill in killer.kills:
        line = f"{kill.number:>4} {kill.seconds:>6.1f}  {kill.victim:<10} {kill.manner:<10}"
        yield f"{line} {kill.in_flight:>9}"
    for page in (page for pair in pairs for page in pair.pages):
        yield f"  {page.name}: sent {len(page.sent)}, shows {len(page.bubbles())}"
