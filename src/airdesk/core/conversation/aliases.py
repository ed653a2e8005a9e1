"""Who else a visitor is: aliases, which join people without touching a conversation.

An anonymous visitor who turns out to be somebody known becomes an *alias* of him. Each visitor of
whom there is something to say has links: who he is (his *canonical* visitor), and which others are
he. Links are one step deep: an alias of an alias is an alias of the same person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from airdesk.core.kernel import NO_ID, AccountId, InboxId, ValueRefused, VisitorId, limits


class VisitorLinks(msgspec.Struct, frozen=True, array_like=True):
    """Who a visitor is and who else is he. Fields are only appended: they are stored."""

    account_id: AccountId
    inbox_id: InboxId
    visitor_id: VisitorId
    position: int = 0
    """The last record that changed them."""
    canonical_id: VisitorId = VisitorId(NO_ID)
    """Who he turned out to be; NO_ID for nobody else."""
    alias_ids: tuple[VisitorId, ...] = ()
    """Who turned out to be he. An alias keeps them as they were when he became one, so that the
    record that made him one can be applied again."""

    @property
    def visitor_key(self) -> bytes:
        """The inbox and the visitor."""
        return self.inbox_id + self.visitor_id

    @property
    def canonical_key(self) -> bytes:
        """The inbox and who the visitor really is."""
        known = self.visitor_id if self.canonical_id == NO_ID else self.canonical_id
        return self.inbox_id + known


def check_alias(source: VisitorLinks, target: VisitorLinks) -> bool:
    """Say whether an alias is still to be made.

    Args:
        source: links of the visitor who turned out to be another.
        target: links of that other's canonical visitor.

    Returns:
        False if the two are one already, in whichever order it was said.

    Raises:
        ValueRefused: the first is somebody else's already, whose conversations must not become
            known to the second, or too many are one.
    """
    if source.canonical_key == target.canonical_key:
        return False
    if source.canonical_id != NO_ID:
        raise ValueRefused(name="from_visitor_id", range="nobody's alias already")
    if len(source.alias_ids) + len(target.alias_ids) >= limits.ALIASES_MAX:
        raise ValueRefused(name="aliases", range=f"at most {limits.ALIASES_MAX}")
    return True


def joined(
    source: VisitorLinks, target: VisitorLinks, aliases: Sequence[VisitorLinks], position: int
) -> tuple[VisitorLinks, ...]:
    """Give the links that change when one visitor becomes another's alias.

    Args:
        source: of the new alias.
        target: of his canonical visitor.
        aliases: of those who were aliases of the new alias: they are flattened.
        position: of the record.
    """
    more = (source.visitor_id, *source.alias_ids)
    canonical = target.visitor_id
    return (
        replace(source, position=position, canonical_id=canonical),
        replace(target, position=position, alias_ids=(*target.alias_ids, *more)),
        *(replace(one, position=position, canonical_id=canonical) for one in aliases),
    )


encode_links: Final[Callable[[VisitorLinks], bytes]] = msgspec.msgpack.Encoder().encode
"""Give the stored bytes of a visitor's links."""

_decoder: Final = msgspec.msgpack.Decoder(VisitorLinks)


def decode_links(stored: bytes) -> VisitorLinks:
    """Read a visitor's links."""
    return _decoder.decode(stored)
