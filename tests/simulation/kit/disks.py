"""The event log on a virtual disk, with a crash point at every step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from airdesk.adapters.memory.event_log import MemoryDisk, MemoryEventLog
from airdesk.core.kernel import NO_ID, Role
from airdesk.ports.event_log import LogListener, Record, StoredState
from tests.simulation.kit.crashes import CrashPlan


class SimulatedLog(MemoryEventLog):
    """A MemoryEventLog that dies where it is planned, and commits when the simulator says.

    Args:
        disk: what survives.
        plan: where the home crashes.
        status_of: names a conversation's status, for the coverage table.
        handed_over: hears that there is something to commit.
    """

    def __init__(
        self,
        disk: MemoryDisk,
        plan: CrashPlan,
        status_of: Callable[[bytes], str],
        handed_over: Callable[[], None],
    ) -> None:
        super().__init__(disk)
        self._plan = plan
        self._status_of = status_of
        self._handed_over = handed_over
        self.appended: set[bytes] = set()
        """Operation ids of all records that this log took."""

    # Starting ------------------------------------------------------------------------------

    def open_states(self) -> Iterable[StoredState]:
        """See EventLog; the process may die after some of the states."""
        for state in super().open_states():
            self._plan.reach("while states are loaded", lambda: "starting")
            yield state

    def read(self, after: int, limit: int) -> Sequence[Record]:
        """See EventLog; pages are small, so that the process may die between two of them."""
        self._plan.reach("while records are replayed", lambda: "starting")
        return super().read(after, min(limit, 20))

    def start(self, listener: LogListener) -> None:
        """See EventLog."""
        self._plan.reach("after replay, before it serves", lambda: "starting")
        super().start(_Doorstep(listener, self._plan, self._first_waiting))

    # Writing -------------------------------------------------------------------------------

    def append(self, record: Record) -> None:
        """See EventLog."""
        status = self._of(record)
        self._plan.reach("before append", status)
        if record.actor[0] == Role.SYSTEM:
            self._plan.reach("before a follow-up is appended", status)
        super().append(record)
        self.appended.add(record.operation_id)
        self._handed_over()
        self._plan.reach("after append", status)

    def save_states(self, states: Sequence[StoredState]) -> None:
        """See EventLog."""
        self._plan.reach("before a slice of a checkpoint", lambda: "checkpoint")
        super().save_states(states)
        self._handed_over()
        self._plan.reach("after a slice of a checkpoint", lambda: "checkpoint")

    def save_checkpoint(self, position: int) -> None:
        """See EventLog."""
        self._plan.reach("before a checkpoint is noted", lambda: "checkpoint")
        super().save_checkpoint(position)
        self._handed_over()
        self._plan.reach("after a checkpoint is noted", lambda: "checkpoint")

    def commit(self, count: int | None = None) -> None:
        """See MemoryEventLog."""
        if self._waiting:
            self._plan.reach("before commit", self._first_waiting)
        super().commit(count)

    def keep(self, count: int) -> None:
        """Store the first few things though nobody will hear of it."""
        listener, self._listener = self._listener, None
        super().commit(count)
        self._listener = listener

    def lose_power(self, kept: int) -> None:
        """Die; the first few things were on the disk, though nobody heard of it."""
        self.keep(kept)
        self.crash()

    def _of(self, record: Record) -> Callable[[], str]:
        if record.conversation_id == NO_ID:
            return lambda: "account"
        return lambda: self._status_of(record.conversation_id)

    def _first_waiting(self) -> str:
        for change in self._waiting:
            if isinstance(change, Record):
                return self._of(change)()
        last = self.disk.records[-1] if self.disk.records else None
        return "account" if last is None else self._of(last)()


class _Doorstep:
    """Stands before the log's listener: between what is durable and who hears of it."""

    def __init__(self, listener: LogListener, plan: CrashPlan, status: Callable[[], str]) -> None:
        self._listener = listener
        self._plan = plan
        self._status = status

    def log_durable(self, position: int) -> None:
        """See LogListener."""
        self._plan.reach("after commit, before it is told", self._status)
        self._listener.log_durable(position)
        self._plan.reach("after it was told", self._status)

    def log_failed(self, error: Exception) -> None:
        """See LogListener."""
        self._listener.log_failed(error)
