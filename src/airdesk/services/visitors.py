"""Visitors: who somebody at a widget is, and what he is shown before the first paint.

Anonymous visitors have ids of version 7, minted here. A visitor for whom the customer's server
vouches has an id of version 8, derived from the name it calls him by, so that two devices are the
same visitor and a token tells by itself whether its bearer was vouched for.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from airdesk.core import conversation as conv
from airdesk.core.accounts import (
    Actor,
    ActorKind,
    Contact,
    ContactId,
    Device,
    FaqEntry,
    Inbox,
    Member,
    PageView,
    User,
    filled_from,
    normal_contact,
)
from airdesk.core.conversation import FeedEvent
from airdesk.core.kernel import (
    ID_BYTES,
    NO_ID,
    AccessError,
    AccountId,
    BadToken,
    Blocked,
    ConversationId,
    Identity,
    IdentityUnproven,
    InboxId,
    OperationId,
    Role,
    TokenExpired,
    UnknownEntity,
    ValueRefused,
    VisitorId,
    limits,
)
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.conversation_views import (
    ConversationFilter,
    ConversationView,
    ConversationViews,
    EventsWanted,
)
from airdesk.ports.directory import Directory, Transaction
from airdesk.ports.home_commands import HomeCommands
from airdesk.services.access import Tokens
from airdesk.services.attendance import Attendance, Presence
from airdesk.services.changes import Changes
from airdesk.services.proofs import DERIVED_VERSION, is_vouched_for

BOOT_EVENTS: Final = 30
"""Events that a widget shows at once."""

AGENTS_MAX: Final = 200
"""Names of agents that a widget is told."""


DEVICE_SEEN_MS: Final = 3_600_000
"""How exactly it is kept when a visitor used his device last: a page is no reason to write."""


NO_DEVICE: Final = Device()


class Claim(NamedTuple):
    """What the customer's server said of a visitor, and its proof."""

    user_id: str
    proof: str
    """Hexadecimal HMAC-SHA256 of user_id under the inbox's identify_secret."""
    name: str = ""
    email: str = ""
    attributes: Mapping[str, str] = {}


class BootRequest(NamedTuple):
    """What a widget says when it opens."""

    inbox_id: InboxId
    token: str = ""
    claim: Claim | None = None
    page: PageView | None = None
    device: Device = NO_DEVICE


class Entered(NamedTuple):
    """Who came in, and the epoch of the key that he was checked against."""

    identity: Identity
    key_epoch: int


class Boot(NamedTuple):
    """All that a widget needs before its first paint."""

    token: str
    identity: Identity
    inbox: Inbox
    presence: Presence
    contact: Contact | None
    agents: Sequence[tuple[Member, User]]
    conversation: ConversationView | None
    events: Sequence[FeedEvent]
    at_start: bool
    suggestions: Sequence[FaqEntry] = ()
    """Questions to offer to whoever has not written yet, in the owner's order."""


class Visitors:
    """Lets visitors in.

    Args:
        directory: inboxes, contacts, page trails.
        changes: writes the audit of contacts.
        tokens: signs visitors' tokens.
        key: the installation's secret; visitor ids are derived with it.
        home: aliases and presence.
        views: what was said before.
        log_head: the last durable position of the log; what was acknowledged is at or before it.
        clock: the wall clock.
        ids: ids of new visitors and contacts.
    """

    def __init__(
        self,
        directory: Directory,
        changes: Changes,
        tokens: Tokens,
        key: bytes,
        home: HomeCommands,
        views: ConversationViews,
        log_head: Callable[[], int],
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._directory = directory
        self._changes = changes
        self._tokens = tokens
        self._key = key
        self._home = home
        self._attendance = Attendance(home, directory, clock)
        self._views = views
        self._log_head = log_head
        self._clock = clock
        self._ids = ids

    # Entering -----------------------------------------------------------------------------

    async def inbox(self, inbox_id: InboxId) -> Inbox:
        """Give a door.

        Raises:
            UnknownEntity: there is none.
        """
        async with self._directory.reading() as tx:
            inbox = await tx.inboxes.find(inbox_id)
        if inbox is None:
            raise UnknownEntity(name="inbox")
        return inbox

    async def boot(self, request: BootRequest, count_new: Callable[[], None]) -> Boot:
        """Say who a visitor is and what he saw last.

        Args:
            request: what the widget says.
            count_new: called before a new anonymous visitor is made; it may raise.

        Raises:
            UnknownEntity: no such inbox.
            IdentityUnproven: the proof is wrong, or none came where one is required.
            ViewsBehind: what was acknowledged cannot be shown yet; come again.
        """
        inbox = await self.inbox(request.inbox_id)
        entered = await self.enter(inbox, request.token, request.claim, count_new)
        identity = entered.identity
        pages = () if request.page is None else (request.page,)
        await self.add_pages(identity, pages, request.device)
        async with self._directory.reading() as tx:
            visitor_id = VisitorId(identity.person_id)
            contact = await tx.contacts.by_visitor(identity.account_id, visitor_id)
            agents = await _agents(tx, identity.account_id)
        conversation, events, at_start = await self._latest(identity)
        shown = NO_ID if conversation is None else conversation.state.conversation_id
        presence = await self._attendance.presence(
            identity.account_id, identity.inbox_id, ConversationId(shown)
        )
        token = self._tokens.sign_visitor(*entered)
        offered = await self._suggestions(inbox) if conversation is None else ()
        return Boot(
            *(token, identity, inbox, presence, contact, agents),
            *(conversation, events, at_start, offered),
        )

    async def _suggestions(self, inbox: Inbox) -> Sequence[FaqEntry]:
        """Give what the bot can be asked at once; of a long FAQ the oldest page is looked at."""
        if not inbox.has_bot:
            return ()
        async with self._directory.reading() as tx:
            page = await tx.faq.page(inbox.account_id, limit=limits.PAGE_ITEMS_MAX)
        return [one for one in page if one.is_suggested and one.inbox_id in (NO_ID, inbox.inbox_id)]

    async def enter(
        self, inbox: Inbox, token: str, claim: Claim | None, count_new: Callable[[], None]
    ) -> Entered:
        """Decide who somebody is; see `boot`."""
        epoch = inbox.visitor_key_epoch
        known = self._known(inbox, token)
        if claim is not None:
            return Entered(await self._identify(inbox, claim, known), epoch)
        if known is not None and not await self._was_named(known):
            self.check_required(inbox, known)
            return Entered(known, epoch)
        if inbox.identify_required:
            raise IdentityUnproven()
        count_new()
        return Entered(_visitor(inbox, VisitorId(self._ids.new_id())), epoch)

    async def come_back(self, token: str) -> Identity:
        """Give the visitor of a token.

        Raises:
            BadToken: it is none of ours, or staff's.
            TokenExpired: its inbox has renewed the key since, or its guest was named.
            UnknownEntity: the inbox is gone.
            IdentityUnproven: a guest at a door that wants to know who he is.
        """
        credential = self._tokens.check_credential(token)
        identity = credential.identity
        if not identity.is_visitor:
            raise BadToken()
        inbox = await self.inbox(identity.inbox_id)
        if inbox.account_id != identity.account_id:
            raise BadToken()
        if credential.key_epoch < inbox.visitor_key_epoch or await self._was_named(identity):
            raise TokenExpired()
        self.check_required(inbox, identity)
        return identity

    @staticmethod
    def check_required(inbox: Inbox, identity: Identity) -> None:
        """Refuse a visitor without proof where the inbox asks for one.

        Raises:
            IdentityUnproven: he has none.
        """
        if inbox.identify_required and not is_vouched_for(identity.person_id):
            raise IdentityUnproven()

    async def _was_named(self, identity: Identity) -> bool:
        """True for a guest who turned out to be somebody the customer's server knows.

        His contact, his files and his page trail are that person's now, and his token may lie in
        the browser of a shared computer.
        """
        if is_vouched_for(identity.person_id):
            return False
        contact = await self.contact_of(identity)
        return contact is not None and contact.is_verified

    def _known(self, inbox: Inbox, token: str) -> Identity | None:
        """Give the visitor of a good token of this very inbox; a bad token is no token."""
        if not token:
            return None
        try:
            credential = self._tokens.check_credential(token)
        except AccessError:
            return None
        identity = credential.identity
        is_his = (
            identity.is_visitor
            and identity.account_id == inbox.account_id
            and identity.inbox_id == inbox.inbox_id
            and credential.key_epoch >= inbox.visitor_key_epoch
        )
        return identity if is_his else None

    # Identify -----------------------------------------------------------------------------

    def derived_visitor_id(self, inbox: Inbox, external_id: str) -> VisitorId:
        """Give the id of a person whom the customer's server names, the same on every device."""
        message = inbox.account_id + inbox.inbox_id + external_id.encode()
        digest = hmac.digest(self._key, b"visitor\0" + message, hashlib.sha256)
        value = int.from_bytes(digest[:ID_BYTES], "big")
        value &= ~(0xF << 76) & ~(0x3 << 62)
        value |= (DERIVED_VERSION << 76) | (0x2 << 62)
        return VisitorId(value.to_bytes(ID_BYTES, "big"))

    async def _identify(self, inbox: Inbox, claim: Claim, known: Identity | None) -> Identity:
        external_id = claim.user_id
        if not is_proven(inbox.identify_secret, external_id, claim.proof):
            raise IdentityUnproven()
        identity = _visitor(inbox, self.derived_visitor_id(inbox, external_id))
        guest = known if known is not None and not is_vouched_for(known.person_id) else None
        async with self._directory.transaction() as tx:
            is_his = await self._keep_identified(tx, identity, claim, guest)
        if guest is not None and is_his:
            await self._alias(identity, guest)
        return identity

    async def _keep_identified(
        self, tx: Transaction, identity: Identity, claim: Claim, guest: Identity | None
    ) -> bool:
        """Store the contact; False where the guest is somebody else's already.

        A shared computer: whoever logs in second must not get what the first one wrote, so a
        guest belongs to the first person who was named after him, for ever.
        """
        account_id = identity.account_id
        visitor_id = VisitorId(identity.person_id)
        contact = await tx.contacts.by_visitor(account_id, visitor_id)
        if contact is None:
            contact = await tx.contacts.by_external_id(account_id, claim.user_id)
        before = contact
        contact = contact or self._new_contact(account_id)
        joined = [visitor_id]
        is_his = False
        if guest is not None:
            guest_id = VisitorId(guest.person_id)
            other = await tx.contacts.by_visitor(account_id, guest_id)
            is_his = other is None or other.contact_id == contact.contact_id
            if other is not None and not is_his and not other.external_id:
                # What the guest told of himself fills what nobody vouched for.
                contact = filled_from(contact, other)
                joined += other.visitor_ids
                await tx.contacts.remove(account_id, other.contact_id)
                await self._changes.change(tx, account_id, _actor(identity, claim), other, None)
                is_his = True
            if is_his:
                joined.append(guest_id)
        changes = {
            "external_id": claim.user_id,
            "name": claim.name or contact.name,
            "email": claim.email or contact.email,
            "attributes": {**contact.attributes, **claim.attributes},
            "is_verified": True,
            "last_seen_ms": self._clock.now_ms(),
            "visitor_ids": _each_once((*contact.visitor_ids, *joined)),
        }
        contact = normal_contact(msgspec.structs.replace(contact, **changes))
        await self._keep(tx, identity, before, contact)
        return is_his

    async def _keep(
        self, tx: Transaction, identity: Identity, before: Contact | None, after: Contact
    ) -> None:
        """Store a contact with the audit of what the visitor changed in it."""
        await (tx.contacts.add(after) if before is None else tx.contacts.replace(after))
        seen_before = before and msgspec.structs.replace(before, last_seen_ms=after.last_seen_ms)
        # That he was here once more is no change: a row for every page would hide the others.
        await self._changes.change(
            tx, after.account_id, _actor(identity, after), seen_before, after
        )

    async def _alias(self, identity: Identity, guest: Identity) -> None:
        """Let the identified visitor have what the guest wrote; a repeat changes nothing."""
        command = conv.AliasVisitor(
            identity.inbox_id, VisitorId(guest.person_id), VisitorId(identity.person_id)
        )
        system = Identity(identity.account_id, Role.SYSTEM, NO_ID)
        digest = hashlib.sha256(b"alias\0" + guest.person_key + identity.person_key).digest()
        operation_id = OperationId(digest[:ID_BYTES])
        await self._home.execute(system, operation_id, ConversationId(NO_ID), command)

    # Contact and trail --------------------------------------------------------------------

    async def refuse_blocked(self, identity: Identity) -> None:
        """Let nobody on whom the staff blocked.

        Raises:
            Blocked: they did.
        """
        visitor_id = VisitorId(identity.person_id)
        async with self._directory.transaction() as tx:
            contact = await tx.contacts.by_visitor(identity.account_id, visitor_id)
        if contact is not None and contact.is_blocked:
            raise Blocked

    async def keep_contact(
        self,
        identity: Identity,
        name: str | None,
        email: str | None,
        phone: str | None,
        attributes: Mapping[str, str],
    ) -> Contact:
        """Store what a visitor says of himself; None leaves what is there.

        Nothing of it is proven: `is_verified` and `external_id` are never changed by it.

        Raises:
            ValueRefused: a field is not possible.
        """
        visitor_id = VisitorId(identity.person_id)
        async with self._directory.transaction() as tx:
            contact = await tx.contacts.by_visitor(identity.account_id, visitor_id)
            before = contact
            contact = contact or self._new_contact(identity.account_id)
            contact = normal_contact(
                msgspec.structs.replace(
                    contact,
                    name=contact.name if name is None else name,
                    email=contact.email if email is None else email,
                    phone=contact.phone if phone is None else phone,
                    attributes={**contact.attributes, **attributes},
                    last_seen_ms=self._clock.now_ms(),
                    visitor_ids=_each_once((*contact.visitor_ids, visitor_id)),
                )
            )
            await self._keep(tx, identity, before, contact)
        return contact

    async def add_pages(
        self, identity: Identity, views: Sequence[PageView], device: Device = NO_DEVICE
    ) -> None:
        """Store where a visitor was on the customer's site, and with what he looked at it.

        Raises:
            ValueRefused: an address is none of the web.
        """
        for view in views:
            check_page(view)
        account_id, visitor_id = identity.account_id, VisitorId(identity.person_id)
        seen = msgspec.structs.replace(device, seen_ms=self._clock.now_ms())
        is_new = await self._is_new(account_id, visitor_id, seen)
        if views or is_new:
            async with self._directory.transaction() as tx:
                await tx.page_views.add(account_id, visitor_id, views)
                if is_new:
                    await tx.devices.keep(account_id, visitor_id, seen)

    async def _is_new(self, account_id: AccountId, visitor_id: VisitorId, seen: Device) -> bool:
        """True for a device that is not stored, or whose visitor was not seen for long."""
        if not seen.browser and not seen.system:
            return False
        async with self._directory.reading() as tx:
            known = (await tx.devices.of(account_id, [visitor_id])).get(visitor_id)
        if known is None or seen.seen_ms - known.seen_ms > DEVICE_SEEN_MS:
            return True
        return msgspec.structs.replace(known, seen_ms=seen.seen_ms) != seen

    async def contact_of(self, identity: Identity) -> Contact | None:
        """Give what is known of a visitor."""
        async with self._directory.reading() as tx:
            return await tx.contacts.by_visitor(identity.account_id, VisitorId(identity.person_id))

    def _new_contact(self, account_id: AccountId) -> Contact:
        return Contact(account_id, ContactId(self._ids.new_id()), created_ms=self._clock.now_ms())

    # What he sees -------------------------------------------------------------------------

    async def agents(self, identity: Identity) -> Sequence[tuple[Member, User]]:
        """Give the people whose names may stand beside messages."""
        async with self._directory.reading() as tx:
            return await _agents(tx, identity.account_id)

    async def presence(self, identity: Identity) -> Presence:
        """Tell whether somebody is there. Outside of the inbox's hours nobody is.

        Raises:
            HomeUnavailable: nobody knows.
        """
        return await self._attendance.presence(identity.account_id, identity.inbox_id)

    async def _latest(
        self, identity: Identity
    ) -> tuple[ConversationView | None, Sequence[FeedEvent], bool]:
        """Give his newest conversation with its newest events, and whether these are all.

        A guest whom somebody became (`AliasVisitor`) sees nothing of it any more: his token may
        lie in the browser of a shared computer.
        """
        visitor_id = VisitorId(identity.person_id)
        page = await self._views.conversations(
            identity.account_id,
            ConversationFilter(inbox_id=identity.inbox_id, visitor_ids=(visitor_id,)),
            limit=1,
            min_position=self._log_head(),
        )
        if not page.items or is_taken_over(page.items[0], visitor_id):
            return None, (), True
        conversation = page.items[0]
        events = await self._views.events(
            identity.account_id,
            conversation.state.conversation_id,
            EventsWanted(public=True, limit=BOOT_EVENTS),
            min_position=page.position,
        )
        return conversation, events.items, events.next_key is None


def is_proven(secret: bytes, external_id: str, proof: str) -> bool:
    """True if the customer's server signed this name; compared in constant time."""
    right = proof_of(secret, external_id)
    return hmac.compare_digest(right.encode(), proof.lower().encode())


def proof_of(secret: bytes, external_id: str) -> str:
    """Sign a name, as the customer's server does.

    The key is the secret as it is shown and copied, its hexadecimal text, as in other systems: a
    shop's server takes it from its configuration as it stands there.
    """
    return hmac.digest(secret.hex().encode(), external_id.encode(), hashlib.sha256).hex()


def check_page(view: PageView) -> None:
    """Refuse an address that is none of the web: an agent may click it.

    Raises:
        ValueRefused: another scheme, or too long.
    """
    scheme, separator, rest = view.url.partition("://")
    is_plain = view.url.isprintable() and " " not in view.url
    if scheme.lower() not in ("http", "https") or not separator or not rest or not is_plain:
        raise ValueRefused(name="url", range="an address that begins with http:// or https://")
    if len(view.url) > limits.URL_CHARS_MAX or len(view.title) > limits.TITLE_CHARS_MAX:
        raise ValueRefused(name="url", range=f"at most {limits.URL_CHARS_MAX} characters")


def is_taken_over(conversation: ConversationView, visitor_id: VisitorId) -> bool:
    """True where a guest's conversation belongs to the one he became."""
    return not is_vouched_for(visitor_id) and any(map(is_vouched_for, conversation.visitor_ids))


def _visitor(inbox: Inbox, visitor_id: VisitorId) -> Identity:
    return Identity(inbox.account_id, Role.VISITOR, visitor_id, inbox.inbox_id)


def _actor(identity: Identity, named: Contact | Claim) -> Actor:
    return Actor(ActorKind.VISITOR, identity.person_id, named.name)


def _each_once(visitor_ids: Sequence[VisitorId]) -> tuple[VisitorId, ...]:
    return tuple(dict.fromkeys(visitor_ids))


async def _agents(tx: Transaction, account_id: AccountId) -> list[tuple[Member, User]]:
    seats = await tx.members.with_users(account_id, limit=AGENTS_MAX)
    return [(member, user) for member, user in seats if member.is_active]
