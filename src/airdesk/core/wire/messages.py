"""Every message of the socket protocol; `docs/protocol.md` tells what they mean.

One class is one message in both encodings. Binary: a msgpack array of the number and the
fields in order; fields at the end that have their default are left out. JSON: an object with
`type` (the class name in snake case) and the fields by name; defaults are left out. Ids are 16
bytes in binary and UUID text in JSON. Numbers and the order of fields never change; new fields
are appended with a default.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

Id: TypeAlias = Annotated[bytes, Meta(min_length=16, max_length=16)]
"""16 bytes; UUID text in JSON."""

OptionalId: TypeAlias = Annotated[bytes, Meta(max_length=16)]
"""16 bytes or none; UUID text or "" in JSON."""

Nat: TypeAlias = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""A whole number that a JavaScript number holds exactly."""

Where: TypeAlias = Nat | Id
"""A conversation: its `ref` on this connection, or its id. 0 is "mine" for a visitor."""


class _Message(msgspec.Struct, frozen=True, array_like=True):
    """A message's encoding: an array that starts with its number."""


# From the client ------------------------------------------------------------------------------


class Held(msgspec.Struct, frozen=True, array_like=True):
    """A conversation that a client still shows, and the last `seq` it holds there."""

    conversation: Id
    seq: Nat
    wanted: bool = False
    """The person opened it: it is followed also when it leaves the lists."""


class Hello(_Message, tag=1, frozen=True):
    """The first message of every connection."""

    token: str
    device: Id
    instance: Id
    attempt: Nat = 1
    """Number of this connection among those of its instance; a lower one loses to a higher."""
    cursor: str = ""
    held: tuple[Held, ...] = ()
    client: str = ""


class Send(_Message, tag=2, frozen=True):
    """Say something in public."""

    op: Id
    where: Where
    text: str
    file: str = ""
    """The ticket of an uploaded file, whose name is said then."""


class Note(_Message, tag=3, frozen=True):
    """Say something to the staff alone."""

    op: Id
    where: Where
    text: str
    mentions: tuple[Id, ...] = ()
    """Agents who are told of it."""


class Start(_Message, tag=4, frozen=True):
    """Open the visitor's conversation without a word."""

    op: Id


class Assign(_Message, tag=5, frozen=True):
    """Give a conversation to an agent; without one, to me."""

    op: Id
    where: Where
    agent: OptionalId = b""


class Transfer(_Message, tag=6, frozen=True):
    """Hand a conversation to an agent or to a team."""

    op: Id
    where: Where
    agent: OptionalId = b""
    team: OptionalId = b""
    note: str = ""


class Resolve(_Message, tag=7, frozen=True):
    """It is done."""

    op: Id
    where: Where


class Reopen(_Message, tag=8, frozen=True):
    """Take it up again."""

    op: Id
    where: Where


class Snooze(_Message, tag=9, frozen=True):
    """Put it aside until a time."""

    op: Id
    where: Where
    until_ms: Nat


class Rate(_Message, tag=10, frozen=True):
    """The visitor's judgement, 1 to 5."""

    op: Id
    where: Where
    score: Nat


class HandOff(_Message, tag=11, frozen=True):
    """From the bot to people."""

    op: Id
    where: Where


class SetAvailability(_Message, tag=12, frozen=True):
    """An agent's own status: 0 offline, 1 busy, 2 online."""

    op: Id
    availability: Nat


class SetLabels(_Message, tag=13, frozen=True):
    """Let a conversation have exactly these labels."""

    op: Id
    where: Where
    labels: tuple[Id, ...]


class SetPriority(_Message, tag=14, frozen=True):
    """How urgent it is: 0 normal, 1 high, 2 urgent."""

    op: Id
    where: Where
    priority: Nat


class ReturnToBot(_Message, tag=15, frozen=True):
    """From people back to the bot."""

    op: Id
    where: Where


class Follow(_Message, tag=20, frozen=True):
    """Send me this conversation's events after a `seq`; after 0, its newest ones."""

    conversation: Id
    after: Nat = 0


class Unfollow(_Message, tag=21, frozen=True):
    """I no longer show this conversation."""

    ref: Nat


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """How far one side has received and read a conversation, as `seq`; 0 for nothing."""

    ref: Nat
    delivered: Nat = 0
    read: Nat = 0


class Receipt(_Message, tag=22, frozen=True):
    """What I received and read."""

    marks: tuple[Mark, ...]


class Typing(_Message, tag=23, frozen=True):
    """I began or ended typing."""

    ref: Nat
    on: bool = True
    text: str = ""
    """What a visitor has typed so far; the staff may see it."""


class Refresh(_Message, tag=24, frozen=True):
    """Send me all rows again; my list does not fit."""


class History(_Message, tag=25, frozen=True):
    """Send me a page of events before a `seq`."""

    ref: Nat
    before: Nat


class Alive(_Message, tag=26, frozen=True):
    """A sign of life, of which nothing follows; an answered PING is one, too."""


class Viewing(_Message, tag=27, frozen=True):
    """I look at this conversation now, and at no other; or at it no longer.

    Who says it, even of no conversation at all, gets SomebodyViewing and Mentioned from then on.
    """

    ref: Nat = 0
    """0 for none."""
    on: bool = True


# From the server ------------------------------------------------------------------------------


class Welcome(_Message, tag=64, frozen=True):
    """The answer to a good hello."""

    you: Id
    role: Nat
    server_ms: Nat
    beat_ms: Nat
    cursor: str
    reset: bool = False
    """Forget everything but the outbox: the cursor belongs to another history."""


class Failure(_Message, tag=65, frozen=True):
    """Why the connection closes now."""

    number: Nat
    text: str
    retry_ms: Nat = 0


class Accepted(_Message, tag=66, frozen=True):
    """The command is durable. A repeat gets the same answer."""

    op: Id
    ref: Nat = 0
    seq: Nat = 0
    dt_ms: Nat = 0


class Rejected(_Message, tag=67, frozen=True):
    """A rule said no; forget the command."""

    op: Id
    number: Nat
    text: str


class Row(_Message, tag=68, frozen=True):
    """A conversation's line in a list. It introduces `ref` for this connection."""

    ref: Nat
    conversation: Id
    opened_ms: Nat
    version: Nat
    """Grows with every change; an older row than the one held is ignored."""
    status: Nat
    visitor: Id
    last_seq: Nat
    last_ms: Nat
    unread: Nat = 0
    place: Nat = 0
    """Place in the queue, 1 is next; 0 while not waiting."""
    assignee: OptionalId = b""
    participants: tuple[Id, ...] = ()
    """Agents by author number: the first is author 3."""
    delivered: Nat = 0
    """How far the other side has received."""
    read: Nat = 0
    """How far the other side has read."""
    labels: tuple[Id, ...] = ()
    """For the staff, like all that follows."""
    priority: Nat = 0
    """0 normal, 1 high, 2 urgent."""
    snoozed_until_ms: Nat = 0
    inbox: OptionalId = b""


class Opened(_Message, tag=69, frozen=True):
    """The next event of this conversation has `prev` equal to `base`.

    If `base` is not the last `seq` that the client holds, its view of this conversation is
    void and begins anew.
    """

    ref: Nat
    base: Nat


class File(msgspec.Struct, frozen=True, array_like=True):
    """A file that was sent; its name is the message's text."""

    file: Id
    bytes: Nat
    media_type: str
    width: Nat = 0
    """In pixels; 0 for what is no picture."""
    height: Nat = 0


class Event(_Message, tag=70, frozen=True):
    """One event of a conversation."""

    ref: Nat
    seq: Nat
    prev: Nat
    dt_ms: Nat
    kind: Nat
    author: Nat = 1
    text: str = ""
    subject: OptionalId = b""
    value: Nat = 0
    op: OptionalId = b""
    """The operation that caused it; only on connections of the one who sent it."""
    file: File | None = None
    options: tuple[str, ...] = ()
    """Answers that the bot offers; choosing one is sending its words."""
    subjects: tuple[Id, ...] = ()
    """What or whom it is about, where that may be several: labels, mentioned agents."""


class Receipts(_Message, tag=71, frozen=True):
    """What the other side received and read."""

    marks: tuple[Mark, ...]


class SomebodyTyping(_Message, tag=72, frozen=True):
    """Somebody else began or ended typing."""

    ref: Nat
    author: Nat
    on: bool = True
    text: str = ""
    """What the visitor has typed so far; for the staff."""


class Head(msgspec.Struct, frozen=True, array_like=True):
    """Where a followed conversation stands on the server."""

    ref: Nat
    seq: Nat
    version: Nat


class Beat(_Message, tag=73, frozen=True):
    """The server lives; what you should have by now."""

    server_ms: Nat
    cursor: str = ""
    heads: tuple[Head, ...] = ()


class Listing(_Message, tag=74, frozen=True):
    """My lists are exactly these conversations; their rows came before."""

    mine: tuple[Nat, ...]
    """A visitor's conversations; those an agent holds."""
    queue: tuple[Nat, ...] = ()
    """For agents: the first of those who wait, next one first."""
    waiting: Nat = 0
    """How many wait in all."""
    cursor: str = ""
    availability: Nat = 0


class PageEvent(msgspec.Struct, frozen=True, array_like=True):
    """One event of a page, the fields of Event without its ref and op."""

    seq: Nat
    prev: Nat
    dt_ms: Nat
    kind: Nat
    author: Nat = 1
    text: str = ""
    subject: OptionalId = b""
    value: Nat = 0
    file: File | None = None
    options: tuple[str, ...] = ()
    subjects: tuple[Id, ...] = ()


class Page(_Message, tag=75, frozen=True):
    """Older events, in order, the last of them before the `seq` that was asked for."""

    ref: Nat
    before: Nat
    events: tuple[PageEvent, ...] = ()
    at_start: bool = False


class Closed(_Message, tag=76, frozen=True):
    """No further event of this conversation comes on this connection."""

    ref: Nat
    """0 for a conversation that this connection never knew."""
    conversation: OptionalId = b""
    """Its id, where it has no ref: it was asked for and may not be seen."""


class SomebodyViewing(_Message, tag=77, frozen=True):
    """Who of the staff looks at a conversation now, besides me."""

    ref: Nat
    agents: tuple[Id, ...] = ()


class Mentioned(_Message, tag=78, frozen=True):
    """A note names me."""

    conversation: Id
    seq: Nat
    by: Id


ClientMessage: TypeAlias = (
    Hello
    | Send
    | Note
    | Start
    | Assign
    | Transfer
    | Resolve
    | Reopen
    | Snooze
    | Rate
    | HandOff
    | SetAvailability
    | SetLabels
    | SetPriority
    | ReturnToBot
    | Follow
    | Unfollow
    | Receipt
    | Typing
    | Refresh
    | History
    | Alive
    | Viewing
)
ServerMessage: TypeAlias = (
    Welcome
    | Failure
    | Accepted
    | Rejected
    | Row
    | Opened
    | Event
    | Receipts
    | SomebodyTyping
    | Beat
    | Listing
    | Page
    | Closed
    | SomebodyViewing
    | Mentioned
)
CommandMessage: TypeAlias = (
    Send
    | Note
    | Start
    | Assign
    | Transfer
    | Resolve
    | Reopen
    | Snooze
    | Rate
    | HandOff
    | SetAvailability
    | SetLabels
    | SetPriority
    | ReturnToBot
)
"""Messages with an operation id: kept in the outbox, acknowledged once durable."""

RESERVED_NUMBERS = frozenset({30, 31, 80, 81, 82, 83})
"""30, 31, 80, 81: chunks of large payloads and their resending; 82, 83: the adaptive
heartbeat. A peer that gets one today answers with 4001."""
