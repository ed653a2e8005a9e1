"""One socket's session: who it is, what it follows, what it waits for."""

from __future__ import annotations

from enum import Enum

from airdesk.core.kernel import (
    NO_ID,
    ConversationId,
    CredentialId,
    Identity,
    InstanceId,
    OperationId,
    limits,
)
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
        "read_after",
        "ref",
        "version",
        "viewers",
    )

    def __init__(self, conversation_id: ConversationId, ref: int, opened_ms: int) -> None:
        self.conversation_id = conversation_id
        self.ref = ref
        self.opened_ms = opened_ms
        self.version = 0
        self.viewers: tuple[bytes, ...] = ()
        """Who else looks at it, as the client was told last."""
        self.last_seq = 0
        """The last event that the client holds or that was written to its socket."""
        self.is_followed = False
        self.is_wanted = False
        """The client asked for it; it stays when the lists let it go."""
        self.is_asked = False
        """The client waits for Opened."""
        self.read_after: int | None = None
        """Where the page begins that was asked of the home last and is not here yet. Events that
        come meanwhile are read again, and pages that were asked for before are ignored."""
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
        "credential_id",
        "cursor",
        "encoding",
        "held",
        "identity",
        "instance_id",
        "is_attached",
        "is_public",
        "key_epoch",
        "lines",
        "next_ref",
        "pending",
        "refs",
        "repeated_round",
        "scopes",
        "session_id",
        "shown_lists",
        "silent_rounds",
        "stage",
        "tells_viewing",
        "unsent",
        "viewed",
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
        self.credential_id = CredentialId(NO_ID)
        self.scopes: tuple[str, ...] | None = None
        self.key_epoch = 0
        """Of a visitor's token."""
        self.is_public = False
        """A visitor's: he sees public events only."""
        self.instance_id: InstanceId | None = None
        self.attempt = 0
        self.cursor = ""
        """What the client held when it came, until the home has answered it."""
        self.is_attached = False
        """The home knows this session."""
        self.held: tuple[HeldView, ...] = ()
        """What the client wants to follow and the home has not answered yet."""
        self.lines: dict[ConversationId, Line] | None = None
        self.refs: dict[int, Line] | None = None
        self.next_ref = 1
        self.shown_lists: tuple[object, ...] | None = None
        """What the client was told last of its lists; None to tell it in any case."""
        self.pending: dict[OperationId, Submit] | None = None
        """Commands without an answer, in order: repeated when the link comes back."""
        self.unsent: tuple[OperationId, ...] = ()
        """Those of them that came while the home did not know this session."""
        self.repeated_round = -1
        """In which round of introductions they were repeated last."""
        self.silent_rounds = 0
        self.tells_viewing = False
        """The client knows of viewing and mentions: it has said at what it looks."""
        self.viewed = ConversationId(NO_ID)
        """The conversation that its person looks at; NO_ID for none."""
        self.window_start_ms = 0
        self.window_count = 0

    def is_of(self, actor: bytes) -> bool:
        """True if this is a session of the one who acted."""
        identity = self.identity
        # The id alone tells nearly all others apart, without making an actor of each.
        return (
            identity is not None and actor.endswith(identity.person_id) and identity.actor == actor
        )

    def __hash__(self) -> int:
        """By its number, so that sets of sessions are walked through alike in every run."""
        return self.session_id

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
        """Forget a conversation; its ref is never used again on this connection.

        The last few refs are still understood: a command may be on its way that names one.
        """
        self.shown_lists = None
        if self.lines is None or self.refs is None:
            return
        self.lines.pop(line.conversation_id, None)
        if len(self.refs) - len(self.lines) > limits.CLOSED_REFS_MAX:
            oldest = next(
                ref
                for ref, known in self.refs.items()
                if self.lines.get(known.conversation_id) is not known
            )
            del self.refs[oldest]

    def hold(self, view: HeldView) -> None:
        """Remember what the client wants to follow until the home has answered."""
        self.let_go(view.conversation_id)
        self.held = (*self.held, view)

    def wants(self, conversation_id: ConversationId) -> bool:
        """True while the client waits for a conversation that it asked for."""
        return any(one.wanted for one in self.held if one.conversation_id == conversation_id)

    def holds(self, conversation_id: ConversationId) -> bool:
        """True while the home has not answered for a conversation that the client asked for or
        still shows."""
        return any(one.conversation_id == conversation_id for one in self.held)

    def let_go(self, conversation_id: ConversationId) -> None:
        """The home has answered."""
        self.held = tuple(one for one in self.held if one.conversation_id != conversation_id)

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
