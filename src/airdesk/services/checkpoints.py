"""Saves changed states in slices, beside the work, so that a restart replays little."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from airdesk.core.kernel import CapacityError, limits
from airdesk.ports.event_log import EventLog, StoredState


class Checkpoints:
    """What changed since it was saved, and the pass that saves it.

    Args:
        log: the shard's log.
        stored: gives what a checkpoint keeps under a key.
        forget: called when everything that is not dirty is on the disk and may be let go.
    """

    def __init__(
        self,
        log: EventLog,
        stored: Callable[[bytes], StoredState],
        forget: Callable[[], None],
    ) -> None:
        self._log = log
        self._stored = stored
        self._forget = forget
        self.dirty: dict[bytes, None] = {}
        """Keys of states that changed since they were saved."""
        self.position = 0
        """The last checkpoint; it may not be on the disk yet."""
        self._pass: deque[bytes] = deque()
        self._pass_position = 0

    def keep(self, head: int, records: int) -> None:
        """Save changed states as fast as records come.

        Args:
            head: the states hold every record up to here.
            records: how many became durable.
        """
        if not self._pass and head - self.position >= limits.CHECKPOINT_RECORDS:
            if self._log.checkpoint >= self.position:
                self._forget()
            self._pass.extend(self.dirty)
            self._pass_position = head
        if not self._pass:
            return
        self._save_slice(max(limits.CHECKPOINT_SLICE, records))
        if not self._pass:
            self.finish(head)

    def save_now(self, head: int) -> None:
        """Save changed states before a planned stop, as many as the log takes at once.

        If it cannot take all, the next start replays from the checkpoint before.
        """
        self._pass.clear()
        self._pass.extend(self.dirty)
        self._pass_position = head
        self._save_slice(len(self._pass))
        if not self._pass:
            self.finish(head)

    def _save_slice(self, count: int) -> None:
        states: list[StoredState] = []
        while self._pass and len(states) < count:
            key = self._pass.popleft()
            if key in self.dirty:
                del self.dirty[key]
                states.append(self._stored(key))
        if not states:
            return
        try:
            self._log.save_states(states)
        except CapacityError:
            # The log has enough to store; what it did not take stays dirty and comes again.
            for state in states:
                self.dirty[state.key] = None
                self._pass.append(state.key)

    def finish(self, head: int) -> None:
        """Note the position at which the pass began, not `head`: states changed since."""
        self.position = self._pass_position
        self._log.save_checkpoint(self._pass_position)
