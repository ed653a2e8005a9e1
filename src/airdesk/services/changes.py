"""What goes with every change of the directory: its audit row and its outbox row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from airdesk.core import conversation as conv
from airdesk.core.accounts import (
    Account,
    Actor,
    ApiToken,
    AuditId,
    AuditRow,
    CannedReply,
    Contact,
    FaqEntry,
    Hours,
    Inbox,
    Invitation,
    Label,
    Member,
    OutboxRow,
    Team,
    User,
    shown_json,
)
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    CredentialId,
    OperationId,
    UnknownEntity,
    ValueRefused,
)
from airdesk.ports.clock import Clock, IdSource
from airdesk.ports.directory import Transaction

SUBJECTS: Final[dict[type, tuple[str, str]]] = {
    Account: ("account", "account_id"),
    User: ("user", "user_id"),
    Member: ("member", "user_id"),
    Team: ("team", "team_id"),
    Invitation: ("invitation", "invitation_id"),
    Inbox: ("inbox", "inbox_id"),
    Hours: ("hours", "inbox_id"),
    CannedReply: ("canned", "canned_id"),
    FaqEntry: ("faq", "faq_id"),
    Label: ("label", "label_id"),
    Contact: ("contact", "contact_id"),
    ApiToken: ("token", "token_id"),
}
"""How the audit names each kind of entity, and which field is its id."""

EntityT = TypeVar("EntityT")

NO_AGENT: Final = AgentId(NO_ID)
NO_CREDENTIAL: Final = CredentialId(NO_ID)


class By(NamedTuple):
    """Who changes something, and in which account: both from the credential alone."""

    account_id: AccountId
    actor: Actor


def known(entity: EntityT | None, name: str) -> EntityT:
    """Give what was looked for.

    Raises:
        UnknownEntity: it is not there, or another account's, which is the same to whoever asks.
    """
    if entity is None:
        raise UnknownEntity(name=name)
    return entity


def only(fields: Mapping[str, Any], allowed: Collection[str]) -> dict[str, Any]:
    """Give fields that may be changed.

    Raises:
        ValueRefused: there is another one among them.
    """
    for name in fields:
        if name not in allowed:
            raise ValueRefused(name=name, range="left as it is")
    return dict(fields)


_encoder = msgspec.msgpack.Encoder()


class Changes:
    """Writes audit and outbox in the transaction of a change.

    Args:
        clock: the wall clock.
        ids: ids of audit rows, and operation ids of outbox rows.
        on_written: called after a transaction that may have written to the outbox.
    """

    def __init__(
        self, clock: Clock, ids: IdSource, on_written: Callable[[], None] = lambda: None
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._on_written = on_written

    def written(self) -> None:
        """Tell the relay that there is something new, after the transaction."""
        self._on_written()

    async def change(
        self,
        tx: Transaction,
        account_id: AccountId,
        actor: Actor,
        before: msgspec.Struct | None,
        after: msgspec.Struct | None,
    ) -> None:
        """Write that an entity was added, changed or removed; nothing for no difference."""
        entity = after if after is not None else before
        if entity is None or before == after:
            return
        kind, id_field = SUBJECTS[type(entity)]
        verb = "added" if before is None else "removed" if after is None else "changed"
        await self._add(
            tx,
            account_id,
            actor,
            f"{kind}.{verb}",
            (kind, getattr(entity, id_field)),
            (shown_json(before), shown_json(after)),
        )

    async def audit(
        self,
        tx: Transaction,
        account_id: AccountId,
        actor: Actor,
        action: str,
        subject_id: bytes,
        *,
        ended: msgspec.Struct | None = None,
    ) -> None:
        """Write that something was done which is no change of its subject, such as a log-in.

        Args:
            tx: of the act itself.
            account_id: where.
            actor: who did it.
            action: its first word is the kind of the subject.
            subject_id: to whom or what.
            ended: what there was and is no longer, if a reader must know which.
        """
        subject = (action.partition(".")[0], subject_id)
        await self._add(tx, account_id, actor, action, subject, (shown_json(ended), ""))

    async def _add(
        self,
        tx: Transaction,
        account_id: AccountId,
        actor: Actor,
        action: str,
        subject: tuple[str, bytes],
        states: tuple[str, str],
    ) -> None:
        row = AuditRow(
            account_id,
            AuditId(self._ids.new_id()),
            self._clock.now_ms(),
            actor.kind,
            actor.id,
            actor.name,
            action,
            *subject,
            *states,
        )
        await tx.audit.add(row)

    # What the home must hear --------------------------------------------------------------

    async def tell_home(
        self, tx: Transaction, account_id: AccountId, command: conv.AccountCommand
    ) -> None:
        """Give the home a command, in the order of transactions."""
        operation_id = OperationId(self._ids.new_id())
        await tx.outbox.add(OutboxRow(account_id, operation_id, _encoder.encode(command)))

    async def configure_agent(self, tx: Transaction, member: Member) -> None:
        """Tell the home of a seat: what it can do, or that it is closed."""
        command: Any = conv.RemoveAgent(member.user_id)
        if member.is_active:
            command = conv.ConfigureAgent(
                conv.AgentFacts(member.user_id, member.capacity, member.team_ids, member.skills)
            )
        await self.tell_home(tx, member.account_id, command)

    async def revoke(
        self,
        tx: Transaction,
        account_id: AccountId,
        agent_id: AgentId = NO_AGENT,
        credential_id: CredentialId = NO_CREDENTIAL,
    ) -> None:
        """Let the home close the sockets of a credential, or of all of an agent's."""
        await self.tell_home(tx, account_id, conv.RevokeAccess(agent_id, credential_id))
