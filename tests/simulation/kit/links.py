"""Virtual links between gateways and the home, with the numbers of the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from airdesk.adapters.unix.numbering import Numberer, Sequence, Verdict
from airdesk.ports.link import GatewayId, ToGateway, ToHome
from tests.simulation.kit.pipes import Pipe
from tests.simulation.kit.world import World

if TYPE_CHECKING:
    from tests.simulation.kit.servers import GatewayProcess, HomeProcess

LINK_MESSAGES_MAX = 60
"""Messages that wait for one gateway; more are dropped and leave a hole."""

NUMBER_MS = 1_000
"""How often the home says its last number, so that a hole shows without a later message."""


class Numbered(NamedTuple):
    """A link's frame; without a message it only tells the last number."""

    link_id: int
    number: int
    message: ToGateway | None


class Link:
    """One link: it stands until it breaks, and is never mended.

    To the home nothing is lost while it stands. To the gateway frames may be lost, late or
    doubled; numbers put that right.
    """

    def __init__(
        self, world: World, gateway: GatewayProcess, home: HomeProcess, link_id: int
    ) -> None:
        delays = (0, 0) if home.is_embedded else (1, world.between(1, 15))
        self.world = world
        self.gateway = gateway
        self.home = home
        self.gateway_id = GatewayId(link_id)
        self.up: Pipe[ToHome] = Pipe(world, self._to_home, delays)
        self.down: Pipe[Numbered] = Pipe(world, self.to_gateway, delays)
        self.numberer = Numberer(link_id)
        self.is_broken = False
        self.lose = 0
        """So many frames to the gateway get lost from now on."""
        self.double = 0
        """So many come twice."""
        self.delay = 0
        """So many come once in order and once much later, or late only."""

    def stand(self) -> None:
        """Tell the gateway that it is linked, and then the last number now and then."""
        self._tell_number()

    def _tell_number(self) -> None:
        if not self.is_broken:
            frame = Numbered(self.numberer.link_id, self.numberer.last_number, None)
            self.down.put(frame)
            self.world.after(NUMBER_MS, self._tell_number)

    # To the home ---------------------------------------------------------------------------

    def send_up(self, message: ToHome) -> None:
        """See GatewayLink.send."""
        if self.is_broken:
            return
        if self.home.is_embedded:
            self.home.home.gateway_message(self.gateway_id, message)
        else:
            self.up.put(message)

    def _to_home(self, message: ToHome) -> None:
        self.home.take(self, message)

    # To the gateway ------------------------------------------------------------------------

    def send_down(self, message: ToGateway) -> None:
        """See HomeLink.send."""
        if self.is_broken:
            return
        frame = Numbered(self.numberer.link_id, self.numberer.next_number(), message)
        if len(self.down) >= LINK_MESSAGES_MAX and not self.home.is_embedded:
            self.world.note(f"link {self.gateway_id} drops {type(message).__name__}")
            return
        if self.lose:
            self.lose -= 1
            return
        if self.delay:
            self.delay -= 1
            self.world.after(self.world.between(50, 3_000), self.to_gateway, frame)
            if self.world.chance(0.5):
                return
        self.down.put(frame)
        if self.double:
            self.double -= 1
            self.down.put(frame)

    def to_gateway(self, frame: Numbered) -> None:
        """A frame arrives, perhaps late, perhaps again, perhaps of a link that ended."""
        self.gateway.take_frame(frame)

    # Ends ----------------------------------------------------------------------------------

    def break_off(self, keep_up: int, keep_down: int, notice: tuple[int, int]) -> None:
        """Break: a first part of what is in flight may still arrive before the end is seen."""
        if self.is_broken:
            return
        self.is_broken = True
        self.world.note(f"link {self.gateway_id} breaks")
        self.up.cut(keep_up)
        self.down.cut(keep_down)
        home_ms, gateway_ms = notice
        self.world.after(home_ms, self.home.link_gone, self)
        self.world.after(gateway_ms, self.gateway.unlinked, self)

    def heal(self) -> None:
        """Flow again."""
        self.lose = self.double = self.delay = 0
        self.up.flow()
        self.down.flow()


class ReceivingEnd:
    """What a gateway process knows of its links' numbers."""

    def __init__(self) -> None:
        self.sequence = Sequence()

    def judge(self, frame: Numbered) -> tuple[bool, bool]:
        """Give whether a hole has to be told and whether the message is to be taken."""
        if frame.message is None:
            return self.sequence.is_behind(frame.link_id, frame.number), False
        verdict = self.sequence.accept(frame.link_id, frame.number)
        return verdict is Verdict.HOLE, verdict is not Verdict.DUPLICATE
