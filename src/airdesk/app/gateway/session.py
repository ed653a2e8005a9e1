"""One socket's session: who it is, what it follows, what it waits for."""

from __future__ import annotations

from enum import Enum

from airdesk.core.kernel import ConversationId, Identity, InstanceId, OperationId
from airdesk.core.wire import Encoding, messages
from airdesk.ports.link import HeldView, RowFacts, SessionId, Submit
from airdesk.ports.sockets import SocketConnection


class Stage(Enum):
    """Where a session stands.

    GREETING ── good hello ──▶ OPENING ── Connected ──▶ LIVE ── socket gone ──▶ CLOSED
    """

    GREETING = 1
    OPENING = 2
    LIVE = 3
    CLOSED = 4


class Line:
    """A conversation that this connection knows by a `ref`."""

    __slots__ = (
        "conversation_id",
        "is_asked",
        "is_followed",
        "is_missing",
        "is_wanted",
        "last_seq",
        "opened_ms",
        "reads",
        "ref",
        "version",
    )

    def __init__(self, conversation_id: ConversationId, ref: int, opened_ms: int) -> None:
        self.conversation_id = conversation_id
        self.ref = ref
        self.opened_ms = opened_ms
        self.version = 0
        self.last_seq = 0
        """The last event that was written to the socket."""
        self.is_followed = False
        self.is_wanted = False
        """The client asked for it; it stays when the lists let it go."""
        self.is_asked = False
        """The client waits for Opened."""
        self.reads = 0
        """Pages asked of the home and not here yet. Only the last one counts; events that come
        meanwhile are read again."""
        self.is_missing = False
        """An event came while reading."""


class Session:
    """State of one connection. What happens to it is decided by the Gateway.

    Kept small: one of these, its socket and three dictionary entries are all an idle connection
    costs a gateway.
    """

    __slots__ = (
        "attempt",
        "connection",
        "encoding",
        "held",
        "identity",
        "instance_id",
        "is_attached",
        "is_public",
        "lines",
        "next_ref",
        "pending",
        "refs",
        "session_id",
        "shown_lists",
        "silent_rounds",
        "stage",
        "window_count",
        "window_start_ms",
    )

    def __init__(
        self, session_id: SessionId, connection: SocketConnection, encoding: Encoding
    ) -> None:
        self.session_id = session_id
        self.connection = connection
        self.encoding = encoding
        self.stage = Stage.GREETING
        self.identity: Identity | None = None
        self.is_public = False
        """A visitor's: he sees public events only."""
        self.instance_id: InstanceId | None = None
        self.attempt = 0
        self.is_attached = False
        """The home knows this session."""
        self.held: tuple[HeldView, ...] = ()
        self.lines: dict[ConversationId, Line] | None = None
        self.refs: dict[int, Line] | None = None
        self.next_ref = 1
        self.shown_lists: tuple[object, ...] | None = None
        """What the client was told last of its lists; None to tell it in any case."""
        self.pending: dict[OperationId, Submit] | None = None
        """Commands without an answer, in order: repeated when the link comes back."""
        self.silent_rounds = 0
        self.window_start_ms = 0
        self.window_count = 0

    def is_of(self, actor: bytes) -> bool:
        """True if this is a session of the one who acted."""
        identity = self.identity
        # The id alone tells nearly all others apart, without making an actor of each.
        return (
            identity is not None and actor.endswith(identity.person_id) and identity.actor == actor
        )

    def send(self, message: messages.ServerMessage) -> None:
        """Encode a message for this connection alone and write it."""
        self.connection.send(self.encoding.encode(message), self.encoding.binary)

    def line(self, conversation_id: ConversationId) -> Line | None:
        """Give a conversation that this connection knows."""
        return None if self.lines is None else self.lines.get(conversation_id)

    def line_by_ref(self, ref: int) -> Line | None:
        """Give the conversation of a ref."""
        return None if self.refs is None else self.refs.get(ref)

    def followed(self) -> list[Line]:
        """Give the conversations whose events go to this socket."""
        return [line for line in (self.lines or {}).values() if line.is_followed]

    def ensure_line(self, row: RowFacts) -> Line:
        """Give the conversation's line, with a new ref if it has none."""
        if self.lines is None or self.refs is None:
            self.lines, self.refs = {}, {}
        line = self.lines.get(row.conversation_id)
        if line is None:
            line = Line(row.conversation_id, self.next_ref, row.opened_ms)
            self.next_ref += 1
            self.lines[row.conversation_id] = line
            self.refs[line.ref] = line
        return line

    def drop_line(self, line: Line) -> None:
        """Forget a conversation; its ref is never used again on this connection."""
        self.shown_lists = None
        if self.lines is not None and self.refs is not None:
            self.lines.pop(line.conversation_id, None)
            self.refs.pop(line.ref, None)

    def keep_pending(self, submit: Submit) -> None:
        """Keep a command until its answer comes."""
        if self.pending is None:
            self.pending = {}
        self.pending.setdefault(submit.operation_id, submit)

    def settle(self, operation_id: OperationId) -> None:
        """A command was answered."""
        if self.pending is not None:
            self.pending.pop(operation_id, None)
            if not self.pending:
                self.pending = None
