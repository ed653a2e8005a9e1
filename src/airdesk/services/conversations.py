"""Deciding and appending: the hot table of one shard and its way to the log and back.

A command is decided against the state in memory, which runs ahead of the disk: the next command
does not wait for the last one's fsync. Nothing that follows from a record leaves this class
before the record is durable: neither its answer, nor its events, nor a rejection that was
decided with it in mind. So what the world has heard is always on the disk, and if the log fails,
the whole table is thrown away and read again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from airdesk.core import conversation as conv
from airdesk.core.conversation import AccountState, ConversationState, FirstAnswer
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    AirDeskError,
    ConversationId,
    Identity,
    OperationId,
    OperationReused,
    UnknownConversation,
    id_ms,
    is_final_for_command,
    limits,
    uuid7,
)
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.event_log import EventLog, Record, StoredState
from airdesk.ports.log_followers import Committed
from airdesk.services import facts
from airdesk.services.aliases import KEY_BYTES, Aliases
from airdesk.services.checkpoints import Checkpoints
from airdesk.services.outcomes import (
    NO_CONVERSATION,
    NOTHING,
    Asked,
    Listener,
    Outcome,
    answer_seq,
)
from airdesk.services.visitor_conversations import VisitorConversations

__all__ = ["NO_CONVERSATION", "NOTHING", "Asked", "Committed", "Conversations", "Outcome"]

_OperationKey = tuple[AccountId, bytes, OperationId]


class _Pending(NamedTuple):
    """What waits for a position to become durable."""

    position: int
    committed: Committed | None = None
    asked: Asked | None = None
    outcome: Outcome | None = None
    key: _OperationKey | None = None
    action: Callable[[], None] | None = None


class Conversations:
    """The hot table of one shard.

    Args:
        log: the shard's log, opened, not started.
        clock: the wall clock.
        ids: where new conversations get their ids.
        listener: who is told.
    """

    def __init__(self, log: EventLog, clock: Clock, ids: IdSource, listener: Listener) -> None:
        self._log = log
        self._clock = clock
        self._ids = ids
        self._listener = listener
        self._accounts: dict[AccountId, AccountState] = {}
        self._hot: dict[ConversationId, ConversationState] = {}
        self._resolved: dict[ConversationId, None] = {}
        self._checkpoints = Checkpoints(log, self._stored, self._forget_resolved)
        self._pending: deque[_Pending] = deque()
        self._aliases = Aliases(log)
        self.visitors = VisitorConversations(log, self._aliases, self._hot, self._accounts)
        self._in_flight: dict[_OperationKey, tuple[bytes, Outcome]] = {}
        self._position = 0
        self._durable = 0
        self._last_ms = 0
        self.loads: dict[AccountId, dict[AgentId, int]] = {}
        """Conversations that each agent of an account holds; kept by whoever listens to `moved`."""

    # Start --------------------------------------------------------------------------------

    def load(self) -> int:
        """Read the last checkpoint and replay the records after it; then take commands.

        Returns:
            Records replayed.
        """
        for stored in self._log.open_states():
            if stored.key == stored.account_id:
                account = conv.decode_account(stored.state)
                self._accounts[stored.account_id] = account
                self._listener.facts_moved(AccountState(stored.account_id), account)
            else:
                self._keep(None, conv.decode_state(stored.state))
        checkpoint = self._log.checkpoint
        self._checkpoints.position = self._position = self._durable = checkpoint
        for record in self._log.read(checkpoint - 1, 1) if checkpoint else ():
            self._last_ms = record.ts_ms
        replayed = 0
        while records := self._log.read(self._position, 1000):
            for record in records:
                self._replay(record)
                replayed += 1
        self._durable = self._position
        self._log.start(self)
        return replayed

    def _replay(self, record: Record) -> None:
        self._position = record.position
        self._last_ms = record.ts_ms
        events = conv.decode_events(record.events)
        if record.conversation_id == NO_ID:
            self._apply_account(record, events)
            return
        state = self.find(record.conversation_id)
        if state is None or state.position < record.position:
            self._apply(record, state, events)

    # Reading ------------------------------------------------------------------------------

    @property
    def durable(self) -> int:
        """Position up to which everything was told."""
        return self._durable

    @property
    def epoch(self) -> bytes:
        """The log's epoch."""
        return self._log.epoch

    def account(self, account_id: AccountId) -> AccountState:
        """Give an account's facts; an account that never had any is empty."""
        state = self._accounts.get(account_id)
        return AccountState(account_id) if state is None else state

    def accounts(self) -> Sequence[AccountState]:
        """Give the facts of all accounts."""
        return tuple(self._accounts.values())

    def hot(self) -> Sequence[ConversationState]:
        """Give every conversation in memory: all that are open, and lately resolved ones."""
        return tuple(self._hot.values())

    def find(self, conversation_id: ConversationId) -> ConversationState | None:
        """Give a conversation; one that is not in memory is read from the checkpoint."""
        state = self._hot.get(conversation_id)
        if state is None:
            stored = self._log.find_state(conversation_id)
            if stored is not None and stored.key != stored.account_id:
                state = conv.decode_state(stored.state)
        return state

    def of_visitor(self, account_id: AccountId, visitor_key: bytes) -> ConversationState | None:
        """Give a visitor's newest conversation. See VisitorConversations."""
        return self.visitors.latest(account_id, visitor_key)

    def may_see(self, identity: Identity, state: ConversationState) -> bool:
        """True if this identity may read the conversation: its own, an alias's, its account's."""
        return self.visitors.may_see(identity, state)

    def audience_key(self, state: ConversationState) -> bytes:
        """Give the same as far as it is durable: nobody may hear what a crash could take back."""
        key = self.visitors.canonical_key(state)
        known = self._aliases.position(state.account_id, state.visitor_key) if key else 0
        return key if known <= self._durable else b""

    # Commands -----------------------------------------------------------------------------

    def execute(
        self,
        command: conv.Command,
        actor: Identity,
        conversation_id: ConversationId = NO_CONVERSATION,
        asked: Asked | None = None,
    ) -> bool:
        """Decide a command and append what it does; whoever asked is answered when it is durable.

        Args:
            command: the wish.
            actor: whose wish.
            conversation_id: where; NO_ID for a visitor's own or for the account's facts.
            asked: who waits; None for the home's own commands.

        Returns:
            False if the command could not be taken for now: whoever asked has to come again,
            and nothing that he sent behind it may overtake it.
        """
        key: _OperationKey | None = None
        digest = b""
        if asked is not None:
            key = (actor.account_id, actor.actor, asked.operation_id)
            digest = conv.command_hash(command, conversation_id)
            repeated = self._repeated(key, digest) or self._repeated_by_alias(actor, key, digest)
            if repeated is not None:
                self._answer_later(asked, repeated)
                return True
        try:
            self._decide(command, actor, conversation_id, (asked, key, digest))
        except AirDeskError as error:
            if asked is not None and key is not None:
                outcome = Outcome(NOTHING, error.number, str(error))
                self._answer_later(asked, outcome)
                self._refuse_until_told(key, digest, outcome)
            return is_final_for_command(error.number)
        return True

    def _refuse_until_told(self, key: _OperationKey, digest: bytes, outcome: Outcome) -> None:
        """Give repeats the same refusal until it has left, though it is not remembered after.

        Else a repeat that comes in between might be accepted after its sender heard the refusal.
        """
        if self._pending and is_final_for_command(outcome.number):
            self._in_flight[key] = (digest, outcome)
            self._pending.append(_Pending(self._position, key=key))

    def _repeated(self, key: _OperationKey, digest: bytes) -> Outcome | None:
        """Give the first answer to a repeated operation id; None for a new one."""
        flying = self._in_flight.get(key)
        if flying is None:
            stored = self._log.find_operation(*key)
            if stored is None:
                return None
            flying = (stored.command_hash, Outcome(conv.decode_answer(stored.answer)))
        if flying[0] != digest:
            error = OperationReused()
            return Outcome(NOTHING, error.number, str(error))
        return flying[1]

    def _repeated_by_alias(
        self, actor: Identity, key: _OperationKey, digest: bytes
    ) -> Outcome | None:
        """Give the first answer to what the visitor sent when he was not known yet."""
        if not actor.is_visitor or not self.account(actor.account_id).aliases:
            return None
        for alias in self._aliases.alias_keys(actor.account_id, actor.person_key):
            before = actor.actor[:1] + alias[len(actor.inbox_id) :]
            repeated = self._repeated((key[0], before, key[2]), digest)
            if repeated is not None:
                return repeated
        return None

    def _decide(
        self,
        command: conv.Command,
        actor: Identity,
        conversation_id: ConversationId,
        origin: tuple[Asked | None, _OperationKey | None, bytes],
    ) -> None:
        now_ms = max(self._last_ms, self._clock.now_ms())
        if isinstance(command, facts.ACCOUNT_COMMANDS):
            account = self.account(actor.account_id)
            events: tuple[conv.Event, ...]
            if isinstance(command, conv.AliasVisitor):
                events = self._aliases.decide(command, actor, account)
                if events:
                    self._leave_one_open(command, actor, now_ms)
            else:
                events = facts.decide(command, actor, account, now_ms)
            self._append((command, actor, ConversationId(NO_ID), now_ms), None, events, (), origin)
            return
        state, previous = self._addressed(command, actor, conversation_id, now_ms)
        if state is None:
            key = _visitor_key(command, actor)
            known = self.visitors.all_latest(actor.account_id, key)
            conversation_id = self._new_id(max(known, default=None))
        else:
            conversation_id = state.conversation_id
            self.visitors.check_newest(command, state)
        theirs = state is not None and not conv.may_see(actor, state)
        account = self.account(actor.account_id)
        loads = self.loads.get(actor.account_id, {})
        is_blocked = bool(account.blocked) and self._is_blocked(command, actor)
        context = conv.Context(now_ms, account, loads, previous, theirs, is_blocked)
        decision = conv.decide(command, actor, state, context)
        self._append(
            (command, actor, conversation_id, now_ms),
            state,
            decision.events,
            decision.bodies,
            origin,
        )

    def _is_blocked(self, command: conv.Command, actor: Identity) -> bool:
        if not actor.is_visitor and not isinstance(command, conv.InviteVisitor):
            return False
        return self.visitors.is_blocked(actor.account_id, _visitor_key(command, actor))

    def _leave_one_open(self, command: conv.AliasVisitor, system: Identity, now_ms: int) -> None:
        """Resolve the open conversation of who becomes an alias, if the other has one too.

        It is stored before the alias: who repeats the alias after a crash finds it done.
        """
        account_id, inbox_id = system.account_id, command.inbox_id
        target = self._aliases.canonical_key(account_id, inbox_id + command.to_visitor_id)
        one = self.of_visitor(account_id, inbox_id + command.from_visitor_id)
        other = self.of_visitor(account_id, target)
        if one is None or other is None or not (one.is_open and other.is_open):
            return
        resolve = conv.ResolveConversation()
        context = conv.Context(now_ms, self.account(account_id), {})
        decision = conv.decide(resolve, system, one, context)
        about = (resolve, system, one.conversation_id, now_ms)
        self._append(about, one, decision.events, decision.bodies, (None, None, b""))

    def _new_id(self, previous: ConversationId | None) -> ConversationId:
        """Give a conversation's id, above those of the visitor's before.

        The newest is the one with the highest id, also where the clock went back meanwhile.
        """
        fresh = self._ids.new_id()
        if previous is not None and fresh <= previous:
            fresh = uuid7(id_ms(previous) + 1, fresh[6:])
        return ConversationId(fresh)

    def _addressed(
        self, command: conv.Command, actor: Identity, conversation_id: ConversationId, now_ms: int
    ) -> tuple[ConversationState | None, ConversationState | None]:
        """Give the conversation a command is about, or None and the visitor's one before.

        A visitor's word to a resolved conversation is a word to AirDesk: it goes where one
        without an address goes, so that he never has two open ones.
        """
        is_invitation = isinstance(command, conv.InviteVisitor)
        if conversation_id != NO_ID and not is_invitation:
            state = self.find(conversation_id)
            if state is None or not self.may_see(actor, state):
                raise UnknownConversation()
            is_late_word = actor.is_visitor and isinstance(command, conv.SendMessage)
            if state.is_open or not is_late_word:
                return state, None
        if not actor.is_visitor and not is_invitation:
            raise UnknownConversation()
        key = _visitor_key(command, actor)
        latest = self.of_visitor(actor.account_id, key)
        self.visitors.check_not_elsewhere(command, (actor.account_id, key), latest)
        if latest is None:
            return None, None
        account = self.account(actor.account_id)
        if latest.is_open if is_invitation else conv.continues(command, latest, account, now_ms):
            return latest, None
        return None, latest

    def _append(
        self,
        about: tuple[conv.Command, Identity, ConversationId, int],
        state: ConversationState | None,
        events: tuple[conv.Event, ...],
        bodies: tuple[str, ...],
        origin: tuple[Asked | None, _OperationKey | None, bytes],
    ) -> None:
        """Make the record, hand it to the log, and move the state on.

        Raises:
            CapacityError, DependencyError: the log did not take it; nothing has changed.
        """
        _, actor, conversation_id, now_ms = about
        asked, key, digest = origin
        numbered = conversation_id != NO_ID
        first_seq = 0
        if numbered:
            first_seq = 1 if state is None else state.last_seq + 1
        last_seq = first_seq + len(events) - 1 if numbered else 0
        answer = FirstAnswer(conversation_id, answer_seq(events, first_seq), now_ms)
        # By position: names would double its cost.
        record = Record(
            self._position + 1,
            actor.account_id,
            conversation_id,
            first_seq,
            last_seq,
            0 if state is None else state.public_seq,
            now_ms,
            actor.actor if key is None else key[1],
            OperationId(NO_ID) if asked is None else asked.operation_id,
            digest,
            conv.encode_answer(answer),
            conv.encode_events(events),
            conv.encode_bodies(bodies) if bodies else b"",
        )
        self._log.append(record)
        self._position = record.position
        self._last_ms = now_ms
        outcome = Outcome(answer)
        if key is not None:
            self._in_flight[key] = (digest, outcome)
        if numbered:
            after = self._apply(record, state, events)
        else:
            self._apply_account(record, events)
            after = None
        committed = Committed(record, state, after, events, bodies)
        self._pending.append(_Pending(record.position, committed, asked, outcome, key))

    def _answer_later(self, asked: Asked, outcome: Outcome) -> None:
        """Answer when everything decided before is durable, which may be now."""
        if not self._pending:
            self._listener.answered(asked, outcome)
            return
        self._pending.append(_Pending(self._position, asked=asked, outcome=outcome))

    def when_durable(self, action: Callable[[], None]) -> None:
        """Run an action once everything decided before is durable, which may be now."""
        if self._pending:
            self._pending.append(_Pending(self._position, action=action))
        else:
            action()

    # State --------------------------------------------------------------------------------

    def _apply(
        self, record: Record, state: ConversationState | None, events: Sequence[conv.Event]
    ) -> ConversationState:
        moment = conv.Moment(
            record.position, record.ts_ms, record.account_id, record.conversation_id
        )
        if not events and state is not None:
            return state
        after = conv.evolve(state, events, record.first_seq, moment)  # type: ignore[arg-type]
        self._checkpoints.dirty[after.conversation_id] = None
        self._keep(state, after)
        return after

    def _keep(self, before: ConversationState | None, after: ConversationState) -> None:
        conversation_id = after.conversation_id
        self._hot[conversation_id] = after
        if before is None or not self.visitors.knows(after.visitor_key):
            self.visitors.kept(before, after)
        if not after.is_open:
            self._resolved[conversation_id] = None
        elif before is not None and not before.is_open:
            self._resolved.pop(conversation_id, None)
        self._listener.moved(before, after)

    def _apply_account(self, record: Record, events: Sequence[conv.Event]) -> None:
        if not events:
            return
        if isinstance(events[0], conv.ReadsAdvanced):
            self._apply_reads(events[0], record.position)
            return
        for event in events:
            if isinstance(event, conv.VisitorAliased):
                changed = self._aliases.apply(record.account_id, event, record.position)
                self._checkpoints.dirty.update(dict.fromkeys(changed))
        before = self.account(record.account_id)
        if before.position >= record.position:
            return
        after = conv.evolve_account(before, events, record.position)  # type: ignore[arg-type]
        self._accounts[record.account_id] = after
        self._checkpoints.dirty[record.account_id] = None
        self._listener.facts_moved(before, after)

    def _apply_reads(self, event: conv.ReadsAdvanced, position: int) -> None:
        # A record may move both sides of a conversation: what is newer is asked before the first.
        known = {mark.conversation_id: self.find(mark.conversation_id) for mark in event.marks}
        for mark in event.marks:
            found = known[mark.conversation_id]
            if found is None or found.position >= position:
                continue
            state = self._hot.get(mark.conversation_id, found)
            after = conv.evolve_reads(state, mark, position)
            self._checkpoints.dirty[mark.conversation_id] = None
            self._keep(state, after)

    # The log speaks -----------------------------------------------------------------------

    def log_durable(self, position: int) -> None:
        """Let everything leave that waited for this position. See LogListener."""
        pending, told = self._pending, list[Committed]()
        records, self._durable = position - self._durable, position
        while pending and pending[0].position <= position:
            one = pending.popleft()
            if one.key is not None:
                self._in_flight.pop(one.key, None)
            if one.committed is not None:
                told.append(one.committed)
                self._listener.committed(one.committed)
            if one.asked is not None and one.outcome is not None:
                self._listener.answered(one.asked, one.outcome)
            if one.action is not None:
                one.action()
        self._listener.log_moved(position, told)
        self._checkpoints.keep(self._position, records)

    def log_failed(self, error: Exception) -> None:
        """Nothing that is pending will ever be durable. See LogListener."""
        self._pending.clear()
        self._in_flight.clear()
        self._listener.failed(error)

    # Checkpoints --------------------------------------------------------------------------

    def checkpoint_now(self) -> None:
        """Save what changed, before a planned stop."""
        self._checkpoints.save_now(self._position)

    def _stored(self, key: bytes) -> StoredState:
        if len(key) == KEY_BYTES:
            return self._aliases.stored(key)
        account = self._accounts.get(AccountId(key))
        if account is not None:
            encoded = conv.encode_state(account)
            return StoredState(key, AccountId(key), b"", True, account.position, encoded)
        state = self._hot[ConversationId(key)]
        return StoredState(
            key,
            state.account_id,
            state.visitor_key,
            state.is_open,
            state.position,
            conv.encode_state(state),
        )

    def _forget_resolved(self) -> None:
        """Let the longest resolved conversations go; all of them are in the checkpoint."""
        self._aliases.forget(self._log.checkpoint)
        surplus = len(self._resolved) - limits.HOT_RESOLVED_MAX
        for conversation_id in list(self._resolved)[: max(0, surplus)]:
            if conversation_id in self._checkpoints.dirty:
                continue
            del self._resolved[conversation_id]
            state = self._hot.pop(conversation_id)
            self.visitors.forgotten(state)


def _visitor_key(command: conv.Command, actor: Identity) -> bytes:
    """Give the inbox and the visitor whose conversation it is: who acts, or who is invited."""
    if isinstance(command, conv.InviteVisitor):
        return command.inbox_id + command.visitor_id
    return actor.inbox_id + actor.person_id
