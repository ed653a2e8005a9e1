"""One scenario from its first step to the verdict."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import NamedTuple

from airdesk.app.home.home import Home
from airdesk.core import conversation as conv
from airdesk.core.conversation import ConversationState, Status
from airdesk.core.kernel import ConversationId, DeviceId, Identity, system_identity
from airdesk.core.wire import BINARY, JSON, messages
from tests.simulation.kit.actions import ACTS, FALLBACKS
from tests.simulation.kit.checker import Checker, Operations, Wish
from tests.simulation.kit.crashes import Cell
from tests.simulation.kit.disks import SimulatedLog
from tests.simulation.kit.faults import FAULTS
from tests.simulation.kit.limits import small_limits
from tests.simulation.kit.pages import Device, Tab
from tests.simulation.kit.scenario import ACTING_MS, FAULT_WEIGHTS, OPERATION_WEIGHTS, Scenario
from tests.simulation.kit.servers import Cluster
from tests.simulation.kit.truth import Truth
from tests.simulation.kit.world import RandomIds, WallClock, World

DRAIN_MS = 12_000
"""Everything heals, then so much time passes."""

RESUME_MS = 4_000
"""After that some pages reconnect and have so long to come back."""

QUIET_MS = 1_500
"""The log is compared with the screens when it has not moved for so long."""

QUIET_MS_MAX = 25_000
"""Such a moment comes at the latest after this."""


class Verdict(NamedTuple):
    """What came of a scenario."""

    violations: tuple[str, ...]
    operations: int
    faults: int
    covered: Counter[Cell]
    trace: tuple[str, ...]


def simulate(scenario: Scenario, tracing: bool = False) -> Verdict:
    """Play a scenario and judge it."""
    with small_limits():
        return Simulation(scenario, tracing).play()


class Simulation:
    """All there is in one scenario.

    Args:
        scenario: who does what, and what breaks.
        tracing: keep a line for everything that happens.
    """

    def __init__(self, scenario: Scenario, tracing: bool = False) -> None:
        self.scenario = scenario
        self.world = World(scenario.seed)
        if tracing:
            self.world.trace = []
        self.operations = Operations()
        self.covered: Counter[Cell] = Counter()
        self.ids = RandomIds(self.world, WallClock(self.world))
        self.done = 0
        self.broken = 0
        self._is_healing = False
        self._violations: list[str] = []
        tokens = {person.name: person.identity for person in scenario.cast.people}
        self.cluster = Cluster(
            self.world, tokens, scenario.cast.gateways, self._report, self.covered
        )
        self.cluster.refused = self.operations.rejected.add
        self.truth = Truth(self.cluster.disk, self._report)
        self.checker = Checker(self.world, self.truth, self.operations)
        self.devices: list[Device] = []

    def _report(self, line: str) -> None:
        self.checker.report(line)

    # Play ----------------------------------------------------------------------------------

    def play(self) -> Verdict:
        """Play it from beginning to end."""
        self._furnish()
        for step in self.scenario.steps:
            self.world.after(step.at_ms - self.world.now, self._step, step.kind, step.dice)
        self.world.after(0, self._watch)
        self.world.run_until(ACTING_MS)
        self._heal()
        self.world.run_until(self.world.now + DRAIN_MS)
        for device in self.devices:
            for tab in device.living:
                if self.world.chance(0.5):
                    tab.hang_up()
        self.world.run_until(self.world.now + RESUME_MS)
        self._judge()
        trace = tuple(self.world.trace or ())
        return Verdict(tuple(self.checker.violations), self.done, self.broken, self.covered, trace)

    def _furnish(self) -> None:
        """Seats and doors come from the directory before anybody comes."""
        home = self.cluster.home
        assert home is not None
        for account, door in self.scenario.cast.inboxes:
            home.run(home.home.execute, conv.ConfigureInbox(door), system_identity(account))
        for account, seat in self.scenario.cast.seats:
            home.run(home.home.execute, conv.ConfigureAgent(seat), system_identity(account))
        self.world.run_until(300)
        for person in self.scenario.cast.people:
            for number in range(person.devices):
                name = f"{person.name}/{number}"
                device_id = DeviceId(self.world.random.randbytes(16))
                device = Device(name, person.name, person.identity, device_id)
                self.devices.append(device)
                self.open_tab(device)

    def open_tab(self, device: Device) -> None:
        """Load a page."""
        encoding = BINARY if self.world.chance(0.7) else JSON
        Tab(self.world, self.cluster, device, encoding, self.checker, self.covered)

    def _step(self, kind: str, seed: int) -> None:
        dice = Random(seed)
        if kind in FAULT_WEIGHTS:
            self.world.note(f"FAULT {kind}")
            self.broken += FAULTS[kind](self, dice)
            return
        done = ACTS[kind](self, dice)
        if kind in OPERATION_WEIGHTS:
            self.done += done or any(ACTS[other](self, dice) for other in FALLBACKS)

    def _watch(self) -> None:
        """Twice a second: look for free desks, and let people open their closed browsers."""
        self.world.after(500, self._watch)
        self.checker.look_for_free_desks(self.cluster.home_is_up)
        for device in self.devices:
            if not device.living and (self._is_healing or self.world.chance(0.3)):
                self.open_tab(device)

    def note_wish(self, device: Device, command: messages.CommandMessage) -> None:
        """Remember a command that somebody made."""
        self.operations.wishes[command.op] = Wish(device, command)
        if self.world.trace is not None:
            self.world.note(f"{device.name} makes {command}")

    def disk_recovers(self) -> None:
        """The disk is as fast as ever."""
        self.cluster.disk_delays = (1, 12)

    def some_state(self, dice: Random, status: Status) -> ConversationState | None:
        """Give some conversation in a status."""
        self.truth.follow()
        some = [one for one in self.truth.states.values() if one.status == status]
        return dice.choice(some) if some else None

    def some_conversation(
        self, dice: Random, identity: Identity | None, open_ones: bool
    ) -> ConversationId | None:
        """Give some conversation that an identity may see; any at all for None."""
        self.truth.follow()
        some = [
            one.conversation_id
            for one in self.truth.states.values()
            if one.is_open == open_ones and (identity is None or self.truth.may_see(identity, one))
        ]
        return dice.choice(some) if some else None

    def conversations_with_bot(self, identity: Identity) -> frozenset[ConversationId]:
        """Give the conversations of an account whose inbox has a bot."""
        self.truth.follow()
        inboxes = self.truth.account(identity.account_id).inboxes
        return frozenset(
            one.conversation_id
            for one in self.truth.states.values()
            if one.account_id == identity.account_id and inboxes[one.inbox_id].has_bot
        )

    # The end -------------------------------------------------------------------------------

    def _heal(self) -> None:
        """From here on nothing breaks."""
        self.world.note("everything heals")
        self._is_healing = True
        self.disk_recovers()
        self.cluster.home_plan.disarm()
        for plan in self.cluster.gateway_plans:
            plan.disarm()
        for gateway in self.cluster.living_gateways():
            if gateway.link is not None:
                gateway.link.heal()
            for wire in list(gateway.wires):
                wire.heal()
        for device in self.devices:
            for tab in device.living:
                tab.plan.disarm()
                if tab.wire is not None:
                    tab.wire.heal()

    def _judge(self) -> None:
        end = self.world.now + QUIET_MS_MAX
        while self.world.now < end and not self._is_quiet():
            self.world.run_until(self.world.now + 100)
        if not self._is_quiet():
            self._report("it never became quiet")
        self.checker.check_pages(self.devices)
        self._judge_home()

    def _is_quiet(self) -> bool:
        home = self.cluster.home
        if home is None or not self.cluster.home_is_up or home.log.waiting:
            return False
        self.truth.follow()
        if self.truth.position != self._position:
            self._position, self._moved_ms = self.truth.position, self.world.now
        return self.world.now - self._moved_ms >= QUIET_MS

    _position = 0
    _moved_ms = 0

    def _judge_home(self) -> None:
        home = self.cluster.home
        if home is None or not self.cluster.home_is_up:
            self._report("the home is down after the drain")
            return
        table = home.home.conversations
        self.checker.check_hot_table(table.hot(), table.accounts(), "the home")
        log = SimulatedLog(self.cluster.disk, home.plan, lambda _: "", lambda: None)
        again = Home(log, self.cluster.clock, self.ids, home, lambda _: None)
        table = again.conversations
        table.load()
        self.checker.check_hot_table(table.hot(), table.accounts(), "a restart")
