"""The event log in memory, on a virtual disk that the simulator can take away at any step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    CapacityError,
    ConversationId,
    DependencyError,
    LogFenced,
    LogUnavailable,
    OperationId,
    limits,
)
from airdesk.ports.event_log import LogListener, Record, StoredOperation, StoredState

EPOCH_BYTES: Final = 8
"""Length of an epoch."""


class _Checkpoint(NamedTuple):
    position: int


class _ConsumerPosition(NamedTuple):
    name: str
    position: int


_Change = Record | StoredState | _Checkpoint | _ConsumerPosition


class MemoryDisk:
    """What survives a crash. It outlives the logs that are opened on it.

    Args:
        epoch: 8 bytes that the logs on this disk show as theirs.
    """

    def __init__(self, epoch: bytes = b"memory-1") -> None:
        if len(epoch) != EPOCH_BYTES:
            raise ValueError(f"an epoch has {EPOCH_BYTES} bytes, not {len(epoch)}")
        self.epoch = epoch
        self.records: list[Record] = []
        self.checkpoint = 0
        self.states: dict[bytes, StoredState] = {}
        self.consumers: dict[str, int] = {}
        self._operations: dict[tuple[bytes, bytes, bytes], Record] = {}
        self._conversations: dict[bytes, list[Record]] = {}

    @property
    def head(self) -> int:
        """Position of the last record on the disk; 0 if there is none."""
        return len(self.records)

    def write(self, change: _Change) -> None:
        """Store one change; it is durable at once.

        Raises:
            LogFenced: the record's position is taken.
            LogUnavailable: its operation id is, which the home should have seen.
        """
        if isinstance(change, Record):
            self._write_record(change)
        elif isinstance(change, StoredState):
            self.states[change.key] = change
        elif isinstance(change, _Checkpoint):
            self.checkpoint = change.position
        else:
            self.consumers[change.name] = change.position

    def find_operation(self, account_id: bytes, actor: bytes, operation_id: bytes) -> Record | None:
        """Give the record that an operation id made; None if it is new."""
        return self._operations.get((account_id, actor, operation_id))

    def conversation(self, conversation_id: bytes) -> Sequence[Record]:
        """Give all records of a conversation in order."""
        return self._conversations.get(conversation_id, ())

    def _write_record(self, record: Record) -> None:
        name = (record.account_id, record.actor, record.operation_id)
        if record.position != self.head + 1:
            raise LogFenced(expected=record.position)
        if name in self._operations:
            raise LogUnavailable(reason="an operation id was appended twice")
        self.records.append(record)
        if record.operation_id != NO_ID:
            self._operations[name] = record
        if record.conversation_id != NO_ID:
            self._conversations.setdefault(record.conversation_id, []).append(record)


class MemoryEventLog:
    """An `EventLog` without threads, clock or chance: things become durable when told to.

    Args:
        disk: where it stores; several logs on one disk fence each other by position.
        commit_at_once: every call commits what it handed over, so that `log_durable` comes
            before `append` returns. For tests that do not care about the time between.
    """

    def __init__(self, disk: MemoryDisk | None = None, *, commit_at_once: bool = False) -> None:
        self.disk = disk if disk is not None else MemoryDisk()
        self._commit_at_once = commit_at_once
        self._listener: LogListener | None = None
        self._stopped_by: str | None = None
        self._head = self.disk.head
        self._last_appended = self._head
        self._waiting: list[_Change] = []
        self._states_waiting = 0

    @property
    def epoch(self) -> bytes:
        """See `EventLog.epoch`."""
        return self.disk.epoch

    @property
    def head(self) -> int:
        """See `EventLog.head`."""
        return self._head

    @property
    def waiting(self) -> int:
        """Things handed over that the next whole `commit` will store."""
        return len(self._waiting)

    def start(self, listener: LogListener) -> None:
        """See `EventLog.start`."""
        self._listener = listener

    # Writing -------------------------------------------------------------------------------

    def append(self, record: Record) -> None:
        """See `EventLog.append`. Only buffers, until `commit`."""
        self._check_takes()
        if record.position != self._last_appended + 1:
            raise LogFenced(expected=self._last_appended + 1)
        if self._last_appended - self._head >= limits.APPENDS_IN_FLIGHT_MAX:
            raise CapacityError()
        self._last_appended += 1
        self._hand_over([record])

    def save_states(self, states: Sequence[StoredState]) -> None:
        """See `EventLog.save_states`."""
        self._check_takes()
        if self._states_waiting + len(states) > limits.STATES_IN_FLIGHT_MAX:
            raise CapacityError()
        self._states_waiting += len(states)
        self._hand_over(states)

    def save_checkpoint(self, position: int) -> None:
        """See `EventLog.save_checkpoint`."""
        self._check_takes()
        self._hand_over([_Checkpoint(position)])

    def save_consumer_position(self, name: str, position: int) -> None:
        """See `EventLog.save_consumer_position`."""
        self._check_takes()
        self._hand_over([_ConsumerPosition(name, position)])

    # The simulator's levers ----------------------------------------------------------------

    def commit(self, count: int | None = None) -> None:
        """Make what was handed over durable and tell the listener.

        Args:
            count: so many things only, the oldest first (a smaller group commit).
        """
        before = self._head
        error = self._store(len(self._waiting) if count is None else count)
        if self._listener is None:
            return
        if self._head > before:
            self._listener.log_durable(self._head)
        if error is not None:
            self.fail(error)

    def crash(self) -> MemoryEventLog:
        """Lose what was not committed, as a loss of power would.

        Returns:
            A new log on the same disk. This one takes and tells nothing any more.
        """
        self._stop("it crashed")
        return MemoryEventLog(self.disk, commit_at_once=self._commit_at_once)

    def fail(self, error: Exception) -> None:
        """Lose what was not committed and tell the listener, as a broken disk would."""
        listener = self._listener
        self._stop(str(error))
        if listener is not None:
            listener.log_failed(error)

    def close(self) -> None:
        """See `EventLog.close`."""
        if self._stopped_by is None:
            self._store(len(self._waiting))
            self._stop("it is closed")

    # Reading -------------------------------------------------------------------------------

    def find_operation(
        self, account_id: AccountId, actor: bytes, operation_id: OperationId
    ) -> StoredOperation | None:
        """See `EventLog.find_operation`."""
        record = self.disk.find_operation(account_id, actor, operation_id)
        if record is None or record.position > self._head:
            return None
        return StoredOperation(
            record.position, record.conversation_id, record.command_hash, record.answer
        )

    def read(self, after: int, limit: int) -> Sequence[Record]:
        """See `EventLog.read`."""
        return self.disk.records[after : min(after + limit, self._head)]

    def read_conversation(
        self, conversation_id: ConversationId, after_seq: int, limit: int
    ) -> Sequence[Record]:
        """See `EventLog.read_conversation`."""
        known = self._known(conversation_id)
        return [record for record in known if record.last_seq > after_seq][:limit]

    def read_conversation_back(
        self, conversation_id: ConversationId, before_seq: int, limit: int
    ) -> Sequence[Record]:
        """See `EventLog.read_conversation_back`."""
        known = self._known(conversation_id)
        older = [record for record in known if record.first_seq < before_seq]
        return older[max(0, len(older) - limit) :]

    @property
    def checkpoint(self) -> int:
        """See `EventLog.checkpoint`."""
        return self.disk.checkpoint

    def open_states(self) -> Iterable[StoredState]:
        """See `EventLog.open_states`."""
        still_open = [state for state in self.disk.states.values() if state.is_open]
        return sorted(still_open, key=lambda state: (state.key != state.account_id, state.key))

    def find_state(self, key: bytes) -> StoredState | None:
        """See `EventLog.find_state`."""
        return self.disk.states.get(key)

    def find_latest_of_visitor(
        self, account_id: AccountId, visitor_key: bytes
    ) -> StoredState | None:
        """See `EventLog.find_latest_of_visitor`. Cost: all states, fit for tests only."""
        of_visitor = (
            state
            for state in self.disk.states.values()
            if state.account_id == account_id and state.visitor_key == visitor_key
        )
        return max(of_visitor, key=lambda state: state.key, default=None)

    def consumer_position(self, name: str) -> int:
        """See `EventLog.consumer_position`."""
        return self.disk.consumers.get(name, 0)

    # Inside --------------------------------------------------------------------------------

    def _known(self, conversation_id: bytes) -> Iterable[Record]:
        records = self.disk.conversation(conversation_id)
        return (record for record in records if record.position <= self._head)

    def _check_takes(self) -> None:
        if self._stopped_by is not None:
            raise LogUnavailable(reason=self._stopped_by)
        if self._listener is None:
            raise LogUnavailable(reason="it was not started")

    def _hand_over(self, changes: Sequence[_Change]) -> None:
        self._waiting.extend(changes)
        if self._commit_at_once:
            self.commit()

    def _store(self, count: int) -> Exception | None:
        """Write the oldest `count` changes; give the error that stopped it, if any."""
        changes, self._waiting = self._waiting[:count], self._waiting[count:]
        self._states_waiting -= sum(isinstance(change, StoredState) for change in changes)
        if changes and self.disk.head != self._head:
            return LogFenced(expected=self._head + 1)
        for change in changes:
            try:
                self.disk.write(change)
            except DependencyError as error:
                return error
            self._head = self.disk.head
        return None

    def _stop(self, reason: str) -> None:
        self._stopped_by = reason
        self._listener = None
        self._waiting.clear()
        self._states_waiting = 0
