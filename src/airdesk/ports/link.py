"""The link between gateways, which hold sockets, and the home, which decides.

Guarantees of a link, in both directions: messages arrive in the order in which they were sent,
at most once. Messages from the home are numbered; where one is missing (the gateway was too
slow and the home dropped it, or the link broke) the gateway is told by `link_hole` and reads
again before it serves on. Messages to the home are never dropped while the link stands; when it
breaks, the gateway repeats what is unanswered after `link_up`. Sending never blocks.
"""

from __future__ import annotations

from typing import NamedTuple, NewType, Protocol, TypeAlias

import msgspec

from airdesk.core.conversation import AccountCommand, ConversationCommand, FeedEvent
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    ConversationId,
    CredentialId,
    Identity,
    InboxId,
    InstanceId,
    LabelId,
    OperationId,
    VisitorId,
)

GatewayId = NewType("GatewayId", int)
"""Which gateway, unique among those that ever linked to this home process; a later link has a
greater one."""

SessionId = NewType("SessionId", int)
"""Which session, unique in its gateway process."""

RequestId = NewType("RequestId", int)
"""Which request without a session, unique in its gateway process."""


class _LinkMessage(msgspec.Struct, frozen=True, array_like=True):
    """A link message's encoding: an array that starts with its tag."""


class HeldView(NamedTuple):
    """A conversation that a client still shows."""

    conversation_id: ConversationId
    seq: int
    wanted: bool = False
    """The person opened it: it stays followed when it leaves the lists."""


class PositionMark(NamedTuple):
    """How far a client has received and read; 0 for nothing."""

    conversation_id: ConversationId
    delivered: int
    read: int


class RowFacts(msgspec.Struct, frozen=True, array_like=True):
    """All that a conversation's line may show, for either class of readers."""

    conversation_id: ConversationId
    account_id: AccountId
    visitor_id: VisitorId
    visitor_key: bytes
    opened_ms: int
    version: int
    status: int
    last_seq: int
    public_seq: int
    last_ms: int
    unread_by_staff: int
    unread_by_visitor: int
    place: int
    assignee_id: AgentId
    participants: tuple[AgentId, ...]
    visitor_delivered: int = 0
    visitor_read: int = 0
    staff_delivered: int = 0
    staff_read: int = 0
    hidden: tuple[AgentId, ...] = ()
    """Participants of whom the visitor must not know."""
    canonical_key: bytes = b""
    """Who the visitor turned out to be, by inbox and visitor; b"" for nobody else."""
    label_ids: tuple[LabelId, ...] = ()
    priority: int = 0
    snoozed_until_ms: int = 0


# To the home ----------------------------------------------------------------------------------


class Connect(_LinkMessage, tag=1, frozen=True):
    """A session said a good hello. After a broken link the gateway says it again for each."""

    session: SessionId
    identity: Identity
    instance_id: InstanceId
    attempt: int
    cursor: str = ""
    held: tuple[HeldView, ...] = ()
    credential_id: CredentialId = CredentialId(NO_ID)
    """What let it in and may be revoked; NO_ID for what cannot, as a visitor's token."""


class Disconnect(_LinkMessage, tag=2, frozen=True):
    """The session is gone."""

    session: SessionId


class Submit(_LinkMessage, tag=3, frozen=True):
    """A session's command. conversation_id is NO_ID for "mine" and for facts of the account."""

    session: SessionId
    operation_id: OperationId
    conversation_id: ConversationId
    command: ConversationCommand | AccountCommand


class Read(_LinkMessage, tag=4, frozen=True):
    """Give the session the conversation's events after a `seq`, and from now on the new ones."""

    session: SessionId
    conversation_id: ConversationId
    after_seq: int


class ReadBack(_LinkMessage, tag=5, frozen=True):
    """Give the session a page of events before a `seq`."""

    session: SessionId
    conversation_id: ConversationId
    before_seq: int


class Unwatch(_LinkMessage, tag=6, frozen=True):
    """No session of this gateway follows the conversation any longer."""

    conversation_id: ConversationId


class Marks(_LinkMessage, tag=7, frozen=True):
    """What a session received and read."""

    session: SessionId
    marks: tuple[PositionMark, ...]


class TypingSignal(_LinkMessage, tag=8, frozen=True):
    """A session's person began or ended typing."""

    session: SessionId
    conversation_id: ConversationId
    on: bool
    text: str = ""
    """What a visitor has typed so far; never stored."""


class RefreshLists(_LinkMessage, tag=9, frozen=True):
    """Give the session all rows of its lists again."""

    session: SessionId


class Execute(_LinkMessage, tag=10, frozen=True):
    """A command without a session, as of an HTTP request. The gateway vouches for the identity.

    conversation_id is NO_ID for a visitor's own and for facts of the account.
    """

    request: RequestId
    identity: Identity
    operation_id: OperationId
    conversation_id: ConversationId
    command: ConversationCommand | AccountCommand


class AskInbox(_LinkMessage, tag=11, frozen=True):
    """Is anybody there to answer an inbox, how many wait, and where does a conversation stand?"""

    request: RequestId
    account_id: AccountId
    inbox_id: InboxId
    conversation_id: ConversationId = ConversationId(NO_ID)
    """Of the same account; NO_ID for none."""


class FactsWritten(_LinkMessage, tag=12, frozen=True):
    """The directory holds facts that its outbox has not brought to the home yet."""


class AskBoard(_LinkMessage, tag=13, frozen=True):
    """How does the account stand: who waits, who is there?"""

    request: RequestId
    account_id: AccountId


class AskVisitors(_LinkMessage, tag=14, frozen=True):
    """Which visitors of the account are online?"""

    request: RequestId
    account_id: AccountId


class ViewingSignal(_LinkMessage, tag=15, frozen=True):
    """A session's person looks at this conversation now and at no other; NO_ID for at none."""

    session: SessionId
    conversation_id: ConversationId


class ViewsWanted(_LinkMessage, tag=16, frozen=True):
    """Somebody waits until lists and search hold what is durable already. It may get lost: whoever
    waits says it again."""


# To a gateway ---------------------------------------------------------------------------------


class Connected(_LinkMessage, tag=64, frozen=True):
    """The session is registered; its lists as they are now."""

    session: SessionId
    cursor: str
    reset: bool
    rows: tuple[RowFacts, ...]
    mine: tuple[ConversationId, ...]
    queue: tuple[ConversationId, ...] = ()
    waiting: int = 0
    availability: int = 0


class Fence(_LinkMessage, tag=65, frozen=True):
    """A newer connection of the session's instance took over, or the session has to go."""

    session: SessionId
    number: int


class Answer(_LinkMessage, tag=66, frozen=True):
    """What became of a command: accepted (number 0) or rejected."""

    session: SessionId
    operation_id: OperationId
    conversation_id: ConversationId
    seq: int = 0
    ts_ms: int = 0
    number: int = 0
    text: str = ""


class Delivery(_LinkMessage, tag=67, frozen=True):
    """One record of a conversation, to every gateway with a reader."""

    conversation_id: ConversationId
    events: tuple[FeedEvent, ...]
    row: RowFacts | None = None
    """Only where more than the number of messages changed."""
    agent_ids: tuple[AgentId, ...] = ()
    """Agents who hold it now or held it until now; only with a row."""


class Feed(_LinkMessage, tag=68, frozen=True):
    """The answer to Read: a page of durable events."""

    session: SessionId
    row: RowFacts
    base: int
    """`prev` of the first event for this session's class; its position if there is none."""
    events: tuple[FeedEvent, ...]
    more: bool = False
    after_seq: int = 0
    """As in the Read that this answers."""


class FeedRefused(_LinkMessage, tag=69, frozen=True):
    """The answer to Read or ReadBack of a conversation that the session may not see."""

    session: SessionId
    conversation_id: ConversationId


class FeedBack(_LinkMessage, tag=70, frozen=True):
    """The answer to ReadBack."""

    session: SessionId
    conversation_id: ConversationId
    before_seq: int
    events: tuple[FeedEvent, ...]
    at_start: bool


class Lists(_LinkMessage, tag=71, frozen=True):
    """An agent's changed rows, and his lists whole."""

    account_id: AccountId
    agent_id: AgentId
    cursor: str
    rows: tuple[RowFacts, ...]
    mine: tuple[ConversationId, ...]
    queue: tuple[ConversationId, ...]
    waiting: int
    availability: int


class RowNotice(_LinkMessage, tag=72, frozen=True):
    """A waiting conversation's new place, to those who follow it."""

    row: RowFacts


class ReceiptNotice(_LinkMessage, tag=73, frozen=True):
    """How far one side has received and read, to those of the other side who follow."""

    conversation_id: ConversationId
    by_visitor: bool
    delivered: int
    read: int


class TypingNotice(_LinkMessage, tag=74, frozen=True):
    """Somebody types, to all others who follow."""

    conversation_id: ConversationId
    actor: bytes
    author: int
    on: bool
    text: str = ""
    """What the visitor has typed so far: for the staff alone."""


class WatchedHead(NamedTuple):
    """Where a watched conversation stands, for either class."""

    conversation_id: ConversationId
    public_seq: int
    last_seq: int


class Heads(_LinkMessage, tag=75, frozen=True):
    """Where some of the watched conversations stand, so that a silent loss is found."""

    heads: tuple[WatchedHead, ...]


class Executed(_LinkMessage, tag=76, frozen=True):
    """The answer to Execute: accepted (number 0) or not. A repeat gets the same."""

    request: RequestId
    conversation_id: ConversationId
    seq: int = 0
    ts_ms: int = 0
    number: int = 0
    text: str = ""


class InboxPresence(_LinkMessage, tag=77, frozen=True):
    """The answer to AskInbox. It comes after the answers to all that was executed before."""

    request: RequestId
    online: int = 0
    """Agents who are online or busy and may answer this inbox."""
    waiting: int = 0
    """Visitors who wait for the same agents as one of this inbox would."""
    place: int = 0
    """Of the conversation that was named: 1 for the next one, 0 if it does not wait."""


class BoardAgent(NamedTuple):
    """A seat on the board."""

    agent_id: AgentId
    availability: int
    load: int
    """Conversations that he holds."""
    capacity: int
    connections: int
    """His open sockets; 0 for one who is expected back, or gone."""


class BoardInbox(NamedTuple):
    """A door on the board."""

    inbox_id: InboxId
    waiting: int
    longest_wait_ms: int
    """How long the one who has waited longest has; 0 while nobody waits."""
    online: int
    """Agents who are online or busy and may answer it."""


class Board(_LinkMessage, tag=78, frozen=True):
    """The answer to AskBoard. It comes after the answers to all that was executed before."""

    request: RequestId
    waiting: int = 0
    longest_wait_ms: int = 0
    with_bot: int = 0
    assigned: int = 0
    snoozed: int = 0
    agents: tuple[BoardAgent, ...] = ()
    """Those who are there first; BOARD_AGENTS_MAX at most."""
    inboxes: tuple[BoardInbox, ...] = ()
    """Those where somebody waits first; BOARD_INBOXES_MAX at most."""


class VisitorOnline(NamedTuple):
    """A visitor who has a socket open."""

    inbox_id: InboxId
    visitor_id: VisitorId
    since_ms: int
    conversation_id: ConversationId
    """His own open conversation; NO_ID for none."""


class VisitorsOnline(_LinkMessage, tag=79, frozen=True):
    """The answer to AskVisitors, the latest first; VISITORS_SHOWN_MAX at most."""

    request: RequestId
    visitors: tuple[VisitorOnline, ...] = ()


class ViewingNotice(_LinkMessage, tag=80, frozen=True):
    """Who looks at a conversation now, to the staff who follow it."""

    conversation_id: ConversationId
    agent_ids: tuple[AgentId, ...]


class MentionNotice(_LinkMessage, tag=81, frozen=True):
    """A note names agents."""

    account_id: AccountId
    agent_ids: tuple[AgentId, ...]
    conversation_id: ConversationId
    seq: int
    by: AgentId


ToHome: TypeAlias = (
    Connect
    | Disconnect
    | Submit
    | Read
    | ReadBack
    | Unwatch
    | Marks
    | TypingSignal
    | RefreshLists
    | Execute
    | AskInbox
    | FactsWritten
    | AskBoard
    | AskVisitors
    | ViewingSignal
    | ViewsWanted
)
ToGateway: TypeAlias = (
    Connected
    | Fence
    | Answer
    | Delivery
    | Feed
    | FeedRefused
    | FeedBack
    | Lists
    | RowNotice
    | ReceiptNotice
    | TypingNotice
    | Heads
    | Executed
    | InboxPresence
    | Board
    | VisitorsOnline
    | ViewingNotice
    | MentionNotice
)


class GatewayLink(Protocol):
    """The gateway's end of the link."""

    def send(self, message: ToHome) -> None:
        """Send to the home; while the link is down the message is forgotten (see module)."""


class HomeLink(Protocol):
    """The home's end of all links."""

    def send(self, gateway: GatewayId, message: ToGateway) -> None:
        """Send to one gateway; forgotten if it is gone, dropped with its number if it is slow."""


class GatewaySide(Protocol):
    """Who receives on a gateway."""

    def link_message(self, message: ToGateway) -> None:
        """The home's next message."""

    def link_hole(self) -> None:
        """Messages of the home are missing before the next one."""

    def link_up(self) -> None:
        """A link to a home stands; the home knows nothing of this gateway yet."""

    def link_down(self) -> None:
        """The link broke; link_up comes when it stands again."""


class HomeSide(Protocol):
    """Who receives at the home."""

    def gateway_message(self, gateway: GatewayId, message: ToHome) -> None:
        """A gateway's next message."""

    def gateway_gone(self, gateway: GatewayId) -> None:
        """The link to a gateway broke: all its sessions are gone."""
