"""The processes of AirDesk: one home and its gateways, which live, die and come again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from airdesk.adapters.memory.event_log import MemoryDisk
from airdesk.app.gateway.gateway import Gateway
from airdesk.app.home.home import Home
from airdesk.core import conversation as conv
from airdesk.core.kernel import (
    BadToken,
    ConversationId,
    FileRefused,
    Identity,
    LogUnavailable,
)
from airdesk.ports import link
from airdesk.ports.link import GatewayId, ToGateway, ToHome
from airdesk.services.access import Credential, FileTicket
from airdesk.services.conversations import NO_CONVERSATION, Asked
from tests.simulation.kit.crashes import Cell, CrashPlan, Process
from tests.simulation.kit.disks import SimulatedLog
from tests.simulation.kit.links import Link, Numbered, ReceivingEnd
from tests.simulation.kit.sockets import Wire
from tests.simulation.kit.world import RandomIds, WallClock, World

TICK_MS = 250
"""The home's tick."""

_POINTS: dict[type, str] = {link.Answer: "an answer", link.Delivery: "a delivery"}


class Cluster:
    """All server processes of a scenario, and the disk under them.

    Args:
        world: time and chance.
        tokens: who is who.
        gateways: how many gateway processes; 0 for one process that is both.
        report: hears of what nobody planned.
        covered: counts crashes.
    """

    def __init__(
        self,
        world: World,
        tokens: dict[str, Identity],
        gateways: int,
        report: Callable[[str], None],
        covered: Counter[Cell],
    ) -> None:
        self.world = world
        self.tokens = tokens
        self.is_embedded = gateways == 0
        self.report = report
        self.disk = MemoryDisk()
        self.clock = WallClock(world)
        self.home_plan = CrashPlan(covered, covered)
        self.gateway_plans = [CrashPlan(covered, covered) for _ in range(max(1, gateways))]
        self.disk_delays = (1, 12)
        self.links = 0
        self.home_losses = 0
        self.committed: Callable[[], None] = lambda: None
        self.refused: Callable[[bytes], None] = lambda operation_id: None
        """Hears of every refusal, also of one that nobody will be told."""
        self.home: HomeProcess | None = None
        self.gateways: list[GatewayProcess | None] = [None] * max(1, gateways)
        self.restart_home()
        for number in range(len(self.gateways)):
            self.restart_gateway(number)

    @property
    def home_is_up(self) -> bool:
        """True while a home takes commands."""
        return self.home is not None and self.home.is_alive and self.home.is_serving

    def restart_home(self) -> None:
        """Start the home's process; with it, embedded, the gateway's."""
        if self.home is None or not self.home.is_alive:
            self.home = HomeProcess(self)
            self.home.begin()

    def restart_gateway(self, number: int) -> None:
        """Start a gateway's process."""
        known = self.gateways[number]
        if known is None or not known.is_alive:
            fresh = self.gateways[number] = GatewayProcess(self, number)
            fresh.begin()

    def home_died(self) -> None:
        """See to it that it comes again."""
        self.world.after(self.world.between(20, 1_500), self.restart_home)
        if self.is_embedded:
            for gateway in self.gateways:
                if gateway is not None and gateway.is_alive:
                    gateway.die()

    def gateway_died(self, number: int) -> None:
        """See to it that it comes again."""
        self.world.after(self.world.between(20, 1_500), self.restart_gateway, number)
        if self.is_embedded and self.home is not None and self.home.is_alive:
            self.home.die()

    def living_gateways(self) -> list[GatewayProcess]:
        """Give the gateways that may be called."""
        return [one for one in self.gateways if one is not None and one.is_alive]


class HomeProcess(Process):
    """One run of the home, from start to crash."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(cluster.world, "home", cluster.home_plan, cluster.report)
        self._cluster = cluster
        self.is_serving = False
        self.is_embedded = cluster.is_embedded
        self._commit_awaited = False
        self.log = SimulatedLog(cluster.disk, self.plan, self.status_of, self._await_commit)
        ids = RandomIds(cluster.world, cluster.clock)
        self.home = Home(self.log, cluster.clock, ids, self, self._failed)
        self.links: dict[GatewayId, Link] = {}
        self._execute = self.home.conversations.execute
        setattr(self.home.conversations, "execute", self._execute_and_note)  # noqa: B010

    def begin(self) -> None:
        """Replay, then serve."""
        self.run(self._start)

    def _start(self) -> None:
        self.home.start()
        self.plan.reach("after the first routing", lambda: "starting")
        self.is_serving = True
        self.world.note("home serves")
        self.world.after(self.world.between(1, TICK_MS), self._tick)

    def _execute_and_note(
        self,
        command: conv.Command,
        actor: Identity,
        conversation_id: ConversationId = NO_CONVERSATION,
        asked: Asked | None = None,
    ) -> bool:
        """Let the home decide, and note what it refuses: a refusal may get lost on its way, and
        then the same command may be accepted later, behind what was made after it."""
        taken = self._execute(command, actor, conversation_id, asked)
        if asked is not None and taken:
            known = self.log.find_operation(actor.account_id, actor.actor, asked.operation_id)
            if known is None and asked.operation_id not in self.log.appended:
                self._cluster.refused(asked.operation_id)
        return taken

    def _tick(self) -> None:
        if self.is_alive:
            self.run(self._tick_once)
            self.world.after(TICK_MS, self._tick)

    def _tick_once(self) -> None:
        self.plan.reach("before a tick", lambda: "tick")
        self.home.tick()
        self.plan.reach("after a tick", lambda: "tick")

    def status_of(self, conversation_id: bytes) -> str:
        """Name the status of a conversation, as the hot table has it."""
        state = self.home.conversations.find(ConversationId(conversation_id))
        return "new" if state is None else state.status.name.lower()

    # Links ---------------------------------------------------------------------------------

    def send(self, gateway: GatewayId, message: ToGateway) -> None:
        """See HomeLink."""
        standing = self.links.get(gateway)
        if standing is None or standing.is_broken:
            return
        point = _POINTS.get(type(message))
        if point is None:
            standing.send_down(message)
            return
        conversation_id = message.conversation_id  # type: ignore[union-attr]
        self.plan.reach(f"before {point} is sent", lambda: self.status_of(conversation_id))
        standing.send_down(message)
        self.plan.reach(f"after {point} was sent", lambda: self.status_of(conversation_id))

    def take(self, standing: Link, message: ToHome) -> None:
        """A gateway's message arrives."""
        if self.links.get(standing.gateway_id) is standing:
            self.run(self.home.gateway_message, standing.gateway_id, message)

    def link_gone(self, standing: Link) -> None:
        """A link's end is seen here."""
        if self.links.pop(standing.gateway_id, None) is not None:
            self.run(self.home.gateway_gone, standing.gateway_id)

    # The disk ------------------------------------------------------------------------------

    def _await_commit(self) -> None:
        if not self._commit_awaited:
            self._commit_awaited = True
            low, high = self._cluster.disk_delays
            self.world.after(self.world.between(low, high), self._commit)

    def _commit(self) -> None:
        self._commit_awaited = False
        if not self.is_alive:
            return
        count = None if self.world.chance(0.7) else self.world.between(1, 4)
        self.run(self.log.commit, count)
        self._cluster.committed()
        if self.log.waiting:  # none after a crash
            self._await_commit()

    def disk_fails(self) -> None:
        """The disk breaks; it does not say what it kept."""
        if self.is_alive and self.is_serving:
            self.log.keep(self.world.between(0, self.log.waiting))
            self.run(self.log.fail, LogUnavailable(reason="planned"))

    def _failed(self, error: Exception) -> None:
        self.world.note(f"home: the log failed: {error}")
        if "planned" not in str(error):
            self._cluster.report(f"the log failed: {error}")
        self.die()

    def die(self) -> None:
        """See Process: the machine keeps what was synced, perhaps a little more."""
        if not self.is_alive:
            return
        self.is_alive = False
        waiting = self.log.waiting
        self.log.lose_power(self.world.between(0, waiting) if self.world.chance(0.6) else 0)
        self._cluster.committed()
        for standing in list(self.links.values()):
            kept = self.world.between(0, len(standing.down))
            standing.break_off(0, kept, (0, self.world.between(0, 200)))
        self._cluster.home_died()


class GatewayProcess(Process):
    """One run of a gateway, from start to crash."""

    def __init__(self, cluster: Cluster, number: int) -> None:
        plan = cluster.gateway_plans[number]
        super().__init__(cluster.world, f"gateway {number}", plan, cluster.report)
        self._cluster = cluster
        self._number = number
        self.gateway = Gateway(self, cluster.clock, self)
        self.wires: dict[Wire, None] = {}
        self.link: Link | None = None
        self._numbers = ReceivingEnd()

    def begin(self) -> None:
        """Look for the home, and let time pass."""
        self._seek_home()
        self.world.after(self.world.between(1, 1_000), self._tick)

    def _tick(self) -> None:
        if self.is_alive:
            self.run(self.gateway.tick)
            self.world.after(1_000, self._tick)

    def check_credential(self, token: str) -> Credential:
        """See Credentials."""
        identity = self._cluster.tokens.get(token)
        if identity is None:
            raise BadToken()
        return Credential(identity)

    def check_file_ticket(self, ticket: str, identity: Identity) -> FileTicket:
        """See Credentials: nobody uploads anything here."""
        raise FileRefused()

    def pass_point(self, point: str) -> None:
        """Pass a crash point."""
        self.plan.reach(point, self._phase)

    def _phase(self) -> str:
        return "linked" if self.gateway.is_linked else "unlinked"

    # Sockets -------------------------------------------------------------------------------

    def take_message(self, wire: Wire, payload: bytes) -> None:
        """A page's message arrives."""
        self.run(self._take_message, wire, payload)

    def _take_message(self, wire: Wire, payload: bytes) -> None:
        self.pass_point("before a page's message is taken")
        wire.deliver(payload)
        self.pass_point("after a page's message was taken")

    # The link ------------------------------------------------------------------------------

    def send(self, message: ToHome) -> None:
        """See GatewayLink."""
        if self.link is None:
            return
        self.pass_point("before a message goes to the home")
        self.link.send_up(message)
        self.pass_point("after a message went to the home")

    def _seek_home(self) -> None:
        if not self.is_alive or self.link is not None:
            return
        home = self._cluster.home
        if home is None or not self._cluster.home_is_up:
            self.world.after(self.world.between(20, 300), self._seek_home)
            return
        self._cluster.links += 1
        standing = Link(self.world, self, home, self._cluster.links)
        self.link = standing
        home.links[standing.gateway_id] = standing
        standing.stand()

    def unlinked(self, standing: Link) -> None:
        """The link's end is seen here."""
        if self.link is standing:
            self.link = None
            if self.gateway.is_linked:
                self.run(self.gateway.link_down)
            self.world.after(self.world.between(1, 300), self._seek_home)

    def take_frame(self, frame: Numbered) -> None:
        """A frame of the link arrives."""
        if self.is_alive:
            self.run(self._take_frame, frame)

    def _take_frame(self, frame: Numbered) -> None:
        link_id = 0 if self.link is None else self.link.numberer.link_id
        if not self.gateway.is_linked and frame.link_id == link_id:
            self._numbers.judge(frame)
            self.gateway.link_up()
            return
        hole, take = self._numbers.judge(frame)
        if hole:
            self.world.note(f"{self.name} sees a hole")
            self.gateway.link_hole()
        if take and frame.message is not None:
            self.pass_point("before the home's message is taken")
            self.gateway.link_message(frame.message)
            self.pass_point("after the home's message was taken")

    def die(self) -> None:
        """See Process."""
        if not self.is_alive:
            return
        self.is_alive = False
        if self.link is not None:
            kept = self.world.between(0, len(self.link.up))
            self.link.break_off(kept, 0, (self.world.between(0, 600), 0))
        for wire in list(self.wires):
            wire.gateway_died(self.world.between(1, 300) if self.world.chance(0.8) else None)
        self.wires.clear()
        self._cluster.gateway_died(self._number)
