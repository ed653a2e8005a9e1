"""Which conversations are a visitor's: his own, those of his aliases, and the open one of them."""

from __future__ import annotations

from collections.abc import Mapping

from airdesk.core import conversation as conv
from airdesk.core.conversation import AccountState, ConversationState
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    ConversationId,
    Identity,
    IllegalTransition,
)
from airdesk.ports.event_log import EventLog
from airdesk.services.aliases import Aliases
from airdesk.services.outcomes import newest_key


class VisitorConversations:
    """The hot table as visitors see it.

    Args:
        log: finds the newest conversation of a visitor who has none in memory.
        aliases: who else a visitor is.
        hot: the conversations in memory, kept by their owner.
        accounts: the accounts' facts, kept by their owner.
    """

    def __init__(
        self,
        log: EventLog,
        aliases: Aliases,
        hot: Mapping[ConversationId, ConversationState],
        accounts: Mapping[AccountId, AccountState],
    ) -> None:
        self._log = log
        self._aliases = aliases
        self._hot = hot
        self._accounts = accounts
        self._newest: dict[bytes, ConversationId] = {}
        """By inbox and visitor, of those in memory."""

    def latest(self, account_id: AccountId, visitor_key: bytes) -> ConversationState | None:
        """Give a visitor's newest conversation in an inbox, which is the open one if one is.

        Those of his aliases are his; an alias has his own alone.
        """
        latest = self._own_latest(account_id, visitor_key)
        if not self._has_aliases(account_id) or (latest is not None and latest.is_open):
            return latest
        found = [latest, *self._latest_of_aliases(account_id, visitor_key)]
        return max((one for one in found if one is not None), key=newest_key, default=None)

    def all_latest(self, account_id: AccountId, visitor_key: bytes) -> tuple[ConversationId, ...]:
        """Give a visitor's newest conversation and those of his aliases, the newest first."""
        latest = self._own_latest(account_id, visitor_key)
        if not self._has_aliases(account_id):
            return () if latest is None else (latest.conversation_id,)
        found = [latest, *self._latest_of_aliases(account_id, visitor_key)]
        known = sorted((one for one in found if one is not None), key=newest_key, reverse=True)
        return tuple(one.conversation_id for one in known)

    def open_in_memory(self, visitor_key: bytes) -> ConversationId:
        """Give his own open conversation, NO_ID for none; all that are open are in memory."""
        known = self._newest.get(visitor_key)
        if known is None or not self._hot[known].is_open:
            return ConversationId(NO_ID)
        return known

    def may_see(self, identity: Identity, state: ConversationState) -> bool:
        """True if this identity may read the conversation: its own, an alias's, its account's."""
        if conv.may_see(identity, state):
            return True
        is_near = identity.is_visitor and identity.account_id == state.account_id
        return is_near and self.canonical_key(state) == identity.person_key

    def canonical_key(self, state: ConversationState) -> bytes:
        """Give who a conversation's visitor turned out to be, b"" for nobody else."""
        if not self._has_aliases(state.account_id):
            return b""
        key = self._aliases.canonical_key(state.account_id, state.visitor_key)
        return b"" if key == state.visitor_key else key

    def is_blocked(self, account_id: AccountId, visitor_key: bytes) -> bool:
        """True if the staff blocked him, under whatever name he came."""
        account = self._accounts.get(account_id)
        if account is None or not account.blocked:
            return False
        keys = [visitor_key]
        if account.aliases:
            keys.append(self._aliases.canonical_key(account_id, visitor_key))
            keys += self._aliases.alias_keys(account_id, keys[-1])
        return any(key in account.blocked for key in keys)

    def check_not_elsewhere(
        self,
        command: conv.Command,
        whose: tuple[AccountId, bytes],
        latest: ConversationState | None,
    ) -> None:
        """Who is an alias opens nothing while the person has a conversation that he cannot see.

        Raises:
            IllegalTransition: he has one open.
        """
        account_id, visitor_key = whose
        is_open = latest is not None and latest.is_open
        if is_open or not self._has_aliases(account_id):
            return
        key = self._aliases.canonical_key(account_id, visitor_key)
        other = None if key == visitor_key else self.latest(account_id, key)
        if other is not None and other.is_open:
            name = type(command).__name__
            raise IllegalTransition(command=name, status="open under another identity")

    def check_newest(self, command: conv.Command, state: ConversationState) -> None:
        """Only the visitor's newest conversation is taken up again, so that one is open.

        Raises:
            IllegalTransition: he has begun another one since.
        """
        if not isinstance(command, conv.ReopenConversation):
            return
        latest = self.latest(state.account_id, self.canonical_key(state) or state.visitor_key)
        if latest is not None and latest.conversation_id != state.conversation_id:
            raise IllegalTransition(command="ReopenConversation", status="not the newest")

    def knows(self, visitor_key: bytes) -> bool:
        """True if a conversation of his is in memory."""
        return visitor_key in self._newest

    def kept(self, before: ConversationState | None, after: ConversationState) -> None:
        """A conversation in memory is another: point its visitor at his newest; ids grow with
        time."""
        known = self._newest.get(after.visitor_key, ConversationId(NO_ID))
        if known == NO_ID and before is not None:
            stored = self._log.find_latest_of_visitor(after.account_id, after.visitor_key)
            if stored is not None and stored.key > after.conversation_id:
                return
        if after.conversation_id > known:
            self._newest[after.visitor_key] = after.conversation_id

    def forgotten(self, state: ConversationState) -> None:
        """A conversation is in memory no longer."""
        if self._newest.get(state.visitor_key) == state.conversation_id:
            del self._newest[state.visitor_key]

    def _has_aliases(self, account_id: AccountId) -> bool:
        account = self._accounts.get(account_id)
        return account is not None and account.aliases > 0

    def _latest_of_aliases(
        self, account_id: AccountId, visitor_key: bytes
    ) -> list[ConversationState | None]:
        keys = self._aliases.alias_keys(account_id, visitor_key)
        return [self._own_latest(account_id, key) for key in keys]

    def _own_latest(self, account_id: AccountId, visitor_key: bytes) -> ConversationState | None:
        known = self._newest.get(visitor_key)
        if known is not None:
            return self._hot[known]
        stored = self._log.find_latest_of_visitor(account_id, visitor_key)
        return None if stored is None else conv.decode_state(stored.state)
