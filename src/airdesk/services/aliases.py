"""Which visitors are one person: looked up when needed, never all in memory.

The links of a visitor are a stored state of their own under his key, written by checkpoints like
the states of conversations. In memory are those that changed since the last checkpoint that is on
the disk, and ALIASES_CACHED_MAX answers of the log, "nobody else" among them. An account that
never had an alias asks nothing at all.
"""

from __future__ import annotations

from collections import OrderedDict

from airdesk.core import conversation as conv
from airdesk.core.conversation import AccountState, VisitorLinks
from airdesk.core.kernel import (
    ID_BYTES,
    AccountId,
    Identity,
    InboxId,
    NotPermitted,
    Role,
    UnknownSubject,
    VisitorId,
    limits,
)
from airdesk.ports.event_log import EventLog, StoredState

KEY_BYTES = 2 * ID_BYTES
"""Length of a visitor's key, by which his links are stored; other states have shorter ones."""


class Aliases:
    """The links of one shard's visitors.

    Args:
        log: the shard's log.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._fresh: dict[bytes, VisitorLinks] = {}
        """Changed, and perhaps not in a checkpoint on the disk yet."""
        self._cached: OrderedDict[bytes, VisitorLinks | None] = OrderedDict()

    def canonical_key(self, account_id: AccountId, visitor_key: bytes) -> bytes:
        """Give the key of who a visitor really is: mostly his own."""
        links = self._find(account_id, visitor_key)
        return visitor_key if links is None else links.canonical_key

    def position(self, account_id: AccountId, visitor_key: bytes) -> int:
        """Give the record that last changed who a visitor is or who else is he; 0 for none."""
        links = self._find(account_id, visitor_key)
        return 0 if links is None else links.position

    def alias_keys(self, account_id: AccountId, visitor_key: bytes) -> tuple[bytes, ...]:
        """Give the keys of those who turned out to be this visitor: mostly none."""
        links = self._find(account_id, visitor_key)
        if links is None or links.canonical_key != visitor_key:
            return ()
        return tuple(links.inbox_id + alias_id for alias_id in links.alias_ids)

    def decide(
        self, command: conv.AliasVisitor, actor: Identity, account: AccountState
    ) -> tuple[conv.VisitorAliased, ...]:
        """Say what an alias does; no event where the two are one already.

        Raises:
            CommandRejected: only AirDesk may say it, and only of an inbox of the account; or the
                first of the two is another person's alias.
        """
        if actor.role != Role.SYSTEM:
            raise NotPermitted(command="AliasVisitor")
        if command.inbox_id not in account.inboxes:
            raise UnknownSubject(name="inbox")
        inbox_id, account_id = command.inbox_id, account.account_id
        source = self._links(account_id, inbox_id, command.from_visitor_id)
        target = self._links(account_id, inbox_id, command.to_visitor_id)
        canonical_id = VisitorId(target.canonical_key[ID_BYTES:])
        if not conv.check_alias(source, self._links(account_id, inbox_id, canonical_id)):
            return ()
        return (conv.VisitorAliased(inbox_id, command.from_visitor_id, canonical_id),)

    def apply(
        self, account_id: AccountId, event: conv.VisitorAliased, position: int
    ) -> tuple[bytes, ...]:
        """Move the links on; gives the keys that changed. A record that they hold is passed over.

        A checkpoint may have caught some of a record's links and not the others.
        """
        source = self._links(account_id, event.inbox_id, event.from_visitor_id)
        target = self._links(account_id, event.inbox_id, event.to_visitor_id)
        aliases = [self._links(account_id, event.inbox_id, one) for one in source.alias_ids]
        changed = [
            links
            for links in conv.joined(source, target, aliases, position)
            if self._links(account_id, event.inbox_id, links.visitor_id).position < position
        ]
        for links in changed:
            self._fresh[links.visitor_key] = links
            self._cached.pop(links.visitor_key, None)
        return tuple(links.visitor_key for links in changed)

    def stored(self, visitor_key: bytes) -> StoredState:
        """Give what a checkpoint keeps of a visitor whose links changed."""
        links = self._fresh[visitor_key]
        return StoredState(
            visitor_key, links.account_id, b"", False, links.position, conv.encode_links(links)
        )

    def forget(self, checkpoint: int) -> None:
        """Let those go that a checkpoint on the disk has."""
        self._fresh = {
            key: links for key, links in self._fresh.items() if links.position > checkpoint
        }

    def _links(
        self, account_id: AccountId, inbox_id: InboxId, visitor_id: VisitorId
    ) -> VisitorLinks:
        known = self._find(account_id, inbox_id + visitor_id)
        return known or conv.VisitorLinks(account_id, inbox_id, visitor_id)

    def _find(self, account_id: AccountId, visitor_key: bytes) -> VisitorLinks | None:
        links = self._fresh.get(visitor_key)
        if links is None:
            links = self._remembered(visitor_key)
        return links if links is not None and links.account_id == account_id else None

    def _remembered(self, visitor_key: bytes) -> VisitorLinks | None:
        if visitor_key in self._cached:
            self._cached.move_to_end(visitor_key)
            return self._cached[visitor_key]
        stored = self._log.find_state(visitor_key)
        links = None if stored is None else conv.decode_links(stored.state)
        self._cached[visitor_key] = links
        if len(self._cached) > limits.ALIASES_CACHED_MAX:
            self._cached.popitem(last=False)
        return links
