"""Browsers: devices with an outbox that survives, and pages that do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from airdesk.core.kernel import ConversationId, DeviceId, Identity, InstanceId, limits
from airdesk.core.wire import ClientSession, Encoding, EventBody, Outbox, Phase, messages
from airdesk.core.wire import client as c
from tests.simulation.kit.crashes import Cell, CrashPlan, Process
from tests.simulation.kit.sockets import Frame, Wire
from tests.simulation.kit.world import World

if TYPE_CHECKING:
    from tests.simulation.kit.servers import Cluster


class Watcher(Protocol):
    """Who judges what pages get; see checker."""

    def heard(self, tab: Tab, message: messages.ServerMessage) -> None:
        """A page got a message."""

    def arrived(self, tab: Tab, happening: c.EventArrived) -> None:
        """A page shows an event."""

    def reset(self, tab: Tab, conversation_id: ConversationId, base: int) -> None:
        """A page has to begin a conversation anew, after a `seq`."""

    def ended(self, tab: Tab, happening: c.Ended) -> None:
        """A page was told why its connection ends."""

    def unplanned(self, line: str) -> None:
        """Something broke that nobody broke."""


class ListeningEncoding:
    """The real encoding; whatever a page decodes is shown to the watcher first."""

    def __init__(
        self,
        encoding: Encoding,
        heard: Callable[[messages.ServerMessage], None],
        said: Callable[[messages.ClientMessage | messages.ServerMessage], None],
    ) -> None:
        self._encoding = encoding
        self._heard = heard
        self._said = said
        self.subprotocol = encoding.subprotocol
        self.binary = encoding.binary
        self.decode_client = encoding.decode_client

    def encode(self, message: messages.ClientMessage | messages.ServerMessage) -> bytes:
        """See Encoding."""
        self._said(message)
        return self._encoding.encode(message)

    def decode_server(self, payload: bytes) -> messages.ServerMessage:
        """See Encoding."""
        message = self._encoding.decode_server(payload)
        self._heard(message)
        return message

    def event_body(self, event: messages.PageEvent, op: bytes = b"") -> EventBody:
        """See Encoding."""
        return self._encoding.event_body(event, op)

    def event_frame(self, ref: int, body: EventBody) -> bytes:
        """See Encoding."""
        return self._encoding.event_frame(ref, body)


class Shown:
    """One conversation as a page shows it: a base, and the events after it in order."""

    __slots__ = ("at_start", "base", "older", "seqs")

    def __init__(self, base: int) -> None:
        self.base = base
        self.seqs: list[int] = []
        self.older: list[int] = []
        """Scrolled back to: seqs up to base."""
        self.at_start = False


class Device:
    """A browser profile of one person: what `localStorage` keeps, and the drain's lock.

    Args:
        name: for the trace.
        identity: whose it is.
    """

    def __init__(self, name: str, token: str, identity: Identity, device_id: DeviceId) -> None:
        self.name = name
        self.token = token
        self.identity = identity
        self.device_id = device_id
        self.tabs: list[Tab] = []
        self.stored: tuple[messages.CommandMessage, ...] = ()
        """The outbox as it lies in the storage."""
        self.made: list[messages.CommandMessage] = []
        """Every command this device ever made."""

    @property
    def living(self) -> list[Tab]:
        """Give the loaded pages; the first drains the outbox."""
        return [tab for tab in self.tabs if tab.is_alive]

    def submit(self, command: messages.CommandMessage) -> bool:
        """Put a command into the outbox; the page with the lock sends it."""
        living = self.living
        if not living:
            return False
        self.made.append(command)
        living[0].run(living[0].submit, command)
        return True


class Tab(Process):
    """A loaded page: the real session machine, a socket at times, and what is on the screen."""

    def __init__(
        self,
        world: World,
        cluster: Cluster,
        device: Device,
        encoding: Encoding,
        watcher: Watcher,
        covered: Counter[Cell],
    ) -> None:
        name = f"{device.name}.{len(device.tabs)}"
        super().__init__(world, name, CrashPlan(covered, covered), watcher.unplanned)
        self._cluster = cluster
        self._watcher = watcher
        self.device = device
        self.encoding = encoding
        self.wire: Wire | None = None
        self.refs: dict[int, ConversationId] = {}
        """Of this connection, as the watcher sees them."""
        self.listed = 0
        """Position of the last lists that came on this connection."""
        self.follows: Counter[ConversationId] = Counter()
        """Conversations that were asked for on this connection; each may begin anew once."""
        self.shown: dict[ConversationId, Shown] = {}
        self.mine: tuple[ConversationId, ...] = ()
        self.queue: tuple[ConversationId, ...] = ()
        self.listing: messages.Listing | None = None
        self.looks_at: ConversationId | None = None
        """What this connection told that the person looks at."""
        self.viewers: dict[ConversationId, frozenset[bytes]] = {}
        """Who else looks at a conversation, as this connection was told."""
        self._heard_ms = 0
        self._failures = 0
        self._drains = False
        self.session = self._new_session()
        device.tabs.append(self)
        world.after(world.between(0, 300), self._connect)
        world.after(world.between(1, 1_000), self._tick)

    @property
    def identity(self) -> Identity:
        """Whose page it is."""
        return self.device.identity

    @property
    def is_live(self) -> bool:
        """True while the server has welcomed it."""
        return self.is_alive and self.session.phase is Phase.LIVE

    def _new_session(self) -> ClientSession:
        encoding = ListeningEncoding(self.encoding, self._decoded, self._encoded)
        instance = InstanceId(self.world.random.randbytes(16))
        return ClientSession(encoding, self.device.token, self.device.device_id, instance, Outbox())

    def _take_lock(self) -> None:
        """The first living page of a device drains its outbox."""
        if not self._drains and self.device.living[:1] == [self]:
            self._drains = True
            self.session.outbox = self._stored_outbox()
            self.session.resubmit()

    def _stored_outbox(self) -> Outbox:
        return Outbox(self.device.stored)

    def _store(self) -> None:
        if self._drains:
            self.device.stored = self.session.outbox.entries

    # Connection ----------------------------------------------------------------------------

    def _connect(self) -> None:
        if not self.is_alive or self.wire is not None:
            return
        gateways = self._cluster.living_gateways()
        if not gateways:
            self._come_again()
            return
        gateway = gateways[self.world.between(0, len(gateways) - 1)]
        self._heard_ms = self.world.now
        self.wire = Wire(self.world, self, gateway)
        self.wire.open()

    def _come_again(self, least_ms: int = 0) -> None:
        self._failures = min(self._failures + 1, 5)
        wait_ms = max(least_ms, self.world.between(10, 60 * 2**self._failures))
        self.world.after(wait_ms, self._connect)

    def hears(self, wire: Wire, frame: Frame) -> None:
        """Something arrives on the page's connection."""
        if wire is not self.wire:
            return
        self._heard_ms = self.world.now
        if frame.kind == "open":
            self.run(self._opened)
        elif frame.kind == "message":
            self.run(self._receive, frame.payload)

    def _opened(self) -> None:
        self.refs.clear()
        self.follows.clear()
        self.looks_at = None
        self.viewers.clear()
        self.listed = 0
        self._take_lock()
        self.session.connected()
        self._flush()

    def lost(self, wire: Wire) -> None:
        """The page sees that its connection is gone."""
        if wire is self.wire:
            self.wire = None
            if self.is_alive:
                self.session.disconnected()
                self._come_again()

    def hang_up(self) -> None:
        """Let the connection go, as after silence or before a reload."""
        wire = self.wire
        if wire is not None:
            wire.hang_up()
            self.lost(wire)

    def _receive(self, payload: bytes) -> None:
        self.plan.reach("before a page takes a message", self._phase)
        self.session.receive(payload)
        for happening in self.session.take_happenings():
            self._show(happening)
        self.plan.reach("after a page took a message, before it stores", self._phase)
        self._store()
        self._flush()

    def _phase(self) -> str:
        return self.session.phase.value

    def _flush(self) -> None:
        for payload in self.session.take_outgoing():
            if self.wire is not None:
                self.wire.up.put(Frame("message", payload))
                self.plan.reach("after a page sent a message", self._phase)

    def _tick(self) -> None:
        if not self.is_alive:
            return
        self.world.after(1_000, self._tick)
        self.run(self._each_second)

    def _each_second(self) -> None:
        silent = self.world.now - self._heard_ms > limits.SILENCE_MS_MAX
        if self.wire is not None and silent:
            self.world.note(f"{self.name} hears nothing and hangs up")
            self.hang_up()
        self._take_lock()
        self.session.flush_receipts()
        self._flush()

    # What the person does ------------------------------------------------------------------

    def submit(self, command: messages.CommandMessage) -> None:
        """Wish something."""
        self._take_lock()
        self.session.submit(command)
        self._store()
        self.plan.reach("after a page stored a command, before it sends", self._phase)
        self._flush()

    def act(self, action: Callable[[ClientSession], None]) -> None:
        """Let the person do something that needs no operation id."""
        action(self.session)
        self._flush()

    def die(self) -> None:
        """See Process: the page is closed or its tab crashed."""
        if self.is_alive:
            self.is_alive = False
            if self.wire is not None:
                self.wire.hang_up()
                self.wire = None

    # The screen ----------------------------------------------------------------------------

    def _decoded(self, message: messages.ServerMessage) -> None:
        if isinstance(message, messages.Row):
            self.refs[message.ref] = ConversationId(message.conversation)
        self._watcher.heard(self, message)

    def _encoded(self, message: messages.ClientMessage | messages.ServerMessage) -> None:
        if isinstance(message, messages.Follow):
            self.follows[ConversationId(message.conversation)] += 1
        elif isinstance(message, messages.Viewing):
            self.looks_at = self.refs.get(message.ref) if message.on else None

    def _show(self, happening: c.Happening) -> None:
        if isinstance(happening, c.EventArrived):
            self._watcher.arrived(self, happening)
            self.shown[happening.conversation].seqs.append(happening.event.seq)
        elif isinstance(happening, c.ViewReset):
            base = self.session.views[happening.conversation].last_seq
            self._watcher.reset(self, happening.conversation, base)
            self.shown[happening.conversation] = Shown(base)
        elif isinstance(happening, c.ViewClosed):
            self.shown.pop(happening.conversation, None)
            self.viewers.pop(happening.conversation, None)
        elif isinstance(happening, c.ListChanged):
            self.mine, self.queue = happening.mine, happening.queue
            self.listing = happening.listing
        elif isinstance(happening, c.OtherSide):
            if isinstance(happening.message, messages.SomebodyViewing):
                self.viewers[happening.conversation] = frozenset(happening.message.agents)
            self._show_page(happening)
        elif isinstance(happening, c.Welcomed):
            self._failures = 0
            if happening.welcome.reset:
                self.shown.clear()
        elif isinstance(happening, c.Ended):
            self._watcher.ended(self, happening)

    def _show_page(self, happening: c.OtherSide) -> None:
        page = happening.message
        shown = self.shown.get(happening.conversation)
        if not isinstance(page, messages.Page) or shown is None:
            return
        first = (shown.older or shown.seqs or [0])[0]
        if page.before == first:
            shown.older[:0] = [event.seq for event in page.events]
            shown.at_start = page.at_start
