"""The client's session machine and outbox: what a page does, without a page.

The same machine exists in TypeScript (`web/packages/client`); recorded traces in
`tests/vectors` are reproduced by both. Python's copy is driven by the simulator, the load
generator and the tests.

                     connected()               Welcome
        OFFLINE ───────────────────▶ GREETING ─────────▶ LIVE
           ▲                            │                 │
           └────── disconnected() ──────┴─────────────────┤
                                                          ▼  Failure 40xx, 41xx
                                                        ENDED
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, NamedTuple, TypeAlias

from msgspec.structs import replace

from airdesk.core.kernel import (
    NO_ID,
    AgentId,
    ConversationId,
    DeviceId,
    InstanceId,
    OperationId,
    is_peer_fault,
    limits,
)
from airdesk.core.wire import messages as m
from airdesk.core.wire.encodings import JSON, Encoding

_MESSAGE_KIND = 3
_NOTE_KIND = 4


class Phase(Enum):
    """Where the connection stands."""

    OFFLINE = "offline"
    GREETING = "greeting"
    LIVE = "live"
    ENDED = "ended"


class View:
    """What a client holds of one conversation: how far, not what (the page keeps what)."""

    __slots__ = (
        "conversation",
        "healing",
        "last_seq",
        "opened",
        "read_seq",
        "ref",
        "row",
        "wanted",
    )

    def __init__(self, conversation: ConversationId) -> None:
        self.conversation = conversation
        self.ref = 0
        self.row: m.Row | None = None
        self.last_seq = 0
        self.read_seq = 0
        self.healing = False
        """A hole was seen; events are ignored until Opened comes."""
        self.opened = False
        """Opened came at least once, so last_seq means something."""
        self.wanted = False
        """The person opened it; it is followed although no list brings it."""


class Welcomed(NamedTuple):
    """The session is live; with reset, everything shown before is void."""

    welcome: m.Welcome


class ViewReset(NamedTuple):
    """What was shown of this conversation is void; its events come anew."""

    conversation: ConversationId


class EventArrived(NamedTuple):
    """The next event of a conversation."""

    conversation: ConversationId
    event: m.Event


class RowChanged(NamedTuple):
    """A conversation's line changed."""

    conversation: ConversationId
    row: m.Row


class ListChanged(NamedTuple):
    """The lists are exactly these conversations."""

    mine: tuple[ConversationId, ...]
    queue: tuple[ConversationId, ...]
    listing: m.Listing


class CommandDone(NamedTuple):
    """A command is durable."""

    op: OperationId
    conversation: ConversationId | None
    answer: m.Accepted


class CommandRefused(NamedTuple):
    """A rule said no; the person has to know."""

    op: OperationId
    number: int
    text: str


class OtherSide(NamedTuple):
    """A receipt, typing, viewing or page about a conversation, as it came."""

    conversation: ConversationId
    message: m.Mark | m.SomebodyTyping | m.SomebodyViewing | m.Page


class ViewClosed(NamedTuple):
    """No more events of this conversation come."""

    conversation: ConversationId


class MentionArrived(NamedTuple):
    """A note names this agent. The lists tell it too: this one may get lost."""

    conversation: ConversationId
    seq: int
    by: AgentId


class Ended(NamedTuple):
    """The server said why it closes; `retry_ms` until the next try, -1 for never."""

    number: int
    text: str
    retry_ms: int


Happening: TypeAlias = (
    Welcomed
    | ViewReset
    | EventArrived
    | RowChanged
    | ListChanged
    | CommandDone
    | CommandRefused
    | OtherSide
    | ViewClosed
    | MentionArrived
    | Ended
)


class Outbox:
    """Commands that are not acknowledged yet, in the order in which they were made.

    It belongs to the device, not to the connection: whoever owns it keeps `entries` where a
    reload does not lose them. Commands name conversations by id, never by ref.
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Iterable[m.CommandMessage] = ()) -> None:
        self._entries = {OperationId(entry.op): entry for entry in entries}

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def entries(self) -> tuple[m.CommandMessage, ...]:
        """The commands, oldest first."""
        return tuple(self._entries.values())

    def add(self, command: m.CommandMessage) -> None:
        """Keep a command until it is acknowledged; one that is kept already stays as it is.

        Raises:
            ValueError: the command names its conversation by a ref, which would name another
                one on the next connection, or does not fit a frame, so that it would end every
                connection on which it is sent.
        """
        if not fits_frame(command):
            raise ValueError("the command is larger than a frame")
        if getattr(command, "where", 0) != 0 and not isinstance(command.where, bytes):  # type: ignore[union-attr]
            raise ValueError("a command in the outbox names its conversation by id")
        self._entries.setdefault(OperationId(command.op), command)

    def remove(self, op: OperationId) -> bool:
        """Forget an answered command; False if it was not kept."""
        return self._entries.pop(op, None) is not None


def fits_frame(command: m.CommandMessage) -> bool:
    """True if the command can be sent in either encoding.

    JSON is the longer one: it writes a control character in six bytes.
    """
    if sum(len(part) for part in _texts(command)) * 6 + 1_024 <= limits.FRAME_BYTES_MAX:
        return True
    return len(JSON.encode(command)) <= limits.FRAME_BYTES_MAX


def _texts(command: m.CommandMessage) -> tuple[str, ...]:
    if isinstance(command, m.Send):
        return (command.text, command.file)
    if isinstance(command, m.Note):
        return (command.text,)
    return (command.note,) if isinstance(command, m.Transfer) else ()


class ClientSession:
    """One loaded page's session, over any number of connections.

    Bytes go in by `receive`; what to send and what happened are taken out. No clock, no socket:
    the owner connects, reconnects, calls `flush_receipts` about once a second, and hangs up
    after SILENCE_MS_MAX without a byte.

    Args:
        encoding: the encoding of the connection.
        token: the credential.
        device: the browser profile.
        instance: this loaded page; a newer connection of it fences the older one.
        outbox: the device's outbox.
    """

    def __init__(
        self,
        encoding: Encoding,
        token: str,
        device: DeviceId,
        instance: InstanceId,
        outbox: Outbox,
    ) -> None:
        self._encoding = encoding
        self.token = token
        self._device = device
        self._instance = instance
        self.outbox = outbox
        self.phase = Phase.OFFLINE
        self.cursor = ""
        self._attempt = 0
        self.views: dict[ConversationId, View] = {}
        self._by_ref: dict[int, View] = {}
        self._marks: dict[ConversationId, m.Mark] = {}
        self._sent: set[OperationId] = set()
        """Commands without an answer that were sent on this connection."""
        self._outgoing: list[bytes] = []
        self._happenings: list[Happening] = []
        self._viewing: ConversationId | None = None
        """What the person looks at; NO_ID for nothing, None where that is not told at all."""

    # Connection ---------------------------------------------------------------------------

    def connected(self) -> None:
        """A socket opened: say hello."""
        self.phase = Phase.GREETING
        held = tuple(
            m.Held(view.conversation, view.last_seq, view.wanted)
            for view in self.views.values()
            if view.opened
        )[: limits.HELD_CONVERSATIONS_MAX]
        self._attempt += 1
        self._send(
            m.Hello(self.token, self._device, self._instance, self._attempt, self.cursor, held)
        )

    def disconnected(self) -> None:
        """The socket is gone; everything held stays."""
        if self.phase != Phase.ENDED:
            self.phase = Phase.OFFLINE
        self._outgoing.clear()
        self._sent.clear()
        self._by_ref.clear()
        for view in self.views.values():
            view.ref = 0
            view.healing = False

    def receive(self, payload: bytes) -> None:
        """Take one message from the server.

        Raises:
            MalformedMessage: it is none; the owner closes the socket and reconnects.
        """
        message = self._encoding.decode_server(payload)
        _HANDLERS[type(message)](self, message)

    def take_outgoing(self) -> list[bytes]:
        """Give what has to be sent, in order."""
        outgoing, self._outgoing = self._outgoing, []
        return outgoing

    def take_happenings(self) -> list[Happening]:
        """Give what happened, in order."""
        happenings, self._happenings = self._happenings, []
        return happenings

    # Wishes -------------------------------------------------------------------------------

    def submit(self, command: m.CommandMessage) -> None:
        """Keep a command in the outbox; it is sent when those before it were."""
        self.outbox.add(command)
        self._drain()

    def resubmit(self) -> None:
        """Send the whole outbox again, as another tab's drain was taken over."""
        self._sent.clear()
        self._drain()

    def follow(self, conversation: ConversationId) -> None:
        """Show a conversation that the list does not bring by itself."""
        view = self._view(conversation)
        view.wanted = True
        view.healing = True
        if self.phase == Phase.LIVE:
            self._send(m.Follow(conversation, view.last_seq))

    def unfollow(self, conversation: ConversationId) -> None:
        """Show it no longer."""
        view = self.views.get(conversation)
        if view is None:
            return
        view.wanted = False
        if view.ref and self.phase == Phase.LIVE:
            self._send(m.Unfollow(view.ref))

    def history(self, conversation: ConversationId, before: int) -> None:
        """Ask for a page of older events; without a connection nothing happens."""
        view = self.views.get(conversation)
        if view is not None and view.ref and self.phase == Phase.LIVE:
            self._send(m.History(view.ref, before))

    def typing(self, conversation: ConversationId, on: bool, text: str = "") -> None:
        """Tell the other side, a visitor with what he has typed so far; without a connection
        nothing happens."""
        view = self.views.get(conversation)
        if view is not None and view.ref and self.phase == Phase.LIVE:
            self._send(m.Typing(view.ref, on, text[: limits.TYPED_CHARS_MAX]))

    def view(self, conversation: ConversationId | None) -> None:
        """The person looks at this conversation now, None for none; told again after a break."""
        before, self._viewing = self._viewing, conversation or ConversationId(NO_ID)
        if self.phase != Phase.LIVE or before == self._viewing:
            return
        if not self._tell_viewing(self._viewing):
            # What he looked at until now ends; the other one is told once it has a ref.
            self._send(m.Viewing(0, False))

    def read(self, conversation: ConversationId, seq: int) -> None:
        """The person has seen everything up to `seq`; told with the next flush."""
        view = self.views.get(conversation)
        if view is not None and seq > view.read_seq:
            view.read_seq = seq
            self._mark(view, seq)

    def flush_receipts(self) -> None:
        """Send what was received and read since the last flush.

        Marks above MARKS_MAX, and those of conversations without a ref yet, wait for the next.
        """
        if self.phase != Phase.LIVE or not self._marks:
            return
        sent: list[m.Mark] = []
        for conversation, mark in list(self._marks.items()):
            view = self.views.get(conversation)
            if view is None:
                del self._marks[conversation]
            elif view.ref and len(sent) < limits.MARKS_MAX:
                sent.append(replace(mark, ref=view.ref))
                del self._marks[conversation]
        if sent:
            self._send(m.Receipt(tuple(sent)))

    # What the server says -----------------------------------------------------------------

    def _welcome(self, message: m.Welcome) -> None:
        self.phase = Phase.LIVE
        if message.reset:
            self._forget()
        self.cursor = message.cursor
        self._happenings.append(Welcomed(message))
        self.resubmit()
        for view in self.views.values():
            if view.wanted and not view.opened:
                self._heal(view)
        if self._viewing is not None:
            self._send(m.Viewing(0, False))

    def _failure(self, message: m.Failure) -> None:
        retry_ms = message.retry_ms
        if is_peer_fault(message.number):
            self.phase = Phase.ENDED
            retry_ms = -1
        self._happenings.append(Ended(message.number, message.text, retry_ms))

    def _accepted(self, message: m.Accepted) -> None:
        op = OperationId(message.op)
        if self.outbox.remove(op):
            view = self._by_ref.get(message.ref)
            conversation = None if view is None else view.conversation
            self._happenings.append(CommandDone(op, conversation, message))
        self._answered(op)

    def _rejected(self, message: m.Rejected) -> None:
        op = OperationId(message.op)
        if self.outbox.remove(op):
            self._happenings.append(CommandRefused(op, message.number, message.text))
        self._answered(op)

    def _row(self, message: m.Row) -> None:
        view = self._view(ConversationId(message.conversation))
        if view.ref != message.ref:
            view.ref = message.ref
            self._by_ref[message.ref] = view
            if view.read_seq:
                self._mark(view, view.read_seq)
            if view.conversation == self._viewing:
                self._tell_viewing(view.conversation)
        if view.row is None or message.version >= view.row.version:
            view.row = message
            self._happenings.append(RowChanged(view.conversation, message))

    def _opened(self, message: m.Opened) -> None:
        view = self._by_ref.get(message.ref)
        if view is None:
            self._send(m.Refresh())
            return
        if message.base != view.last_seq or not view.opened:
            view.last_seq = message.base
            self._happenings.append(ViewReset(view.conversation))
        view.opened = True
        view.healing = False

    def _event(self, message: m.Event) -> None:
        view = self._by_ref.get(message.ref)
        if view is None:
            self._send(m.Refresh())
            return
        if view.healing or message.seq <= view.last_seq:
            return
        if message.prev != view.last_seq:
            self._heal(view)
            return
        view.last_seq = message.seq
        if message.kind in (_MESSAGE_KIND, _NOTE_KIND) and not message.op:
            self._mark(view, 0)
        self._happenings.append(EventArrived(view.conversation, message))

    def _receipts(self, message: m.Receipts) -> None:
        for mark in message.marks:
            view = self._by_ref.get(mark.ref)
            if view is not None:
                self._happenings.append(OtherSide(view.conversation, mark))

    def _mentioned(self, message: m.Mentioned) -> None:
        conversation = ConversationId(message.conversation)
        arrived = MentionArrived(conversation, message.seq, AgentId(message.by))
        self._happenings.append(arrived)

    def _about(self, message: m.SomebodyTyping | m.SomebodyViewing | m.Page) -> None:
        view = self._by_ref.get(message.ref)
        if view is not None:
            self._happenings.append(OtherSide(view.conversation, message))

    def _beat(self, message: m.Beat) -> None:
        stale = False
        for head in message.heads:
            view = self._by_ref.get(head.ref)
            if view is None or view.row is None or view.row.version < head.version:
                stale = True
            elif head.seq != view.last_seq and not view.healing:
                self._heal(view)
        if stale:
            # The cursor stays: the rows that were missed lie between it and the beat's.
            self._send(m.Refresh())
        elif message.cursor:
            self.cursor = message.cursor

    def _listing(self, message: m.Listing) -> None:
        if any(ref not in self._by_ref for ref in (*message.mine, *message.queue)):
            self._send(m.Refresh())
            return
        if message.cursor:
            self.cursor = message.cursor
        mine = tuple(self._by_ref[ref].conversation for ref in message.mine)
        queue = tuple(self._by_ref[ref].conversation for ref in message.queue)
        self._happenings.append(ListChanged(mine, queue, message))

    def _closed(self, message: m.Closed) -> None:
        view = self._by_ref.pop(message.ref, None)
        if view is None and message.conversation:
            asked = self.views.get(ConversationId(message.conversation))
            view = asked if asked is not None and not asked.ref else None
        if view is not None:
            self.views.pop(view.conversation, None)
            self._happenings.append(ViewClosed(view.conversation))

    # Inside -------------------------------------------------------------------------------

    def _send(self, message: m.ClientMessage) -> None:
        self._outgoing.append(self._encoding.encode(message))

    def _view(self, conversation: ConversationId) -> View:
        view = self.views.get(conversation)
        if view is None:
            view = self.views[conversation] = View(conversation)
        return view

    def _forget(self) -> None:
        """Another history begins: only what the person opened is asked for again."""
        wanted = [view.conversation for view in self.views.values() if view.wanted]
        self.views.clear()
        self._by_ref.clear()
        self._marks.clear()
        for conversation in wanted:
            self._view(conversation).wanted = True

    def _tell_viewing(self, conversation: ConversationId) -> bool:
        """Say what the person looks at, if this connection has a ref for it."""
        view = self.views.get(conversation)
        if view is None or not view.ref:
            return False
        self._send(m.Viewing(view.ref))
        return True

    def _heal(self, view: View) -> None:
        view.healing = True
        self._send(m.Follow(view.conversation, view.last_seq))

    def _mark(self, view: View, read: int) -> None:
        known = self._marks.get(view.conversation)
        delivered = max(view.last_seq, known.delivered if known else 0)
        self._marks[view.conversation] = m.Mark(0, delivered, max(read, known.read if known else 0))

    def _answered(self, op: OperationId) -> None:
        self._sent.discard(op)
        self._drain()

    def _drain(self) -> None:
        """Send the outbox in order, a bounded number ahead of the answers.

        Without the bound a long outbox would be cut off (4303) at every attempt, before the
        answers to its first commands came.
        """
        if self.phase != Phase.LIVE:
            return
        for command in self.outbox.entries:
            if len(self._sent) >= limits.COMMANDS_IN_FLIGHT_MAX:
                return
            op = OperationId(command.op)
            if op not in self._sent:
                self._sent.add(op)
                self._send(self._addressed(command))

    def _addressed(self, command: m.CommandMessage) -> m.CommandMessage:
        """Name the conversation by its ref where this connection has one: 17 bytes less."""
        where = getattr(command, "where", 0)
        if isinstance(where, bytes):
            view = self.views.get(ConversationId(where))
            if view is not None and view.ref:
                return replace(command, where=view.ref)
        return command


_HANDLERS: dict[type, Callable[[ClientSession, Any], None]] = {
    m.Welcome: ClientSession._welcome,
    m.Failure: ClientSession._failure,
    m.Accepted: ClientSession._accepted,
    m.Rejected: ClientSession._rejected,
    m.Row: ClientSession._row,
    m.Opened: ClientSession._opened,
    m.Event: ClientSession._event,
    m.Receipts: ClientSession._receipts,
    m.SomebodyTyping: ClientSession._about,
    m.SomebodyViewing: ClientSession._about,
    m.Mentioned: ClientSession._mentioned,
    m.Beat: ClientSession._beat,
    m.Listing: ClientSession._listing,
    m.Page: ClientSession._about,
    m.Closed: ClientSession._closed,
}
