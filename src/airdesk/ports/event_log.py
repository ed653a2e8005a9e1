"""The event log of one shard: the truth, a totally ordered list of records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from airdesk.core.kernel import AccountId, ConversationId, OperationId


class Record(NamedTuple):
    """What one command decided: stored whole or not at all.

    A plain tuple, since one is made for every command. Bytes inside are opaque to the log.
    """

    position: int
    """Place in the shard's log: 1, 2, 3, … without a gap."""
    account_id: AccountId
    conversation_id: ConversationId
    """NO_ID where the record is about the account, not about one conversation."""
    first_seq: int
    """`seq` of the record's first event in its conversation; 0 without a conversation."""
    last_seq: int
    """`seq` of the record's last event; first_seq - 1 where it has none that is numbered."""
    public_before: int
    """`seq` of the last event before this record that the visitor may see; 0 if none."""
    ts_ms: int
    """When it was decided, milliseconds since 1970; never less than the record before."""
    actor: bytes
    """Who did it: kind byte and id. Operation ids are unique by (account_id, actor)."""
    operation_id: OperationId
    """NO_ID where nobody can repeat it."""
    command_hash: bytes
    """8 bytes of the command's canonical form, to refuse the same id with another body."""
    answer: bytes
    """The first answer, given again to a repeat."""
    events: bytes
    """The events without the words that people wrote."""
    bodies: bytes
    """The words that people wrote, apart, so that they can be erased; b"" if none."""


class StoredOperation(NamedTuple):
    """What the log remembers of an operation id."""

    position: int
    conversation_id: ConversationId
    command_hash: bytes
    answer: bytes


class StoredState(NamedTuple):
    """A conversation's or an account's state as a checkpoint keeps it."""

    key: bytes
    """conversation_id, or account_id for an account's own state."""
    account_id: AccountId
    visitor_key: bytes
    """inbox_id + visitor_id, or b"" for an account's own state."""
    is_open: bool
    """Loaded at start. A state that is not open is found by key or by visitor_key only."""
    position: int
    """The state holds every record of its key up to here."""
    state: bytes


class LogListener(Protocol):
    """Who hears what became of the appended records. Called on the thread of the event loop."""

    def log_durable(self, position: int) -> None:
        """Every record up to and including this position survives a loss of power."""

    def log_failed(self, error: Exception) -> None:
        """No record after the last durable position is acknowledged, now or later.

        The log takes no more appends. Its user throws away its state and opens the log anew,
        which shows whether a record in flight was stored after all: a disk that fails to sync
        does not say what it kept.
        """


class EventLog(Protocol):
    """One shard's log.

    Guarantees:
        Ordering: records become durable in the order of their positions, without a gap.
        Durability: `log_durable` is called only after the bytes were synced (fdatasync) to the
            disk, in groups: the next commit starts when the last has ended, with what has
            gathered meanwhile; under load it may wait COMMIT_DELAY_MS_MAX more.
        Atomicity: a record is stored whole or not at all.
        Fencing: a position that another writer took fails the log with LogFenced.
        Operations: an operation id is stored once. Who appends it again without having asked
            `find_operation` has a defect; the log fails with LogUnavailable.
        Reading: `find_operation` and the `read` calls see exactly the records up to `head`, which
            moves just before `log_durable` is called. Calls are synchronous, short (a page) and
            made on the thread of the event loop.
        Cancellation: nothing here can be cancelled.
    """

    @property
    def epoch(self) -> bytes:
        """8 bytes, random at creation, new after a restore: cursors of another epoch are void."""

    @property
    def head(self) -> int:
        """Position of the last durable record; 0 for an empty log."""

    def start(self, listener: LogListener) -> None:
        """Begin to take appends. Before this the log can only be read."""

    def append(self, record: Record) -> None:
        """Hand over the next record; returns at once.

        The expected position is the record's own: one more than the record handed over before
        (or than `head`).

        Raises:
            LogFenced: the position is not the next one. Nothing was taken.
            LogUnavailable: the log has failed or is closed. Nothing was taken.
            CapacityError: APPENDS_IN_FLIGHT_MAX wait already. Nothing was taken.
        """

    def find_operation(
        self, account_id: AccountId, actor: bytes, operation_id: OperationId
    ) -> StoredOperation | None:
        """Give what an operation id did, however long ago; None if it is new."""

    def read(self, after: int, limit: int) -> Sequence[Record]:
        """Give at most `limit` records with a position above `after`, in order."""

    def read_conversation(
        self, conversation_id: ConversationId, after_seq: int, limit: int
    ) -> Sequence[Record]:
        """Give, in order, at most `limit` records of the conversation whose last_seq is above
        `after_seq`. The first may begin before it, when after_seq falls inside a record."""

    def read_conversation_back(
        self, conversation_id: ConversationId, before_seq: int, limit: int
    ) -> Sequence[Record]:
        """Give, in order, the newest `limit` records of the conversation whose first_seq is below
        `before_seq`."""

    # Checkpoints ---------------------------------------------------------------------------

    def save_states(self, states: Sequence[StoredState]) -> None:
        """Store states, replacing older ones of the same keys; returns at once.

        They are stored after every record appended before this call, with the next commits, in
        slices so that no record waits long for them; never before a record that they include.

        Raises:
            LogUnavailable: the log has failed or is closed. Nothing was taken.
            CapacityError: STATES_IN_FLIGHT_MAX wait already. Nothing was taken; come again.
        """

    def save_checkpoint(self, position: int) -> None:
        """Note that the states saved so far hold all records up to `position`; returns at once.

        It is stored after all states that were saved before it.
        """

    @property
    def checkpoint(self) -> int:
        """Position from which a start has to replay; 0 without a checkpoint."""

    def open_states(self) -> Iterable[StoredState]:
        """Give the stored states with `is_open`, accounts' own first."""

    def find_state(self, key: bytes) -> StoredState | None:
        """Give one stored state."""

    def find_latest_of_visitor(
        self, account_id: AccountId, visitor_key: bytes
    ) -> StoredState | None:
        """Give the stored state with the highest key (the newest conversation) of a visitor."""

    # Consumers -----------------------------------------------------------------------------

    def consumer_position(self, name: str) -> int:
        """Give how far a durable consumer has come; 0 if it never said."""

    def save_consumer_position(self, name: str, position: int) -> None:
        """Note how far a consumer has come; stored with the next commit; returns at once."""

    def close(self) -> None:
        """Store what was handed over, then stop. No `log_…` call comes from here or afterwards.

        Blocks until the disk has it all.
        """
